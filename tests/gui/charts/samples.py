"""Market-like series, snapshots and light histories for the tests, the measurements and the pictures of charts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from barograph.checklist.sheet import empty_sheet
from barograph.engine.messages import LightHistory, SeriesKey, SeriesUpdate
from barograph.engine.snapshot import ClockView, LightView, Quote, Snapshot
from barograph.feeds.contract import FeedInfo, FeedKind, SourceHealth
from barograph.market.bars import FloatArray, IntArray
from barograph.market.freshness import Freshness
from barograph.market.intervals import SECOND_NS, Interval
from barograph.risk.faces import Face

Columns = tuple[FloatArray, FloatArray, FloatArray, FloatArray]

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2024, 8, 8, 18, 40, tzinfo=UTC)
START_LEVELS = {
    "US10Y": (4.21, 0.10, "%", 3),
    "DXY": (104.3, 0.06, "index", 2),
    "VIX": (15.2, 1.2, "points", 2),
    "ES": (5_560.0, 0.16, "points", 2),
    "NQ": (19_600.0, 0.22, "points", 2),
    "SMH/SPX": (0.0462, 0.2, "ratio", 4),
    "BTC": (66_400.0, 0.55, "USD", 2),
    "ETH": (3_310.0, 0.65, "USD", 2),
}
"""First price, yearly volatility, unit and decimals of each sample series."""
_CASH = frozenset({"SMH/SPX", "VIX"})
_ROUND_THE_CLOCK = frozenset({"BTC", "ETH"})


def times(series_id: str, interval: Interval, count: int, end: datetime = NOW) -> IntArray:
    """The last `count` bar times (ns UTC) before `end`: round the clock, futures hours, or cash hours."""
    found: list[int] = []
    step = timedelta(seconds=interval.seconds)
    if interval.intraday:
        at = datetime.fromtimestamp(end.timestamp() // interval.seconds * interval.seconds, UTC)
        if series_id in _CASH and interval.seconds >= 3600:
            at += timedelta(minutes=30) if at + timedelta(minutes=30) < end else timedelta(minutes=-30)
    else:
        at = datetime(end.year, end.month, end.day, tzinfo=UTC)
    while len(found) < count:
        if _trades(series_id, at, interval):
            found.append(int(at.timestamp()) * SECOND_NS)
        at -= step
    return np.array(found[::-1], dtype=np.int64)


def _trades(series_id: str, at: datetime, interval: Interval) -> bool:
    if series_id in _ROUND_THE_CLOCK:
        return True
    if not interval.intraday:
        return at.weekday() < 5
    local = at.astimezone(NEW_YORK)
    minute = local.hour * 60 + local.minute
    if series_id in _CASH:
        return local.weekday() < 5 and 9 * 60 + 30 <= minute < 16 * 60
    if local.weekday() == 5 or (local.weekday() == 4 and minute >= 17 * 60):
        return False
    return not (local.weekday() == 6 and minute < 18 * 60) and not 17 * 60 <= minute < 18 * 60


def prices(series_id: str, interval: Interval, count: int, seed: int = 1) -> Columns:
    """Open, high, low, close of a random walk with fat tails whose last quarter is a sell-off and a rebound."""
    level, volatility, _, decimals = START_LEVELS[series_id]
    rng = np.random.default_rng([seed, *series_id.encode()])
    sigma = volatility * math.sqrt(interval.seconds / (252 * 86_400))
    moves = sigma * rng.standard_t(4, count) * 0.7
    stress = np.zeros(count)
    fall = slice(count - count // 8, count - count // 14)
    stress[fall] = (1.0 if series_id == "VIX" else -0.25 if series_id == "US10Y" else -0.8) * sigma
    stress[fall.stop : fall.stop + count // 30] = -0.5 * stress[fall.start : fall.start + 1].sum()
    close = level * np.exp(np.cumsum(moves + stress))
    open_ = np.concatenate(([level], close[:-1])) * np.exp(0.15 * sigma * rng.standard_normal(count))
    high = np.maximum(open_, close) * np.exp(np.abs(0.5 * sigma * rng.standard_normal(count)))
    low = np.minimum(open_, close) * np.exp(-np.abs(0.5 * sigma * rng.standard_normal(count)))
    return np.round(open_, decimals), np.round(high, decimals), np.round(low, decimals), np.round(close, decimals)


def series(
    series_id: str,
    interval: Interval = Interval.HOUR_1,
    count: int = 600,
    *,
    forming: bool = True,
    replace: bool = True,
    seed: int = 1,
    end: datetime = NOW,
    state: Freshness = Freshness.LIVE,
) -> SeriesUpdate:
    """A whole series; ``SCORE`` has an evaluation at each close of New York."""
    if series_id == "SCORE":
        return score_series(interval, count)
    _, _, unit, decimals = START_LEVELS[series_id]
    open_, high, low, close = prices(series_id, interval, count, seed)
    return SeriesUpdate(
        SeriesKey(series_id, interval),
        replace,
        line="/" in series_id,
        time=times(series_id, interval, count, end),
        open=open_,
        high=high,
        low=low,
        close=close,
        forming=forming,
        unit=unit,
        decimals=decimals,
        source="Sample",
        state=state,
        as_of=end - timedelta(seconds=20),
    )


def made(
    key: SeriesKey,
    time_ns: Sequence[int] | IntArray,
    close: Sequence[float] | FloatArray,
    *,
    replace: bool = True,
    line: bool = False,
    forming: bool = False,
    empty_reason: str = "",
) -> SeriesUpdate:
    """A series of given closes; each bar opens at the close before and has no wicks."""
    closes = np.asarray(close, dtype=np.float64)
    opens = np.concatenate((closes[:1], closes[:-1]))
    return SeriesUpdate(
        key,
        replace,
        line,
        np.asarray(time_ns, dtype=np.int64),
        opens,
        np.maximum(opens, closes),
        np.minimum(opens, closes),
        closes,
        forming=forming,
        unit="points",
        decimals=2,
        source="Sample",
        state=Freshness.LIVE,
        as_of=NOW,
        empty_reason=empty_reason,
    )


def evaluations(count: int) -> tuple[IntArray, FloatArray]:
    """Instants (ns UTC, 16:00 New York of weekdays) and scores of the last `count` evaluations."""
    found: list[int] = []
    day = NOW.astimezone(NEW_YORK).replace(hour=16, minute=0, second=0, microsecond=0)
    while len(found) < count:
        if day.weekday() < 5 and day < NOW:
            found.append(int(day.timestamp()) * SECOND_NS)
        day = (day - timedelta(days=1)).replace(hour=16)
    rng = np.random.default_rng(5)
    walk = 46 + np.cumsum(rng.normal(0, 3.4, count)) * 0.6
    rise = np.clip(np.arange(count) - (count - 9), 0, None) * 7.0
    score = np.clip(walk - walk[-10] + 50 + rise, 2, 90)
    return np.array(found[::-1], dtype=np.int64), score - max(0.0, float(score[-1]) - 84.4)


def score_series(interval: Interval, count: int) -> SeriesUpdate:
    """The score with its thresholds."""
    time, score = evaluations(min(count, 120))
    if not interval.intraday:
        time = time // (86_400 * SECOND_NS) * (86_400 * SECOND_NS)
    return SeriesUpdate(
        SeriesKey("SCORE", interval),
        True,
        True,
        time,
        score,
        score,
        score,
        score,
        forming=False,
        unit="",
        decimals=0,
        source="",
        state=Freshness.LIVE,
        as_of=NOW,
        thresholds=((60.0, "watch"), (72.0, "risk_off")),
    )


def light_history(count: int = 120) -> LightHistory:
    """The light of the sample score, with a stretch of NO DATA and one of a worse ceiling."""
    time, score = evaluations(count)
    face = np.select([score >= 72, score >= 60], [2, 1], 0)
    face[count - 8] = 3
    ceiling = face.copy()
    ceiling[count - 11 : count - 9] = 1
    return LightHistory(True, time, face, ceiling, score)


def quote(series_id: str, state: Freshness = Freshness.LIVE, as_of: datetime = NOW) -> Quote:
    """A quote that agrees with the sample series."""
    _, _, _, decimals = START_LEVELS[series_id]
    close = prices(series_id, Interval.HOUR_1, 600)[3]
    last, before = float(close[-1]), float(close[-12])
    change = 100 * (last - before) if series_id == "US10Y" else 100 * (last / before - 1)
    unit = "bp" if series_id == "US10Y" else "%"
    return Quote(series_id, last, change, unit, decimals, as_of, state, "Sample")


def snapshot(
    quotes: Sequence[Quote] = (),
    *,
    now: datetime = NOW,
    face: Face = Face.RISK_OFF,
    ceiling: Face | None = None,
    feed: FeedKind = FeedKind.DEMO,
    health: Sequence[SourceHealth] = (),
) -> Snapshot:
    """A snapshot with these quotes."""
    light = LightView(
        face=face,
        ceiling=face if ceiling is None else ceiling,
        underlying=None,
        score=None if face is Face.NO_DATA else {Face.CALM: 41.2, Face.WATCH: 63.0}.get(face, 84.4),
        score_low=None,
        score_up=None,
        coverage=1.0,
        fresh=14,
        expected=14,
        missing=(),
        since=now - timedelta(hours=20),
        sessions_in_state=3,
        pending=None,
        shock=False,
        as_of=now - timedelta(hours=2),
        session=date(2024, 8, 7),
        next_evaluation=None,
    )
    return Snapshot(
        feed=FeedInfo(feed, f"{feed}:sample", "sample", feed is not FeedKind.LIVE),
        clock=ClockView(now, 1.0, paused=False),
        rule_set="sample",
        light=light,
        pillars=(),
        readings=(),
        movers=(),
        flip=None,
        quotes=tuple(quotes),
        sheet=empty_sheet(date(2024, 8, 8)),
        steps=(),
        health=tuple(health),
        intervals=tuple(Interval),
    )
