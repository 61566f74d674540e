"""One event of a track record: base rate, hits and misses, odds after each face, and the score against the VIX."""

from __future__ import annotations

from barograph.gui.formats import UNKNOWN, number, plain_tip, quantity
from barograph.gui.labels import face_word
from barograph.gui.panels.cell_grid import CellGrid, Column
from barograph.gui.panels.section import Section
from barograph.gui.record_labels import BENCHMARKS, benchmark_name, event_words
from barograph.gui.text import label, show_text
from barograph.gui.translation import tr
from barograph.risk.track_record import AlarmRecord, Estimate, EventRecord, Ranking, TrackRecord

_ALARM = "light_risk_off"
_SMALL = Column("small", right=True)


class EventSection(Section):
    """Every rate with its interval, and with the number of episodes that it rests on."""

    def __init__(self, event_id: str, *, folded: bool) -> None:
        """Of this event."""
        super().__init__(f"record{event_id}", event_id, folded=folded)
        name = f"record{event_id}"
        self.words = label(f"{name}Words", wrap=True)
        self.alarm = label(f"{name}Alarm", wrap=True)
        self.odds = CellGrid(
            f"{name}Odds",
            (Column(stretch=1), _SMALL, _SMALL, _SMALL),
            (tr("after days with"), tr("odds"), tr("days"), tr("begun")),
        )
        self.skill = CellGrid(
            f"{name}Skill",
            (
                Column(wrap=True, stretch=1),
                Column("small", right=True),
                Column("small", right=True, wrap=True, stretch=1),
            ),
            (tr("told apart by"), tr("AUC"), tr("vs score")),
        )
        self.verdict = label(f"{name}Verdict", "small", wrap=True)
        self.add(self.words, self.alarm, self.odds, self.skill, self.verdict)

    def show_event(self, event: EventRecord, record: TrackRecord) -> None:
        """Show the event as the record has it."""
        show_text(self.words, _words(event, record))
        alarm = next((each for each in event.alarms if each.alarm == _ALARM), None)
        show_text(self.alarm, _alarm_text(alarm) if alarm and event.event_days else "")
        told = bool(event.event_days)
        self.odds.show_rows(
            [
                (
                    face_word(each.face),
                    _bracketed(each.odds, 100, 0, "%"),
                    number(each.days, 0),
                    tr("{n} of {all}").format(n=each.episodes_begun, all=event.episodes),
                )
                for each in (event.faces if told else ())
            ]
        )
        ranked = [each for each in event.rankings if each.predictor in BENCHMARKS] if told else []
        self.skill.show_rows(
            [(benchmark_name(each.predictor), _bracketed(each.auc, 1, 2), _against(each)) for each in ranked]
        )
        show_text(
            self.verdict, tr("AUC: 0.5 is chance. A difference whose interval holds 0 is none.") if ranked else ""
        )
        base = quantity(event.base_rate.value, "share", 1)
        self.summarise(tr("base {rate}, n {n}").format(rate=base, n=event.episodes))
        self.odds.setToolTip(tr("Begun: episodes whose first event day came with that face."))
        self.heading.setToolTip(plain_tip(event_words(event.event, record.stock, record.coin)))


def _words(event: EventRecord, record: TrackRecord) -> str:
    what = event_words(event.event, record.stock, record.coin)
    if not event.event_days:
        return tr("{event}: on none of {days} days, so nothing can be said.").format(event=what, days=event.days)
    words = tr("{event}: on {rate} of {days} days, n = {n} episodes.")
    return words.format(
        event=what, rate=_bracketed(event.base_rate, 100, 1, "%"), days=number(event.days, 0), n=event.episodes
    )


def _alarm_text(alarm: AlarmRecord) -> str:
    """Reds, hits, misses, false."""
    missed = alarm.episodes - alarm.episodes_hit
    words = tr("RISK-OFF hit {hit} of {n} episodes, missed {missed}; {start} of them it met on their first day.")
    text = words.format(hit=alarm.episodes_hit, n=alarm.episodes, missed=missed, start=alarm.episodes_at_start)
    if alarm.runs_a_year is not None and alarm.false_runs_a_year is not None:
        rates = tr("Runs a year {runs}, false {false}.")
        text += " " + rates.format(runs=number(alarm.runs_a_year, 1), false=number(alarm.false_runs_a_year, 1))
    if alarm.lead is not None:
        text += " " + tr("Median lead {n} sessions.").format(n=number(alarm.lead, 0))
    return text


def _against(ranking: Ranking) -> str:
    advantage = ranking.advantage
    if advantage is None or advantage.value is None:
        return ""
    if not advantage.excludes(0):
        return tr("not distinguishable")
    return tr("score better") if advantage.value > 0 else tr("score worse")


def _bracketed(estimate: Estimate, factor: float, decimals: int, unit: str = "") -> str:
    if estimate.value is None:
        return UNKNOWN
    text = f"{number(factor * estimate.value, decimals)}{unit}"
    if estimate.low is not None and estimate.high is not None:
        text += f" [{number(factor * estimate.low, decimals)}, {number(factor * estimate.high, decimals)}]"
    return text
