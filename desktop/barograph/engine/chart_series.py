"""Charted series: what the window watches, sent whole once and then only what is new; whole again where its past has
become another one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import numpy as np

from barograph.engine.context.chart_lines import ChartLines
from barograph.engine.daily_table import joined
from barograph.engine.messages import LightHistory, SeriesKey, SeriesUpdate
from barograph.engine.snapshot import LightView
from barograph.engine.tape import Latest, Tape, fixed_at_ns
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.market.bars import Bars
from barograph.market.freshness import Freshness
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet

SCORE = "SCORE"
MAX_POINTS = 5_000
"""Points of a series that the window is given at first."""
_BEFORE_NS = 8 * DAY_NS
"""A bar that ended later than another began no longer before it."""
_Age = tuple[Freshness, datetime | None] | None
_Moment = tuple[int, Face, Face, float | None]


class _Found(NamedTuple):
    """What the feed has of one part of a series; `revised` as in `BarsAnswer`."""

    closed: Bars
    forming: Bars
    source: str
    line: bool
    revised: int


@dataclass(slots=True)
class _Watched:
    """A watched series: closed bars held (of the score: of how many evaluations), the forming bar, and what was sent
    last.
    """

    key: SeriesKey
    closed: Bars = field(default_factory=Bars.empty)
    forming: Bars = field(default_factory=Bars.empty)
    line: bool = False
    source: str = ""
    revised: int = 0
    unsupported: bool = False
    evaluations: int = 0
    sent: bool = False
    sent_until: int | None = None
    sent_forming: tuple[int, bytes] | None = None
    band: bool = False
    steps: bool = False
    age: _Age = None
    sent_age: _Age = None
    unit: str = ""
    decimals: int = 4
    version: int = 0


class ChartBoard:
    """Follows the series that the window watches."""

    def __init__(self, tape: Tape, rules: RuleSet, lines: ChartLines | None = None) -> None:
        """`tape` is where bars come from; `rules` give the thresholds drawn on the score; `lines` those of the
        context.
        """
        self._tape = tape
        self._rules = rules
        self._lines = lines
        self._watched: dict[SeriesKey, _Watched] = {}
        self._history_sent: int | None = None
        self._look_sent: _Moment | None = None

    def watch(self, keys: Sequence[SeriesKey]) -> None:
        """The series shown from now on; one that is new is sent whole at the next update."""
        self._watched = {key: self._watched.get(key) or _Watched(key) for key in keys}

    def updates(
        self, now: datetime, latest: dict[str, Latest], evaluations: Sequence[Evaluation]
    ) -> list[SeriesUpdate]:
        """What is new as of `now`, one update for each series that changed."""
        made = (self._update(watched, now, latest, evaluations) for watched in self._watched.values())
        return [update for update in made if update is not None]

    def light_history(self, evaluations: Sequence[Evaluation], shown: LightView) -> LightHistory | None:
        """The light through time: whole at first, then what was added, with the light that is `shown` now where it is
        no record yet; None when nothing was.
        """
        look = _look(shown)
        if self._history_sent == len(evaluations) and look in (None, self._look_sent):
            return None
        rows = [(to_ns(e.at), e.face, e.ceiling, _shown(e)) for e in evaluations[self._history_sent or 0 :]]
        if look is not None:
            rows.append(look)
        history = LightHistory(
            replace=self._history_sent is None,
            time=np.array([at for at, *_ in rows], dtype=np.int64),
            face=np.array([face.severity for _, face, *_ in rows], dtype=np.int64),
            ceiling=np.array([ceiling.severity for *_, ceiling, _ in rows], dtype=np.int64),
            score=np.array([np.nan if score is None else score for *_, score in rows], dtype=np.float64),
            provisional=int(look is not None),
        )
        self._history_sent, self._look_sent = len(evaluations), look
        return history

    def _update(
        self,
        watched: _Watched,
        now: datetime,
        latest: dict[str, Latest],
        evaluations: Sequence[Evaluation],
    ) -> SeriesUpdate | None:
        if watched.key.id == SCORE:
            _score_line(watched, evaluations)
        elif self._lines is not None and self._lines.knows(watched.key.id):
            self._context_line(watched, self._lines, now)
        else:
            self._fetch(watched, now)
        forming, given_up = _row(watched.forming), _given_up(watched)
        whole = watched.sent_until is None or given_up
        fresh = watched.closed[-MAX_POINTS:] if whole else watched.closed.after(watched.sent_until or 0)
        told = (forming, watched.age) == (watched.sent_forming, watched.sent_age)
        if watched.sent and not given_up and not len(fresh) and told:
            return None
        watched.sent, watched.sent_age = True, watched.age
        if len(watched.closed):
            watched.sent_until = int(watched.closed.time[-1])
        watched.sent_forming = forming
        return self._message(watched, joined(fresh, watched.forming), whole, forming is not None, latest)

    def _message(
        self,
        watched: _Watched,
        rows: Bars,
        replace: bool,
        forming: bool,
        latest: dict[str, Latest],
    ) -> SeriesUpdate:
        last = latest.get(watched.key.id)
        instrument = self._tape.universe.instrument(watched.key.id)
        plain = "/" not in watched.key.id and watched.key.id != SCORE and not ChartLines.knows(watched.key.id)
        levels = self._rules.light.thresholds
        state = last.state if last else Freshness.CLOSED if len(watched.closed) else Freshness.MISSING
        state, as_of = watched.age or (state, last.as_of if last else None)
        return SeriesUpdate(
            key=watched.key,
            replace=replace,
            line=watched.line,
            time=rows.time,
            open=rows.open,
            high=rows.high,
            low=rows.low,
            close=rows.close,
            forming=forming,
            unit=instrument.unit if plain else watched.unit,
            decimals=instrument.decimals if plain else 1 if watched.key.id == SCORE else watched.decimals,
            source=watched.source,
            state=state,
            as_of=as_of,
            empty_reason=""
            if len(rows) or len(watched.closed)
            else ("no_bars" if watched.unsupported else "no_data_yet"),
            thresholds=((levels.watch_enter, "watch"), (levels.risk_off_enter, "risk_off"))
            if watched.key.id == SCORE
            else (),
            band=watched.band,
            steps=watched.steps,
        )

    @staticmethod
    def _context_line(watched: _Watched, lines: ChartLines, now: datetime) -> None:
        """What is new of a line of the context; all of it where its past was made anew."""
        after = int(watched.closed.time[-1]) if len(watched.closed) else None
        found = lines.line(watched.key.id, watched.key.interval, after, now)
        if (
            found is not None
            and after is not None
            and (found.version, found.source) != (watched.version, watched.source)
        ):
            watched.closed, watched.sent_until = Bars.empty(), None
            found = lines.line(watched.key.id, watched.key.interval, None, now)
        if found is None:
            watched.unsupported = lines.lacks(watched.key.id)
            return
        watched.line, watched.band, watched.steps, watched.version = True, found.band, found.steps, found.version
        watched.age = (found.state, found.as_of) if found.state is not None else watched.age
        watched.unit, watched.decimals, watched.source = found.unit, found.decimals, found.source
        watched.closed = joined(watched.closed, found.points)

    def _fetch(self, watched: _Watched, now: datetime) -> None:
        """Bars of the interval; where there are none, the closes of the next longer ones, which hold as steps."""
        parts = watched.key.id.split("/")
        interval = self._next_served(parts, watched.key.interval)
        steps = interval is not watched.key.interval
        held_until = int(watched.closed.time[-1]) if len(watched.closed) else None
        after = held_until - _BEFORE_NS if steps and held_until is not None else held_until
        try:
            answers = [self._bars(part, interval, after, now) for part in parts]
        except FeedError as error:
            watched.unsupported = error.kind is FeedErrorKind.UNSUPPORTED
            self._tape.errors[f"{watched.key.id} {watched.key.interval}"] = error
            return
        if len(parts) == 1:
            closed, watched.forming, source, watched.line, revised = answers[0]
        else:
            first, second = answers[0], answers[1]
            watched.line = True
            source, revised = f"{first.source}, {second.source}", first.revised + second.revised
            closed = _ratio(first.closed, second.closed)
            watched.forming = _ratio(first.forming, second.forming)
        if watched.source and (source, steps) != (watched.source, watched.steps):
            # never two sources in one series: it begins anew
            watched.closed, watched.source, watched.sent_until = Bars.empty(), "", None
            self._fetch(watched, now)
            return
        if held_until is not None and revised != watched.revised:
            before, sent_until = watched.closed, watched.sent_until
            watched.closed, watched.sent_until = Bars.empty(), None
            self._fetch(watched, now)
            if _goes_on(before, watched.closed):  # what is not drawn was revised
                watched.sent_until = sent_until
            return
        watched.revised = revised
        if steps:
            closed, watched.line, watched.forming = self._at_ends(parts, closed, interval), True, Bars.empty()
            closed = closed if held_until is None else closed.after(held_until)
        if len(parts) > 1 and len(closed) and not len(watched.closed):
            watched.decimals = _decimals(float(closed.close[-1]))
        watched.source, watched.steps = source, steps
        watched.closed = joined(watched.closed, closed)

    def _next_served(self, parts: Sequence[str], wanted: Interval) -> Interval:
        """The shortest interval, no shorter than the wanted one, of which all parts have bars; else the wanted one."""
        for interval in Interval:
            if interval.seconds >= wanted.seconds and all(self._serves(part, interval) for part in parts):
                return interval
        return wanted

    def _serves(self, name: str, interval: Interval) -> bool:
        return interval in self._tape.feed.intervals(name) or (interval is Interval.DAY_1 and self._is_fixed(name))

    def _is_fixed(self, name: str) -> bool:
        """Whether only fixings are known of an instrument."""
        fixed = self._tape.universe.instrument(name).served_by in self._tape.fixings
        return fixed and Interval.DAY_1 not in self._tape.feed.intervals(name)

    def _at_ends(self, parts: Sequence[str], bars: Bars, interval: Interval) -> Bars:
        """The same bars, named by when they ended."""
        ends = [
            fixed_at_ns(bars.time)
            if interval is Interval.DAY_1 and self._is_fixed(part)
            else self._tape.calendars(self._tape.universe.instrument(part).calendar).bar_ends(bars.time, interval)
            for part in parts
        ]
        time = np.max(ends, axis=0)
        return Bars(time, bars.open, bars.high, bars.low, bars.close, bars.volume)

    def _bars(self, name: str, interval: Interval, after: int | None, now: datetime) -> _Found:
        """Closed bars that are new, the forming bar, source, and whether it is a line of fixings."""
        if interval not in self._tape.feed.intervals(name):
            served = self._tape.universe.instrument(name).served_by
            fixings = self._tape.fixings.get(served or "")
            if interval is Interval.DAY_1 and fixings is not None:
                values = fixings.value
                line = Bars(fixings.time, values, values, values, values, np.full(len(values), np.nan))
                new = line if after is None else line.after(after)
                return _Found(new, Bars.empty(), f"{served} fixing", True, self._tape.revised.get(served or "", 0))
            raise FeedError(FeedErrorKind.UNSUPPORTED, "", name, f"no {interval} bars of {name}")
        answer = self._tape.feed.fetch_bars(name, interval, after, now)
        return _Found(answer.closed, answer.forming, answer.source, False, answer.revised)


def _row(forming: Bars) -> tuple[int, bytes] | None:
    """Time and prices of the forming bar, to be compared: as bytes, for an unknown price is a NaN."""
    if not len(forming):
        return None
    prices = np.concatenate((forming.open, forming.high, forming.low, forming.close))
    return int(forming.time[0]), prices.tobytes()


def _goes_on(held: Bars, whole: Bars) -> bool:
    """Whether a series is what was held of it, with or without later rows; the oldest may have been let go."""
    if not len(whole):
        return False
    first = int(np.searchsorted(held.time, whole.time[0]))
    last = int(np.searchsorted(whole.time, held.time[-1], side="right"))
    return all(
        np.array_equal(getattr(held, name)[first:], getattr(whole, name)[:last], equal_nan=True)
        for name in ("time", "open", "high", "low", "close")
    )


def _given_up(watched: _Watched) -> bool:
    """Whether the forming bar that was sent is gone without having been closed: its row has to go as well."""
    if watched.sent_forming is None:
        return False
    time, closed = watched.sent_forming[0], watched.closed.time
    row = int(np.searchsorted(closed, time))
    was_closed = row < len(closed) and closed[row] == time
    still_forming = len(watched.forming) > 0 and watched.forming.time[0] == time
    return not (was_closed or still_forming)


def _decimals(ratio: float) -> int:
    """As many as make four significant digits: of a small ratio, four decimals would hide a day's moves."""
    return min(6, max(2, 3 - math.floor(math.log10(ratio)))) if ratio > 0 else 4


def _look(light: LightView) -> _Moment | None:
    """The light as a row beside the evaluations; None where it is one of them."""
    if not light.provisional or light.as_of is None:
        return None
    return to_ns(light.as_of), light.face, light.ceiling, light.score


def _shown(evaluation: Evaluation) -> float | None:
    return None if evaluation.reason else evaluation.score.value


def _score_line(watched: _Watched, evaluations: Sequence[Evaluation]) -> None:
    watched.line = True
    new = [(to_ns(e.at), value) for e in evaluations[watched.evaluations :] if (value := _shown(e)) is not None]
    watched.evaluations = len(evaluations)
    if new:
        at, score = np.array([a for a, _ in new], dtype=np.int64), np.array([v for _, v in new])
        watched.closed = joined(watched.closed, Bars(at, score, score, score, score, np.full(len(at), np.nan)))


def _ratio(first: Bars, second: Bars) -> Bars:
    """Closes of one over those of the other where both have a bar."""
    time, at_first, at_second = np.intersect1d(first.time, second.time, assume_unique=True, return_indices=True)
    value = first.close[at_first] / second.close[at_second]
    return Bars(time, value, value, value, value, np.full(len(time), np.nan))
