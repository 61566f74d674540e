"""Charted series: whole once, then only what is new; and what the window holds is always the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.engine import views
from barograph.engine.chart_series import MAX_POINTS, SCORE, ChartBoard
from barograph.engine.messages import SeriesKey, SeriesUpdate
from barograph.engine.monitor import Monitor
from barograph.engine.snapshot import LightView
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.calendars import calendar
from barograph.market.freshness import Freshness
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from tests.engine import hand_made
from tests.engine.hand_made import LAST, at, closes
from tests.engine.runs import RULES, feed_of, new_monitor

HOUR, FIVE, DAY = Interval.HOUR_1, Interval.MIN_5, Interval.DAY_1


class Window:
    """What a window does with updates, as `SeriesUpdate` says it."""

    def __init__(self, key: SeriesKey) -> None:
        self.key = key
        self.rows: list[tuple[float, ...]] = []
        self.forming = False
        self.updates: list[SeriesUpdate] = []

    def take(self, updates: list[SeriesUpdate]) -> None:
        for update in (each for each in updates if each.key == self.key):
            self.updates.append(update)
            columns = (update.time, update.open, update.high, update.low, update.close)
            new = [tuple(float(column[row]) for column in columns) for row in range(len(update.time))]
            if update.replace:
                self.rows = []
            elif new and self.rows and new[0][0] == self.rows[-1][0]:
                self.rows.pop()
            assert not (new and self.rows) or new[0][0] > self.rows[-1][0]
            self.rows += new
            self.forming = update.forming


def whole(monitor: Monitor, key: SeriesKey, now: datetime) -> Window:
    """The series as a window that has just begun to watch it gets it."""
    board, window = ChartBoard(monitor.tape, RULES), Window(key)
    board.watch([key])
    window.take(board.updates(now, {}, monitor.evaluations))
    return window


# ------------------------------------------------------------------------------------ bars and forming bars


@pytest.fixture(scope="module")
def holiday() -> Monitor:
    """Minutes of BTC with holes, and hours of ES over a holiday of the stock exchange that has no daily bar."""
    rng = np.random.default_rng(3)
    start, count = at(17, 0), 5 * 288
    five = hand_made.intraday(start, FIVE, list(60_000 * np.exp(rng.normal(0, 0.001, count).cumsum())))
    kept = np.flatnonzero(rng.random(count) > 0.2)
    kept = kept[(kept < 500) | (kept > 640)]
    btc = hand_made.picked(five, kept)
    hours = [
        opened
        for session in calendar("GLOBEX").sessions(date(2024, 6, 17), date(2024, 6, 21))
        for opened in range(to_ns(session.open), to_ns(session.close), HOUR.ns)
    ]
    es = hand_made.bars(np.array(hours), 5_000 * np.exp(rng.normal(0, 0.001, len(hours)).cumsum()))
    labels = np.array([label_ns(date(2024, 6, day)) for day in (14, 17, 18, 20, 21)])
    daily = {"ES": hand_made.bars(labels, closes(5, 5_000.0)), "BTC": hand_made.bars(hand_made.days(9), closes(9, 6e4))}
    return new_monitor(feed_of(hand_made.folder(daily, {"BTC": {FIVE: btc}, "ES": {HOUR: es}})))


KEYS = [
    SeriesKey("BTC", FIVE),
    SeriesKey("BTC", HOUR),
    SeriesKey("BTC", DAY),
    SeriesKey("ES", HOUR),
    SeriesKey("ES", DAY),
    SeriesKey("ES/BTC", HOUR),
    SeriesKey("ES", FIVE),
    SeriesKey("ES/BTC", FIVE),
]


@settings(max_examples=40)
@given(
    key=st.sampled_from(KEYS),
    start_min=st.integers(0, 3 * 1_440),
    steps_min=st.lists(st.sampled_from([1, 5, 7, 30, 60, 61, 240, 1_000, 1_500]), min_size=1, max_size=12),
)
def test_what_the_window_holds_is_the_whole_series(
    holiday: Monitor, key: SeriesKey, start_min: int, steps_min: list[int]
) -> None:
    board, window = ChartBoard(holiday.tape, RULES), Window(key)
    board.watch([key])
    now = at(16, 12) + timedelta(minutes=start_min)
    for step in [0, *steps_min]:
        now += timedelta(minutes=step)
        window.take(board.updates(now, {}, []))
        expected = whole(holiday, key, now)
        assert window.rows == expected.rows
        assert window.forming == expected.forming
        assert board.updates(now, {}, []) == []  # nothing is said twice


def test_a_forming_bar_is_replaced_by_its_closed_self(holiday: Monitor) -> None:
    board, window = ChartBoard(holiday.tape, RULES), Window(SeriesKey("BTC", HOUR))
    board.watch([window.key])
    window.take(board.updates(at(17, 14, 25), {}, []))
    before = len(window.rows)
    assert window.updates[-1].replace
    assert window.updates[-1].forming
    assert window.rows[-1][0] == to_ns(at(17, 14))
    window.take(board.updates(at(17, 14, 40), {}, []))
    assert [len(update.time) for update in window.updates] == [before, 1]
    assert len(window.rows) == before
    window.take(board.updates(at(17, 15), {}, []))
    assert (len(window.updates[-1].time), window.updates[-1].forming) == (1, False)
    assert len(window.rows) == before
    assert window.rows[-1][0] == to_ns(at(17, 14))


def test_a_forming_bar_that_is_never_closed_leaves_no_row(holiday: Monitor) -> None:
    """The short session on a holiday has trades, and no daily bar of its own."""
    board, window = ChartBoard(holiday.tape, RULES), Window(SeriesKey("ES", DAY))
    board.watch([window.key])
    window.take(board.updates(at(19, 15), {}, []))
    assert window.rows[-1][0] == label_ns(date(2024, 6, 19))
    assert window.forming
    window.take(board.updates(at(19, 21), {}, []))
    assert window.rows[-1][0] == label_ns(date(2024, 6, 18))
    assert not window.forming


def test_a_forming_bar_with_a_new_high_is_sent_though_its_close_is_the_same() -> None:
    five = hand_made.intraday(at(14, 11), FIVE, [100.0] * 15)
    five.high[13] = 120.0  # from 12:05 to 12:10
    monitor = new_monitor(feed_of(hand_made.folder(None, {"BTC": {FIVE: five}})))
    board, window = ChartBoard(monitor.tape, RULES), Window(SeriesKey("BTC", Interval.MIN_15))
    board.watch([window.key])
    highs = []
    for minute in (5, 7, 10):
        window.take(board.updates(at(14, 12, minute), {}, []))
        highs.append(window.rows[-1][2])
    assert highs == [101.0, 101.0, 120.0]
    assert len(window.updates) == 2


def test_unknown_prices_of_a_forming_bar_are_not_news() -> None:
    five = hand_made.intraday(at(14, 11), FIVE, [100.0] * 14)
    five.high[:] = np.nan
    monitor = new_monitor(feed_of(hand_made.folder(None, {"BTC": {FIVE: five}})))
    board = ChartBoard(monitor.tape, RULES)
    board.watch([SeriesKey("BTC", HOUR)])
    assert len(board.updates(at(14, 12, 6), {}, [])) == 1
    assert board.updates(at(14, 12, 7), {}, []) == []


def test_only_the_newest_points_are_sent_at_first() -> None:
    minutes = hand_made.intraday(at(10, 0), Interval.MIN_1, [100.0] * (MAX_POINTS + 500))
    monitor = new_monitor(feed_of(hand_made.folder(None, {"BTC": {Interval.MIN_1: minutes}})))
    window = Window(SeriesKey("BTC", Interval.MIN_1))
    board = ChartBoard(monitor.tape, RULES)
    board.watch([window.key])
    now = at(10, 0) + timedelta(minutes=MAX_POINTS + 100)
    window.take(board.updates(now, {}, []))
    assert len(window.rows) == MAX_POINTS
    window.take(board.updates(now + timedelta(minutes=3), {}, []))
    assert [len(update.time) for update in window.updates] == [MAX_POINTS, 3]


def test_what_is_watched_again_is_sent_whole_again_and_what_stays_is_not(holiday: Monitor) -> None:
    board = ChartBoard(holiday.tape, RULES)
    btc, es = SeriesKey("BTC", HOUR), SeriesKey("ES", HOUR)
    board.watch([btc, es])
    assert [update.key for update in board.updates(at(18, 15), {}, [])] == [btc, es]
    board.watch([es])
    assert board.updates(at(18, 15), {}, []) == []
    board.watch([btc, es])
    (update,) = board.updates(at(18, 15), {}, [])
    assert (update.key, update.replace) == (btc, True)


# ------------------------------------------------------------------------------- ratios, lines, empty ones


def test_a_ratio_of_the_sessions_that_both_have() -> None:
    labels = hand_made.sessions(30)
    kept = np.delete(np.arange(30), 27)
    daily = {
        "SMH": hand_made.bars(labels, closes(30, 200.0, {-1: 210.0})),
        "SPX": hand_made.bars(labels[kept], closes(29, 4_000.0, {-1: 4_200.0})),
    }
    monitor = new_monitor(feed_of(hand_made.folder(daily)))
    board, window = ChartBoard(monitor.tape, RULES), Window(SeriesKey("SMH/SPX", DAY))
    board.watch([window.key])
    window.take(board.updates(at(14, 12), {}, []))
    window.take(board.updates(at(14, 21), {}, []))
    assert [row[0] for row in window.rows] == labels[kept].tolist()
    assert [row[4] for row in window.rows] == [0.05] * 29
    assert [len(update.time) for update in window.updates] == [28, 1]
    last = window.updates[-1]
    assert (last.line, last.forming, last.unit, last.decimals) == (True, False, "", 5)
    assert last.source == "Hand-made, Hand-made"


def test_a_fixing_serves_as_a_daily_line() -> None:
    labels = hand_made.sessions(10)
    series = {"DGS10": hand_made.fixings(labels, closes(10, 4.25, {-2: 4.30}))}
    monitor = new_monitor(feed_of(hand_made.folder(None, None, series)))
    board, window = ChartBoard(monitor.tape, RULES), Window(SeriesKey("US10Y", DAY))
    board.watch([window.key])
    monitor.refresh(at(14, 12))
    window.take(board.updates(at(14, 12), monitor.latest(at(14, 12)), []))
    monitor.refresh(at(14, 21))
    window.take(board.updates(at(14, 21), monitor.latest(at(14, 21)), []))
    assert [len(update.time) for update in window.updates] == [8, 1]  # Thursday's is published on Friday
    last = window.updates[-1]
    assert (last.line, last.source, last.unit, last.decimals) == (True, "DGS10 fixing", "%", 3)
    assert (window.rows[-1][4], last.state, last.as_of) == (4.30, Freshness.CLOSED, at(13, 20))


def test_closes_of_longer_bars_hold_where_there_are_none_of_the_interval() -> None:
    labels = hand_made.sessions(30)
    daily = {
        "VIX": hand_made.bars(labels, closes(30, 15.0, {-2: 18.0, -1: 21.0})),
        "IGV": hand_made.bars(labels, closes(30, 80.0, {-1: 84.0})),
        "SPX": hand_made.bars(labels, closes(30, 5_000.0)),
    }
    hours = hand_made.intraday(at(14, 14), HOUR, [5_000.0, 5_010.0, 5_020.0])
    monitor = new_monitor(feed_of(hand_made.folder(daily, {"SPX": {HOUR: hours}})))
    keys = [SeriesKey("VIX", HOUR), SeriesKey("IGV/SPX", HOUR), SeriesKey("SPX", FIVE)]
    board, windows = ChartBoard(monitor.tape, RULES), [Window(key) for key in keys]
    board.watch(keys)
    for now in (at(13, 22), at(14, 15, 30), at(14, 21)):
        updates = board.updates(now, monitor.latest(now), [])
        for window in windows:
            window.take(updates)
    vix, ratio, spx = windows
    assert [row[0] for row in vix.rows[-2:]] == [to_ns(at(day, 20, 15)) for day in (13, 14)]
    assert [row[0] for row in ratio.rows] == calendar("XNYS").close_ns(labels).tolist()
    assert [row[4] for row in vix.rows[-2:]] == [18.0, 21.0]
    assert [len(update.time) for update in vix.updates] == [29, 1]
    assert [row[4] for row in ratio.rows[-2:]] == [0.016, 0.0168]
    assert ratio.updates[-1].decimals == 5
    assert [row[0] for row in spx.rows] == [to_ns(at(14, hour)) for hour in (15, 16, 17)]
    for window in windows:
        assert all((each.steps, each.line, each.forming) == (True, True, False) for each in window.updates)


def test_a_fixing_holds_among_hours_from_the_one_that_it_is_of() -> None:
    labels = hand_made.sessions(10)
    series = {"DGS10": hand_made.fixings(labels, closes(10, 4.25, {-2: 4.30}))}
    monitor = new_monitor(feed_of(hand_made.folder(None, None, series)))
    window = Window(SeriesKey("US10Y", HOUR))
    board = ChartBoard(monitor.tape, RULES)
    board.watch([window.key])
    for now in (at(14, 12), at(14, 21)):
        monitor.refresh(now)
        window.take(board.updates(now, monitor.latest(now), []))
    assert (window.rows[-1][0], window.rows[-1][4]) == (to_ns(at(13, 20)), 4.30)
    assert [len(update.time) for update in window.updates] == [8, 1]
    assert all(update.steps for update in window.updates)


@pytest.mark.parametrize(
    ("id_", "interval", "now", "reason"),
    [
        ("VIX", DAY, at(18, 15), "no_bars"),
        ("VIX/BTC", DAY, at(18, 15), "no_bars"),
        ("VIX", Interval.MIN_1, at(18, 15), "no_bars"),
        ("BTC", HOUR, at(16, 15), "no_data_yet"),
        (SCORE, DAY, at(18, 15), "no_data_yet"),
    ],
)
def test_an_empty_chart_says_why_once(
    holiday: Monitor, id_: str, interval: Interval, now: datetime, reason: str
) -> None:
    board, window = ChartBoard(holiday.tape, RULES), Window(SeriesKey(id_, interval))
    board.watch([window.key])
    window.take(board.updates(now, {}, []))
    assert board.updates(now + timedelta(minutes=1), {}, []) == []
    (update,) = window.updates
    assert (update.empty_reason, len(update.time), update.replace) == (reason, 0, True)
    assert (update.state, update.forming) == (Freshness.MISSING, False)


def test_a_chart_that_was_empty_fills(holiday: Monitor) -> None:
    board, window = ChartBoard(holiday.tape, RULES), Window(SeriesKey("BTC", HOUR))
    board.watch([window.key])
    for now in (at(16, 23), at(17, 0, 7), at(17, 2)):
        window.take(board.updates(now, {}, []))
    assert [update.empty_reason for update in window.updates] == ["no_data_yet", ""]
    assert window.rows == whole(holiday, window.key, at(17, 2)).rows


# --------------------------------------------------------------------------------- the score and the light


def light_of(evaluation: Evaluation | None) -> LightView:
    return views.light(evaluation, RULES, None)


def test_the_score_is_a_line_with_its_thresholds(made: HistoryFolder, made_run: list[Evaluation]) -> None:
    board, window = ChartBoard(new_monitor(feed_of(made)).tape, RULES), Window(SeriesKey(SCORE, DAY))
    board.watch([window.key])
    for count in (250, 310, 310, 311, len(made_run)):
        window.take(board.updates(made_run[count - 1].at, {}, made_run[:count]))
    shown = [each for each in made_run if not each.reason]
    assert [row[0] for row in window.rows] == [to_ns(each.at) for each in shown]
    assert [row[4] for row in window.rows] == [each.score.value for each in shown]
    assert [len(update.time) for update in window.updates] == [0, 10, 1, len(made_run) - 311]
    levels = RULES.light.thresholds
    for update in window.updates:
        assert update.thresholds == ((levels.watch_enter, "watch"), (levels.risk_off_enter, "risk_off"))
        assert (update.line, update.decimals) == (True, 1)


def test_prices_have_no_thresholds(holiday: Monitor) -> None:
    (update,) = whole(holiday, SeriesKey("BTC", HOUR), at(18, 12)).updates
    assert (update.thresholds, update.unit, update.decimals, update.line) == ((), "USD", 0, False)


def test_the_lights_past_is_sent_whole_and_then_as_it_grows(made: HistoryFolder, made_run: list[Evaluation]) -> None:
    board = ChartBoard(new_monitor(feed_of(made)).tape, RULES)
    first = board.light_history(made_run[:400], light_of(made_run[399]))
    assert first is not None
    assert first.replace
    assert board.light_history(made_run[:400], light_of(made_run[399])) is None
    more = board.light_history(made_run, light_of(made_run[-1]))
    assert more is not None
    assert not more.replace
    assert (first.provisional, more.provisional) == (0, 0)
    order = (Face.CALM, Face.WATCH, Face.RISK_OFF, Face.NO_DATA)
    faces = np.concatenate((first.face, more.face)).tolist()
    assert faces == [order.index(each.face) for each in made_run]
    assert np.concatenate((first.time, more.time)).tolist() == [to_ns(each.at) for each in made_run]
    scores = np.concatenate((first.score, more.score))
    assert np.array_equal(np.isnan(scores), [each.face is Face.NO_DATA for each in made_run])


def test_a_look_follows_the_record_until_the_next_one(made: HistoryFolder, made_run: list[Evaluation]) -> None:
    board = ChartBoard(new_monitor(feed_of(made)).tape, RULES)
    judged = made_run[399]

    def look(minutes: int, face: Face = Face.WATCH, score: float | None = 61.5) -> LightView:
        as_of = judged.at + timedelta(minutes=minutes)
        return replace(light_of(judged), provisional=True, as_of=as_of, face=face, score=score)

    def told(light: LightView, count: int) -> tuple[list[int], list[int], list[float], int] | None:
        history = board.light_history(made_run[:count], light)
        if history is None:
            return None
        minutes = (history.time - to_ns(judged.at)) // (60 * 10**9)
        return minutes.tolist(), history.face.tolist(), history.score.tolist(), history.provisional

    opening = told(look(5), 400)
    assert opening is not None
    assert (len(opening[0]), opening[0][-2:], opening[3]) == (400 + 1, [0, 5], 1)
    assert told(look(5), 400) is None  # nothing is said twice
    assert told(look(10), 400) == ([10], [1], [61.5], 1)
    assert told(look(10, Face.RISK_OFF), 400) == ([10], [2], [61.5], 1)
    blind = told(look(15, Face.NO_DATA, None), 400)
    assert blind is not None
    assert np.isnan(blind[2]).all()
    following = told(light_of(made_run[400]), 401)
    assert following is not None
    assert (len(following[0]), following[3]) == (1, 0)
    assert told(light_of(made_run[400]), 401) is None


def test_the_first_answer_comes_even_when_nothing_was_judged_yet(holiday: Monitor) -> None:
    history = ChartBoard(holiday.tape, RULES).light_history([], light_of(None))
    assert history is not None
    assert (history.replace, len(history.time)) == (True, 0)


def test_the_last_session_is_the_one_that_the_labels_mean() -> None:
    assert hand_made.sessions(1).tolist() == [label_ns(LAST)]
