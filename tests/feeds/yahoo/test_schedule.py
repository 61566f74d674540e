"""What is asked when: the light first, prices while their market trades, days until they are there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.options import LiveOptions, Refresh
from barograph.feeds.yahoo.client import YahooBars
from barograph.feeds.yahoo.schedule import Schedule, Task, rank
from barograph.feeds.yahoo.source import symbols_for
from barograph.market.bars import Bars
from barograph.market.calendars import TradingCalendar, calendar
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import Interval
from barograph.market.universe_file import load_universe

UNIVERSE = load_universe()
OPEN = datetime(2026, 11, 18, 17, 3, tzinfo=UTC)
FRIDAY_CLOSE = datetime(2026, 11, 20, 21, tzinfo=UTC)
MONDAY_OPEN = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


def _calendar_of(name: str) -> TradingCalendar:
    return calendar(UNIVERSE.instrument(name).calendar)


def _schedule(now: datetime) -> Schedule:
    made = Schedule(_calendar_of, Refresh(), Random(1))
    made.update(symbols_for(UNIVERSE, LiveOptions(Path("unused"))).at(now), now)
    return made


def _task(schedule: Schedule, name: str, interval: Interval) -> Task:
    return next(task for task in schedule.tasks() if task.symbol.id == name and task.interval is interval)


def _bars(name: str, interval: Interval, closed: int, forming: int | None = None) -> YahooBars:
    def one(time: int) -> Bars:
        return Bars.of([time], *[[100.0]] * 5)

    return YahooBars(name, interval, "Yahoo", one(closed), Bars.empty() if forming is None else one(forming))


def test_the_light_is_served_first_then_prices_then_breadth() -> None:
    schedule = _schedule(OPEN)
    order = []
    for _ in range(180):
        task = schedule.next(OPEN)
        assert task is not None
        order.append((task.symbol.id, task.interval))
        task.due = OPEN + timedelta(days=1)
    assert [name for name, _ in order[:4]] == ["SPX", "VIX", "QQQ", "UUP"]
    assert {interval for _, interval in order[:4]} == {Interval.DAY_1}
    quoted = {"SPX", "VIX", "ES", "US10Y", "DXY", "NQ", "VIX3M", "NDX", "QQQ", "SMH", "SOXX", "IGV", "RSP"}
    # with the hours of their charts, so that a new user's first screen is not an empty grid
    assert set(order[4:30]) == {(name, interval) for name in quoted for interval in (Interval.MIN_5, Interval.HOUR_1)}
    shares = {*UNIVERSE.groups["leaders"], *UNIVERSE.groups["breadth"]}
    assert {name for name, _ in order[30 : 30 + len(shares)]} == shares


def test_every_instrument_and_interval_is_asked_for() -> None:
    schedule = _schedule(OPEN)
    assert {(task.symbol.id, task.interval) for task in schedule.tasks()} == {
        (symbol.id, interval)
        for symbol in symbols_for(UNIVERSE, LiveOptions(Path("unused"))).at(OPEN)
        for interval in symbol.intervals
    }
    assert all(task.rank == rank(task.symbol, task.interval) for task in schedule.tasks())


@pytest.mark.parametrize(("name", "period_s"), [("SPX", 60), ("GLD", 300)])
def test_prices_are_asked_for_at_their_period_while_the_market_trades(name: str, period_s: int) -> None:
    schedule = _schedule(OPEN)
    task = _task(schedule, name, Interval.MIN_5)
    schedule.answered(task, _bars(name, Interval.MIN_5, to_ns(OPEN)), OPEN)
    assert timedelta(seconds=period_s) <= task.due - OPEN <= timedelta(seconds=period_s * 1.1)


def test_prices_rest_from_the_last_bar_of_the_week_to_the_next_opening() -> None:
    schedule = _schedule(FRIDAY_CLOSE)
    task = _task(schedule, "GLD", Interval.MIN_5)
    bars = _bars("GLD", Interval.MIN_5, to_ns(FRIDAY_CLOSE - timedelta(minutes=10)))
    now = FRIDAY_CLOSE - timedelta(minutes=2)
    schedule.answered(task, bars, now)
    assert task.due == FRIDAY_CLOSE + timedelta(seconds=90), "once more when the last bar is whole"
    schedule.answered(task, bars, task.due)
    assert timedelta() < task.due - MONDAY_OPEN < timedelta(minutes=1)


def test_delayed_prices_are_asked_for_until_the_close_has_arrived() -> None:
    schedule = _schedule(FRIDAY_CLOSE)
    task = _task(schedule, "SPX", Interval.MIN_5)
    bars = _bars("SPX", Interval.MIN_5, to_ns(FRIDAY_CLOSE - timedelta(minutes=20)))
    schedule.answered(task, bars, FRIDAY_CLOSE + timedelta(minutes=10))
    assert task.due < FRIDAY_CLOSE + timedelta(minutes=12)
    schedule.answered(task, bars, FRIDAY_CLOSE + timedelta(minutes=16))
    assert task.due == FRIDAY_CLOSE + timedelta(minutes=16, seconds=30)


def test_longer_bars_are_asked_for_when_they_end() -> None:
    schedule = _schedule(OPEN)
    task = _task(schedule, "GLD", Interval.HOUR_1)
    begun = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)
    bars = _bars("GLD", Interval.HOUR_1, to_ns(begun - timedelta(hours=1)), to_ns(begun))
    schedule.answered(task, bars, OPEN)
    end = begun + timedelta(hours=1)
    assert timedelta(seconds=15) <= task.due - end <= timedelta(seconds=30)
    late = task.due
    schedule.answered(task, bars, late)
    assert late < task.due <= late + timedelta(minutes=6), "it was not there yet"


def test_day_is_asked_for_after_its_close_and_again_until_it_is_there() -> None:
    now = FRIDAY_CLOSE + timedelta(minutes=11)
    schedule = _schedule(now)
    task = _task(schedule, "NVDA", Interval.DAY_1)
    thursday, friday = label_ns(date(2026, 11, 19)), label_ns(date(2026, 11, 20))
    pauses = []
    for _ in range(5):
        schedule.answered(task, _bars("NVDA", Interval.DAY_1, thursday, friday), now)
        pauses.append((task.due - now).total_seconds())
        now = task.due
    assert pauses[:5] == sorted(pauses[:5])
    assert 120 <= pauses[0] <= 132
    assert 1_800 <= pauses[-1] <= 1_980
    schedule.answered(task, _bars("NVDA", Interval.DAY_1, friday), now)
    assert timedelta() < task.due - FRIDAY_CLOSE - timedelta(hours=2, minutes=30) < timedelta(minutes=1), "corrected?"
    schedule.answered(task, _bars("NVDA", Interval.DAY_1, friday), task.due)
    monday_close = datetime(2026, 11, 23, 21, tzinfo=UTC)
    assert timedelta(minutes=10) < task.due - monday_close < timedelta(minutes=12)


def test_day_of_a_delayed_index_is_asked_for_later() -> None:
    schedule = _schedule(OPEN)
    task = _task(schedule, "VIX", Interval.DAY_1)
    schedule.answered(task, _bars("VIX", Interval.DAY_1, label_ns(date(2026, 11, 17))), OPEN)
    assert task.due - OPEN < timedelta(minutes=34), "the running day is looked at in between"
    evening = datetime(2026, 11, 18, 21, 31, 45, tzinfo=UTC)
    schedule.answered(task, _bars("VIX", Interval.DAY_1, label_ns(date(2026, 11, 17))), evening)
    assert task.due - datetime(2026, 11, 18, 21, 15, tzinfo=UTC) > timedelta(minutes=25)


def test_a_holiday_is_not_waited_for() -> None:
    thanksgiving = datetime(2026, 11, 26, 23, tzinfo=UTC)
    schedule = _schedule(thanksgiving)
    task = _task(schedule, "ES", Interval.DAY_1)
    schedule.answered(task, _bars("ES", Interval.DAY_1, label_ns(date(2026, 11, 25))), thanksgiving)
    assert task.tries == 0


def test_unknown_symbol_is_asked_for_again_after_a_day() -> None:
    schedule = _schedule(OPEN)
    task = _task(schedule, "NVDA", Interval.DAY_1)
    schedule.failed(task, FeedErrorKind.UNSUPPORTED, OPEN)
    assert task.due == OPEN + timedelta(days=1)


def test_pause_of_one_symbol_grows_and_is_short_for_what_is_on_screen() -> None:
    schedule = _schedule(OPEN)
    for name, longest_s in (("SPX", 300), ("NVDA", 1_800)):
        interval = Interval.MIN_5 if name == "SPX" else Interval.DAY_1
        task = _task(schedule, name, interval)
        pauses = []
        for _ in range(8):
            schedule.failed(task, FeedErrorKind.BAD_DATA, OPEN)
            pauses.append((task.due - OPEN).total_seconds())
        assert 60 <= pauses[0] <= 66
        assert longest_s <= pauses[-1] <= longest_s * 1.1


def test_after_a_sleep_everything_is_due() -> None:
    schedule = _schedule(OPEN)
    for task in schedule.tasks():
        schedule.failed(task, FeedErrorKind.UNSUPPORTED, OPEN)
    assert schedule.next(OPEN) is None
    schedule.all_due(OPEN)
    assert all(task.due == OPEN for task in schedule.tasks())


def test_months_that_expired_are_dropped_and_new_ones_come() -> None:
    schedule = _schedule(OPEN)
    symbols = symbols_for(UNIVERSE, LiveOptions(Path("unused")))
    december = datetime(2026, 12, 2, 15, tzinfo=UTC)
    for task in schedule.tasks():
        task.due = december + timedelta(days=1)
    schedule.update(symbols.at(december), december)
    ids = {task.symbol.id for task in schedule.tasks()}
    assert "ZQX26" not in ids
    new = [task for task in schedule.tasks() if task.due == december]
    assert {task.symbol.id for task in new} == {"ZQZ27"}


def test_the_day_of_what_is_charted_is_looked_at_soon_after_the_opening() -> None:
    """Its price of the morning may be another unit than the close before it, and only the days tell."""
    evening = FRIDAY_CLOSE + timedelta(minutes=11)
    schedule = _schedule(evening)
    friday = label_ns(date(2026, 11, 20))
    evening += timedelta(hours=3)
    for name, latest in (("SMH", timedelta(minutes=3)), ("NVDA", timedelta(hours=7))):
        task = _task(schedule, name, Interval.DAY_1)
        schedule.answered(task, _bars(name, Interval.DAY_1, friday), evening)
        assert timedelta(minutes=1) < task.due - MONDAY_OPEN < latest


def test_a_symbol_that_brought_bars_is_asked_for_again_the_same_day() -> None:
    schedule = _schedule(OPEN)
    task = _task(schedule, "VIX", Interval.DAY_1)
    schedule.failed(task, FeedErrorKind.UNSUPPORTED, OPEN)
    assert task.due - OPEN == timedelta(days=1)
    schedule.answered(task, _bars("VIX", Interval.DAY_1, label_ns(date(2026, 11, 17))), OPEN)
    schedule.failed(task, FeedErrorKind.UNSUPPORTED, OPEN)
    assert task.due - OPEN == timedelta(hours=2)
