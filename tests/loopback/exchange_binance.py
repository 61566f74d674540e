"""What Binance's USD-M futures answer, in the shapes and with the limits of their documents."""

from __future__ import annotations

from tests.loopback import exchange_markets as markets
from tests.loopback.exchange_asked import BINANCE, COINS, DAY_MS, STEPS_MS, Asked, Json, RefusedError, texts


def answer(asked: Asked) -> Json:
    """The JSON of one answer."""
    if asked.path == "/fapi/v1/exchangeInfo":
        return markets.binance(asked.now_ms)
    if asked.path == "/fapi/v1/time":
        return {"serverTime": asked.now_ms}
    if asked.path == "/fapi/v1/fundingInfo":
        return _intervals(asked)
    coin = asked.query.get("symbol", "").removesuffix("USDT")
    if coin not in COINS:
        raise RefusedError(400, {"code": -1121, "msg": "Invalid symbol."})
    return {
        "/fapi/v1/klines": _bars,
        "/fapi/v1/ticker/24hr": _ticker,
        "/fapi/v1/fundingRate": _funding,
        "/fapi/v1/openInterest": _open_interest,
        "/fapi/v1/premiumIndex": _premium,
        "/futures/data/openInterestHist": _open_interest_history,
    }[asked.path](asked, coin)


def _intervals(asked: Asked) -> Json:
    return [
        {
            "symbol": f"{coin}USDT",
            "adjustedFundingRateCap": "0.02000000",
            "adjustedFundingRateFloor": "-0.02000000",
            "fundingIntervalHours": asked.world.interval_h(BINANCE, coin),
            "disclaimer": False,
        }
        for coin in COINS
        if asked.world.interval_h(BINANCE, coin) != 8
    ]


def _bars(asked: Asked, coin: str) -> Json:
    limit = min(asked.int("limit", 500), 1500)
    step = STEPS_MS[asked.query["interval"]]
    end = asked.int("endTime", asked.now_ms)
    start = asked.int("startTime", (end // step - limit + 1) * step)
    rows = asked.world.bars(coin, start, end, step, asked.now_ms)[:limit]
    return asked.spoil(
        [
            [time, *texts(prices), f"{volume:.3f}", time + step - 1, f"{prices[3] * volume:.2f}", 90, "5.0", "9.0", "0"]
            for time, *prices, volume in rows
        ]
    )


def _ticker(asked: Asked, coin: str) -> Json:
    last = asked.world.price(coin, asked.now_ms)
    return {
        "symbol": f"{coin}USDT",
        "priceChange": "12.00",
        "priceChangePercent": "0.020",
        "weightedAvgPrice": str(last),
        "lastPrice": str(last),
        "lastQty": "0.015",
        "openPrice": str(last - 12),
        "highPrice": str(last + 100),
        "lowPrice": str(last - 100),
        "volume": "130000.500",
        "quoteVolume": "7800000000.10",
        "openTime": asked.now_ms - DAY_MS,
        "closeTime": asked.now_ms,
        "firstId": 1,
        "lastId": 2,
        "count": 2,
    }


def _funding(asked: Asked, coin: str) -> Json:
    first = asked.int("startTime", 0)
    last = min(asked.int("endTime", asked.now_ms), asked.now_ms)
    limit = min(asked.int("limit", 100), 1000)
    found = asked.world.settlements(BINANCE, coin, first, last)
    found = found[:limit] if "startTime" in asked.query else found[-limit:]
    return [
        {"symbol": f"{coin}USDT", "fundingTime": time + 3, "fundingRate": f"{rate:.8f}", "markPrice": "60000.10"}
        for time, rate in found  # some milliseconds late, as they are there
    ]


def _open_interest(asked: Asked, coin: str) -> Json:
    held = asked.world.coins_held(coin, asked.now_ms)
    return {"symbol": f"{coin}USDT", "openInterest": f"{held:.3f}", "time": asked.now_ms}


def _premium(asked: Asked, coin: str) -> Json:
    mark = f"{asked.world.price(coin, asked.now_ms):.8f}"
    return {
        "symbol": f"{coin}USDT",
        "markPrice": mark,
        "indexPrice": mark,
        "estimatedSettlePrice": mark,
        "lastFundingRate": "0.00010000",
        "interestRate": "0.00010000",
        "nextFundingTime": (asked.now_ms // 28_800_000 + 1) * 28_800_000,
        "time": asked.now_ms,
    }


def _open_interest_history(asked: Asked, coin: str) -> Json:
    step = STEPS_MS[asked.query["period"]]
    first, last = asked.int("startTime", 0), asked.int("endTime", asked.now_ms)
    if first < asked.now_ms - 30 * DAY_MS:
        raise RefusedError(400, {"code": -1130, "msg": "parameter 'startTime' is invalid."})
    limit = min(asked.int("limit", 30), 500)
    times = range(-(-first // step) * step, min(last, asked.now_ms) + 1, step)
    return [
        {
            "symbol": f"{coin}USDT",
            "sumOpenInterest": f"{asked.world.coins_held(coin, time):.8f}",
            "sumOpenInterestValue": f"{asked.world.coins_held(coin, time) * asked.world.price(coin, time):.8f}",
            "timestamp": time,
        }
        for time in times[:limit]
    ]
