"""Records to store in tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np

from barograph.checklist.evidence import EvidenceRow, FrozenEvidence
from barograph.market.bars import Bars
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face
from barograph.store.evaluations import StoredEvaluation

NOW = datetime(2026, 2, 5, 14, 30, 0, 123_456, tzinfo=UTC)
DAY = date(2026, 2, 5)
FEED = "demo:7"
HOUR_NS = 3_600 * 10**9


def evidence(score: float | None = 61.5) -> FrozenEvidence:
    """Evidence in which every kind of value occurs."""
    rows = (
        EvidenceRow(
            "us10y",
            0.1 + 0.2,
            "%",
            2,
            Freshness.LIVE,
            "Yahoo",
            NOW,
            (("1d", -4.0), ("5d", None)),
            "bp",
            0.05,
            "proxy",
        ),
        EvidenceRow("real10y", None, "%", 2, Freshness.MISSING, "", None),
    )
    return FrozenEvidence(rows, Face.WATCH, Face.RISK_OFF, score, "v1", FEED, NOW)


def bars(count: int, first: int = 0, price: float = 100.0) -> Bars:
    """`count` hourly bars from hour `first` on, the volume unknown."""
    time = (np.arange(count) + first) * HOUR_NS
    close = price + np.arange(count) / 7
    return Bars.of(time, close - 0.5, close + 1, close - 1, close, np.full(count, np.nan))


def evaluation(number: int = 0, score: float | None = 61.5, inputs: str = '{"V1":[0.1,null]}') -> StoredEvaluation:
    """The evaluation of the `number`th day."""
    session = DAY + timedelta(days=number)
    return StoredEvaluation(
        FEED,
        "v1",
        session,
        NOW + timedelta(days=number),
        Face.WATCH,
        Face.RISK_OFF,
        None,
        score,
        55.25,
        70.125,
        0.9,
        '{"face":{"closes":1}}',
        inputs,
    )
