"""The contract every feed keeps: what can be asked, what is answered, and how faults are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from barograph.market.bars import Bars
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest


class FeedKind(StrEnum):
    """Where observations come from."""

    LIVE = "live"
    DEMO = "demo"
    REPLAY = "replay"


class FeedErrorKind(StrEnum):
    """What the outside did."""

    RATE_LIMITED = "rate_limited"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    BAD_DATA = "bad_data"
    UNSUPPORTED = "unsupported"
    EMPTY = "empty"


class FeedError(Exception):
    """The outside failed for one subject; the last stored values stay, with their age.

    `message` is one plain sentence for a trader; `retry_at` (UTC) is when it may be asked again, or None.
    """

    def __init__(
        self,
        kind: FeedErrorKind,
        source: str,
        subject: str,
        message: str,
        retry_at: datetime | None = None,
    ) -> None:
        """`source` names the host or file, `subject` the instrument or series asked for."""
        super().__init__(message)
        self.kind = kind
        self.source = source
        self.subject = subject
        self.message = message
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """What a feed is.

    `key` identifies the data for good (``demo:7``, ``replay:daily:3f2a…``, ``live``): stored evaluations of one
    key are never mixed with another's. `label` is for the screen. `simulated` is True for anything that is not
    the market as recorded or live. `start` and `end` (UTC) are the extent of a recorded folder or the instant a
    simulated clock starts from; None where there is none.
    """

    kind: FeedKind
    key: str
    label: str
    simulated: bool
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, eq=False)
class BarsAnswer:
    """Closed bars, and the forming bar apart (`forming` has no or one row).

    `as_of` (UTC) is the instant of the newest price in them where the vendor tells it, or None: then a forming bar is
    as new as the question, and a closed one as old as its end. `delay_s` is by how much the vendor is known to be
    behind the market; `revised` is another number when bars before the newest were corrected, or came late.
    """

    closed: Bars
    forming: Bars
    source: str
    as_of: datetime | None = None
    delay_s: float = 0.0
    revised: int = 0


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One line of the Feeds panel. Instants are UTC; `newest` is the newest bar's own time (its end).

    `error_kind` says of what kind `last_error` is, None when the last request went well. `waits_until` is set while
    nothing may be asked: because of a back-off, or because the budget of the hour is used up.
    """

    source: str
    state: Freshness
    last_success: datetime | None
    newest: datetime | None
    last_error: str = ""
    requests_used: int | None = None
    requests_allowed: int | None = None
    next_refresh: datetime | None = None
    error_kind: FeedErrorKind | None = None
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Advisory:
    """Something the trader has to know that is no fault of one request: a fixed `id`, and values for its sentence.

    ``clock_off`` (seconds): this computer's clock and the exchanges' differ; there is no light then.
    ``fomc_dates_end`` (date): the meeting dates that ship with the program end. ``client_outdated`` (venue): a stream
    connects and brings nothing. ``venue_refused`` (venue): it does not serve this region.
    """

    id: str
    values: tuple[str, ...] = ()


def hours_of(instrument: str) -> str:
    """What `Feed.lacking` calls the hours of an instrument."""
    return f"{instrument} {Interval.HOUR_1}"


def derivatives_of(instrument: str) -> str:
    """What `Feed.lacking` calls the funding and the open interest of a coin."""
    return f"{instrument} derivatives"


class Feed(Protocol):
    """A source of observations. `now` (UTC) decides what exists: nothing later than it is ever answered.

    An intraday bar is closed when its end is at or before `now`; a daily bar when its session has closed. A
    fixing is answered from its `known_at` on.
    """

    @property
    def info(self) -> FeedInfo:
        """What this feed is."""
        ...

    def instruments(self) -> tuple[str, ...]:
        """Ids of the instruments with bars, in a fixed order."""
        ...

    def intervals(self, instrument_id: str) -> tuple[Interval, ...]:
        """Intervals with bars for that instrument, shortest first."""
        ...

    def series(self) -> tuple[str, ...]:
        """Ids of the fixing series."""
        ...

    def fetch_bars(self, instrument_id: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        """Bars later than `after_ns` (a bar time as in `Bars.time`; None: all there is) as known at `now`.

        Raises:
            FeedError: the outside failed, or the feed has no such bars (UNSUPPORTED).
        """
        ...

    def fetch_fixings(self, series_id: str, after_ns: int | None, now: datetime) -> Fixings:
        """Fixings with `time` later than `after_ns` and `known_at` at or before `now`.

        Raises:
            FeedError: the outside failed, or the feed has no such series (UNSUPPORTED).
        """
        ...

    def fetch_funding(self, instrument_id: str, after_ns: int | None, now: datetime) -> Funding:
        """Settled funding later than `after_ns`; empty where the feed has none."""
        ...

    def fetch_open_interest(self, instrument_id: str, after_ns: int | None, now: datetime) -> OpenInterest:
        """Open interest later than `after_ns`; empty where the feed has none."""
        ...

    def fetch_liquidations(self, instrument_id: str, after_ns: int | None, now: datetime) -> Liquidations:
        """Liquidations at or later than `after_ns`, up to `now`; empty where the feed has none."""
        ...

    def lacking(self, label_ns: int, now: datetime) -> tuple[str, ...]:
        """Ids of the instruments and series whose value for the session with that label may still come, so that the
        session must not be judged for good yet, `hours_of` instruments of which the last hours may, and
        `derivatives_of` coins. A recorded or simulated feed has nothing to wait for.
        """
        ...

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """One entry per source."""
        ...

    def advisories(self, now: datetime) -> tuple[Advisory, ...]:
        """What the trader has to know beside the health of the sources."""
        ...

    def close(self) -> None:
        """Let go of everything; idempotent."""
        ...
