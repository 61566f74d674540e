"""What Hyperliquid answers, in the shapes and with the limits of its documents."""

from __future__ import annotations

from tests.loopback import exchange_markets as markets
from tests.loopback.exchange_asked import COINS, HYPERLIQUID, STEPS_MS, Asked, Json, RefusedError, texts


def answer(asked: Asked) -> Json:
    """The JSON of one answer."""
    if asked.path != "/info":
        raise KeyError(asked.path)
    kind = asked.body["type"]
    if kind == "exchangeStatus":
        return {"specialStatuses": None, "time": asked.now_ms}
    if kind == "metaAndAssetCtxs":
        contexts = [
            markets.hyperliquid_context(
                asked.world.price(coin, asked.now_ms), "0.0000125", f"{asked.world.coins_held(coin, asked.now_ms):.4f}"
            )
            for coin in COINS
        ]
        return [markets.hyperliquid_universe(), contexts]
    if kind == "candleSnapshot":
        return _bars(asked)
    if kind == "fundingHistory":
        found = asked.world.settlements(
            HYPERLIQUID,
            asked.body["coin"],
            asked.body["startTime"],
            min(asked.body.get("endTime", asked.now_ms), asked.now_ms),
        )
        return [
            {"coin": asked.body["coin"], "fundingRate": f"{rate:.8f}", "premium": "0.00057962", "time": time + 31}
            for time, rate in found[:500]
        ]
    raise RefusedError(422, "Failed to deserialize the JSON body into the target type")


def _bars(asked: Asked) -> Json:
    """Oldest first; the newest 5000 there are."""
    wanted = asked.body["req"]
    coin, step = wanted["coin"], STEPS_MS[wanted["interval"]]
    last = min(wanted["endTime"], asked.now_ms)
    first = max(wanted["startTime"], (asked.now_ms // step - 4999) * step)
    return asked.spoil(
        [
            {
                "t": time,
                "T": time + step - 1,
                "s": coin,
                "i": wanted["interval"],
                "o": opened,
                "c": closed,
                "h": high,
                "l": low,
                "v": f"{volume:.5f}",
                "n": 189,
            }
            for time, *prices, volume in asked.world.bars(coin, first // step * step, last, step, asked.now_ms)
            for opened, high, low, closed in [texts(prices)]
        ]
    )
