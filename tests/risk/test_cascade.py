"""The cascade: what puts each stage on, the times it keeps, how it is forgotten, and what is unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.cascade import START, Cascade, CascadeInputs, CascadeStage, Status, happened, step
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.deleveraging import Stage

RULES = load_context_rules().cascade
NOON = datetime(2024, 8, 5, 12, tzinfo=UTC)
QUIET = CascadeInputs(
    equity_day_sigmas=0.1, growth_day_sigmas=0.1, crypto_day_sigmas=-0.5, repricing_bp=-5, dollar_z=0.2,
    real_yield_bp=2, leaders_above=0.7, leaders_lag=0.01, volatility_ratio=1.0, volatility_index_change=0.5,
    term_ratio=0.9, deleveraging=Stage.EXHAUSTION, stocks_closed=False, crypto_hour_sigmas=-0.2,
)  # fmt: skip


def run(*inputs: CascadeInputs, hours: float = 1.0) -> Cascade:
    cascade = START
    for number, one in enumerate(inputs):
        cascade = step(cascade, NOON + timedelta(hours=hours * number), one, RULES)
    return cascade


def status(cascade: Cascade) -> dict[str, str]:
    return {mark.stage.value: mark.status.value for mark in cascade}


@pytest.mark.parametrize(
    ("change", "stage", "sign"),
    [
        ({"equity_day_sigmas": -1.5}, "shock", "equity_day"),
        ({"growth_day_sigmas": -1.5}, "shock", "growth_day"),
        ({"crypto_day_sigmas": -2.0}, "shock", "crypto_day"),
        ({"repricing_bp": 15}, "repricing", "policy_repriced"),
        ({"repricing_bp": -15}, "repricing", "policy_repriced"),
        ({"dollar_z": 1.5}, "repricing", "dollar_rises"),
        ({"real_yield_bp": 20}, "repricing", "real_yield_rises"),
        ({"leaders_above": 0.39}, "leadership", "leaders_below_average"),
        ({"leaders_lag": -0.03}, "leadership", "leaders_lag"),
        ({"volatility_ratio": 1.25}, "volatility", "volatility_ratio"),
        ({"volatility_index_change": 5}, "volatility", "volatility_index_rise"),
        ({"term_ratio": 1.0}, "volatility", "term_inverted"),
        ({"deleveraging": Stage.FORCED}, "deleveraging", "forced_selling"),
        ({"stocks_closed": True, "crypto_hour_sigmas": -3.0}, "thin_hours", "crypto_hour"),
    ],
)
def test_each_sign_puts_its_stage_on_and_no_other(change: dict[str, object], stage: str, sign: str) -> None:
    found = run(replace(QUIET, **change))  # type: ignore[arg-type]
    assert {name for name, value in status(found).items() if value == "on"} == {stage}
    mark = next(mark for mark in found if mark.stage.value == stage)
    assert (mark.since, mark.last, mark.evidence) == (NOON, NOON, (sign,))
    assert happened(found) == 1


def test_a_quiet_market_has_no_stage_and_a_hard_hour_in_session_is_not_thin() -> None:
    assert set(status(run(QUIET)).values()) == {"not_yet"}
    assert status(run(replace(QUIET, crypto_hour_sigmas=-9)))["thin_hours"] == "not_yet"
    assert [mark.stage for mark in START] == list(CascadeStage)


def test_a_stage_keeps_its_first_time_and_passes() -> None:
    shock = replace(QUIET, equity_day_sigmas=-3)
    mark = run(shock, QUIET, shock, QUIET)[0]
    assert (mark.status, mark.since, mark.last) == (Status.PASSED, NOON, NOON + timedelta(hours=2))
    assert mark.evidence == ("equity_day",)


def test_a_stage_is_forgotten_after_its_last_evidence() -> None:
    shock = replace(QUIET, equity_day_sigmas=-3)
    assert run(shock, *[QUIET] * 7, hours=24)[0].status is Status.PASSED
    assert run(shock, *[QUIET] * 8, hours=24)[0].status is Status.NOT_YET
    again = run(shock, *[QUIET] * 8, shock, hours=24)[0]
    assert again.since == NOON + timedelta(days=9)
    steady = run(*[shock] * 30, hours=24)[0]
    assert steady.since == NOON


def test_what_is_unknown_is_said_and_ends_nothing() -> None:
    blind = replace(
        QUIET, equity_day_sigmas=nan, repricing_bp=nan, leaders_above=nan, volatility_ratio=nan, deleveraging=None,
        crypto_hour_sigmas=nan, stocks_closed=True,
    )  # fmt: skip
    assert set(status(run(blind)).values()) == {"unknown"}
    assert status(run(replace(blind, term_ratio=None)))["volatility"] == "unknown"
    assert status(run(replace(QUIET, term_ratio=None)))["volatility"] == "not_yet"  # there is no such index
    after = run(replace(QUIET, equity_day_sigmas=-3), blind)[0]
    assert (after.status, after.last) == (Status.PASSED, NOON)
    assert status(run(replace(blind, stocks_closed=False)))["thin_hours"] == "not_yet"


VALUES = st.sampled_from([nan, -9.0, 0.0, 9.0])


@given(st.lists(st.tuples(VALUES, VALUES, st.booleans()), max_size=20))
def test_times_are_in_order_and_a_stage_that_is_on_has_evidence(hours: list[tuple[float, float, bool]]) -> None:
    cascade = START
    for number, (equity, dollar, closed) in enumerate(hours):
        at = NOON + timedelta(hours=30 * number)
        inputs = replace(QUIET, equity_day_sigmas=equity, dollar_z=dollar, stocks_closed=closed)
        cascade = step(cascade, at, inputs, RULES)
        for mark in cascade:
            assert (mark.status in (Status.ON, Status.PASSED)) == (mark.since is not None)
            if mark.since is not None and mark.last is not None:
                assert mark.since <= mark.last <= at
                assert mark.evidence
                assert at - mark.last <= timedelta(days=RULES.memory_days)
            if mark.status is Status.ON:
                assert mark.last == at
