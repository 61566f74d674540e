"""The context of summer 2024: what 5 August looked like, however and whenever one looks, and what came after it."""

from __future__ import annotations

import pickle
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from barograph.engine.context_evidence import context_rows
from barograph.engine.context_view import ContextView
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.indicators.alignment import Covariation, hayashi_yoshida
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.freshness import Freshness
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from barograph.risk.cascade import Status
from barograph.risk.deleveraging import Stage
from barograph.risk.judge import Evaluation
from barograph.risk.plans import NoTradeReason
from barograph.risk.precursors import LampState
from barograph.risk.regime import Regime
from tests.engine.context.views import at, context_of, differences, flat, fresh
from tests.engine.cutting import cut
from tests.engine.runs import UNIVERSE, feed_of, new_monitor, without

MORNING, AFTERNOON = at(5, 2, 5), at(5, 14, 20)


@pytest.fixture(scope="module")
def morning(summer: HistoryFolder, summer_past: list[Evaluation]) -> ContextView:
    return fresh(feed_of(summer), MORNING, summer_past)


@pytest.fixture(scope="module")
def afternoon(summer: HistoryFolder, summer_past: list[Evaluation]) -> ContextView:
    return fresh(feed_of(summer), AFTERNOON, summer_past)


# ------------------------------------------------------------------------------------------ 5 August


def test_the_morning_was_forced_selling_in_a_volatility_event(morning: ContextView) -> None:
    stage, regime = morning.deleveraging, morning.regime
    assert stage is not None
    assert regime is not None
    assert (stage.stage, stage.worst, stage.since, stage.evident) == (Stage.FORCED, Stage.FORCED, at(5, 1), True)
    assert (regime.regime, regime.tested, regime.session) == (Regime.VOLATILITY, Regime.VOLATILITY, date(2024, 8, 2))
    begun = [mark.since for mark in morning.cascade]
    assert [mark.status for mark in morning.cascade] == [Status.ON] * 6
    assert begun == [at(2, 1), at(3, 1), at(18, 1, month=7), at(18, 1, month=7), at(5, 1), at(3, 16)]
    assert [lamp.state for lamp in morning.lamps] == [LampState.ON, LampState.ON, LampState.OFF, LampState.OFF]
    assert morning.lamps[1].measured[0].base == pytest.approx(0.099)


def test_in_the_afternoon_cryptos_own_legs_made_it_a_liquidity_shock_provisionally(afternoon: ContextView) -> None:
    """A tenth of the coins had left and liquidations were at their peak, while credit was calm."""
    regime = afternoon.regime
    assert regime is not None
    assert (regime.regime, regime.provisional, regime.crypto_led) == (Regime.LIQUIDITY, True, True)
    assert regime.tested is Regime.VOLATILITY
    coin = afternoon.crypto[0]
    assert coin.flush is True
    assert coin.open_interest_day == pytest.approx(-0.128, abs=0.001)


def test_correlation_of_hours_was_elevated_and_that_of_days_was_not_yet(afternoon: ContextView) -> None:
    hour, four, day = (afternoon.correlation("ES", "BTC", each) for each in
                       (Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1))  # fmt: skip
    assert hour is not None
    assert four is not None
    assert day is not None
    assert (hour.rule, hour.stock_used, hour.as_of, hour.wording) == ("A", "ES", at(5, 14), "elevated")
    assert (hour.rho, hour.low, hour.high) == pytest.approx((0.6415, 0.420, 0.791), abs=0.001)
    assert four.rho == pytest.approx(0.514, abs=0.001)
    assert four.wording == "normal"
    assert (day.rule, day.stock_used, day.as_of, day.wording) == ("D", "SPX", at(3, 0), "normal")
    assert day.n_effective == pytest.approx(32.333, abs=0.001)
    assert hour.n > 800


def test_hayashi_and_yoshida_find_that_correlation_without_any_grid(
    summer: HistoryFolder, summer_past: list[Evaluation]
) -> None:
    """On bars of five minutes of the fund and the coin, over the two weeks around: the hourly value lies within its
    band, and far above what bars half an hour apart give.
    """
    pair = fresh(feed_of(summer), at(9, 21), summer_past).correlation("ES", "BTC", Interval.HOUR_1)
    spy, btc = (_five_minutes(summer, name, at(29, 0, month=7), at(9, 21)) for name in ("SPY", "BTC"))
    total = Covariation(0.0, 0.0, 0.0)
    for day in range(12):
        first = to_ns(at(29, 0, month=7) + timedelta(days=day))
        inside = [_between(each, first, first + 24 * Interval.HOUR_1.ns) for each in (spy, btc)]
        total += hayashi_yoshida(inside[0].time, inside[0].close, inside[1].time, inside[1].close)
    assert pair is not None
    assert pair.low is not None
    assert pair.high is not None
    assert pair.low <= total.rho <= pair.high


