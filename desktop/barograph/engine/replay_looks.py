"""Drives the engine over a recorded folder while its sessions run: one row for each look at the light."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TextIO

from barograph.engine.monitor import Monitor
from barograph.engine.opening import UnusableInputError
from barograph.engine.replay import last_judged_at, number
from barograph.feeds.contract import Feed
from barograph.market.calendars import calendar
from barograph.market.instants import from_ns, iso_z
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from barograph.risk.intraday import IntradayEvaluation
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet

EVERY = {"5m": 5, "15m": 15, "1h": 60}
"""Minutes between two rows. The light is looked at every five minutes whatever is written."""
Row = IntradayEvaluation | Evaluation


def looks(
    feed: Feed, universe: Universe, rules: RuleSet, first: datetime | None = None, until: datetime | None = None
) -> Iterator[Row]:
    """Every look from `first` (default: the first intraday bar) to `until` (default: the end), and between them the
    daily evaluations, each when it was made.

    Raises:
        UnusableInputError: the folder has no bars, or not the intraday bars that a look needs.
    """
    over = last_judged_at(feed)
    end = over if until is None else min(until, over)
    monitor = Monitor(feed, universe, rules, calendar)
    if not monitor.intraday.offered:
        raise UnusableInputError(
            f"{feed.info.label}: between two closes there is nothing to judge; bars of an hour or less of S&P 500, "
            "Nasdaq-100 and bitcoin were expected"
        )
    begun = _first_bars(feed, rules, end)
    return _looks(monitor, begun if first is None else max(first, begun), end, over)


def _looks(monitor: Monitor, start: datetime, end: datetime, over: datetime) -> Iterator[Row]:
    seen: list[IntradayEvaluation] = []
    monitor.intraday.observer = seen.append
    now = _close_before(monitor, start)
    while True:
        made = monitor.refresh(now)
        looked = [each for each in seen if each.evaluation.at < over]  # after it nothing was recorded
        yield from (each for each in _in_order(made[-1:], looked) if _at(each) >= start)
        seen.clear()
        if now >= end:
            return
        now = min(monitor.next_evaluation(now) or end, end)


def _at(row: Row) -> datetime:
    return row.evaluation.at if isinstance(row, IntradayEvaluation) else row.at


def _in_order(made: list[Evaluation], seen: list[IntradayEvaluation]) -> list[Row]:
    """A close comes before the look that begins again from it."""
    return sorted([*made, *seen], key=lambda row: (_at(row), isinstance(row, IntradayEvaluation)))


def _first_bars(feed: Feed, rules: RuleSet, end: datetime) -> datetime:
    """When the first short bars of both stocks and crypto opened."""
    names = rules.inputs
    return max(_first_of(feed, each, end) for each in ((names.equity_index, names.equity_future), (names.crypto,)))


def _first_of(feed: Feed, names: tuple[str, ...], end: datetime) -> datetime:
    times = [
        int(answer.closed.time[0])
        for name in names
        for interval in feed.intervals(name)
        if interval.intraday and interval.ns <= Interval.HOUR_1.ns
        for answer in (feed.fetch_bars(name, interval, None, end),)
        if len(answer.closed)
    ]
    return from_ns(min(times)) if times else end


def _close_before(monitor: Monitor, start: datetime) -> datetime:
    """The newest evaluation that is due at an instant: from there the looks at the session of that instant begin."""
    now = start - timedelta(days=8)
    while True:
        following = monitor.next_evaluation(now)
        if following is None or following > start:
            return now
        now = following


def header(rules: RuleSet) -> list[str]:
    """Column names of the CSV."""
    pillars = [pillar.name for pillar in rules.pillars]
    scores = ["light", "ceiling", "score", "score_low", "score_up", *pillars, "coverage"]
    between = ["provisional", "shock", "hold", "pending", "minutes_left", "stocks_closed", "crypto_shock", "reason"]
    return ["time", "session", *scores, *between]


def row(found: Row, rules: RuleSet) -> list[str]:
    """One CSV row: scores 0-100 and pillar values 0-1 with six decimals, empty where there is none; flags 0 or 1.

    `provisional` is 0 in the row of a close. `shock` struck just then; `hold` counts the closes for which one is held.
    """
    look = found if isinstance(found, IntradayEvaluation) else None
    evaluation = found if isinstance(found, Evaluation) else found.evaluation
    shown, score = evaluation.face is not Face.NO_DATA, evaluation.score
    numbers = (score.value, score.low, score.high) if shown else (None, None, None)
    pending = look.pending if look else None
    return [
        iso_z(evaluation.at),
        evaluation.session.isoformat(),
        evaluation.face.value,
        evaluation.ceiling.value,
        *(number(value) for value in numbers),
        *(number(score.pillars.get(pillar.name)) for pillar in rules.pillars),
        f"{score.coverage:.2f}",
        str(int(look is not None)),
        str(int(evaluation.shock.fired)),
        str(look.state.hold.fired if look else evaluation.light.hold_left),
        pending[0].value if pending else "",
        str(pending[1]) if pending else "",
        str(int(look.reading.stocks_closed)) if look else "",
        str(int(look.reading.crypto_shock)) if look else "",
        evaluation.reason,
    ]


def write_looks(rows: Iterator[Row], rules: RuleSet, every: int, out: TextIO) -> int:
    """Write the closes, and the looks at every so many minutes of the hour; answers how many rows."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header(rules))
    count = 0
    for found in rows:
        at = _at(found).astimezone(UTC)
        if isinstance(found, Evaluation) or at.minute % every == 0:
            writer.writerow(row(found, rules))
            count += 1
    return count
