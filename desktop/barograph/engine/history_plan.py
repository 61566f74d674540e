"""What a fetched history folder is to hold: a file for each market and interval, series and venue, and its requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from barograph.engine.opening import UnusableInputError
from barograph.feeds.contract import FeedError
from barograph.feeds.exchange.dialects import COMMON_INTERVALS
from barograph.feeds.exchange.faults import NAMES
from barograph.feeds.exchange.markets import COINS
from barograph.feeds.fred.fred_csv import GROUPS
from barograph.feeds.options import LiveOptions
from barograph.feeds.yahoo import limits
from barograph.feeds.yahoo.source import symbols_for
from barograph.feeds.yahoo.symbols import YahooSymbol, YahooSymbols
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval

Piece = tuple[datetime, datetime]
"""From when to before when (UTC) one request asks."""

LIQUIDATIONS = "liquidations: nobody can be asked for past ones; Barograph's own recording has those that it heard"
_SERVED_ON = timedelta(hours=2)
"""Yahoo's reach moves on while we ask."""
_DAY = timedelta(days=1)
_ROWS = 2_880
"""Bars that are asked for at once: three pages of most exchanges, at most thirty."""
_OI_FINE = timedelta(days=4)
"""Up to this length open interest is asked for every five minutes: no exchange keeps much more of those."""
_OI_PIECE = timedelta(days=100)
_PAGE = 100
"""Rows in the shortest page of an exchange."""
_SLACK = timedelta(days=6)
"""Longer than any market is closed."""


class Kind(StrEnum):
    """The folder in which a file lies."""

    BARS = "bars"
    SERIES = "series"
    FUNDING = "funding"
    OPEN_INTEREST = "open_interest"


@dataclass(frozen=True, slots=True)
class Span:
    """The instants (UTC) that were asked for, `start` to `to`, and `until`, up to which there can be something: `to`,
    or the instant at which the folder was begun.
    """

    start: datetime
    to: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """One file: `name` is its path in the folder without ending, `pieces` what is asked for it, oldest first, each of
    `cost` HTTP requests at the most. `slack` is how much later than wanted its first row may be without a word.
    """

    name: str
    kind: Kind
    subject: str
    pieces: tuple[Piece, ...]
    interval: Interval | None = None
    venue: str = ""
    cost: int = 1
    slack: timedelta = _DAY

    @property
    def title(self) -> str:
        """For the screen: ``ES 5m``, ``funding of BTC at Binance``."""
        if self.kind is Kind.BARS:
            return f"{self.subject} {self.interval}"
        if self.kind is Kind.SERIES:
            return self.subject
        return f"{self.kind.value.replace('_', ' ')} of {self.subject} at {NAMES.get(self.venue, self.venue)}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The files by who is asked: Yahoo by instrument, the exchanges' bars by coin (the long ones, which the light needs
    and which take little, first), what else they have by venue.

    `notes` say what of the range nobody serves.
    """

    yahoo: Mapping[str, tuple[Job, ...]]
    coins: Mapping[str, tuple[Job, ...]]
    venues: Mapping[str, tuple[Job, ...]]
    series: tuple[Job, ...]
    notes: tuple[str, ...]

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All of them."""
        groups = (*self.yahoo.values(), *self.coins.values(), *self.venues.values(), self.series)
        return tuple(job for group in groups for job in group)


def make_plan(universe: Universe, options: LiveOptions, span: Span, only: Sequence[str] | None, now: datetime) -> Plan:
    """The plan for `span` as the sources serve it at `now`; of all that the live feed asks for, or of `only` these ids.

    Raises:
        UnusableInputError: an id that no source has.
    """
    symbols = symbols_for(universe, options)
    coins = tuple(coin for coin in COINS if coin in universe.instruments) if options.venues else ()
    series = tuple(name for group in GROUPS for name in group if name in universe.series)
    if only is not None:
        wanted = dict.fromkeys(only)
        asked = tuple(_symbol(symbols, name) for name in wanted if name not in coins and name not in series)
        coins, series = (tuple(name for name in names if name in wanted) for names in (coins, series))
    else:
        asked = symbols.at(now)
    yahoo = {symbol.id: _yahoo_jobs(symbol, span, now) for symbol in asked}
    return Plan(
        yahoo={name: jobs for name, jobs in yahoo.items() if jobs},
        coins={coin: tuple(_coin_job(coin, each, span) for each in reversed(COMMON_INTERVALS)) for coin in coins},
        venues={venue: _venue_jobs(venue, coins, span) for venue in dict.fromkeys(options.venues) if coins},
        series=tuple(job for name in series for job in _series_jobs(name, span)),
        notes=(*_reach_notes(asked, span, now), *([LIQUIDATIONS] if coins else [])),
    )


