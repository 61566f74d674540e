"""A question goes out when the budget allows, and whatever comes back is an answer or one fault with its instant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.answer import Answer, bad_data
from barograph.feeds.fred.web import NoAnswerError, Web
from tests.feeds.fred.asking import TUESDAY, HandPace

GOOD = Answer(200, {}, b"good")
UNREACHABLE = NoAnswerError("does not answer in time")


class Script:
    """Answers in order; the last one for ever."""

    def __init__(self, *answers: Answer | NoAnswerError) -> None:
        self.answers = list(answers)
        self.urls: list[str] = []

    def __call__(self, url: str) -> Answer:
        self.urls.append(url)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, NoAnswerError):
            raise answer
        return answer

    def close(self) -> None:
        """Nothing is held."""


class Asking:
    """A web with its budget, its clock and a script."""

    def __init__(self, *answers: Answer | NoAnswerError, per_hour: int = 100) -> None:
        self.pace = HandPace()
        self.script = Script(*answers)
        self.budget = HostBudget("host", per_hour, Random(1))
        self.web = Web("FRED", "fred.stlouisfed.org", self.budget, self.pace, self.script)

    def ask(self, parse: Callable[[Answer], bytes] = lambda answer: answer.body) -> bytes:
        return self.web.ask("/graph/fredgraph.csv", {"id": "DGS10,DGS2"}, "DGS10", parse)

    def fault(self, parse: Callable[[Answer], bytes] = lambda answer: answer.body) -> FeedError:
        with pytest.raises(FeedError) as raised:
            self.ask(parse)
        assert raised.value.source == "FRED"
        return raised.value

    @property
    def used(self) -> int:
        return self.budget.view(self.pace.now()).used


def test_a_question_is_asked_over_https_of_that_host_and_counted() -> None:
    asking = Asking(GOOD)
    assert asking.ask() == b"good"
    assert asking.script.urls == ["https://fred.stlouisfed.org/graph/fredgraph.csv?id=DGS10,DGS2"]
    assert asking.used == 1


@pytest.mark.parametrize(
    ("status", "kind", "requests"),
    [
        (400, FeedErrorKind.UNSUPPORTED, 1),
        (401, FeedErrorKind.REFUSED, 1),
        (403, FeedErrorKind.REFUSED, 1),
        (404, FeedErrorKind.UNSUPPORTED, 1),
        (418, FeedErrorKind.BAD_DATA, 1),
        (429, FeedErrorKind.RATE_LIMITED, 1),
        (451, FeedErrorKind.REFUSED, 1),
        (500, FeedErrorKind.UNREACHABLE, 2),
        (503, FeedErrorKind.UNREACHABLE, 2),
        (204, FeedErrorKind.BAD_DATA, 1),
        (206, FeedErrorKind.BAD_DATA, 1),
        (304, FeedErrorKind.BAD_DATA, 1),
    ],
)
def test_a_status_tells_what_the_host_did(status: int, kind: FeedErrorKind, requests: int) -> None:
    asking = Asking(Answer(status, {}, b"<html>"))
    assert asking.fault().kind is kind
    assert asking.used == requests


@pytest.mark.parametrize("first", [UNREACHABLE, Answer(502)])
def test_a_host_out_of_reach_is_tried_a_second_time(first: Answer | NoAnswerError) -> None:
    asking = Asking(first, GOOD)
    assert asking.ask() == b"good"
    assert asking.used == 2


def test_two_failed_tries_are_one_fault_and_a_pause() -> None:
    asking = Asking(UNREACHABLE)
    error = asking.fault()
    assert (error.kind, error.message) == (FeedErrorKind.UNREACHABLE, "FRED does not answer in time")
    assert asking.used == 2
    assert error.retry_at == asking.budget.earliest(asking.pace.now())
    assert error.retry_at > asking.pace.now()


def test_while_a_host_pauses_nothing_is_asked() -> None:
    asking = Asking(UNREACHABLE)
    until = asking.fault().retry_at
    again = asking.fault()
    assert (again.kind, again.retry_at, asking.used) == (FeedErrorKind.RATE_LIMITED, until, 2)


def test_a_second_try_is_not_made_at_the_cost_of_the_budget() -> None:
    asking = Asking(UNREACHABLE, per_hour=1)
    asking.fault()
    assert asking.used == 1


def test_bad_data_makes_the_host_wait_and_a_good_answer_ends_it() -> None:
    asking = Asking(GOOD)

    def refuse(_answer: Answer) -> bytes:
        raise bad_data("FRED", "DGS10", "nonsense")

    for _ in range(3):
        error = asking.fault(refuse)
        assert error.kind is FeedErrorKind.BAD_DATA
        assert error.retry_at is not None
        asking.pace.to(error.retry_at)
    assert asking.ask() == b"good"
    assert asking.budget.view(asking.pace.now()).waits_until is None


def test_a_mistake_in_a_parser_is_not_hidden() -> None:
    def broken(_answer: Answer) -> bytes:
        raise KeyError("a mistake")

    with pytest.raises(KeyError):
        Asking(GOOD).ask(broken)


# ------------------------------------------------------------------------------------------------- Retry-After


@pytest.mark.parametrize("status", [429, 503, 403])
def test_retry_after_in_seconds_is_honoured(status: int) -> None:
    asking = Asking(Answer(status, {"retry-after": "7200"}))
    error = asking.fault()
    assert error.retry_at is not None
    assert error.retry_at >= TUESDAY + timedelta(seconds=7_200)
    assert asking.used == 1


def test_retry_after_as_a_date_is_counted_by_the_hosts_own_clock() -> None:
    there = TUESDAY - timedelta(hours=3)  # its clock and ours differ
    headers = {
        "date": format_datetime(there, usegmt=True),
        "retry-after": format_datetime(there + timedelta(hours=2), usegmt=True),
    }
    error = Asking(Answer(429, headers)).fault()
    assert error.retry_at is not None
    assert timedelta(hours=2) <= error.retry_at - TUESDAY <= timedelta(hours=2.5)


@given(st.text(max_size=20) | st.integers().map(str) | st.just("Wed, 21 Oct 99999 07:28:00 GMT"))
def test_any_retry_after_leaves_a_pause_that_ends(text: str) -> None:
    error = Asking(Answer(429, {"retry-after": text, "date": text})).fault()
    assert error.retry_at is not None
    assert TUESDAY + timedelta(seconds=60) <= error.retry_at <= TUESDAY + timedelta(days=1.25)


# --------------------------------------------------------------------------------------------------- redirects


def moved(*targets: str) -> Iterable[Answer]:
    return [Answer(302, {"location": target}) for target in targets]


@pytest.mark.parametrize("target", ["/other?x=1", "other?x=1", "https://fred.stlouisfed.org/graph/other?x=1"])
def test_a_redirect_within_the_host_is_followed_and_counted(target: str) -> None:
    asking = Asking(*moved(target), GOOD)
    assert asking.ask() == b"good"
    assert asking.script.urls[1].startswith("https://fred.stlouisfed.org/")
    assert asking.script.urls[1].endswith("other?x=1")
    assert asking.used == 2


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "http://fred.stlouisfed.org/",
        "https://fred.stlouisfed.org.elsewhere.example/",
        "https://user@fred.stlouisfed.org/",
        "https://fred.stlouisfed.org:8443/",
        "https://fred.stlouisfed.org@elsewhere.example/",
        "https://[/",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_another_place_is_refused(target: str) -> None:
    asking = Asking(*moved(target))
    assert asking.fault().kind is FeedErrorKind.BAD_DATA
    assert len(asking.script.urls) == 1


def test_redirects_in_a_circle_end() -> None:
    asking = Asking(*moved("/again"))
    assert asking.fault().kind is FeedErrorKind.BAD_DATA
    assert len(asking.script.urls) == 4


def test_a_redirect_that_the_budget_has_no_room_for_waits() -> None:
    asking = Asking(*moved("/other"), GOOD, per_hour=1)
    error = asking.fault()
    assert (error.kind, asking.used) == (FeedErrorKind.RATE_LIMITED, 1)
    assert error.retry_at == datetime(2026, 11, 24, 16, tzinfo=UTC)
