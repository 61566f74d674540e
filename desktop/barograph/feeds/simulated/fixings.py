"""Simulated daily fixings: Treasury yields and the policy rate, each with the instant it becomes public."""

from __future__ import annotations

import numpy as np

from barograph.feeds.simulated.assets import FIXINGS
from barograph.feeds.simulated.tape import KEEP_NS, SLACK_NS, Table
from barograph.market.bars import FloatArray, IntArray
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval
from barograph.market.observations import Fixings
from barograph.market.publication import NEXT_BUSINESS_DAY, SAME_DAY, known_at

NOMINAL = np.array([4.12, 3.55, 1.86])
"""DGS10, DGS2 and DFII10 at trend's zero, per cent."""
_MEETING_SESSIONS = 31
"""Sessions between two meetings of the central bank: about eight a year."""


class FixingsModel:
    """Makes the fixings of each stock exchange session and keeps them."""

    def __init__(self, universe: Universe) -> None:
        """No fixings yet; `universe` gives each series' publication rule."""
        self._rule = {series: universe.series[series].publication for series in FIXINGS}
        self._table = Table(1, len(FIXINGS))
        self._target: float | None = None
        self._sessions = 0

    def publish(self, labels: IntArray, yields: FloatArray, rng: np.random.Generator) -> None:
        """Add the fixings of sessions `labels` (n,): `yields` (n, 3) in per cent at the bond market's close."""
        if not len(labels):
            return
        values = np.empty((1, len(labels), len(FIXINGS)))
        values[0, :, :3] = np.round(yields, 2)
        for row, two_year in enumerate(yields[:, 1]):
            target = self._policy(float(two_year))
            values[0, row, 3:] = round(target - 0.17 + 0.01 * rng.integers(-1, 2), 2), target
        self._table.append(np.stack([labels, known_at(labels, SAME_DAY), known_at(labels, NEXT_BUSINESS_DAY)]), values)

    def since(self, series_id: str, after_ns: int, now_ns: int) -> Fixings:
        """Fixings of one series later than `after_ns`, public at `now_ns`."""
        time = self._table.time
        value = self._table.values[0, :, FIXINGS.index(series_id)]
        public = self._table.start if self._rule[series_id] == SAME_DAY else self._table.end
        after_ns = max(after_ns, now_ns - KEEP_NS[Interval.DAY_1])
        first = int(np.searchsorted(time, after_ns, side="right"))
        last = max(first, int(np.searchsorted(public, now_ns, side="right")))
        return Fixings(time[first:last].copy(), value[first:last].copy(), public[first:last].copy())

    def forget(self, horizon_ns: int) -> None:
        """Drop what no question at or after `horizon_ns` less the slack can reach."""
        self._table.forget(horizon_ns - KEEP_NS[Interval.DAY_1] - SLACK_NS)

    def _policy(self, two_year: float) -> float:
        """The target's upper bound: every few weeks it follows the two-year yield by one step of 25 bp."""
        if self._target is None:
            self._target = max(0.25, round((two_year + 0.15) * 4) / 4)
        self._sessions += 1
        if self._sessions % _MEETING_SESSIONS == 0:
            gap = two_year + 0.15 - self._target
            step = 0.25 * np.sign(gap) if abs(gap) > 0.3 else 0.0
            self._target = max(0.25, self._target + float(step))
        return self._target
