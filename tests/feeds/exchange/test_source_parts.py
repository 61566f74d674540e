"""The parts of the exchanges' source that know no network: who serves, what is asked next, how a venue is doing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from barograph.feeds.budget import BudgetView
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange.bar_plan import DEPTH_DAYS, BarPlan
from barograph.feeds.exchange.gate import HeldError
from barograph.feeds.exchange.serving import Election, ElectionLimits
from barograph.feeds.exchange.standing import Standing
from barograph.market.freshness import Freshness
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS, Interval

NOW = datetime(2026, 3, 4, 12, 2, 10, tzinfo=UTC)
UNREACHABLE = FeedError(FeedErrorKind.UNREACHABLE, "bybit", "BTC", "Bybit cannot be reached")


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


# ------------------------------------------------------------------------------------------- who serves


class Vote:
    """An election that is told who is fit, second by second."""

    def __init__(self) -> None:
        self.election = Election(("a", "b", "c"), ElectionLimits(), NOW)
        self.second = 0.0

    def after(self, seconds: float, fit: str, unknown: str = "") -> str | None:
        self.second += seconds
        known = {name: name in fit for name in "abc" if name not in unknown}
        return self.election.step({**dict.fromkeys(unknown), **known}, at(self.second))


def test_at_the_start_the_preferred_venue_is_waited_for() -> None:
    vote = Vote()
    assert vote.after(1, "b", unknown="a") is None
    assert vote.after(5, "ab") == "a"


def test_but_not_for_ever() -> None:
    vote = Vote()
    assert vote.after(1, "b", unknown="a") is None
    assert vote.after(15, "b", unknown="a") == "b"


def test_one_that_failed_is_not_waited_for() -> None:
    vote = Vote()
    assert vote.after(1, "bc") == "b"


def test_while_nobody_is_fit_the_one_that_serves_stays() -> None:
    vote = Vote()
    vote.after(1, "a")
    assert vote.after(100, "") == "a"
    assert vote.after(1, "c") == "c"


def test_the_preferred_venue_serves_again_when_it_was_fit_for_a_quarter_of_an_hour() -> None:
    vote = Vote()
    vote.after(1, "ab")
    assert vote.after(1, "b") == "b"
    assert vote.after(1, "ab") == "b"
    assert vote.after(899, "ab") == "b"
    assert vote.after(1, "b") == "b"  # a moment of weakness: from the beginning
    assert vote.after(1, "ab") == "b"
    assert vote.after(899, "ab") == "b"
    assert vote.after(2, "ab") == "a"


def test_a_venue_that_comes_and_goes_serves_ever_more_seldom() -> None:
    vote = Vote()
    vote.after(1, "ab")
    waits = []
    for _ in range(7):
        vote.after(1, "b")
        vote.after(1, "ab")
        waited = 0
        while vote.after(60, "ab") != "a":
            waited += 60
        waits.append(waited)
    assert waits == [840, 1740, 3540, 7140, 14340, 14340, 14340]


def test_a_day_of_good_service_is_remembered() -> None:
    vote = Vote()
    vote.after(1, "ab")
    for _ in range(3):
        vote.after(1, "b")
        vote.after(1, "ab")
        vote.after(14_400, "ab")
    vote.after(86_401, "ab")
    vote.after(1, "b")
    vote.after(1, "ab")
    assert vote.after(900, "ab") == "a"


def test_after_sleep_nobody_has_been_fit_for_long() -> None:
    vote = Vote()
    vote.after(1, "ab")
    vote.after(1, "b")
    vote.after(1, "ab")
    vote.second += 30_000
    vote.election.woke(at(vote.second))
    assert vote.after(1, "ab") == "b"


# ------------------------------------------------------------------------------------- what is asked next


def make_plan() -> BarPlan:
    return BarPlan(("BTC",), 60.0, Random(1))


KEY = ("BTC", Interval.MIN_5)
LAST_NS = to_ns(datetime(2026, 3, 4, 11, 55, tzinfo=UTC))


def test_what_is_not_held_is_asked_for_to_its_depth() -> None:
    plan = make_plan()
    plan.begin({}, NOW)
    assert plan.start_ns(KEY, None, NOW) == to_ns(NOW) - DEPTH_DAYS[Interval.MIN_5] * DAY_NS
    assert not plan.filled("BTC")


def test_a_hole_is_filled_although_newer_bars_came_meanwhile() -> None:
    plan = make_plan()
    plan.begin({KEY: LAST_NS - 40 * KEY[1].ns}, NOW)
    assert plan.start_ns(KEY, LAST_NS, NOW) == LAST_NS - 43 * KEY[1].ns
    plan.answered(KEY, LAST_NS, NOW)
    assert plan.start_ns(KEY, LAST_NS, NOW) == LAST_NS - 3 * KEY[1].ns


def test_the_days_come_first_and_then_the_shortest() -> None:
    plan = make_plan()
    plan.begin({}, NOW)
    order = []
    while not plan.filled("BTC"):
        due = plan.due_at(streaming=True)
        assert due is not None
        order.append(due[1][1])
        plan.answered(due[1], to_ns(NOW), NOW)
    assert order == [Interval.DAY_1, Interval.MIN_5, Interval.HOUR_1, Interval.MIN_15, Interval.HOUR_4]


def only_short(plan: BarPlan) -> None:
    for key in plan.keys:
        plan.answered(key, to_ns(NOW), NOW)


def test_bars_are_asked_for_a_little_after_their_close() -> None:
    plan = make_plan()
    only_short(plan)
    due = plan.due_at(streaming=True)
    assert due is not None
    assert due[1] == KEY
    assert 2 <= (due[0] - datetime(2026, 3, 4, 12, 5, tzinfo=UTC)).total_seconds() <= 4


def test_without_a_stream_the_shortest_are_asked_for_more_often() -> None:
    plan = make_plan()
    only_short(plan)
    assert plan.due_at(streaming=False) == (at(60), KEY)


def test_a_bar_that_is_late_is_asked_for_again_soon_and_then_now_and_then() -> None:
    plan = make_plan()
    only_short(plan)
    day = ("BTC", Interval.DAY_1)
    yesterday = to_ns(NOW) // DAY_NS * DAY_NS - DAY_NS
    waits = []
    now = NOW
    for _ in range(9):
        plan.answered(day, yesterday - DAY_NS, now)
        due = plan._due[day].at
        waits.append((due - now).total_seconds())
        now = due
    assert waits == [5.0] * 6 + [300.0] * 3
    plan.answered(day, yesterday, now)
    assert plan._due[day].at > NOW.replace(hour=23)


def test_a_day_is_asked_for_once_more_before_it_is_judged() -> None:
    """In a crash a venue's candles lag behind its trades."""
    plan, day = make_plan(), ("BTC", Interval.DAY_1)
    midnight = datetime(2026, 3, 4, tzinfo=UTC)
    yesterday = to_ns(midnight) - DAY_NS
    plan.answered(day, yesterday, midnight + timedelta(seconds=3))
    assert plan._due[day].at == midnight + timedelta(minutes=5)
    assert plan.start_ns(day, yesterday, plan._due[day].at) <= yesterday
    plan.answered(day, yesterday, plan._due[day].at)
    assert plan._due[day].at > midnight + timedelta(days=1)


