"""The cascade on two lines: the six stages, and below them regime, scenario, crypto's stage and the time frames."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from barograph.engine.context_view import CascadeMark, ContextView, FramesView
from barograph.gui.context_labels import (
    cascade_meaning,
    cascade_name,
    regime_name,
    scenario_name,
    stage_name,
    status_word,
    trend_arrow,
)
from barograph.gui.formats import UNKNOWN, moment, plain_tip
from barograph.gui.marks import Mark, MarkGlyph
from barograph.gui.panels.context_panel import Shown
from barograph.gui.panels.context_state import PanelState, StateLine
from barograph.gui.sign_labels import met_signs, sign_name, sign_sentence
from barograph.gui.text import ShrinkingLabel, label
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr
from barograph.risk.cascade import CascadeStage, Status

_WORDS_SHARE = 0.55
"""Of the width; the rest of the line are captions, gaps and the state."""
STATUS_MARKS = {
    Status.ON: Mark.RUNNING,
    Status.PASSED: Mark.DONE,
    Status.NOT_YET: Mark.NO,
    Status.UNKNOWN: Mark.UNKNOWN,
}


class CascadeStrip(QWidget):
    """As low as two lines of text."""

    def __init__(self, theme: Theme) -> None:
        """Names without answers until `show_context`."""
        super().__init__()
        self.setObjectName("cascadeStrip")
        self.glyphs = {stage: MarkGlyph(f"cascadeGlyph-{stage}", theme) for stage in CascadeStage}
        self.names = {stage: ShrinkingLabel(f"cascadeStage-{stage}") for stage in CascadeStage}
        self.state_line = StateLine("cascadeStrip", theme, one_line=True)
        stages = QHBoxLayout()
        stages.setSpacing(SPACE + 2)
        for stage in CascadeStage:
            stages.addWidget(self.glyphs[stage])
            stages.addWidget(self.names[stage], 1)
        facts = QHBoxLayout()
        facts.setSpacing(SPACE + 2)
        captions = {
            "regime": tr("regime"),
            "scenario": tr("scenario"),
            "crypto": tr("crypto"),
            "frames": tr("1h / 4h", "time frames"),
        }
        self.facts = {name: ShrinkingLabel(f"cascadeFact-{name}", "strong") for name in captions}
        self._shown = Shown()
        self._texts: dict[str, tuple[str, ...]] = dict.fromkeys(captions, (UNKNOWN,))
        for name, caption in captions.items():
            facts.addWidget(label(f"cascadeCaption-{name}", "small", caption))
            facts.addWidget(self.facts[name])
            facts.addSpacing(2 * SPACE)
        facts.addWidget(self.state_line, 1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(3 * SPACE, SPACE, 3 * SPACE, SPACE)
        lines.setSpacing(SPACE)
        lines.addLayout(stages)
        lines.addLayout(facts)
        for stage in CascadeStage:
            self._show_stage(CascadeMark(stage, Status.UNKNOWN, None, None, (), ()), None)
        self._fit_facts()

    def show_context(self, context: ContextView | None, state: PanelState, now: datetime | None) -> None:
        """Show the context as it is at `now`, and the panel's own state."""
        self.state_line.show_state(state)
        if context is None or now is None:
            return
        if self._shown.is_new("stages", context.cascade, now):
            for mark in context.cascade:
                self._show_stage(mark, now)
        facts = fact_texts(context)
        if facts != self._texts:
            self._texts = facts
            self._fit_facts()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.state_line.set_theme(theme)
        for glyph in self.glyphs.values():
            glyph.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say more where there is more room."""
        super().resizeEvent(event)
        self._fit_facts()

    def _fit_facts(self) -> None:
        """The long words for all, or the short ones for all: the line is read as a whole."""
        metrics = QFontMetrics(self.facts["regime"].font())
        wanted = sum(metrics.horizontalAdvance(texts[0]) for texts in self._texts.values())
        long = wanted <= self.width() * _WORDS_SHARE
        for name, texts in self._texts.items():
            shown = texts[0] if long else texts[-1]
            self.facts[name].show_texts(shown)
            if self.facts[name].toolTip() != plain_tip(texts[0]):
                self.facts[name].setToolTip(plain_tip(texts[0]))
                self.facts[name].setAccessibleName(texts[0])

    def _show_stage(self, mark: CascadeMark, now: datetime | None) -> None:
        name = stage_title(mark.stage)
        time = "" if now is None or mark.since is None else moment(mark.since, now)
        shown = self.names[mark.stage]
        shown.show_texts(*((f"{name} · {time}", name) if time else (name,)))
        tip = stage_tip(mark, now)
        self.glyphs[mark.stage].show_mark(STATUS_MARKS[mark.status], f"{name}: {status_word(mark.status)}")
        if tip != shown.accessibleDescription():
            shown.setAccessibleDescription(tip)
        for widget in (shown, self.glyphs[mark.stage]):
            if widget.toolTip() != plain_tip(tip):
                widget.setToolTip(plain_tip(tip))


def stage_title(stage: CascadeStage) -> str:
    """Number and name of a stage."""
    return f"{tuple(CascadeStage).index(stage) + 1} {cascade_name(stage)}"


def stage_evidence(mark: CascadeMark, now: datetime | None) -> str:
    """What the stage rests on: with its values while it runs, else what it was and when that was last seen."""
    comma = tr(", ", "between names")
    if mark.status is Status.ON:
        return met_signs(mark.signs)
    if mark.status is Status.PASSED and mark.evidence:
        names = comma.join(sign_name(sign) for sign in mark.evidence)
        if now is None or mark.last is None:
            return tr("it was: {signs}").format(signs=names)
        return tr("it was: {signs}; last {time}").format(signs=names, time=moment(mark.last, now))
    unknown = [sign_name(sign.id) for sign in mark.signs if sign.met is None]
    if mark.status is Status.UNKNOWN and unknown:
        return tr("not known: {signs}").format(signs=comma.join(unknown))
    return ""


def stage_times(mark: CascadeMark, now: datetime | None) -> str:
    """Since when, and when its evidence was last there."""
    if now is None or mark.since is None:
        return ""
    since = tr("since {time}").format(time=moment(mark.since, now))
    if mark.status is Status.ON or mark.last is None:
        return since
    return tr("{since}, last {time}").format(since=since, time=moment(mark.last, now))


def stage_tip(mark: CascadeMark, now: datetime | None) -> str:
    """All that is known of a stage, in lines."""
    times = stage_times(mark, now)
    head = f"{stage_title(mark.stage)}: {status_word(mark.status)}" + (f", {times}" if times else "")
    lines = [head, cascade_meaning(mark.stage), *(sign_sentence(sign) for sign in mark.signs)]
    return "\n".join(line for line in lines if line)


def fact_texts(context: ContextView) -> dict[str, tuple[str, ...]]:
    """Regime, scenario, crypto's stage and the time frames, each with a shorter text where there is one."""
    regime, scenarios, crypto = context.regime, context.scenarios, context.deleveraging
    return {
        "regime": (UNKNOWN,) if regime is None else could_be(regime_name(regime.regime), regime_name(regime.worst)),
        "scenario": (UNKNOWN,) if scenarios is None else (scenario_name(scenarios.dominant),),
        "crypto": (
            (tr("not known"),)
            if crypto is None or not crypto.known
            else could_be(stage_name(crypto.stage), stage_name(crypto.worst))
        ),
        "frames": (frames_words(context.frames),),
    }


def could_be(known: str, worst: str) -> tuple[str, ...]:
    """What is known, and beside it the worst that the unknown allows where that is another."""
    if known == worst:
        return (known,)
    return tr("{known}, could be {worst}").format(known=known, worst=worst), f"{known} (?)"


def frames_words(frames: FramesView) -> str:
    """Whether the trends of the time frames agree."""
    if frames.disagree:
        names = tr(", ", "between names").join(frames.disagreeing)
        return tr("disagree: {names}").format(names=names)
    if frames.disagree is None:
        return tr("not known")
    directions = {trend.trend for trend in frames.trends}
    arrow = trend_arrow(directions.pop()) if len(directions) == 1 else ""
    return tr("no contradiction {arrow}").format(arrow=arrow).strip()
