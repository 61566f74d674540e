"""The demo feed: a simulated market behind the contract that every feed keeps. No network, no files, no waiting."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from barograph.feeds.contract import (
    Advisory,
    BarsAnswer,
    FeedError,
    FeedErrorKind,
    FeedInfo,
    FeedKind,
    SourceHealth,
)
from barograph.feeds.simulated.assets import COIN_PRICE, FIXINGS, INSTRUMENTS
from barograph.feeds.simulated.generator import START, Market
from barograph.feeds.simulated.story import Phase, phase_at
from barograph.feeds.simulated.tape import INTERVALS, KEEP_NS, SLACK_NS
from barograph.market.bars import Bars
from barograph.market.calendars import LAST_DATE
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, to_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest

MODEL_VERSION = 1
"""Raise it whenever the same seed gives other bytes than before: stored evaluations of the two must not mix."""
DEFAULT_SPEED = 3_600.0
"""Simulated seconds per second: an hour a second tells the story of thirty days in about twelve minutes."""
SOURCE = "Simulated market"
END = datetime(LAST_DATE.year, LAST_DATE.month, 1, tzinfo=UTC)
"""The simulated clock stops where the trading calendars end."""
_BEFORE_ALL = -(2**62)


class SimulatedFeed:
    """A simulated market. Prices at an instant are a function of the seed and of that instant only.

    Args:
        universe: gives the calendars of the instruments and the names of the shares.
        seed: 0 or more; the dice.
    """

    def __init__(self, universe: Universe, seed: int = 7) -> None:
        """Make the past (about a second)."""
        self._universe = universe
        self._seed = seed
        self._market = Market(universe, seed)
        self.info = FeedInfo(
            kind=FeedKind.DEMO,
            key=f"demo:{seed}:{MODEL_VERSION}",
            label=f"Demo: simulated market, seed {seed}",
            simulated=True,
            start=START,
            end=END,
        )

    def instruments(self) -> tuple[str, ...]:
        """Ids of the instruments with bars: those with intraday bars, then the shares."""
        return (*INSTRUMENTS, *self._market.shares)

    def intervals(self, instrument_id: str) -> tuple[Interval, ...]:
        """All intervals for the main instruments, daily only for shares, none for an unknown id."""
        if instrument_id in INSTRUMENTS:
            return INTERVALS
        return (Interval.DAY_1,) if instrument_id in self._market.shares else ()

    def series(self) -> tuple[str, ...]:
        """Ids of the fixing series."""
        return FIXINGS

    def fetch_bars(self, instrument_id: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        """As the contract says; five- and fifteen-minute bars reach 12 days back, hours 120 days (less at first).

        Raises:
            FeedError: UNSUPPORTED, the demo has no such bars.
        """
        if interval not in self.intervals(instrument_id):
            raise _unsupported(instrument_id, f"the demo has no {interval} bars of {instrument_id}")
        after, now_ns = _after(after_ns), self._at(now)
        if instrument_id in self._market.shares:
            column = self._market.shares.index(instrument_id)
            closed = self._market.share_tape.bars(column, KEEP_NS[interval], after, now_ns)
            return BarsAnswer(closed, Bars.empty(), SOURCE)
        tape = self._market.tapes[self._universe.instrument(instrument_id).calendar]
        column = tape.instruments.index(instrument_id)
        return BarsAnswer(
            tape.closed(column, interval, after, now_ns), tape.forming(column, interval, after, now_ns), SOURCE
        )

    def fetch_fixings(self, series_id: str, after_ns: int | None, now: datetime) -> Fixings:
        """As the contract says.

        Raises:
            FeedError: UNSUPPORTED, the demo has no such series.
        """
        if series_id not in FIXINGS:
            raise _unsupported(series_id, f"the demo has no series {series_id}")
        now_ns = self._at(now)
        return self._market.fixings.since(series_id, _after(after_ns), now_ns)

    def fetch_funding(self, instrument_id: str, after_ns: int | None, now: datetime) -> Funding:
        """Settled funding of a coin, every eight hours; empty for anything else."""
        if instrument_id not in COIN_PRICE:
            return Funding(np.empty(0, np.int64), np.empty(0), np.empty(0))
        now_ns = self._at(now)
        return self._market.coins.funding(instrument_id, _after(after_ns), now_ns)

    def fetch_open_interest(self, instrument_id: str, after_ns: int | None, now: datetime) -> OpenInterest:
        """Open interest of a coin: daily long ago, hourly in the last weeks before the start, then every five
        minutes; empty for anything else.
        """
        if instrument_id not in COIN_PRICE:
            return OpenInterest(np.empty(0, np.int64), np.empty(0), np.empty(0))
        now_ns = self._at(now)
        return self._market.coins.open_interest(instrument_id, _after(after_ns), now_ns)

    def fetch_liquidations(self, instrument_id: str, after_ns: int | None, now: datetime) -> Liquidations:
        """Forced orders of a coin, all of them; empty for anything else."""
        if instrument_id not in COIN_PRICE:
            return Liquidations.of([], [], [], [], [])
        now_ns = self._at(now)
        return self._market.coins.liquidations(instrument_id, _after(after_ns), now_ns)

    def lacking(self, label_ns: int, now: datetime) -> tuple[str, ...]:
        """Nothing: all that will ever be there is."""
        return ()

    def advisories(self, now: datetime) -> tuple[Advisory, ...]:
        """None."""
        return ()

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """One source, always live; the newest bar is the last whole five minutes of a market that never closes."""
        newest = from_ns(to_ns(now) // Interval.MIN_5.ns * Interval.MIN_5.ns)
        return (SourceHealth(SOURCE, Freshness.LIVE, last_success=now, newest=newest),)

    def close(self) -> None:
        """Nothing to let go of."""

    def phase_at(self, now: datetime) -> Phase:
        """Where the simulated story stands."""
        return phase_at(to_ns(START), to_ns(now))

    def _at(self, now: datetime) -> int:
        """Make the market up to `now` (no further than `END`); start over for an instant that is forgotten."""
        now_ns = to_ns(min(now, END))
        if self._market.forgets and now_ns < self._market.horizon_ns - SLACK_NS:
            self._market = Market(self._universe, self._seed)
        self._market.advance(now_ns)
        return now_ns


def _after(after_ns: int | None) -> int:
    return _BEFORE_ALL if after_ns is None else after_ns


def _unsupported(subject: str, message: str) -> FeedError:
    return FeedError(FeedErrorKind.UNSUPPORTED, SOURCE, subject, message)
