"""Stages of deleveraging: evidence, clocks, what unknown inputs do, and the summer of 2024."""

from __future__ import annotations

from dataclasses import fields, replace
from math import log, nan
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from barograph.indicators.positioning import coins_at, intensity_bp, open_interest_change, usd_at
from barograph.market.instants import from_ns, iso_z
from barograph.market.intervals import DAY_NS, SECOND_NS
from barograph.market.observations import Liquidations, OpenInterest
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.deleveraging import DeleveragingInputs, DeleveragingReading, DeleveragingState, Stage, step
from barograph.risk.percentile import mid_rank
from tests.indicators.recorded import bars, columns, instants, numbers

RULES = load_context_rules().deleveraging
HOUR_NS = 3_600 * SECOND_NS
CALM = DeleveragingInputs(0.0, 0.0, 0.0, 0.0, 0.5, 0.5)
BUILDING = replace(CALM, open_interest_week=0.05, funding_rank=0.90)
FORCED = replace(CALM, price_day_sigmas=-2.0, open_interest_day=-0.10)
NAMES = [entry.name for entry in fields(DeleveragingInputs)]


def read(hours: list[DeleveragingInputs], elapsed_h: float = 1.0) -> list[DeleveragingReading]:
    state, readings = DeleveragingState(), []
    for inputs in hours:
        state, reading = step(state, inputs, elapsed_h, RULES)
        readings.append(reading)
    return readings


def stages(hours: list[DeleveragingInputs], elapsed_h: float = 1.0) -> list[str]:
    return [reading.stage.value for reading in read(hours, elapsed_h)]


def test_leverage_builds_on_two_of_three_signs() -> None:
    pairs = [
        {"open_interest_week": 0.05, "divergence": 0.02},
        {"open_interest_week": 0.05, "funding_rank": 0.90},
        {"divergence": 0.02, "funding_rank": 0.90},
    ]
    for pair in pairs:
        assert stages([replace(CALM, **pair)]) == ["leverage_building"]
        for name, value in pair.items():
            assert stages([replace(CALM, **{**pair, name: value - 0.001})]) == ["calm"]


def test_selling_is_forced_when_the_price_falls_hard_and_coins_leave_or_liquidations_peak() -> None:
    assert stages([FORCED]) == ["forced_selling"]
    assert stages([replace(CALM, price_day_sigmas=-2.0, liquidation_rank=0.99)]) == ["forced_selling"]
    assert stages([replace(FORCED, price_day_sigmas=-1.9)]) == ["calm"]
    assert stages([replace(FORCED, open_interest_day=-0.09)]) == ["calm"]


def test_the_whole_cycle_takes_its_hours() -> None:
    found = stages([BUILDING] * 2 + [FORCED] * 3 + [CALM] * 80)
    assert found[:2] == ["leverage_building"] * 2
    assert found[2:10] == ["forced_selling"] * 8  # three with evidence and five hours of quiet
    assert found[10:76] == ["exhaustion"] * 66
    assert found[76:] == ["calm"] * 9
    assert stages([BUILDING, *[CALM] * 25])[-3:] == ["leverage_building", "calm", "calm"]


def test_time_counts_and_not_the_number_of_evaluations() -> None:
    assert stages([FORCED, *[CALM] * 3], elapsed_h=3) == ["forced_selling"] * 2 + ["exhaustion"] * 2
    assert stages([FORCED, *[CALM] * 70], elapsed_h=1 / 12)[-1] == "forced_selling"


def test_new_evidence_starts_again() -> None:
    assert stages([FORCED, *[CALM] * 10, FORCED, CALM]) == (
        ["forced_selling"] * 6 + ["exhaustion"] * 5 + ["forced_selling"] * 2
    )


def test_unknown_inputs_stop_the_clocks_and_fire_nothing() -> None:
    blind = DeleveragingInputs(nan, nan, nan, nan, nan, nan)
    assert stages([blind] * 3) == ["calm"] * 3
    assert {reading.worst for reading in read([blind] * 3)} == {Stage.FORCED}
    assert stages([FORCED, *[blind] * 100]) == ["forced_selling"] * 101
    assert stages([FORCED, *[CALM] * 10, *[blind] * 100])[-1] == "exhaustion"


def test_an_input_that_is_still_learning_is_no_unknown() -> None:
    young = replace(CALM, funding_rank=None, liquidation_rank=None)
    reading = read([young])[0]
    assert (reading.stage, reading.worst) == (Stage.CALM, Stage.CALM)
    assert read([replace(young, funding_rank=nan)])[0].worst is Stage.CALM  # one sign of two
    assert read([replace(young, funding_rank=nan, divergence=0.1)])[0].worst is Stage.BUILDING


def test_an_unknown_that_cannot_matter_leaves_nothing_open() -> None:
    reading = read([replace(CALM, open_interest_day=nan)])[0]
    assert reading.worst is Stage.CALM  # the price did not fall


