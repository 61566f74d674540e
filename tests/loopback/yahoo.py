"""Yahoo's hosts on loopback: charts, cookie, crumb and consent as the unmodified yfinance asks for them, and the ways
in which they fail.

`YahooHost.hosts` goes to `HttpServer` or to `Gateway`. Faults are switched by name while it runs.
"""

from __future__ import annotations

import json
import math
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import numpy as np

from barograph.market.bars import Bars
from barograph.market.instants import from_ns, label_date, label_ns, to_ns
from barograph.market.intervals import SECOND_NS, Interval
from tests.loopback.http import Handler, Reply, Request
from tests.loopback.yahoo_faults import BODY_FAULTS, STATUS_FAULTS, Fault
from tests.loopback.yahoo_prices import MadeUpPrices, Market, Prices, market_of

_RANGES = ("1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max")
_DAYS = {"1mo": 31, "3mo": 92, "6mo": 183, "1y": 366, "2y": 731, "5y": 1_827, "10y": 3_653, "max": 6_000}
_REACH_DAYS = {"1m": 30, "2m": 60, "5m": 60, "15m": 60, "30m": 60, "90m": 60, "60m": 730, "1h": 730}
_INTERVALS = {"1m": Interval.MIN_1, "5m": Interval.MIN_5, "15m": Interval.MIN_15, "30m": Interval.MIN_30,
              "60m": Interval.HOUR_1, "1h": Interval.HOUR_1, "1d": Interval.DAY_1}  # fmt: skip
_LIMIT = "{interval} data not available for startTime={start} and endTime={end}. The requested range must be within the last {days} days."  # noqa: E501
_CONSENT = b"""<html><body><form method="post" action="/v2/collectConsent?sessionId=s1">
<input type="hidden" name="csrfToken" value="t1"/><input type="hidden" name="sessionId" value="s1"/>
<button type="submit" name="agree" value="agree">Accept all</button></form></body></html>"""


@dataclass(slots=True)
class YahooHost:
    """Plays Yahoo. `clock` is the server's own time; `prices` what it quotes.

    `charts` holds the newest of what was asked: symbol, interval and query; `asked` counts all. `fail` and `heal`
    switch faults; a fault for a symbol goes before one for all.
    """

    clock: Callable[[], datetime]
    prices: Prices = field(default_factory=MadeUpPrices)
    charts: deque[tuple[str, str, Mapping[str, str]]] = field(default_factory=lambda: deque(maxlen=2_000))
    asked: int = 0
    crumbs: int = 0
    consent: bool = False
    """Whether visitors without a consent cookie are sent to the consent page; only through the gateway."""
    wanted: tuple[str, Mapping[str, str]] | None = None
    """What the visitor who was sent to the consent page had asked for."""
    _faults: dict[str | None, Fault] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def hosts(self) -> dict[str, Handler]:
        """Who answers for which host name."""
        return {
            "query1.finance.yahoo.com": self._query,
            "query2.finance.yahoo.com": self._query,
            "fc.yahoo.com": self._cookie,
            "guce.yahoo.com": self._guce,
            "consent.yahoo.com": self._consent,
        }

    def fail(
        self, name: str, symbol: str | None = None, *, times: int | None = None, retry_after: str | None = None
    ) -> Fault:
        """Switch a fault on: for one symbol or for all, for so many answers or until `heal`."""
        if name not in STATUS_FAULTS and name not in BODY_FAULTS:
            raise KeyError(f"no fault {name!r}; one of {sorted((*STATUS_FAULTS, *BODY_FAULTS))} was expected")
        fault = Fault(name, times, retry_after, since=self.clock())
        with self._lock:
            self._faults[symbol] = fault
        return fault

    def heal(self) -> None:
        """Switch every fault off, and let go of those who are kept waiting."""
        with self._lock:
            faults, self._faults = self._faults, {}
        for fault in faults.values():
            fault.release.set()

    # ------------------------------------------------------------------------------------------- the hosts

    def _query(self, request: Request) -> Reply:
        if request.path.endswith("/getcrumb"):
            return self._crumb()
        if request.path.startswith("/v8/finance/chart/"):
            symbol = unquote(request.path.rsplit("/", 1)[1])
            if self.consent and "GUC=" not in request.headers.get("cookie", ""):
                self.wanted = (symbol, request.query)
                return Reply(302, headers={"Location": "https://consent.yahoo.com/v2/collectConsent?sessionId=s1"})
            self.asked += 1
            self.charts.append((symbol, request.query.get("interval", ""), request.query))
            return self._chart(symbol, request.query)
        return _said(404, "Not Found", "nothing here is needed")

    def _cookie(self, _: Request) -> Reply:
        fault = self._taken(None, of=("cookie_host_dead",))
        if fault is not None:
            return Reply(drop=True)
        cookie = "A3=d=AQABBH; Max-Age=31557600; Domain=.yahoo.com; Path=/; SameSite=None; Secure; HttpOnly"
        return Reply(404, b"<html></html>", "text/html", {"Set-Cookie": cookie})

    def _guce(self, request: Request) -> Reply:
        return Reply(200, _CONSENT if request.path == "/consent" else b"ok", "text/html")

    def _consent(self, request: Request) -> Reply:
        if request.method == "GET":
            return Reply(200, _CONSENT, "text/html")
        cookie = "GUC=yes; Max-Age=31557600; Domain=.yahoo.com; Path=/; Secure"
        if self.wanted is None:
            return Reply(200, b"{}", headers={"Set-Cookie": cookie})
        return replace(self._chart(*self.wanted), headers={"Set-Cookie": cookie})  # where the visitor wanted to go

    def _crumb(self) -> Reply:
        fault = self._taken(None, of=("429_crumb",))
        if fault is not None:
            return Reply(429, b"Too Many Requests", "text/html", fault.headers)
        with self._lock:
            self.crumbs += 1
        return Reply(200, f"crumb{self.crumbs}".encode(), "text/plain;charset=utf-8")

    def _chart(self, symbol: str, query: Mapping[str, str]) -> Reply:
        fault = self._taken(symbol)
        now = self.clock()
        if fault is not None and fault.name in STATUS_FAULTS:
            reply = STATUS_FAULTS[fault.name]
            return replace(reply, headers={**reply.headers, **fault.headers}, hold=fault.hold)
        if fault is not None and fault.name == "stale":
            now = fault.since
        reply = _answer(symbol, query, self.prices, now, self.clock())
        if fault is None or reply.status != 200:
            return reply
        return BODY_FAULTS[fault.name](reply, fault)

    def _taken(self, symbol: str | None, of: tuple[str, ...] | None = None) -> Fault | None:
        """The fault that strikes now; faults of the cookie and crumb hosts do not strike charts."""
        with self._lock:
            for key in dict.fromkeys((symbol, None)):
                fault = self._faults.get(key)
                beside = ("429_crumb", "cookie_host_dead")
                if fault is None or (fault.name not in of if of else fault.name in beside):
                    continue
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        del self._faults[key]
                return fault
        return None


