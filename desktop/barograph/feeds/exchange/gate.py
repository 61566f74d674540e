"""The one way out to an exchange: every request is counted here, and none goes out before its time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange.answers import Answer
from barograph.feeds.exchange.faults import NAMES
from barograph.feeds.pace import Pace
from barograph.market.instants import to_ns

_WEIGHT_PER_MINUTE = 2_400
_WEIGHT_SHARE = 0.8
"""Share of Binance's weight of a minute from which on we wait: others at this address may use the rest."""
_BODY_KEPT = 2_000


class HeldError(FeedError):
    """Nothing was asked: the time for it has not come."""


class Gate:
    """Stands in front of one exchange, in its event loop. Works on any host's answers, knows no data.

    `subject` is what is being asked for, for the words of a refusal; `answer` what the server said last.
    """

    def __init__(self, venue: str, budget: HostBudget, pace: Pace) -> None:
        """`venue` is ccxt's id."""
        self.venue = venue
        self.subject = ""
        self.answer: Answer | None = None
        self.clock_offset_s: float | None = None
        """The exchange's clock minus ours in seconds, as of the last answer (to half a second); None before one."""
        self._budget = budget
        self._pace = pace
        self._held_until: datetime | None = None

    def go(self) -> None:
        """Count one request that is about to go out.

        Raises:
            HeldError: RATE_LIMITED, with `retry_at`: its time has not come.
        """
        now = self._pace.now()
        earliest = self._budget.earliest(now)
        if self._held_until is not None:
            earliest = max(earliest, self._held_until)
        if earliest > now:
            message = f"{NAMES.get(self.venue, self.venue)} is not asked before {earliest:%H:%M} UTC"
            raise HeldError(FeedErrorKind.RATE_LIMITED, self.venue, self.subject, message, earliest)
        self._held_until = None
        self.answer = None
        self._budget.spend(now)

    def heard(self, status: int, headers: Mapping[str, str], body: str) -> None:
        """An answer has arrived."""
        lowered = {name.lower(): value for name, value in headers.items()}
        self.answer = Answer(status, lowered, body[:_BODY_KEPT])
        now = self._pace.now()
        if (date := self.answer.date()) is not None:
            self.clock_offset_s = (date - now).total_seconds() + 0.5  # the header is rounded down to the second
        weight = self.answer.used_weight()
        if weight is not None and weight >= _WEIGHT_PER_MINUTE * _WEIGHT_SHARE:
            self._held_until = now.replace(second=0, microsecond=0) + timedelta(minutes=1)

    def succeeded(self) -> None:
        """What was asked for has come."""
        self._budget.succeeded()

    def failed(self, error: FeedError) -> FeedError:
        """It has not; answers the error with the time from which on the exchange may be asked again."""
        now = self._pace.now()
        told = None if error.retry_at is None else (error.retry_at - now).total_seconds()
        until = self._budget.failed(error, now, told)
        if until > now:
            error.retry_at = until
        return error

    def exchange_ns(self) -> int:
        """The exchange's time (ns UTC): of its last answer, or ours where it told none."""
        date = None if self.answer is None else self.answer.date()
        if date is not None:
            return to_ns(date)
        offset_s = self.clock_offset_s or 0.0
        return to_ns(self._pace.now()) + math.floor(offset_s * 1e9)
