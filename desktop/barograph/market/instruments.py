"""Instruments and the universe: what is watched, on which calendar, and who is in which group."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AssetClass(StrEnum):
    """What an instrument is; decides its unit on screen and its volatility estimator."""

    RATE = "rate"
    CURRENCY_INDEX = "currency_index"
    INDEX_FUTURE = "index_future"
    RATE_FUTURE = "rate_future"
    EQUITY_INDEX = "equity_index"
    VOLATILITY_INDEX = "volatility_index"
    ETF = "etf"
    SHARE = "share"
    CRYPTO = "crypto"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument under our own neutral id (``ES``, ``US10Y``, ``NVDA``).

    `calendar` is the id of its trading calendar; `unit` the word beside a price; `decimals` the digits on
    screen; `served_by` the fixing series that stands in where there are no bars (``US10Y`` by ``DGS10``), or
    None; `listed` the first session on which it traded, where that lies within recorded history, or None.
    """

    id: str
    name: str
    asset_class: AssetClass
    calendar: str
    unit: str
    decimals: int
    served_by: str | None = None
    listed: date | None = None


MONTH_CODES = "FGHJKMNQUVXZ"
"""The letters of the twelve delivery months of a future, January first."""
_FED_FUNDS = re.compile(rf"ZQ([{MONTH_CODES}])(\d\d)", re.ASCII)


def fed_funds_month(instrument_id: str) -> date | None:
    """The first day of the delivery month of a dated fed funds future such as ``ZQZ26``; None for any other id."""
    found = _FED_FUNDS.fullmatch(instrument_id)
    return date(2000 + int(found[2]), MONTH_CODES.index(found[1]) + 1, 1) if found else None


def fed_funds_id(month: date) -> str:
    """The id of the fed funds future of the month in which `month` lies."""
    return f"ZQ{MONTH_CODES[month.month - 1]}{month.year % 100:02d}"


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """A fixing series: its id as the publisher spells it, name, unit, and publication rule.

    `publication` is ``next_business_day_1615_ny`` (H.15 and the like) or ``same_day_end_utc``.
    """

    id: str
    name: str
    unit: str
    publication: str


@dataclass(frozen=True, slots=True)
class Universe:
    """Everything that is watched. `groups` name ordered member lists: ``leaders``, ``breadth``."""

    version: str
    instruments: Mapping[str, Instrument]
    series: Mapping[str, SeriesInfo]
    groups: Mapping[str, tuple[str, ...]]

    def instrument(self, instrument_id: str) -> Instrument:
        """The instrument of that id: one of the file, a dated fed funds future, or else a US share on the NYSE
        calendar.
        """
        known = self.instruments.get(instrument_id)
        if known is not None:
            return known
        month = fed_funds_month(instrument_id)
        if month is not None:
            name = f"Fed funds futures, {calendar.month_name[month.month]} {month.year}"
            return Instrument(instrument_id, name, AssetClass.RATE_FUTURE, "GLOBEX", "points", 4)
        return Instrument(instrument_id, instrument_id, AssetClass.SHARE, "XNYS", "USD", 2)