# -------------------------------------------------------------------------------------------------- charts


def _answer(symbol: str, query: Mapping[str, str], prices: Prices, now: datetime, present: datetime) -> Reply:
    """A chart as it stands at `now`; limits count from `present`."""
    name = query.get("interval", "1d")
    interval = _INTERVALS.get(name)
    if interval is None:
        return _said(422, "Unprocessable Entity", f"Invalid input - interval={name} is not supported.")
    market = market_of(symbol)
    seen = now - timedelta(seconds=market.delay_s)
    start, end = _extent(query, interval, market, seen, now)
    days = _REACH_DAYS.get(name)
    if "period1" in query and days is not None and start < present - timedelta(days=days):
        words = _LIMIT.format(interval=name, start=query["period1"], end=query["period2"], days=days)
        return _said(422, "Unprocessable Entity", words)
    first = to_ns(start) if interval.intraday else label_ns(start.astimezone(ZoneInfo(market.zone)).date())
    last = (
        to_ns(end) - 1
        if interval.intraday
        else label_ns((end - timedelta(seconds=1)).astimezone(ZoneInfo(market.zone)).date())
    )
    bars = prices.bars(symbol, interval, first, last, to_ns(seen))
    if bars is None:
        return _said(404, "Not Found", "No data found, symbol may be delisted")
    if not len(bars) and not interval.intraday and "period1" in query:
        words = f"Data doesn't exist for startDate = {query['period1']}, endDate = {query['period2']}"
        return _said(400, "Bad Request", words)
    return _chart_reply(_result(symbol, market, interval, query.get("range", ""), bars, seen))


def _extent(
    query: Mapping[str, str], interval: Interval, market: Market, seen: datetime, now: datetime
) -> tuple[datetime, datetime]:
    """From when to when (UTC): a range counts days on which the market trades."""
    if "period1" in query:
        return _moment(int(query["period1"])), _moment(int(query["period2"]))
    word = query.get("range", "1d")
    if word in _DAYS or word == "ytd":
        back = _DAYS.get(word, now.timetuple().tm_yday)
        return now - timedelta(days=back), now + timedelta(days=1)
    trading = _trading_dates(market, seen)
    wanted = trading[-1] if word == "1d" else trading[-5]
    midnight = datetime(wanted.year, wanted.month, wanted.day, tzinfo=ZoneInfo(market.zone))
    return midnight.astimezone(UTC), now + timedelta(days=1)


def _trading_dates(market: Market, seen: datetime) -> list[date]:
    """The last local dates on which the market traded by `seen`."""
    known, zone = market.calendar, ZoneInfo(market.zone)
    dates: set[date] = set()
    for each in known.sessions(seen.date() - timedelta(days=14), seen.date() + timedelta(days=2)):
        if each.open <= seen:
            last = min(each.close - timedelta(seconds=1), seen)
            dates |= {each.open.astimezone(zone).date(), last.astimezone(zone).date()}
    return sorted(dates)


