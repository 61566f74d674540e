"""The market tables: what ships, what is fetched anew, what is kept, and what is not believed."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.exchange.markets import MarketError, MarketTable, cached, keep, perpetuals, shipped
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.options import Access
from tests.feeds.exchange.rest_runs import ALL_VENUES, NOW, HandPace, Running, fault_of, run
from tests.loopback.exchange import ExchangeServer
from tests.loopback.exchange_world import World

every_venue = pytest.mark.parametrize("venue_id", ALL_VENUES)


def quote_of(venue_id: str) -> str:
    return "USDC" if venue_id == "hyperliquid" else "USDT"


@every_venue
def test_the_table_that_ships_is_what_the_client_makes_of_the_exchanges_answer(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> list[Any]:
        found: list[Any] = await running.venue.client.fetch_markets()
        return found

    asked = perpetuals(venue_id, quote_of(venue_id), run(venue_id, tmp_path, work))
    assert shipped(venue_id, quote_of(venue_id)).markets == asked


@pytest.mark.parametrize(("venue_id", "size"), [("binanceusdm", 1.0), ("okx", 0.1), ("hyperliquid", 1.0)])
def test_one_contract_is_so_many_coins(venue_id: str, size: float, tmp_path: Path) -> None:
    async def work(running: Running) -> float:
        return float(running.venue.market("ETH")["contractSize"])

    assert run(venue_id, tmp_path, work) == size


@pytest.mark.parametrize(("venue_id", "requests"), [("binanceusdm", 1), ("bybit", 2), ("okx", 1), ("hyperliquid", 1)])
def test_a_table_is_fetched_anew_in_one_request_and_kept(venue_id: str, requests: int, tmp_path: Path) -> None:
    async def work(running: Running) -> int:
        running.server.world = World(contract_sizes={"BTC": "0.001"})
        await running.venue.refresh_markets(NOW)
        if venue_id == "okx":
            assert running.venue.market("BTC")["contractSize"] == 0.001
            assert running.venue.client.market("BTC/USDT:USDT")["contractSize"] == 0.001
        return running.server.count(venue_id)  # Bybit's second asks for markets that are still to be launched

    assert run(venue_id, tmp_path, work) == requests
    stored = cached(tmp_path / "cache" / "markets", venue_id, quote_of(venue_id))
    assert stored is not None
    assert stored.known_at == NOW.replace(microsecond=0)
    assert len(stored.markets) == 2
    assert (tmp_path / "cache" / "markets" / f"{venue_id}.json").stat().st_size < 4_000


def test_the_kept_table_serves_the_next_start(tmp_path: Path) -> None:
    async def work(running: Running) -> float:
        running.server.world = World(contract_sizes={"BTC": "0.001"})
        size = float(running.venue.market("BTC")["contractSize"])
        await running.venue.refresh_markets(NOW)
        return size

    assert run("okx", tmp_path, work) == 0.01
    assert run("okx", tmp_path, work) == 0.001


@pytest.mark.parametrize("size", ["0", "-0.01", "NaN", "1e400", "many", ""])
def test_a_table_that_cannot_be_right_is_not_taken(size: str, tmp_path: Path) -> None:
    async def work(running: Running) -> None:
        running.server.world = World(contract_sizes={"BTC": size})
        fault = await fault_of(running.venue.refresh_markets(NOW))
        assert fault is not None
        assert (fault.kind, fault.subject) == (FeedErrorKind.BAD_DATA, "markets")
        assert running.venue.market("BTC")["contractSize"] == 0.01
        assert running.venue.client.market("BTC/USDT:USDT")["contractSize"] == 0.01

    run("okx", tmp_path, work)
    assert not (tmp_path / "cache" / "markets" / "okx.json").exists()


# ------------------------------------------------------------------------------------- once a day, by itself


class SteppingPace(HandPace):
    """A clock that jumps ahead by what is waited for, and tells how often it did."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float] = []

    def real_s(self, seconds: float) -> float:
        self.waits.append(seconds)
        self.advance(seconds)
        return 3_600.0 if len(self.waits) > 3 else 0.001


