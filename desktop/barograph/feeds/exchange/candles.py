"""Candles, read from the venues' own frames, and when one of them is closed.

Read raw because ccxt's answer drops two things that only the frame tells: the instant of the venue, and its word that
the candle is closed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from barograph.feeds.exchange.frames import (
    Contracts,
    FrameError,
    Item,
    Reading,
    at_least_zero,
    instant_ns,
    items_of,
    positive,
    read_each,
)
from barograph.market.bars import Bars
from barograph.market.intervals import Interval


@dataclass(frozen=True, slots=True)
class Candle:
    """One state of a bar: opening instant (ns UTC), prices in USD, volume in coins.

    `closed` is the venue's word for it, None where it never says; `told_ns` the venue's own instant of this state,
    None where the frame has none.
    """

    coin: str
    interval: Interval
    time_ns: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    closed: bool | None
    told_ns: int | None

    @property
    def end_ns(self) -> int:
        """The end of the bar, ns UTC."""
        return self.time_ns + self.interval.ns


def read_candles(venue: str, frame: object, contracts: Contracts) -> Reading[Candle]:
    """The candles of a frame in the contracts that are asked about.

    Raises:
        KeyError: the venue (ccxt's id) is not known.
    """
    return _READERS[venue](frame, contracts)


def as_bars(candles: tuple[Candle, ...]) -> Bars:
    """Candles as columns, in the order given."""
    names = ("time_ns", "open", "high", "low", "close", "volume")
    return Bars.of(*([getattr(candle, name) for candle in candles] for name in names))


# ------------------------------------------------------------------------------------------- reading


def _read_binance(frame: object, contracts: Contracts) -> Reading[Candle]:
    def read(whole: Item) -> Candle | None:
        bar = whole["k"]
        return _candle(
            contracts,
            bar["s"],
            _INTERVALS.get(bar["i"]),
            (bar["t"], bar["o"], bar["h"], bar["l"], bar["c"], bar["v"]),
            closed=_flag(bar["x"]),
            told_ns=instant_ns(whole["E"]),
        )

    return read_each(iter([frame]), read)


def _read_bybit(frame: object, contracts: Contracts) -> Reading[Candle]:
    topic = frame.get("topic") if isinstance(frame, Mapping) else None
    _, interval, market = topic.split(".") if isinstance(topic, str) and topic.count(".") == 2 else ("", "", "")

    def read(bar: Item) -> Candle | None:
        return _candle(
            contracts,
            market,
            _BYBIT_INTERVALS.get(interval),
            (bar["start"], bar["open"], bar["high"], bar["low"], bar["close"], bar["volume"]),
            closed=_flag(bar["confirm"]),
            told_ns=instant_ns(bar["timestamp"]),
        )

    return read_each(items_of(frame, "data"), read)


def _read_okx(frame: object, contracts: Contracts) -> Reading[Candle]:
    """A day that starts at midnight UTC is the channel `candle1Dutc`; `candle1D` starts at midnight in Hong Kong, and
    is passed over.
    """
    arg = frame.get("arg") if isinstance(frame, Mapping) else None
    market, channel = (str(arg.get(name)) for name in ("instId", "channel")) if isinstance(arg, Mapping) else ("", "")

    def read(bar: Sequence[Any]) -> Candle | None:
        return _candle(
            contracts,
            market,
            _OKX_INTERVALS.get(channel.removeprefix("candle")),
            (*bar[:5], bar[6]),  # 5 is the volume in contracts, 6 in coins
            closed=_one_or_zero(bar[8]),
            told_ns=None,
        )

    return read_each(items_of(frame, "data"), read)


def _read_hyperliquid(frame: object, contracts: Contracts) -> Reading[Candle]:
    def read(bar: Item) -> Candle | None:
        return _candle(
            contracts,
            bar["s"],
            _INTERVALS.get(bar["i"]),
            (bar["t"], bar["o"], bar["h"], bar["l"], bar["c"], bar["v"]),
            closed=None,
            told_ns=None,
        )

    return read_each(iter([frame.get("data") if isinstance(frame, Mapping) else None]), read)


def _candle(
    contracts: Contracts,
    market: object,
    interval: Interval | None,
    row: tuple[Any, ...],
    *,
    closed: bool | None,
    told_ns: int | None,
) -> Candle | None:
    contract = contracts.get(market) if isinstance(market, str) else None
    if contract is None or interval is None:
        return None
    time_ns = instant_ns(row[0])
    if time_ns % interval.ns:
        raise FrameError(f"{time_ns} is not the opening of a bar of {interval}")
    open_, high, low, close = (positive(value) for value in row[1:5])
    if high < low:
        raise FrameError(f"high {high} below low {low}")
    volume = at_least_zero(row[5])
    return Candle(contract.coin, interval, time_ns, open_, high, low, close, volume, closed, told_ns)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise FrameError(f"{value!r:.40} where true or false was expected")
    return value


def _one_or_zero(value: object) -> bool:
    if value not in ("0", "1"):
        raise FrameError(f"{value!r:.40} where 0 or 1 was expected")
    return value == "1"


_INTERVALS = {interval.value: interval for interval in Interval}
_BYBIT_INTERVALS = {
    str(interval.seconds // 60) if interval.intraday else "D": interval
    for interval in Interval
}  # fmt: skip
_OKX_INTERVALS = {
    "1Dutc" if not interval.intraday else interval.value.replace("h", "H"): interval
    for interval in Interval
}  # fmt: skip

_READERS: Mapping[str, Callable[[object, Contracts], Reading[Candle]]] = {
    "binanceusdm": _read_binance,
    "bybit": _read_bybit,
    "okx": _read_okx,
    "hyperliquid": _read_hyperliquid,
}


# ------------------------------------------------------------------------------------------- closing


@dataclass(frozen=True, slots=True)
class Step:
    """What a candle changed: bars that are closed now, the bar that is forming, and whether bars in between are
    missing.
    """

    closed: tuple[Candle, ...]
    forming: Candle | None
    hole: bool


@dataclass(slots=True)
class CandleTrack:
    """The candles of one coin and interval over one unbroken connection.

    A bar is closed by the venue's word; at a venue that never says so, by the first candle of a later bar. Where a
    venue that does say so has not, the bar is missing (a hole) rather than taken for final. A candle older than what
    was heard already is counted in `backward` and changes nothing.
    """

    forming: Candle | None = None
    backward: int = 0
    _closed_ns: int | None = field(default=None)

    def take(self, candle: Candle) -> Step | None:
        """The next candle; None when it is older than one before."""
        if self._is_old(candle):
            self.backward += 1
            return None
        closed: list[Candle] = []
        newest = self._closed_ns if self.forming is None else self.forming.time_ns
        hole = newest is not None and candle.time_ns > newest + candle.interval.ns
        if self.forming is not None and candle.time_ns > self.forming.time_ns:
            if self.forming.closed is None:
                closed.append(self.forming)
            else:
                hole = True
        if candle.closed:
            closed.append(candle)
        if closed:
            self._closed_ns = closed[-1].time_ns
        self.forming = None if candle.closed else candle
        return Step(tuple(closed), self.forming, hole)

    def _is_old(self, candle: Candle) -> bool:
        if self._closed_ns is not None and candle.time_ns <= self._closed_ns:
            return True
        held = self.forming
        if held is None or candle.time_ns > held.time_ns:
            return False
        if candle.time_ns < held.time_ns:
            return True
        return candle.told_ns is not None and held.told_ns is not None and candle.told_ns < held.told_ns