def _result(symbol: str, market: Market, interval: Interval, range_: str, bars: Bars, seen: datetime) -> dict[str, Any]:
    meta = _meta(symbol, market, interval, range_, bars, seen)
    if not len(bars):
        return {"meta": meta, "indicators": {"quote": [{}]}}
    columns = {name: _floats(getattr(bars, name)) for name in ("open", "high", "low", "close")}
    quote = {**columns, "volume": [None if math.isnan(value) else int(value) for value in bars.volume.tolist()]}
    indicators: dict[str, Any] = {"quote": [quote]}
    if not interval.intraday:
        # as after a dividend: whoever takes this for the close is found out
        indicators["adjclose"] = [{"adjclose": [None if close is None else close * 0.97 for close in columns["close"]]}]
    return {"meta": meta, "timestamp": _timestamps(bars, interval, market), "indicators": indicators}


def _floats(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    """As Yahoo sends prices: through 32 bits and back."""
    return [None if math.isnan(value) else value for value in values.astype(np.float32).astype(np.float64).tolist()]


def _timestamps(bars: Bars, interval: Interval, market: Market) -> list[int]:
    """Opening seconds; a day's is its session's opening for stocks and local midnight for all else."""
    if interval.intraday:
        return [time // SECOND_NS for time in bars.time.tolist()]
    zone = ZoneInfo(market.zone)
    hour, minute = (9, 30) if market.calendar_id == "XNYS" else (0, 0)
    days = (label_date(time) for time in bars.time.tolist())
    return [int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).timestamp()) for day in days]


def _meta(symbol: str, market: Market, interval: Interval, range_: str, bars: Bars, seen: datetime) -> dict[str, Any]:
    traded, price = _last_trade(market, seen), float(bars.close[-1]) if len(bars) else market.base
    period = _trading_period(market, traded.astimezone(ZoneInfo(market.zone)).date())
    meta: dict[str, Any] = {
        "currency": "USD",
        "symbol": symbol,
        "exchangeName": market.exchange,
        "fullExchangeName": market.exchange,
        "instrumentType": market.kind,
        "firstTradeDate": 946_909_800,
        "regularMarketTime": int(traded.timestamp()),
        "hasPrePostMarketData": market.kind in ("EQUITY", "ETF"),
        "gmtoffset": period["gmtoffset"],
        "timezone": period["timezone"],
        "exchangeTimezoneName": market.zone,
        "regularMarketPrice": price,
        "chartPreviousClose": price,
        "priceHint": market.digits,
        "currentTradingPeriod": {"pre": dict(period), "regular": dict(period), "post": dict(period)},
        "dataGranularity": interval.value,
        "range": range_,
        "validRanges": list(_RANGES),
    }
    if interval.intraday and len(bars):
        zone = ZoneInfo(market.zone)
        dates = sorted({from_ns(time).astimezone(zone).date() for time in bars.time.tolist()})
        meta["previousClose"] = price
        meta["tradingPeriods"] = [[_trading_period(market, day)] for day in dates]
    return meta


def _trading_period(market: Market, day: date) -> dict[str, Any]:
    """The vendor's trading period of a local date: round the clock for futures and the dollar index."""
    zone = ZoneInfo(market.zone)
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    start, end = midnight, midnight + timedelta(hours=23, minutes=59)
    if market.calendar_id not in ("GLOBEX", "ICE_DX"):
        sessions = market.calendar.sessions(day, day)
        if sessions:
            start, end = sessions[0].open, sessions[0].close
    return {
        "timezone": midnight.tzname(),
        "start": int(start.timestamp()),
        "end": int(end.timestamp()),
        "gmtoffset": int((midnight.utcoffset() or timedelta()).total_seconds()),
    }


def _last_trade(market: Market, seen: datetime) -> datetime:
    """The instant of the last trade at `seen`: a second after the close for stocks, as their closing auction is."""
    known = market.calendar
    session = known.session_at(seen)
    if session is not None:
        return seen.replace(microsecond=0)
    last = known.last_closed(seen)
    assert last is not None
    return last.close + timedelta(seconds=1 if market.calendar_id == "XNYS" else -1)


def _moment(seconds: int) -> datetime:
    return from_ns(max(0, min(seconds, 250 * 366 * 86_400)) * SECOND_NS)


def _chart_reply(result: dict[str, Any]) -> Reply:
    return Reply(200, json.dumps({"chart": {"result": [result], "error": None}}).encode())


def _said(status: int, code: str, description: str) -> Reply:
    body = {"chart": {"result": None, "error": {"code": code, "description": description}}}
    return Reply(status, json.dumps(body).encode())
