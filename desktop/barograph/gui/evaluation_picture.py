"""A picture of a track record: the light against both prices, the odds after each face, and the benchmarks."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from barograph.gui.evaluation_forest import Bar, Forest, paint_forest
from barograph.gui.evaluation_timeline import paint_timeline
from barograph.gui.face_glyph import paint_face
from barograph.gui.formats import day_with_year, number
from barograph.gui.guard import saved
from barograph.gui.labels import face_word
from barograph.gui.record_labels import BENCHMARKS, benchmark_name, event_words, record_word
from barograph.gui.striped_frame import paint_frame
from barograph.gui.theme import FRAME_PX, RADIUS, SPACE, TextSizes, Theme, sized, text_sizes
from barograph.gui.translation import tr
from barograph.risk.faces import Face
from barograph.risk.track_record import Estimate, EventRecord, TrackRecord

SIZE = QSize(1440, 1120)
_MARGIN = FRAME_PX + 4 * SPACE
_GAP = 3 * SPACE
_TIMELINE_SHARE = 0.47


def render_track_record(record: TrackRecord, theme: Theme, scale: float = 1.0) -> QImage:
    """A picture of `SIZE` device-independent pixels at `scale`; needs a QApplication, but no screen.

    What is not the live market carries the striped frame and its word.
    """
    image = QImage(SIZE * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRect(QPoint(), SIZE), QColor(theme.ground))
    _Page(painter, record, theme).paint()
    if record.word:
        paint_frame(painter, QRect(QPoint(), SIZE), theme)
    painter.end()
    return image


class _Page:
    """One picture being drawn."""

    def __init__(self, painter: QPainter, record: TrackRecord, theme: Theme) -> None:
        self.painter, self.record, self.theme = painter, record, theme
        self.font = QApplication.font()
        self.sizes: TextSizes = text_sizes(self.font)

    def paint(self) -> None:
        """Head, timeline, the two tables of intervals, foot."""
        width = SIZE.width() - 2 * _MARGIN
        head = self._head(QRectF(_MARGIN, _MARGIN, width, 0))
        notes = self._notes()
        foot_height = self._text_height(notes, width)
        top, bottom = head + _GAP, SIZE.height() - _MARGIN - foot_height - _GAP
        split = top + (bottom - top) * _TIMELINE_SHARE
        inside = self._panel(QRectF(_MARGIN, top, width, split - top), tr("The light against both prices"))
        self._legend(inside)
        paint_timeline(self.painter, inside, self.record, self.theme, self._sized(self.sizes.small))
        half = (width - _GAP) / 2
        lower = bottom - split - _GAP
        left = self._panel(QRectF(_MARGIN, split + _GAP, half, lower), tr("What followed each face (dashed: all days)"))
        right = self._panel(
            QRectF(_MARGIN + half + _GAP, split + _GAP, half, lower),
            tr("Telling days before a joint fall from others: AUC (dashed: chance)"),
        )
        self._forests(left, [self._odds(event) for event in self.record.events])
        self._forests(right, [self._skill(event) for event in self.record.events[:2]])
        foot = QRectF(_MARGIN, bottom + _GAP, width, foot_height)
        self._text(foot, notes, self.theme.quiet, self._sized(self.sizes.small), wrap=True)

    def _head(self, area: QRectF) -> float:
        """The word, what was recorded, and of when; answers its lower edge."""
        record, title = self.record, self._sized(self.sizes.title, bold=True)
        line = QFontMetricsF(title).height()
        left = area.left()
        if record.word:
            word = record_word(record.word)
            wide = QFontMetricsF(title).horizontalAdvance(word) + 4 * SPACE
            box = QRectF(left, area.top(), wide, line + 2 * SPACE)
            self.painter.setPen(Qt.PenStyle.NoPen)
            self.painter.setBrush(QColor(self.theme.accent))
            self.painter.drawRoundedRect(box, RADIUS, RADIUS)
            self._text(box, word, self.theme.ground, title, Qt.AlignmentFlag.AlignCenter)
            left += wide + 2 * SPACE
        words = tr("Barograph · track record · {first} to {last} · rules {rules}")
        right = words.format(
            first=day_with_year(record.sessions[0]), last=day_with_year(record.sessions[-1]), rules=record.rule_set
        )
        quiet = self._sized(self.sizes.body)
        wide = QFontMetricsF(quiet).horizontalAdvance(right) + 1
        row = QRectF(area.left(), area.top(), area.width(), line + 2 * SPACE)
        self._text(row, right, self.theme.quiet, quiet, Qt.AlignmentFlag.AlignRight)
        room = area.right() - wide - 4 * SPACE - left
        label = QFontMetricsF(title).elidedText(record.label, Qt.TextElideMode.ElideRight, room)
        self._text(QRectF(left, area.top(), room, row.height()), label, self.theme.text, title)
        return row.bottom()

    def _panel(self, area: QRectF, title: str) -> QRectF:
        """A panel with its title; answers the room inside."""
        with saved(self.painter):
            self.painter.setPen(QPen(QColor(self.theme.line), 1))
            self.painter.setBrush(QColor(self.theme.panel))
            self.painter.drawRoundedRect(area, RADIUS, RADIUS)
        font = self._sized(self.sizes.body, bold=True)
        line = QFontMetricsF(font).height()
        inside = area.adjusted(3 * SPACE, 2 * SPACE, -3 * SPACE, -2 * SPACE)
        self._text(QRectF(inside.left(), inside.top(), inside.width(), line), title, self.theme.text, font)
        return inside.adjusted(0, line + 2 * SPACE, 0, 0)

    def _legend(self, inside: QRectF) -> None:
        """The faces with their words and share of the days, beside the title."""
        font = self._sized(self.sizes.small)
        metrics = QFontMetricsF(font)
        line, right = metrics.height(), inside.right()
        top = inside.top() - line - 3 * SPACE
        lit = {each.face: each.share for each in self.record.markets}
        for face in (Face.NO_DATA, Face.RISK_OFF, Face.WATCH, Face.CALM):
            share = lit.get(face)
            if share is None and face not in self.record.faces:
                continue
            words = face_word(face) if share is None else f"{face_word(face)} {number(100 * share, 0)}%"
            wide = metrics.horizontalAdvance(words)
            self._text(QRectF(right - wide, top, wide + 1, line), words, self.theme.text, font)
            paint_face(self.painter, QRectF(right - wide - line - SPACE, top + 1, line - 2, line - 2), face, self.theme)
            right -= wide + line + 5 * SPACE

    def _odds(self, event: EventRecord) -> Forest:
        bars = tuple(
            Bar(
                face_word(each.face),
                each.odds,
                tr("{odds} of {days} days · {begun} of {all} episodes began").format(
                    odds=_percent(each.odds), days=number(each.days, 0), begun=each.episodes_begun, all=event.episodes
                ),
                self.theme.face(each.face),
                solid=True,
                face=each.face,
            )
            for each in event.faces
        )
        rate = _percent(Estimate(event.base_rate.value))
        title = tr("{event}: on {rate} of all days, n = {episodes} episodes").format(
            event=event_words(event.event, self.record.stock, self.record.coin), rate=rate, episodes=event.episodes
        )
        highest = max((each.odds.high or each.odds.value or 0.0 for each in event.faces), default=0.0)
        return Forest(title, bars, event.base_rate.value, 0.0, max(0.05, highest * 1.05))

    def _skill(self, event: EventRecord) -> Forest:
        bars = []
        for each in event.rankings:
            if each.predictor not in BENCHMARKS:
                continue
            own = each.advantage is None
            told = own or (each.advantage is not None and each.advantage.excludes(0))
            bars.append(
                Bar(
                    benchmark_name(each.predictor),
                    each.auc,
                    _auc_words(each.auc),
                    self.theme.accent if own else self.theme.text,
                    solid=told,
                )
            )
        title = tr("{event}, n = {episodes} episodes").format(event=event.event.id, episodes=event.episodes)
        ends = [
            end for bar in bars for end in (bar.estimate.value, bar.estimate.low, bar.estimate.high) if end is not None
        ]
        return Forest(title, tuple(bars), 0.5, min([0.3, *ends]), max([0.9, *ends]))

    def _forests(self, area: QRectF, forests: list[Forest]) -> None:
        """Several tables of intervals under each other, each as high as its rows ask for."""
        rows = sum(len(each.bars) + 1 for each in forests) or 1
        top = area.top()
        for forest in forests:
            height = (area.height() - (len(forests) - 1) * 2 * SPACE) * (len(forest.bars) + 1) / rows
            place = QRectF(area.left(), top, area.width(), height)
            paint_forest(self.painter, place, forest, self.theme, self._sized(self.sizes.small))
            top += height + 2 * SPACE

    def _notes(self) -> str:
        notes = [
            tr("Lines are 95% of {draws} draws of a stationary block bootstrap, mean block {block} sessions.").format(
                draws=number(self.record.draws, 0), block=self.record.mean_block
            ),
            tr("Hollow: not distinguishable from the score on the same days."),
            tr("Odds and volatility, not direction: RISK-OFF does not say that prices will fall."),
        ]
        if self.record.seen:
            notes.append(tr("The rules were chosen in sight of a part of these days: read every number as optimistic."))
        return " ".join(notes)

    def _sized(self, pixels: int, *, bold: bool = False) -> QFont:
        return sized(self.font, pixels, bold=bold)

    def _text_height(self, text: str, width: float) -> float:
        metrics = QFontMetricsF(self._sized(self.sizes.small))
        return metrics.boundingRect(QRectF(0, 0, width, 1_000), Qt.TextFlag.TextWordWrap.value, text).height() + 1

    def _text(
        self,
        area: QRectF,
        text: str,
        colour: str,
        font: QFont,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        *,
        wrap: bool = False,
    ) -> None:
        self.painter.setFont(font)
        self.painter.setPen(QColor(colour))
        flags = align.value | Qt.AlignmentFlag.AlignVCenter.value
        self.painter.drawText(area, flags | (Qt.TextFlag.TextWordWrap.value if wrap else 0), text)


def _percent(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    return f"{number(100 * estimate.value, 1)}%"


def _auc_words(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    words = number(estimate.value, 2)
    if estimate.low is not None and estimate.high is not None:
        words += f"  [{number(estimate.low, 2)}, {number(estimate.high, 2)}]"
    return words
