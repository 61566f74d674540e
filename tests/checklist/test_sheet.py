"""A sheet's sums, and the decision in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from barograph.checklist.decision import Action, Decision, Horizon
from barograph.checklist.sheet import empty_sheet
from barograph.checklist.steps import Step

DAY = date(2026, 2, 5)
NOW = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)


def test_an_empty_sheet_holds_every_step_once_and_nothing_else() -> None:
    sheet = empty_sheet(DAY)
    assert [record.step for record in sheet.steps] == list(Step)
    assert (sheet.day, sheet.ticked, sheet.elapsed_s, sheet.decision) == (DAY, 0, 0.0, None)


def test_sums_and_the_newest_decision() -> None:
    first, second, *rest = empty_sheet(DAY).steps
    wait = Decision(1, Action.WAIT, Horizon.HOURS, "", "", NOW)
    hedge = Decision(2, Action.HEDGE, Horizon.MONTHS, "", "", NOW)
    sheet = replace(
        empty_sheet(DAY),
        steps=(replace(first, ticked_at=NOW, elapsed_s=100.5), replace(second, elapsed_s=20.0), *rest),
        decisions=(wait, hedge),
    )
    assert (sheet.ticked, sheet.elapsed_s, sheet.decision) == (1, 120.5, hedge)
