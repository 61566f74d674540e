"""What docs/episodes.md says happened, against the program: a change of either shows here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np
import pytest

from barograph.engine.context_view import ContextView
from barograph.engine.monitor import Monitor
from barograph.evaluation.events import J5, J10, episodes, event_days
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.indicators.alignment import Covariation, hayashi_yoshida
from barograph.market.bars import FloatArray
from barograph.market.calendars import calendar
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import Interval
from barograph.risk.cascade import Status
from barograph.risk.deleveraging import Stage
from barograph.risk.faces import Face
from barograph.risk.intraday import IntradayEvaluation
from barograph.risk.judge import Evaluation
from barograph.risk.regime import Regime
from barograph.risk.rules import RuleSet
from tests.engine.context.views import at, context_of
from tests.engine.runs import RULES, UNIVERSE, feed_of

NO_SHOCK = replace(RULES, intraday=replace(RULES.intraday, shock_sigma=1e9))
"""The rules between two closes with the score alone."""
CALM, WATCH, RISK_OFF = Face.CALM, Face.WATCH, Face.RISK_OFF
HALF_HOUR = timedelta(minutes=30)


def looks(
    folder: HistoryFolder, past: list[Evaluation], rules: RuleSet, until: datetime
) -> tuple[Monitor, list[IntradayEvaluation]]:
    """Every look from the close before `until`'s day on, by a monitor that goes on from `past`."""
    monitor = Monitor(feed_of(folder), UNIVERSE, rules, calendar, past)
    seen: list[IntradayEvaluation] = []
    monitor.intraday.observer = seen.append
    monitor.refresh(until)
    return monitor, seen


def struck(seen: list[IntradayEvaluation]) -> list[datetime]:
    return [look.evaluation.at for look in seen if look.evaluation.shock.fired]


def rose(seen: list[IntradayEvaluation]) -> list[tuple[Face, datetime]]:
    """When each face was first shown."""
    return [(face, next(run).evaluation.at) for face, run in groupby(seen, key=lambda look: look.evaluation.face)]


# -------------------------------------------------------------------------------------------------- August 2024


def test_the_shock_of_friday_came_before_and_that_of_monday_at_the_low(
    summer: HistoryFolder, summer_past: list[Evaluation]
) -> None:
    friday, seen = looks(summer, summer_past, RULES, at(2, 20))
    assert rose(seen) == [(CALM, at(2, 0, 10)), (RISK_OFF, at(2, 15))]
    assert struck(seen) == [at(2, 15)]
    score = next(look for look in seen if look.evaluation.at == at(2, 15)).evaluation.score.value
    assert score == pytest.approx(53.6, abs=0.1)  # far from 72: it is the shock alone
    weekend, seen = looks(summer, friday.evaluations, RULES, at(3, 0, 10))
    assert (weekend.evaluations[-1].face, seen[-1].evaluation.face) == (CALM, RISK_OFF)  # the record, and the window
    assert weekend.evaluations[-1].score.value == pytest.approx(56.4, abs=0.1)
    monday, seen = looks(summer, weekend.evaluations, RULES, at(5, 20))
    assert {look.evaluation.face for look in seen} == {RISK_OFF}
    assert struck(seen) == [at(5, 13)]
    assert next(each for each in seen if each.reading.crypto_shock).evaluation.at == at(5, 1, 10)
    closed, _ = looks(summer, monday.evaluations, RULES, at(6, 0, 10))
    assert closed.evaluations[-1].face is RISK_OFF
    assert closed.evaluations[-1].score.value == pytest.approx(77.9, abs=0.1)


def test_the_score_alone_was_a_minute_behind_the_low_of_bitcoin(
    summer: HistoryFolder, summer_past: list[Evaluation]
) -> None:
    _, seen = looks(summer, summer_past, NO_SHOCK, at(5, 8))
    assert rose(seen) == [(CALM, at(3, 0, 10)), (WATCH, at(5, 0, 40)), (RISK_OFF, at(5, 6, 25))]
    coin, future = summer.bars["BTC"][Interval.MIN_1], summer.bars["ES"][Interval.HOUR_1]
    for bars, lowest, price in ((coin, at(5, 6, 24), 49_000.0), (future, at(5, 12), 5_120.0)):
        inside = np.flatnonzero((bars.time >= to_ns(at(5, 0))) & (bars.time < to_ns(at(6, 0))))
        row = inside[np.argmin(bars.low[inside])]
        assert (from_ns(int(bars.time[row])), bars.low[row]) == (lowest, price)


def test_the_shock_at_the_end_of_august_let_go_before_the_fall_came(
    summer: HistoryFolder, summer_past: list[Evaluation], recorded: HistoryFolder
) -> None:
    monitor, seen = looks(summer, summer_past, RULES, at(29, 20))
    assert struck(seen) == [at(29, 19)]
    assert seen[-1].state.hold.fired == 3  # those of 29 and 30 August and of 3 September
    after, _ = looks(summer, monitor.evaluations, RULES, at(30, 0, 10))
    assert after.evaluations[-1].face is WATCH
    stock, coin, sessions = closes(recorded)
    row = sessions.index(date(2024, 8, 29))
    assert event_days(J5, stock, coin)[row] == 1
    fell = (stock[row + 1 : row + 6] / stock[row] <= 0.98) & (coin[row + 1 : row + 6] / coin[row] <= 0.94)
    assert sessions[row + 1 + int(np.argmax(fell))] == date(2024, 9, 6)


