"""Plans and the risk budget go by the worst that missing inputs allow, in the engine as in the table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from barograph.engine.snapshot import Snapshot
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from barograph.risk.plans import Plan
from tests.engine.runs import feed_of, judged, new_monitor, without

SIZES = {
    Face.CALM: load_context_rules().plans.multiplier_calm,
    Face.WATCH: load_context_rules().plans.multiplier_watch,
    Face.RISK_OFF: load_context_rules().plans.multiplier_risk_off,
    Face.NO_DATA: 0.0,
}


@pytest.fixture(scope="module")
def lacking(made: HistoryFolder) -> HistoryFolder:
    """A market without the dollar, so that the light could often be worse."""
    return without(made, "UUP")


@pytest.fixture(scope="module")
def evaluations(lacking: HistoryFolder) -> list[Evaluation]:
    return judged(feed_of(lacking))


def snapshot_after(history: HistoryFolder, past: list[Evaluation]) -> Snapshot:
    now = past[-1].at + timedelta(minutes=1)
    monitor = new_monitor(feed_of(history), past)
    monitor.refresh(now)
    return monitor.snapshot(now)


@pytest.mark.parametrize("face", [Face.CALM, Face.WATCH])
def test_a_light_that_could_be_worse_has_the_plan_of_the_worse_one(
    lacking: HistoryFolder, evaluations: list[Evaluation], face: Face
) -> None:
    row = next(row for row, each in enumerate(evaluations) if each.face is face and each.ceiling is not face)
    shown = snapshot_after(lacking, evaluations[: row + 1])
    context = shown.context
    assert context is not None
    assert context.plans is not None
    assert context.plans.budget is not None
    assert (shown.light.face, shown.light.ceiling) == (face, evaluations[row].ceiling)
    size = SIZES[shown.light.ceiling]
    assert {plan.size for plan in context.plans.plans} == {size}
    assert context.plans.budget.multiplier == size
    assert Plan.NORMAL not in {plan.plan for plan in context.plans.plans}
    assert {plan.size for plan in context.plans.by_known} == {SIZES[face]}


def test_a_light_that_could_not_be_worse_has_its_own(lacking: HistoryFolder, evaluations: list[Evaluation]) -> None:
    row = next(row for row, each in enumerate(evaluations) if each.ceiling is Face.RISK_OFF)
    plans = snapshot_after(lacking, evaluations[: row + 1]).context
    assert plans is not None
    assert plans.plans is not None
    assert {plan.size for plan in plans.plans.plans} == {SIZES[Face.RISK_OFF]}


def test_without_a_light_there_is_no_new_risk(lacking: HistoryFolder, evaluations: list[Evaluation]) -> None:
    row = next(row for row, each in enumerate(evaluations) if row > 20 and each.face is Face.NO_DATA)
    context = snapshot_after(lacking, evaluations[: row + 1]).context
    assert context is not None
    assert context.plans is not None
    assert [(plan.plan, plan.size) for plan in context.plans.plans] == [(Plan.WAIT, 0.0)] * 3
