"""Snapshots and series made up for tests and pictures: plausible, fixed, and owing nothing to any market."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from barograph.checklist.decision import Action, Decision, Horizon
from barograph.checklist.evidence import EvidenceRow, FrozenEvidence
from barograph.checklist.sheet import Sheet, StepRecord, empty_sheet
from barograph.checklist.steps import Step
from barograph.engine.messages import LightHistory, SeriesKey, SeriesUpdate
from barograph.engine.snapshot import (
    ClockView,
    Flip,
    FlipSide,
    LightView,
    Mover,
    Pending,
    PillarView,
    Quote,
    Reading,
    Snapshot,
    StepView,
)
from barograph.feeds.contract import Advisory, FeedErrorKind, FeedInfo, FeedKind, SourceHealth
from barograph.market.bars import IntArray
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from barograph.risk.measured_odds_file import load_measured_odds
from tests.gui.contexts import make_context

NOW = datetime(2026, 2, 5, 19, 32, 7, tzinfo=UTC)
"""Thursday, 14:32:07 in New York."""
CLOSE = datetime(2026, 2, 4, 21, 0, tzinfo=UTC)
DAY = date(2026, 2, 5)
INTERVALS = (Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)

DEMO = FeedInfo(
    FeedKind.DEMO, "demo:7", "Demo: simulated market, seed 7", simulated=True, start=NOW - timedelta(days=9)
)
LIVE = FeedInfo(FeedKind.LIVE, "live", "live", simulated=False)
REPLAY = FeedInfo(
    FeedKind.REPLAY,
    "replay:daily:3f2a",
    "Replay: daily",
    simulated=False,
    start=datetime(2018, 12, 3, tzinfo=UTC),
    end=datetime(2026, 8, 5, tzinfo=UTC),
)

LIMITED = "Bybit answered that requests come too fast; asking again at 14:35."

# pillar: weight, (indicator, value, unit, source, inputs)
_PILLARS = {
    "volatility": (
        0.25,
        (
            ("V1", 0.314, "ratio", "Yahoo", ("QQQ",)),
            ("V2", 1.62, "ratio", "Yahoo", ("QQQ",)),
            ("V3", 27.35, "points", "Cboe", ("VIX",)),
        ),
    ),
    "equity_leadership": (
        0.25,
        (
            ("E1", 0.765, "share", "Yahoo", ("leaders",)),
            ("E2", 0.58, "share", "Yahoo", ("breadth",)),
            ("E3", 0.0483, "log", "Yahoo", ("leaders", "SPX")),
        ),
    ),
    "co_movement": (
        0.20,
        (
            ("X1", 0.64, "corr", "Yahoo, Binance", ("SPX", "BTC")),
            ("X2", 0.71, "corr", "Yahoo, Binance", ("SPX", "BTC")),
        ),
    ),
    "crypto": (
        0.20,
        (("C1", 0.189, "log", "Binance", ("BTC",)), ("C2", 0.632, "ratio", "Binance", ("BTC",))),
    ),
    "macro": (
        0.10,
        (("M1", 0.42, "sigma", "ICE, FRED", ("DXY", "US10Y")), ("M2", 0.08, "pp", "FRED", ("US2Y",))),
    ),
}
_SCORES = {Face.CALM: 38.4, Face.WATCH: 65.7, Face.RISK_OFF: 83.6, Face.NO_DATA: None}


def pillars_and_readings(
    score: float | None, missing: tuple[str, ...] = (), now: datetime = NOW
) -> tuple[tuple[PillarView, ...], tuple[Reading, ...]]:
    """Pillars whose contributions add up to `score`, with integers that add up to its rounding."""
    shape = np.array([0.80, 0.82, 0.95, 0.93, 0.60])
    weights = np.array([weight for weight, _ in _PILLARS.values()])
    parts = shape * weights
    contributions = parts / parts.sum() * (score or 0.0)
    points = np.floor(contributions).astype(int)
    whole = int((score or 0.0) + 0.5)
    for index in np.argsort(points - contributions)[: whole - int(points.sum())]:
        points[index] += 1
    pillars, readings = [], []
    known = score is not None
    for k, (name, (weight, indicators)) in enumerate(_PILLARS.items()):
        share = float(contributions[k]) if known else None
        value = None if share is None else min(1.0, share / (100 * weight))
        pillars.append(
            PillarView(
                name, weight, value, share, int(points[k]) if known else None, (share or 0) - 1.5 if known else None
            )
        )
        usable = [entry for entry in indicators if entry[0] not in missing]
        for position, (indicator, reading, unit, source, inputs) in enumerate(indicators):
            gone = indicator in missing
            readings.append(
                Reading(
                    id=indicator,
                    pillar=name,
                    value=None if gone else reading,
                    unit=unit,
                    percentile=None if gone or value is None else max(0.02, min(0.99, value + 0.08 - 0.07 * position)),
                    contribution=None if gone or share is None else share / len(usable),
                    weight=1 / len(indicators),
                    as_of=None if gone else CLOSE,
                    known_at=None if gone else CLOSE + timedelta(minutes=15),
                    source=source,
                    state=Freshness.MISSING if gone else Freshness.CLOSED if k < 2 else Freshness.LIVE,
                    inputs=inputs,
                )
            )
    return tuple(pillars), tuple(readings)


def evidence(step: Step, now: datetime = NOW, shift: float = 0.0) -> tuple[EvidenceRow, ...]:
    """The rows beside a step; `shift` moves every value by that many of its material steps."""
    return tuple(
        EvidenceRow(
            id=name,
            value=None if value is None else value + shift * (material or 0.0),
            unit=unit,
            decimals=decimals,
            state=state,
            source=source,
            as_of=None if value is None else now - age,
            changes=changes,
            change_unit=change_unit,
            material=material,
            note=note,
        )
        for name, value, unit, decimals, state, source, age, changes, change_unit, material, note in _EVIDENCE[step]
    )


_L, _C, _D, _M = Freshness.LIVE, Freshness.CLOSED, Freshness.DELAYED, Freshness.MISSING
_S, _MIN, _H = timedelta(seconds=12), timedelta(minutes=4), timedelta(hours=16)
_EVIDENCE: dict[Step, tuple[tuple[Any, ...], ...]] = {
    Step.MACRO: (
        ("us10y", 4.213, "%", 3, _L, "Yahoo", _MIN, (("1d", 4.1), ("5d", 12.6)), "bp", 0.05, ""),
        ("us2y", 3.874, "%", 3, _L, "Yahoo", _MIN, (("1d", 2.0), ("5d", 8.3)), "bp", 0.05, ""),
        ("real10y", 1.96, "%", 2, _C, "FRED", _H, (("1d", 1.0), ("5d", 9.0)), "bp", 0.05, ""),
        ("dxy", 104.31, "index", 2, _D, "ICE", _MIN, (("1d", 0.42), ("5d", 1.31)), "%", 0.5, ""),
        ("policy_gap", -38.0, "bp", 0, _C, "FRED", _H, (("1d", 1.0), ("5d", 8.0)), "bp", 10.0, "proxy"),
        ("vix", 27.35, "points", 2, _L, "Cboe", _S, (("1d", 3.12), ("5d", 8.9)), "points", 2.0, ""),
        ("vix_term", 1.083, "ratio", 3, _L, "Cboe", _S, (("1d", 0.041), ("5d", 0.112)), "", 0.05, ""),
    ),
    Step.LEADERSHIP: (
        ("semis_spx", -7.9, "%", 1, _C, "Yahoo", _H, (("5d", -3.4),), "%", 1.0, ""),
        ("software_spx", -9.6, "%", 1, _C, "Yahoo", _H, (("5d", -2.2),), "%", 1.0, ""),
        ("leaders_spx", -4.8, "%", 1, _C, "Yahoo", _H, (("5d", -2.9),), "%", 1.0, ""),
        ("equal_weight_spx", -0.6, "%", 1, _C, "Yahoo", _H, (("5d", 0.3),), "%", 1.0, ""),
        ("leaders_above_20", 17.6, "%", 1, _C, "Yahoo", _H, (("5d", -29.4),), "points", 10.0, ""),
        ("leaders_above_50", 23.5, "%", 1, _C, "Yahoo", _H, (("5d", -17.6),), "points", 10.0, ""),
        ("breadth_above_20", 31.0, "%", 1, _C, "Yahoo", _H, (("5d", -22.0),), "points", 10.0, ""),
        ("breadth_above_50", 42.0, "%", 1, _C, "Yahoo", _H, (("5d", -14.0),), "points", 10.0, ""),
        ("breadth_flag", 1.0, "flag", 0, _C, "Yahoo", _H, (), "", None, ""),
    ),
    Step.CRYPTO: (
        ("btc", 64_182.0, "USD", 0, _L, "Binance", _S, (("1d", -8.42), ("5d", -17.6)), "%", 1_500.0, ""),
        ("eth", 1_874.0, "USD", 0, _L, "Binance", _S, (("1d", -9.1), ("5d", -22.3)), "%", None, ""),
        ("funding_8h", -0.0112, "% per 8h", 4, _L, "Bybit", _MIN, (("1d", -0.02),), "%", 0.01, ""),
        ("oi_coin", 81_230.0, "BTC", 0, _L, "Bybit", _MIN, (("1d", -12.4), ("5d", -19.0)), "%", 4_000.0, ""),
        ("liq_long", 41.7, "M USD per h", 1, _L, "Bybit", _S, (), "", None, "lower_bound"),
        ("liq_short", None, "M USD per h", 1, _M, "Bybit", _S, (), "", None, "lower_bound"),
    ),
    Step.CORRELATION: (
        ("corr_daily", 0.64, "ratio", 2, _C, "Yahoo, Binance", _H, (("5d", 0.11),), "", 0.1, "compression"),
        ("corr_low", 0.31, "ratio", 2, _C, "Yahoo, Binance", _H, (), "", None, ""),
        ("corr_high", 0.83, "ratio", 2, _C, "Yahoo, Binance", _H, (), "", None, ""),
        ("semicorr_60d", 0.71, "ratio", 2, _C, "Yahoo, Binance", _H, (("5d", 0.06),), "", 0.1, ""),
    ),
    Step.DECISION: (),
}


def light_view(face: Face, missing: tuple[str, ...] = (), now: datetime = NOW) -> LightView:
    """The light showing `face`."""
    score = _SCORES[face]
    calm_but = face is Face.CALM and bool(missing)
    return LightView(
        face=face,
        ceiling=Face.WATCH if calm_but else face,
        underlying=Face.WATCH if face is Face.NO_DATA else None,
        score=score,
        score_low=None if score is None else score - 4.2 * len(missing),
        score_up=None if score is None else score + 12.0 * len(missing),
        coverage=0.55 if face is Face.NO_DATA else 1 - 0.08 * len(missing),
        fresh=12 - len(missing),
        expected=12,
        missing=missing,
        since=CLOSE - timedelta(days=1),
        sessions_in_state=2,
        pending=Pending(Face.WATCH, 64.0, 1) if face is Face.RISK_OFF else None,
        shock=False,
        as_of=CLOSE,
        session=CLOSE.date(),
        next_evaluation=CLOSE + timedelta(days=1),
        reason="coverage" if face is Face.NO_DATA else "",
    )


def _flip(face: Face) -> Flip | None:
    return {
        Face.CALM: Flip(FlipSide(Face.WATCH, 60, 21.6, 1, ()), None),
        Face.WATCH: Flip(
            FlipSide(Face.RISK_OFF, 72, 6.3, 1, ("co_movement", "crypto")),
            FlipSide(Face.CALM, 52, 13.7, 2, ()),
        ),
        Face.RISK_OFF: Flip(None, FlipSide(Face.WATCH, 64, 19.6, 2, ("equity_leadership",))),
        Face.NO_DATA: None,
    }[face]


def sheet_with(ticked: int, decisions: int = 0, now: datetime = NOW) -> Sheet:
    """A sheet with the first `ticked` steps ticked on the evidence of some minutes ago."""
    records = []
    for k, step in enumerate(Step):
        if k < ticked:
            taken = now - timedelta(minutes=40 - 3 * k)
            frozen = FrozenEvidence(
                evidence(step, taken), Face.RISK_OFF, Face.RISK_OFF, 83.6, "balanced-1", "demo:7", taken
            )
            note = "10-year leads, the dollar follows" if k == 0 else ""
            records.append(StepRecord(step, taken, frozen, 108.0 + 37 * k, note))
        else:
            records.append(StepRecord(step))
    versions = (
        Decision(1, Action.WAIT, Horizon.HOURS, "Breadth may hold into the close", "breadth falls below 40%", now),
        Decision(
            2,
            Action.REDUCE,
            Horizon.DAYS_WEEKS,
            "Leaders broke, funding flipped, both books fall together",
            "Leaders are back above their 50-day average for two closes",
            now + timedelta(minutes=9),
        ),
    )
    return replace(empty_sheet(DAY), steps=tuple(records), decisions=versions[:decisions])


def health(kind: FeedKind, now: datetime = NOW) -> tuple[SourceHealth, ...]:
    """Sources of a feed."""
    if kind is not FeedKind.LIVE:
        return (SourceHealth("simulated market", Freshness.LIVE, now, now - timedelta(seconds=20), "", None, None),)
    soon = now + timedelta(seconds=18)
    return (
        SourceHealth("Yahoo", Freshness.LIVE, now - _S, now - _S, "", 412, 2_000, soon),
        SourceHealth("Binance", Freshness.LIVE, now, now, "", 84, 1_200, soon),
        SourceHealth("Bybit", Freshness.DELAYED, now - _MIN, now - _MIN, LIMITED, 600, 600, now + _MIN),
        SourceHealth("FRED", Freshness.CLOSED, now - _H, now - _H, "", 4, None, now + timedelta(hours=2)),
    )


def troubled_health(now: datetime = NOW) -> tuple[SourceHealth, ...]:
    """Sources of a live feed in every state there is."""
    soon, kinds = now + timedelta(seconds=18), FeedErrorKind
    late, long_ago = now - timedelta(minutes=14), now - timedelta(hours=3)
    wall = ("Yahoo Finance asks for a pause", "Binance does not serve this region", "Bybit did not answer in time")
    page = "The New York Fed answered with a web page in place of data"
    return (
        SourceHealth(
            "Yahoo Finance", Freshness.DELAYED, now - _MIN, late, wall[0], 1_800, 1_800, None, kinds.RATE_LIMITED, soon
        ),
        SourceHealth(
            "binanceusdm", Freshness.ERROR, None, None, wall[1], 2, 1_200, None, kinds.REFUSED, now + timedelta(hours=5)
        ),
        SourceHealth("bybit", Freshness.STALE, late, late, wall[2], 311, 1_200, soon, kinds.UNREACHABLE),
        SourceHealth("okx", Freshness.LIVE, now - _S, now - _S, "", 84, 1_200, soon),
        SourceHealth("hyperliquid", Freshness.MISSING, None, None, "", 0, 600, now),
        SourceHealth("FRED", Freshness.CLOSED, long_ago, now - _H, "", 4, 60, now + timedelta(minutes=41)),
        SourceHealth("US Treasury", Freshness.CLOSED, long_ago, now - _H, "", 1, 30, now + timedelta(hours=2)),
        SourceHealth("New York Fed", Freshness.ERROR, None, None, page, 3, 30, soon, kinds.BAD_DATA),
    )


ADVISORIES = (
    Advisory("clock_off", ("-183.4",)),
    Advisory("fomc_dates_end", ("2027-12-08",)),
    Advisory("client_outdated", ("binanceusdm",)),
    Advisory("venue_refused", ("bybit",)),
)
"""Everything that a feed may have to say."""
AWAITED = ("SPX", "QQQ", "VIX", "DGS2", *(f"S{n}" for n in range(86)))
"""What the first fetch of history waits for."""


def live_states() -> dict[str, Snapshot]:
    """States that a live feed comes into, by name."""
    live = make_snapshot(Face.WATCH, feed=LIVE)
    none = make_snapshot(Face.NO_DATA, feed=LIVE).light
    first = replace(none, underlying=None, since=None, sessions_in_state=0, as_of=None, coverage=0.0, fresh=0)
    lights = {
        "provisional": replace(live.light, provisional=True, waiting=("VIX", "DGS2", "DFII10", "QQQ")),
        "starting": replace(first, reason="starting", waiting=AWAITED),
        "stale": replace(none, reason="critical_stale"),
        "clock": replace(none, reason="clock_off"),
    }
    states = {name: replace(live, light=light, health=troubled_health()) for name, light in lights.items()}
    states["starting"] = replace(
        states["starting"],
        pillars=(), readings=(), movers=(), flip=None, quotes=(), context=None,
        health=tuple(SourceHealth(entry.source, Freshness.MISSING, None, None) for entry in troubled_health()),
    )  # fmt: skip
    states["clock"] = replace(states["clock"], advisories=ADVISORIES)
    return states


def make_snapshot(
    face: Face = Face.RISK_OFF,
    *,
    feed: FeedInfo = DEMO,
    missing: tuple[str, ...] = (),
    ticked: int = 1,
    decisions: int = 0,
    moved: float = 0.0,
    now: datetime = NOW,
) -> Snapshot:
    """A whole snapshot; `moved` shifts the evidence of now by so many material steps."""
    light = light_view(face, missing, now)
    pillars, readings = pillars_and_readings(light.score, missing, now)
    sheet = sheet_with(ticked, decisions, now)
    movers = (Mover("C2", 3.1), Mover("X1", 2.2), Mover("E3", -0.9)) if light.score is not None else ()
    return Snapshot(
        feed=feed,
        clock=ClockView(now, 1.0 if feed.kind is FeedKind.LIVE else 60.0, paused=False),
        rule_set="balanced-1",
        light=light,
        pillars=pillars,
        readings=readings,
        movers=movers,
        flip=_flip(face),
        quotes=_quotes(now),
        sheet=sheet,
        steps=tuple(StepView(step, evidence(step, now, moved), moved != 0) for step in Step),
        health=health(feed.kind, now),
        intervals=INTERVALS,
        notices=(),
        context=make_context(face, now),
        history=load_measured_odds().get(("v1/balanced", face)),
    )


# -------------------------------------------------------------------------------------------------- series

_LEVELS = {
    "US10Y": (4.213, 0.0015, "%", 3),
    "DXY": (104.31, 0.0006, "index", 2),
    "ES": (6_840.0, 0.0012, "points", 2),
    "SPX": (6_840.0, 0.0012, "points", 2),
    "NQ": (24_900.0, 0.0018, "points", 2),
    "NDX": (24_900.0, 0.0018, "points", 2),
    "VIX": (27.35, 0.012, "points", 2),
    "BTC": (64_182.0, 0.004, "USD", 0),
    "ETH": (1_874.31, 0.005, "USD", 2),
    "SCORE": (65.7, 0.01, "points", 1),
}


def _quotes(now: datetime) -> tuple[Quote, ...]:
    return tuple(
        Quote(name, level, level * step * 9, unit, decimals, now - _S, Freshness.LIVE, "demo")
        for name, (level, step, unit, decimals) in _LEVELS.items()
        if name != "SCORE"
    )


def series(key: SeriesKey, bars: int = 600, now: datetime = NOW) -> SeriesUpdate:
    """A random walk that ends at the quoted price, the same each time."""
    level, step, unit, decimals = _LEVELS.get(key.id, (1.0, 0.002, "ratio", 4))
    random = np.random.default_rng(sum(map(ord, key.id)) * 31 + key.interval.seconds)
    moves = random.normal(0, step * np.sqrt(key.interval.seconds / 3_600), bars)
    close = level * np.exp(np.cumsum(moves) - moves.sum())
    open_ = np.concatenate([close[:1], close[:-1]])
    spread = np.abs(random.normal(0, step * 0.6, bars)) * close
    times = _bar_times(key.interval, bars, now)
    return SeriesUpdate(
        key=key,
        replace=True,
        line=key.id == "SCORE",
        time=times,
        open=open_,
        high=np.maximum(open_, close) + spread,
        low=np.minimum(open_, close) - spread,
        close=close,
        forming=True,
        unit=unit,
        decimals=decimals,
        source="demo",
        state=Freshness.LIVE,
        as_of=now - _S,
        thresholds=((60.0, "watch"), (72.0, "risk_off")) if key.id == "SCORE" else (),
    )


def _bar_times(interval: Interval, bars: int, now: datetime) -> IntArray:
    if interval.intraday:
        last = to_ns(now) // interval.ns * interval.ns
        return last - interval.ns * np.arange(bars - 1, -1, -1, dtype=np.int64)
    days = (from_ns(to_ns(now) // interval.ns * interval.ns) - timedelta(days=k) for k in itertools.count())
    sessions = itertools.islice((day for day in days if day.weekday() < 5), bars)
    return np.array([to_ns(day) for day in sessions], dtype=np.int64)[::-1].copy()


def light_history(last: Face = Face.WATCH, sessions: int = 400, now: datetime = NOW) -> LightHistory:
    """Every face in turn over the past sessions, and `last` in the last of them."""
    time = _bar_times(Interval.DAY_1, sessions, now) + 21 * 3_600 * 1_000_000_000
    wave = 50 + 28 * np.cos((np.arange(sessions) - sessions + 9) / 23) + np.random.default_rng(3).normal(0, 3, sessions)
    face = np.where(wave >= 72, 2, np.where(wave >= 60, 1, 0)).astype(np.int64)
    face[40:46] = 3
    face[-1] = last.severity
    score = np.where(face == 3, np.nan, wave)
    return LightHistory(True, time, face, face.copy(), score)
