"""A host is never asked more often than it is meant to be, whatever is asked, answered or done to the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from barograph.feeds.budget import BACK_OFF, HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind

NOON = datetime(2026, 11, 24, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)
JITTER = 1.25
PAUSED = sorted(BACK_OFF)


def fault(kind: FeedErrorKind) -> FeedError:
    return FeedError(kind, "host", "subject", "for a test")


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


@pytest.fixture
def budget() -> HostBudget:
    return HostBudget("host", 3, Random(1))


# -------------------------------------------------------------------------------------------- requests an hour


def test_the_fourth_request_waits_until_the_first_is_an_hour_old(budget: HostBudget) -> None:
    for minute in (0, 10, 20):
        now = NOON + timedelta(minutes=minute)
        assert budget.earliest(now) == now
        budget.spend(now)
    now = NOON + timedelta(minutes=30)
    assert budget.earliest(now) == NOON + HOUR
    assert budget.earliest(now, 2) == NOON + timedelta(minutes=70)
    view = budget.view(now)
    assert (view.used, view.allowed, view.waits_until) == (3, 3, NOON + HOUR)
    assert budget.earliest(NOON + HOUR - timedelta(microseconds=1)) == NOON + HOUR
    assert budget.earliest(NOON + HOUR) == NOON + HOUR
    assert budget.view(NOON + HOUR).waits_until is None


def test_more_requests_at_once_than_an_hour_allows_wait_for_a_whole_hour(budget: HostBudget) -> None:
    assert budget.earliest(NOON, 10) == NOON
    budget.spend(NOON)
    assert budget.earliest(NOON, 10) == NOON + HOUR


# ------------------------------------------------------------------------------------------------------ pauses


@pytest.mark.parametrize("kind", PAUSED)
def test_a_pause_doubles_up_to_its_bound(kind: FeedErrorKind) -> None:
    budget = HostBudget("host", 1000, Random(1))
    now, pauses = NOON, []
    for _ in range(14):
        budget.spend(now)
        until = budget.failed(fault(kind), now)
        pauses.append((until - now).total_seconds())
        assert budget.earliest(now) == until
        now = until
    expected = [min(BACK_OFF[kind].longest_s, BACK_OFF[kind].first_s * 2**n) for n in range(14)]
    for pause, least in zip(pauses, expected, strict=True):
        assert least <= pause <= JITTER * least
    assert expected[-1] == BACK_OFF[kind].longest_s


def test_pauses_of_two_budgets_differ() -> None:
    first, second = (HostBudget("host", 5, Random(seed)) for seed in (1, 2))
    error = fault(FeedErrorKind.RATE_LIMITED)
    assert first.failed(error, NOON) != second.failed(error, NOON)


def test_requests_that_fail_together_are_one_fault() -> None:
    budget = HostBudget("host", 1000, Random(1))
    budget.spend(NOON, 3)
    error = fault(FeedErrorKind.UNREACHABLE)
    for after_s in (0, 1, 2):
        until = budget.failed(error, NOON + seconds(after_s))
        assert until <= NOON + seconds(after_s) + seconds(JITTER * BACK_OFF[error.kind].first_s)


def test_a_success_forgets_the_faults(budget: HostBudget) -> None:
    now = NOON
    for _ in range(5):
        budget.spend(now)
        now = budget.failed(fault(FeedErrorKind.BAD_DATA), now)
    now += HOUR
    budget.spend(now)
    budget.succeeded()
    assert budget.earliest(now) == now
    budget.spend(now)
    first_s = BACK_OFF[FeedErrorKind.BAD_DATA].first_s
    assert budget.failed(fault(FeedErrorKind.BAD_DATA), now) <= now + seconds(JITTER * first_s)


def test_a_success_that_was_on_its_way_when_the_host_said_stop_does_not_end_the_pause(budget: HostBudget) -> None:
    budget.spend(NOON, 2)
    until = budget.failed(fault(FeedErrorKind.RATE_LIMITED), NOON)
    budget.succeeded()
    assert budget.earliest(NOON) == until


@pytest.mark.parametrize("kind", [FeedErrorKind.UNSUPPORTED, FeedErrorKind.EMPTY])
def test_what_is_no_fault_of_the_host_costs_no_pause(kind: FeedErrorKind, budget: HostBudget) -> None:
    assert budget.failed(fault(kind), NOON) == NOON
    assert budget.failed(fault(kind), NOON, retry_after_s=40) >= NOON + seconds(40)


# ------------------------------------------------------------------------------------------------- Retry-After


@given(st.sampled_from(PAUSED), st.floats(0.001, 86_400))
def test_retry_after_is_never_undercut(kind: FeedErrorKind, retry_after_s: float) -> None:
    budget = HostBudget("host", 1000, Random(1))
    budget.spend(NOON)
    allowed = NOON + seconds(retry_after_s)
    assert budget.failed(fault(kind), NOON, retry_after_s) >= allowed
    budget.spend(NOON)
    budget.succeeded()  # another request was on its way and was answered well
    assert budget.earliest(NOON) >= allowed
    budget.woke(NOON + seconds(1))
    assert budget.earliest(NOON + seconds(1)) >= allowed


@pytest.mark.parametrize("nonsense", [1e300, float("inf")])
def test_a_host_that_wants_to_be_left_alone_for_ever_is_asked_again_after_a_day(
    nonsense: float, budget: HostBudget
) -> None:
    until = budget.failed(fault(FeedErrorKind.RATE_LIMITED), NOON, nonsense)
    assert NOON + timedelta(days=1) <= until <= NOON + timedelta(days=1.25)


@pytest.mark.parametrize("nonsense", [-5.0, 0.0, float("nan")])
def test_a_retry_after_that_says_nothing_leaves_the_usual_pause(nonsense: float, budget: HostBudget) -> None:
    first_s = BACK_OFF[FeedErrorKind.RATE_LIMITED].first_s
    until = budget.failed(fault(FeedErrorKind.RATE_LIMITED), NOON, nonsense)
    assert NOON + seconds(first_s) <= until <= NOON + seconds(JITTER * first_s)


# ------------------------------------------------------------------------------------------------------- clock


def test_waking_forgives_an_unreachable_host_and_nothing_else(budget: HostBudget) -> None:
    for kind, forgiven in ((FeedErrorKind.UNREACHABLE, True), (FeedErrorKind.RATE_LIMITED, False)):
        budget = HostBudget("host", 3, Random(1))
        budget.spend(NOON)
        budget.failed(fault(kind), NOON)
        budget.woke(NOON + seconds(1))
        assert (budget.earliest(NOON + seconds(1)) == NOON + seconds(1)) == forgiven


@pytest.mark.parametrize("told", [True, False])
def test_a_clock_that_is_set_back_does_not_silence_a_host(told: bool, budget: HostBudget) -> None:
    budget.spend(NOON, 3)
    budget.failed(fault(FeedErrorKind.RATE_LIMITED), NOON, 120 if told else None)
    back = NOON - timedelta(days=400)
    if told:
        budget.woke(back)
    assert back + seconds(60) <= budget.earliest(back) <= back + HOUR
    assert budget.view(back).used == 3  # they did go out, so they count as if they had gone out just now


def test_a_clock_that_is_set_forward_frees_the_host(budget: HostBudget) -> None:
    budget.spend(NOON, 3)
    budget.failed(fault(FeedErrorKind.RATE_LIMITED), NOON)
    later = NOON + timedelta(days=400)
    assert budget.earliest(later) == later
    assert budget.view(later).used == 0


# ------------------------------------------------------------------------------------------- any sequence at all


class AnySequence(RuleBasedStateMachine):
    """Requests, outcomes and clock jumps in any order; real time beside the clock that the budget is told."""

    @initialize(per_hour=st.integers(1, 6), seed=st.integers(0, 9))
    def begin(self, per_hour: int, seed: int) -> None:
        self.budget = HostBudget("host", per_hour, Random(seed))
        self.real = NOON
        self.offset = timedelta(0)
        self.sent: list[datetime] = []
        self.told: datetime = NOON

    @property
    def now(self) -> datetime:
        return self.real + self.offset

    @rule(passed_s=st.one_of(st.floats(0, 120), st.floats(0, 7200)))
    def time_passes(self, passed_s: float) -> None:
        self.real += seconds(passed_s)

    @rule(requests=st.integers(1, 4))
    def ask(self, requests: int) -> None:
        if requests <= self.budget.per_hour and self.budget.earliest(self.now, requests) <= self.now:
            assert self.real >= self.told
            self.budget.spend(self.now, requests)
            self.sent += [self.real] * requests

    @rule()
    def wait_and_ask(self) -> None:
        self.real += max(timedelta(0), self.budget.earliest(self.now) - self.now)
        self.ask(1)

    @rule(kind=st.sampled_from(sorted(FeedErrorKind)), retry_after_s=st.none() | st.floats(1, 20_000))
    def fail(self, kind: FeedErrorKind, retry_after_s: float | None) -> None:
        until = self.budget.failed(fault(kind), self.now, retry_after_s)
        assert until >= self.now
        if retry_after_s is not None:
            self.told = max(self.told, self.real + seconds(retry_after_s))

    @rule()
    def succeed(self) -> None:
        self.budget.succeeded()

    @rule()
    def wake(self) -> None:
        self.budget.woke(self.now)

    @precondition(lambda self: self.offset > -timedelta(days=900))
    @rule(back_s=st.one_of(st.floats(1, 299), st.floats(300, 100_000)))
    def set_back(self, back_s: float) -> None:
        """A clock set forward is left out: then the budget cannot know that no time has passed."""
        self.offset -= seconds(back_s)
        self.budget.woke(self.now)

    @invariant()
    def no_hour_has_more_than_allowed(self) -> None:
        for last in range(self.budget.per_hour, len(self.sent)):
            assert self.sent[last] - self.sent[last - self.budget.per_hour] >= HOUR

    @invariant()
    def a_pause_ends(self) -> None:
        assert self.budget.earliest(self.now) <= self.now + timedelta(hours=6 + 24) * JITTER
        view = self.budget.view(self.now)
        assert view.used <= view.allowed


TestAnySequence = AnySequence.TestCase
