"""The range of time that all charts show: it follows the newest bar in steps, pans, zooms, and stays in bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace

from barograph.market.intervals import Interval

_SHOWN_BARS = (60, 180)
_BAR_PX = 3.8
_FEWEST_BARS = 12
_MOST_BARS = 20_000
_HEADROOM = 0.08
"""Empty share of the range at its right edge after a step: redrawing an axis costs more than drawing bars."""


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start_s` to `end_s`, seconds since 1970, for bars of one interval."""

    start_s: float
    end_s: float
    interval: Interval

    @classmethod
    def latest(cls, newest_s: float, interval: Interval, length_s: float) -> TimeRange:
        """The range of that length that shows the newest bar (its end) with headroom."""
        end = newest_s + max(4 * interval.seconds, _HEADROOM * length_s)
        return cls(end - length_s, end, interval)

    @classmethod
    def first(cls, newest_s: float, interval: Interval, plot_px: float) -> TimeRange:
        """The range to begin with: as many bars as can be told apart in a plot of that width."""
        fewest, most = _SHOWN_BARS
        bars = min(max(plot_px / _BAR_PX, fewest), most)
        return cls.latest(newest_s, interval, bars * interval.seconds)

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    def shows(self, instant_s: float) -> bool:
        """Whether an instant lies inside."""
        return self.start_s < instant_s <= self.end_s

    def follow(self, before_s: float | None, newest_s: float) -> TimeRange:
        """The range after the newest bar's end moved: one step on where headroom runs out.

        It stays while the trader looks at the past.
        """
        looked_at_newest = before_s is None or self.shows(before_s)
        if not looked_at_newest or self.start_s < newest_s <= self.end_s - self.interval.seconds:
            return self
        return TimeRange.latest(newest_s, self.interval, self.length_s)

    def pan(self, by_s: float) -> TimeRange:
        """The range moved by so many seconds."""
        return replace(self, start_s=self.start_s + by_s, end_s=self.end_s + by_s)

    def zoom(self, factor: float, anchor_s: float) -> TimeRange:
        """The range made `factor` times as long; what is at the anchor stays where it is."""
        seconds = self.interval.seconds
        length = min(max(self.length_s * factor, _FEWEST_BARS * seconds), _MOST_BARS * seconds)
        share = (anchor_s - self.start_s) / self.length_s
        start = anchor_s - share * length
        return replace(self, start_s=start, end_s=start + length)

    def within(self, oldest_s: float, newest_s: float) -> TimeRange:
        """The range moved so that some of the bars between two instants stay in sight."""
        rest = min(_FEWEST_BARS / 2 * self.interval.seconds, self.length_s / 2)
        if self.start_s > newest_s - rest:
            return self.pan(newest_s - rest - self.start_s)
        if self.end_s < oldest_s + rest:
            return self.pan(oldest_s + rest - self.end_s)
        return self
