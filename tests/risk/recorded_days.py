"""Six years of recorded daily markets on session rows, as the features around the light read them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from barograph.engine.daily_table import DailyTable
from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.market.bars import FloatArray, IntArray
from barograph.market.calendars import calendar
from barograph.market.instants import from_ns, label_date
from barograph.market.intervals import DAY_NS, SECOND_NS, Interval
from barograph.market.universe_file import load_universe
from barograph.risk.context_features import ROWS, ContextWindow
from barograph.risk.faces import Face
from barograph.risk.features import Ohlc, raw_inputs, shock
from barograph.risk.judge import Judge
from barograph.risk.rules_file import load_rules

ROLES = {
    "equity": "SPX", "crypto": "BTC", "credit": "HYG", "gold": "GLD", "bonds": "TLT", "dollar": "UUP",
    "volatility_index": "VIX",
}  # fmt: skip
RATES = {"real_yield": "DFII10", "yield_10y": "DGS10", "yield_2y": "DGS2"}
_EVALUATED_NS = DAY_NS + 600 * SECOND_NS
_OLDEST_FIXING_NS = 6 * DAY_NS


@dataclass(frozen=True)
class RecordedDays:
    """Columns on the rows of `labels`."""

    labels: IntArray
    closes: dict[str, FloatArray]
    crypto_time: IntArray
    crypto_close: FloatArray
    growth: Ohlc
    leaders: FloatArray
    breadth: FloatArray
    rates: dict[str, FloatArray]

    def row(self, day: date) -> int:
        """The row of a session."""
        return [label_date(label) for label in self.labels.tolist()].index(day)

    def window(self, row: int) -> ContextWindow:
        """What the evaluation of that row's session may read."""
        rows = slice(max(0, row - ROWS + 1), row + 1)
        days = int(np.searchsorted(self.crypto_time, self.labels[row], side="right"))
        return ContextWindow(
            closes={name: column[rows] for name, column in self.closes.items()},
            crypto_days=self.crypto_close[max(0, days - ROWS) : days],
            growth=Ohlc(self.growth.open[rows], self.growth.high[rows], self.growth.low[rows], self.growth.close[rows]),
            leaders=self.leaders[rows],
            breadth=self.breadth[rows],
            leaders_absent=0,
            breadth_absent=0,
            rates={name: column[rows] for name, column in self.rates.items()},
        )

    def windows(self, start: date, end: date) -> Iterator[tuple[date, ContextWindow]]:
        """Session by session, both ends included."""
        for row, label in enumerate(self.labels.tolist()):
            if start <= label_date(label) <= end:
                yield label_date(label), self.window(row)


def recorded_days(history_folder: Path) -> RecordedDays:
    """The daily folder, from two years before the first evaluated session on."""
    if not (history_folder / "daily").is_dir():
        pytest.skip(f"no daily history in {history_folder}")
    universe = load_universe()
    folder = load_folder(history_folder / "daily", universe)
    labels = calendar("XNYS").session_labels(date(2016, 6, 1), date(2024, 12, 31))
    groups = universe.groups
    coin = folder.bars[ROLES["crypto"]][Interval.DAY_1]
    return RecordedDays(
        labels,
        {role: _column(folder, name, labels, "close") for role, name in ROLES.items()},
        coin.time,
        coin.close,
        Ohlc(*(_column(folder, "QQQ", labels, name) for name in ("open", "high", "low", "close"))),
        np.column_stack([_column(folder, name, labels, "close") for name in groups["leaders"]]),
        np.column_stack([_column(folder, name, labels, "close") for name in groups["breadth"]]),
        {role: _rate(folder, name, labels) for role, name in RATES.items()},
    )


def recorded_faces(history_folder: Path) -> dict[date, Face]:
    """What the light showed at each session of the daily folder, under the rules that ship."""
    universe, rules = load_universe(), load_rules()
    folder = load_folder(history_folder / "daily", universe)
    labels = calendar("XNYS").session_labels(date(2016, 6, 1), date(2024, 12, 31))
    daily = {name: tables[Interval.DAY_1] for name, tables in folder.bars.items() if Interval.DAY_1 in tables}
    table = DailyTable(labels, tuple(daily), universe, rules)
    for name, bars in daily.items():
        table.put_bars(name, bars)
    for name in (rules.inputs.yield_10y, rules.inputs.yield_2y):
        table.put_fixings(name, folder.series[name])
    judge, faces = Judge(rules), {}
    for row, label in enumerate(labels.tolist()):
        window, at = table.window(row), from_ns(int(table.evaluated_at[row]))
        evaluation = judge.evaluate(
            label_date(label), at, raw_inputs(window, rules), shock(window, rules), critical=True
        )
        faces[evaluation.session] = evaluation.face
    return faces


def _column(folder: HistoryFolder, name: str, labels: IntArray, field: str) -> FloatArray:
    bars = folder.bars[name][Interval.DAY_1]
    column: FloatArray = getattr(bars, field)
    row = np.minimum(np.searchsorted(bars.time, labels), len(bars) - 1)
    return np.where(bars.time[row] == labels, column[row], np.nan)


def _rate(folder: HistoryFolder, name: str, labels: IntArray) -> FloatArray:
    fixings = folder.series[name]
    row = np.maximum(np.searchsorted(fixings.known_at, labels + _EVALUATED_NS, side="right") - 1, 0)
    fresh = labels - fixings.time[row] <= _OLDEST_FIXING_NS
    return np.where(fresh, fixings.value[row], np.nan)