@pytest.fixture(scope="module")
def hours(summer: HistoryFolder, summer_past: list[Evaluation]) -> dict[datetime, ContextView]:
    """What stood around the light at some instants, one after the other."""
    monitor = Monitor(feed_of(summer), UNIVERSE, RULES, calendar, summer_past)
    wanted = [at(2, 1, 5), at(2, 15, 5), at(3, 16, 5), at(4, 17, 5), at(5, 0, 55), at(5, 1, 5), at(5, 12, 55)]
    wanted += [at(5, 13, 5), at(6, 0, 15), at(6, 5, 55), at(6, 6, 5), at(6, 20, 5), at(9, 0, 15)]
    return {now: context_of(monitor, now) for now in wanted}


def test_the_cascade_went_from_the_shock_to_forced_selling(hours: dict[datetime, ContextView]) -> None:
    def on(now: datetime) -> list[int]:
        return [place for place, mark in enumerate(hours[now].cascade, start=1) if mark.status is Status.ON]

    assert on(at(2, 1, 5)) == [1, 3, 4]
    assert on(at(3, 16, 5)) == [1, 2, 3, 4, 6]
    assert on(at(5, 0, 55)) == [1, 2, 3, 4]
    assert on(at(5, 1, 5)) == [1, 2, 3, 4, 5, 6]
    begun = [mark.since for mark in hours[at(5, 1, 5)].cascade]
    july = at(18, 1, month=7)
    assert begun == [at(2, 1), at(3, 1), july, july, at(5, 1), at(3, 16)]
    assert on(at(9, 0, 15)) == [2, 3, 4]


def test_leverage_built_before_it_was_sold_by_force(hours: dict[datetime, ContextView]) -> None:
    stages = {now: context.deleveraging for now, context in hours.items()}
    for now, stage, since in (
        (at(2, 15, 5), Stage.BUILDING, at(1, 19)),
        (at(4, 17, 5), Stage.BUILDING, at(4, 17)),
        (at(5, 1, 5), Stage.FORCED, at(5, 1)),
        (at(6, 5, 55), Stage.FORCED, at(5, 1)),
        (at(6, 6, 5), Stage.EXHAUSTION, at(6, 6)),
        (at(9, 0, 15), Stage.CALM, at(9, 0)),
    ):
        view = stages[now]
        assert view is not None
        assert (view.stage, view.since) == (stage, since)


def test_the_regime_turned_at_nine_in_new_york_and_its_tested_form_never(hours: dict[datetime, ContextView]) -> None:
    for now, regime, provisional in (
        (at(2, 15, 5), Regime.VOLATILITY, False),
        (at(5, 12, 55), Regime.VOLATILITY, False),
        (at(5, 13, 5), Regime.LIQUIDITY, True),
        (at(6, 0, 15), Regime.LIQUIDITY, False),
        (at(9, 0, 15), Regime.LIQUIDITY, False),
    ):
        view = hours[now].regime
        assert view is not None
        assert (view.regime, view.tested, view.provisional) == (regime, Regime.VOLATILITY, provisional)
        assert view.crypto_led is (regime is Regime.LIQUIDITY)
    signs = {sign.id: sign for sign in hours[at(6, 0, 15)].regime.signs}  # type: ignore[union-attr]
    assert [name for name in ("credit", "havens_fail", "open_interest", "dollar_or_volatility") if signs[name].met] == [
        "open_interest",
        "dollar_or_volatility",
    ]


def test_which_correlations_were_called_elevated_and_when(hours: dict[datetime, ContextView]) -> None:
    def wording(now: datetime) -> list[str]:
        found = (
            hours[now].correlation("ES", "BTC", each) for each in (Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)
        )
        return [pair.wording for pair in found if pair is not None]

    assert wording(at(5, 12, 55)) == ["normal", "normal", "normal"]
    assert wording(at(5, 13, 5)) == ["elevated", "normal", "normal"]
    assert wording(at(6, 20, 5)) == ["normal", "normal", "normal"]
    assert wording(at(9, 0, 15)) == ["normal", "normal", "elevated"]


@pytest.mark.parametrize(
    ("first", "last", "rho", "half_an_hour_late"),
    [
        (date(2024, 7, 29), date(2024, 8, 9), 0.608, 0.178),
        (date(2024, 8, 2), date(2024, 8, 5), 0.730, 0.340),
        (date(2024, 8, 5), date(2024, 8, 5), 0.795, 0.445),
    ],
)
def test_five_minutes_without_any_grid(
    summer: HistoryFolder, first: date, last: date, rho: float, half_an_hour_late: float
) -> None:
    """Hayashi and Yoshida's estimator within the fund's sessions; bitcoin half an hour late loses most of it."""
    assert five_minutes(summer, first, last, timedelta(0)) == pytest.approx(rho, abs=0.001)
    assert five_minutes(summer, first, last, HALF_HOUR) == pytest.approx(half_an_hour_late, abs=0.001)


