"""Raw indicators C3 to C5 from one coin's derivatives (SIGNALS 3.3 and 4.1).

A value is there only where all that it is made of is known and comes from one venue; nothing is filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, nan

import numpy as np

from barograph.indicators.positioning import coins_at, intensity_bp, mean_funding_apr, open_interest_change, usd_at
from barograph.market.bars import FloatArray, IntArray
from barograph.market.intervals import DAY_NS, HOUR_NS, WEEK_NS
from barograph.market.observations import Funding, Liquidations, OpenInterest

PEAK_HOURS = 24
BACK_NS = 31 * DAY_NS
"""How far before the instant the observations have to reach; a longer past changes nothing."""
_LONG = 1


@dataclass(frozen=True, slots=True, eq=False)
class CoinDerivatives:
    """What was known of a coin's perpetual at one instant: `BACK_NS` of observations, oldest first, and its price at
    that instant and a week before (NaN where unknown).

    The end of a day is the last instant before midnight: what is dated to the next day is not part of it.
    """

    at_ns: int
    funding: Funding
    open_interest: OpenInterest
    liquidations: Liquidations
    price: float
    price_week: float


def derivative_inputs(known: CoinDerivatives) -> dict[str, float]:
    """C3 to C5, those that are known."""
    values = {"C3": divergence(known), "C4": mean_funding(known), "C5": liquidation_peak(known)}
    return {name: value for name, value in values.items() if isfinite(value)}


def divergence(known: CoinDerivatives) -> float:
    """OI_div: seven days' log change of open interest in coins where the price fell meanwhile, else 0."""
    age_ns = _age(known)
    now, before = (coins_at(known.open_interest, known.at_ns - back, age_ns) for back in (0, WEEK_NS))
    return open_interest_change(before, now, known.price_week, known.price).divergence


def mean_funding(known: CoinDerivatives) -> float:
    """Mean funding of seven days as a rate a year.

    Over venues it is weighted by open interest, so a venue whose open interest is not known has no weight: funding by
    itself is no input.
    """
    weights = [read(known.open_interest, known.at_ns, _age(known)) for read in (coins_at, usd_at)]
    if known.open_interest.source != known.funding.source or not any(weight > 0 for weight in weights):
        return nan
    return mean_funding_apr(known.funding, known.at_ns - WEEK_NS, known.at_ns)


def liquidation_peak(known: CoinDerivatives) -> float:
    """The highest LQ_1h of the last 24 whole hours: basis points of the venue's open interest at the hour's start.

    Every hour has to be known, and the venue has to publish every forced order.
    """
    rows, open_interest = known.liquidations, known.open_interest
    last = known.at_ns + 1 - (known.at_ns + 1) % HOUR_NS
    starts = last - HOUR_NS * np.arange(PEAK_HOURS, 0, -1, dtype=np.int64)
    if not rows.complete or rows.source != open_interest.source or not _heard(rows, int(starts[0]), last):
        return nan
    held = [usd_at(open_interest, int(start), HOUR_NS) for start in starts]
    sums = _longs(rows, np.append(starts, last))
    return float(np.max([intensity_bp(usd, interest) for usd, interest in zip(sums.tolist(), held, strict=True)]))


def _age(known: CoinDerivatives) -> int:
    """How old a reading may be: an hour; a table of days names each by its first instant."""
    rows = known.open_interest
    return DAY_NS if len(rows) and not (rows.time % DAY_NS).any() and (known.at_ns + 1) % DAY_NS == 0 else HOUR_NS


def _heard(rows: Liquidations, since_ns: int, until_ns: int) -> bool:
    """Whether no rows would mean no liquidations. A recorded table does not say so itself: it has to begin before,
    and a whole day without any forced order is taken for the end of the recording.
    """
    if rows.since_ns is not None and rows.until_ns is not None:
        return rows.since_ns <= since_ns and rows.until_ns >= until_ns
    inside = np.searchsorted(rows.time, [since_ns, until_ns])
    return bool(0 < inside[0] < inside[1])


def _longs(rows: Liquidations, edges: IntArray) -> FloatArray:
    """Dollars of longs liquidated between neighbouring edges; NaN where the size of one is unknown."""
    longs = rows.side == _LONG
    usd = np.where(np.isnan(rows.usd), rows.coin * rows.price, rows.usd)[longs]
    bounds = np.searchsorted(rows.time[longs], edges).tolist()
    return np.array([float(np.sum(usd[first:last])) for first, last in pairwise(bounds)])
