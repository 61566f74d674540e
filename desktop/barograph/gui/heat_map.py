"""Correlations of all pairs as a picture: the value in colour and as a number below the diagonal, n above it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from barograph.engine.context_view import HeatMap
from barograph.gui.formats import UNKNOWN, number, plain_tip
from barograph.gui.guard import painting, saved
from barograph.gui.theme import SPACE, TextSizes, Theme, sized
from barograph.gui.translation import tr

_TALLEST_ROW_PX = 30
_WIDEST_CELL_PX = 64
_SPOKEN_PAIRS = 3


class HeatMapView(QWidget):
    """As high as its rows; a tip reads the pair under the mouse, the name tells the strongest of them."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Empty until `show_map`."""
        super().__init__()
        self.setObjectName("heatMap")
        self.setAccessibleName(tr("Correlations of all pairs"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._font = sized(self.font(), sizes.small)
        self._row_px = min(_TALLEST_ROW_PX, sizes.small + 2 * SPACE + 2)
        self._map: HeatMap | None = None

    @property
    def hundredths(self) -> bool:
        """Whether there is no room for a decimal point, so that values are shown times 100."""
        widest = QFontMetricsF(self._font).horizontalAdvance(f"{number(-0.88, 2)} ")
        return self._map is not None and self._cell_px() < widest

    def sizeHint(self) -> QSize:
        """A row for each market and one for the names."""
        return QSize(200, self._height())

    def minimumSizeHint(self) -> QSize:
        """Never higher than needed, never lower."""
        return QSize(100, self._height())

    def show_map(self, shown: HeatMap | None) -> None:
        """Show another map; None: nothing is known."""
        if shown == self._map:
            return
        before, self._map = self._map, shown
        self.setAccessibleDescription(spoken(shown))
        if before is None or shown is None or before.names != shown.names:
            self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.update()

    def pair_at(self, point: QPoint) -> tuple[int, int] | None:
        """Row and column of the cell there; None outside and on the diagonal."""
        if self._map is None:
            return None
        row = int((point.y() - self._top_px()) // self._row_px)
        column = int((point.x() - self._left_px()) // self._cell_px())
        inside = 0 <= row < len(self._map.names) and 0 <= column < len(self._map.names)
        return (row, column) if inside and row != column else None

    def event(self, event: QEvent) -> bool:
        """Show the tip of the pair under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            pair = self.pair_at(event.pos())
            QToolTip.showText(event.globalPos(), plain_tip(self.tip(*pair)) if pair else "", self)
            return True
        return super().event(event)

    def tip(self, row: int, column: int) -> str:
        """What a pair says on closer look."""
        shown = self._map
        if shown is None:
            return ""
        names = f"{shown.names[row]} – {shown.names[column]}, {shown.interval}"
        rho, n = shown.rho[row][column], shown.n[row][column]
        if rho is None:
            return tr("{pair}: too few shared bars, n = {n}").format(pair=names, n=n)
        return tr("{pair}: ρ {rho}, n = {n}").format(pair=names, rho=number(rho, 2), n=n)

    # -------------------------------------------------------------------------------------------- places

    def _left_px(self) -> float:
        metrics = QFontMetricsF(self._font)
        names = self._map.names if self._map else ()
        return max((metrics.horizontalAdvance(name) for name in names), default=0.0) + 2 * SPACE

    def _cell_px(self) -> float:
        names = self._map.names if self._map else ()
        return min(_WIDEST_CELL_PX, (self.width() - self._left_px()) / max(1, len(names)))

    def _top_px(self) -> float:
        """Names stand upright over the columns, or on end where they have no room."""
        metrics = QFontMetricsF(self._font)
        return self._left_px() if self._on_end() else metrics.height() + SPACE

    def _on_end(self) -> bool:
        return self._left_px() - 2 * SPACE > self._cell_px() - 2

    def _height(self) -> int:
        return self._row_px if self._map is None else int(self._top_px() + self._row_px * len(self._map.names)) + 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names that come to stand on end need more height."""
        super().resizeEvent(event)
        if self._height() != self.height():
            self.updateGeometry()

    # ------------------------------------------------------------------------------------------ drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw names and cells."""
        with painting(self) as painter:
            if self._map is not None:
                painter.setFont(self._font)
                self._draw_names(painter, self._map)
                self._draw_cells(painter, self._map)

    def _draw_names(self, painter: QPainter, shown: HeatMap) -> None:
        left, top, cell = self._left_px(), self._top_px(), self._cell_px()
        painter.setPen(QColor(self._theme.text))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, name in enumerate(shown.names):
            painter.drawText(QRectF(0, top + place * self._row_px, left - SPACE, self._row_px), right, name)
            column = QRectF(left + place * cell, 0, cell, top)
            if not self._on_end():
                painter.drawText(column, Qt.AlignmentFlag.AlignCenter, name)
                continue
            with saved(painter):
                painter.translate(column.center().x(), top - SPACE)
                painter.rotate(-90)
                painter.drawText(
                    QRectF(0, -cell / 2, top, cell), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name
                )

    def _draw_cells(self, painter: QPainter, shown: HeatMap) -> None:
        left, top, cell = self._left_px(), self._top_px(), self._cell_px()
        small = QFont(self._font)
        for row in range(len(shown.names)):
            for column in range(len(shown.names)):
                box = QRectF(left + column * cell, top + row * self._row_px, cell, self._row_px).adjusted(0, 0, -1, -1)
                if row == column:
                    painter.fillRect(box, QColor(self._theme.line))
                elif row > column:
                    self._draw_value(painter, box, shown.rho[row][column])
                else:
                    painter.setFont(small)
                    painter.setPen(QColor(self._theme.quiet))
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, _count(shown.n[row][column]))

    def _draw_value(self, painter: QPainter, box: QRectF, rho: float | None) -> None:
        if rho is None:
            painter.fillRect(box, QBrush(QColor(self._theme.no_data), Qt.BrushStyle.BDiagPattern))
            return
        painter.fillRect(box, QColor(*heat_colour(rho, self._theme)))
        painter.setPen(QColor(self._theme.text))
        text = number(100 * rho, 0) if self.hundredths else number(rho, 2)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def heat_colour(rho: float, theme: Theme) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255: from `negative` over `panel` to `positive`; the theme's text is legible on it."""
    end, middle = QColor(theme.positive if rho > 0 else theme.negative), QColor(theme.panel)
    share = min(1.0, abs(rho))
    ends = ((middle.red(), end.red()), (middle.green(), end.green()), (middle.blue(), end.blue()))
    red, green, blue = (round(low + share * (high - low)) for low, high in ends)
    return red, green, blue


def spoken(shown: HeatMap | None) -> str:
    """The strongest pairs in words."""
    if shown is None:
        return tr("not known")
    pairs = [
        (rho, row, column)
        for row, values in enumerate(shown.rho)
        for column, rho in enumerate(values[:row])
        if rho is not None
    ]
    strongest = sorted(pairs, key=lambda pair: -abs(pair[0]))[:_SPOKEN_PAIRS]
    words = (f"{shown.names[row]} – {shown.names[column]} {number(rho, 2)}" for rho, row, column in strongest)
    return tr("{interval}, strongest: {pairs}").format(
        interval=shown.interval, pairs=tr(", ", "between names").join(words) or UNKNOWN
    )


def _count(n: int) -> str:
    return number(n, 0) if n < 1_000 else "999+"
