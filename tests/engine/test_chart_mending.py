"""Bars that come late, or are corrected, reach a chart that was sent already: then it is sent whole, and only then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from barograph.engine.chart_series import ChartBoard
from barograph.engine.messages import SeriesKey, SeriesUpdate
from barograph.engine.monitor import Monitor
from barograph.feeds.book import BarsPiece
from barograph.feeds.live.feed import LiveFeed
from barograph.market.bars import Bars
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Fixings
from tests.engine import hand_made
from tests.engine.hand_made import at, closes
from tests.engine.runs import RULES, UNIVERSE, feed_of, new_monitor
from tests.feeds.live.scripted import NAME, ScriptedSource, live_feed

HOUR, FOUR, DAY = Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1
NOW = at(14, 12, 1)
HOURS = hand_made.intraday(at(12, 0), HOUR, [60_000.0 + hour for hour in range(60)])
HOLE = np.delete(np.arange(60), 30)


@pytest.fixture
def live() -> tuple[LiveFeed, ScriptedSource, Monitor]:
    """Hours of bitcoin and of ether, of which nothing was heard yet."""
    labels = hand_made.sessions(10)
    series = {"DGS10": hand_made.fixings(labels, closes(10, 4.25))}
    offered = {"BTC": (HOUR,), "ETH": (HOUR,)}
    bars = {name: {HOUR: HOURS} for name in offered}
    feed, source = live_feed(feed_of(hand_made.folder(None, bars, series)), UNIVERSE, NOW, offered)
    return feed, source, new_monitor(feed)


def hear(source: ScriptedSource, bars: Bars, name: str = "BTC") -> None:
    source.book.put_bars(BarsPiece(name, HOUR, NAME, bars))


def watch(monitor: Monitor, *keys: SeriesKey) -> Callable[[datetime], list[SeriesUpdate]]:
    """What a window that watches these series is sent at an instant."""
    board = ChartBoard(monitor.tape, RULES)
    board.watch(keys)
    return lambda now: board.updates(now, {}, [])


def changed(bars: Bars, row: int, **values: float) -> Bars:
    columns = {name: getattr(bars, name).copy() for name in values}
    for name, value in values.items():
        columns[name][row] = value
    return replace(bars, **columns)


@pytest.mark.parametrize("id_", ["BTC", "BTC/ETH"])
def test_a_hole_that_is_filled_is_filled_in_the_chart(live: tuple[LiveFeed, ScriptedSource, Monitor], id_: str) -> None:
    _, source, monitor = live
    sent = watch(monitor, SeriesKey(id_, HOUR))
    hear(source, HOURS, "ETH")
    hear(source, hand_made.picked(HOURS, HOLE))
    assert [len(update.time) for update in sent(NOW)] == [59]
    hear(source, HOURS)
    (update,) = sent(NOW)
    assert update.replace
    assert update.time.tolist() == HOURS.time.tolist()
    assert sent(NOW) == []


def test_years_that_come_late_are_in_the_chart(live: tuple[LiveFeed, ScriptedSource, Monitor]) -> None:
    _, source, monitor = live
    sent = watch(monitor, SeriesKey("BTC", HOUR))
    hear(source, HOURS[50:])
    assert [len(update.time) for update in sent(NOW)] == [10]
    hear(source, HOURS)
    assert [(update.replace, len(update.time)) for update in sent(NOW)] == [(True, 60)]


def test_a_price_that_is_corrected_is_corrected_in_the_chart(live: tuple[LiveFeed, ScriptedSource, Monitor]) -> None:
    _, source, monitor = live
    sent = watch(monitor, SeriesKey("BTC", HOUR))
    hear(source, HOURS)
    sent(NOW)
    for row in (20, 59):
        hear(source, changed(HOURS, row, low=50_000.0 + row))
        (update,) = sent(NOW)
        assert update.replace
        assert update.low[row] == 50_000.0 + row


def test_what_is_not_drawn_is_not_sent_again(live: tuple[LiveFeed, ScriptedSource, Monitor]) -> None:
    _, source, monitor = live
    sent = watch(monitor, SeriesKey("BTC", HOUR))
    hear(source, HOURS[:50])
    sent(NOW)
    hear(source, changed(HOURS[:50], 20, volume=7.0))
    assert sent(NOW) == []
    hear(source, HOURS)
    assert [(update.replace, len(update.time)) for update in sent(NOW)] == [(False, 10)]


def test_what_is_made_of_shorter_bars_is_made_again(live: tuple[LiveFeed, ScriptedSource, Monitor]) -> None:
    _, source, monitor = live
    sent = watch(monitor, SeriesKey("BTC", FOUR))
    hear(source, hand_made.picked(HOURS, np.delete(np.arange(60), 31)))
    before = sent(NOW)[0]
    hear(source, HOURS)
    (update,) = sent(NOW)
    assert update.replace
    row = int(np.searchsorted(update.time, to_ns(at(13, 4))))
    assert (before.close[row], update.close[row]) == (60_030.0, 60_031.0)


def test_a_fixing_that_is_late_has_its_place(live: tuple[LiveFeed, ScriptedSource, Monitor]) -> None:
    _, source, monitor = live
    sent = watch(monitor, SeriesKey("US10Y", DAY))
    known = source.recorded.fetch_fixings("DGS10", None, NOW)
    kept = np.arange(len(known)) != 4
    source.book.put_fixings("DGS10", NAME, Fixings(known.time[kept], known.value[kept], known.known_at[kept]))
    monitor.refresh(NOW)
    assert [len(update.time) for update in sent(NOW)] == [len(known) - 1]
    source.book.put_fixings("DGS10", NAME, known)
    monitor.refresh(NOW + timedelta(seconds=1))
    assert [(update.replace, len(update.time)) for update in sent(NOW)] == [(True, len(known))]
    monitor.refresh(NOW + timedelta(seconds=2))
    assert sent(NOW) == []