def test_the_weekend_before_is_told_as_a_gap(
    morning: ContextView, summer: HistoryFolder, summer_past: list[Evaluation]
) -> None:
    gap = morning.gap
    assert gap is not None
    assert (gap.stock, gap.crypto, gap.running) == ("ES", "BTC", False)
    assert (gap.since, gap.until) == (at(2, 21), at(4, 23))
    assert gap.move == pytest.approx(-0.0624, abs=0.0005)
    sunday = fresh(feed_of(summer), at(4, 12), summer_past).gap
    assert sunday is not None
    assert (sunday.running, sunday.since, sunday.until) == (True, at(2, 21), at(4, 12))


def test_what_is_said_of_leverage_is_on_one_scale(morning: ContextView) -> None:
    coin = morning.crypto[0]
    venue, seen = coin.funding[0], coin.liquidations
    assert seen is not None
    assert (venue.apr, venue.per_8h) == pytest.approx((0.1095, 0.0001))
    assert venue.percentile == pytest.approx(0.352, abs=0.001)
    assert (seen.coverage, seen.learning, seen.as_of) == ("unstated", False, at(5, 2))
    assert seen.intensity_bp == pytest.approx(16.85, abs=0.01)
    assert coin.divergence == pytest.approx(coin.open_interest_week)


def test_no_trade_reasons_that_nobody_can_know_stay_open(morning: ContextView) -> None:
    assert morning.plans is not None
    assert set(morning.plans.no_trade_open) == {NoTradeReason.EVENT, NoTradeReason.LOSS_BUDGET}
    budget = morning.plans.budget
    assert budget is not None
    assert budget.volatility_crowded is not None
    assert budget.volatility_now is not None
    assert budget.volatility_crowded > budget.volatility_now
    assert (budget.equity_method, budget.crypto_method) == ("har", "har")


def test_similar_days_are_told_with_their_spread(morning: ContextView) -> None:
    similar = morning.similar
    assert similar is not None
    assert len(similar.days) == 5
    assert all(day.session < date(2024, 5, 10) for day in similar.days)  # sixty sessions apart
    assert Counter(each.instrument for each in similar.followed) == {"SPX": 2, "BTC": 2}
    for after in similar.followed:
        assert (after.low, after.high) == (min(after.changes), max(after.changes))
        assert len(after.changes) == len(after.days)


# ------------------------------------------------------------------------------------ however one looks

INSTANTS = [at(2, 7), at(3, 12, 10), AFTERNOON, at(6, 0, 20), at(8, 13, 37)]


@pytest.fixture(scope="module")
def at_once(summer: HistoryFolder, summer_past: list[Evaluation]) -> dict[datetime, ContextView]:
    feed = feed_of(summer)
    return {now: fresh(feed, now, summer_past) for now in INSTANTS}


def test_looking_on_is_the_same_as_looking_for_the_first_time(
    summer: HistoryFolder, summer_past: list[Evaluation], at_once: dict[datetime, ContextView]
) -> None:
    monitor = new_monitor(feed_of(summer), summer_past)
    for now in INSTANTS:
        assert not differences(context_of(monitor, now), at_once[now])


def test_every_hour_is_the_same_as_all_at_once(
    summer: HistoryFolder, summer_past: list[Evaluation], at_once: dict[datetime, ContextView]
) -> None:
    monitor = new_monitor(feed_of(summer), summer_past)
    now = at(3, 20, 3)
    while now < AFTERNOON:
        context_of(monitor, now)
        now += timedelta(minutes=57)
    assert not differences(context_of(monitor, AFTERNOON), at_once[AFTERNOON])


def test_cutting_the_folder_off_changes_nothing_before(
    summer_folder: Path, summer: HistoryFolder, summer_past: list[Evaluation], tmp_path: Path
) -> None:
    shorter = load_folder(cut(summer_folder, tmp_path / "2024-08", date(2024, 8, 5)), UNIVERSE)
    feeds = feed_of(shorter), feed_of(summer)
    for now in (at(2, 23, 55), at(5, 2, 5), at(5, 23, 59)):
        assert not differences(*(fresh(feed, now, summer_past) for feed in feeds))


class Counting(RecordedFeed):
    """Counts what is asked."""

    asked = 0

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - whatever the feed has
        if name.startswith("fetch_"):
            Counting.asked += 1
        return super().__getattribute__(name)


