"""What a plot shows now: written by its chart, read by its layers while they draw."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont

from barograph.gui.charts.frame import Frame
from barograph.gui.charts.light_track import LightTrack
from barograph.gui.charts.price_scale import NO_TICKS, PriceTicks
from barograph.gui.charts.series_buffer import Bar, SeriesBuffer
from barograph.gui.charts.specs import ChartStyle
from barograph.gui.charts.time_ticks import TimeTick
from barograph.gui.theme import Theme

_DOUBT_OPACITY = 0.5


@dataclass(slots=True)
class PlotContent:
    """Series, look and pointer of one plot.

    `colour` is the curve's; `held` says that the score is drawn, which holds until the next one. `last` is the last
    value as the title shows it, for the tag: there must not be two. `message` stands in the middle where
    there are no bars. `pointer_y` is the height of the mouse, in the plot that it is in. `quiet` marks a last value
    that is not live because its market is closed, `doubtful` one that is stale or faulty.
    """

    theme: Theme
    font: QFont
    series: SeriesBuffer
    light: LightTrack
    style: ChartStyle
    colour: str
    held: bool = False
    last: float | None = None
    time_ticks: tuple[TimeTick, ...] = ()
    price_ticks: PriceTicks = NO_TICKS
    frame: Frame | None = None
    message: str = ""
    crosshair_s: float | None = None
    pointer_y: float | None = None
    quiet: bool = False
    doubtful: bool = False

    @property
    def candles(self) -> bool:
        """Whether bars are drawn as candles."""
        return self.style is ChartStyle.CANDLES and not self.series.facts.line

    def bar_colour(self, bar: Bar) -> str:
        """The colour of a single bar: the curve's, or the candle's."""
        if not self.candles:
            return self.colour
        return self.theme.down if bar.close < bar.open else self.theme.up


@cache
def blended(front: str, back: str, share: float) -> QColor:
    """`front` over `back` at an opacity of `share`, made opaque: blending while painting is slow."""
    one, other = QColor(front), QColor(back)
    return QColor(
        *(
            round(a * share + b * (1 - share))
            for a, b in (
                (one.red(), other.red()),
                (one.green(), other.green()),
                (one.blue(), other.blue()),
            )
        )
    )


def doubt_brush(theme: Theme) -> QBrush:
    """The hatching behind a value that is not to be relied on."""
    return QBrush(blended(theme.no_data, theme.panel, _DOUBT_OPACITY), Qt.BrushStyle.BDiagPattern)


def threshold_colour(threshold_id: str, theme: Theme) -> str:
    """The colour of a threshold line: that of the face it leads to, where it leads to one."""
    if threshold_id.startswith("watch"):
        return theme.watch
    return theme.risk_off if threshold_id.startswith("risk") else theme.quiet
