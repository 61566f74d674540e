"""Bars through the unmodified yfinance: the right rows, labels and prices, and nothing that is not there yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from barograph.feeds.contract import FeedErrorKind
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import from_ns, label_date, label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from tests.feeds.yahoo.world import OPEN, WEEKEND, World, fault_of
from tests.loopback.yahoo_prices import MadeUpPrices, TablePrices, market_of

SYMBOLS = {"SPX": "^GSPC", "ES": "ES=F", "US10Y": "^TNX", "DXY": "DX-Y.NYB", "VIX": "^VIX", "QQQ": "QQQ"}
SINCE = OPEN - timedelta(minutes=95)
INTRADAY = [Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1]


def _truth(name: str, interval: Interval, first_ns: int, last_ns: int) -> Bars:
    """The bars when all is over, from where the server has them."""
    found = MadeUpPrices().bars(SYMBOLS[name], interval, first_ns, last_ns, last_ns + 4 * DAY_NS)
    assert found is not None
    return found


@pytest.mark.parametrize("name", SYMBOLS)
@pytest.mark.parametrize("interval", INTRADAY)
def test_closed_bars_are_whole_and_the_running_one_is_apart(world: World, name: str, interval: Interval) -> None:
    bars = world.client().bars(name, interval, None, OPEN)
    truth = _truth(name, interval, int(bars.closed.time[0]), int(bars.closed.time[-1]))
    assert bars.closed.time.tolist() == truth.time.tolist()
    for column in ("open", "high", "low", "close"):
        assert getattr(bars.closed, column).tolist() == getattr(truth, column).tolist(), "the noise is gone, no more"
    seen = OPEN - timedelta(seconds=market_of(SYMBOLS[name]).delay_s)
    assert len(bars.forming) == 1
    begun = int(bars.forming.time[0])
    assert begun <= to_ns(seen) < calendar(world.universe.instrument(name).calendar).bar_end(begun, interval)
    assert bars.as_of == seen
    assert bars.delay_s == market_of(SYMBOLS[name]).delay_s
    assert bars.holes == ()


@pytest.mark.parametrize("name", SYMBOLS)
def test_daily_bars_carry_the_label_of_their_session(world: World, name: str) -> None:
    bars = world.client().bars(name, Interval.DAY_1, None, OPEN)
    hours = calendar(world.universe.instrument(name).calendar)
    labels = [
        label_ns(each.date) for each in hours.sessions(date(2021, 10, 12), date(2026, 11, 17)) if not each.holiday
    ]
    assert bars.closed.after(label_ns(date(2021, 10, 11))).time.tolist() == labels
    assert [label_date(label) for label in bars.forming.time.tolist()] == [date(2026, 11, 18)]
    truth = _truth(name, Interval.DAY_1, int(bars.closed.time[0]), int(bars.closed.time[-1]))
    assert bars.closed.close.tolist() == truth.close.tolist(), "no dividend is taken off"


def test_sunday_evening_belongs_to_monday(world: World) -> None:
    world.at = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    bars = world.client().bars("ES", Interval.DAY_1, None, world.at)
    assert label_date(int(bars.closed.time[-1])) == date(2026, 11, 20)
    assert label_date(int(bars.forming.time[0])) == date(2026, 11, 23)


@pytest.mark.parametrize(("minutes", "closed"), [(0, False), (9, False), (26, True)])
def test_daily_bar_is_closed_some_minutes_after_the_close_and_the_delay(
    world: World, minutes: int, *, closed: bool
) -> None:
    world.at = datetime(2026, 11, 18, 21, tzinfo=UTC) + timedelta(minutes=minutes)
    bars = world.client().bars("SPX", Interval.DAY_1, None, world.at)
    last = bars.closed if closed else bars.forming
    assert label_date(int(last.time[-1])) == date(2026, 11, 18)
    assert bool(len(bars.forming)) is not closed


def test_last_short_bar_of_a_session_is_closed_without_a_later_one(world: World) -> None:
    world.at = datetime(2026, 11, 18, 21, 0, 30, tzinfo=UTC)
    bars = world.client().bars("QQQ", Interval.MIN_5, None, world.at)
    assert from_ns(int(bars.closed.time[-1])) == datetime(2026, 11, 18, 20, 55, tzinfo=UTC)
    assert not len(bars.forming)
    assert bars.as_of == datetime(2026, 11, 18, 21, tzinfo=UTC)


def test_weekend_brings_fridays_bars_and_their_age(world: World) -> None:
    world.at = WEEKEND
    bars = world.client().bars("SPX", Interval.MIN_5, WEEKEND - timedelta(hours=20), WEEKEND)
    assert from_ns(int(bars.closed.time[-1])) == datetime(2026, 11, 20, 20, 55, tzinfo=UTC)
    assert bars.as_of == datetime(2026, 11, 20, 21, tzinfo=UTC)
    assert not len(bars.forming)


def test_poll_asks_for_the_running_day_and_a_gap_for_its_range(world: World) -> None:
    client = world.client()
    client.bars("ES", Interval.MIN_5, SINCE, OPEN)
    assert world.host.charts[-1][2]["range"] == "1d"
    bars = client.bars("ES", Interval.MIN_5, OPEN - timedelta(hours=15), OPEN)
    assert "period1" in world.host.charts[-1][2]
    assert bars.closed.time[0] <= to_ns(OPEN - timedelta(hours=15)) + Interval.MIN_5.ns
    assert bars.holes == ()


def test_running_day_that_begins_too_late_is_asked_for_as_a_range(world: World) -> None:
    client = world.client()
    client.bars("ES", Interval.MIN_5, SINCE, OPEN)
    world.host.fail("partial", times=1)
    since = OPEN - timedelta(hours=3)
    bars = client.bars("ES", Interval.MIN_5, since, OPEN)
    assert [query.get("range") for _, _, query in world.host.charts][-2:] == ["1d", None]
    assert bars.closed.time[0] <= to_ns(since) + Interval.MIN_5.ns


def test_hole_before_the_first_bar_that_came_is_told(world: World) -> None:
    world.host.fail("partial")
    since = datetime(2026, 11, 16, 15, tzinfo=UTC)
    bars = world.client().bars("SPX", Interval.MIN_5, since, OPEN)
    hole = bars.holes[0]
    assert (hole.after_ns, hole.before_ns) == (to_ns(since), int(bars.closed.time[0]))
    assert hole.bars == calendar("XNYS").trading_s(since + timedelta(minutes=5), from_ns(hole.before_ns)) // 300


def test_asking_leaves_no_thread_and_nothing_in_the_users_cache_folder(world: World) -> None:
    """By default, yfinance's way to ask for many keeps a thread each for ever, and all programs share its files."""
    import multitasking  # type: ignore[import-untyped]
    import platformdirs

    client = world.client()
    for name in SYMBOLS:
        client.bars(name, Interval.DAY_1, None, OPEN)
    assert not multitasking.config["TASKS"]
    assert sorted(path.name for path in world.folder.glob("*.db")) == ["cookies.db", "tkr-tz.db"]
    assert not [*Path(platformdirs.user_cache_dir()).glob("py-yfinance/*.db")]


