"""A refresh: what it takes in, what it judges, and what a fault in the middle leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import numpy as np
import pytest

from barograph.engine.monitor import Monitor
from barograph.engine.replay import judged_at
from barograph.feeds.contract import BarsAnswer
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.instants import label_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Fixings
from barograph.risk.judge import Evaluation, Judge
from tests.engine import hand_made as made
from tests.engine.hand_made import LAST, at, closes
from tests.engine.runs import feed_of, new_monitor, texts


def test_a_session_is_judged_at_ten_past_midnight_and_once() -> None:
    monitor = new_monitor(feed_of(made.folder({"SPX": made.bars(made.sessions(5), closes(5, 4_000.0))})))
    assert [each.session for each in monitor.refresh(at(14, 0, 9))][-1] == date(2024, 6, 12)
    assert monitor.next_evaluation(at(14, 0, 9)) == at(14, 0, 10)
    assert [each.session for each in monitor.refresh(at(14, 0, 10))] == [date(2024, 6, 13)]
    assert monitor.refresh(at(14, 0, 10)) == []
    assert monitor.next_evaluation(at(14, 0, 10)) == at(15, 0, 10)
    made_later = monitor.refresh(at(18, 12))  # over the weekend and Monday
    assert [(each.session, each.at) for each in made_later] == [
        (LAST, at(15, 0, 10)),
        (date(2024, 6, 17), at(18, 0, 10)),
    ]


def test_nothing_recorded_is_nothing_judged() -> None:
    monitor = new_monitor(feed_of(made.folder({"GLD": made.bars(made.sessions(5), closes(5, 200.0))})))
    assert monitor.refresh(at(15, 12)) == []
    light = monitor.snapshot(at(15, 12)).light
    assert (light.face.value, light.ceiling.value, light.reason) == ("no_data", "no_data", "starting")


@pytest.fixture(scope="module")
def end(made_run: list[Evaluation]) -> datetime:
    return made_run[-1].at


def test_progress_is_told_while_much_is_made_up_for(made: HistoryFolder, end: datetime) -> None:
    told: list[int] = []
    monitor = new_monitor(feed_of(made))
    monitor.refresh(end, lambda: told.append(len(monitor.evaluations)))
    assert told == list(range(50, 460, 50))


def interrupted(monitor: Monitor, end: datetime) -> None:
    with pytest.raises(ZeroDivisionError):
        monitor.refresh(end)


def fail_once(answer: Callable[..., BarsAnswer], on: str) -> Callable[..., BarsAnswer]:
    """A feed's answer that breaks once, at one instrument: a bug, not a FeedError."""
    left = [1]

    def fetch(name: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        if name == on and left:
            left.pop()
            raise ZeroDivisionError("a bug in a feed")
        return answer(name, interval, after_ns, now)

    return fetch


@pytest.mark.parametrize("on", ["AAPL", "QQQ", "VIX"])
def test_a_bug_in_a_feed_costs_nothing_but_the_refresh(
    made: HistoryFolder, made_run: list[Evaluation], end: datetime, on: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had been taken in before it is neither lost nor taken in twice."""
    feed = feed_of(made)
    monitor = new_monitor(feed, made_run[:-3])
    monkeypatch.setattr(feed, "fetch_bars", fail_once(feed.fetch_bars, on))
    interrupted(monitor, end)
    monitor.refresh(end)
    assert texts(monitor.evaluations) == texts(made_run)


def test_a_bug_in_a_series_costs_nothing_but_the_refresh(
    made: HistoryFolder, made_run: list[Evaluation], end: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = feed_of(made)
    monitor = new_monitor(feed, made_run[:-3])
    answer = feed.fetch_fixings
    left = [1]

    def fetch(series: str, after_ns: int | None, now: datetime) -> Fixings:
        if series == "DGS2" and left:
            left.pop()
            raise ZeroDivisionError("a bug in a feed")
        return answer(series, after_ns, now)

    monkeypatch.setattr(feed, "fetch_fixings", fetch)
    interrupted(monitor, end)
    monitor.refresh(end)
    assert texts(monitor.evaluations) == texts(made_run)


def test_a_bug_in_the_judgement_costs_nothing_but_the_refresh(
    made: HistoryFolder, made_run: list[Evaluation], end: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions judged before it stay judged, and are not judged again."""
    judge, calls = Judge.evaluate, [0]

    def evaluate(self: Judge, *arguments: object, **named: object) -> Evaluation:
        calls[0] += 1
        if calls[0] == 3:
            raise ZeroDivisionError("a bug in an indicator")
        return judge(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Judge, "evaluate", evaluate)
    monitor = new_monitor(feed_of(made), made_run[:-5])
    interrupted(monitor, end)
    assert len(monitor.evaluations) == len(made_run) - 3
    assert len(monitor.refresh(end)) == 3
    assert texts(monitor.evaluations) == texts(made_run)


@pytest.mark.parametrize("kept", [1, 200, 400, 459, 460])
def test_going_on_from_the_past_is_the_same_as_never_having_stopped(
    made: HistoryFolder, made_run: list[Evaluation], end: datetime, kept: int
) -> None:
    monitor = new_monitor(feed_of(made), made_run[:kept])
    assert len(monitor.refresh(end)) == len(made_run) - kept
    assert texts(monitor.evaluations) == texts(made_run)


def test_a_fixing_that_became_known_late_never_changes_a_day_that_was_judged(
    made: HistoryFolder, made_run: list[Evaluation], end: datetime
) -> None:
    """In one refresh or day by day: a value published after the next one has never been the newest."""
    series = made.series["DGS2"]
    late = series.known_at.copy()
    late[400:430:7] += 4 * DAY_NS
    feed = feed_of(replace(made, series={**made.series, "DGS2": Fixings(series.time, series.value, late)}))
    at_once, by_day = (new_monitor(feed, made_run[:395]) for _ in range(2))
    at_once.refresh(end)
    for session in (each.session for each in made_run[395:]):
        by_day.refresh(judged_at(session))
    assert texts(at_once.evaluations) != texts(made_run)
    assert texts(by_day.evaluations) == texts(at_once.evaluations)


def test_bars_on_days_without_a_session_do_not_enter() -> None:
    labels = made.sessions(5)
    holiday = label_ns(date(2024, 6, 19))  # Juneteenth
    spx = made.bars(np.append(labels, holiday), closes(6, 4_000.0))
    monitor = new_monitor(feed_of(made.folder({"SPX": spx})))
    sessions = [each.session for each in monitor.refresh(datetime.combine(date(2024, 6, 21), time(1), UTC))]
    assert date(2024, 6, 18) in sessions
    assert date(2024, 6, 19) not in sessions
    assert sessions[-1] == date(2024, 6, 20)
    assert all(later - earlier <= timedelta(days=4) for earlier, later in pairwise(sessions))
