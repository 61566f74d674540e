"""What the exchanges' streams say, frame by frame, in the shapes of their public documentation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Topic = tuple[str, str, str]
"""What is subscribed to: ``candles``, ``forced`` or ``tickers``; the coin; the interval of candles."""
Frame = tuple[Topic, dict[str, Any]]
COINS = ("BTC", "ETH")


@dataclass(frozen=True, slots=True)
class Bar:
    """One state of a candle; `time_ms` is its opening, `told_ms` the instant of the message."""

    coin: str
    interval: str
    time_ms: int
    end_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    closed: bool
    told_ms: int


@dataclass(frozen=True, slots=True)
class Forced:
    """A forced order: whose position was closed (``long`` or ``short``), price, size in coins."""

    coin: str
    side: str
    price: float
    size: float
    at_ms: int


class Dialect:
    """One exchange's words. `host` and `paths` are where its streams are, `books` names its contracts by coin."""

    host: str
    paths: tuple[str, ...]
    names: Mapping[str, str]

    def hear(self, text: str) -> tuple[list[Topic], list[str]]:
        """The topics that a message subscribes to, and the answers."""
        raise NotImplementedError

    def candle(self, bar: Bar) -> Frame:
        """A candle as a frame."""
        raise NotImplementedError

    def forced(self, orders: Sequence[Forced]) -> list[Frame]:
        """Forced orders as frames, as many in one as the exchange sends in one."""
        return []

    def ticker(self, coin: str, price: float, told_ms: int) -> Frame | None:
        """A ticker as a frame."""
        return None

    def coin(self, name: str) -> str:
        """The coin of a contract."""
        return next(coin for coin in COINS if self.names[coin].lower() == name.lower())


class Binance(Dialect):
    host = "fstream.binance.com"
    paths = ("/market/ws/",)
    names: Mapping[str, str] = {"BTC": "BTCUSDT", "ETH": "ETHUSDT"}

    def hear(self, text: str) -> tuple[list[Topic], list[str]]:
        said = json.loads(text)
        topics: list[Topic] = []
        for stream in said["params"]:
            name, kind = stream.split("@")
            if kind == "forceOrder":
                topics.append(("forced", self.coin(name), ""))
            elif kind.startswith("kline_"):
                topics.append(("candles", self.coin(name), kind.removeprefix("kline_")))
        return topics, [json.dumps({"result": None, "id": said["id"]})]

    def candle(self, bar: Bar) -> Frame:
        name = self.names[bar.coin]
        kline = {
            "t": bar.time_ms,
            "T": bar.end_ms - 1,
            "s": name,
            "i": bar.interval,
            "f": 1,
            "L": 9,
            "n": 9,
            "o": f"{bar.open:.2f}",
            "h": f"{bar.high:.2f}",
            "l": f"{bar.low:.2f}",
            "c": f"{bar.close:.2f}",
            "v": f"{bar.volume:.3f}",
            "q": "1.0",
            "V": "0.5",
            "Q": "0.5",
            "B": "0",
            "x": bar.closed,
        }
        return ("candles", bar.coin, bar.interval), {"e": "kline", "E": bar.told_ms, "s": name, "k": kline}

    def forced(self, orders: Sequence[Forced]) -> list[Frame]:
        return [(("forced", order.coin, ""), self._order(order)) for order in orders]

    def _order(self, order: Forced) -> dict[str, Any]:
        side = "SELL" if order.side == "long" else "BUY"
        size, price = f"{order.size:.3f}", f"{order.price:.2f}"
        body = {
            "s": self.names[order.coin],
            "S": side,
            "o": "LIMIT",
            "f": "IOC",
            "q": size,
            "p": "1.00",
            "ap": price,
            "X": "FILLED",
            "l": size,
            "z": size,
            "T": order.at_ms,
        }
        return {"e": "forceOrder", "E": order.at_ms + 2, "o": body}


class Bybit(Dialect):
    host = "stream.bybit.com"
    paths = ("/v5/public/linear",)
    names: Mapping[str, str] = {"BTC": "BTCUSDT", "ETH": "ETHUSDT"}
    _minutes: Mapping[str, str] = {"5": "5m", "15": "15m", "60": "1h", "240": "4h", "D": "1d"}

    def hear(self, text: str) -> tuple[list[Topic], list[str]]:
        said = json.loads(text)
        answer = {"success": True, "conn_id": "c", "req_id": str(said["req_id"])}
        if said["op"] == "ping":
            return [], [json.dumps({**answer, "ret_msg": "pong", "op": "ping"})]
        topics: list[Topic] = []
        for arg in said["args"]:
            kind, *rest = arg.split(".")
            if kind == "allLiquidation":
                topics.append(("forced", self.coin(rest[0]), ""))
            elif kind == "kline":
                topics.append(("candles", self.coin(rest[1]), self._minutes[rest[0]]))
        return topics, [json.dumps({**answer, "ret_msg": "", "op": "subscribe"})]

    def candle(self, bar: Bar) -> Frame:
        minutes = next(word for word, interval in self._minutes.items() if interval == bar.interval)
        row = {
            "start": bar.time_ms,
            "end": bar.end_ms - 1,
            "interval": minutes,
            "confirm": bar.closed,
            "open": f"{bar.open:.2f}",
            "close": f"{bar.close:.2f}",
            "high": f"{bar.high:.2f}",
            "low": f"{bar.low:.2f}",
            "volume": f"{bar.volume:.3f}",
            "turnover": "1",
            "timestamp": bar.told_ms,
        }
        topic = f"kline.{minutes}.{self.names[bar.coin]}"
        return ("candles", bar.coin, bar.interval), {
            "topic": topic,
            "data": [row],
            "ts": bar.told_ms,
            "type": "snapshot",
        }

    def forced(self, orders: Sequence[Forced]) -> list[Frame]:
        frames: list[Frame] = []
        for coin in COINS:
            rows = [
                {
                    "T": order.at_ms,
                    "s": self.names[coin],
                    "S": "Buy" if order.side == "long" else "Sell",
                    "v": f"{order.size:.3f}",
                    "p": f"{order.price:.2f}",
                }
                for order in orders
                if order.coin == coin
            ]
            if rows:
                body = {"topic": f"allLiquidation.{self.names[coin]}", "type": "snapshot", "ts": rows[-1]["T"]}
                frames.append((("forced", coin, ""), {**body, "data": rows}))
        return frames


