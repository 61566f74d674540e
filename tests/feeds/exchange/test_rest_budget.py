"""No request goes out uncounted, and none before its time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from barograph.feeds.contract import FeedErrorKind
from barograph.market.intervals import Interval
from tests.feeds.exchange.rest_runs import ALL_VENUES, DAY_MS, NOW, NOW_MS, Running, fault_of, kind_of, run
from tests.loopback.exchange_asked import BINANCE

MS = 1_000_000
every_venue = pytest.mark.parametrize("venue_id", ALL_VENUES)


@every_venue
def test_every_request_is_counted_whoever_sends_it(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> tuple[int, int]:
        venue = running.venue
        await venue.bars("BTC", Interval.MIN_5, (NOW_MS - 5 * DAY_MS) * MS, NOW)  # several pages at most of them
        await venue.funding("ETH", (NOW_MS - DAY_MS) * MS, NOW)
        await venue.refresh_markets(NOW)
        await venue.client.fetch_time()  # as streams might
        # not "drop": a GET whose kept connection turns out dead is sent once more by aiohttp itself, unseen
        running.server.fault(venue_id, "500")
        await fault_of(venue.ticker("BTC", NOW))
        return venue.budget.view(NOW).used, running.server.count(venue_id)

    counted, arrived = run(venue_id, tmp_path, work)
    assert counted == arrived >= 5


@every_venue
def test_beyond_the_budget_of_the_hour_nothing_goes_out(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> None:
        venue, pace = running.venue, running.pace
        await venue.ticker("BTC", pace.now())
        pace.advance(600)
        for _ in range(2):
            await venue.ticker("BTC", pace.now())
        fault = await fault_of(venue.ticker("ETH", pace.now()))
        assert fault is not None
        assert (fault.kind, fault.retry_at) == (FeedErrorKind.RATE_LIMITED, NOW + timedelta(hours=1))
        assert (fault.source, fault.subject) == (venue_id, "ETH")
        assert "is not asked before 15:32 UTC" in fault.message
        assert running.server.count(venue_id) == 3
        pace.time = NOW + timedelta(hours=1)
        await venue.ticker("ETH", pace.now())

    run(venue_id, tmp_path, work, per_hour=3)


@every_venue
def test_pages_end_where_the_budget_ends(venue_id: str, tmp_path: Path) -> None:
    """What was had until then is no answer: it would leave a hole."""

    async def work(running: Running) -> tuple[FeedErrorKind | None, int]:
        asked = running.venue.funding("BTC", (NOW_MS - 900 * DAY_MS) * MS, NOW)
        return await kind_of(asked), running.server.count(venue_id)

    assert run(venue_id, tmp_path, work, per_hour=1) == (FeedErrorKind.RATE_LIMITED, 1)


@every_venue
def test_after_a_fault_the_exchange_is_left_alone_and_longer_each_time(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> list[float]:
        venue, pace = running.venue, running.pace
        running.server.fault(venue_id, "429")
        pauses = []
        for _ in range(4):
            asked = pace.now()
            fault = await fault_of(venue.ticker("BTC", asked))
            assert fault is not None
            assert fault.retry_at is not None
            pauses.append((fault.retry_at - asked).total_seconds())
            before = running.server.count(venue_id)
            for coin in ("BTC", "ETH"):  # every request of the exchange waits, not only this one
                refused = await fault_of(venue.open_interest(coin, pace.now()))
                assert refused is not None
                assert refused.retry_at == fault.retry_at
            assert running.server.count(venue_id) == before
            pace.time = fault.retry_at
        running.server.heal(venue_id)
        await venue.ticker("BTC", pace.now())
        assert venue.budget.earliest(pace.now()) == pace.now()
        return pauses

    pauses = run(venue_id, tmp_path, work)
    for pause, shortest in zip(pauses, (60, 120, 240, 480), strict=True):
        assert shortest <= pause <= shortest * 1.25


@every_venue
def test_an_empty_answer_and_an_unknown_market_are_no_fault_of_the_host(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> None:
        for name in ("no rows", "unknown symbol"):
            if (venue_id, name) != ("hyperliquid", "unknown symbol"):
                running.server.fault(venue_id, name)
                assert await kind_of(running.venue.bars("BTC", Interval.MIN_5, None, NOW)) is not None
                assert running.venue.budget.earliest(NOW) == NOW

    run(venue_id, tmp_path, work)


@every_venue
def test_an_empty_answer_is_a_good_one_and_faults_are_forgotten(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> list[float]:
        pauses = []
        for _ in range(2):
            running.server.fault(venue_id, "429")
            asked = running.now
            fault = await fault_of(running.venue.ticker("BTC", asked))
            assert fault is not None
            assert fault.retry_at is not None
            pauses.append((fault.retry_at - asked).total_seconds())
            running.pace.time = fault.retry_at
            running.server.fault(venue_id, "no rows")
            asked_bars = running.venue.bars("BTC", Interval.MIN_5, None, running.now)
            assert await kind_of(asked_bars) is FeedErrorKind.EMPTY
        return pauses

    assert max(run(venue_id, tmp_path, work)) <= 75  # the first pause both times, not the second


@pytest.mark.parametrize(("weight", "waits"), [("1900", False), ("1950", True), ("2400", True), ("much", False)])
def test_binance_is_given_a_rest_before_its_weight_of_the_minute_is_used_up(
    weight: str, waits: bool, tmp_path: Path
) -> None:
    async def work(running: Running) -> None:
        running.server.headers[BINANCE] = {"X-MBX-USED-WEIGHT-1M": weight}
        await running.venue.ticker("BTC", NOW)
        fault = await fault_of(running.venue.ticker("BTC", NOW))
        assert (fault is not None) == waits
        if fault is not None:
            assert fault.retry_at == NOW.replace(second=0) + timedelta(minutes=1)
            running.server.headers.clear()
            running.pace.time = fault.retry_at
        await running.venue.ticker("BTC", running.now)

    run("binanceusdm", tmp_path, work)
