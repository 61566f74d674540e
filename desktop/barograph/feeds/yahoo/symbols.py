"""Which of our instruments Yahoo serves, under which symbol, and what is known about each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib import resources
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.market.instruments import fed_funds_id, fed_funds_month
from barograph.market.intervals import Interval
from barograph.market.toml_file import model_of
from barograph.market.wall_clock import NEW_YORK

SOURCE = "Yahoo"
"""The source's name in the book, in answers and on screen."""
_PLAIN = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,10}", re.ASCII)
"""A share's ticker. No longer: yfinance takes twelve characters for an ISIN and searches the web for it."""


class SymbolsError(ValueError):
    """The table of symbols cannot be used; the message names file, key, value and what was expected."""


class Role(StrEnum):
    """How much is wanted of an instrument."""

    QUOTED = "quoted"
    CHARTED = "charted"
    DAILY = "daily"
    POLICY = "policy"


_CHARTED = (Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.DAY_1)
_INTERVALS = {
    Role.QUOTED: _CHARTED,
    Role.CHARTED: _CHARTED,
    Role.DAILY: (Interval.DAY_1,),
    Role.POLICY: (Interval.HOUR_1, Interval.DAY_1),
}


@dataclass(frozen=True, slots=True)
class YahooSymbol:
    """One instrument: our `id` and Yahoo's `symbol`; the rest as in ``universe/yahoo.toml``."""

    id: str
    symbol: str
    role: Role
    delay_s: float = 0.0
    judged: bool = False
    tenfold_above: float | None = None
    thin: bool = False
    quiet_step: float | None = None

    @property
    def intervals(self) -> tuple[Interval, ...]:
        """The intervals that are asked for, shortest first."""
        return _INTERVALS[self.role]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Symbol(_Entry):
    id: str = Field(pattern=r"^[A-Z0-9][A-Z0-9.\-]{0,15}$")
    symbol: str = Field(pattern=r"^[\^A-Z0-9][A-Z0-9.=\-]{0,14}$")
    role: Role
    delay_s: float = Field(default=0.0, ge=0, le=3_600)
    judged: bool = False
    tenfold_above: float | None = Field(default=None, gt=0)
    thin: bool = False


class _FedFunds(_Entry):
    months: int = Field(ge=0, le=36)
    suffix: str = Field(pattern=r"^\.[A-Z]{1,4}$")
    delay_s: float = Field(default=0.0, ge=0, le=3_600)
    quiet_step: float | None = Field(default=None, gt=0)


class _SymbolsFile(_Entry):
    version: str = Field(pattern=r"^[a-z0-9.\-]{1,32}$")
    symbol: tuple[_Symbol, ...]
    fed_funds: _FedFunds

    @model_validator(mode="after")
    def _each_once(self) -> _SymbolsFile:
        for what in ("id", "symbol"):
            names = [getattr(entry, what) for entry in self.symbol]
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(f"{what} {min(twice)!r} is there twice; each once was expected")
        return self


class YahooSymbols:
    """The table, and the shares and fed funds months that need no entry in it. Immutable."""

    def __init__(self, content: _SymbolsFile, shares: Iterable[tuple[str, bool]] = ()) -> None:
        """`shares`: tickers beside the table, each with whether the light needs it."""
        self._listed = {entry.id: YahooSymbol(**entry.model_dump()) for entry in content.symbol}
        self._fed_funds = content.fed_funds
        for name, judged in shares:
            if name not in self._listed and _PLAIN.fullmatch(name):
                self._listed[name] = YahooSymbol(name, name, Role.DAILY, judged=judged)

    def at(self, now: datetime) -> tuple[YahooSymbol, ...]:
        """All that Yahoo is asked for at `now`, the most important first, fed funds months last."""
        months = fed_funds_months(now, self._fed_funds.months)
        return (*self._listed.values(), *(self._fed_funds_symbol(fed_funds_id(month)) for month in months))

    def find(self, instrument: str) -> YahooSymbol:
        """The entry of one instrument, a fed funds month of any year among them.

        Raises:
            FeedError: UNSUPPORTED, Yahoo is not asked for it.
        """
        listed = self._listed.get(instrument)
        if listed is not None:
            return listed
        if fed_funds_month(instrument) is None:
            raise FeedError(FeedErrorKind.UNSUPPORTED, SOURCE, instrument, f"Yahoo has no symbol for {instrument}")
        return self._fed_funds_symbol(instrument)

    def _fed_funds_symbol(self, name: str) -> YahooSymbol:
        rule = self._fed_funds
        symbol = f"{name}{rule.suffix}"
        return YahooSymbol(name, symbol, Role.POLICY, rule.delay_s, thin=True, quiet_step=rule.quiet_step)


def fed_funds_months(now: datetime, months: int) -> tuple[date, ...]:
    """The first days of the delivery months that trade at `now` (New York's calendar): this one and the next."""
    today = now.astimezone(ZoneInfo(NEW_YORK)).date()
    numbers = range(today.year * 12 + today.month - 1, today.year * 12 + today.month - 1 + months)
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)


def load_symbols(shares: Iterable[tuple[str, bool]] = ()) -> YahooSymbols:
    """The table that ships with the program, with `shares` beside it (ticker, whether the light needs it).

    Raises:
        SymbolsError: it cannot be used.
    """
    shipped = resources.files("barograph_resources") / "universe" / "yahoo.toml"
    return parse_symbols(shipped.read_text("utf-8"), "universe/yahoo.toml", shares)


def parse_symbols(text: str, name: str, shares: Iterable[tuple[str, bool]] = ()) -> YahooSymbols:
    """The table of a TOML text; `name` is the file's name in messages.

    Raises:
        SymbolsError: not TOML, an unknown or missing key, or a value that cannot be.
    """
    return YahooSymbols(model_of(text, name, _SymbolsFile, SymbolsError), shares)