class Okx(Dialect):
    host = "ws.okx.com:443"
    paths = ("/ws/v5/public", "/ws/v5/business")
    names: Mapping[str, str] = {"BTC": "BTC-USDT-SWAP", "ETH": "ETH-USDT-SWAP"}
    coins_per_contract: Mapping[str, float] = {"BTC": 0.01, "ETH": 0.1}

    def hear(self, text: str) -> tuple[list[Topic], list[str]]:
        if text == "ping":
            return [], ["pong"]
        topics: list[Topic] = []
        answers: list[str] = []
        for arg in json.loads(text)["args"]:
            channel = arg["channel"]
            if channel == "liquidation-orders":
                topics += [("forced", coin, "") for coin in COINS]
            elif channel == "tickers":
                topics.append(("tickers", self.coin(arg["instId"]), ""))
            else:
                interval = channel.removeprefix("candle").removesuffix("utc").lower()
                topics.append(("candles", self.coin(arg["instId"]), interval))
            answers.append(json.dumps({"event": "subscribe", "arg": arg, "connId": "a"}))
        return topics, answers

    def candle(self, bar: Bar) -> Frame:
        contracts = bar.volume / self.coins_per_contract[bar.coin]
        interval = {"1d": "1Dutc"}.get(bar.interval, bar.interval.replace("h", "H"))
        row = [
            *(str(bar.time_ms), f"{bar.open:.2f}", f"{bar.high:.2f}", f"{bar.low:.2f}", f"{bar.close:.2f}"),
            *(f"{contracts:.1f}", f"{bar.volume:.3f}", "1", "1" if bar.closed else "0"),
        ]
        arg = {"channel": f"candle{interval}", "instId": self.names[bar.coin]}
        return ("candles", bar.coin, bar.interval), {"arg": arg, "data": [row]}

    def ticker(self, coin: str, price: float, told_ms: int) -> Frame | None:
        row = {
            "instType": "SWAP",
            "instId": self.names[coin],
            "last": f"{price:.2f}",
            "lastSz": "1",
            "askPx": f"{price:.2f}",
            "askSz": "1",
            "bidPx": f"{price:.2f}",
            "bidSz": "1",
            "ts": str(told_ms),
            "open24h": "1",
            "high24h": "1",
            "low24h": "1",
            "volCcy24h": "1",
            "vol24h": "1",
        }
        return ("tickers", coin, ""), {"arg": {"channel": "tickers", "instId": self.names[coin]}, "data": [row]}

    def forced(self, orders: Sequence[Forced]) -> list[Frame]:
        frames: list[Frame] = []
        for coin in COINS:
            details = [self._detail(order) for order in orders if order.coin == coin]
            if details:
                name = self.names[coin]
                family = name.removesuffix("-SWAP")
                body = {"details": details, "instFamily": family, "instId": name, "instType": "SWAP", "uly": family}
                arg = {"channel": "liquidation-orders", "instType": "SWAP"}
                frames.append((("forced", coin, ""), {"arg": arg, "data": [body]}))
        return frames

    def _detail(self, order: Forced) -> dict[str, str]:
        contracts = order.size / self.coins_per_contract[order.coin]
        return {
            "bkLoss": "0",
            "bkPx": f"{order.price:.2f}",
            "ccy": "",
            "posSide": order.side,
            "side": "sell" if order.side == "long" else "buy",
            "sz": f"{contracts:.1f}",
            "ts": str(order.at_ms),
        }


class Hyperliquid(Dialect):
    host = "api.hyperliquid.xyz"
    paths = ("/ws",)
    names: Mapping[str, str] = {"BTC": "BTC", "ETH": "ETH"}

    def hear(self, text: str) -> tuple[list[Topic], list[str]]:
        said = json.loads(text)
        if said["method"] == "ping":
            return [], [json.dumps({"channel": "pong"})]
        wanted = said["subscription"]
        return [("candles", wanted["coin"], wanted["interval"])], [
            json.dumps({"channel": "subscriptionResponse", "data": {"method": "subscribe", "subscription": wanted}})
        ]

    def candle(self, bar: Bar) -> Frame:
        data = {
            "t": bar.time_ms,
            "T": bar.end_ms - 1,
            "s": bar.coin,
            "i": bar.interval,
            "o": f"{bar.open:.1f}",
            "c": f"{bar.close:.1f}",
            "h": f"{bar.high:.1f}",
            "l": f"{bar.low:.1f}",
            "v": f"{bar.volume:.5f}",
            "n": 9,
        }
        return ("candles", bar.coin, bar.interval), {"channel": "candle", "data": data}


DIALECTS: Mapping[str, Dialect] = {
    "binanceusdm": Binance(),
    "bybit": Bybit(),
    "okx": Okx(),
    "hyperliquid": Hyperliquid(),
}
"""By ccxt's ids."""
