"""The intraday shock: stocks and crypto both fall by three of their usual hours within 60 minutes (SIGNALS 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite, log, nan

import numpy as np

from barograph.engine.hour_returns import HourReturns
from barograph.engine.price_lines import PriceLine
from barograph.indicators.correlation import decay_of_half_life
from barograph.market.bars import FloatArray
from barograph.market.instants import from_ns
from barograph.market.intervals import HOUR_NS, SECOND_NS
from barograph.risk.features import Shock
from barograph.risk.rules import RuleSet

_HALF_LIVES = 20
"""Half-lives looked back on: what lies before weighs less than a millionth."""
_NONE = Shock(fired=False, possible=False)


class HourShock:
    """Looks at the 60 minutes before an instant, and at the hours of the same grid before them."""

    def __init__(self, lines: Mapping[str, PriceLine], hours: HourReturns, rules: RuleSet) -> None:
        """`lines` by instrument; without those of the stock future and of the coin there is no shock."""
        names = rules.inputs
        self._stock, self._coin = lines.get(names.equity_future), lines.get(names.crypto)
        self._hours = hours
        self._rules = rules.intraday
        self._step_ns = 60 * SECOND_NS * rules.intraday.step_minutes
        self._usual: tuple[int, FloatArray] = (-1, np.full((2, 2), nan))

    def at(self, at_ns: int) -> Shock:
        """Whether it struck by an instant, and whether it could have, given what is missing.

        A future with hourly bars is asked on the hour only; between two of its bars nothing could have been seen. Where
        the future is known to be late both are compared as of the newest look of which it has told.
        """
        stock, coin = self._stock, self._coin
        if stock is None or coin is None:
            return _NONE
        at_ns -= -(-stock.delay_ns // self._step_ns) * self._step_ns
        if not self._asked(stock, at_ns):
            return _NONE
        usual = self._usual_hours(at_ns)
        if usual is None:
            return _NONE  # there is no usual hour yet, for anybody
        legs = [self._fell(line, at_ns, sigmas) for line, sigmas in zip((stock, coin), usual.T.tolist(), strict=True)]
        return Shock(fired=all(known for known, _ in legs), possible=all(could for _, could in legs))

    def _asked(self, stock: PriceLine, at_ns: int) -> bool:
        """Whether the future traded all through the 60 minutes, and a bar of it should have ended just now."""
        row = int(np.searchsorted(stock.end, at_ns, side="right")) - 1
        if row < 0 or at_ns % stock.step(row):
            return False
        return stock.calendar.trading_s(from_ns(at_ns - HOUR_NS), from_ns(at_ns)) >= HOUR_NS / 1e9

    def _fell(self, line: PriceLine, at_ns: int, sigmas: tuple[float, float]) -> tuple[bool, bool]:
        """Whether it fell by so many usual hours, and whether it could have, the usual hour as small as it may be."""
        usual, least = sigmas
        before, now = line.prints.at(np.array([at_ns - HOUR_NS, at_ns])).tolist()
        if not (isfinite(before) and isfinite(now)):
            return False, True
        move = log(now / before) / -self._rules.shock_sigma
        return move >= usual, move >= least  # a comparison with an unknown usual hour is false

    def _usual_hours(self, at_ns: int) -> FloatArray | None:
        """An hour's usual move of both, of the hours that ended before the 60 minutes began: (2, 2), as known and at
        least, where hours that are missing may have been quiet. None while there are too few for anybody.
        """
        until = (at_ns - HOUR_NS) // HOUR_NS * HOUR_NS
        if self._usual[0] != until:
            self._usual = until, self._usual_until(until)
        return self._usual[1] if len(self._usual[1]) else None

    def _usual_until(self, until_ns: int) -> FloatArray:
        half_life = self._rules.shock_half_life
        moves = self._hours.before(until_ns, _HALF_LIVES * half_life)
        if len(moves) < self._rules.shock_minimum:
            return np.empty((0, 2))
        weight = decay_of_half_life(half_life) ** np.arange(len(moves) - 1, -1, -1.0)
        known = np.isfinite(moves).all(axis=1)
        squares = (weight[known, None] * moves[known] ** 2).sum(axis=0)
        enough = int(known.sum()) >= self._rules.shock_minimum
        usual = squares / weight[known].sum() if enough else np.full(2, nan)
        both: FloatArray = np.sqrt(np.stack((usual, squares / weight.sum())))
        return both
