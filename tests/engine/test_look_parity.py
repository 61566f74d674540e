"""The light between two closes as it was seen live, and as a replay of what was recorded meanwhile shows it.

Futures and indices come a quarter of an hour late. Neither may that take the light away, nor may a replay know a price
before the program did.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from barograph.engine.own_recording import load_own_recording
from barograph.engine.recordings import save_recording
from barograph.feeds.book import BarsPiece
from barograph.feeds.contract import Feed
from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.market.bars import Bars
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.risk.faces import Face
from barograph.risk.intraday import IntradayEvaluation
from barograph.store.connection import open_store
from tests.engine.looks import watched
from tests.engine.runs import MADE_INSTRUMENTS, MADE_SERIES, UNIVERSE, feed_of, new_monitor
from tests.feeds.live.scripted import ScriptedSource, live_feed
from tests.history_builder import write_history

FIVE, HOUR, DAY = Interval.MIN_5, Interval.HOUR_1, Interval.DAY_1
LATE = dict.fromkeys(("ES", "NQ", "SPX", "VIX"), 900.0)
"""As in universe/yahoo.toml."""
SHORT = (*LATE, "QQQ", "BTC")
BEGUN = datetime(2023, 4, 18, 12, 30, tzinfo=UTC)
"""A Tuesday, an hour before the opening in New York."""
CLOSE = BEGUN.replace(hour=20, minute=0)
FELL = BEGUN.replace(hour=17, minute=20)
END = BEGUN.replace(hour=22)
STEP = timedelta(minutes=5)
HEARD_S, HEARD_DAY_S = 5.0, 615.0
"""So long after its end, and the delay, a bar comes: see feeds/yahoo/closing.py."""
HEARD = timedelta(seconds=HEARD_S)
REFRESHED = timedelta(seconds=95)
"""So long after each five minutes the engine is refreshed, beside once before anything that ends with them is heard."""


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> HistoryFolder:
    """Six days of short bars; on the one before the last stocks and bitcoin fall by five percent at once."""
    folder = write_history(
        tmp_path_factory.mktemp("late") / "late",
        sessions=325,
        instruments=(*MADE_INSTRUMENTS, "ES", "NQ"),
        series=MADE_SERIES,
        intraday=dict.fromkeys(SHORT, (FIVE, HOUR)),
        intraday_days=6,
        seed=9,
    )
    found = load_folder(folder, UNIVERSE)
    fallen = {
        name: {interval: _fallen(bars, interval) for interval, bars in found.bars[name].items()}
        for name in SHORT
        if name != "VIX"
    }
    return replace(found, bars={**found.bars, **fallen})


def _fallen(bars: Bars, interval: Interval) -> Bars:
    """The same bars, lower from `FELL` on."""
    ends = bars.time + (DAY_NS if interval is DAY else interval.ns)
    part = np.where(ends > to_ns(FELL), 0.95, 1.0)
    opened = np.where(bars.time >= to_ns(FELL), 0.95, 1.0)
    return replace(bars, open=bars.open * opened, high=bars.high * opened, low=bars.low * part, close=bars.close * part)


def hear(source: ScriptedSource, truth: Feed, now: datetime, *, days: bool) -> None:
    """What the vendor has told by now."""
    for name in truth.instruments() if days else SHORT:
        late_s = LATE.get(name, 0.0)
        for interval in (FIVE, HOUR, DAY) if name in SHORT else (DAY,):
            if interval is DAY and not days:
                continue
            heard_s = HEARD_DAY_S if interval is DAY else HEARD_S
            told = truth.fetch_bars(name, interval, None, now - timedelta(seconds=late_s + heard_s)).closed
            source.book.put_bars(BarsPiece(name, interval, "Yahoo", told, delay_s=late_s))
            source.book.answered(name, interval, now)


@pytest.fixture(scope="module")
def both(
    market: HistoryFolder, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[IntradayEvaluation], list[IntradayEvaluation]]:
    """The looks of the live program, and those of the replay at the same instants."""
    truth = feed_of(market)
    live, source = live_feed(truth, UNIVERSE, BEGUN)
    monitor = new_monitor(live)
    seen: list[IntradayEvaluation] = []
    monitor.intraday.observer = seen.append
    for step in range((END - BEGUN) // STEP):
        now = BEGUN + step * STEP
        monitor.refresh(now)
        source.publish(now)
        hear(source, truth, now + HEARD, days=not step % 3)
        monitor.refresh(now + REFRESHED)
    folder = tmp_path_factory.mktemp("recorded")
    store = open_store(folder, BEGUN)
    save_recording(store, "live", live.take_new())
    store.close()
    replayed = watched(feed_of(load_own_recording(folder)), BEGUN.replace(hour=0, minute=10), END)[1]
    at = {look.evaluation.at: look for look in replayed}
    return seen, [at[look.evaluation.at] for look in seen]


def test_a_replay_shows_the_light_that_was_seen(
    both: tuple[list[IntradayEvaluation], list[IntradayEvaluation]],
) -> None:
    """But for ten minutes after the close, in which the recorded day is known and the live one not yet."""
    live, replayed = both
    assert [look.evaluation.at for look in live] == [BEGUN + step * STEP for step in range((END - BEGUN) // STEP)]
    for seen, shown in zip(live, replayed, strict=True):
        of_day = ("V1", "V2") if CLOSE < seen.evaluation.at <= CLOSE + 2 * STEP else ()
        assert told(shown, but=of_day) == told(seen, but=of_day), seen.evaluation.at


def told(look: IntradayEvaluation, but: tuple[str, ...]) -> str:
    """All that a look found, to the last bit."""
    found = look.reading
    return repr(replace(found, raw={name: raw for name, raw in found.raw.items() if name not in but}))


def test_a_quarter_of_an_hour_takes_no_light_away(
    both: tuple[list[IntradayEvaluation], list[IntradayEvaluation]],
) -> None:
    """Not at the opening, not in the minutes after the close, and it leaves no doubt about the day's range."""
    for look in both[0]:
        assert not look.evaluation.reason, look.evaluation.at
        assert look.evaluation.raw["V1"].high == look.evaluation.raw["V1"].x, look.evaluation.at


def test_a_late_future_does_not_hide_a_shock(
    both: tuple[list[IntradayEvaluation], list[IntradayEvaluation]],
) -> None:
    struck = [look.evaluation.at for look in both[0] if look.reading.shock.fired]
    assert struck[0] == FELL + timedelta(minutes=20)  # five minutes until the bar is over, and the delay
    assert all(look.evaluation.face is Face.RISK_OFF for look in both[0] if look.evaluation.at >= struck[0])
