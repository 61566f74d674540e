"""What regime, scenarios, lamps and cascade read of one session, taken from the daily table."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, nan

import numpy as np

from barograph.engine.daily_table import DailyTable
from barograph.feeds.contract import Feed
from barograph.indicators.policy import path_bp
from barograph.indicators.volatility import term_ratio
from barograph.market.bars import FloatArray
from barograph.market.instants import label_date
from barograph.market.instruments import fed_funds_id, fed_funds_month
from barograph.risk.context_features import ROWS, ContextWindow
from barograph.risk.rules import RuleSet

CREDIT, GOLD, BONDS, LONGER_VOLATILITY = "HYG", "GLD", "TLT", "VIX3M"
REAL_YIELD, POLICY_RATE = "DFII10", "DFF"


class SessionWindows:
    """Windows by row of the daily table."""

    def __init__(self, table: DailyTable, feed: Feed, rules: RuleSet) -> None:
        """`rules` name the instruments that the light reads; the others are here."""
        names = rules.inputs
        self.table = table
        self._rules = rules
        self._instruments = frozenset(feed.instruments())
        self._roles = {
            "equity": names.equity_index,
            "crypto": names.crypto,
            "credit": CREDIT,
            "gold": GOLD,
            "bonds": BONDS,
            "dollar": names.dollar,
            "volatility_index": names.volatility_index,
        }

    def window(self, row: int) -> ContextWindow:
        """The session of a row and those before it."""
        names, daily = self._rules.inputs, self.table.window(row)
        return ContextWindow(
            closes={role: self.table.closes(name, row, ROWS) for role, name in self._roles.items()},
            crypto_days=daily.crypto_days.close,
            growth=daily.bars[names.growth],
            leaders=daily.leaders,
            breadth=daily.breadth,
            leaders_absent=daily.leaders_absent,
            breadth_absent=daily.breadth_absent,
            rates={
                "real_yield": self.table.rates(REAL_YIELD, row, ROWS),
                "yield_10y": self.table.rates(names.yield_10y, row, ROWS),
                "yield_2y": self.table.rates(names.yield_2y, row, ROWS),
                "policy_path": self.policy_path(row),
            },
        )

    def policy_path(self, row: int) -> FloatArray:
        """The rate (percent) that the contract twelve months after the row's session implied, session by session: of
        one contract, so that a change is no roll.
        """
        day = label_date(int(self.table.labels[row]))
        contract = fed_funds_id(day.replace(year=day.year + 1, day=1))
        return 100.0 - self.table.closes(contract, row, ROWS)

    def path12(self, row: int, contracts: Iterable[str]) -> FloatArray:
        """Path12 (bp) of each session up to a row: of the contract twelve months after it, as it was known when the
        session was judged. NaN where that is none of `contracts`, or either rate is not known.
        """
        months = self.table.labels[: row + 1].astype("datetime64[ns]").astype("datetime64[M]")
        price = np.full(row + 1, nan)
        for name in contracts:
            month = fed_funds_month(name)
            if month is not None:
                year_before = np.datetime64(month.replace(year=month.year - 1), "M")
                rows = slice(*np.searchsorted(months, [year_before, year_before + 1]))
                price[rows] = self.table.closes(name, row, row + 1)[rows]
        return path_bp(100.0 - price, self.table.rates(POLICY_RATE, row, row + 1))

    def term(self, row: int) -> float | None:
        """VIX over VIX3M at the session's close: None where the feed has no such index, NaN where it is not known."""
        if LONGER_VOLATILITY not in self._instruments:
            return None
        near, far = (
            float(self.table.closes(name, row, 1)[-1])
            for name in (self._rules.inputs.volatility_index, LONGER_VOLATILITY)
        )
        return term_ratio(near, far) if isfinite(near) and isfinite(far) else nan
