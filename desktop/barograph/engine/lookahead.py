"""Does anything that was recorded later change what was judged earlier? Judges copies that end early, and compares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from barograph.engine.monitor import Monitor
from barograph.engine.opening import UnusableInputError
from barograph.engine.replay import evaluations
from barograph.engine.replay_looks import Row
from barograph.feeds.contract import Feed
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.feeds.recorded.truncation import known_by
from barograph.market.calendars import calendar
from barograph.market.instants import iso_z, to_ns
from barograph.market.instruments import Universe
from barograph.risk.intraday import IntradayEvaluation
from barograph.risk.judge import Evaluation
from barograph.risk.rules import RuleSet

CUTS = 8
"""Copies that are judged again."""
SHOWN = 20
"""Differences that are printed."""
LOOK_DAYS = timedelta(days=3)
"""Of how long before its end the looks of a copy are compared: the light begins anew at every close."""
_Pair = tuple[datetime, Row, Row | None]
"""The end of a copy, a row of the whole, and the copy's, None where it has none."""
FeedOf = Callable[[HistoryFolder], Feed]


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that was another one when less was recorded: with everything, and with what ended at `cut`."""

    when: str
    column: str
    whole: str
    copy: str
    cut: datetime


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared: `cuts` of the copies, rows and values in all, and what differs, oldest first."""

    cuts: tuple[datetime, ...]
    rows: int
    values: int
    differences: tuple[Difference, ...]


def compare(
    folder: HistoryFolder,
    universe: Universe,
    rules: RuleSet,
    feed_of: FeedOf,
    first: datetime | None = None,
    last: datetime | None = None,
    *,
    between_closes: bool = False,
    cuts: int = CUTS,
) -> Comparison:
    """Judge the folder, and copies of it that end between `first` and `last` (default: all of it), and compare what
    both judged, to the last bit. `feed_of` makes a feed of a folder. `between_closes` compares the looks as well. Of
    `cuts` copies the ends are spread evenly, one more ends a session before the whole does.

    Raises:
        UnusableInputError: the folder has nothing to judge in that stretch.
    """

    def cut_off(cut: datetime) -> Feed:
        return feed_of(known_by(folder, to_ns(cut), universe, calendar))

    whole = [one for one in evaluations(feed_of(folder), universe, rules, last) if first is None or one.at >= first]
    ends = [whole[place].at for place in _spread(len(whole), cuts)]
    if not ends:
        raise UnusableInputError(f"{folder.path}: there is nothing to judge in that stretch of time")
    pairs: list[_Pair] = []
    for cut in ends:
        copy = {one.session: one for one in evaluations(cut_off(cut), universe, rules, cut)}
        pairs += [(cut, one, copy.get(one.session)) for one in whole if one.at <= cut]
    if between_closes:
        pairs += _pairs_of_looks(folder, universe, rules, feed_of, cut_off, ends)
    return _compared(ends, pairs)


def _spread(count: int, cuts: int) -> list[int]:
    """Places of the copies' ends: evenly over all rows, the last one but one among them."""
    spread = {(2 * place + 1) * count // (2 * cuts) for place in range(cuts)}
    return sorted(spread | {max(0, count - 2)}) if count else []


def _pairs_of_looks(
    folder: HistoryFolder,
    universe: Universe,
    rules: RuleSet,
    feed_of: FeedOf,
    cut_off: Callable[[datetime], Feed],
    ends: Sequence[datetime],
) -> Iterator[_Pair]:
    """Looks of the last days of copies that end while a session runs, each copy at another hour."""
    for place, close in enumerate(ends):
        cut = close - timedelta(minutes=5 * (1 + 37 * (place + 1) % 280))
        whole = _looks_until(feed_of(folder), universe, rules, cut)
        copy = {one.evaluation.at: one for one in _looks_until(cut_off(cut), universe, rules, cut)}
        yield from ((cut, one, copy.get(one.evaluation.at)) for one in whole)


def _looks_until(feed: Feed, universe: Universe, rules: RuleSet, cut: datetime) -> list[IntradayEvaluation]:
    monitor = Monitor(feed, universe, rules, calendar)
    seen: list[IntradayEvaluation] = []
    monitor.intraday.observer = seen.append
    now = cut - LOOK_DAYS
    while True:
        monitor.refresh(now)
        if now >= cut:
            return seen
        now = min(monitor.next_evaluation(now) or cut, cut)


def _compared(cuts: Sequence[datetime], pairs: Iterable[_Pair]) -> Comparison:
    rows = values = 0
    found: list[Difference] = []
    for cut, one, other in pairs:
        before = _values(one)
        after = _values(other) if other is not None else {"light": "not judged"}
        rows, values = rows + 1, values + len(before)
        found += [
            Difference(_when(one), column, before.get(column, ""), after.get(column, ""), cut)
            for column in dict.fromkeys((*before, *after))
            if before.get(column) != after.get(column)
        ]
    return Comparison(tuple(cuts), rows, values, tuple(sorted(found, key=lambda each: (each.when, each.cut))))


def report(found: Comparison) -> str:
    """What was compared, in a sentence, and the first differences, one a line."""
    cuts = found.cuts
    spread = f"{len(cuts)} copies that end between {cuts[0].date()} and {cuts[-1].date()}"
    counted = f"{spread}, {found.rows} evaluations, {found.values} values compared"
    if not found.differences:
        return f"{counted}: none was changed by what came later\n"
    lines = [f"{counted}: {len(found.differences)} were changed by what came later"]
    lines += [
        f"{each.when}  {each.column}: {each.whole}, but {each.copy} in the copy that ends {iso_z(each.cut)}"
        for each in found.differences[:SHOWN]
    ]
    if len(found.differences) > SHOWN:
        lines.append(f"... and {len(found.differences) - SHOWN} more")
    return "\n".join(lines) + "\n"


def _when(row: Row) -> str:
    return iso_z(row.evaluation.at) if isinstance(row, IntradayEvaluation) else row.session.isoformat()


def _values(row: Row) -> dict[str, str]:
    """Every value of a row, exact: what the CSV has first, then what it is made of."""
    one = row.evaluation if isinstance(row, IntradayEvaluation) else row
    found: dict[str, object] = {
        "light": one.face.value,
        "ceiling": one.ceiling.value,
        "score": one.score.value,
        "score_low": one.score.low,
        "score_up": one.score.high,
        **one.score.pillars,
        "coverage": one.score.coverage,
        "shock": one.shock.fired,
        "shock possible": one.shock.possible,
        "reason": one.reason,
    }
    for name, raw in one.raw.items():
        entry = one.percentiles[name]
        found |= {f"{name} x": (raw.x, raw.low, raw.high), f"{name} u": (entry.u, entry.low, entry.high)}
    if isinstance(row, Evaluation):
        found |= {"state": (one.light, one.worst), "since": one.since, "missing": one.missing}
    else:
        found |= {"state": (row.state.light, row.state.worst, row.state.hold), "pending": row.pending}
    return {column: _exact(value) for column, value in found.items()}


def _exact(value: object) -> str:
    """Text that is the same for the same value only: a float as short as it can be read back."""
    if isinstance(value, datetime):
        return iso_z(value)
    return str(value)
