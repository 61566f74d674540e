"""Makes checked bars of the rows that yfinance gives: what is null, doubtful or not over yet is told apart here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from barograph.feeds.yahoo.faults import bad_data, empty
from barograph.feeds.yahoo.symbols import YahooSymbol
from barograph.market.bars import BarError, Bars, FloatArray, IntArray, check_bars
from barograph.market.calendars import CalendarError, TradingCalendar
from barograph.market.instants import label_date, to_ns
from barograph.market.intervals import DAY_NS, SECOND_NS, Interval

if TYPE_CHECKING:
    from pandas import DataFrame, DatetimeIndex

BoolArray = NDArray[np.bool_]

_FLOAT32_NOISE = 6.1e-8
"""Relative distance of a number from the one that was meant, when it went through 32 bits."""
_FINEST = 6
_LARGEST = 1e12
_AHEAD = timedelta(seconds=60)
"""A bar that begins later than this after now is refused: either clock is wrong."""
_COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True)
class Meta:
    """What came with the bars: the instant (UTC) of the last trade, the end of the vendor's own trading period (UTC),
    both None where not told, the digits of a price, whose bars they are (in capitals, empty where not told), and when
    it was listed (UTC, None where not told).
    """

    market_time: datetime | None = None
    period_end: datetime | None = None
    price_hint: int = 2
    symbol: str = ""
    listed: datetime | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows as they came, oldest first, with their times in our form; `refused` were left out for what they said."""

    bars: Bars
    refused: int = 0


def meta_of(told: Mapping[str, Any]) -> Meta:
    """From yfinance's `history_metadata`; whatever is absent or of another kind is unknown."""
    hint = told.get("priceHint")
    period = told.get("currentTradingPeriod")
    regular = period.get("regular") if isinstance(period, dict) else None
    return Meta(
        _instant(told.get("regularMarketTime")),
        _instant(regular.get("end")) if isinstance(regular, dict) else None,
        int(hint) if isinstance(hint, int) and 0 <= hint <= _FINEST else 2,
        str(told.get("symbol") or "").upper(),
        _instant(told.get("firstTradeDate")),
    )


def _instant(told: object) -> datetime | None:
    """A UTC datetime from a pandas Timestamp with a zone."""
    try:
        found: datetime = told.tz_convert("UTC").to_pydatetime()  # type: ignore[attr-defined]
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None
    return found if found == found else None  # noqa: PLR0124 - pandas' "no time" is not equal to itself


def rows_of(frame: DataFrame, interval: Interval) -> Bars:
    """The columns of a `history` frame. Intraday times are instants; a daily row gets the label of its local date."""
    index: DatetimeIndex = frame.index  # type: ignore[assignment]
    local = index.tz_convert("UTC") if interval.intraday else index.tz_localize(None).normalize()
    times = local.tz_localize(None) if interval.intraday else local
    columns = (frame[name].to_numpy(dtype=np.float64) for name in ("Open", "High", "Low", "Close", "Volume"))
    return Bars.of(times.as_unit("ns").asi8, *columns)


def tidy(
    raw: Bars, symbol: YahooSymbol, interval: Interval, meta: Meta, calendar: TradingCalendar, now: datetime
) -> Rows:
    """The rows that can be believed, in our units.

    Left out: rows without a close; rows that begin in the future; daily rows dated on a weekend; rows off the
    interval's grid, except the last, which is the running bar's newest price; prices that cannot be, and of a thin
    market those that leapt while nothing was traded. An open, high or
    low of nothing, and a volume of 0 (which stands for "not known" as well), become unknown.

    Raises:
        FeedError: EMPTY, no row has a close; BAD_DATA, most rows cannot be believed.
    """
    priced = _at(raw, ~np.isnan(raw.close))
    if not len(priced):
        raise empty(symbol.id)
    scaled = _scaled(priced, symbol)
    clean = _without_noise(_known(scaled), meta.price_hint)
    clean = _live_row_on_grid(clean, interval)
    begun = _at(clean, _begun(clean.time, interval, calendar, now))
    kept = _at(begun, _possible(begun, symbol) & _on_grid(begun.time, interval))
    if not len(kept) or 2 * len(kept) < len(begun):
        raise bad_data(symbol.id)
    try:
        check_bars(kept)
    except BarError as error:
        raise bad_data(symbol.id) from error
    return Rows(kept, len(clean) - len(kept))


