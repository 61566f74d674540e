"""What the window asks of the charts in its middle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from barograph.engine.messages import LightHistory, SeriesKey, SeriesUpdate
from barograph.engine.snapshot import Snapshot
from barograph.gui.charts.specs import ChartSpec, ChartStyle
from barograph.gui.theme import Theme
from barograph.market.intervals import Interval


class Charts(Protocol):
    """What the window asks of the charts in its middle, which are a widget."""

    keys_changed: Any

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what a snapshot says about the charted series."""
        ...

    def apply_series(self, update: SeriesUpdate) -> None:
        """Take over points of a series."""
        ...

    def apply_light(self, history: LightHistory) -> None:
        """Take over the light's past."""
        ...

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        ...

    def set_interval(self, interval: Interval) -> None:
        """Chart bars of this interval."""
        ...

    def set_style(self, style: ChartStyle) -> None:
        """Draw bars in this style."""
        ...

    def show_charts(self, specs: Sequence[ChartSpec]) -> None:
        """Show these charts."""
        ...

    def watched_keys(self) -> tuple[SeriesKey, ...]:
        """The series that are shown."""
        ...
