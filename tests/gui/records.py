"""A track record made up for tests and pictures: a bit more than a year in which every face is shown."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from barograph.risk.faces import Face
from barograph.risk.track_record import (
    UNKNOWN,
    AlarmRecord,
    Estimate,
    EventRecord,
    FaceMarket,
    FaceRecord,
    JointEvent,
    OddsRecord,
    Ranking,
    TrackRecord,
)

FACES = (Face.CALM, Face.WATCH, Face.RISK_OFF)
PREDICTORS = ("score", "equal_pillars", "vix", "vix_percentile", "drawdown", "realised_volatility", "random")
EVENTS = (
    JointEvent("J5", 5, 0.02, 0.06),
    JointEvent("J10", 10, 0.04, 0.12),
    JointEvent("VS5", 5, 1.0, 1.0, scaled=True),
)


def event_record(event: JointEvent, *, seen: bool = True) -> EventRecord:
    """A dozen episodes of an event; none where it was not `seen`."""
    skill = Estimate(0.66, 0.55, 0.74)
    better, same = Estimate(0.12, 0.03, 0.21), Estimate(0.03, -0.04, 0.1)
    return EventRecord(
        event=event,
        days=380,
        event_days=30 if seen else 0,
        base_rate=Estimate(30 / 380, 0.041, 0.123),
        episodes=12,
        rankings=tuple(
            Ranking(
                each, 380, skill, 0.2, 0.01, 0.8, None if each == "score" else better if each == "random" else same
            )
            for each in PREDICTORS
        ),
        alarms=(
            AlarmRecord(
                "light_risk_off", 380, 0.2, Estimate(0.5), Estimate(0.2), Estimate(0.4), Estimate(0.16), Estimate(2.1),
                2.6, 1.1, 18.0, 9.8, 12, 6, 4, 3.0,
            ),
        ),
        faces=tuple(
            FaceRecord(face, 120, Estimate(odds, odds / 2, 1.6 * odds), Estimate(1.2), begun)
            for face, odds, begun in zip(FACES, (0.067, 0.12, 0.18), (6, 2, 4), strict=True)
        ),
        odds=OddsRecord(0, None, None, UNKNOWN),
        from_calm=(),
        years=(),
        block_sensitivity={},
    )  # fmt: skip


def record_of_a_year(word: str = "") -> TrackRecord:
    """400 sessions."""
    random = np.random.default_rng(1)
    walk = np.cumsum(random.normal(0, 0.01, (2, 400)), axis=1)
    days = np.zeros(400)
    days[100:110] = days[300:320] = 1
    days[-10:] = np.nan
    shown = [(Face.NO_DATA, *FACES, Face.CALM)[row // 80] for row in range(400)]
    return TrackRecord(
        label="Live market",
        word=word,
        rule_set="v1/balanced",
        stock="SPX",
        coin="BTC",
        sessions=tuple(date(2024, 6, 3) + timedelta(days=row) for row in range(400)),
        faces=tuple(shown),
        score=random.uniform(30, 90, 400),
        stock_close=5_000 * np.exp(walk[0]),
        coin_close=60_000 * np.exp(walk[1]),
        event_days=dict.fromkeys(("J5", "J10", "VS5"), days),
        markets=tuple(FaceMarket(face, 120, 0.3, 0.15, 0.001, -0.01) for face in FACES),
        changes_a_year=9.8,
        events=tuple(event_record(event, seen=event.id != "VS5") for event in EVENTS),
        absent=("fear_greed",),
        seen=True,
        draws=1_000,
        mean_block=30,
        seed=20_180_201,
    )