def test_a_stage_says_whether_its_evidence_is_there_now() -> None:
    found = read([BUILDING, CALM, FORCED, CALM])
    assert [reading.evident for reading in found] == [True, False, True, False]


HOURS = st.builds(
    DeleveragingInputs,
    st.sampled_from([-3.0, 0.0]),
    st.sampled_from([-0.2, 0.0]),
    *[st.sampled_from([0.0, 0.1])] * 2,
    *[st.sampled_from([None, 0.5, 1.0])] * 2,
)


@given(st.lists(HOURS, min_size=1, max_size=30), st.sampled_from([1.0, 7.0, 30.0]), st.data())
def test_taking_inputs_away_never_makes_the_worst_stage_calmer(
    hours: list[DeleveragingInputs], elapsed_h: float, data: st.DataObject
) -> None:
    poorer = []
    for inputs in hours:
        lost = data.draw(st.sets(st.sampled_from(NAMES), max_size=3))
        poorer.append(replace(inputs, **{name: nan for name in lost if getattr(inputs, name) is not None}))
    for whole, partial in zip(read(hours, elapsed_h), read(poorer, elapsed_h), strict=True):
        assert whole.stage is whole.worst  # nothing is unknown
        assert partial.worst.severity >= whole.stage.severity
        assert partial.worst.severity >= partial.stage.severity


@given(st.lists(HOURS, min_size=2, max_size=30), st.data())
def test_more_evidence_never_makes_a_calmer_stage(hours: list[DeleveragingInputs], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(hours) - 1))
    worse = list(hours)
    worse[place] = replace(hours[place], price_day_sigmas=-9.0, open_interest_day=-0.9)
    for before, after in zip(read(hours, 5.0), read(worse, 5.0), strict=True):
        assert after.stage.severity >= before.stage.severity


# ------------------------------------------------------------------------------------------- summer of 2024


def test_5_august_2024_was_forced_selling_after_leverage_had_built_up(history_folder: Path) -> None:
    """Every hour of a month, from hourly open interest and liquidations, each with what was known then."""
    folder = history_folder / "2024-08"
    table = columns(folder / "open_interest" / "coinalyze" / "BTC.csv")
    interest = OpenInterest.of(instants(table["time"]), numbers(table["coin"]), numbers(table["usd"]))
    table = columns(folder / "liquidations" / "coinalyze" / "BTC.csv")
    sides = [1 if side == "long" else -1 for side in table["side"]]
    amounts = [numbers(table[name]) for name in ("price", "coin", "usd")]
    forced = Liquidations.of(instants(table["time"]), sides, amounts[0], amounts[1], amounts[2])
    hourly, daily = bars(folder, "BTC", "1h"), bars(folder, "BTC", "1d")
    ends = hourly.time + HOUR_NS
    intensities: list[float] = []
    state = DeleveragingState()
    changes: list[tuple[str, str]] = []
    for now in range(int(interest.time[0]) + HOUR_NS, int(interest.time[-1]), HOUR_NS):
        longs = forced.usd[(forced.side == 1) & (forced.time >= now - HOUR_NS) & (forced.time < now)]
        bp = intensity_bp(float(longs.sum()), usd_at(interest, now - HOUR_NS, 2 * HOUR_NS))
        intensities.append(bp)
        if len(intensities) < 8 * 24:
            continue
        price, day, week = (
            float(hourly.close[np.searchsorted(ends, at, side="right") - 1])
            for at in (now, now - DAY_NS, now - 7 * DAY_NS)
        )
        coins, coins_day, coins_week = (
            coins_at(interest, at, 3 * HOUR_NS) for at in (now, now - DAY_NS, now - 7 * DAY_NS)
        )
        closed = int(np.searchsorted(daily.time, now - DAY_NS, side="right"))
        sigma = float(np.diff(np.log(daily.close[closed - 21 : closed])).std(ddof=1))
        change = open_interest_change(coins_week, coins, week, price)
        inputs = DeleveragingInputs(
            log(price / day) / sigma,
            coins / coins_day - 1,
            change.coin,
            change.divergence,
            liquidation_rank=mid_rank(np.array(intensities), bp),
        )
        state, reading = step(state, inputs, 1.0, RULES)
        if not changes or changes[-1][1] != reading.stage.value:
            changes.append((iso_z(from_ns(now))[:13], reading.stage.value))
    august = [change for change in changes if change[0] > "2024-08-04"]
    assert [stage for _, stage in august[:4]] == ["leverage_building", "forced_selling", "exhaustion", "calm"]
    assert august[1][0] == "2024-08-05T01"
    assert "2024-08-06" <= august[2][0] < "2024-08-07"
    forced_days = {time[:10] for time, stage in changes if stage == "forced_selling"}
    assert forced_days == {"2024-07-04", "2024-07-05", "2024-08-05"}