# --------------------------------------------------------------------------------- rows that are not as they should


@pytest.mark.parametrize("interval", [Interval.MIN_5, Interval.DAY_1])
def test_null_last_row_is_no_bar_and_does_not_make_the_one_before_young(world: World, interval: Interval) -> None:
    client = world.client()
    world.host.fail("null_last")
    bars = client.bars("SPX", interval, None, OPEN)
    assert not len(bars.forming)
    assert bars.as_of == from_ns(calendar("XNYS").bar_end(int(bars.closed.time[-1]), interval))


def test_live_row_beside_the_running_bar_is_one_with_it(world: World) -> None:
    client = world.client()
    before = client.bars("SPX", Interval.MIN_5, SINCE, OPEN)
    world.host.fail("live_row")
    bars = client.bars("SPX", Interval.MIN_5, SINCE, OPEN)
    assert bars.closed.time.tolist() == before.closed.time.tolist()
    assert bars.forming.time.tolist() == before.forming.time.tolist()
    assert bars.forming.close.tolist() == before.forming.close.tolist()


def test_live_row_of_a_day_is_one_with_it(world: World) -> None:
    client = world.client()
    before = client.bars("SPX", Interval.DAY_1, None, OPEN)
    world.host.fail("live_row")
    bars = client.bars("SPX", Interval.DAY_1, None, OPEN)
    assert bars.closed.time.tolist() == before.closed.time.tolist()
    assert bars.forming.close.tolist() == before.forming.close.tolist()


