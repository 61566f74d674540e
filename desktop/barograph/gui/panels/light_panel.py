"""The Light panel: face, word, score, how long, what missing inputs allow, what is on its way."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from barograph.engine.context_view import DeleveragingView
from barograph.engine.snapshot import Flip, LightView, Pending, Snapshot
from barograph.gui.announce import Announce, announce
from barograph.gui.context_labels import stage_name
from barograph.gui.face_glyph import FaceGlyph
from barograph.gui.feed_labels import waiting_text
from barograph.gui.formats import UNKNOWN, moment, number, plain_tip
from barograph.gui.indicator_labels import indicator_name
from barograph.gui.labels import face_word, no_data_reason
from barograph.gui.score_scale import ScaleMarks, ScoreScale
from barograph.gui.sign_labels import sign_sentence
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme
from barograph.gui.translation import tr
from barograph.risk.deleveraging import Stage
from barograph.risk.faces import Face

_BEFORE_SHOWN = timedelta(minutes=10)


class LightPanel(QWidget):
    """The light, readable from across the room, and in words for whoever comes nearer."""

    def __init__(self, theme: Theme, sizes: TextSizes, tell: Announce = announce) -> None:
        """`tell` carries a change of the light to assistive technology."""
        super().__init__()
        self.setObjectName("lightPanel")
        self.setAccessibleName(tr("Light"))
        self.setProperty("panel", True)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._tell = tell
        self._shown: tuple[Face, Face, bool] | None = None
        self.glyph = FaceGlyph("lightGlyph", theme, 2 * sizes.large)
        self.ceiling_glyph = FaceGlyph("ceilingGlyph", theme, sizes.title)
        self.scale = ScoreScale(theme, sizes.small)
        self.word = label("lightWord", "word")
        self.score = label("lightScore", "score")
        self.since = label("lightSince", "quiet", wrap=True)
        self.shock = label("lightShock", "alarm", tr("SHOCK"))
        shock = tr("Stocks and bitcoin both fell far on one day. RISK-OFF holds for three evaluations at least.")
        self.shock.setToolTip(shock)
        self.shock_words = label("lightShockWords", "strong", tr("stocks and bitcoin fell far together"), wrap=True)
        self.crypto = label("lightCrypto", "badge")
        self.crypto_words = label("lightCryptoWords", "strong", wrap=True)
        self.ceiling = label("lightCeiling", "strong", wrap=True)
        self.reason = label("lightReason", wrap=True)
        self.waiting = label("lightWaiting", "waiting", wrap=True)
        self.pending = label("lightPending", wrap=True)
        self.coverage = label("lightCoverage", "quiet", wrap=True)
        self.as_of = label("lightAsOf", "quiet", wrap=True)
        self._arrange()
        self.show_nothing(no_data_reason("starting", 0))

    def _arrange(self) -> None:
        head = QGridLayout()
        head.setHorizontalSpacing(3 * SPACE)
        head.addWidget(self.glyph, 0, 0)
        head.addWidget(self.word, 0, 1)
        head.addWidget(self.score, 0, 2)
        head.setColumnStretch(1, 1)
        ceiling = QHBoxLayout()
        ceiling.setSpacing(2 * SPACE)
        ceiling.addWidget(self.ceiling_glyph, 0, Qt.AlignmentFlag.AlignTop)
        ceiling.addWidget(self.ceiling, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 2 * SPACE)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addSpacing(SPACE)
        column.addWidget(self.scale)
        for badge, why in ((self.shock, self.shock_words), (self.crypto, self.crypto_words)):
            row = QHBoxLayout()
            row.setSpacing(2 * SPACE)
            row.addWidget(badge, 0, Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(why, 1)
            column.addLayout(row)
        column.addLayout(ceiling)
        for line in (self.waiting, self.reason, self.pending, self.since, self.coverage, self.as_of):
            column.addWidget(line)
        column.addStretch(1)

    def show_nothing(self, reason: str) -> None:
        """Without any snapshot: no data, and why in a sentence."""
        self._show_face(Face.NO_DATA, Face.NO_DATA, shock=False, score=UNKNOWN)
        self._shown = None  # the first light is no change of the light
        show_text(self.reason, reason)
        self._show_crypto(None, None, shock=False)
        for line in (self.since, self.ceiling, self.waiting, self.pending, self.coverage, self.as_of):
            show_text(line, "")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the light of a snapshot."""
        light, now = snapshot.light, snapshot.clock.now
        before = light.underlying if _is_recent(light, now) else None
        self._show_face(light.face, light.ceiling, shock=light.shock, score=_whole(light.score), before=before)
        self.scale.show_marks(
            ScaleMarks(light.score, light.score_low, light.score_up, light.face, _thresholds(snapshot.flip))
        )
        show_text(self.since, _since_text(light, now))
        show_text(self.ceiling, _ceiling_text(light))
        show_text(self.reason, _reason_text(light, now))
        show_text(self.waiting, _waiting_text(light))
        self.waiting.setToolTip(_waiting_tip(light))
        show_text(self.pending, _pending_text(light.pending))
        show_text(self.coverage, _coverage_text(light))
        show_text(self.as_of, _as_of_text(light, now))
        crypto = snapshot.context.deleveraging if snapshot.context else None
        self._show_crypto(crypto, now, shock=light.crypto_shock)
        missing = "\n".join(f"{indicator_name(name)} ({name})" for name in light.missing)
        tip = plain_tip(tr("Missing:") + "\n" + missing) if missing else ""
        for line in (self.ceiling, self.ceiling_glyph, self.coverage):
            line.setToolTip(tip)

    def event(self, event: QEvent) -> bool:
        """Ask for the height that the lines need at this width, now that they may have changed."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize) and (layout := self.layout()):
            self.setMinimumHeight(layout.totalHeightForWidth(self.width()))
        return super().event(event)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for drawn in (self.glyph, self.ceiling_glyph, self.scale):
            drawn.set_theme(theme)

    def _show_crypto(self, view: DeleveragingView | None, now: datetime | None, *, shock: bool) -> None:
        """A badge of crypto's own, apart from the light: it may sell by force while stocks are calm or closed."""
        forced = _forced_text(view, now)
        words = ", ".join(part for part in (tr("four usual days down in 24 hours") if shock else "", forced) if part)
        show_text(self.crypto, (tr("CRYPTO SHOCK") if shock else tr("CRYPTO")) if words else "")
        show_text(self.crypto_words, words)
        evidence = "\n".join(sign_sentence(sign) for sign in view.forced_signs) if view and forced else ""
        tip = plain_tip(tr("Crypto alone; the light asks for stocks as well.") + "\n" + evidence) if words else ""
        for widget in (self.crypto, self.crypto_words):
            if widget.toolTip() != tip:
                widget.setToolTip(tip)

    def _show_face(self, face: Face, ceiling: Face, *, shock: bool, score: str, before: Face | None = None) -> None:
        """`before`: the face that there was until a moment ago, drawn as an outline beside NO DATA."""
        shown = (face, ceiling, shock)
        changed = self._shown is not None and self._shown != shown
        could_be_worse = face is not Face.NO_DATA and ceiling is not face
        self.glyph.show_face(face, animate=changed)
        self.ceiling_glyph.show_face(before or ceiling, outline=True)
        self.ceiling_glyph.setVisible(could_be_worse or before is not None)
        self.word.setText(face_word(face))
        self.score.setText(score)
        self.score.setAccessibleName(tr("Score {score} of 100").format(score=score))
        self.score.setToolTip(tr("Score from 0 to 100: weighted percentiles of five pillars over three years."))
        for part in (self.shock, self.shock_words):
            part.setVisible(shock)
        words = tr("Light: {face}, score {score}").format(face=face_word(face), score=score)
        if could_be_worse:
            words = tr("{words}, could be {ceiling}").format(words=words, ceiling=face_word(ceiling))
        if before is None:
            self.ceiling_glyph.setAccessibleName(tr("could be {ceiling}").format(ceiling=face_word(ceiling)))
        else:
            self.ceiling_glyph.setAccessibleName(tr("before that {face}").format(face=face_word(before)))
        if changed:
            self._tell(self.glyph, words)
        else:
            self.glyph.setAccessibleName(words)
        self._shown = shown


