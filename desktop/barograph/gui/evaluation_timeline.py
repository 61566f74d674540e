"""Draws the light's past as a band between the prices of both markets, with the days before each joint fall."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from barograph.gui.charts.time_ticks import time_ticks
from barograph.gui.formats import number
from barograph.gui.guard import saved
from barograph.gui.theme import GRID_OPACITY, SPACE, Theme
from barograph.gui.translation import tr
from barograph.market.bars import FloatArray
from barograph.market.instants import label_ns
from barograph.risk.faces import Face
from barograph.risk.track_record import TrackRecord

_BAND_PX = 24.0
_SHADE = 0.13
_DAY_S = 86_400.0
_LEADS = ((1.0, 10.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0))
_TICKS_LEAST = 3
_SIDE = Qt.AlignmentFlag.AlignVCenter.value


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the time axis lies, and where on it each session begins."""

    plot: QRectF
    x: FloatArray
    font: QFont
    theme: Theme


def paint_timeline(painter: QPainter, area: QRectF, record: TrackRecord, theme: Theme, font: QFont) -> None:
    """Draw both prices on logarithmic scales, the band between them, event days and the time axis."""
    metrics = QFontMetricsF(font)
    line = metrics.height()
    events = [each for each in record.events if each.event_days]
    left = max((metrics.horizontalAdvance(each.event.id) for each in events), default=0.0) + 2 * SPACE
    right = metrics.horizontalAdvance("000,000") + 2 * SPACE
    rows = (len(events) + 1) * (line + 1) + SPACE
    prices = (area.height() - _BAND_PX - 2 * SPACE - rows) / 2
    plot = QRectF(area.left() + left, area.top(), area.width() - left - right, area.height())
    starts = np.array([label_ns(each) / 1e9 for each in record.sessions])
    end = starts[-1] + _DAY_S
    x = plot.left() + (np.append(starts, end) - starts[0]) / (end - starts[0]) * plot.width()
    place = _Place(plot, x, font, theme)
    stock = QRectF(plot.left(), plot.top(), plot.width(), prices)
    band = QRectF(plot.left(), stock.bottom() + SPACE, plot.width(), _BAND_PX)
    coin = QRectF(plot.left(), band.bottom() + SPACE, plot.width(), prices)
    with saved(painter):
        painter.setFont(font)
        for box, name, close, colour in (
            (stock, record.stock, record.stock_close, theme.series[0]),
            (coin, record.coin, record.coin_close, theme.series[1]),
        ):
            _paint_faces(painter, box, record.faces, place, shade=_SHADE)
            _paint_price(painter, box, name, close, colour, place)
        _paint_faces(painter, band, record.faces, place, shade=1.0)
        top = coin.bottom() + SPACE
        for each in events:
            row = QRectF(plot.left(), top, plot.width(), line)
            _paint_events(painter, row, each.event.id, record.event_days[each.event.id], place, area.left())
            top += line + 1
        _paint_time(painter, QRectF(plot.left(), top, plot.width(), line), float(starts[0]), float(end), place)


def _paint_faces(painter: QPainter, box: QRectF, faces: tuple[Face, ...], place: _Place, shade: float) -> None:
    """Runs of one face as rectangles; calm is not shaded, no data is hatched.

    Without shade they stand the higher the more severe they are, for whoever cannot tell the colours.
    """
    first = 0
    for row in range(1, len(faces) + 1):
        if row < len(faces) and faces[row] is faces[first]:
            continue
        colour = QColor(place.theme.face(faces[first]))
        height = box.height() * (min(faces[first].severity + 1, 3) / 3 if shade == 1.0 else 1.0)
        rectangle = QRectF(place.x[first], box.bottom() - height, place.x[row] - place.x[first], height)
        if shade == 1.0 or faces[first] is not Face.CALM:
            colour.setAlphaF(shade)
            hatched = faces[first] is Face.NO_DATA
            painter.fillRect(rectangle, QBrush(colour, Qt.BrushStyle.BDiagPattern) if hatched else QBrush(colour))
        first = row


