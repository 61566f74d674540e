"""One publisher on the web: a question goes out when its budget allows, the answer is judged, faults make it wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

from barograph.feeds.budget import BACK_OFF, HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.answer import Answer, bad_data
from barograph.feeds.pace import Pace

T = TypeVar("T")
_TRIES = 2
_LONGEST_CHAIN = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BY_STATUS = {
    400: FeedErrorKind.UNSUPPORTED,
    401: FeedErrorKind.REFUSED,
    403: FeedErrorKind.REFUSED,
    404: FeedErrorKind.UNSUPPORTED,
    408: FeedErrorKind.UNREACHABLE,
    410: FeedErrorKind.UNSUPPORTED,
    422: FeedErrorKind.UNSUPPORTED,
    429: FeedErrorKind.RATE_LIMITED,
    451: FeedErrorKind.REFUSED,
}
_SENTENCE = {
    FeedErrorKind.RATE_LIMITED: "{source} asks for a pause",
    FeedErrorKind.UNREACHABLE: "{source} has a fault of its own (status {status})",
    FeedErrorKind.REFUSED: "{source} refuses to answer (status {status})",
    FeedErrorKind.UNSUPPORTED: "{source} does not know {subject}",
    FeedErrorKind.BAD_DATA: "{source} gave an answer that says nothing (status {status})",
}


class NoAnswerError(Exception):
    """Nothing usable came back. `why` continues a sentence that begins with the publisher's name."""

    def __init__(self, why: str, kind: FeedErrorKind = FeedErrorKind.UNREACHABLE) -> None:
        """`kind` is what the source makes of it."""
        super().__init__(why)
        self.why = why
        self.kind = kind


class HeldError(FeedError):
    """Nothing was asked: the time for it has not come."""


class Get(Protocol):
    """The way out of this machine."""

    def __call__(self, url: str) -> Answer:
        """The answer of an address, whatever its status, without following it anywhere.

        Raises:
            NoAnswerError: none came, or none that can be used.
        """
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Web:
    """Asks one host in the name of one source. Used from one thread at a time."""

    def __init__(self, source: str, host: str, budget: HostBudget, pace: Pace, get: Get) -> None:
        """`source` is the name that is shown; `host` the only one that is ever asked."""
        self.source = source
        self.budget = budget
        self._host = host
        self._pace = pace
        self._get = get
        self._ended = False

    def ask(
        self,
        path: str,
        query: Mapping[str, str],
        subject: str,
        parse: Callable[[Answer], T],
        useful: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """What `parse` makes of the answer; a host out of reach is tried twice. An answer that is not `useful` does not
        tell that the host is well.

        Raises:
            FeedError: with the instant from which the host may be asked again.
        """
        url = f"https://{self._host}{path}" + (f"?{urlencode(query, safe=',')}" if query else "")
        for attempt in range(1, _TRIES + 1):
            retry_after_s = None
            try:
                answer = self._follow(url, subject)
                retry_after_s = self._retry_after_s(answer)
                self._check_status(answer, subject)
                value = parse(answer)
            except FeedError as error:
                again = error.kind is FeedErrorKind.UNREACHABLE and retry_after_s is None and attempt < _TRIES
                if again and self._free():
                    continue
                raise self._booked(error, retry_after_s) from error
            if useful(value):
                self.budget.succeeded()
            return value
        raise AssertionError("the last try either answers or raises")

    def end(self) -> None:
        """No further question goes out; one that is out is not tried again. From any thread."""
        self._ended = True

    def close(self) -> None:
        """Let go of the connection."""
        self._get.close()

    def _follow(self, url: str, subject: str) -> Answer:
        """The answer at the end of a few redirects within the host."""
        for _ in range(_LONGEST_CHAIN + 1):
            now = self._pace.now()
            free = self.budget.earliest(now)
            if free > now or self._ended:
                raise HeldError(
                    FeedErrorKind.RATE_LIMITED, self.source, subject, f"{self.source} is asked again later", free
                )
            self.budget.spend(now)
            try:
                answer = self._get(url)
            except NoAnswerError as error:
                raise FeedError(error.kind, self.source, subject, f"{self.source} {error.why}") from error
            if answer.status not in _REDIRECTS:
                return answer
            url = self._target(url, answer.headers.get("location", ""), subject)
        raise bad_data(self.source, subject, "one redirect after the other")

    def _target(self, url: str, location: str, subject: str) -> str:
        try:
            target = urljoin(url, location)
            parts = urlsplit(target)
            ours = parts.scheme == "https" and parts.netloc == self._host
        except ValueError:
            ours, target = False, ""
        if not ours:
            raise bad_data(self.source, subject, "a redirect to another place, which is not followed")
        return target

    def _check_status(self, answer: Answer, subject: str) -> None:
        if answer.status == 200:
            return
        kind = _BY_STATUS.get(answer.status, FeedErrorKind.BAD_DATA)
        if answer.status >= 500:
            kind = FeedErrorKind.UNREACHABLE
        sentence = _SENTENCE[kind].format(source=self.source, status=answer.status, subject=subject)
        raise FeedError(kind, self.source, subject, sentence)

    def _free(self) -> bool:
        now = self._pace.now()
        return self.budget.earliest(now) <= now

    def _booked(self, error: FeedError, retry_after_s: float | None) -> FeedError:
        """The same fault, known to the budget, with the instant until which it waits."""
        if error.retry_at is not None:  # nothing was asked
            return error
        now = self._pace.now()
        if error.kind not in BACK_OFF:
            self.budget.succeeded()
        until = self.budget.failed(error, now, retry_after_s)
        return FeedError(error.kind, error.source, error.subject, error.message, until)

    def _retry_after_s(self, answer: Answer) -> float | None:
        """The seconds of a Retry-After header, whichever of its two forms it has; None without a usable one."""
        text = answer.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return max(0.0, (until - self._now_at(answer)).total_seconds())

    def _now_at(self, answer: Answer) -> datetime:
        """The host's own present instant: the two clocks need not agree."""
        try:
            there = parsedate_to_datetime(answer.headers.get("date", ""))
        except ValueError:
            return self._pace.now()
        return there if there.tzinfo else there.replace(tzinfo=UTC)