def test_what_the_venue_has_not_is_not_waited_for() -> None:
    plan = make_plan()
    plan.begin({}, NOW)
    for key in plan.keys:
        plan.failed(key, at(300), hopeless=key[1] is Interval.HOUR_4)
    assert not plan.filled("BTC")
    for key in plan.keys:
        if key[1] is not Interval.HOUR_4:
            plan.answered(key, to_ns(NOW), NOW)
    assert plan.filled("BTC")


# --------------------------------------------------------------------------------------- how it is doing


def well(seconds: float = 0.0) -> Standing:
    standing = Standing()
    standing.answered(at(seconds))
    standing.bars_answered(at(seconds))
    return standing


def test_a_venue_is_not_known_before_it_was_tried() -> None:
    standing = Standing()
    assert standing.fit(NOW) is None
    standing.failed(UNREACHABLE, NOW)
    assert standing.fit(NOW) is False


def test_a_venue_is_down_after_a_minute_without_price_and_later_while_it_streams() -> None:
    standing = well()
    standing.failed(UNREACHABLE, NOW)
    assert standing.fit(at(60))
    assert not standing.fit(at(61))
    standing.streamed(at(61), at(61))
    assert standing.fit(at(61))
    assert not standing.fit(at(601))
    standing.answered(at(602))
    assert standing.fit(at(602))


