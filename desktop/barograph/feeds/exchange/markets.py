"""The market tables of the exchanges: those that ship with the program, and newer ones from the cache folder.

ccxt asks an exchange for all of its markets before anything else, up to eleven requests and a megabyte each. It does
not when it is handed the few that are needed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

from barograph.market.instants import iso_z

FORMAT = 1
COINS = ("BTC", "ETH")

Market = dict[str, Any]
"""A market as ccxt writes it, cut down to what its calls for prices, funding and open interest look at."""

_KEYS = (
    *("id", "symbol", "base", "quote", "settle", "baseId", "baseName", "quoteId", "settleId", "type", "subType"),
    *("spot", "margin", "swap", "future", "option", "active", "contract", "linear", "inverse"),
    *("contractSize", "precision", "taker", "maker"),
)
_INFO_KEYS = ("symbol", "pair", "contractType", "fundingInterval", "instId", "instType", "instFamily", "uly", "name")


class MarketError(ValueError):
    """A market table cannot be used; the message says which field of which market and what was expected."""


@dataclass(frozen=True, slots=True)
class MarketTable:
    """The perpetuals of one exchange, and when they were asked for (UTC); None for those that ship."""

    markets: tuple[Market, ...]
    known_at: datetime | None = None


def perpetuals(venue: str, quote: str, found: Sequence[Mapping[str, Any]]) -> tuple[Market, ...]:
    """The perpetuals of `COINS` among all the markets of an exchange, cut down and checked.

    Raises:
        MarketError: one of them is missing, or its fields cannot be right.
    """
    chosen = []
    for coin in COINS:
        symbol = f"{coin}/{quote}:{quote}"
        market = next((each for each in found if each.get("symbol") == symbol), None)
        if market is None:
            raise MarketError(f"{venue}: {symbol} is missing")
        chosen.append(_cut(market))
        _check(venue, chosen[-1])
    return tuple(chosen)


def shipped(venue: str, quote: str) -> MarketTable:
    """The table that comes with the program."""
    text = resources.files("barograph_resources").joinpath(f"markets/{venue}.json").read_text("utf-8")
    return MarketTable(perpetuals(venue, quote, json.loads(text)["markets"]))


def cached(folder: Path, venue: str, quote: str) -> MarketTable | None:
    """The table that was stored last; None when there is none that can be used."""
    try:
        content = json.loads((folder / f"{venue}.json").read_text("utf-8"))
        if content["format"] != FORMAT:
            return None
        known_at = datetime.fromisoformat(content["known_at"])
        return MarketTable(perpetuals(venue, quote, content["markets"]), known_at) if known_at.tzinfo else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # the next refresh writes it anew


def keep(folder: Path, venue: str, table: MarketTable) -> None:
    """Store a table. A folder that cannot be written to is no fault: the shipped table goes on serving."""
    known_at = None if table.known_at is None else iso_z(table.known_at)
    text = json.dumps({"format": FORMAT, "known_at": known_at, "markets": table.markets}, indent=1)
    target = folder / f"{venue}.json"
    beside = target.with_suffix(".new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_text(text, "utf-8")
        beside.replace(target)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _cut(market: Mapping[str, Any]) -> Market:
    kept = {key: market[key] for key in _KEYS if market.get(key) is not None}
    info = market.get("info")
    known = info if isinstance(info, Mapping) else {}
    return {**kept, "info": {key: known[key] for key in _INFO_KEYS if known.get(key) is not None}}


def _check(venue: str, market: Market) -> None:
    where = f"{venue}: {market['symbol']}"
    for key in ("swap", "contract", "linear", "active"):
        if market.get(key) is not True:
            raise MarketError(f"{where}: {key}: {market.get(key)!r}; an active linear perpetual was expected")
    if not isinstance(market.get("id"), str) or not market["id"]:
        raise MarketError(f"{where}: id: {market.get('id')!r}; the exchange's own name was expected")
    precision = market.get("precision")
    tick = precision.get("price") if isinstance(precision, Mapping) else None
    for key, value in (("contractSize", market.get("contractSize")), ("precision.price", tick)):
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
            raise MarketError(f"{where}: {key}: {value!r}; a number above 0 was expected")
