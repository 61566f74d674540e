"""Trends, term structure, leadership, policy path and risk budget as they are shown, by numbers made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log, nan, sqrt

import numpy as np
import pytest

from barograph.engine.context.book_risk import BookRisk, Holdings
from barograph.engine.context.plan_views import leadership_view, term_view
from barograph.engine.context.policy_view import minutes_to_decision, next_meeting, policy_view
from barograph.engine.context.session_windows import SessionWindows
from barograph.engine.context.trends import frames_view, most_careful
from barograph.engine.context_view import FramesView, FrameTrend
from barograph.engine.daily_table import DailyTable
from barograph.engine.tape import Latest, Tape
from barograph.market.bars import Bars, FloatArray
from barograph.market.calendars import calendar
from barograph.market.freshness import Freshness
from barograph.market.instruments import fed_funds_id
from barograph.market.intervals import Interval
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.faces import Face
from barograph.risk.plans import Trend
from tests.engine import hand_made as made
from tests.engine.hand_made import LAST, closes
from tests.engine.runs import RULES, UNIVERSE, feed_of

CONTEXT = load_context_rules()
HOUR, FOUR = Interval.HOUR_1, Interval.HOUR_4
EVENING = datetime(2024, 6, 15, 0, 30, tzinfo=UTC)
"""Half past midnight UTC: the last session, a Friday, has been judged."""


# ----------------------------------------------------------------------------------------------------- trends


def wave(count: int, drift: float) -> list[float]:
    """Closes that go up and down by one percent, with the same drift all along."""
    moves = np.where(np.arange(count) % 2 == 0, 0.01, -0.01) + drift
    return [float(close) for close in 60_000 * np.exp(np.cumsum(moves))]


def frames(hourly: Sequence[float], four_hourly: Sequence[float], now: datetime) -> FramesView:
    """Trends of a coin whose last bars of both intervals end at noon."""
    noon = datetime(2024, 6, 12, 12, tzinfo=UTC)
    recorded = made.folder(
        intraday_bars={
            "BTC": {
                HOUR: made.intraday(noon - timedelta(hours=len(hourly)), HOUR, hourly),
                FOUR: made.intraday(noon - timedelta(hours=4 * len(four_hourly)), FOUR, four_hourly),
            }
        }
    )
    tape = Tape(feed_of(recorded), UNIVERSE, calendar)
    return frames_view(tape, ["BTC"], CONTEXT.plans, now)


NOON = datetime(2024, 6, 12, 12, tzinfo=UTC)


def test_a_trend_is_twenty_bars_in_their_own_usual_size() -> None:
    view = frames(wave(130, 0.004), wave(130, -0.004), NOON)
    hour, four = view.trends
    moves = np.diff(np.log(wave(130, 0.004)))[-100:]
    assert hour.strength == pytest.approx(float(np.sum(moves[-20:]) / (np.std(moves, ddof=1) * sqrt(20))))
    assert (hour.trend, four.trend, hour.as_of) == (Trend.UP, Trend.DOWN, NOON)
    assert (view.disagree, view.disagreeing) == (True, ("BTC",))
    assert most_careful(view) == (Trend.UP, Trend.DOWN)


def test_frames_that_agree_or_have_no_trend_do_not_disagree() -> None:
    both = frames(wave(130, 0.004), wave(130, 0.004), NOON)
    assert (both.disagree, most_careful(both)) == (False, (Trend.UP, Trend.UP))
    flat = frames(wave(130, 0.0005), wave(130, 0.004), NOON)
    assert [each.trend for each in flat.trends] == [Trend.NONE, Trend.UP]
    assert flat.disagree is False


def test_a_trend_that_is_old_or_short_is_not_known() -> None:
    late = frames(wave(130, 0.004), wave(130, 0.004), NOON + timedelta(hours=3, minutes=1))
    assert [each.trend for each in late.trends] == [Trend.UNKNOWN, Trend.UP]
    assert late.disagree is None
    assert frames(wave(40, 0.004), wave(130, 0.004), NOON).trends[0].trend is Trend.UNKNOWN


def test_the_plans_go_by_the_market_that_says_least() -> None:
    def trends(*found: tuple[Trend, Trend]) -> FramesView:
        pairs = zip(("ES", "BTC"), found, strict=True)
        return FramesView(
            tuple(
                FrameTrend(name, interval, None, trend, None)
                for name, pair in pairs
                for interval, trend in zip((HOUR, FOUR), pair, strict=True)
            ),
            None,
        )

    up, down, none, unknown = Trend.UP, Trend.DOWN, Trend.NONE, Trend.UNKNOWN
    assert most_careful(trends((up, up), (up, down))) == (up, down)
    assert most_careful(trends((none, unknown), (up, down))) == (up, down)
    assert most_careful(trends((up, up), (none, unknown))) == (none, unknown)
    assert most_careful(trends((up, up), (none, up))) == (none, up)
    assert most_careful(trends((down, down), (up, up))) == (down, down)
    assert most_careful(FramesView((), None)) == (unknown, unknown)


# ---------------------------------------------------------------------------------------------- term structure


def latest(value: float | None, state: Freshness = Freshness.LIVE) -> Latest:
    return Latest(value, EVENING, "made", state)


@pytest.mark.parametrize(
    ("near", "far", "ratio", "inverted"),
    [
        (latest(30), latest(25), 1.2, True),
        (latest(15), latest(18), 15 / 18, False),
        (latest(18), latest(18), 1.0, False),
        (latest(30), latest(25, Freshness.STALE), None, None),
        (latest(None, Freshness.MISSING), latest(25), None, None),
    ],
)
def test_a_term_structure_is_inverted_above_one_and_unknown_without_both(
    near: Latest, far: Latest, ratio: float | None, inverted: bool | None
) -> None:
    view = term_view({"VIX": near, "VIX3M": far})
    assert view is not None
    assert (view.ratio, view.inverted) == (pytest.approx(ratio) if ratio else None, inverted)
    assert term_view({}) is None


# ------------------------------------------------------------------------------------ leadership, on daily rows

COUNT = 260
LABELS = made.sessions(COUNT)
MEMBERS = UNIVERSE.groups["breadth"]
LEADERS = UNIVERSE.groups["leaders"]


def table_of(columns: Mapping[str, FloatArray]) -> DailyTable:
    """A table of these closes on the last sessions."""
    table = DailyTable(LABELS, tuple(columns), UNIVERSE, RULES)
    for name, values in columns.items():
        table.put_bars(name, made.bars(LABELS[-len(values) :], values))
    return table


def shares(above: int) -> dict[str, FloatArray]:
    """Every share at 100 for most of a year, at 60 for 60 sessions; so many of them at 80 at last, the others at 50."""
    past = np.concatenate((np.full(COUNT - 61, 100.0), np.full(60, 60.0)))
    return {name: np.append(past, 80.0 if place < above else 50.0) for place, name in enumerate(MEMBERS)}


def test_breadth_and_leadership_of_a_session() -> None:
    above = len(MEMBERS) // 4
    columns = shares(above)
    index = np.append(np.full(COUNT - 1, 4_000.0), 4_100.0)
    columns |= {"SPX": index, "RSP": np.append(np.full(COUNT - 1, 150.0), 147.0), "BTC": np.full(COUNT, 6e4)}
    for name in ("QQQ", "VIX", "UUP"):
        columns[name] = np.full(COUNT, 20.0)
    table = table_of(columns)
    windows = SessionWindows(table, feed_of(made.folder()), RULES)
    view = leadership_view(windows.window(COUNT - 1), table, COUNT - 1, RULES.inputs)
    leading = sum(columns[name][-1] == 80.0 for name in LEADERS) / len(LEADERS)
    growth = float(np.mean([columns[name][-1] / 60.0 for name in LEADERS]))
    assert view.session == LAST
    assert view.leaders_above_50 == pytest.approx(leading)
    assert view.breadth_above_50 == pytest.approx(above / len(MEMBERS))
    assert view.breadth_above_200 == 0  # 80 is below the 200 sessions' average, which is about 88
    assert view.leaders_20d == pytest.approx(log(growth) - log(4_100 / 4_000))
    assert view.equal_weight_20d == pytest.approx(log(147 / 150) - log(4_100 / 4_000))
    assert view.advance_decline_10d is None  # nine sessions in which nobody moved
    assert view.index_holds_alone is True
    many = table_of({**columns, **shares(len(MEMBERS) - 1)})
    held = leadership_view(SessionWindows(many, feed_of(made.folder()), RULES).window(COUNT - 1), many, COUNT - 1,
                           RULES.inputs)  # fmt: skip
    assert held.index_holds_alone is False


# ------------------------------------------------------------------------------------------------- policy path


def policy_of(daily: Mapping[str, Bars], two_year: FloatArray) -> tuple[Tape, SessionWindows, int]:
    before = LABELS[:-1]  # Friday's fixing is published on Monday
    recorded = made.folder(
        {"SPX": made.bars(LABELS, np.full(COUNT, 4_000.0)), **daily},
        series={"DFF": made.fixings(before, np.full(COUNT - 1, 5.33)), "DGS2": made.fixings(before, two_year)},
    )
    feed = feed_of(recorded)
    tape = Tape(feed, UNIVERSE, calendar)
    table = DailyTable(LABELS, feed.instruments(), UNIVERSE, RULES)
    tape.collect(EVENING, table)
    return tape, SessionWindows(table, feed, RULES), COUNT - 1


@pytest.mark.parametrize(("bp", "fast"), [(15.1, True), (-15.1, True), (14.9, False)])
def test_without_futures_the_two_year_yield_stands_in(bp: float, fast: bool) -> None:
    two_year = np.full(COUNT - 1, 4.70)
    two_year[-1] += bp / 100
    view = policy_view(*policy_of({}, two_year), EVENING)
    assert view.two_year_gap_bp == pytest.approx(100 * (4.70 - 5.33) + bp)
    assert view.repricing_bp == pytest.approx(bp)
    assert (view.path12_bp, view.fast, view.reason) == (None, fast, "no_futures")
    assert (view.next_meeting, view.cut) == (date(2024, 7, 31), None)


def test_futures_give_the_path_and_what_is_expected_of_the_next_meeting() -> None:
    """31 July lies in the last week of its month, so August's contract is read; it has no meeting of its own."""
    months = {date(2024, 6, 1): 94.67, date(2024, 7, 1): 94.67, date(2024, 8, 1): 94.82, date(2025, 6, 1): 95.67}
    contracts = {fed_funds_id(month): price for month, price in months.items()}
    daily = {name: made.bars(LABELS, np.full(COUNT, price)) for name, price in contracts.items()}
    far = fed_funds_id(date(2025, 6, 1))
    daily[far] = made.bars(LABELS, closes(COUNT, contracts[far], {-11: contracts[far] - 0.20}))
    view = policy_view(*policy_of(daily, np.full(COUNT - 1, 4.70)), EVENING)
    assert [month.rate for month in view.months] == pytest.approx([5.33, 5.33, 5.18, 4.33])
    assert view.path12_bp == pytest.approx(-100)
    assert view.repricing_bp == pytest.approx(-20)  # of one contract, ten sessions ago twenty points higher
    assert view.fast is True
    assert (view.next_meeting, view.read_next_month) == (date(2024, 7, 31), True)
    assert (view.rate_after, view.cut, view.rise) == pytest.approx((5.18, 0.6, 0.0))


