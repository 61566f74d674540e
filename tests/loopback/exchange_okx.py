"""What OKX answers, in the shapes and with the limits of its documents."""

from __future__ import annotations

from tests.loopback import exchange_markets as markets
from tests.loopback.exchange_asked import COINS, DAY_MS, OKX, STEPS_MS, Asked, Json, RefusedError, contract_size, texts


def answer(asked: Asked) -> Json:
    """The JSON of one answer."""
    path = asked.path.removeprefix("/api/v5")
    if path == "/public/time":
        data: Json = [{"ts": str(asked.now_ms)}]
    elif path == "/public/instruments":
        data = markets.okx(dict(asked.world.contract_sizes))
    else:
        coin = asked.query.get("instId", "").removesuffix("-USDT-SWAP")
        if coin not in COINS:
            raise RefusedError(200, {"code": "51001", "data": [], "msg": "Instrument ID does not exist"})
        data = {
            "/market/candles": _bars,
            "/market/history-candles": _bars,
            "/market/ticker": _ticker,
            "/public/funding-rate": _funding_now,
            "/public/funding-rate-history": _funding,
            "/public/open-interest": _open_interest,
            "/rubik/stat/contracts/open-interest-history": _open_interest_history,
        }[path](asked, coin)
    return {"code": "0", "msg": "", "data": data}


def _bars(asked: Asked, coin: str) -> Json:
    """Newest first, between `before` and `after`, both outside. Recent ones: 1440 of them, 300 at a time, with the
    running one. Old ones: a hundred at a time, ended ones only.
    """
    step = STEPS_MS[asked.query["bar"].removesuffix("utc").lower()]
    shift = 28_800_000 if asked.query["bar"] == "1D" else 0  # the day of Hong Kong
    old = asked.path.endswith("history-candles")
    limit = min(asked.int("limit", 100), 100 if old else 300)
    last = min(asked.int("after", asked.now_ms + 1) - 1, asked.now_ms - (step if old else 0))
    first = asked.int("before", -1) + 1
    if not old:
        first = max(first, (asked.now_ms // step - 1439) * step)
    first = max(first, (last // step - limit + 1) * step)
    rows = asked.world.bars(coin, first, last, step, asked.now_ms)
    size = contract_size(coin)
    return asked.spoil(
        [
            [
                str(time - shift),
                *texts(prices),
                f"{volume / size:.2f}",
                f"{volume:.4f}",
                f"{volume * prices[3]:.2f}",
                "1" if time + step <= asked.now_ms else "0",
            ]
            for time, *prices, volume in reversed(rows)
        ]
    )


def _ticker(asked: Asked, coin: str) -> Json:
    last = asked.world.price(coin, asked.now_ms)
    return [
        {
            "instType": "SWAP",
            "instId": f"{coin}-USDT-SWAP",
            "last": str(last),
            "lastSz": "1",
            "askPx": str(last + 0.1),
            "askSz": "1",
            "bidPx": str(last - 0.1),
            "bidSz": "1",
            "open24h": str(last),
            "high24h": str(last + 10),
            "low24h": str(last - 10),
            "volCcy24h": "11788.88",
            "vol24h": "1178888",
            "ts": str(asked.now_ms),
            "sodUtc0": str(last),
            "sodUtc8": str(last),
        }
    ]


def _funding_now(asked: Asked, coin: str) -> Json:
    hours = asked.world.interval_h(OKX, coin)
    step = (hours or 8) * 3_600_000
    due = (asked.now_ms // step + 1) * step
    return [
        {
            "formulaType": "withRate",
            "fundingRate": "0.0001",
            "fundingTime": str(due),
            "instId": f"{coin}-USDT-SWAP",
            "instType": "SWAP",
            "method": "current_period",
            "nextFundingRate": "",
            "nextFundingTime": str(due + step) if hours else "",  # not always told
            "ts": str(asked.now_ms),
        }
    ]


def _funding(asked: Asked, coin: str) -> Json:
    """Newest first, of three months."""
    last = min(asked.int("after", asked.now_ms + 1) - 1, asked.now_ms)
    first = max(asked.int("before", -1) + 1, asked.now_ms - 90 * DAY_MS)
    limit = min(asked.int("limit", 100), 100)
    return [
        {
            "formulaType": "withRate",
            "fundingRate": f"{rate + 0.5:.8f}",  # the forecast; what was paid is the realised one
            "fundingTime": str(time),
            "instId": f"{coin}-USDT-SWAP",
            "instType": "SWAP",
            "method": "current_period",
            "realizedRate": f"{rate:.8f}",
        }
        for time, rate in reversed(asked.world.settlements(OKX, coin, first, last)[-limit:])
    ]


def _open_interest(asked: Asked, coin: str) -> Json:
    contracts, coins, usd = _held(asked, coin, asked.now_ms)
    return [
        {
            "instId": f"{coin}-USDT-SWAP",
            "instType": "SWAP",
            "oi": contracts,
            "oiCcy": coins,
            "oiUsd": usd,
            "ts": str(asked.now_ms),
        }
    ]


def _open_interest_history(asked: Asked, coin: str) -> Json:
    """Newest first, between `begin` and `end`, both outside, of the last 1440 intervals."""
    step = STEPS_MS[asked.query["period"].lower()]
    last = min(asked.int("end", asked.now_ms + 1) - 1, asked.now_ms)
    first = max(asked.int("begin", 0) + 1, asked.now_ms - 1440 * step)
    limit = min(asked.int("limit", 100), 100)
    times = list(range(-(-first // step) * step, last + 1, step))[-limit:]
    return [[str(time), *_held(asked, coin, time)] for time in reversed(times)]


def _held(asked: Asked, coin: str, ms: int) -> list[str]:
    held = asked.world.coins_held(coin, ms)
    size = contract_size(coin)
    return [f"{held / size:.2f}", f"{held:.4f}", f"{held * asked.world.price(coin, ms):.2f}"]
