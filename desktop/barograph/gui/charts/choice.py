"""Which series the charts take of what the feed offers, and what it is known to lack."""

from __future__ import annotations

from barograph.engine.messages import SeriesUpdate
from barograph.engine.snapshot import Snapshot
from barograph.gui.charts.specs import SCORE, ChartSpec, choose_series, is_context_line


class SeriesChoice:
    """What is known of one feed's series on the interval that is shown."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._feed_key: str | None = None
        self._offered: frozenset[str] = frozenset()
        self._without_bars: set[str] = set()
        self._coarse: set[str] = set()

    def offer(self, snapshot: Snapshot) -> None:
        """Take note of what the feed quotes; of another feed nothing is known, but series come before a snapshot."""
        if self._feed_key not in (None, snapshot.feed.key):
            self.forget()
        self._feed_key = snapshot.feed.key
        self._offered = frozenset(quote.instrument for quote in snapshot.quotes)

    def forget(self) -> None:
        """Another interval is shown."""
        self._without_bars.clear()
        self._coarse.clear()

    def note(self, update: SeriesUpdate, *, empty: bool) -> bool:
        """Take note of a series that has no bars, or only longer ones; True if that is news."""
        before = len(self._without_bars), len(self._coarse)
        if empty and update.empty_reason == "no_bars":
            self._without_bars.add(update.key.id)
        elif update.steps and not is_context_line(update.key.id):
            self._coarse.add(update.key.id)
        return before != (len(self._without_bars), len(self._coarse))

    def series_for(self, spec: ChartSpec, shown: str) -> str:
        """The series that a chart shows from now on; the same until the feed has offered something."""
        if not self._offered:
            return shown
        return choose_series(spec, self._offered | {SCORE}, self._without_bars, self._coarse)
