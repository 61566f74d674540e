"""Leaves out what is in our future. Where an exchange's clock and this computer's differ by hours, it would come to
pass one day for what it never was: a price that nobody asked for, shown as fresh.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import numpy as np

from barograph.feeds.book import BarsPiece
from barograph.market.freshness import CLOCK_TOLERANCE
from barograph.market.instants import to_ns
from barograph.market.intervals import SECOND_NS
from barograph.market.observations import Funding, OpenInterest

AHEAD_NS = int(CLOCK_TOLERANCE.total_seconds()) * SECOND_NS
"""What lies further ahead than two clocks may differ is an error to whoever judges its age."""
Rows = TypeVar("Rows", Funding, OpenInterest)


def bars_until(piece: BarsPiece, now: datetime) -> BarsPiece:
    """The bars that are over at `now`, and the forming one if it has begun."""
    latest_ns = to_ns(now) + AHEAD_NS
    closed, forming = piece.closed, piece.forming
    over = int(np.searchsorted(closed.time + piece.interval.ns, latest_ns, side="right"))
    begun = int(np.count_nonzero(forming.time <= latest_ns))
    return replace(piece, closed=closed[:over], forming=forming[:begun])


def rows_until(rows: Rows, now: datetime) -> Rows:
    """The rows up to `now`."""
    return rows[: int(np.searchsorted(rows.time, to_ns(now) + AHEAD_NS, side="right"))]
