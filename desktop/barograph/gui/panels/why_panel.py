"""The Why panel: contributions that add up to the score, what moved it, what would change the light,
and what followed such a light in the past.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from barograph.engine.snapshot import FlipSide, Mover, Snapshot
from barograph.gui.formats import number, plain_tip
from barograph.gui.indicator_labels import indicator_name, pillar_name
from barograph.gui.labels import face_word
from barograph.gui.panels.why_tree import WhyTree
from barograph.gui.record_labels import event_words
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme
from barograph.gui.translation import tr
from barograph.risk.measured_odds import DayOdds, EventOdds, FaceHistory

_SHOWN_MOVERS = 3
_LINES_SHARE = 0.4


class WhyPanel(QWidget):
    """Why the score is what it is."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Empty until the first snapshot."""
        super().__init__()
        self.setObjectName("whyPanel")
        self.setAccessibleName(tr("Why"))
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.total = label("whyTotal", "strong")
        self.tree = WhyTree(theme, sizes)
        self.movers = label("whyMovers", wrap=True)
        self.worse = label("whyFlipWorse", wrap=True)
        self.calmer = label("whyFlipCalmer", wrap=True)
        self.history = label("whyHistory", "small", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACE, 2 * SPACE, 3 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addWidget(self.total)
        column.addWidget(self.tree, 1)
        self._lines = (self.movers, self.worse, self.calmer, self.history)
        inside = QWidget()
        below = QVBoxLayout(inside)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(SPACE)
        for line in self._lines:
            below.addWidget(line)
        below.addStretch(1)
        self.below = QScrollArea()
        self.below.setObjectName("whyBelow")
        self.below.setAccessibleName(tr("What moved the score, and what would change the light"))
        self.below.setFrameShape(QFrame.Shape.NoFrame)
        self.below.setWidgetResizable(True)
        self.below.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.below.setWidget(inside)
        inside.installEventFilter(self)
        column.addWidget(self.below)
        show_text(self.total, tr("No score yet."))
        for line in self._lines:
            show_text(line, "")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot's contributions."""
        self.tree.show_snapshot(snapshot)
        show_text(self.total, _total_text(snapshot))
        ranked = sorted(snapshot.movers, key=lambda mover: -abs(mover.points))
        text = tr("Moved: {movers}").format(movers=_listed(ranked[:_SHOWN_MOVERS])) if ranked else ""
        show_text(self.movers, text)
        tip = tr("Points since the last evaluation: {movers}").format(movers=_listed(ranked))
        self.movers.setToolTip(plain_tip(tip))
        flip = snapshot.flip
        show_text(self.worse, _flip_text(flip.worse, worse=True) if flip and flip.worse else "")
        show_text(self.calmer, _flip_text(flip.calmer, worse=False) if flip and flip.calmer else "")
        show_text(self.history, _history_text(snapshot.history) if snapshot.history else "")
        self.history.setToolTip(plain_tip(_history_tip(snapshot.history)) if snapshot.history else "")

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.tree.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bars' share of the width."""
        super().resizeEvent(event)
        self.tree.resize_bar()
        self._share_height()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Other lines may need another height."""
        if event.type() is QEvent.Type.LayoutRequest:
            self._share_height()
        return super().eventFilter(watched, event)

    def _share_height(self) -> None:
        """The lines get what they need, but no more than their share: the contributions come first."""
        inside = self.below.widget()
        layout = inside.layout() if inside is not None else None
        needed = layout.totalHeightForWidth(self.below.width()) if layout is not None else 0
        self.below.setFixedHeight(max(0, min(needed, round(_LINES_SHARE * self.height()))))


def _total_text(snapshot: Snapshot) -> str:
    points = [pillar.points for pillar in snapshot.pillars if pillar.points is not None]
    if snapshot.light.score is None or not points:
        return tr("No score: too little is known.")
    return tr("Contributions add up to {score}").format(score=sum(points))


def _listed(movers: list[Mover]) -> str:
    return ", ".join(f"{indicator_name(mover.id)} {number(mover.points, 1, signed=True)}" for mover in movers)


def _flip_text(side: FlipSide, *, worse: bool) -> str:
    face, threshold = face_word(side.face), number(side.threshold, 0)
    points = number(abs(side.points), 1)
    past = side.points <= 0 if worse else side.points < 0
    if worse:
        text = tr("{face} at {threshold}: {points} points away")
        if past:
            text = tr("{face} at {threshold}: reached, not yet confirmed")
    elif past:
        text = tr("{face} after one more close below {threshold}")
        if side.closes > 1:
            text = tr("{face} after {n} more closes below {threshold}")
    elif side.closes > 1:
        text = tr("{face} below {threshold} for {n} closes: {points} points away")
    else:
        text = tr("{face} below {threshold}: {points} points away")
    text = text.format(face=face, threshold=threshold, points=points, n=side.closes)
    if past or not side.alone:
        return text + tr(".", "end of a sentence")
    names = tr(" or ", "between names").join(pillar_name(name) for name in side.alone)
    ending = tr("{flip}; {pillars} alone would do it at its 95th percentile.")
    if not worse:
        ending = tr("{flip}; {pillars} alone would do it at its 5th percentile.")
    return ending.format(flip=text, pillars=names)


def _history_text(history: FaceHistory) -> str:
    """The base rate and n beside every rate: without them odds are read wrongly."""
    period = f"{history.first:%Y-%m}\N{EN DASH}{history.last:%Y-%m}"
    heading = tr("Daily closes {period}: odds, not a forecast.")
    if history.chosen_in_sight:
        heading = tr("Daily closes {period}: odds, not a forecast; the rules were chosen in sight of these days.")
    words = tr("{event}: after {after} of {n} {face} days, {base} of all {all}; {episodes} episodes.")
    lines = [
        words.format(
            event=event_words(each.event, "S&P", "BTC"),
            after=_percent(each.after),
            n=number(each.after.days, 0),
            face=face_word(history.face),
            base=_percent(each.base),
            all=number(each.base.days, 0),
            episodes=number(each.episodes, 0),
        )
        for each in history.events
    ]
    return "\n".join((heading.format(period=period), *lines))


def _percent(odds: DayOdds) -> str:
    value, low, high = (None if n is None else 100 * n for n in (odds.odds.value, odds.odds.low, odds.odds.high))
    return f"{number(value, 0)}% [{number(low, 0)}, {number(high, 0)}]"


def _history_tip(history: FaceHistory) -> str:
    brackets = tr("In brackets the 95% interval. Falls close together are one episode.")
    return "\n".join((*(_event_text(each, history) for each in history.events), brackets))


def _event_text(odds: EventOdds, history: FaceHistory) -> str:
    event = odds.event
    words = tr(
        "{id}: within {h} sessions the S&P 500 closed {a}% lower and bitcoin {b}%; "
        "{begun} of {n} episodes began on {face} days."
    )
    return words.format(
        id=event.id,
        h=event.horizon,
        a=f"{100 * event.stock_fall:g}",
        b=f"{100 * event.coin_fall:g}",
        begun=odds.begun,
        n=odds.episodes,
        face=face_word(history.face),
    )
