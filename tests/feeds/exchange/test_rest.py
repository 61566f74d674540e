"""The values that come from each exchange, through the unmodified client, from the wire to the program's own form."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from barograph.feeds.book import BarsPiece
from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.exchange.dialects import COMMON_INTERVALS
from barograph.feeds.exchange.venue import Ticker
from barograph.market.bars import Bars
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval
from barograph.market.observations import OpenInterest
from tests.feeds.exchange.rest_runs import ALL_VENUES, DAY_MS, MIN_5_MS, NOW, NOW_MS, Running, kind_of, run
from tests.loopback.exchange_world import World, coins_held, price

MS = 1_000_000
every_venue = pytest.mark.parametrize("venue_id", ALL_VENUES)


def expected(coin: str, interval: Interval, first_ms: int, world: World | None = None) -> NDArray[np.float64]:
    rows = (world or World()).bars(coin, first_ms, NOW_MS, interval.seconds * 1000, NOW_MS)
    return np.array(rows, np.float64)


def columns(piece: BarsPiece) -> NDArray[np.float64]:
    parts: tuple[Bars, Bars] = (piece.closed, piece.forming)
    time = np.concatenate([bars.time for bars in parts]) / MS
    names = ("open", "high", "low", "close", "volume")
    return np.column_stack([time, *(np.concatenate([getattr(bars, name) for bars in parts]) for name in names)])


# ------------------------------------------------------------------------------------------------------ bars


@every_venue
def test_bars_of_every_interval_arrive_as_the_exchange_has_them(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> dict[Interval, BarsPiece]:
        return {
            interval: await running.venue.bars("BTC", interval, (NOW_MS - 40 * interval.seconds * 1000) * MS, NOW)
            for interval in COMMON_INTERVALS
        }

    for interval, piece in run(venue_id, tmp_path, work).items():
        assert (piece.instrument, piece.interval, piece.source) == ("BTC", interval, venue_id)
        assert len(piece.forming) == 1
        first_ms = NOW_MS - 40 * interval.seconds * 1000
        np.testing.assert_allclose(columns(piece), expected("BTC", interval, first_ms), atol=0.006)


@every_venue
def test_the_other_coin_is_another_market(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> BarsPiece:
        return await running.venue.bars("ETH", Interval.HOUR_1, (NOW_MS - 5 * 3_600_000) * MS, NOW)

    piece = run(venue_id, tmp_path, work)
    np.testing.assert_allclose(columns(piece), expected("ETH", Interval.HOUR_1, NOW_MS - 5 * 3_600_000), atol=0.006)


@pytest.mark.parametrize(
    ("venue_id", "requests"),
    [
        ("binanceusdm", 3),
        ("bybit", 3),
        ("okx", 16),  # five of 300 at most where the newest are, eleven of 100 where the old ones are
        ("hyperliquid", 1),
    ],
)
def test_many_bars_come_page_by_page_without_a_hole(venue_id: str, requests: int, tmp_path: Path) -> None:
    first_ms = NOW_MS - 2_400 * MIN_5_MS

    async def work(running: Running) -> tuple[BarsPiece, int]:
        piece = await running.venue.bars("BTC", Interval.MIN_5, first_ms * MS, NOW)
        assert running.server.refused == []
        return piece, running.server.count(venue_id)

    piece, asked = run(venue_id, tmp_path, work)
    np.testing.assert_allclose(columns(piece), expected("BTC", Interval.MIN_5, first_ms), atol=0.006)
    assert asked == requests


@every_venue
def test_an_exchange_that_listed_later_is_read_from_its_first_bar_on(venue_id: str, tmp_path: Path) -> None:
    world = World(listed_ms=NOW_MS - 50 * DAY_MS)

    async def work(running: Running) -> BarsPiece:
        running.server.world = world
        return await running.venue.bars("BTC", Interval.DAY_1, (NOW_MS - 1_500 * DAY_MS) * MS, NOW)

    piece = run(venue_id, tmp_path, work)
    np.testing.assert_allclose(columns(piece), expected("BTC", Interval.DAY_1, 0, world), atol=0.006)


def test_hyperliquid_has_its_newest_five_thousand_bars_only(tmp_path: Path) -> None:
    async def work(running: Running) -> tuple[BarsPiece, int]:
        piece = await running.venue.bars("BTC", Interval.MIN_5, (NOW_MS - 40 * DAY_MS) * MS, NOW)
        return piece, running.server.count("hyperliquid")

    piece, asked = run("hyperliquid", tmp_path, work)
    assert (len(piece.closed), len(piece.forming), asked) == (4_999, 1, 1)


@every_venue
def test_without_a_beginning_the_newest_bars_come_in_one_request(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> tuple[BarsPiece, int]:
        piece = await running.venue.bars("BTC", Interval.MIN_15, None, NOW)
        return piece, running.server.count(venue_id)

    piece, asked = run(venue_id, tmp_path, work)
    assert (len(piece.closed), len(piece.forming), asked) == (299, 1, 1)


@every_venue
def test_a_window_of_the_past_has_no_forming_bar(venue_id: str, tmp_path: Path) -> None:
    midnight = NOW_MS // DAY_MS * DAY_MS
    start_ms, until_ms = midnight - 30 * DAY_MS, midnight - 20 * DAY_MS

    async def work(running: Running) -> BarsPiece:
        return await running.venue.bars("BTC", Interval.HOUR_4, start_ms * MS, NOW, until_ns=until_ms * MS)

    piece = run(venue_id, tmp_path, work)
    np.testing.assert_array_equal(piece.closed.time // MS, np.arange(start_ms, until_ms, 4 * 3_600_000))
    assert len(piece.forming) == 0


@every_venue
def test_a_bar_closes_by_the_clock_of_the_exchange(venue_id: str, tmp_path: Path) -> None:
    border_ms = NOW_MS // MIN_5_MS * MIN_5_MS + MIN_5_MS

    async def work(running: Running) -> list[tuple[int, int]]:
        counts = []
        for ms in (border_ms - 1_000, border_ms):
            running.server.clock = partial(from_ns, ms * MS)
            running.pace.time = from_ns((ms - 600_000) * MS)  # ours is ten minutes behind
            await running.venue.server_time_offset_s(running.now)
            piece = await running.venue.bars("BTC", Interval.MIN_5, (border_ms - 4 * MIN_5_MS) * MS, running.now)
            counts.append((len(piece.closed), len(piece.forming)))
        return counts

    assert run(venue_id, tmp_path, work) == [(3, 1), (4, 1)]


# --------------------------------------------------------------------------------- open interest and price


@every_venue
def test_open_interest_is_in_coins_and_in_usd_only_where_it_is_told(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> OpenInterest:
        return await running.venue.open_interest("ETH", NOW)

    found = run(venue_id, tmp_path, work)
    coins = coins_held("ETH", NOW_MS)
    assert (len(found), found.source) == (1, venue_id)
    assert found.time[0] == NOW_MS * MS
    assert found.coin[0] == pytest.approx(coins)  # at OKX the number of contracts is ten times that
    usd = coins * price("ETH", NOW_MS) if venue_id in ("bybit", "okx") else np.nan
    assert found.usd[0] == pytest.approx(usd, nan_ok=True)


@pytest.mark.parametrize("venue_id", ["binanceusdm", "bybit", "okx"])
@pytest.mark.parametrize(("interval", "count"), [(Interval.MIN_5, 576), (Interval.HOUR_1, 300)])
def test_the_history_of_open_interest_is_in_coins_without_a_hole(
    venue_id: str, interval: Interval, count: int, tmp_path: Path
) -> None:
    step = interval.seconds * 1000
    start_ms = NOW_MS - count * step

    async def work(running: Running) -> OpenInterest:
        return await running.venue.open_interest_history("BTC", start_ms * MS, NOW, interval)

    found = run(venue_id, tmp_path, work)
    times = found.time // MS
    np.testing.assert_array_equal(times, np.arange(-(-start_ms // step) * step, NOW_MS + 1, step))
    np.testing.assert_allclose(found.coin, [coins_held("BTC", int(time)) for time in times], atol=0.001)
    usd = [coins_held("BTC", int(time)) * price("BTC", int(time)) for time in times]
    np.testing.assert_allclose(found.usd, [np.nan] * len(times) if venue_id == "bybit" else usd, atol=0.1)


@pytest.mark.parametrize(("venue_id", "days"), [("binanceusdm", 29.5), ("okx", 1_400 * 5 / 1_440), ("bybit", 40.0)])
def test_no_more_history_is_asked_for_than_there_is(venue_id: str, days: float, tmp_path: Path) -> None:
    async def work(running: Running) -> OpenInterest:
        return await running.venue.open_interest_history("BTC", (NOW_MS - 40 * DAY_MS) * MS, NOW)

    found = run(venue_id, tmp_path, work)
    assert (NOW_MS - int(found.time[0]) // MS) / DAY_MS == pytest.approx(days, abs=0.01)
    assert np.all(np.diff(found.time) == MIN_5_MS * MS)


def test_hyperliquid_keeps_no_history_of_open_interest(tmp_path: Path) -> None:
    async def work(running: Running) -> tuple[FeedErrorKind | None, int]:
        kind = await kind_of(running.venue.open_interest_history("BTC", 0, NOW))
        return kind, running.server.count("hyperliquid")

    assert run("hyperliquid", tmp_path, work) == (FeedErrorKind.UNSUPPORTED, 0)


@every_venue
def test_the_price_has_the_time_of_the_exchange(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> Ticker:
        running.server.clock = lambda: from_ns((NOW_MS + 7_000) * MS)
        return await running.venue.ticker("BTC", NOW)

    found = run(venue_id, tmp_path, work)
    assert found.time == from_ns((NOW_MS + 7_000) * MS)
    assert found.price == pytest.approx(price("BTC", NOW_MS + 7_000), abs=0.01)


@every_venue
def test_bars_have_the_time_of_the_answer(venue_id: str, tmp_path: Path) -> None:
    """Bybit tells it in its answer, to the millisecond; the others with it, to the second."""

    async def work(running: Running) -> BarsPiece:
        running.server.clock = lambda: from_ns((NOW_MS - 7_300) * MS)
        return await running.venue.bars("BTC", Interval.MIN_5, None, NOW)

    found = run(venue_id, tmp_path, work)
    assert found.as_of == from_ns((NOW_MS - (7_300 if venue_id == "bybit" else 8_000)) * MS)


@every_venue
def test_the_clock_of_the_exchange_is_compared_with_ours(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> tuple[float, float | None]:
        running.server.clock = lambda: from_ns((NOW_MS + 42_500) * MS)
        return await running.venue.server_time_offset_s(NOW), running.venue.clock_offset_s

    # what each answer tells besides is rounded down to the second
    assert list(run(venue_id, tmp_path, work)) == [pytest.approx(42.5)] * 2


# ------------------------------------------------------------------------------------------- what is not asked


@every_venue
def test_unknown_coins_and_intervals_cost_no_request(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> tuple[list[FeedErrorKind | None], int]:
        venue = running.venue
        asked: list[Awaitable[object]] = [
            venue.bars("DOGE", Interval.MIN_5, None, NOW),
            venue.bars("BTC", Interval.MIN_30, None, NOW),
            venue.funding("../x", 0, NOW),
            venue.open_interest("", NOW),
            venue.ticker("SOL", NOW),
        ]
        return [await kind_of(each) for each in asked], running.server.count(venue_id)

    assert run(venue_id, tmp_path, work) == ([FeedErrorKind.UNSUPPORTED] * 5, 0)


@every_venue
def test_nothing_but_the_thing_itself_is_asked_for(venue_id: str, tmp_path: Path) -> None:
    """No market table is loaded, whatever is asked first."""

    async def work(running: Running) -> int:
        await running.venue.ticker("BTC", NOW)
        await running.venue.open_interest("ETH", NOW)
        await running.venue.bars("ETH", Interval.MIN_5, None, NOW)
        await asyncio.gather(*(running.venue.ticker(coin, NOW) for coin in ("BTC", "ETH")))
        return running.server.count(venue_id)

    assert run(venue_id, tmp_path, work) == 5
