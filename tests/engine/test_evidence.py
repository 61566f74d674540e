"""The evidence beside the steps: units and values on numbers that can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import log, nan

import numpy as np
import pytest

from barograph.checklist.evidence import EvidenceRow
from barograph.checklist.steps import Step
from barograph.engine.evidence import DailyCloses, Evidence
from barograph.engine.tape import Tape
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.recorded.folder import HistoryFolder, Recorded
from barograph.indicators.correlation import effective_sample, fisher_band
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.freshness import Freshness
from barograph.market.instants import label_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Funding
from barograph.risk.features import DAILY_LAMBDA
from tests.engine import hand_made as made
from tests.engine.hand_made import HOUR, LAST, at, closes
from tests.engine.runs import UNIVERSE, feed_of, new_monitor

EVENING = at(15, 0, 30)
"""Half past midnight UTC: the last session, a Friday, has been judged."""
LEADERS = UNIVERSE.groups["leaders"]


def rows(recorded: HistoryFolder, now: datetime) -> dict[str, EvidenceRow]:
    """Every row of evidence as of `now`."""
    monitor = new_monitor(feed_of(recorded))
    monitor.refresh(now)
    steps = monitor.evidence(now, monitor.latest(now))
    assert list(steps) == list(Step)
    return {row.id: row for found in steps.values() for row in found}


def stocks(extra: Mapping[str, Bars] | None = None, count: int = 70) -> dict[str, Bars]:
    """The index, up 10 % in twenty sessions and 4400/4200 in five, and what else is given."""
    index = made.bars(made.sessions(count), closes(count, 4_000.0, {-6: 4_200.0, -1: 4_400.0}))
    return {"SPX": index, **(extra or {})}


# --------------------------------------------------------------------------------------------------- macro


def macro_rows(now: datetime = EVENING) -> dict[str, EvidenceRow]:
    labels = made.sessions(70)
    before = labels[:-1]  # Friday's fixing is published on Monday
    series = {
        "DGS10": made.fixings(before, closes(69, 4.50, {-6: 4.28, -2: 4.31, -1: 4.24})),
        "DGS2": made.fixings(before, closes(69, 4.90, {-6: 4.73, -2: 4.75, -1: 4.67})),
        "DFII10": made.fixings(before, closes(69, 2.20, {-6: 2.01, -2: 2.05, -1: 2.03})),
        "DFF": made.fixings(before, closes(69, 5.33)),
    }
    daily = {
        "VIX": made.bars(labels, closes(70, 13.0, {-6: 12.22, -2: 11.94, -1: 12.66})),
        "VIX3M": made.bars(labels, closes(70, 14.5, {-6: 14.1, -2: 14.0, -1: 14.4})),
        "DXY": made.bars(labels, closes(70, 105.0, {-6: 104.0, -2: 105.0, -1: 105.5})),
    }
    return rows(made.folder(daily, series=series), now)


def test_yields_are_in_percent_and_their_changes_in_basis_points() -> None:
    found = macro_rows()
    for id_, value, day, week in (
        ("us10y", 4.24, -7.0, -4.0),
        ("us2y", 4.67, -8.0, -6.0),
        ("real10y", 2.03, -2.0, 2.0),
    ):
        row = found[id_]
        assert (row.value, row.unit, row.change_unit) == (value, "%", "bp")
        assert dict(row.changes) == pytest.approx({"1d": day, "5d": week})
        assert row.material == 0.05
    assert found["us10y"].source == "DGS10 fixing"
    assert found["us10y"].as_of == at(13, 20)  # the day it was observed on; it became known on the 14th
    assert found["us10y"].state is Freshness.CLOSED


def test_a_fixing_is_not_there_before_it_is_published() -> None:
    assert macro_rows(at(14, 20, 10))["us10y"].as_of == at(12, 20)  # 16:10 in New York
    assert macro_rows(at(14, 20, 16))["us10y"].as_of == at(13, 20)


def test_an_old_fixing_is_stale() -> None:
    assert macro_rows(at(22, 0))["us10y"].state is Freshness.STALE
    assert macro_rows(at(22, 0))["policy_gap"].state is Freshness.STALE


def test_the_policy_gap_is_the_two_year_minus_the_policy_rate_in_basis_points() -> None:
    row = macro_rows()["policy_gap"]
    assert row.value == pytest.approx(-66.0)
    assert row.unit == "bp"
    assert dict(row.changes) == pytest.approx({"1d": -8.0, "5d": -6.0})
    assert row.source == "DGS2 fixing, DFF fixing"


def test_volatility_is_in_points_and_its_term_structure_a_ratio() -> None:
    found = macro_rows()
    assert (found["vix"].value, found["vix"].unit, found["vix"].change_unit) == (12.66, "points", "points")
    assert dict(found["vix"].changes) == pytest.approx({"1d": 0.72, "5d": 0.44})
    assert found["vix_term"].value == pytest.approx(12.66 / 14.4)
    assert dict(found["vix_term"].changes)["1d"] == pytest.approx(12.66 / 14.4 - 11.94 / 14.0)


def test_the_dollar_moves_in_percent() -> None:
    row = macro_rows()["dxy"]
    assert (row.value, row.change_unit) == (105.5, "%")
    assert dict(row.changes) == pytest.approx({"1d": 100 * (105.5 / 105 - 1), "5d": 100 * (105.5 / 104 - 1)})
    assert row.material == pytest.approx(105.5 * 0.005)


# ---------------------------------------------------------------------------------------------- leadership


def test_a_sector_against_the_index_over_twenty_and_five_sessions() -> None:
    semis = made.bars(made.sessions(70), closes(70, 200.0, {-6: 220.0, -1: 210.0}))
    row = rows(made.folder(stocks({"SMH": semis})), EVENING)["semis_spx"]
    assert (row.unit, row.change_unit, row.state) == ("%", "%", Freshness.CLOSED)
    assert row.value == pytest.approx(100 * (log(210 / 200) - log(4_400 / 4_000)))
    assert dict(row.changes) == {"5d": pytest.approx(100 * (log(210 / 220) - log(4_400 / 4_200)))}
    assert row.as_of == at(14, 20)


def test_a_sector_counts_only_sessions_that_it_shares_with_the_index() -> None:
    labels = made.sessions(70)
    kept = np.delete(np.arange(70), 60)
    semis = made.bars(labels[kept], closes(70, 200.0, {-21: 100.0, -22: 50.0, -1: 210.0})[kept])
    found = rows(made.folder(stocks({"SMH": semis})), EVENING)["semis_spx"]
    assert found.value == pytest.approx(100 * (log(210 / 50) - log(4_400 / 4_000)))


def test_a_sector_whose_bars_ended_is_stale_and_as_old_as_they_are() -> None:
    labels = made.sessions(70)[:-10]
    row = rows(made.folder(stocks({"SMH": made.bars(labels, closes(60, 200.0))})), EVENING)["semis_spx"]
    assert row.state is Freshness.STALE
    assert row.as_of is not None
    assert row.as_of < EVENING - timedelta(days=13)


@pytest.mark.parametrize("count", [0, 1, 20])
def test_too_few_bars_are_missing_not_zero(count: int) -> None:
    labels = made.sessions(70)[-count:] if count else made.sessions(70)[:0]
    found = rows(made.folder(stocks({"SMH": made.bars(labels, closes(count, 200.0))})), EVENING)
    for id_ in ("semis_spx", "software_spx", "equal_weight_spx"):
        assert (found[id_].value, found[id_].state) == (None, Freshness.MISSING)


def leaders(present: int, last: float = 105.0, count: int = 70) -> dict[str, Bars]:
    """The first `present` leaders: 100, five sessions ago 102, now `last`."""
    labels = made.sessions(count)
    return {name: made.bars(labels, closes(count, 100.0, {-6: 102.0, -1: last})) for name in LEADERS[:present]}


def test_the_leaders_against_the_index() -> None:
    found = rows(made.folder(stocks(leaders(17)) | {"BTC": made.bars(made.days(100), closes(100, 6e4))}), EVENING)
    row = found["leaders_spx"]
    assert row.value == pytest.approx(100 * (log(1.05) - log(1.1)))
    assert dict(row.changes) == {"5d": pytest.approx(100 * (log(105 / 102) - log(4_400 / 4_200)))}
    assert found["leaders_above_20"].value == 100.0
    assert found["leaders_above_50"].value == 100.0


def test_between_the_close_and_the_evaluation_both_sides_end_with_the_same_session() -> None:
    found = rows(made.folder(stocks(leaders(17))), at(14, 21))  # closed at 20:00, judged at 00:10
    assert found["leaders_spx"].as_of == at(14, 0, 10)
    assert found["leaders_spx"].value == pytest.approx(0.0)  # neither had moved by Thursday
    assert found["breadth_flag"].as_of == at(14, 0, 10)


def test_a_basket_of_which_too_few_are_there_is_missing() -> None:
    """Below four fifths of the members that are old enough there is no basket, as in the score."""
    old = made.bars(made.sessions(70)[:-3], closes(67, 100.0))
    some = {**leaders(17), **dict.fromkeys(LEADERS[:4], old)}
    found = rows(made.folder(stocks(some)), EVENING)
    for id_ in ("leaders_spx", "leaders_above_20", "leaders_above_50"):
        assert (found[id_].value, found[id_].state) == (None, Freshness.MISSING)
        assert all(change is None for _, change in found[id_].changes)
    enough = {**leaders(17), **dict.fromkeys(LEADERS[:3], old)}
    assert rows(made.folder(stocks(enough)), EVENING)["leaders_spx"].value is not None


@pytest.mark.parametrize(("index_last", "above", "flag"), [(4_400.0, 8, 1.0), (4_400.0, 9, 0.0), (3_900.0, 8, 0.0)])
def test_the_index_holds_while_its_members_do_not(index_last: float, above: int, flag: float) -> None:
    labels = made.sessions(70)
    members = {
        name: made.bars(labels, closes(70, 100.0, {-1: 105.0 if number < above else 95.0}))
        for number, name in enumerate(LEADERS)
    }
    index = {"SPX": made.bars(labels, closes(70, 4_000.0, {-1: index_last}))}
    row = rows(made.folder({**index, **members}), EVENING)["breadth_flag"]
    assert (row.value, row.unit) == (flag, "flag")


def test_the_flag_is_unknown_without_the_index_or_without_fifty_of_its_closes() -> None:
    labels = made.sessions(70)
    holed = np.delete(np.arange(70), 45)
    for index in ({}, {"SPX": made.bars(labels[holed], closes(69, 4_000.0))}):
        row = rows(made.folder({**index, **leaders(17)}), EVENING)["breadth_flag"]
        assert (row.value, row.state) == (None, Freshness.MISSING)


# ------------------------------------------------------------------------------------------------- crypto

NOON = at(14, 14, 30)


@pytest.mark.parametrize(
    ("rate", "interval_h", "percent"), [(0.0001, 8, 0.01), (0.0001, 4, 0.02), (0.0000125, 1, 0.01), (-0.0003, 8, -0.03)]
)
def test_funding_is_on_one_eight_hour_scale(rate: float, interval_h: float, percent: float) -> None:
    recorded = made.folder(btc_funding=made.funding((at(14, 14), rate, interval_h)))
    row = rows(recorded, NOON)["funding_8h"]
    assert row.value == pytest.approx(percent)
    assert row.unit == "% per 8h"
    assert (row.as_of, row.state) == (at(14, 14), Freshness.LIVE)


def test_funding_grows_old_by_its_own_interval() -> None:
    states = [
        rows(made.folder(btc_funding=made.funding((at(14, 0), 0.0001, hours))), NOON)["funding_8h"].state
        for hours in (24, 8, 4)
    ]
    assert states == [Freshness.LIVE, Freshness.DELAYED, Freshness.STALE]


def test_open_interest_changes_over_a_day_in_coins() -> None:
    hourly = [(NOON - 30 * timedelta(minutes=1) - n * HOUR, 105_000.0 - 50 * (24 - n)) for n in range(30, 0, -1)]
    row = rows(made.folder(btc_open_interest=made.open_interest(*hourly, (at(14, 14), 100_000.0))), NOON)["oi_coin"]
    assert (row.value, row.unit, row.as_of) == (100_000.0, "BTC", at(14, 14))
    assert row.state is Freshness.LIVE
    assert dict(row.changes) == {"1d": pytest.approx(100 * (100_000 / 105_000 - 1))}


def test_without_a_value_a_day_ago_the_change_is_unknown() -> None:
    holed = [(at(12, 13), 110_000.0), (at(13, 9), 105_000.0), (at(14, 13), 101_000.0), (at(14, 14), 100_000.0)]
    row = rows(made.folder(btc_open_interest=made.open_interest(*holed)), NOON)["oi_coin"]
    assert (row.value, dict(row.changes)) == (100_000.0, {"1d": None})


def test_open_interest_of_whole_days() -> None:
    """It is named by its day and known when that is over."""
    daily = made.open_interest((at(11, 0), 99_000.0), (at(12, 0), 98_000.0), (at(13, 0), 100_000.0))
    known = Recorded(daily.rows, daily.known_at + DAY_NS)
    row = rows(made.folder(btc_open_interest=known), at(14, 0, 15))["oi_coin"]
    assert (row.value, row.as_of, row.state) == (100_000.0, at(13, 0), Freshness.LIVE)
    assert dict(row.changes) == {"1d": pytest.approx(100 * (100 / 98 - 1))}


def test_open_interest_known_in_dollars_only_is_missing() -> None:
    row = rows(made.folder(btc_open_interest=made.open_interest((at(14, 13), nan), (at(14, 14), nan))), NOON)["oi_coin"]
    assert (row.value, row.state) == (None, Freshness.MISSING)


def forced_in(found: Mapping[str, EvidenceRow]) -> list[float | None]:
    """Longs and shorts."""
    return [found["liq_long"].value, found["liq_short"].value]


def test_liquidations_of_the_last_hour() -> None:
    forced = made.liquidations(
        (at(14, 13, 30), 1, 9e6),  # an hour ago to the minute: no longer
        (at(14, 13, 31), 1, 2e6),
        (at(14, 14, 0), 1, 1e6),
        (at(14, 14, 20), -1, 4e6),
        (at(14, 14, 30), 1, 0.5e6),
    )
    found = rows(made.folder(btc_liquidations=forced), NOON)
    assert forced_in(found) == pytest.approx([3.5, 4.0])
    assert found["liq_long"].unit == found["liq_short"].unit == "M USD per h"
    assert found["liq_long"].as_of == NOON


def test_hourly_sums_are_those_of_the_last_whole_hour() -> None:
    forced = made.liquidations(
        (at(14, 12), 1, 9e6), (at(14, 13), -1, 4e6), (at(14, 13), 1, 2e6), (at(14, 14), 1, 7e6), hourly=True
    )
    found = rows(made.folder(btc_liquidations=forced), NOON)
    assert forced_in(found) == pytest.approx([2.0, 4.0])
    assert found["liq_long"].as_of == at(14, 14)
    found = rows(made.folder(btc_liquidations=forced), at(14, 15))
    assert forced_in(found) == pytest.approx([7.0, 0.0])


def test_a_quiet_side_is_zero_and_a_record_that_ended_is_unknown() -> None:
    forced = made.liquidations((at(13, 9, 10), 1, 9e6), (at(14, 14, 20), -1, 4e6))
    found = rows(made.folder(btc_liquidations=forced), NOON)
    assert forced_in(found) == pytest.approx([0.0, 4.0])
    for now in (at(20, 12), at(10, 12)):  # days after the last one, and before the first
        for id_ in ("liq_long", "liq_short"):
            row = rows(made.folder(btc_liquidations=forced), now)[id_]
            assert (row.value, row.state) == (None, Freshness.MISSING)
    hourly = made.liquidations((at(14, 11), 1, 9e6), (at(14, 12), 1, 9e6), hourly=True)
    assert rows(made.folder(btc_liquidations=hourly), NOON)["liq_long"].value is None  # 13:00 was not recorded


def test_open_interest_without_liquidations_says_nothing_of_liquidations() -> None:
    recorded = made.folder(btc_open_interest=made.open_interest((at(14, 13), 1e5), (at(14, 14), 1e5)))
    found = rows(recorded, NOON)
    assert found["oi_coin"].value == 1e5
    assert (found["liq_long"].value, found["liq_long"].state) == (None, Freshness.MISSING)


def test_dollars_that_are_not_recorded_come_from_coins_and_price() -> None:
    forced = made.liquidations((at(14, 14, 10), 1, 3e6), (at(14, 14, 20), 1, 6e6))
    forced.rows.usd[0] = nan
    assert rows(made.folder(btc_liquidations=forced), NOON)["liq_long"].value == pytest.approx(9.0)
    forced = made.liquidations((at(14, 14, 10), 1, 3e6))
    forced.rows.usd[0] = forced.rows.coin[0] = nan
    assert rows(made.folder(btc_liquidations=forced), NOON)["liq_long"].value is None


def test_the_coins_in_dollars() -> None:
    hourly = made.intraday(at(14, 10), Interval.HOUR_1, [64_000.0, 63_000.0, 62_000.0, 66_000.0])
    daily = {"BTC": made.bars(made.days(30, at(13, 0).date()), closes(30, 70_000.0, {-5: 55_000.0, -1: 60_000.0}))}
    row = rows(made.folder(daily, {"BTC": {Interval.HOUR_1: hourly}}), NOON)["btc"]
    assert (row.value, row.unit, row.state) == (66_000.0, "USD", Freshness.LIVE)
    assert dict(row.changes) == pytest.approx({"1d": 10.0, "5d": 20.0})
    assert row.as_of == at(14, 14)


# -------------------------------------------------------------------------------------------------- others


def test_an_empty_market_has_every_row_and_all_are_missing() -> None:
    found = rows(made.folder({"GLD": made.bars(made.sessions(5), closes(5, 200.0))}), EVENING)
    assert len(found) == 26
    assert {(row.value, row.state) for row in found.values()} == {(None, Freshness.MISSING)}
    assert all(change is None for row in found.values() for _, change in row.changes)


def test_a_source_that_fails_is_a_missing_row_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    feed = feed_of(made.folder(btc_open_interest=made.open_interest((at(14, 13), 1e5), (at(14, 14), 1e5))))

    def fails(instrument_id: str, after_ns: int | None, now: datetime) -> Funding:
        raise FeedError(FeedErrorKind.UNREACHABLE, "venue", "funding", "the venue does not answer")

    monkeypatch.setattr(feed, "fetch_funding", fails)
    tape = Tape(feed, UNIVERSE, calendar)
    nothing = DailyCloses(np.empty(0), np.empty((0, 0)), np.empty((0, 0)))
    found = {row.id: row for row in Evidence(tape, "BTC").steps({}, nothing, None, NOON)[Step.CRYPTO]}
    assert (found["funding_8h"].value, found["funding_8h"].state) == (None, Freshness.MISSING)
    assert found["oi_coin"].value == 1e5
    assert tape.errors["BTC funding"].message == "the venue does not answer"


def test_correlation_rows_are_those_of_the_evaluation() -> None:
    rng = np.random.default_rng(5)
    labels = made.sessions(90)
    steps = rng.normal(0, 0.01, (2, 200)).cumsum(axis=1)
    daily = {
        "SPX": made.bars(labels, 4_000 * np.exp(steps[0, :90])),
        "BTC": made.bars(made.days(200), 60_000 * np.exp(steps[0] + steps[1])),
    }
    monitor = new_monitor(feed_of(made.folder(daily)))
    last = monitor.refresh(EVENING)[-1]
    found = {row.id: row for row in monitor.evidence(EVENING, {})[Step.CORRELATION]}
    rho = last.raw["X1"].x
    assert last.session == LAST
    assert found["corr_daily"].value == rho
    low, high = fisher_band(rho, effective_sample(DAILY_LAMBDA))
    assert (found["corr_low"].value, found["corr_high"].value) == (low, high)
    assert found["semicorr_60d"].value == last.raw["X2"].x
    assert {row.unit for row in found.values()} == {""}


def test_labels_are_what_the_test_means() -> None:
    assert made.sessions(2).tolist() == [label_ns(LAST - timedelta(days=1)), label_ns(LAST)]
