"""How a loopback Yahoo fails, by name: answers with a status of their own, and charts that are changed on their way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tests.loopback.bomb import BOMB, BOMB_HEADERS
from tests.loopback.http import Reply


@dataclass(slots=True)
class Fault:
    """A fault that is on: for so many more answers, or until healed; `since` is the server's time when it began."""

    name: str
    times: int | None
    retry_after: str | None
    since: datetime
    release: threading.Event = field(default_factory=threading.Event)

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers that go with it."""
        return {} if self.retry_after is None else {"Retry-After": self.retry_after}

    @property
    def hold(self) -> threading.Event | None:
        """Until when a slow answer is held back."""
        return self.release if self.name == "slow" else None


def _page(status: int, words: str) -> Reply:
    return Reply(status, f"<!doctype html><html><body><h1>{words}</h1></body></html>".encode(), "text/html")


def _finance(status: int, code: str, description: str) -> Reply:
    body = {"finance": {"result": None, "error": {"code": code, "description": description}}}
    return Reply(status, json.dumps(body).encode())


STATUS_FAULTS: dict[str, Reply] = {
    "429": Reply(429, b"Too Many Requests\r\n", "text/html"),
    "429_crumb": Reply(429),
    "cookie_host_dead": Reply(drop=True),
    "401": _finance(401, "Unauthorized", "Invalid Crumb"),
    "403": _page(403, "Forbidden"),
    "404": _page(404, "Not Found"),
    "500": _finance(500, "Internal Server Error", "something went wrong"),
    "502": _page(502, "Bad Gateway"),
    "right_back": Reply(200, b"<html><body>Will be right back...</body></html>", "text/html"),
    "page": _page(200, "Yahoo"),
    "null_chart": Reply(200, b'{"chart": null}'),
    "not_json": Reply(200, b'["a", 1', "application/json"),
    "empty_body": Reply(200, b""),
    "bomb": Reply(200, BOMB, headers=BOMB_HEADERS),
    "drop": Reply(drop=True),
    "slow": Reply(200, b"{}"),
}

Change = Callable[[dict[str, Any]], None]


def _changed(change: Change) -> Callable[[Reply, Fault], Reply]:
    def change_reply(reply: Reply, _: Fault) -> Reply:
        content = json.loads(reply.body)
        change(content["chart"]["result"][0])
        return replace(reply, body=json.dumps(content).encode())

    return change_reply


def _columns(result: dict[str, Any]) -> dict[str, list[Any]]:
    columns = dict(result["indicators"]["quote"][0])
    if "adjclose" in result["indicators"]:
        columns["adjclose"] = result["indicators"]["adjclose"][0]["adjclose"]
    return columns


def _no_rows(result: dict[str, Any]) -> None:
    result.pop("timestamp", None)
    result["meta"].pop("tradingPeriods", None)
    result["indicators"] = {"quote": [{}]}


def _null_last(result: dict[str, Any]) -> None:
    for column in _columns(result).values():
        column[-1] = None


def _all_null(result: dict[str, Any]) -> None:
    for column in _columns(result).values():
        column[:] = [None] * len(column)


def _only_end(result: dict[str, Any]) -> None:
    """The last fifth of the rows only, as once seen of the yield index."""
    kept = max(1, len(result["timestamp"]) // 5)
    for column in (result["timestamp"], *_columns(result).values()):
        del column[:-kept]


def _listed_late(result: dict[str, Any]) -> None:
    """The same of a security that was listed with the first of them."""
    _only_end(result)
    result["meta"]["firstTradeDate"] = result["timestamp"][0]


def _hole(result: dict[str, Any]) -> None:
    """Three rows in the middle are not there."""
    at = len(result["timestamp"]) // 2
    for column in (result["timestamp"], *_columns(result).values()):
        del column[at : at + 3]


def _live_row(result: dict[str, Any]) -> None:
    """A row more at the second of the last trade, beside the running bar's own."""
    traded = result["meta"]["regularMarketTime"]
    result["timestamp"].append(max(traded, result["timestamp"][-1] + 7))
    for name, column in _columns(result).items():
        column.append(0 if name == "volume" else column[-1])


def _live_row_alone(result: dict[str, Any]) -> None:
    """The newest price in a row of its own, and no row yet for the bar to which it belongs."""
    result["timestamp"][-1] += 97


def _backward(result: dict[str, Any]) -> None:
    for column in (result["timestamp"], *_columns(result).values()):
        column.reverse()


def _twice(result: dict[str, Any]) -> None:
    """One row in the middle comes twice."""
    at = len(result["timestamp"]) // 2
    for column in (result["timestamp"], *_columns(result).values()):
        column.insert(at, column[at])


def _impossible(result: dict[str, Any]) -> None:
    """One close below nothing, one high below its low."""
    columns = _columns(result)
    at = len(result["timestamp"]) // 2
    columns["close"][at] = -columns["close"][at]
    columns["high"][at + 1] = columns["low"][at + 1] * 0.9


def _all_impossible(result: dict[str, Any]) -> None:
    close = _columns(result)["close"]
    close[:] = [-abs(value) for value in close]


def _tenfold(result: dict[str, Any]) -> None:
    for name, column in _columns(result).items():
        if name != "volume":
            column[:] = [value * 10 for value in column]


def _no_currency(result: dict[str, Any]) -> None:
    del result["meta"]["currency"]


def _no_trading_periods(result: dict[str, Any]) -> None:
    result["meta"].pop("tradingPeriods", None)


def _no_market_time(result: dict[str, Any]) -> None:
    del result["meta"]["regularMarketTime"]


def _another_symbol(result: dict[str, Any]) -> None:
    result["meta"]["symbol"] = "^RUT"


def _small_letters(result: dict[str, Any]) -> None:
    result["meta"]["symbol"] = result["meta"]["symbol"].lower()


def _truncated(reply: Reply, _: Fault) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


def _cut(reply: Reply, _: Fault) -> Reply:
    return replace(reply, cut_after=len(reply.body) // 2)


def _as_it_is(reply: Reply, _: Fault) -> Reply:
    return reply


BODY_FAULTS: dict[str, Callable[[Reply, Fault], Reply]] = {
    "empty": _changed(_no_rows),
    "null_last": _changed(_null_last),
    "all_null": _changed(_all_null),
    "partial": _changed(_only_end),
    "listed_late": _changed(_listed_late),
    "hole": _changed(_hole),
    "live_row": _changed(_live_row),
    "live_row_alone": _changed(_live_row_alone),
    "backward": _changed(_backward),
    "twice": _changed(_twice),
    "impossible": _changed(_impossible),
    "all_impossible": _changed(_all_impossible),
    "tenfold": _changed(_tenfold),
    "no_currency": _changed(_no_currency),
    "no_trading_periods": _changed(_no_trading_periods),
    "no_market_time": _changed(_no_market_time),
    "another_symbol": _changed(_another_symbol),
    "small_letters": _changed(_small_letters),
    "truncated": _truncated,
    "cut": _cut,
    "stale": _as_it_is,
}
"""`stale`: the chart stands as it was when the fault was switched on."""
