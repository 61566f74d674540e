"""What the exchanges answer when they are asked for their markets, in the shapes of their documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Contract:
    """A perpetual as the venues list it: `size` is coins in one OKX contract, `decimals` Hyperliquid's of an amount."""

    coin: str
    tick: str
    step: str
    size: str
    decimals: int
    leverage: int


CONTRACTS = (
    Contract("BTC", "0.1", "0.001", "0.01", 5, 40),
    Contract("ETH", "0.01", "0.01", "0.1", 4, 25),
    Contract("SOL", "0.01", "0.1", "1", 2, 20),
)
_LISTED_MS = 1_569_398_400_000
_NEVER_MS = 4_133_404_800_000


def binance(server_ms: int) -> Json:
    """`exchangeInfo` of the USD-M futures, with a dated future beside the perpetuals."""
    perpetuals = [_binance_symbol(each, f"{each.coin}USDT", "PERPETUAL", _NEVER_MS) for each in CONTRACTS]
    dated = _binance_symbol(CONTRACTS[0], "BTCUSDT_270326", "CURRENT_QUARTER", 1_806_048_000_000)
    return {
        "timezone": "UTC",
        "serverTime": server_ms,
        "futuresType": "U_MARGINED",
        "rateLimits": [
            {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 2400},
        ],
        "exchangeFilters": [],
        "assets": [{"asset": "USDT", "marginAvailable": True, "autoAssetExchange": "-10000"}],
        "symbols": [*perpetuals, dated],
    }


def _binance_symbol(contract: Contract, symbol: str, kind: str, delivery_ms: int) -> Json:
    return {
        "symbol": symbol,
        "pair": f"{contract.coin}USDT",
        "contractType": kind,
        "deliveryDate": delivery_ms,
        "onboardDate": _LISTED_MS,
        "status": "TRADING",
        "maintMarginPercent": "2.5000",
        "requiredMarginPercent": "5.0000",
        "baseAsset": contract.coin,
        "quoteAsset": "USDT",
        "marginAsset": "USDT",
        "pricePrecision": 2,
        "quantityPrecision": 3,
        "baseAssetPrecision": 8,
        "quotePrecision": 8,
        "underlyingType": "COIN",
        "underlyingSubType": ["PoW"],
        "triggerProtect": "0.0500",
        "liquidationFee": "0.012500",
        "marketTakeBound": "0.05",
        "maxMoveOrderLimit": 10000,
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": contract.tick, "maxPrice": "4529764", "tickSize": contract.tick},
            {"filterType": "LOT_SIZE", "minQty": contract.step, "maxQty": "1000", "stepSize": contract.step},
            {"filterType": "MARKET_LOT_SIZE", "minQty": contract.step, "maxQty": "120", "stepSize": contract.step},
            {"filterType": "MIN_NOTIONAL", "notional": "100"},
        ],
        "orderTypes": ["LIMIT", "MARKET", "STOP"],
        "timeInForce": ["GTC", "IOC", "FOK", "GTX", "GTD"],
    }


def bybit(funding_min: int) -> Json:
    """The result of `instruments-info`; `funding_min` is the interval of funding that is in force, in minutes."""
    return {
        "category": "linear",
        "list": [
            {
                "symbol": f"{each.coin}USDT",
                "contractType": "LinearPerpetual",
                "status": "Trading",
                "baseCoin": each.coin,
                "quoteCoin": "USDT",
                "settleCoin": "USDT",
                "launchTime": str(_LISTED_MS),
                "deliveryTime": "0",
                "deliveryFeeRate": "",
                "priceScale": "2",
                "leverageFilter": {"minLeverage": "1", "maxLeverage": "100.00", "leverageStep": "0.01"},
                "priceFilter": {"minPrice": each.tick, "maxPrice": "1999999.80", "tickSize": each.tick},
                "lotSizeFilter": {
                    "maxOrderQty": "1190.000",
                    "minOrderQty": each.step,
                    "qtyStep": each.step,
                    "postOnlyMaxOrderQty": "1190.000",
                    "maxMktOrderQty": "500.000",
                    "minNotionalValue": "5",
                },
                "unifiedMarginTrade": True,
                "fundingInterval": funding_min,
                "copyTrading": "both",
                "upperFundingRate": "0.005",
                "lowerFundingRate": "-0.005",
            }
            for each in CONTRACTS
        ],
        "nextPageCursor": "",
    }


def okx(sizes: dict[str, str]) -> Json:
    """The data of `public/instruments`; `sizes` replaces the coins in one contract by coin."""
    return [
        {
            "alias": "",
            "baseCcy": "",
            "category": "1",
            "ctMult": "1",
            "ctType": "linear",
            "ctVal": sizes.get(each.coin, each.size),
            "ctValCcy": each.coin,
            "expTime": "",
            "instFamily": f"{each.coin}-USDT",
            "instId": f"{each.coin}-USDT-SWAP",
            "instType": "SWAP",
            "lever": "100",
            "listTime": str(_LISTED_MS),
            "lotSz": "0.01",
            "maxLmtSz": "100000000",
            "minSz": "0.01",
            "optType": "",
            "quoteCcy": "",
            "ruleType": "normal",
            "settleCcy": "USDT",
            "state": "live",
            "stk": "",
            "tickSz": each.tick,
            "uly": f"{each.coin}-USDT",
        }
        for each in CONTRACTS
    ]


def hyperliquid_universe() -> Json:
    """The first half of `metaAndAssetCtxs`."""
    universe = [
        {"szDecimals": each.decimals, "name": each.coin, "maxLeverage": each.leverage, "marginTableId": 50 + row}
        for row, each in enumerate(CONTRACTS)
    ]
    return {"universe": universe, "marginTables": [], "collateralToken": 0}


def hyperliquid_context(price: float, funding: str, open_interest: str) -> Json:
    """What the second half of `metaAndAssetCtxs` says of one coin."""
    return {
        "funding": funding,
        "openInterest": open_interest,
        "prevDayPx": f"{price:.1f}",
        "dayNtlVlm": "1169046.29406",
        "premium": "0.00031774",
        "oraclePx": f"{price:.1f}",
        "markPx": f"{price:.1f}",
        "midPx": f"{price:.2f}",
        "impactPxs": [f"{price - 0.5:.1f}", f"{price + 0.5:.1f}"],
        "dayBaseVlm": "17000.0",
    }
