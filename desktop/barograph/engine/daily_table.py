"""Daily bars and fixings on the rows of the stock market's sessions: what the daily evaluation reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.instants import label_date
from barograph.market.instruments import AssetClass, Universe
from barograph.market.intervals import DAY_NS, SECOND_NS
from barograph.market.observations import Fixings
from barograph.risk.features import ROWS, DailyWindow, Ohlc
from barograph.risk.rules import RuleSet

EVALUATION_NS = DAY_NS + 600 * SECOND_NS
"""A session is judged at 00:10 UTC of the next calendar day, when the crypto day has closed as well."""


CONTEXT_SERIES = ("DFII10", "DFF")
"""Series that are held beside those that the light reads."""


class DailyTable:
    """Rows are sessions (labels in ns), columns instruments. Bars of other dates do not enter."""

    def __init__(self, labels: IntArray, instruments: Sequence[str], universe: Universe, rules: RuleSet) -> None:
        """`labels`: every session label of the stock market's calendar, also those to come."""
        names = rules.inputs
        self.labels = labels
        self.evaluated_at = labels + EVALUATION_NS
        self._rules = rules
        self._universe = universe
        self._column = {name: column for column, name in enumerate(instruments)}
        self._close = np.full((len(labels), len(instruments)), np.nan)
        self._named = {
            name: np.full((4, len(labels)), np.nan)
            for name in (names.equity_index, names.growth, names.volatility_index, names.crypto, names.dollar)
        }
        self._crypto = Bars.empty()
        self._fixings = {
            name: np.full(len(labels), np.nan) for name in (names.yield_10y, names.yield_2y, *CONTEXT_SERIES)
        }
        self._leaders = self._columns(universe.groups[names.leaders])
        shares = [n for n in instruments if universe.instrument(n).asset_class is AssetClass.SHARE]
        self._breadth = self._columns(shares)
        present = set(instruments)
        self._leaders_absent = [n for n in universe.groups[names.leaders] if n not in present]
        self._breadth_absent = [n for n in universe.groups[names.breadth] if n not in present]

    def _columns(self, names: Sequence[str]) -> IntArray:
        return np.array([self._column[name] for name in names if name in self._column], dtype=np.int64)

    def put_bars(self, instrument: str, bars: Bars) -> None:
        """Enter daily bars of one instrument; a bar for a session already there replaces it."""
        if not len(bars):
            return
        rows = np.searchsorted(self.labels, bars.time)
        rows[rows == len(self.labels)] = 0
        here = self.labels[rows] == bars.time
        rows = rows[here]
        if instrument not in self._column:  # listed since
            self._column[instrument] = self._close.shape[1]
            self._close = np.column_stack((self._close, np.full(len(self.labels), np.nan)))
        self._close[rows, self._column[instrument]] = bars.close[here]
        if instrument in self._named:
            table = self._named[instrument]
            for line, column in enumerate((bars.open, bars.high, bars.low, bars.close)):
                table[line, rows] = column[here]
        if instrument == self._rules.inputs.crypto:
            self._crypto = joined(self._crypto, bars)

    def drop_bars(self, instrument: str) -> None:
        """Forget all bars of one instrument: those of another source take their place."""
        self._close[:, self._column[instrument]] = np.nan
        if instrument in self._named:
            self._named[instrument][:] = np.nan
        if instrument == self._rules.inputs.crypto:
            self._crypto = Bars.empty()

    def put_fixings(self, series: str, fixings: Fixings) -> None:
        """Enter a whole series. Each session holds the newest fixing known at its evaluation, if young enough.

        One that became known after a newer one changes nothing: whoever asked in between never saw it.
        """
        if series not in self._fixings or not len(fixings):
            return
        order = np.argsort(fixings.known_at, kind="stable")
        known = np.searchsorted(fixings.known_at[order], self.evaluated_at, side="right") - 1
        newest = np.maximum.accumulate(order)[np.maximum(known, 0)]
        age = self.labels - fixings.time[newest]
        held = (known >= 0) & (age <= self._rules.fixing_max_age_days * DAY_NS)
        self._fixings[series] = np.where(held, fixings.value[newest], np.nan)

    def window(self, row: int) -> DailyWindow:
        """What the evaluation of that row's session may read: this session and up to ROWS - 1 before."""
        names = self._rules.inputs
        rows = slice(max(0, row - ROWS + 1), row + 1)
        session = label_date(int(self.labels[row]))
        end = int(np.searchsorted(self._crypto.time, self.labels[row], side="right"))
        return DailyWindow(
            bars={name: Ohlc(*(line[rows] for line in table)) for name, table in self._named.items()},
            crypto_days=self._crypto_days(end, int(self.labels[row])),
            leaders=self._close[rows][:, self._leaders],
            breadth=self._close[rows][:, self._breadth],
            leaders_absent=self._listed(self._leaders_absent, session.toordinal()),
            breadth_absent=self._listed(self._breadth_absent, session.toordinal()),
            fixings={
                names.yield_10y: self._fixings[names.yield_10y][rows],
                names.yield_2y: self._fixings[names.yield_2y][rows],
            },
        )

    def closes(self, instrument: str, row: int, rows: int) -> FloatArray:
        """Up to `rows` closes of one instrument ending with that row; NaN where there is no bar."""
        column = self._column.get(instrument)
        if column is None:
            return np.full(min(rows, row + 1), np.nan)
        values: FloatArray = self._close[max(0, row - rows + 1) : row + 1, column]
        return values

    def rates(self, series: str, row: int, rows: int) -> FloatArray:
        """Up to `rows` fixings ending with that row, each as known at its own session's evaluation; NaN where none."""
        held = self._fixings.get(series)
        if held is None:
            return np.full(min(rows, row + 1), np.nan)
        values: FloatArray = held[max(0, row - rows + 1) : row + 1]
        return values

    def _crypto_days(self, end: int, label: int) -> Ohlc:
        days = self._crypto[max(0, end - ROWS) : end]
        if not len(days) or days.time[-1] != label:
            days = Bars.empty()
        return Ohlc(days.open, days.high, days.low, days.close)

    def _listed(self, absent: Sequence[str], ordinal: int) -> int:
        listed = (self._universe.instrument(name).listed for name in absent)
        return sum(day is None or day.toordinal() <= ordinal for day in listed)


def joined(held: Bars, new: Bars) -> Bars:
    """Held bars with new ones appended; where the new ones start at or before the end, they replace it."""
    if not len(new):
        return held
    kept = held[: int(np.searchsorted(held.time, new.time[0]))]
    if not len(kept):
        return new
    return Bars(
        *(
            np.concatenate((getattr(kept, name), getattr(new, name)))
            for name in ("time", "open", "high", "low", "close", "volume")
        )
    )