def test_live_row_without_its_bar_is_a_price_and_nothing_else(world: World) -> None:
    client = world.client()
    before = client.bars("SPX", Interval.MIN_5, SINCE, OPEN)
    world.host.fail("live_row_alone")
    bars = client.bars("SPX", Interval.MIN_5, SINCE, OPEN)
    assert bars.closed.time.tolist() == before.closed.time.tolist()
    assert bars.forming.time.tolist() == before.forming.time.tolist()
    assert bars.forming.close.tolist() == before.forming.close.tolist()
    assert np.isnan([bars.forming.open[0], bars.forming.high[0], bars.forming.low[0]]).all()


@pytest.mark.parametrize("fault", ["backward", "twice"])
@pytest.mark.parametrize("interval", [Interval.MIN_5, Interval.DAY_1])
def test_rows_in_any_order_and_twice_are_each_there_once(world: World, fault: str, interval: Interval) -> None:
    client = world.client()
    before = client.bars("ES", interval, None, OPEN)
    world.host.fail(fault)
    bars = client.bars("ES", interval, None, OPEN)
    assert bars.closed.time.tolist() == before.closed.time.tolist()
    assert bars.closed.close.tolist() == before.closed.close.tolist()


@pytest.mark.parametrize("interval", [Interval.MIN_5, Interval.DAY_1])
def test_holes_are_told_and_not_filled(world: World, interval: Interval) -> None:
    client = world.client()
    before = client.bars("SPX", interval, None, OPEN)
    world.host.fail("hole")
    bars = client.bars("SPX", interval, None, OPEN)
    assert len(bars.closed) == len(before.closed) - 3
    (hole,) = bars.holes
    assert hole.bars == 3
    between = (before.closed.time > hole.after_ns) & (before.closed.time < hole.before_ns)
    assert between.sum() == 3
    assert not np.isin(before.closed.time[between], bars.closed.time).any()


def test_rows_that_cannot_be_are_left_out_and_counted(world: World) -> None:
    client = world.client()
    before = client.bars("SPX", Interval.DAY_1, None, OPEN)
    world.host.fail("impossible")
    bars = client.bars("SPX", Interval.DAY_1, None, OPEN)
    assert bars.refused == 2
    assert len(bars.closed) == len(before.closed) - 2
    assert sum(hole.bars for hole in bars.holes) == 2


def test_volume_of_nothing_is_unknown(world: World) -> None:
    client = world.client()
    assert np.isnan(client.bars("SPX", Interval.DAY_1, None, OPEN).closed.volume).all()
    assert (client.bars("QQQ", Interval.DAY_1, None, OPEN).closed.volume > 0).all()


def test_without_the_vendors_last_trade_a_price_is_as_old_as_its_bar(world: World) -> None:
    client = world.client()
    world.host.fail("no_market_time")
    bars = client.bars("SPX", Interval.MIN_5, SINCE, OPEN)
    assert bars.as_of == from_ns(int(bars.forming.time[0]))
    assert client.bars("SPX", Interval.DAY_1, None, OPEN).as_of is None


def test_bars_from_the_future_are_refused(world: World) -> None:
    """This computer's clock is two hours slow: what Yahoo tells of later is not taken for known."""
    slow = OPEN - timedelta(hours=2)
    bars = world.client().bars("QQQ", Interval.MIN_5, slow - timedelta(minutes=10), slow)
    assert bars.refused > 20
    assert from_ns(int(max(bars.closed.time[-1], *bars.forming.time))) <= slow + timedelta(minutes=1)


# ------------------------------------------------------------------------------------------------- the yield index


