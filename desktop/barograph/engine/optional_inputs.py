"""What the light reads where a feed has it, as it was known at any instant: hours of trading, a coin's derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from math import nan

import numpy as np

from barograph.engine.daily_table import EVALUATION_NS
from barograph.engine.derivatives import asked, derivatives
from barograph.engine.hour_returns import HourReturns
from barograph.engine.tape import Tape
from barograph.market.bars import Bars
from barograph.market.instants import from_ns
from barograph.market.intervals import DAY_NS, WEEK_NS
from barograph.risk.crypto_features import BACK_NS, CoinDerivatives, derivative_inputs
from barograph.risk.features import RawInput


class OptionalInputs:
    """Asks the feed as of each evaluation, so that nothing later can be in the answer."""

    def __init__(self, tape: Tape, future: str, crypto: str) -> None:
        """`future` and `crypto`: the stock future and the coin that the light judges."""
        self._tape = tape
        self._crypto = crypto
        self.hours = HourReturns(tape, future, crypto)

    def update(self, now: datetime) -> None:
        """Take in the hours that have ended."""
        self.hours.update(now)

    def of_session(self, label_ns: int) -> dict[str, float]:
        """Those known when the session with that label is judged; its crypto day ends at the next midnight UTC."""
        held = self._tape.daily.get(self._crypto, Bars.empty())
        closes = _close(held, label_ns), _close(held, label_ns - WEEK_NS)
        at_ns = label_ns + EVALUATION_NS
        return {**self.hours.correlations(at_ns), **self.of_coin(label_ns + DAY_NS - 1, from_ns(at_ns), *closes)}

    def of_instant(
        self, at_ns: int, known_at: datetime, price: float, price_week: float, before: Mapping[str, RawInput]
    ) -> dict[str, float]:
        """C3 to C5 while a session runs. Of a table of days nothing is new until the day is over: what is made of it
        stays as it was `before`.
        """
        found = self.of_coin(at_ns, known_at, price, price_week)
        if "C3" not in found and self._of_days(at_ns, known_at):
            found |= {name: before[name].x for name in ("C3", "C4") if name in before}
        return found

    def _of_days(self, at_ns: int, known_at: datetime) -> bool:
        rows = asked(self._tape.feed.fetch_open_interest, self._crypto, at_ns - WEEK_NS, known_at)
        return rows is not None and len(rows) > 0 and not (rows.time % DAY_NS).any()

    def of_coin(self, at_ns: int, known_at: datetime, price: float, price_week: float) -> dict[str, float]:
        """C3 to C5 at an instant, from what was known at another, later one."""
        told = derivatives(self._tape.feed, self._crypto, at_ns - BACK_NS, known_at)
        return derivative_inputs(
            CoinDerivatives(at_ns, told.funding, told.open_interest, told.liquidations, price, price_week)
        )


def _close(bars: Bars, label_ns: int) -> float:
    row = int(np.searchsorted(bars.time, label_ns))
    return float(bars.close[row]) if row < len(bars) and bars.time[row] == label_ns else nan