def test_that_other_requests_work_does_not_excuse_bars_that_fail() -> None:
    standing = well()
    standing.bars_failed(UNREACHABLE, NOW)
    standing.answered(at(90))
    assert not standing.fit(at(90))
    line = standing.health("Bybit", BudgetView(3, 10, None), at(90))
    assert line.last_error == UNREACHABLE.message
    standing.bars_answered(at(91))
    assert standing.fit(at(91))


def test_sleep_is_no_down_time() -> None:
    standing = well()
    standing.failed(UNREACHABLE, at(1))
    standing.woke(at(10_000))
    assert standing.fit(at(10_001))


def outdated(standing: Standing) -> bool:
    return standing.outdated


def test_a_client_is_outdated_when_nothing_ever_came_though_requests_work() -> None:
    standing = well()
    standing.stream_ended(UNREACHABLE, NOW, never_began=True)
    assert outdated(standing)
    standing.streamed(at(1), at(1))
    assert not outdated(standing)
    for second in range(0, 3_600, 60):
        standing.stream_ended(UNREACHABLE, at(second), never_began=True)
        assert not outdated(standing)  # it worked once: perhaps it is only frozen
    standing.stream_ended(UNREACHABLE, at(3_601), never_began=True)
    assert outdated(standing)


def test_a_client_is_not_outdated_when_nothing_works() -> None:
    standing = well()
    standing.failed(UNREACHABLE, NOW)
    standing.stream_ended(UNREACHABLE, NOW, never_began=True)
    assert not outdated(standing)


@pytest.mark.parametrize(("age_s", "state"), [(5, Freshness.LIVE), (200, Freshness.DELAYED), (700, Freshness.STALE)])
def test_the_state_is_that_of_the_price(age_s: float, state: Freshness) -> None:
    standing = well()
    standing.streamed(NOW, NOW)
    line = standing.health("Bybit", BudgetView(3, 10, None), at(age_s))
    assert (line.state, line.newest, line.requests_used, line.requests_allowed) == (state, NOW, 3, 10)
    standing.failed(UNREACHABLE, at(age_s))
    failed = standing.health("Bybit", BudgetView(3, 10, None), at(age_s))
    assert failed.state is (Freshness.ERROR if state is Freshness.STALE else state)
    assert failed.error_kind is FeedErrorKind.UNREACHABLE


def test_it_waits_until_the_later_of_budget_and_refusal() -> None:
    standing = well()
    standing.refused_until = at(500)
    assert standing.health("Bybit", BudgetView(3, 10, at(60)), NOW).waits_until == at(500)
    assert standing.health("Bybit", BudgetView(3, 10, at(900)), at(600)).waits_until == at(900)


def test_a_question_that_was_held_back_does_not_hide_why() -> None:
    """A venue that refuses this region is woken: it is not asked, and still known to refuse."""
    standing = Standing()
    refused = FeedError(FeedErrorKind.REFUSED, "bybit", "", "Bybit does not serve this region")
    held = HeldError(FeedErrorKind.RATE_LIMITED, "bybit", "", "Bybit is not asked before 12:20 UTC", at(1_070))
    standing.failed(refused, at(0))
    standing.failed(held, at(60))
    assert standing.request_error is refused
    standing.failed(UNREACHABLE, at(1_100))
    assert standing.request_error is UNREACHABLE
    standing.answered(at(1_200))
    standing.failed(held, at(1_260))
    assert standing.request_error is held