def test_yield_in_percent_stays_and_tenfold_yield_is_divided(world: World) -> None:
    client = world.client()
    before = client.bars("US10Y", Interval.DAY_1, None, OPEN)
    assert 3 < before.closed.close.min() < before.closed.close.max() < 6
    world.host.fail("tenfold")
    bars = client.bars("US10Y", Interval.DAY_1, None, OPEN)
    for column in ("open", "high", "low", "close"):
        assert np.allclose(getattr(bars.closed, column), getattr(before.closed, column), atol=2e-5)
    assert np.isnan(bars.closed.volume).all()


def test_yield_that_cannot_be_is_no_yield(world: World) -> None:
    days = np.array([label_ns(date(2026, 11, day)) for day in (9, 10, 12, 13, 16, 17)])
    close = np.array([4.2, 425.0, 4.22, 4.23, 42.4, 4.25])
    world.host.prices = TablePrices({("^TNX", Interval.DAY_1): Bars.of(days, close, close, close, close, close * 0)})
    bars = world.client().bars("US10Y", Interval.DAY_1, None, OPEN)
    assert bars.closed.close.tolist() == [4.2, 4.22, 4.23, 4.24, 4.25]
    assert bars.refused == 1


def test_a_price_keeps_the_digits_that_it_has(world: World) -> None:
    """The vendor's two digits are for today's price; one from before a split has more."""
    days = np.array([label_ns(date(2026, 11, day)) for day in (12, 13, 16, 17)])
    close = np.array([14.134, 140.05, 0.0525, 1234.56])
    world.host.prices = TablePrices({("NVDA", Interval.DAY_1): Bars.of(days, close, close, close, close, close)})
    bars = world.client().bars("NVDA", Interval.DAY_1, None, OPEN)
    assert bars.closed.close.tolist() == close.tolist()


# ------------------------------------------------------------------------------------------------- long histories


@pytest.mark.parametrize("interval", [Interval.MIN_5, Interval.HOUR_1, Interval.DAY_1])
def test_pieces_bring_the_same_as_one_request(world: World, interval: Interval) -> None:
    client = world.client()
    whole = client.bars("SPX", interval, None, OPEN).closed
    ranges = list(client.pieces(interval, None, OPEN, OPEN))
    got = [client.history("SPX", interval, start, end, OPEN).closed for start, end in ranges]
    assert (interval is Interval.DAY_1) or len(ranges) >= 2
    assert np.concatenate([piece.time for piece in got]).tolist() == whole.time.tolist()
    assert np.concatenate([piece.close for piece in got]).tolist() == whole.close.tolist()


def test_reach_of_each_interval_is_kept(world: World) -> None:
    """Yahoo refuses a range that begins too early; what is asked for begins just inside."""
    client = world.client()
    for interval, days in ((Interval.MIN_5, 60), (Interval.MIN_15, 60), (Interval.HOUR_1, 730)):
        bars = client.bars("ES", interval, OPEN - timedelta(days=3_000), OPEN)
        assert timedelta(days=days - 4) < OPEN - from_ns(int(bars.closed.time[0])) < timedelta(days=days)


def test_dated_fed_funds_month(world: World) -> None:
    bars = world.client().bars("ZQZ26", Interval.HOUR_1, None, OPEN)
    assert world.host.charts[-1][0] == "ZQZ26.CBT"
    assert 95 < bars.closed.close[-1] < 97


def test_clock_changes_move_no_bar(world: World) -> None:
    for now in (datetime(2026, 11, 2, 17, tzinfo=UTC), datetime(2026, 3, 9, 17, tzinfo=UTC)):
        world.at = now
        daily = world.client().bars("ES", Interval.DAY_1, None, now)
        assert daily.holes == ()
        hours = world.client().bars("QQQ", Interval.HOUR_1, now - timedelta(days=5), now)
        local = [from_ns(time).astimezone(ZoneInfo("America/New_York")).minute for time in hours.closed.time.tolist()]
        assert set(local) == {30}
        assert hours.holes == ()


def test_empty_answer_while_closed_is_no_mistake(world: World) -> None:
    world.at = WEEKEND
    client = world.client()
    world.host.fail("empty")
    assert fault_of(lambda: client.bars("SPX", Interval.MIN_5, WEEKEND, WEEKEND)).kind is FeedErrorKind.EMPTY