def _forced_text(view: DeleveragingView | None, now: datetime | None) -> str:
    if view is None or now is None or not (view.known and view.evident and view.stage is Stage.FORCED):
        return ""
    if view.since is None:
        return stage_name(view.stage)
    return tr("{stage} since {time}").format(stage=stage_name(view.stage), time=moment(view.since, now))


def _whole(score: float | None) -> str:
    """The score as a whole number, rounded half up (the shown contributions add up to the same)."""
    return UNKNOWN if score is None else number(int(score + 0.5), 0)


def _thresholds(flip: Flip | None) -> tuple[tuple[float, Face], ...]:
    sides = (flip.calmer, flip.worse) if flip else ()
    return tuple((side.threshold, side.face) for side in sides if side)


def _since_text(light: LightView, now: datetime) -> str:
    if light.since is None:
        return ""
    since = tr("since {time}").format(time=moment(light.since, now))
    if light.sessions_in_state < 1:
        return since
    if light.sessions_in_state == 1:
        return tr("{since} · 1 session").format(since=since)
    return tr("{since} · {n} sessions").format(since=since, n=light.sessions_in_state)


def _ceiling_text(light: LightView) -> str:
    if light.face is Face.NO_DATA or light.ceiling is light.face:
        return ""
    words = tr("{face}, could be {ceiling}: 1 input missing")
    if len(light.missing) != 1:
        words = tr("{face}, could be {ceiling}: {n} inputs missing")
    return words.format(face=face_word(light.face), ceiling=face_word(light.ceiling), n=len(light.missing))


