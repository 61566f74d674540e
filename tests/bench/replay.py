"""Replay and evaluation of six years of sessions, what a session costs after twice as long a past, the demo's start."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

from barograph.engine.monitor import Monitor
from barograph.engine.opening import open_feed, open_recorded, opening_instant, recorded_feed
from barograph.engine.replay import evaluations
from barograph.evaluation.run import evaluate
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.calendars import calendar
from barograph.market.instruments import Universe
from barograph.risk.rules_file import load_rules
from tests.bench.made import END, made_history, since
from tests.bench.measure import Row, cpu_ms, history, median_ms, skipped

_SIX_YEARS = datetime(END.year - 5, 1, 1, tzinfo=UTC)
_LAST_YEAR = datetime(END.year, 1, 1, 0, 10, tzinfo=UTC)
_MIDDLE = datetime(END.year, 7, 1, 0, 10, tzinfo=UTC)
_OVER = datetime(END.year + 1, 1, 1, 0, 10, tzinfo=UTC)
_REPEATS = 3


def run() -> list[Row]:
    """Rows: six recorded years (where they are there), one year after two lengths of past, the demo's start."""
    return [*_recorded(), *_past(), *_demo()]


def _recorded() -> list[Row]:
    folder = history()
    if folder is None:
        return [skipped("replay and evaluate, six recorded years", "no history folder beside the project")]
    start = time.perf_counter()
    whole, universe = open_recorded(folder / "daily")
    loaded = time.perf_counter() - start
    sessions, replayed, evaluated = _track(since(whole, _SIX_YEARS, _SIX_YEARS), universe)
    more, _, longer = _track(whole, universe)
    six, eleven = evaluated / sessions, longer / more
    return [
        Row("load and check the daily folder", loaded, "s", f"{len(whole.bars)} instruments"),
        Row("replay of six recorded years", replayed / 1e3, "s CPU", f"{sessions} sessions"),
        Row("replay, sessions a second", 1e3 * sessions / replayed, "/s CPU", least=400),
        Row("evaluate over six recorded years", evaluated / 1e3, "s CPU", beside=("the replay in it", replayed / 1e3)),
        Row("evaluate, each session of six years", six, "ms CPU"),
        Row("evaluate, each session of all", eleven, "ms CPU", f"{more} sessions", beside=("of six years", six)),
    ]


def _track(folder: HistoryFolder, universe: Universe) -> tuple[int, float, float]:
    """Number of sessions, and CPU milliseconds of a replay and of an evaluation."""
    rules = load_rules()
    sessions = len(evaluations(recorded_feed(folder, universe), universe, rules))
    replayed = cpu_ms(lambda: evaluations(recorded_feed(folder, universe), universe, rules))
    return sessions, replayed, cpu_ms(lambda: evaluate(recorded_feed(folder, universe), universe, rules, None, None))


def _past() -> list[Row]:
    """A year after five years and after ten of made-up sessions: in one go, and one refresh at each close."""
    whole, universe = made_history(11)
    folders = since(whole, _SIX_YEARS, _SIX_YEARS), whole
    costs = [[_year(folder, universe) for folder in folders] for _ in range(_REPEATS)]
    (once, once_ten), (each, each_ten) = (
        [statistics.median(run[length][kind] for run in costs) for length in (0, 1)] for kind in (0, 1)
    )
    return [
        Row("a session replayed, after five years", once, "ms CPU", most=2.5),
        Row("a session replayed, after ten years", once_ten, "ms CPU", beside=("after five", once)),
        Row("a refresh at each close, after five years", each, "ms CPU"),
        Row("a refresh at each close, after ten years", each_ten, "ms CPU", beside=("after five", each)),
    ]


def _year(folder: HistoryFolder, universe: Universe) -> tuple[float, float]:
    """CPU milliseconds for each session of the last year: replayed together, and refreshed one by one."""
    monitor = Monitor(recorded_feed(folder, universe), universe, load_rules(), calendar)
    monitor.refresh(_LAST_YEAR)
    made: list[int] = []
    together = cpu_ms(lambda: made.append(len(monitor.refresh(_MIDDLE))))
    each: list[float] = []
    now = monitor.next_evaluation(_MIDDLE)
    while now is not None and now <= _OVER:
        each.append(cpu_ms(lambda at=now: monitor.refresh(at)))  # type: ignore[misc]
        now = monitor.next_evaluation(now)
    return together / made[0], statistics.median(each)


def _demo() -> list[Row]:
    start = time.perf_counter()
    feed, universe = open_feed("demo", 7)
    made = time.perf_counter()
    monitor = Monitor(feed, universe, load_rules(), calendar)
    now = opening_instant(feed)
    monitor.refresh(now)
    judged = time.perf_counter()
    step = iter(range(1, 1_000))

    def refresh() -> None:
        at = now + timedelta(hours=next(step))
        monitor.refresh(at)
        monitor.snapshot(at)

    return [
        Row("demo: make the simulated past", made - start, "s", most=2),
        Row("demo: judge it", judged - made, "s", f"{len(monitor.evaluations)} sessions"),
        Row("demo: one refresh and its snapshot", median_ms(refresh, 48), "ms CPU", "an hour of the market each"),
    ]
