"""The values that come from each exchange, through the unmodified client, from the wire to the program's own form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from barograph.feeds.book import BarsPiece
from barograph.feeds.exchange.dialects import COMMON_INTERVALS
from barograph.market.intervals import Interval
from tests.feeds.exchange.rest_runs import ALL_VENUES, NOW, NOW_MS, Running, run
from tests.loopback.exchange_world import World

pytestmark = pytest.mark.parametrize("venue_id", ALL_VENUES)


def expected(coin: str, interval: Interval, first_ms: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    rows = World().bars(coin, first_ms, NOW_MS, interval.seconds * 1000, NOW_MS)
    return np.array(rows, np.float64)


def columns(piece: BarsPiece) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    both = [
        np.concatenate([getattr(bars, name) for bars in (piece.closed, piece.forming)])
        for name in ("open", "high", "low", "close", "volume")
    ]
    time = np.concatenate([piece.closed.time, piece.forming.time]) / 1_000_000
    return np.column_stack([time, *both])


@pytest.mark.parametrize("interval", COMMON_INTERVALS)
def test_bars_arrive_as_the_exchange_has_them(venue_id: str, interval: Interval, tmp_path: Path) -> None:
    first_ms = NOW_MS - 40 * interval.seconds * 1000

    async def work(running: Running) -> BarsPiece:
        return await running.venue.bars("BTC", interval, first_ms * 1_000_000, NOW)

    piece = run(venue_id, tmp_path, work)
    assert (piece.instrument, piece.interval, piece.source) == ("BTC", interval, venue_id)
    assert len(piece.forming) == 1
    np.testing.assert_allclose(columns(piece), expected("BTC", interval, first_ms), atol=0.006)