def _paint_price(painter: QPainter, box: QRectF, name: str, close: FloatArray, colour: str, place: _Place) -> None:
    known = np.isfinite(close)
    theme = place.theme
    if not known.any():
        painter.setPen(QColor(theme.quiet))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter.value, tr("no prices of {name}").format(name=name))
        return
    low, high = math.log(float(close[known].min())), math.log(float(close[known].max()))
    margin = 0.06 * (high - low) or 0.01
    low, high = low - margin, high + margin
    y = box.bottom() - (np.log(np.where(known, close, 1.0)) - low) / (high - low) * box.height()
    for price in log_ticks(math.exp(low), math.exp(high)):
        at = box.bottom() - (math.log(price) - low) / (high - low) * box.height()
        _paint_price_tick(painter, box, at, price, place)
    painter.setPen(QPen(QColor(colour), 1.3))
    middle = (place.x[:-1] + place.x[1:]) / 2
    edges = np.diff(known.astype(np.int8), prepend=0, append=0).nonzero()[0]
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        points = zip(middle[first:last].tolist(), y[first:last].tolist(), strict=True)
        painter.drawPolyline(QPolygonF([QPointF(*point) for point in points]))
    painter.setPen(QColor(colour))
    painter.drawText(box.adjusted(SPACE, 1, 0, 0), Qt.AlignmentFlag.AlignTop.value, name)


def log_ticks(low: float, high: float) -> tuple[float, ...]:
    """Round prices of a logarithmic scale: the coarsest steps that give three, else the finest."""
    found: tuple[float, ...] = ()
    for leads in _LEADS:
        powers = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
        prices = {lead * 10.0**power for power in powers for lead in leads}
        found = tuple(sorted(price for price in prices if low <= price <= high))
        if len(found) >= _TICKS_LEAST:
            break
    return found


def _paint_price_tick(painter: QPainter, box: QRectF, at: float, price: float, place: _Place) -> None:
    line = QFontMetricsF(place.font).height()
    if not box.top() + line / 2 <= at <= box.bottom() - line / 2:
        return
    grid = QColor(place.theme.line)
    grid.setAlphaF(GRID_OPACITY)
    painter.setPen(QPen(grid, 1))
    painter.drawLine(QLineF(box.left(), at, box.right(), at))
    painter.setPen(QColor(place.theme.quiet))
    label = QRectF(box.right() + SPACE, at - line / 2, 200, line)
    painter.drawText(label, _SIDE, number(price, 0 if price >= 10 else 2))


def _paint_events(painter: QPainter, row: QRectF, id_: str, days: FloatArray, place: _Place, left: float) -> None:
    """A stroke for each day before the event; unknown days stay empty."""
    line = QFontMetricsF(place.font).height()
    painter.setPen(QColor(place.theme.quiet))
    painter.drawText(QRectF(left, row.center().y() - line / 2, row.left() - left, line), _SIDE, id_)
    row = row.adjusted(0, SPACE / 2, 0, -SPACE / 2)
    painter.fillRect(row, QColor(place.theme.raised))
    for at in np.flatnonzero(days == 1).tolist():
        wide = max(1.0, float(place.x[at + 1] - place.x[at]))
        painter.fillRect(QRectF(place.x[at], row.top(), wide, row.height()), QColor(place.theme.text))


def _paint_time(painter: QPainter, row: QRectF, start_s: float, end_s: float, place: _Place) -> None:
    metrics = QFontMetricsF(place.font)
    painter.setPen(QColor(place.theme.quiet))
    for tick in time_ticks(start_s, end_s, row.width(), None, metrics.horizontalAdvance):
        x = row.left() + (tick.at_s - start_s) / (end_s - start_s) * row.width()
        wide = metrics.horizontalAdvance(tick.label) + 2
        painter.drawText(
            QRectF(x - wide / 2, row.top(), wide, row.height()), Qt.AlignmentFlag.AlignCenter.value, tick.label
        )
