"""What differs between the exchanges in requests: names, sizes of a page, reach, units."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.market.intervals import Interval

COMMON_INTERVALS = (Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)
"""The intervals that every exchange here serves, shortest first."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One exchange.

    `bars_page` and `old_bars_page`: bars in one answer, and where older ones come from another place (`recent_bars`
    ago), in one of those. `backward`: pages are walked from the newest to the oldest, because a request that names
    only a beginning is answered otherwise. `oi_page` is 0 where there is no history of open interest, `oi_reach_bars`
    and `oi_reach_days` how far it goes back. `oi_coins` is ccxt's key for open interest in coins: OKX counts
    contracts under the usual one. `funding_h` is set where the interval of funding never changes.
    """

    quote: str
    bars_page: int
    funding_page: int
    funding_backward: bool
    backward: bool = False
    old_bars_page: int = 0
    recent_bars: int = 0
    oi_page: int = 0
    oi_reach_bars: int = 0
    oi_reach_days: float = 0.0
    oi_coins: str = "openInterestAmount"
    funding_h: float | None = None


DIALECTS = {
    "binanceusdm": Dialect(
        "USDT", bars_page=1000, funding_page=1000, funding_backward=False, oi_page=500, oi_reach_days=29.5
    ),
    "bybit": Dialect("USDT", bars_page=1000, funding_page=200, funding_backward=True, backward=True, oi_page=200),
    # The older candles were once served a hundred at a time, and a longer answer is not promised everywhere.
    "okx": Dialect(
        "USDT",
        bars_page=300,
        funding_page=100,
        funding_backward=True,
        backward=True,
        old_bars_page=100,
        recent_bars=1400,
        oi_page=100,
        oi_reach_bars=1400,
        oi_coins="baseVolume",
    ),
    "hyperliquid": Dialect("USDC", bars_page=5000, funding_page=500, funding_backward=False, funding_h=1.0),
}
