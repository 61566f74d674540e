"""The requests of one venue, one after the other as each falls due: bars, open interest, funding, the time."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from barograph.feeds.book import FUNDING, OPEN_INTEREST, BarsPiece, Book, table_of
from barograph.feeds.budget import BACK_OFF
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange.bar_plan import BarPlan, Key
from barograph.feeds.exchange.candles import Candle, as_bars
from barograph.feeds.exchange.gate import HeldError
from barograph.feeds.exchange.our_time import bars_until, rows_until
from barograph.feeds.exchange.standing import Standing
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.options import Refresh
from barograph.feeds.pace import Pace
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import OpenInterest

CLOCK_S = 600.0
BARS_TRIED_S = 300.0
"""A venue whose bars failed and that serves no more is tried with a few bars this often."""
FUNDING_BACK = timedelta(days=400)
OPEN_INTEREST_BACK = timedelta(days=30)
_WHOLE_BACK = timedelta(days=2)
_GAP = timedelta(minutes=15)
_OVERLAP_NS = 6 * Interval.MIN_5.ns
_AGAIN_S = 5.0
_BROKEN_S = 30.0
_HOPELESS_S = 300.0
_LONGEST_WAIT_S = 60.0
_NO_FAULT = (FeedErrorKind.EMPTY, FeedErrorKind.UNSUPPORTED)
"""A good answer without rows, or a thing that the venue has not: asked again after a while."""


@dataclass(slots=True)
class _Errand:
    """Something that is asked for again and again; `every_s` 0: until it came. `faults` are those in a row."""

    ask: Callable[[], Awaitable[None]]
    every_s: float
    due: datetime
    faults: int = 0


class Errands:
    """Used in the event loop. While the venue serves, it asks for bars as well."""

    def __init__(
        self,
        venue: Venue,
        book: Book,
        coins: Sequence[str],
        refresh: Refresh,
        standing: Standing,
        pace: Pace,
        random: Random,
    ) -> None:
        """`refresh` says how often; `standing` is told how it went."""
        self._venue = venue
        self._book = book
        self._coins = tuple(coins)
        self._refresh = refresh
        self._standing = standing
        self._pace = pace
        self._random = random
        self._plan: BarPlan | None = None
        self._errands: list[_Errand] = []
        self._missed_since: dict[str, datetime] = {}
        """Since when open interest is missing that may still be had, by coin; kept from one life to the next."""
        self._newest: dict[Key, tuple[tuple[float, ...], datetime]] = {}
        """The newest bar of the last answer, and the instant of its price."""
        self._kick = asyncio.Event()
        self.forming: Callable[[str], tuple[Candle, datetime] | None] = lambda _: None
        """The bar of the shortest interval that the stream shows, and its instant."""
        self.broke: Callable[[Exception], None] = lambda _: None
        """Is told of a mistake of this program."""

    @property
    def serving(self) -> bool:
        """Whether this venue asks for bars."""
        return self._plan is not None

    def serve(self, *, serving: bool) -> None:
        """Begin to ask for bars, or leave that."""
        self._plan = BarPlan(self._coins, self._refresh.quotes_s, self._random) if serving else None
        self.begin_bars()

    def begin_bars(self) -> None:
        """Anything may have been missed since what is held."""
        if self._plan is not None:
            held = {key: self._held(key) for key in self._plan.keys}
            self._plan.begin(held, self._pace.now())
        self._kick.set()

    def kick(self) -> None:
        """Something changed: look anew what falls due."""
        self._kick.set()

    def missed(self, key: Key, since_ns: int) -> None:
        """The stream left bars out from there on."""
        if self._plan is not None:
            self._plan.missed(key, since_ns, self._pace.now())
            self._kick.set()

    async def check_clock(self) -> None:
        """Ask for the venue's time: the shortest request there is, which also tells whether it serves this place.

        Raises:
            FeedError: it does not answer well.
        """
        asked = self._pace.now()
        offset_s = await self._venue.server_time_offset_s(asked)
        now = self._pace.now()
        certain_s = max(0.0, abs(offset_s) - (now - asked).total_seconds() / 2)
        self._standing.clock_offset_s = math.copysign(certain_s, offset_s)
        self._standing.answered(now)

    async def run(self) -> None:
        """Ask as things fall due, until cancelled.

        Raises:
            FeedError: REFUSED: the venue does not serve this place.
        """
        self._begin()
        while True:
            now = self._pace.now()
            at, ask = self._next()
            self._standing.next_refresh = at = max(at, self._venue.budget.earliest(now))
            if at > now:
                self._kick.clear()
                await self._wait((at - now).total_seconds())
                continue
            try:
                await ask()
            except FeedError:
                raise
            except Exception as error:  # noqa: BLE001 - a mistake of ours must not end the streams
                self.broke(error)

    # ------------------------------------------------------------------------------------------ agenda

    def _begin(self) -> None:
        now = self._pace.now()
        self._errands = [_Errand(self.check_clock, CLOCK_S, now + timedelta(seconds=CLOCK_S))]
        for coin in self._coins:
            self._errands += [
                _Errand(partial(self._try_bars, coin), BARS_TRIED_S, now + timedelta(seconds=BARS_TRIED_S)),
                _Errand(partial(self._open_interest, coin), self._refresh.open_interest_s, now),
                _Errand(partial(self._funding, coin), self._refresh.funding_s, now),
            ]
        self._errands += [_Errand(partial(self._open_interest_before, coin), 0.0, now) for coin in self._missed_since]

    def _next(self) -> tuple[datetime, Callable[[], Awaitable[None]]]:
        """What falls due first; bars before anything else."""
        bars = None if self._plan is None else self._plan.due_at(streaming=self._standing.streaming)
        errand = min(self._errands, key=lambda each: each.due)
        if bars is not None and (bars[0] <= max(errand.due, self._pace.now())):
            at, key = bars
            return at, partial(self._bars, key)
        return errand.due, partial(self._run, errand)

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._kick.wait(), self._pace.real_s(min(seconds, _LONGEST_WAIT_S)))
        except TimeoutError:
            return

    async def _run(self, errand: _Errand) -> None:
        errand.due = self._pace.now() + timedelta(seconds=errand.every_s or _HOPELESS_S)
        try:
            await errand.ask()
        except FeedError as error:
            self._failed(error)
            errand.due = max(errand.due if error.kind in _NO_FAULT else self._later(errand, error), self._pace.now())
            return
        errand.faults = 0
        if not errand.every_s:
            self._errands.remove(errand)
        self._standing.answered(self._pace.now())

    def _later(self, errand: _Errand, error: FeedError) -> datetime:
        """After the host's usual pause, counted by the errand's own faults: what goes well beside it does not make it
        hasty.
        """
        errand.faults += not isinstance(error, HeldError)
        pause_s = BACK_OFF[error.kind].pause_s(errand.faults)
        return max(self._again(error), self._pace.now() + timedelta(seconds=pause_s))

    def _again(self, error: FeedError) -> datetime:
        soonest = self._pace.now() + timedelta(seconds=_AGAIN_S)
        return soonest if error.retry_at is None else max(soonest, error.retry_at)

    def _failed(self, error: FeedError) -> None:
        if error.kind in _NO_FAULT:
            self._standing.answered(self._pace.now())
            return
        self._standing.failed(error, self._pace.now())
        if error.kind is FeedErrorKind.REFUSED:
            raise error

    # ---------------------------------------------------------------------------------------- requests

    def _held(self, key: Key) -> int | None:
        return self._book.held_until(*key, self._venue.id)

    async def _bars(self, key: Key) -> None:
        plan, asked = self._plan, self._pace.now()
        if plan is None:
            return
        coin, interval = key
        plan.failed(key, asked + timedelta(seconds=_BROKEN_S), hopeless=False)  # unless it turns out otherwise
        try:
            piece = await self._venue.bars(coin, interval, plan.start_ns(key, self._held(key), asked), asked)
            piece = bars_until(piece, self._pace.now())
        except FeedError as error:
            self._book.failed(coin, interval, error)
            if error.kind not in _NO_FAULT:
                self._standing.bars_failed(error, self._pace.now())
            hopeless = error.kind in _NO_FAULT
            again = asked + timedelta(seconds=_HOPELESS_S) if hopeless else self._again(error)
            plan.failed(key, again, hopeless=hopeless)
            self._failed(error)
        else:
            piece = replace(piece, as_of=self._as_of(piece, asked))
            self._book.put_bars(self._with_stream(piece))
            self._book.answered(coin, interval, asked, self._venue.id)
            plan.answered(key, self._held(key), self._pace.now())
            self._standing.bars_answered(self._pace.now(), piece.as_of if interval.intraday else None)
        if plan is self._plan and plan.filled(coin) and self._book.serving(coin) != self._venue.id:
            self._book.serve(coin, self._venue.id)

    def _with_stream(self, piece: BarsPiece) -> BarsPiece:
        """The forming bar is the stream's where that is further on."""
        streamed = self.forming(piece.instrument) if piece.interval is Interval.MIN_5 else None
        if streamed is not None:
            candle, as_of = streamed
            newest = max((int(bars.time[-1]) for bars in (piece.closed, piece.forming) if len(bars)), default=0)
            if candle.time_ns >= newest and not (len(piece.closed) and candle.time_ns <= piece.closed.time[-1]):
                return replace(piece, forming=as_bars((candle,)), as_of=as_of)
        return piece

    def _as_of(self, piece: BarsPiece, asked: datetime) -> datetime | None:
        """The instant of the newest price: that of the question or of the answer, and no later than the end of its bar.
        A bar that is as it was in the answer before tells of no trade since: its price is as old as it was then.
        """
        bars = piece.forming if len(piece.forming) else piece.closed
        if not len(bars):
            return None
        newest = tuple(float(getattr(bars, name)[-1]) for name in ("time", "open", "high", "low", "close", "volume"))
        as_of = min(asked, piece.as_of or asked, from_ns(int(bars.time[-1]) + piece.interval.ns))
        before = self._newest.get((piece.instrument, piece.interval))
        if before is not None and before[0] == newest:
            as_of = min(as_of, before[1])
        self._newest[(piece.instrument, piece.interval)] = newest, as_of
        return as_of

    async def _try_bars(self, coin: str) -> None:
        if self._plan is None and self._standing.bars_fail:
            now = self._pace.now()
            await self._venue.bars(coin, Interval.MIN_5, to_ns(now) - _OVERLAP_NS, now)
            self._standing.bars_answered(now)

    async def _open_interest(self, coin: str) -> None:
        now = self._pace.now()
        self._note_hole(coin, now)
        self._put_open_interest(coin, await self._venue.open_interest(coin, now))
        if coin not in self._missed_since:
            self._book.answered(table_of(coin, OPEN_INTEREST, self._venue.id), None, now)

    def _note_hole(self, coin: str, now: datetime) -> None:
        """Since when readings are missing: the last one that is held was of then. An earlier hole may be open still."""
        held = self._book.open_interest(coin).get(self._venue.id)
        last = now - OPEN_INTEREST_BACK if held is None or not len(held) else from_ns(int(held.time[-1]))
        if now - last < _GAP:
            return
        if coin not in self._missed_since:
            self._errands.append(_Errand(partial(self._open_interest_before, coin), 0.0, now))
        self._missed_since[coin] = max(now - OPEN_INTEREST_BACK, min(last, self._missed_since.get(coin, last)))

    async def _open_interest_before(self, coin: str) -> None:
        """What is missing: every reading of two days, of the time before them the hours; nothing where the venue keeps
        no history.
        """
        now = self._pace.now()
        since, whole = self._missed_since[coin], now - _WHOLE_BACK
        try:
            if since < whole:
                hours = await self._venue.open_interest_history(coin, to_ns(since), now, Interval.HOUR_1)
                self._put_open_interest(coin, hours)
            rows = await self._venue.open_interest_history(coin, to_ns(max(since, whole)), now)
            self._put_open_interest(coin, rows)
        except FeedError as error:
            if error.kind is not FeedErrorKind.UNSUPPORTED:
                raise
        del self._missed_since[coin]
        self._book.answered(table_of(coin, OPEN_INTEREST, self._venue.id), None, now)

    def _put_open_interest(self, coin: str, rows: OpenInterest) -> None:
        known = rows_until(rows, self._pace.now())
        if len(known):
            self._book.put_open_interest(coin, known)

    async def _funding(self, coin: str) -> None:
        now = self._pace.now()
        held = self._book.funding(coin).get(self._venue.id)
        start_ns = to_ns(now - FUNDING_BACK) if held is None or not len(held) else int(held.time[-1])
        rows = rows_until(await self._venue.funding(coin, start_ns, now), self._pace.now())
        if len(rows):
            self._book.put_funding(coin, rows)
        self._book.answered(table_of(coin, FUNDING, self._venue.id), None, now)
