"""How a venue is doing: what the election and the Feeds panel go by.

Written in the event loop, read from any thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from barograph.feeds.budget import BudgetView
from barograph.feeds.contract import FeedError, SourceHealth
from barograph.feeds.exchange.gate import HeldError
from barograph.market.freshness import Freshness, judge_age, price_limits
from barograph.market.instruments import AssetClass

PRICE_DOWN_S = 60.0
"""Neither the stream nor a request brought anything for so long, while they were tried: the venue is down."""
REQUESTS_DOWN_S = 600.0
"""The stream may be well, but without requests nothing that was missed is filled, and no day is closed."""
OUTDATED_AFTER_S = 3_600.0
"""A stream that brought something once: so long without anything at all, over new connections, before the client is
held to be outdated.
"""


@dataclass(slots=True)
class Standing:
    """Instants are UTC."""

    tried: bool = False
    last_success: datetime | None = None
    newest: datetime | None = None
    refused_until: datetime | None = None
    next_refresh: datetime | None = None
    clock_offset_s: float | None = None
    """The venue's clock minus ours in seconds, as far as that is certain: the way there and back may be lopsided."""
    request_error: FeedError | None = None
    bars_error: FeedError | None = None
    stream_error: FeedError | None = None
    _requests_down_since: datetime | None = None
    _bars_down_since: datetime | None = None
    _bars_came: bool = False
    _stream_up: bool = False
    _ever_streamed: bool = False
    _mute_since: datetime | None = None
    _outdated: bool = False

    # ------------------------------------------------------------------------------------- what happened

    def answered(self, now: datetime, newest: datetime | None = None) -> None:
        """A request went well; `newest` is the instant of the newest price in it."""
        self.tried = True
        self.last_success = now
        self.request_error = None
        self._requests_down_since = None
        self.refused_until = None
        self._tell(newest)

    def failed(self, error: FeedError, now: datetime) -> None:
        """A request failed. One that did not go out yet says nothing new: what went wrong before it still stands."""
        self.tried = True
        if self.request_error is None or not isinstance(error, HeldError):
            self.request_error = error
        if self._requests_down_since is None:
            self._requests_down_since = now

    def bars_answered(self, now: datetime, newest: datetime | None = None) -> None:
        """A request for bars went well."""
        self._bars_came = True
        self.bars_error = None
        self._bars_down_since = None
        self.answered(now, newest)

    def bars_failed(self, error: FeedError, now: datetime) -> None:
        """A request for bars failed; others may go well."""
        self.bars_error = error
        if self._bars_down_since is None:
            self._bars_down_since = now

    def streamed(self, now: datetime, newest: datetime) -> None:
        """The stream brought a price."""
        self.last_success = now
        self.stream_error = None
        self._stream_up, self._ever_streamed = True, True
        self._mute_since = None
        self._outdated = False
        self._tell(newest)

    def stream_ended(self, error: FeedError, now: datetime, *, never_began: bool) -> None:
        """The streams ended with a fault. `never_began`: they connected and brought nothing at all."""
        self.stream_error = error
        self._stream_up = False
        if not never_began:
            self._mute_since = None
            return
        if self._mute_since is None:
            self._mute_since = now
        requests_work = self._requests_down_since is None and self.last_success is not None
        lasting = (now - self._mute_since).total_seconds() >= OUTDATED_AFTER_S
        self._outdated = requests_work and (lasting or not self._ever_streamed)

    def stream_opening(self) -> None:
        """The streams are opened anew; until they bring something they are not up."""
        self._stream_up = False

    def woke(self, now: datetime) -> None:
        """The machine slept: what was down before has been so for no known time."""
        self._requests_down_since = None if self._requests_down_since is None else now
        self._bars_down_since = None if self._bars_down_since is None else now
        self._mute_since = None

    def _tell(self, newest: datetime | None) -> None:
        if newest is not None and (self.newest is None or newest > self.newest):
            self.newest = newest

    # ------------------------------------------------------------------------------------ what follows

    @property
    def streaming(self) -> bool:
        """Whether the stream brings prices."""
        return self._stream_up

    @property
    def bars_fail(self) -> bool:
        """Whether the last request for bars failed."""
        return self._bars_down_since is not None

    @property
    def outdated(self) -> bool:
        """Whether the stream connects and brings nothing although requests are answered."""
        return self._outdated

    def refused(self, now: datetime) -> bool:
        """Whether the venue does not serve this place, as far as it is known."""
        return self.refused_until is not None and now < self.refused_until

    def fit(self, now: datetime) -> bool | None:
        """Whether the venue can serve bars; None before it was tried."""
        if not self.tried:
            return None
        if self.last_success is None or self.refused(now):
            return False
        down = [since for since in (self._requests_down_since, self._bars_down_since) if since is not None]
        limit_s = REQUESTS_DOWN_S if self._stream_up and self._bars_came else PRICE_DOWN_S
        return not down or now - min(down) <= timedelta(seconds=limit_s)

    def health(self, name: str, budget: BudgetView, now: datetime) -> SourceHealth:
        """One line of the Feeds panel."""
        error = self.request_error or self.bars_error or self.stream_error
        state = judge_age(self.newest, now, price_limits(AssetClass.CRYPTO))
        if error is not None and not state.usable:
            state = Freshness.ERROR
        waits = [until for until in (budget.waits_until, self.refused_until) if until is not None and until > now]
        return SourceHealth(
            name,
            state,
            self.last_success,
            self.newest,
            "" if error is None else error.message,
            budget.used,
            budget.allowed,
            self.next_refresh,
            None if error is None else error.kind,
            max(waits, default=None),
        )