def test_within_the_hour_nothing_is_asked(summer: HistoryFolder, summer_past: list[Evaluation]) -> None:
    monitor = new_monitor(Counting(summer, UNIVERSE, calendar), summer_past)
    monitor.refresh(MORNING)
    snapshot = monitor.snapshot(MORNING)
    before = Counting.asked
    for minute in range(1, 50, 7):
        now = MORNING + timedelta(minutes=minute)
        context = monitor.around.view(now, monitor.evaluations, snapshot.light, {})
        assert context.correlations == snapshot.context.correlations  # type: ignore[union-attr]
    assert Counting.asked == before
    monitor.around.view(MORNING + timedelta(hours=1), monitor.evaluations, snapshot.light, {})
    assert Counting.asked > before


def test_it_travels_between_processes_as_it_is(morning: ContextView) -> None:
    assert pickle.loads(pickle.dumps(morning)) == morning  # noqa: S301 - our own
    kinds = {type(value) for _, value in flat(morning)}
    assert not any(kind.__module__.startswith("numpy") for kind in kinds)


# ---------------------------------------------------------------------------------------- what is missing


def test_without_futures_the_fund_stands_in(summer: HistoryFolder, summer_past: list[Evaluation]) -> None:
    context = fresh(feed_of(without(summer, "ES", "NQ")), at(5, 19), summer_past)
    hour = context.correlation("ES", "BTC", Interval.HOUR_1)
    assert hour is not None
    assert (hour.rule, hour.stock_used, hour.as_of) == ("B", "SPY", at(5, 18, 30))
    assert hour.rho is not None
    assert context.heat_maps[0].names == ("SPY", "QQQ", "BTC", "ETH")


def test_without_any_hours_of_stocks_it_is_not_known(summer: HistoryFolder, summer_past: list[Evaluation]) -> None:
    context = fresh(feed_of(without(summer, "ES", "NQ", "SPY", "QQQ")), MORNING, summer_past)
    for interval in (Interval.HOUR_1, Interval.HOUR_4):
        pair = context.correlation("ES", "BTC", interval)
        assert pair is not None
        assert (pair.rho, pair.wording, pair.reason) == (None, "unknown", "no_bars")
    assert context.gap is None
    assert context.frames.disagree is None or context.frames.disagreeing == ()


def test_a_future_that_fell_silent_is_not_spoken_of(summer: HistoryFolder, summer_past: list[Evaluation]) -> None:
    silent = to_ns(at(2, 15))
    kept = {interval: bars[: int(np.searchsorted(bars.time, silent))] for interval, bars in summer.bars["ES"].items()}
    context = fresh(feed_of(replace(summer, bars={**summer.bars, "ES": kept})), AFTERNOON, summer_past)
    pair = context.correlation("ES", "BTC", Interval.HOUR_1)
    assert pair is not None
    assert (pair.rho, pair.low, pair.wording, pair.reason) == (None, None, "unknown", "stale")
    assert pair.as_of == at(2, 15)
    rows = {row.id: row for rows in context_rows(context).values() for row in rows}
    assert rows["corr_1h"].state is Freshness.STALE
    assert rows["corr_1h"].value is None
    other = context.correlation("NQ", "BTC", Interval.HOUR_1)
    assert other is not None
    assert other.rho is not None


def test_without_derivatives_forced_selling_is_not_ruled_out(
    summer: HistoryFolder, summer_past: list[Evaluation]
) -> None:
    context = fresh(feed_of(replace(summer, open_interest={}, liquidations={}, funding={})), AFTERNOON, summer_past)
    stage, coin = context.deleveraging, context.crypto[0]
    assert stage is not None
    assert not stage.known
    assert stage.worst is Stage.FORCED
    assert (coin.funding, coin.flush, coin.divergence, coin.liquidations) == ((), None, None, None)
    assert context.cascade[4].status is Status.UNKNOWN
    assert context.lamps[3].state is LampState.UNKNOWN


@pytest.mark.parametrize("gone", ["HYG", "GLD", "VIX", "UUP", "BTC"])
def test_taking_an_instrument_away_never_makes_the_worst_regime_calmer(
    summer: HistoryFolder, summer_past: list[Evaluation], morning: ContextView, gone: str
) -> None:
    poorer = fresh(feed_of(without(summer, gone)), MORNING, summer_past).regime
    assert poorer is not None
    assert morning.regime is not None
    assert poorer.worst.severity >= morning.regime.regime.severity


def _five_minutes(summer: HistoryFolder, name: str, first: datetime, last: datetime) -> Bars:
    answer = feed_of(summer).fetch_bars(name, Interval.MIN_5, to_ns(first) - 1, last)
    return answer.closed


def _between(bars: Bars, first: int, last: int) -> Bars:
    low, high = np.searchsorted(bars.time, [first, last]).tolist()
    return bars[low:high]
