"""What Bybit answers, in the shapes and with the limits of its documents."""

from __future__ import annotations

from tests.loopback import exchange_markets as markets
from tests.loopback.exchange_asked import BYBIT, COINS, STEPS_MS, Asked, Json, RefusedError, texts

_INTERVALS = {"5": "5m", "15": "15m", "60": "1h", "240": "4h", "D": "1d"}


def answer(asked: Asked) -> Json:
    """The JSON of one answer."""
    return {
        "retCode": 0,
        "retMsg": "OK",
        "result": _result(asked),
        "retExtInfo": {},
        "time": asked.now_ms,
    }


def _result(asked: Asked) -> Json:
    if asked.path == "/v5/market/time":
        return {"timeSecond": str(asked.now_ms // 1000), "timeNano": str(asked.now_ms * 1_000_000)}
    if asked.path == "/v5/market/instruments-info":
        if asked.query.get("status") == "PreLaunch":
            return {"category": "linear", "list": [], "nextPageCursor": ""}
        return markets.bybit(asked.world.interval_h(BYBIT, "BTC") * 60)
    coin = asked.query.get("symbol", "").removesuffix("USDT")
    if coin not in COINS:
        raise RefusedError(
            200, {"retCode": 10001, "retMsg": "params error: symbol invalid", "result": {}, "time": asked.now_ms}
        )
    rows = {
        "/v5/market/kline": _bars,
        "/v5/market/tickers": _ticker,
        "/v5/market/funding/history": _funding,
        "/v5/market/open-interest": _open_interest,
    }[asked.path](asked, coin)
    return {"symbol": f"{coin}USDT", "category": "linear", "list": rows, "nextPageCursor": ""}


def _bars(asked: Asked, coin: str) -> list[Json]:
    """Newest first. The window ends at `end`; with a beginning alone it goes on from there."""
    step = STEPS_MS[_INTERVALS[asked.query["interval"]]]
    limit = min(asked.int("limit", 200), 1000)
    if "start" in asked.query and "end" not in asked.query:
        start = asked.int("start", 0)
        end = start + (limit - 1) * step
    else:
        end = min(asked.int("end", asked.now_ms), asked.now_ms)
        start = max(asked.int("start", 0), (end // step - limit + 1) * step)
    rows = asked.world.bars(coin, start, end, step, asked.now_ms)
    return asked.spoil(
        [
            [str(time), *texts(prices), f"{volume:.3f}", f"{prices[3] * volume:.4f}"]
            for time, *prices, volume in reversed(rows)
        ]
    )


def _ticker(asked: Asked, coin: str) -> list[Json]:
    last, held = asked.world.price(coin, asked.now_ms), asked.world.coins_held(coin, asked.now_ms)
    return [
        {
            "symbol": f"{coin}USDT",
            "lastPrice": str(last),
            "indexPrice": str(last),
            "markPrice": str(last),
            "prevPrice24h": str(last - 10),
            "price24hPcnt": "0.008047",
            "highPrice24h": str(last + 50),
            "lowPrice24h": str(last - 50),
            "prevPrice1h": str(last),
            "openInterest": f"{held:.3f}",
            "openInterestValue": f"{held * last:.2f}",
            "turnover24h": "2352949500.46",
            "volume24h": "49337.318",
            "fundingRate": "0.0001",
            "nextFundingTime": str((asked.now_ms // 28_800_000 + 1) * 28_800_000),
            "predictedDeliveryPrice": "",
            "basisRate": "",
            "deliveryFeeRate": "",
            "deliveryTime": "0",
            "ask1Size": "1",
            "bid1Price": str(last - 0.1),
            "ask1Price": str(last + 0.1),
            "bid1Size": "1",
            "fundingIntervalHour": str(asked.world.interval_h(BYBIT, coin)),
        }
    ]


def _funding(asked: Asked, coin: str) -> list[Json]:
    """Newest first; a beginning alone is refused."""
    if "startTime" in asked.query and "endTime" not in asked.query:
        raise RefusedError(200, {"retCode": 10001, "retMsg": "params error: endTime", "result": {}})
    first, last = asked.int("startTime", 0), min(asked.int("endTime", asked.now_ms), asked.now_ms)
    limit = min(asked.int("limit", 200), 200)
    found = asked.world.settlements(BYBIT, coin, first, last)[-limit:]
    return [
        {"symbol": f"{coin}USDT", "fundingRate": f"{rate:.8f}", "fundingRateTimestamp": str(time)}
        for time, rate in reversed(found)
    ]


def _open_interest(asked: Asked, coin: str) -> list[Json]:
    """Newest first, at the borders of the interval, which the last one may have passed long ago."""
    step = STEPS_MS[asked.query["intervalTime"].replace("min", "m")]
    first, last = asked.int("startTime", 0), min(asked.int("endTime", asked.now_ms), asked.now_ms)
    limit = min(asked.int("limit", 50), 200)
    times = range(-(-max(first, asked.world.listed_ms) // step) * step, last + 1, step)
    return [
        {"openInterest": f"{asked.world.coins_held(coin, time):.8f}", "timestamp": str(time)}
        for time in list(times)[: -limit - 1 : -1]
    ]
