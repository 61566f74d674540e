"""How often a host may be asked, and how long it is left alone after a fault."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from barograph.feeds.contract import FeedError, FeedErrorKind

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class BackOff:
    """The pause after a first fault of a kind and the longest one, in seconds; it doubles in between."""

    first_s: float
    longest_s: float


BACK_OFF = {
    FeedErrorKind.RATE_LIMITED: BackOff(60, 30 * 60),
    FeedErrorKind.UNREACHABLE: BackOff(5, 5 * 60),
    FeedErrorKind.BAD_DATA: BackOff(30, 15 * 60),
    FeedErrorKind.REFUSED: BackOff(15 * 60, 6 * 3600),
}
"""Kinds that are not here (an unknown symbol, an empty answer) are no fault of the host."""
_LONGEST = timedelta(seconds=max(rule.longest_s for rule in BACK_OFF.values()))
_JITTER = 0.25
"""A pause is longer by up to this share, so that not everybody comes back at the same instant."""


@dataclass(frozen=True, slots=True)
class BudgetView:
    """What the Feeds panel shows: requests of the last hour, how many are allowed, and until when (UTC) nothing is
    asked; None when the next request may go out.
    """

    used: int
    allowed: int
    waits_until: datetime | None


class HostBudget:
    """Counts the requests to one host in any hour and keeps its back-off. Thread-safe; every instant is UTC."""

    def __init__(self, host: str, per_hour: int, random: Random) -> None:
        """At most `per_hour` requests in any sixty minutes; `random` spreads the pauses."""
        self.host = host
        self.per_hour = per_hour
        self._random = random
        self._lock = threading.Lock()
        self._sent: deque[datetime] = deque()
        self._faults: dict[FeedErrorKind, int] = {}
        self._until: datetime | None = None

    def spend(self, now: datetime, requests: int = 1) -> None:
        """So many requests went out at `now`."""
        with self._lock:
            self._sent.extend([now] * requests)
            self._forget(now)

    def earliest(self, now: datetime, requests: int = 1) -> datetime:
        """When so many more requests may go out: `now`, or later."""
        with self._lock:
            return self._earliest(now, requests)

    def succeeded(self) -> None:
        """The host answered well: its faults are forgotten."""
        with self._lock:
            self._faults.clear()
            self._until = None

    def failed(self, error: FeedError, now: datetime, retry_after_s: float | None = None) -> datetime:
        """A request failed. Answers when the host may be asked again.

        `retry_after_s` is the host's own word for it (Retry-After) and is never undercut.
        """
        with self._lock:
            rule = BACK_OFF.get(error.kind)
            if rule is None and retry_after_s is None:
                return self._earliest(now, 1)
            count = self._faults.get(error.kind, 0)
            self._faults[error.kind] = count + 1
            pause_s = 0.0 if rule is None else min(rule.longest_s, rule.first_s * 2.0 ** min(count, 30))
            pause_s = max(pause_s, retry_after_s or 0.0)
            until = now + timedelta(seconds=pause_s * (1 + _JITTER * self._random.random()))
            self._until = until if self._until is None else max(until, self._until)
            return self._until

    def view(self, now: datetime) -> BudgetView:
        """The state at `now`."""
        with self._lock:
            self._forget(now)
            earliest = self._earliest(now, 1)
            return BudgetView(len(self._sent), self.per_hour, earliest if earliest > now else None)

    def woke(self, now: datetime) -> None:
        """The clock jumped to `now`, or the network is another one: that the host was out of reach no longer counts.

        Requests counted in what is now the future are dropped, and so is a pause longer than any.
        """
        with self._lock:
            self._sent = deque(sent for sent in self._sent if sent <= now)
            self._faults.pop(FeedErrorKind.UNREACHABLE, None)
            if not self._faults or (self._until is not None and self._until > now + _LONGEST):
                self._until = None

    def _earliest(self, now: datetime, requests: int) -> datetime:
        self._forget(now)
        free = now
        surplus = len(self._sent) + min(requests, self.per_hour) - self.per_hour
        if surplus > 0:
            free = max(now, self._sent[surplus - 1] + _HOUR)
        return free if self._until is None else max(free, self._until)

    def _forget(self, now: datetime) -> None:
        while self._sent and self._sent[0] <= now - _HOUR:
            self._sent.popleft()
