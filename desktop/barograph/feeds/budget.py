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

    def pause_s(self, faults: int) -> float:
        """The pause after so many faults in a row, in seconds."""
        return min(self.longest_s, self.first_s * 2.0 ** min(max(0, faults - 1), 30))


BACK_OFF = {
    FeedErrorKind.RATE_LIMITED: BackOff(60, 30 * 60),
    FeedErrorKind.UNREACHABLE: BackOff(5, 5 * 60),
    FeedErrorKind.BAD_DATA: BackOff(30, 15 * 60),
    FeedErrorKind.REFUSED: BackOff(15 * 60, 6 * 3600),
}
"""Kinds that are not here (an unknown symbol, an empty answer) are no fault of the host."""
_LONGEST_TOLD_S = 24 * 3600.0
"""The longest Retry-After that is believed: a mistake of the host must not silence it for good."""
_JITTER = 0.25
"""A pause is longer by up to this share, so that not everybody comes back at the same instant."""
_SET_BACK = timedelta(minutes=5)
"""A request counted further than this in the future was counted by a clock that has been set back since."""


@dataclass(frozen=True, slots=True)
class BudgetView:
    """What the Feeds panel shows: requests of the last hour, how many are allowed, and until when (UTC) nothing is
    asked; None when the next request may go out.
    """

    used: int
    allowed: int
    waits_until: datetime | None


@dataclass(frozen=True, slots=True)
class _Pause:
    """From when until when a host is left alone. Where the clock was set back to before `since`, it begins anew."""

    since: datetime
    until: datetime

    def seen_at(self, now: datetime) -> _Pause:
        return self if now >= self.since - _SET_BACK else _Pause(now, now + (self.until - self.since))


class HostBudget:
    """Counts the requests to one host in any hour and keeps its back-off. Thread-safe; every instant is UTC.

    A request is counted (`spend`) before its outcome is told (`succeeded`, `failed`).
    """

    def __init__(self, host: str, per_hour: int, random: Random) -> None:
        """At most `per_hour` requests (one or more) in any sixty minutes; `random` spreads the pauses."""
        self.host = host
        self.per_hour = per_hour
        self._random = random
        self._lock = threading.Lock()
        self._sent: deque[datetime] = deque()
        self._spent = 0
        self._spent_at_fault = 0
        self._faults: dict[FeedErrorKind, int] = {}
        self._own: _Pause | None = None
        self._told: _Pause | None = None

    def spend(self, now: datetime, requests: int = 1) -> None:
        """So many requests went out at `now`."""
        with self._lock:
            self._look(now)
            at = max(now, self._sent[-1]) if self._sent else now
            self._sent.extend([at] * requests)
            self._spent += requests

    def earliest(self, now: datetime, requests: int = 1) -> datetime:
        """When so many more requests may go out: `now`, or later."""
        with self._lock:
            self._look(now)
            return self._earliest(now, requests)

    def succeeded(self) -> None:
        """The host answered well: its faults are forgotten.

        Not so when nothing was asked since the last fault: then it is the answer to a request that was on its way
        already, and the pause stands.
        """
        with self._lock:
            if self._faults and self._spent == self._spent_at_fault:
                return
            self._faults.clear()
            self._own = None

    def failed(self, error: FeedError, now: datetime, retry_after_s: float | None = None) -> datetime:
        """A request failed. Answers when the host may be asked again.

        `retry_after_s` is the host's own word for it (Retry-After) and is never undercut, up to a day. Faults that
        come in while the pause runs already are the same one, met by requests that went out together.
        """
        with self._lock:
            self._look(now)
            rule = BACK_OFF.get(error.kind)
            longer = 1 + _JITTER * self._random.random()
            if rule is not None:
                count = self._faults.get(error.kind, 0)
                if count == 0 or self._own is None or now >= self._own.until:
                    count += 1
                self._faults[error.kind] = count
                self._spent_at_fault = self._spent
                pause_s = rule.pause_s(count)
                self._own = _later(self._own, _Pause(now, now + timedelta(seconds=pause_s * longer)))
            if retry_after_s is not None and retry_after_s > 0:
                pause_s = min(retry_after_s, _LONGEST_TOLD_S)
                self._told = _later(self._told, _Pause(now, now + timedelta(seconds=pause_s * longer)))
            return self._earliest(now, 1)

    def view(self, now: datetime) -> BudgetView:
        """The state at `now`."""
        with self._lock:
            self._look(now)
            earliest = self._earliest(now, 1)
            return BudgetView(len(self._sent), self.per_hour, earliest if earliest > now else None)

    def woke(self, now: datetime) -> None:
        """The clock jumped to `now`, or the network is another one: that the host was out of reach no longer counts.

        What the host itself told, and what was asked of it, still do.
        """
        with self._lock:
            self._look(now)
            self._faults.pop(FeedErrorKind.UNREACHABLE, None)
            if not self._faults:
                self._own = None

    def _earliest(self, now: datetime, requests: int) -> datetime:
        free = now
        surplus = len(self._sent) + min(requests, self.per_hour) - self.per_hour
        if surplus > 0:
            free = max(now, self._sent[surplus - 1] + _HOUR)
        return max([free, *(pause.until for pause in (self._own, self._told) if pause is not None)])

    def _look(self, now: datetime) -> None:
        """Forget what is older than an hour; where the clock was set back, what it counted happened just now."""
        if self._sent and self._sent[-1] > now + _SET_BACK:
            self._sent = deque(min(sent, now) for sent in self._sent)
        while self._sent and self._sent[0] <= now - _HOUR:
            self._sent.popleft()
        self._own = self._own and self._own.seen_at(now)
        self._told = self._told and self._told.seen_at(now)


def _later(held: _Pause | None, new: _Pause) -> _Pause:
    return held if held is not None and held.until > new.until else new
