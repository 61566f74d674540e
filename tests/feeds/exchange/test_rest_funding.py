"""Settled funding: the rates that were paid, and the hours that each was for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from barograph.feeds.exchange.funding import doubtful, with_intervals
from barograph.market.instants import from_ns
from barograph.market.observations import Funding
from tests.feeds.exchange.rest_runs import ALL_VENUES, DAY_MS, HOUR_MS, NOW, NOW_MS, Running, kind_of, run
from tests.loopback.exchange_asked import HOST_OF
from tests.loopback.exchange_world import World, default_rate, every

MS = 1_000_000
HOUR_NS = HOUR_MS * MS
MIDNIGHT_MS = NOW_MS // DAY_MS * DAY_MS


def funding_of(venue_id: str, tmp_path: Path, world: World, days: int, coin: str = "BTC") -> tuple[Funding, int]:
    """What is answered for so many days, and in how many requests."""

    async def work(running: Running) -> tuple[Funding, int]:
        running.server.world = world
        found = await running.venue.funding(coin, (NOW_MS - days * DAY_MS) * MS, NOW)
        assert running.server.refused == []
        return found, running.server.count(venue_id)

    return run(venue_id, tmp_path, work)


@pytest.mark.parametrize("venue_id", ALL_VENUES)
@pytest.mark.parametrize("days", [3, 85])
def test_settled_rates_arrive_with_their_hours(venue_id: str, days: int, tmp_path: Path) -> None:
    found, _ = funding_of(venue_id, tmp_path, World(), days)
    step = HOUR_MS if venue_id == "hyperliquid" else 8 * HOUR_MS
    first = -(-(NOW_MS - days * DAY_MS) // step) * step
    times = np.arange(first, NOW_MS + 1, step)
    np.testing.assert_array_equal(found.time // MS, times)  # at the hour, whatever the stamp
    np.testing.assert_allclose(found.rate, [default_rate(int(time)) for time in times])
    assert set(found.interval_h) == {step / HOUR_MS}
    assert found.source == venue_id


@pytest.mark.parametrize(("venue_id", "requests"), [("binanceusdm", 1), ("bybit", 2), ("okx", 3), ("hyperliquid", 5)])
def test_a_poll_costs_as_few_requests_as_there_are_pages(venue_id: str, requests: int, tmp_path: Path) -> None:
    # 86 days: 258 settlements of eight hours, 2,064 of one
    assert funding_of(venue_id, tmp_path, World(), 85)[1] == requests


def hours_of(time_ms: int) -> int:
    """An interval that goes from eight hours to four and to one, as exchanges do when a market runs hot."""
    if time_ms < MIDNIGHT_MS - 2 * DAY_MS:
        return 8
    return 4 if time_ms < MIDNIGHT_MS - DAY_MS else 1


@pytest.mark.parametrize("venue_id", ["binanceusdm", "bybit", "okx"])
def test_each_settlement_has_the_interval_that_was_in_force(venue_id: str, tmp_path: Path) -> None:
    host = HOST_OF[venue_id]
    settled = every(hours_of, default_rate, MIDNIGHT_MS - 6 * DAY_MS, NOW_MS)
    world = World(funding={(host, "BTC"): settled}, funding_h={(host, "BTC"): 1})
    found, _ = funding_of(venue_id, tmp_path, world, 4)
    told = dict(zip(found.time // MS, found.interval_h, strict=True))
    assert told[MIDNIGHT_MS - 2 * DAY_MS] == 8  # the one at the change was still for eight hours
    assert told[MIDNIGHT_MS - 2 * DAY_MS + 4 * HOUR_MS] == 4
    assert told[MIDNIGHT_MS - DAY_MS] == 4
    assert told[MIDNIGHT_MS - DAY_MS + HOUR_MS] == 1
    assert told[NOW_MS // HOUR_MS * HOUR_MS] == 1
    expected = [time for time, _ in settled if time >= NOW_MS - 4 * DAY_MS]
    assert list(told) == expected


@pytest.mark.parametrize("venue_id", ["binanceusdm", "bybit", "okx"])
@pytest.mark.parametrize(("in_force", "expected"), [(4, 4.0), (8, 8.0)])
def test_a_longer_last_distance_is_a_change_or_a_hole_as_the_exchange_says(
    venue_id: str, in_force: int, expected: float, tmp_path: Path
) -> None:
    host = HOST_OF[venue_id]
    last = NOW_MS // (8 * HOUR_MS) * 8 * HOUR_MS
    settled = [*every(lambda _: 4, default_rate, last - 3 * DAY_MS, last - 8 * HOUR_MS), (last, 2e-4)]
    world = World(funding={(host, "BTC"): settled}, funding_h={(host, "BTC"): in_force})
    found, _ = funding_of(venue_id, tmp_path, world, 1)
    assert (found.time[-1] // MS, found.interval_h[-1]) == (last, expected)


def test_okx_does_not_always_tell_the_interval_in_force(tmp_path: Path) -> None:
    last = NOW_MS // (8 * HOUR_MS) * 8 * HOUR_MS
    settled = [*every(lambda _: 4, default_rate, last - 3 * DAY_MS, last - 8 * HOUR_MS), (last, 2e-4)]
    host = HOST_OF["okx"]
    found, _ = funding_of("okx", tmp_path, World(funding={(host, "BTC"): settled}, funding_h={(host, "BTC"): 0}), 1)
    assert found.time[-1] // MS == last - 8 * HOUR_MS  # the last one waits until the next settlement tells


def test_what_is_still_to_be_settled_is_not_told(tmp_path: Path) -> None:
    last = MIDNIGHT_MS + 8 * HOUR_MS
    ahead = [*every(lambda _: 8, default_rate, MIDNIGHT_MS - 3 * DAY_MS, last), (NOW_MS + HOUR_MS, 1e-4)]
    found, _ = funding_of("binanceusdm", tmp_path, World(funding={(HOST_OF["binanceusdm"], "BTC"): ahead}), 1)
    assert found.time[-1] // MS == last


@pytest.mark.parametrize(("venue_id", "late_ms"), [("binanceusdm", 3), ("bybit", 0), ("okx", 0), ("hyperliquid", 31)])
def test_a_settlement_of_this_very_instant_is_told(venue_id: str, late_ms: int, tmp_path: Path) -> None:
    now = from_ns((MIDNIGHT_MS + 16 * HOUR_MS + late_ms) * MS)  # they stamp it that late

    async def work(running: Running) -> int:
        running.pace.time = now
        found = await running.venue.funding("BTC", (MIDNIGHT_MS - DAY_MS) * MS, now)
        return int(found.time[-1]) // MS

    assert run(venue_id, tmp_path, work) == MIDNIGHT_MS + 16 * HOUR_MS


@pytest.mark.parametrize("venue_id", ALL_VENUES)
def test_an_exchange_without_settlements_answers_nothing(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> str | None:
        running.server.world = World(funding={(HOST_OF[venue_id], "ETH"): []})
        return await kind_of(running.venue.funding("ETH", (NOW_MS - DAY_MS) * MS, NOW))

    assert run(venue_id, tmp_path, work) == "empty"


# ------------------------------------------------------------------------------------------- the rule itself


def intervals(hours: list[int], in_force: float | None = None) -> list[tuple[int, float]]:
    """Hours of settlements → those that are told, with the interval of each."""
    found = with_intervals([(hour * HOUR_NS, 1e-4) for hour in hours], None, in_force, "x")
    return [(int(time // HOUR_NS), interval) for time, interval in zip(found.time, found.interval_h, strict=True)]


def test_a_settlement_that_is_missing_does_not_stretch_the_next_one() -> None:
    assert intervals([0, 1, 2, 4, 5, 6]) == [(1, 1), (2, 1), (4, 1), (5, 1), (6, 1)]
    assert intervals([0, 8, 16, 32, 40]) == [(8, 8), (16, 8), (32, 8), (40, 8)]


def test_what_cannot_be_told_is_left_out() -> None:
    assert intervals([0, 8, 16, 19, 23], 4.0) == [(8, 8), (16, 8), (23, 4)]  # nobody settles every three hours
    assert intervals([0, 8, 16, 28, 32, 36]) == [(8, 8), (16, 8), (32, 4), (36, 4)]  # a hole at a change
    assert intervals([5]) == []
    assert intervals([0, 4, 8, 16]) == [(4, 4), (8, 4)]  # a change, or a hole; the next one will tell


def test_a_change_to_a_longer_interval_is_believed_once_it_lasts() -> None:
    assert intervals([0, 4, 8, 16, 24]) == [(4, 4), (8, 4), (16, 8), (24, 8)]
    assert intervals([0, 4, 8, 16], 8.0)[-1] == (16, 8)
    assert intervals([0, 4, 8, 16], 4.0)[-1] == (16, 4)


def test_the_interval_in_force_is_asked_for_only_where_it_decides() -> None:
    assert not doubtful([(hour * HOUR_NS, 0.0) for hour in (0, 8, 16)])
    assert not doubtful([(hour * HOUR_NS, 0.0) for hour in (0, 8, 12)])
    assert doubtful([(hour * HOUR_NS, 0.0) for hour in (0, 4, 12)])
    assert doubtful([(0, 0.0), (8 * HOUR_NS, 0.0)])
