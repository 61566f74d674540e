"""The streams of four exchanges through the unmodified client: a burst is kept whole, and every fault ends well."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.exchange.streams import close_sockets
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.exchange.watchdog import StreamLimits
from barograph.market.instants import from_ns
from tests.feeds.exchange.stream_runs import ALL, PUBLISHING, FastPace, listening, serving, until
from tests.loopback.exchange_dialects import Forced
from tests.loopback.exchange_streams import StreamServer

BURST = {"binanceusdm": 50, "bybit": 20, "okx": 8}
FAST = 60.0


@pytest.fixture(name="server")
def _server() -> Iterator[StreamServer]:
    with serving() as server:
        yield server


@pytest.mark.parametrize("venue", PUBLISHING)
def test_every_forced_order_of_a_burst_is_kept(venue: str, server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        async with listening(venue, server, tmp_path) as run:
            await run.subscribed()
            count, at = BURST[venue], run.pace.ms()
            orders = [Forced("BTC", "long" if i % 2 else "short", 60_000.0 + i, 0.1 + i / 10, at) for i in range(count)]
            run.hub.forced(venue, orders)
            run.hub.forced(venue, [Forced("ETH", "long", 3_000.0, 2.0, at)])
            await until(lambda: len(run.heard.orders) >= count + 1)
            assert [order.price for order in run.heard.orders] == [*(60_000.0 + i for i in range(count)), 3_000.0]
            assert [order.side for order in run.heard.orders[:4]] == [-1, 1, -1, 1]
            assert run.heard.orders[3].size == pytest.approx(0.4)
            assert run.heard.orders[-1].coin == "ETH"

    asyncio.run(main())


@pytest.mark.parametrize("venue", ALL)
def test_candles_tell_the_venues_own_instant_and_when_they_close(
    venue: str, server: StreamServer, tmp_path: Path
) -> None:
    async def main() -> None:
        async with listening(venue, server, tmp_path) as run:
            await run.subscribed()
            run.hub.ticker(venue, "ETH", 3_000.0, run.pace.ms() - 3_000)
            await asyncio.sleep(0)
            told = run.pace.ms() - 2_000
            for bar in (
                run.bar("ETH", told_ms=told),
                run.bar("ETH", closed=True, told_ms=run.pace.ms() + 500_000),
                run.bar("ETH", bars_ahead=1, told_ms=run.pace.ms() + 600_000),
            ):
                run.hub.candle(venue, bar)
            await until(lambda: len([1 for _, last, _ in run.heard.steps if last.coin == "ETH"]) == 3)
            steps = [each for each in run.heard.steps if each[1].coin == "ETH"]
            begin = from_ns(steps[0][1].time_ns)
            if venue in ("binanceusdm", "bybit"):
                assert steps[0][2] == from_ns(told * 1_000_000)
            elif venue == "okx":  # its candles have no instant; its tickers do
                assert steps[0][2] == from_ns((steps[0][2] - from_ns(0)) // timedelta(microseconds=1) * 1_000)
                assert steps[0][2] <= run.pace.now() - timedelta(seconds=2.9)
            assert all(as_of <= begin + timedelta(minutes=5) for _, _, as_of in steps[:2])
            closed = [candle for step, _, _ in steps for candle in step.closed]
            assert [from_ns(candle.time_ns) for candle in closed] == [begin]
            assert (closed[0].open, closed[0].high, closed[0].low, closed[0].close) == (100.0, 110.0, 90.0, 105.0)
            assert closed[0].volume == pytest.approx(12.5)
            assert not any(step.hole for step, _, _ in steps)

    asyncio.run(main())


@pytest.mark.parametrize("venue", ALL)
def test_a_frozen_stream_is_found_by_the_age_of_its_data(venue: str, server: StreamServer, tmp_path: Path) -> None:
    """The socket is open and pings are answered: no library takes that for an error."""

    async def main() -> None:
        pace = FastPace(FAST)
        async with listening(venue, server, tmp_path, pace) as run:
            await run.subscribed()
            run.hub.play(pace.now)
            before = len(run.heard.steps)
            await until(lambda: len(run.heard.steps) > before + 20)
            run.hub.manners[venue].frozen = True
            frozen_at = pace.now()
            fault = await run.fault()
            silent_s = (pace.now() - frozen_at).total_seconds()
            assert fault.error.kind is FeedErrorKind.UNREACHABLE
            assert "has sent no" in fault.error.message
            assert not fault.never_began
            assert (14 if venue == "okx" else 29) < silent_s < 50
            assert run.hub.open(venue) > 0

    asyncio.run(main())


@pytest.mark.parametrize("venue", ALL)
def test_a_stream_that_never_brings_anything_says_so(venue: str, server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        async with listening(venue, server, tmp_path, FastPace(FAST)) as run:
            fault = await run.fault()
            assert fault.never_began

    asyncio.run(main())


def test_one_coin_that_rests_is_found_although_the_other_goes_on(server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        pace = FastPace(FAST)
        async with listening("bybit", server, tmp_path, pace) as run:
            await run.subscribed()
            while not run.running.done():
                run.hub.candle("bybit", run.bar("ETH"))
                await asyncio.sleep(0.01)
            fault = await run.fault()
            assert "BTC candles" in fault.error.message

    asyncio.run(main())


@pytest.mark.parametrize("fault", ["close", "reset", "half_frame"])
@pytest.mark.parametrize("venue", ALL)
def test_a_connection_that_ends_is_told_at_once(venue: str, fault: str, server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        async with listening(venue, server, tmp_path) as run:
            await run.subscribed()
            await asyncio.to_thread(getattr(run.hub, fault), venue)
            ended = await run.fault()
            assert ended.error.kind is FeedErrorKind.UNREACHABLE
            assert not ended.never_began

    asyncio.run(main())


BAD_FRAMES = [
    '{"e":"kline","E":17640',  # cut short
    "[1,2,3]",
    '{"data":[null],"topic":"kline.5.BTCUSDT","arg":{"channel":"tickers"},"e":"kline","channel":"candle"}',
    '{"e":"kline","k":null}',
    "\x00\x01 no JSON at all",
    "[" * 5_000,
]


@pytest.mark.parametrize("venue", ALL)
def test_frames_that_cannot_be_read_do_not_end_the_stream(venue: str, server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        async with listening(venue, server, tmp_path) as run:
            await run.subscribed()
            for text in BAD_FRAMES:
                run.hub.text(venue, text)
            before = len(run.heard.steps)
            run.hub.candle(venue, run.bar("ETH"))
            await until(lambda: len(run.heard.steps) > before)
            assert run.streams.bad_frames >= 2
            assert not run.running.done()

    asyncio.run(main())


def test_too_many_bad_frames_end_it(server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        async with listening("bybit", server, tmp_path, limits=StreamLimits(bad_frames=5)) as run:
            await run.subscribed()
            for _ in range(5):
                run.hub.text("bybit", BAD_FRAMES[0])
            fault = await run.fault()
            assert fault.error.kind is FeedErrorKind.BAD_DATA

    asyncio.run(main())


@pytest.mark.parametrize(
    ("status", "kind"),
    [(451, FeedErrorKind.REFUSED), (403, FeedErrorKind.REFUSED), (503, FeedErrorKind.UNREACHABLE)],
)
@pytest.mark.parametrize("venue", ALL)
def test_a_dial_that_is_turned_away(
    venue: str, status: int, kind: FeedErrorKind, server: StreamServer, tmp_path: Path
) -> None:
    async def main() -> None:
        server.hub.manners[venue].refuse = status
        async with listening(venue, server, tmp_path) as run:
            fault = await run.fault()
            assert fault.error.kind is kind
            assert not fault.never_began

    asyncio.run(main())


def test_nobody_there(tmp_path: Path) -> None:
    async def main() -> None:
        with serving() as server:
            pass  # its port is free again
        async with listening("okx", server, tmp_path) as run:
            fault = await run.fault()
            assert fault.error.kind is FeedErrorKind.UNREACHABLE

    asyncio.run(main())


def test_a_server_that_comes_back_on_the_same_port_is_listened_to_again(tmp_path: Path) -> None:
    async def main() -> None:
        with serving() as server:
            port = server.port
            async with listening("binanceusdm", server, tmp_path) as run:
                await run.subscribed()
                await asyncio.to_thread(server.close)
                assert (await run.fault()).error.kind is FeedErrorKind.UNREACHABLE
        with StreamServer(server.hub, port) as again:
            async with listening("binanceusdm", again, tmp_path) as run:
                await run.subscribed()

    asyncio.run(main())


def test_duplicate_and_backward_candles_change_nothing(server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        async with listening("binanceusdm", server, tmp_path) as run:
            await run.subscribed()
            now = run.pace.ms() + 10_000
            run.hub.candle("binanceusdm", run.bar(told_ms=now, close=106.0))
            run.hub.candle("binanceusdm", run.bar(told_ms=now, close=106.0))
            run.hub.candle("binanceusdm", run.bar(told_ms=now - 5_000, close=91.0))
            run.hub.candle("binanceusdm", run.bar(bars_ahead=-1, closed=True))
            await until(lambda: run.streams.backward == 2)
            assert [last.close for _, last, _ in run.heard.steps] == [105.0, 106.0, 106.0]

    asyncio.run(main())


@pytest.mark.parametrize("venue", PUBLISHING)
def test_silence_is_heard_only_as_far_as_something_was_heard(venue: str, server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        pace = FastPace(40.0)
        async with listening(venue, server, tmp_path, pace) as run:
            await run.subscribed()
            run.hub.ticker(venue, "BTC", 1.0, pace.ms())
            run.hub.candle(venue, run.bar("ETH"))
            await until(lambda: bool(run.heard.spans) and run.heard.steps[-1][1].coin == "ETH")
            since = run.heard.spans[-1][0]
            latest = pace.now()
            await until(lambda: pace.now() > latest + timedelta(seconds=8))
            assert run.heard.spans[-1][1] <= latest  # nothing came since, and so nothing is claimed
            run.hub.ticker(venue, "BTC", 1.0, pace.ms())
            run.hub.candle(venue, run.bar("ETH"))
            await until(lambda: run.heard.spans[-1][1] > latest)
            assert run.heard.spans[-1][0] == since
            run.hub.text(venue, BAD_FRAMES[0])  # it may have been one of them
            run.hub.ticker(venue, "BTC", 1.0, pace.ms())
            run.hub.candle(venue, run.bar("ETH"))
            await until(lambda: run.heard.spans[-1][0] > since)

    asyncio.run(main())


def test_a_peer_that_does_not_answer_pings_is_found_within_seconds_at_binance(
    server: StreamServer, tmp_path: Path
) -> None:
    """Its client would take nine minutes by itself."""

    async def main() -> None:
        limits = StreamLimits(keep_alive_real_s=0.05)
        async with listening("binanceusdm", server, tmp_path, limits=limits) as run:
            fault = await run.fault()
            assert fault.error.kind is FeedErrorKind.UNREACHABLE
            assert "did not answer in time" in fault.error.message

    server.hub.manners["binanceusdm"].stubborn = True
    asyncio.run(main())


@pytest.mark.parametrize("venue", ["bybit", "okx", "hyperliquid"])
def test_pings_work_by_a_clock_of_another_day(venue: str, server: StreamServer, tmp_path: Path) -> None:
    """The client notes the last pong by the exchange's clock and compares it with the computer's."""

    def ping_often(opened: Venue) -> None:
        opened.client.streaming = {**opened.client.streaming, "keepAlive": 40}

    async def main() -> None:
        async with listening(venue, server, tmp_path, prepare=ping_often) as run:
            await run.subscribed()
            await until(lambda: sum("ping" in text for _, text in run.hub.said) >= 12)
            assert not run.running.done()

    asyncio.run(main())


def test_streams_that_are_a_day_old_end_without_a_fault(server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        pace = FastPace()
        limits = StreamLimits(candles_s=1e6, tickers_s=1e6, silent_s=1e6, longer_candles_s=1e6)
        async with listening("bybit", server, tmp_path, pace, limits) as run:
            await run.subscribed()
            pace.jump(90_000)
            assert (await run.fault()).aged

    asyncio.run(main())


def test_closing_is_quick_although_the_peer_does_not_answer(server: StreamServer, tmp_path: Path) -> None:
    async def main() -> None:
        server.hub.manners["okx"].stubborn = True
        async with listening("okx", server, tmp_path) as run:
            await run.subscribed()
            run.running.cancel()
            await asyncio.gather(run.running, return_exceptions=True)
            await asyncio.wait_for(close_sockets(run.venue.client, 0.1), 2.0)
            await until(lambda: run.hub.open("okx") == 0)

    asyncio.run(main())