def test_the_minutes_to_a_decision_and_which_is_the_next() -> None:
    decided = datetime(2024, 6, 12, 18, tzinfo=UTC)  # two in the afternoon in New York
    assert minutes_to_decision(decided - timedelta(minutes=29)) == pytest.approx(29)
    assert minutes_to_decision(decided + timedelta(minutes=31)) == pytest.approx(-31)
    assert np.isnan(minutes_to_decision(decided + timedelta(days=5)))
    found = [next_meeting(decided + timedelta(minutes=each)) for each in (-1, 0)]
    assert [each.decision for each in found if each is not None] == [date(2024, 6, 12), date(2024, 7, 31)]


# ------------------------------------------------------------------------------------------------- risk budget


def test_the_budget_is_reckoned_from_forecasts_of_session_returns() -> None:
    rng = np.random.default_rng(1)
    moves = {"SPX": rng.normal(0, 0.01, 200), "BTC": rng.normal(0, 0.03, 200)}
    columns = {name: 100 * np.exp(np.cumsum(each)) for name, each in moves.items()}
    book = BookRisk(table_of(columns), "SPX", "BTC", Holdings(0.6, 0.4, 0.12))
    assert book.view(Face.CALM, 0.3, 0.5, CONTEXT) is None
    book.advance(COUNT - 1)
    weight = 0.94 ** np.arange(198, -1, -1.0)
    equity, crypto = (sqrt(252 * float(np.sum(weight * each[1:] ** 2) / np.sum(weight))) for each in moves.values())
    view = book.view(Face.RISK_OFF, 0.3, 0.5, CONTEXT)
    assert view is not None
    assert (view.equity_method, view.crypto_method) == ("ewma", "ewma")  # too short for a regression
    assert (view.equity_volatility, view.crypto_volatility) == pytest.approx((equity, crypto))
    parts = 0.6 * equity, 0.4 * crypto
    crowded = sqrt(parts[0] ** 2 + parts[1] ** 2 + 2 * 0.8 * parts[0] * parts[1])
    assert (view.rho_used, view.assumed) == (0.8, True)
    assert view.volatility == pytest.approx(crowded)
    assert view.volatility_now == pytest.approx(sqrt(parts[0] ** 2 + parts[1] ** 2 + 2 * 0.3 * parts[0] * parts[1]))
    assert view.exposure == pytest.approx(0.3 * min(1, 0.12 / crowded))
    assert view.diversification_lost == pytest.approx(crowded - (view.volatility_now or 0))
    unknown = book.view(Face.CALM, None, None, CONTEXT)
    assert unknown is not None
    assert (unknown.rho_used, unknown.volatility_now) == (1.0, None)