@pytest.mark.parametrize(
    ("fault", "waits"),
    [("", [300, 86_400, 86_400]), ("451", [300, 3_600, 3_600]), ("truncated", [300, 3_600, 3_600])],
)
def test_the_table_is_renewed_once_a_day_and_a_refusal_ends_nothing(
    fault: str, waits: list[float], tmp_path: Path
) -> None:
    pace = SteppingPace()
    with ExchangeServer(pace.now) as server:
        if fault:
            server.fault("okx", fault)

        async def main() -> None:
            budget = HostBudget("okx", 1_000, Random(1))
            venue = Venue("okx", Access(exchange_base=server.base), budget, pace, tmp_path)
            await venue.open()
            async with asyncio.timeout(5):
                while len(pace.waits) < 4:
                    await asyncio.sleep(0.002)
            await venue.close()

        asyncio.run(main())
    assert pace.waits[:3] == waits


def test_a_fresh_table_is_left_alone(tmp_path: Path) -> None:
    known_at = NOW - timedelta(hours=20)
    keep(tmp_path / "markets", "okx", MarketTable(shipped("okx", "USDT").markets, known_at))
    pace = SteppingPace()
    with ExchangeServer(pace.now) as server:

        async def main() -> int:
            venue = Venue("okx", Access(exchange_base=server.base), HostBudget("okx", 9, Random(1)), pace, tmp_path)
            await venue.open()
            async with asyncio.timeout(5):
                while len(pace.waits) < 2:
                    await asyncio.sleep(0.002)
            asked = server.count("okx")
            await venue.close()
            return asked

        assert asyncio.run(main()) == 0
    assert pace.waits[1] == pytest.approx(4 * 3_600 - 300)


# ------------------------------------------------------------------------------------------- the cache file


def good() -> dict[str, Any]:
    return {"format": 1, "known_at": "2026-11-18T14:32:10Z", "markets": list(shipped("okx", "USDT").markets)}


def changed(**changes: object) -> str:
    content = good()
    market = {**content["markets"][0], **changes}
    return json.dumps({**content, "markets": [market, content["markets"][1]]})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        json.dumps({**good(), "format": 2}),
        json.dumps({**good(), "known_at": "yesterday"}),
        json.dumps({**good(), "known_at": "2026-11-18T14:32:10"}),
        json.dumps({**good(), "known_at": None}),
        json.dumps({**good(), "markets": []}),
        json.dumps({**good(), "markets": None}),
        json.dumps({**good(), "markets": [1, "x"]}),
        json.dumps({"format": 1}),
        changed(contractSize=0),
        changed(contractSize=True),
        changed(contractSize="0.01"),
        changed(contractSize=float("nan")),
        changed(precision={"price": -1}),
        changed(precision=None),
        changed(id=7),
        changed(id=""),
        changed(active=False),
        changed(linear=False),
        changed(symbol="BTC/USD:BTC"),
    ],
)
def test_a_kept_table_that_cannot_be_used_is_as_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "okx.json").write_text(text, "utf-8")
    assert cached(tmp_path, "okx", "USDT") is None


def test_a_good_one_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert cached(tmp_path, "okx", "USDT") is None
    (tmp_path / "okx.json").write_text(json.dumps(good()), "utf-8")
    found = cached(tmp_path, "okx", "USDT")
    assert found is not None
    assert found == MarketTable(shipped("okx", "USDT").markets, datetime.fromisoformat("2026-11-18T14:32:10+00:00"))
    keep(tmp_path, "okx", found)
    assert cached(tmp_path, "okx", "USDT") == found
    assert [path.name for path in tmp_path.iterdir()] == ["okx.json"]


def test_a_folder_that_cannot_be_written_to_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    keep(tmp_path / "cache", "okx", MarketTable(shipped("okx", "USDT").markets, NOW))


def test_a_market_that_is_missing_is_named() -> None:
    with pytest.raises(MarketError, match="okx: ETH/USDT:USDT is missing"):
        perpetuals("okx", "USDT", shipped("okx", "USDT").markets[:1])
