"""One request to Yahoo through yfinance: checked bars, or a fault told apart. Used from one thread."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from barograph.feeds.book import BarsPiece
from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError
from barograph.feeds.options import Access
from barograph.feeds.yahoo import caches, faults, limits
from barograph.feeds.yahoo.closing import as_of, last_is_closed
from barograph.feeds.yahoo.holes import Hole, find_holes, missing_between
from barograph.feeds.yahoo.parse import Meta, meta_of, rows_of, tidy
from barograph.feeds.yahoo.session import TIMEOUT_S, SessionClass, Stopped, Wire, watched_session
from barograph.feeds.yahoo.symbols import SOURCE, YahooSymbol, YahooSymbols
from barograph.market.bars import Bars
from barograph.market.calendars import TradingCalendar
from barograph.market.instants import to_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import Interval
from barograph.market.wall_clock import NEW_YORK

if TYPE_CHECKING:
    from curl_cffi.requests import Response, Session
    from pandas import DataFrame
    from yfinance import Ticker

_MEND_AGAIN = timedelta(hours=1)
_END_AHEAD = timedelta(days=2)
"""Ranges end so far ahead that the running bar is in them, and that yfinance does not take them for the past."""


@dataclass(frozen=True, slots=True, eq=False)
class YahooBars(BarsPiece):
    """Bars as Yahoo gave them, with what is absent between the first and the last (`holes`, never filled), how many
    rows were left out because they could not be (`refused`), and when the instrument was `listed` (UTC, None: unknown).

    Prices are those of the day: adjusted for splits, which Yahoo does itself, not for dividends, so that a level is
    the level that was traded.
    """

    holes: tuple[Hole, ...] = ()
    refused: int = 0
    listed: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Range:
    """What `history` is asked: the running day, or from `start` to `end` (UTC)."""

    start: datetime | None = None
    end: datetime | None = None


class YahooClient:
    """Asks one thing at a time. Every HTTP request counts in the budget, those that yfinance makes on its own too."""

    def __init__(
        self,
        access: Access,
        cache_dir: Path,
        budget: HostBudget,
        symbols: YahooSymbols,
        universe: Universe,
        calendars: Callable[[str], TradingCalendar],
        session_class: Callable[[], SessionClass] = watched_session,
    ) -> None:
        """Imports nothing yet. `cache_dir` is a folder of its own, which may be deleted when it is damaged."""
        self._access = access
        self._folder = cache_dir
        self._budget = budget
        self._symbols = symbols
        self._universe = universe
        self._calendars = calendars
        self._session_class = session_class
        self._session: Session[Response] | None = None
        self._tickers: dict[str, Ticker] = {}
        self._wire = Wire(self._spend)
        self._mended_at: datetime | None = None
        self._visitor_since: datetime | None = None

    def bars(self, instrument: str, interval: Interval, start: datetime | None, now: datetime) -> YahooBars:
        """The bars from `start` (UTC; None: as far back as is wanted of the interval) to `now`, the forming one apart.

        Bars before `start` may come along. Intervals reach back as `limits` says.

        Raises:
            FeedError: the outside failed, its kind says how; UNSUPPORTED: Yahoo is not asked for it.
            Stopped: `interrupt` was called.
        """
        symbol = self._symbols.find(instrument)
        if interval.intraday and start is not None and start >= _new_york_midnight(now):
            found = self._bars(symbol, interval, _Range(), now)
            if not self._lacking(found, start):
                return found
        begin = limits.start_of(interval, start, now)
        found = self._bars(symbol, interval, _Range(begin, now + _END_AHEAD), now)
        lacking = 0 if start is None else self._lacking(found, start)
        if not lacking or start is None:
            return found
        return replace(found, holes=(Hole(to_ns(start), _first(found), lacking), *found.holes))

    def history(self, instrument: str, interval: Interval, start: datetime, end: datetime, now: datetime) -> YahooBars:
        """The closed bars that begin from `start` to before `end` (UTC); for what `pieces` cuts.

        Raises:
            FeedError: as `bars`; EMPTY where nothing traded in between.
        """
        symbol = self._symbols.find(instrument)
        found = self._bars(symbol, interval, _Range(start, min(end, now + _END_AHEAD)), now)
        closed = found.closed
        rows = slice(*closed.time.searchsorted([to_ns(start), to_ns(end)]).tolist())
        kept = closed[rows]
        if not len(kept):
            raise faults.empty(instrument)
        holes = find_holes(kept.time, interval, self._calendar(symbol))
        return YahooBars(instrument, interval, SOURCE, kept, holes=holes, refused=found.refused)

    @staticmethod
    def pieces(
        interval: Interval, start: datetime | None, end: datetime, now: datetime
    ) -> Iterator[tuple[datetime, datetime]]:
        """The ranges, oldest first, in which `history` brings everything from `start` that Yahoo still serves."""
        return limits.pieces(interval, start, end, now)

    @property
    def retry_after_s(self) -> float | None:
        """How long Yahoo asked to be left alone in the last call (Retry-After); None when it did not."""
        return self._wire.retry_after_s

    @property
    def limited(self) -> bool:
        """Whether Yahoo answered 429 in the last call, even if that call brought bars in the end."""
        return self._wire.limited

    def interrupt(self) -> None:
        """From any thread: the request that is under way is the last; the next raises Stopped."""
        self._wire.stopped = True

    def reconnect(self) -> None:
        """Let go of the connections: the network may be another one."""
        self._tickers.clear()
        if self._session is not None:
            session, self._session = self._session, None
            with suppress(Exception):  # it is thrown away, in whatever state it is
                session.close()

    def close(self) -> None:
        """Let go of everything; from the thread that asked."""
        if self._session is not None:
            self.reconnect()
            caches.close_files()

    # --------------------------------------------------------------------------------------------- private

    def _bars(self, symbol: YahooSymbol, interval: Interval, range_: _Range, now: datetime) -> YahooBars:
        raw, meta = self._ask(symbol, interval, range_, now)
        if meta.symbol not in ("", symbol.symbol):
            raise faults.another_symbol(symbol.id)
        calendar = self._calendar(symbol)
        rows = tidy(raw, symbol, interval, meta, calendar, now)
        bars = rows.bars
        whole = len(bars) if last_is_closed(bars, interval, symbol, meta, calendar, now) else len(bars) - 1
        closed = bars[:whole]
        return YahooBars(
            instrument=symbol.id,
            interval=interval,
            source=SOURCE,
            closed=closed,
            forming=bars[whole:],
            as_of=as_of(bars, interval, meta, calendar, now),
            delay_s=symbol.delay_s,
            holes=find_holes(closed.time, interval, calendar),
            refused=rows.refused,
            listed=meta.listed,
        )

    def _lacking(self, found: YahooBars, start: datetime) -> int:
        """How many bars are absent between the one at `start`, which is held or wanted, and the first that came."""
        wanted, first = to_ns(start), _first(found)
        if first <= wanted:
            return 0
        calendar = self._calendar(self._symbols.find(found.instrument))
        end = calendar.bar_end(wanted, found.interval) if found.interval.intraday else wanted
        return missing_between(wanted, end, first, found.interval, calendar)

    def _ask(self, symbol: YahooSymbol, interval: Interval, range_: _Range, now: datetime) -> tuple[Bars, Meta]:
        self._wire.begin(now)
        while True:
            try:
                frame, meta = self._history(symbol, interval, range_)
                return rows_of(frame, interval), meta
            except Stopped:
                raise
            except Exception as error:
                self._tickers.pop(symbol.id, None)  # it keeps what went wrong
                if not self._mend(error, now):
                    raise self._fault(error, symbol) from error

    def _history(self, symbol: YahooSymbol, interval: Interval, range_: _Range) -> tuple[DataFrame, Meta]:
        ticker = self._ticker(symbol)
        caches.forget_answers()
        if range_.start is None:
            asked = {"period": "1d"}
        else:
            asked = {"start": range_.start, "end": range_.end}  # type: ignore[dict-item]
        frame = ticker.history(
            **asked,
            interval=interval.value,
            prepost=False,
            actions=False,
            auto_adjust=False,
            keepna=True,
            timeout=TIMEOUT_S,
        )
        caches.do_without_cookie()
        return frame, meta_of(ticker.get_history_metadata())

    def _fault(self, error: Exception, symbol: YahooSymbol) -> FeedError:
        return faults.fault(error, self._wire, symbol.id)

    def _mend(self, error: Exception, now: datetime) -> bool:
        """Whether a cause on our side was put right, so that the same request is worth another try.

        Damaged files are deleted, and a visitor that Yahoo refuses becomes a new one, each at most once an hour.
        """
        if caches.damaged(error) or not self._wire.requests:
            if _recent(self._mended_at, now):
                return False
            self._mended_at = now
            caches.delete_folder(self._folder)
            self._tickers.clear()
            return True
        refused = self._wire.chart is not None and self._wire.chart.status == 401
        if not refused or self._session is None or _recent(self._visitor_since, now):
            return False
        self._visitor_since = now
        caches.forget_visitor(self._session)
        return True

    def _ticker(self, symbol: YahooSymbol) -> Ticker:
        import yfinance

        quiet()
        if self._session is None:
            self._session = self._open()
        if symbol.id not in self._tickers:
            self._tickers[symbol.id] = yfinance.Ticker(symbol.symbol, session=self._session)
        return self._tickers[symbol.id]

    def _open(self) -> Session[Response]:
        import yfinance

        yfinance.config.debug.hide_exceptions = False
        yfinance.config.network.retries = 0
        logging.getLogger("yfinance").setLevel(logging.CRITICAL)  # its faults are told by us
        caches.use_folder(self._folder)
        session = self._session_class()(self._wire, self._access)
        caches.forget_visitor(session)
        return session

    def _spend(self, requests: int) -> None:
        self._budget.spend(self._wire.now, requests)

    def _calendar(self, symbol: YahooSymbol) -> TradingCalendar:
        return self._calendars(self._universe.instrument(symbol.id).calendar)


def quiet() -> None:
    """Ignore what yfinance does that pandas will change one day: it says so at every call.

    Set at each call, for yfinance puts a filter of its own before it when it is imported.
    """
    from pandas.errors import Pandas4Warning

    warnings.filterwarnings("ignore", category=Pandas4Warning, module=r"^yfinance")


def _recent(mended: datetime | None, now: datetime) -> bool:
    return mended is not None and now - mended < _MEND_AGAIN


def _first(bars: YahooBars) -> int:
    """The time of the first bar, closed or forming; there is one."""
    return int((bars.closed if len(bars.closed) else bars.forming).time[0])


def _new_york_midnight(now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(NEW_YORK))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