def test_sizes_are_what_a_stop_of_two_mean_true_ranges_allows() -> None:
    """Of 14 sessions of the index, and of 14 days of the coin with its weekends."""
    rng = np.random.default_rng(3)
    spx, days = made.bars(LABELS, 5_000 * np.exp(np.cumsum(rng.normal(0, 0.01, COUNT)))), made.days(60)
    btc = made.bars(days, 60_000 * np.exp(np.cumsum(rng.normal(0, 0.03, 60))))
    table = DailyTable(LABELS, ("SPX", "BTC"), UNIVERSE, RULES)
    book = BookRisk(table, "SPX", "BTC", Holdings())
    table.put_bars("SPX", spx)
    table.put_bars("BTC", btc)
    book.advance(COUNT - 1)
    view = book.view(Face.WATCH, 0.3, 0.5, CONTEXT)
    assert view is not None
    assert (view.account, view.risk_share, view.stop_multiple) == (100_000, 0.005, 2)
    for size, name, each in zip(view.sizes, ("SPX", "BTC"), (spx, btc), strict=True):
        ranges = [
            max(high - low, abs(high - before), abs(low - before))
            for high, low, before in zip(each.high[-14:], each.low[-14:], each.close[-15:-1], strict=True)
        ]
        mean = float(np.mean(ranges))
        assert size.instrument == name
        assert (size.true_range, size.stop) == pytest.approx((mean, 2 * mean))
        assert size.units == pytest.approx(0.005 * 100_000 * 0.6 / (2 * mean))
    nothing = book.view(Face.NO_DATA, 0.3, 0.5, CONTEXT)
    assert nothing is not None
    assert [size.units for size in nothing.sizes] == [0, 0]