def _is_recent(light: LightView, now: datetime) -> bool:
    """Whether there was a light until a moment ago, which is still worth a word (SIGNALS 6.2). Of an engine that is
    silent nobody knows how long ago that was.
    """
    if light.face is not Face.NO_DATA or light.underlying is None or light.since is None or light.reason == "engine":
        return False
    return timedelta() <= now - light.since <= _BEFORE_SHOWN


def _reason_text(light: LightView, now: datetime) -> str:
    if light.face is not Face.NO_DATA:
        return ""
    if light.reason == "starting" and light.waiting:
        return tr("Fetching history: waiting for {inputs}.").format(inputs=waiting_text(light.waiting, 2))
    reason = no_data_reason(light.reason, light.warm_up_left)
    if light.underlying is None or light.since is None or not _is_recent(light, now):
        return reason
    minutes = number((now - light.since) // timedelta(minutes=1), 0)
    before = tr("{n} min ago: {face}.").format(n=minutes, face=face_word(light.underlying))
    return f"{reason} {before}".strip()


def _waiting_text(light: LightView) -> str:
    """That the light may still change for this session; during the first fetch the reason says what is awaited."""
    if not light.provisional:
        return ""
    if not light.waiting:
        return tr("provisional until the close")
    return tr("provisional: waiting for {inputs}").format(inputs=waiting_text(light.waiting, 1))


def _waiting_tip(light: LightView) -> str:
    if not light.provisional:
        return ""
    if not light.waiting:
        return plain_tip(tr("The session is running; its close confirms or withdraws what is shown."))
    words = tr("The light of this session may still change when these values come:")
    return plain_tip(words + "\n" + waiting_text(light.waiting, len(light.waiting)))


def _pending_text(pending: Pending | None) -> str:
    if pending is None:
        return ""
    if pending.minutes_left is not None:
        words = tr("{face} in {n} min unless it eases below {threshold}")
        minutes = max(1, math.ceil(pending.minutes_left))
        return words.format(face=face_word(pending.face), n=minutes, threshold=number(pending.threshold, 0))
    words = tr("{face} after one more close below {threshold}")
    if pending.closes_left != 1:
        words = tr("{face} after {n} more closes below {threshold}")
    return words.format(face=face_word(pending.face), n=pending.closes_left, threshold=number(pending.threshold, 0))


def _coverage_text(light: LightView) -> str:
    fresh = tr("{fresh} of {expected} inputs fresh").format(fresh=light.fresh, expected=light.expected)
    return tr("{fresh} · coverage {share}%").format(fresh=fresh, share=number(100 * light.coverage, 0))


def _as_of_text(light: LightView, now: datetime) -> str:
    if light.as_of is None:
        return ""
    text = tr("as of {time}").format(time=moment(light.as_of, now))
    if light.next_evaluation is not None:
        text = tr("{as_of} · next {time}").format(as_of=text, time=moment(light.next_evaluation, now))
    text = tr("{times} New York").format(times=text)
    return tr("{as_of}; stocks as of their last close").format(as_of=text) if light.stocks_closed else text
