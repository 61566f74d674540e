"""The contract of a source of the live feed: a worker that asks one vendor and writes what it hears into the book."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from barograph.feeds.contract import Advisory, SourceHealth
from barograph.market.intervals import Interval


class Source(Protocol):
    """Runs in a thread of its own from `start` to `stop`; imports its client there. Never raises for what the
    outside did: that is told by `health` and in the book.
    """

    def instruments(self, now: datetime) -> Mapping[str, tuple[Interval, ...]]:
        """Ids of the instruments it has bars of, each with its intervals, shortest first. With nothing imported."""
        ...

    def series(self) -> tuple[str, ...]:
        """Ids of the fixing series it has."""
        ...

    def start(self) -> None:
        """Begin. Returns at once."""
        ...

    def stop(self) -> None:
        """End: asks, and waits a bounded time; idempotent, and harmless before `start`."""
        ...

    def woke(self) -> None:
        """The machine slept or its clock jumped: connect anew, and fill what was missed."""
        ...

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """One entry for each host; from any thread, at once."""
        ...

    def advisories(self, now: datetime) -> tuple[Advisory, ...]:
        """What the trader has to know; from any thread, at once."""
        ...