def five_minutes(folder: HistoryFolder, first: date, last: date, late: timedelta) -> float:
    """The estimator over sessions of the fund and of bitcoin that comes `late`, each session by itself."""
    feed, total = feed_of(folder), Covariation(0.0, 0.0, 0.0)
    step = Interval.MIN_5.ns
    for session in calendar("XNYS").sessions(first, last):
        ends = []
        for name in ("SPY", "BTC"):
            bars = feed.fetch_bars(name, Interval.MIN_5, to_ns(session.open) - 12 * step, session.close).closed
            end = bars.time + step + (to_ns(session.open + late) - to_ns(session.open) if name == "BTC" else 0)
            inside = (end > to_ns(session.open)) & (end <= to_ns(session.close))
            ends.append((end[inside], bars.close[inside]))
        (tx, px), (ty, py) = ends
        total += hayashi_yoshida(tx, px, ty, py)
    return total.rho


# ------------------------------------------------------------------------------------------ six years of days


def closes(folder: HistoryFolder) -> tuple[FloatArray, FloatArray, list[date]]:
    """Closes of the S&P and of bitcoin on the sessions of the index, and these."""
    stock, coin = (folder.bars[name][Interval.DAY_1] for name in ("SPX", "BTC"))
    rows = np.searchsorted(coin.time, stock.time)
    assert np.array_equal(coin.time[rows[-1_600:]], stock.time[-1_600:])
    on = np.where(rows < len(coin.time), coin.close[np.minimum(rows, len(coin.time) - 1)], np.nan)
    return stock.close, on, [from_ns(int(label)).date() for label in stock.time]


@pytest.fixture(scope="module")
def faces(whole_run: list[Evaluation]) -> dict[date, Face]:
    return {each.session: each.face for each in whole_run if each.session >= date(2018, 12, 3)}


def runs(faces: dict[date, Face], *wanted: Face) -> Iterator[list[date]]:
    for inside, run in groupby(faces, key=lambda day: faces[day] in wanted):
        if inside:
            yield list(run)


@pytest.mark.parametrize(
    ("begun", "ended", "wanted"),
    [
        (date(2020, 2, 25), date(2020, 5, 7), (WATCH, RISK_OFF)),
        (date(2020, 3, 9), date(2020, 4, 14), (RISK_OFF,)),
        (date(2021, 5, 4), date(2021, 6, 11), (WATCH, RISK_OFF)),
        (date(2021, 5, 12), date(2021, 5, 28), (RISK_OFF,)),
        (date(2022, 4, 12), date(2022, 7, 18), (RISK_OFF,)),
        (date(2022, 8, 26), date(2022, 11, 17), (WATCH, RISK_OFF)),
        (date(2022, 8, 26), date(2022, 10, 25), (RISK_OFF,)),
        (date(2024, 8, 5), date(2024, 9, 17), (WATCH, RISK_OFF)),
        (date(2024, 8, 5), date(2024, 8, 14), (RISK_OFF,)),
    ],
)
def test_when_the_daily_light_came_and_went(
    faces: dict[date, Face], begun: date, ended: date, wanted: tuple[Face, ...]
) -> None:
    run = next(run for run in runs(faces, *wanted) if begun in run)
    assert (run[0], run[-1]) == (begun, ended)


def test_the_long_falls_that_began_while_it_was_calm(faces: dict[date, Face], recorded: HistoryFolder) -> None:
    stock, coin, sessions = closes(recorded)
    first = sessions.index(date(2018, 12, 3))
    found = episodes(event_days(J10, stock[first:], coin[first:]), J10.horizon)
    begun = [sessions[first + start] for start, _ in found]
    assert len(begun) == 15
    assert [day for day in begun if faces[day] is CALM] == [
        date(2020, 2, 11), date(2020, 8, 28), date(2021, 11, 24), date(2022, 8, 12), date(2024, 4, 8),
        date(2024, 7, 22),
    ]  # fmt: skip


def test_the_alarms_after_which_nothing_fell_any_more(faces: dict[date, Face], recorded: HistoryFolder) -> None:
    stock, coin, sessions = closes(recorded)
    event = dict(zip(sessions, event_days(J5, stock, coin), strict=True))
    alarms = list(runs(faces, RISK_OFF))
    assert len(alarms) == 13
    assert [run[0] for run in alarms if not any(event[day] == 1 for day in run)] == [
        date(2019, 10, 1), date(2021, 5, 12), date(2021, 12, 16), date(2024, 8, 5), date(2024, 12, 18),
    ]  # fmt: skip
    assert sessions[-1] < date(2025, 4, 1)  # April 2025 is not in the folder
