"""The title row of a chart: pieces of text that give way by importance where there is little room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from barograph.gui.charts.content import doubt_brush
from barograph.gui.charts.guard import draw_guarded
from barograph.gui.theme import SPACE, Theme, sized, text_sizes

_MARGIN_PX = 2.0 * SPACE
_GAP_PX = 2.0 * SPACE


@dataclass(frozen=True, slots=True)
class Piece:
    """A text of the title row.

    `colour` names a token of `Theme`; of the pieces that do not fit, those with the lowest `weight` go first.
    `right` puts it at the right end; `hatched` marks a value that is not to be relied on.
    """

    text: str
    colour: str = "text"
    weight: int = 9
    bold: bool = False
    small: bool = False
    right: bool = False
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class HeaderFonts:
    """The fonts of a title row."""

    small: QFont
    body: QFont
    bold: QFont

    @classmethod
    def of(cls, font: QFont) -> HeaderFonts:
        """Fonts in proportion to a widget's own."""
        sizes = text_sizes(font)
        return cls(sized(font, sizes.small), sized(font, sizes.body), sized(font, sizes.body, bold=True))

    def font(self, piece: Piece) -> QFont:
        """The font of a piece."""
        if piece.small:
            return self.small
        return self.bold if piece.bold else self.body


def place_pieces(pieces: Sequence[Piece], width: float, fonts: HeaderFonts) -> list[tuple[Piece, float, float]]:
    """Pieces that fit, each with its left edge and its width, set from both ends of the row."""
    widths = [QFontMetricsF(fonts.font(piece)).horizontalAdvance(piece.text) for piece in pieces]
    kept = [place for place in range(len(pieces)) if pieces[place].text]

    def needed() -> float:
        return sum(widths[place] + _GAP_PX for place in kept) - _GAP_PX

    while kept and needed() > width - 2 * _MARGIN_PX:
        kept.remove(min(kept, key=lambda place: (pieces[place].weight, place)))
    placed = []
    left, right = _MARGIN_PX, width - _MARGIN_PX
    for place in kept:
        if not pieces[place].right:
            if left > _MARGIN_PX:
                left += _GAP_PX
            placed.append((pieces[place], left, widths[place]))
            left += widths[place]
    for place in reversed(kept):
        if pieces[place].right:
            placed.append((pieces[place], right - widths[place], widths[place]))
            right -= widths[place] + _GAP_PX
    return placed


class Header(QWidget):
    """Paints pieces in one row; painted again only when they change."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        """An empty row."""
        super().__init__(parent)
        self._theme = theme
        self._pieces: tuple[Piece, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # or all that lies behind is drawn as well
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What is shown where there is room."""
        return self._pieces

    def show_pieces(self, pieces: tuple[Piece, ...]) -> None:
        """Show other pieces."""
        if pieces != self._pieces:
            self._pieces = pieces
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Show in other colours."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """One row of text with a little air."""
        height = QFontMetricsF(HeaderFonts.of(self.font()).bold).height()
        return QSize(0, round(height) + 2 * SPACE)

    def minimumSizeHint(self) -> QSize:
        """The same: it may become narrow, never lower."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw, guarded."""
        painter = QPainter(self)
        area = QRectF(self.rect())
        draw_guarded(self.objectName() or "header", painter, area, self._theme.quiet, self._draw)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.panel))
        fonts = HeaderFonts.of(self.font())
        base = QFontMetricsF(fonts.body)
        line = (self.height() - base.height()) / 2 + base.ascent()
        for piece, left, width in place_pieces(self._pieces, self.width(), fonts):
            if piece.hatched:
                area = QRectF(left - 2, line - base.ascent(), width + 4, base.height())
                painter.fillRect(area, doubt_brush(self._theme))
            painter.setFont(fonts.font(piece))
            painter.setPen(QColor(getattr(self._theme, piece.colour)))
            painter.drawText(QPointF(left, line), piece.text)