def test_a_market_of_closes_alone_has_no_size() -> None:
    closes_only = made.bars(LABELS, np.full(COUNT, 5_000.0))
    unknown = np.full(COUNT, nan)
    table = DailyTable(LABELS, ("SPX", "BTC"), UNIVERSE, RULES)
    table.put_bars("SPX", replace(closes_only, open=unknown, high=unknown, low=unknown))
    book = BookRisk(table, "SPX", "BTC", Holdings())
    book.advance(COUNT - 1)
    view = book.view(Face.CALM, 0.3, 0.5, CONTEXT)
    assert view is not None
    assert [(size.true_range, size.stop, size.units) for size in view.sizes] == [(None, None, None)] * 2


def test_a_long_past_is_forecast_by_its_regression_and_a_session_without_a_close_by_nothing() -> None:
    labels = made.sessions(700)
    columns = {name: 100 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, 700)))
               for seed, name in enumerate(("SPX", "BTC"))}  # fmt: skip
    columns["BTC"][-1] = nan
    table = DailyTable(labels, ("SPX", "BTC"), UNIVERSE, RULES)
    for name, values in columns.items():
        table.put_bars(name, made.bars(labels, values))
    book = BookRisk(table, "SPX", "BTC", Holdings())
    book.advance(699)
    view = book.view(Face.CALM, 0.3, 0.5, CONTEXT)
    assert view is not None
    assert view.equity_method == "har"
    assert view.equity_volatility == pytest.approx(0.16, abs=0.04)
    assert (view.crypto_volatility, view.volatility, view.exposure) == (None, None, None)
