"""The time axis that all charts share: range, zone and ticks, worked out once for plots of equal width."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PySide6.QtGui import QFont, QFontMetricsF

from barograph.gui.charts.time_range import TimeRange
from barograph.gui.charts.time_ticks import TimeTick, time_ticks


class TimeScale:
    """A range on the clock of a zone; made anew when either changes. `blank` has no ticks: nothing is loaded."""

    def __init__(self, shown: TimeRange, zone: ZoneInfo, font: QFont, *, blank: bool = False) -> None:
        """`font` is that of the labels."""
        self.range = shown
        self.zone = zone
        self.font = font
        self.blank = blank
        self._ticks: dict[float, tuple[TimeTick, ...]] = {}

    @property
    def daily(self) -> bool:
        """Whether a position stands for a session date rather than for an instant."""
        return not self.range.interval.intraday

    def ticks(self, width_px: float) -> tuple[TimeTick, ...]:
        """The ticks of a plot of that width."""
        if self.blank:
            return ()
        if width_px not in self._ticks:
            self._ticks[width_px] = time_ticks(
                self.range.start_s,
                self.range.end_s,
                width_px,
                None if self.daily else self.zone,
                QFontMetricsF(self.font).horizontalAdvance,
            )
        return self._ticks[width_px]

    def local(self, at_s: float) -> datetime:
        """The date and time at a position of the axis; the session date (at a time of no meaning) if daily."""
        return datetime.fromtimestamp(at_s, UTC if self.daily else self.zone)