def _symbol(symbols: YahooSymbols, name: str) -> YahooSymbol:
    try:
        return symbols.find(name)
    except FeedError as error:
        raise UnusableInputError(
            f"--only {name[:40]!r}: no source of the live feed has it; ids such as ES, NVDA, BTC or DGS10 were expected"
        ) from error


# ------------------------------------------------------------------------------------------------------ Yahoo


def _yahoo_jobs(symbol: YahooSymbol, span: Span, now: datetime) -> tuple[Job, ...]:
    jobs = []
    for interval in symbol.intervals:
        start = served_from(interval, span, now)
        if start < span.until:
            pieces = tuple(limits.pieces(interval, start, span.until, now))
            name = f"{Kind.BARS}/{symbol.id}/{interval}"
            jobs.append(Job(name, Kind.BARS, symbol.id, pieces, interval, slack=_SLACK))
    return tuple(jobs)


def served_from(interval: Interval, span: Span, now: datetime) -> datetime:
    """From when Yahoo is asked for bars of an interval: the beginning of the range, or the first whole day (UTC) that
    is still served, and will be for two hours.
    """
    limit = limits.earliest(interval, now)
    if limit is None or span.start >= limit:
        return span.start
    day = datetime.combine((limit + _SERVED_ON).date(), time(), limit.tzinfo)
    return max(span.start, day + _DAY)


def _reach_notes(symbols: Sequence[YahooSymbol], span: Span, now: datetime) -> list[str]:
    """A sentence for each reach of Yahoo's that cuts the range."""
    notes = []
    intervals = [each for each in Interval if any(each in symbol.intervals for symbol in symbols)]
    for reach in dict.fromkeys(limits.REACH.get(interval) for interval in intervals):
        of_it = [interval for interval in intervals if limits.REACH.get(interval) == reach]
        start = served_from(of_it[0], span, now)
        if reach is not None and start > span.start:
            what = " and ".join(of_it)
            rest = f"they begin {start:%Y-%m-%d}" if start < span.until else "there are none in this range"
            notes.append(f"{what} bars of Yahoo: served for the last {reach.days} days only, {rest}")
    return notes


# -------------------------------------------------------------------------------------------------- exchanges


def _coin_job(coin: str, interval: Interval, span: Span) -> Job:
    pieces = _cut(span.start, span.until, _ROWS * timedelta(seconds=interval.seconds))
    return Job(f"{Kind.BARS}/{coin}/{interval}", Kind.BARS, coin, pieces, interval, cost=_ROWS // _PAGE + 2)


def _venue_jobs(venue: str, coins: Sequence[str], span: Span) -> tuple[Job, ...]:
    """Funding whole, for the interval of a settlement shows in its neighbours; open interest in pieces."""
    days = (span.until - span.start).days + 1
    interval = open_interest_interval(span)
    per_piece = _OI_PIECE.total_seconds() / interval.seconds if interval is Interval.HOUR_1 else 24 * 12 * days
    jobs = []
    for coin in coins:
        name = f"{Kind.FUNDING}/{venue}/{coin}"
        jobs.append(
            Job(name, Kind.FUNDING, coin, ((span.start, span.until),), venue=venue, cost=5 + days * 24 // _PAGE)
        )
        name, pieces = f"{Kind.OPEN_INTEREST}/{venue}/{coin}", _cut(span.start, span.until, _OI_PIECE)
        cost = 5 + int(per_piece) // _PAGE
        jobs.append(Job(name, Kind.OPEN_INTEREST, coin, pieces, interval, venue, cost))
    return tuple(jobs)


def open_interest_interval(span: Span) -> Interval:
    """One reading an hour; more only of a few days, for which exchanges still have them."""
    return Interval.MIN_5 if span.until - span.start <= _OI_FINE else Interval.HOUR_1


def _cut(start: datetime, end: datetime, length: timedelta) -> tuple[Piece, ...]:
    pieces = []
    while start < end:
        following = min(end, start + length)
        pieces.append((start, following))
        start = following
    return tuple(pieces)


# ----------------------------------------------------------------------------------------------------- series


def _series_jobs(name: str, span: Span) -> tuple[Job, ...]:
    """Dates whose midnight UTC lies in the range; none where there is no such date."""
    midnight = datetime.combine(span.start.date(), time(), span.start.tzinfo)
    start = midnight if midnight == span.start else midnight + _DAY
    if start >= span.until:
        return ()
    return (Job(f"{Kind.SERIES}/{name}", Kind.SERIES, name, ((start, span.until),), slack=_SLACK),)