def _at(bars: Bars, rows: BoolArray) -> Bars:
    return Bars(*(getattr(bars, name)[rows] for name in ("time", *_COLUMNS)))


def _changed(bars: Bars, columns: Mapping[str, FloatArray]) -> Bars:
    return Bars(bars.time, *(columns.get(name, getattr(bars, name)) for name in _COLUMNS))


def _scaled(bars: Bars, symbol: YahooSymbol) -> Bars:
    """Yields in percent: the index is quoted tenfold by some, and then all its numbers are above the limit."""
    limit = symbol.tenfold_above
    if limit is None:
        return bars
    prices = {name: getattr(bars, name) for name in ("open", "high", "low", "close")}
    return _changed(bars, {name: np.where(price > limit, price / 10, price) for name, price in prices.items()})


def _known(bars: Bars) -> Bars:
    prices = {name: getattr(bars, name) for name in ("open", "high", "low")}
    prices["volume"] = bars.volume
    return _changed(bars, {name: np.where(value > 0, value, np.nan) for name, value in prices.items()})


def _without_noise(bars: Bars, digits: int) -> Bars:
    return _changed(bars, {name: denoised(getattr(bars, name), digits) for name in _COLUMNS[:4]})


def denoised(values: FloatArray, digits: int) -> FloatArray:
    """The numbers that were meant where prices went through 32 bits (4.275000095 was 4.275).

    Rounded to the vendor's digits, or to more where a price has more, as after a split; never coarser than the noise.
    """
    found = values.copy()
    left = np.isfinite(values) & (np.abs(values) < _LARGEST)
    for places in range(digits, _FINEST + 1):
        rows = np.flatnonzero(left)
        rounded = np.round(values[rows], places)
        fits = np.abs(rounded - values[rows]) <= _FLOAT32_NOISE * np.abs(values[rows])
        found[rows[fits]] = rounded[fits]
        left[rows[fits]] = False
    return found


def _live_row_on_grid(bars: Bars, interval: Interval) -> Bars:
    """A last row off the grid is the newest price of a bar that has no row yet: its close, and nothing else is known.

    Where that bar does have a row, yfinance has merged the two already.
    """
    if not interval.intraday or _on_grid(bars.time[-1:], interval)[0]:
        return bars
    begun = int(bars.time[-1]) // interval.ns * interval.ns
    if len(bars) > 1 and begun <= bars.time[-2]:
        return bars
    columns = {name: getattr(bars, name).copy() for name in ("time", *_COLUMNS)}
    columns["time"][-1] = begun
    for name in ("open", "high", "low", "volume"):
        columns[name][-1] = np.nan
    return Bars(**columns)


def _on_grid(times: IntArray, interval: Interval) -> BoolArray:
    """Intraday: on full five minutes, for some bars are counted from midnight and some from an opening at 07:20.
    Daily: Monday to Friday.
    """
    return times % (300 * SECOND_NS) == 0 if interval.intraday else (times // DAY_NS + 3) % 7 < 5


def _begun(times: IntArray, interval: Interval, calendar: TradingCalendar, now: datetime) -> BoolArray:
    limit = to_ns(now + _AHEAD)
    if interval.intraday:
        return times <= limit
    good = times <= limit + 3 * DAY_NS  # a session may open two days before its label, on a Friday evening
    for row in np.flatnonzero(good & (times > limit - 2 * DAY_NS)).tolist():
        good[row] = _session_open_ns(int(times[row]), calendar) <= limit
    return good


def _session_open_ns(label: int, calendar: TradingCalendar) -> int:
    """When the session with that label opens; where there is none, the label itself."""
    date = label_date(label)
    try:
        sessions = calendar.sessions(date, date)
    except CalendarError:
        return label
    return to_ns(sessions[0].open) if sessions else label


def _possible(bars: Bars, symbol: YahooSymbol) -> BoolArray:
    with np.errstate(invalid="ignore"):
        good = np.isfinite(bars.close) & (bars.close > 0) & ~(bars.high < bars.low)
        for name in ("open", "high", "low"):
            good &= ~np.isinf(getattr(bars, name))
        good &= ~np.isinf(bars.volume)
        if symbol.tenfold_above is not None:
            good &= bars.close < symbol.tenfold_above
            good &= ~(bars.high >= symbol.tenfold_above)
        if symbol.quiet_step is not None:
            leapt = np.abs(np.diff(bars.close, prepend=bars.close[:1])) > symbol.quiet_step
            good &= ~leapt | (bars.volume > 0)
    return good
