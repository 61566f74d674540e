"""Drives the engine over a recorded folder: one row for each session that it judged."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TextIO

from barograph.engine.daily_table import EVALUATION_NS
from barograph.engine.monitor import STOCK_CALENDAR, Monitor
from barograph.engine.opening import UnusableInputError
from barograph.feeds.contract import Feed
from barograph.market.calendars import Session, calendar
from barograph.market.instants import from_ns, label_ns
from barograph.market.instruments import Universe
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet

Progress = Callable[[], None]


def evaluations(
    feed: Feed,
    universe: Universe,
    rules: RuleSet,
    until: datetime | None = None,
    progress: Progress = lambda: None,
) -> list[Evaluation]:
    """Every evaluation from the folder's first session to `until` (default: its end), each as of its own time.

    Raises:
        UnusableInputError: the folder holds no bars.
    """
    end = last_judged_at(feed)
    return Monitor(feed, universe, rules, calendar).refresh(end if until is None else min(until, end), progress)


def last_judged_at(feed: Feed) -> datetime:
    """When the last session that a folder holds in whole is judged.

    Raises:
        UnusableInputError: the folder holds no bars.
    """
    info = feed.info
    if info.end is None:
        raise UnusableInputError(f"{info.label}: there are no bars to replay")
    last = (info.end - timedelta(microseconds=1)).date()  # a day that ends at midnight is the day before
    if any(session.close > info.end for session in _sessions_of(last)):
        last -= timedelta(days=1)  # the recording ends before the session did
    return judged_at(last)


def _sessions_of(day: date) -> Sequence[Session]:
    stocks = calendar(STOCK_CALENDAR)
    return stocks.sessions(day, day) if stocks.start <= day <= stocks.end else ()


def judged_at(session: date) -> datetime:
    """The instant (UTC) at which a session is judged."""
    return from_ns(label_ns(session) + EVALUATION_NS)


def header(rules: RuleSet) -> list[str]:
    """Column names of the replay CSV."""
    pillars = [pillar.name for pillar in rules.pillars]
    return ["date", "light", "ceiling", "score", "score_low", "score_up", *pillars, "coverage", "shock"]


def row(evaluation: Evaluation, rules: RuleSet) -> list[str]:
    """One CSV row: scores 0-100 and pillar values 0-1 with six decimals, empty where there is none; shock 0 or 1."""
    shown = evaluation.face is not Face.NO_DATA
    score = evaluation.score
    numbers = (score.value, score.low, score.high) if shown else (None, None, None)
    return [
        evaluation.session.isoformat(),
        evaluation.face.value,
        evaluation.ceiling.value,
        *(number(value) for value in numbers),
        *(number(score.pillars.get(pillar.name)) for pillar in rules.pillars),
        f"{score.coverage:.2f}",
        str(int(evaluation.shock.fired)),
    ]


def number(value: float | None) -> str:
    """Six decimals, empty where there is none."""
    return "" if value is None else f"{value:.6f}"


def write_csv(rows: Iterable[Evaluation], rules: RuleSet, start: datetime | None, out: TextIO) -> int:
    """Write the rows judged at or after `start`; answers how many."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header(rules))
    count = 0
    for evaluation in rows:
        if start is None or evaluation.at >= start:
            writer.writerow(row(evaluation, rules))
            count += 1
    return count
