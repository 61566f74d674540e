"""A picture of one snapshot: the light and why, what stands around it, and the evidence of the checklist; drawn without
a window.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from barograph.checklist.steps import Step
from barograph.engine.context_view import PairCorrelation
from barograph.engine.snapshot import Snapshot
from barograph.gui.feed_labels import feed_title
from barograph.gui.formats import NEW_YORK, clock, day_with_year
from barograph.gui.labels import feed_word, step_name
from barograph.gui.panels.cascade_timeline import CascadeTimeline
from barograph.gui.panels.correlation_panel import gap_text
from barograph.gui.panels.deleveraging_section import DeleveragingSection
from barograph.gui.panels.evidence_table import EvidenceTable
from barograph.gui.panels.light_panel import LightPanel
from barograph.gui.panels.pair_section import PairSection
from barograph.gui.panels.plan_section import PlanSection
from barograph.gui.panels.regime_section import RegimeSection
from barograph.gui.panels.section import Section
from barograph.gui.panels.why_panel import WhyPanel
from barograph.gui.striped_frame import paint_frame
from barograph.gui.style_sheet import style_sheet
from barograph.gui.text import label
from barograph.gui.theme import FRAME_PX, SPACE, TextSizes, Theme, palette, text_sizes
from barograph.gui.translation import tr

SIZE = QSize(1440, 800)
"""The smallest size at which a picture is drawn when none is asked for."""


def render_snapshot(snapshot: Snapshot, theme: Theme, size: QSize | None = None, scale: float = 1.0) -> QImage:
    """A picture of `size` device-independent pixels at `scale`; needs a QApplication, but no screen.

    Without a size it is as high as its contents need.

    What is not the live market carries the striped frame and its word, as in the window.
    """
    sheet = picture_sheet(snapshot, theme)
    sheet.resize(size or SIZE)
    sheet.show()  # lays out and polishes; nothing comes to a screen
    if size is None:
        size = SIZE.expandedTo(QSize(SIZE.width(), sheet.minimumSizeHint().height()))
        sheet.resize(size)
    image = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    painter = QPainter(image)
    sheet.render(painter, QPoint())
    if feed_word(snapshot.feed):
        paint_frame(painter, QRect(QPoint(), size), theme)
    painter.end()
    sheet.close()
    sheet.deleteLater()
    return image


def picture_sheet(snapshot: Snapshot, theme: Theme) -> QWidget:
    """The widget that the picture is taken of; never seen."""
    sheet = QWidget()
    sheet.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    sheet.setObjectName("central")
    sheet.setPalette(palette(theme))
    sizes = text_sizes(sheet.font())
    sheet.setStyleSheet(style_sheet(theme, sizes))
    light, why = LightPanel(theme, sizes), WhyPanel(theme, sizes)
    columns = QHBoxLayout()
    columns.setSpacing(SPACE)
    left = QVBoxLayout()
    left.setSpacing(SPACE)
    left.addWidget(light)
    left.addWidget(why)
    left.addWidget(_plan(snapshot), 1)
    columns.addLayout(left, 1)
    columns.addWidget(_around(snapshot, theme, sizes), 1)
    columns.addWidget(_evidence(snapshot, sizes), 1)
    column = QVBoxLayout(sheet)
    column.setContentsMargins(*[FRAME_PX + SPACE] * 4)
    column.setSpacing(SPACE)
    column.addLayout(_head(snapshot))
    column.addLayout(columns, 1)
    light.show_snapshot(snapshot)
    why.show_snapshot(snapshot)
    why.tree.setMinimumHeight(why.tree.content_px)
    return sheet


def _head(snapshot: Snapshot) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(2 * SPACE, SPACE, 2 * SPACE, SPACE)
    row.setSpacing(2 * SPACE)
    if word := feed_word(snapshot.feed):
        row.addWidget(label("pictureWord", "badge", word))
    row.addWidget(label("pictureFeed", "quiet", feed_title(snapshot.feed)))
    row.addStretch(1)
    now = snapshot.clock.now.astimezone(NEW_YORK)
    words = tr("Barograph · {day} {time} New York · rules {rules}")
    text = words.format(day=day_with_year(now.date()), time=clock(now), rules=snapshot.rule_set)
    row.addWidget(label("pictureTime", "quiet", text))
    return row


def _plan(snapshot: Snapshot) -> QWidget:
    panel, column = _panel()
    section = PlanSection()
    section.keep_open()
    section.show_plans(snapshot.context.plans if snapshot.context else None)
    column.addWidget(section)
    column.addStretch(1)
    return panel


def _around(snapshot: Snapshot, theme: Theme, sizes: TextSizes) -> QWidget:
    """The cascade with its times, crypto's deleveraging, the kind of stress, and the light's own pair of markets."""
    panel, column = _panel()
    context, now = snapshot.context, snapshot.clock.now
    timeline, cascade = CascadeTimeline(theme), Section("cascade", tr("Cascade"))
    crypto, regime, pairs = DeleveragingSection(theme, sizes), RegimeSection(theme, sizes), PairSection(theme)
    cascade.add(timeline)
    for section in (cascade, crypto, regime, pairs):
        section.keep_open()
        column.addWidget(section)
    column.addStretch(1)
    if context is not None:
        timeline.show_marks(context.cascade, now)
        regime.show_regime(context.regime, now)
        pairs.show_pairs(_first_pair(context.correlations), now)
        pairs.add(label("pictureGap", wrap=True, text=gap_text(context.gap, now)))
    crypto.show_deleveraging(context.deleveraging if context else None, now)
    return panel


def _first_pair(pairs: tuple[PairCorrelation, ...]) -> tuple[PairCorrelation, ...]:
    """The pair that the light itself is made of, on every interval; the others are in the window."""
    return tuple(pair for pair in pairs if (pair.stock, pair.crypto) == (pairs[0].stock, pairs[0].crypto))


def _panel() -> tuple[QWidget, QVBoxLayout]:
    panel = QWidget()
    panel.setProperty("panel", True)
    panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(panel)
    column.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
    return panel, column


def _evidence(snapshot: Snapshot, sizes: TextSizes) -> QWidget:
    panel, column = _panel()
    for number, (step, view) in enumerate(zip(Step, snapshot.steps, strict=False), start=1):
        if view.rows:
            column.addWidget(label(f"picture_{step}", "strong", f"{number}  {step_name(step)}"))
            table = EvidenceTable(f"pictureEvidence_{step}", sizes)
            table.show_rows(view.rows, None, snapshot.clock.now)
            column.addWidget(table)
    column.addStretch(1)
    return panel
