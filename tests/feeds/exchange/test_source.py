"""The exchanges as a source: who serves, what the book holds, and how it gets over what the outside does."""

from __future__ import annotations

import asyncio
import gc
import logging
from datetime import timedelta
from pathlib import Path

import pytest

from barograph.feeds.book import PERPETUAL_TABLES, table_of
from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.exchange.faults import NAMES
from barograph.feeds.exchange.serving import ElectionLimits
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.exchange.watchdog import StreamLimits
from barograph.feeds.options import VENUES
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Coverage
from tests.feeds.exchange.source_runs import INTERVALS, SourceRun, running, wait
from tests.loopback.exchange_dialects import Forced

QUICK = ElectionLimits(start_s=15, return_s=60, longest_return_s=600)


def test_from_the_first_minute_everything_is_in_the_book(tmp_path: Path) -> None:
    with running(tmp_path) as run:
        wait(lambda: run.filled("binanceusdm"), "bars of Binance")
        for coin in ("BTC", "ETH"):
            wait(lambda coin=coin: set(run.book.funding(coin)) == set(VENUES), "funding of all")  # type: ignore[misc]
            wait(
                lambda coin=coin: set(run.book.open_interest(coin)) == set(VENUES),  # type: ignore[misc]
                "open interest of all",
            )
        for interval in INTERVALS:
            answer = run.book.bars("ETH", interval, None)
            assert answer.source == "binanceusdm"
            newest = from_ns(int(answer.closed.time[-1]) + interval.ns)
            assert newest > run.pace.now() - timedelta(seconds=2 * interval.seconds)
        assert run.holes() == 0
        wait(
            lambda: run.bars().time[-1] > to_ns(run.pace.now()) - 2 * Interval.MIN_5.ns, "the bar that has just closed"
        )
        answer = run.book.bars("BTC", Interval.MIN_5, None)
        assert answer.as_of is not None
        assert len(answer.forming) == 1
        coverage = {venue: rows.coverage for venue, rows in run.book.liquidations("BTC").items()}
        assert coverage == {
            "binanceusdm": Coverage.ONE_PER_SECOND,
            "bybit": Coverage.ALL,
            "okx": Coverage.SAMPLED,
        }
        lines = run.source.health(run.pace.now())
        assert [line.source for line in lines] == ["Binance", "Bybit", "OKX", "Hyperliquid"]
        assert {line.state for line in lines} == {Freshness.LIVE}
        assert all(line.last_error == "" and line.error_kind is None for line in lines)
        assert all(line.requests_used and line.requests_allowed == 3_000 for line in lines)
        assert all(line.newest and line.last_success and line.next_refresh for line in lines)
        assert run.advisories() == {}
        assert run.source.loop_errors == 0


def test_what_it_has_is_known_before_anything_is_opened(tmp_path: Path) -> None:
    with running(tmp_path, start=False) as run:
        assert run.source.instruments(run.pace.now()) == {"BTC": INTERVALS, "ETH": INTERVALS}
        assert run.source.series() == ()
        assert [line.state for line in run.source.health(run.pace.now())] == [Freshness.MISSING] * 4
        run.source.woke()
        run.source.stop()
        run.source.start()  # too late
    assert run.server.requests == []


@pytest.mark.parametrize("venue", ["binanceusdm", "bybit", "okx"])
def test_a_burst_of_forced_orders_is_in_the_book_each_once(venue: str, tmp_path: Path) -> None:
    count = {"binanceusdm": 50, "bybit": 20, "okx": 8}[venue]
    with running(tmp_path, venues=(venue,), speed=1.0) as run:
        wait(lambda: ("forced", "BTC", "") in run.hub.topics(venue), "a subscription")
        at = run.pace.ms()
        orders = [Forced("BTC", "long", 60_000.0 + i % 3, 0.5, at) for i in range(count)]
        run.hub.forced(venue, orders)
        wait(lambda: len(run.forced(venue)) == count, "all of the burst")
        rows = run.forced(venue)
        assert rows.usd.sum() == pytest.approx(sum(order.price * order.size for order in orders))
        since = rows.since_ns
        # a venue that repeats its latest to whoever connects adds nothing
        lives = run.source.workers[0].lives
        run.source.woke()
        wait(lambda: run.source.workers[0].lives > lives, "a new life")
        wait(lambda: ("forced", "BTC", "") in run.hub.topics(venue), "a subscription again")
        run.hub.forced(venue, [*orders, Forced("BTC", "short", 70_000.0, 1.0, at + 9)])
        wait(lambda: len(run.forced(venue)) > count, "the new one")
        rows = run.forced(venue)
        assert len(rows) == count + 1
        assert (int(rows.side[-1]), float(rows.price[-1])) == (-1, 70_000.0)
        wait(lambda: run.forced(venue).since_ns != since, "hearing without a gap begins anew")


@pytest.mark.parametrize("fault", ["451", "403 cloudfront"])
def test_a_venue_that_refuses_the_region_is_left_alone_and_the_next_serves(fault: str, tmp_path: Path) -> None:
    def refuse(run: SourceRun) -> None:
        run.server.fault("binanceusdm", fault)
        run.hub.manners["binanceusdm"].refuse = int(fault[:3])

    with running(tmp_path, before=refuse) as run:
        wait(lambda: run.filled("bybit"), "bars of Bybit")
        assert run.advisories() == {"venue_refused": ("Binance",)}
        line = run.health("Binance")
        assert (line.state, line.error_kind) == (Freshness.ERROR, FeedErrorKind.REFUSED)
        assert line.waits_until is not None
        assert line.waits_until > run.pace.now() + timedelta(hours=3)
        for table in PERPETUAL_TABLES:  # nobody need wait for these
            refused = run.book.error(table_of("ETH", table, "binanceusdm"), None)
            assert refused is not None
            assert refused.kind is FeedErrorKind.REFUSED
        assert run.server.count("binanceusdm") == 1
        assert run.hub.dials["binanceusdm"] == 0
        run.pace.jump(6 * 3_600)
        run.server.heal("binanceusdm")
        run.hub.manners["binanceusdm"].refuse = None
        wait(lambda: run.server.count("binanceusdm") > 3, "Binance is asked again after hours")
        wait(lambda: "venue_refused" not in run.advisories(), "the advisory goes")


def test_a_venue_that_goes_down_is_replaced_and_serves_again_when_it_has_been_up_for_a_while(tmp_path: Path) -> None:
    with running(tmp_path, venues=("bybit", "binanceusdm"), speed=150.0, election=QUICK) as run:
        wait(lambda: run.filled("bybit"), "bars of Bybit")
        run.take_down("bybit")
        down_at = run.pace.now()
        wait(lambda: run.filled("binanceusdm"), "bars of Binance")
        assert run.pace.now() - down_at > timedelta(seconds=60)
        assert run.health("Bybit").last_error
        assert run.book.bars("BTC", Interval.HOUR_4, None).source == "binanceusdm"
        wait(lambda: run.holes() == 0 and len(run.bars()) > 250, "all that was missed at Binance")
        run.bring_up("bybit")
        up_at = run.pace.now()
        wait(lambda: run.filled("bybit"), "Bybit serves again")
        assert run.pace.now() - up_at > timedelta(seconds=60)
        wait(lambda: run.holes() == 0, "what was missed of Bybit")
        wait(lambda: run.health("Bybit").state is Freshness.LIVE, "a live line")
        wait(lambda: run.health("Bybit").last_error == "", "no fault any more")


def test_streams_that_freeze_are_replaced_by_requests_and_built_anew(tmp_path: Path) -> None:
    with running(tmp_path, venues=("bybit", "okx")) as run:
        wait(lambda: run.filled("bybit"), "bars")
        worker = run.source.workers[0]
        lives, asked = worker.lives, run.server.count("bybit", "/kline")
        run.hub.manners["bybit"].frozen = True
        wait(lambda: worker.lives >= lives + 3, "new lives")
        wait(lambda: run.server.count("bybit", "/kline") > asked + 10, "requests instead")
        assert run.source.serving == "bybit"  # the price is there, by another way
        assert "has sent no" in run.health("Bybit").last_error
        wait(lambda: run.health("Bybit").state is Freshness.LIVE, "a price by requests")
        run.hub.manners["bybit"].frozen = False
        wait(lambda: worker.standing.streaming, "the streams")
        wait(lambda: run.health("Bybit").last_error == "", "no fault any more")
        wait(lambda: run.holes() == 0, "what was missed")


@pytest.mark.parametrize("venue", ["bybit", "binanceusdm"])
def test_answers_that_stand_still_are_as_old_as_they_are(venue: str, tmp_path: Path) -> None:
    """The same prices with the same time, again and again, from requests; the streams are gone."""
    with running(tmp_path, venues=(venue,)) as run:
        run.hub.manners[venue].frozen = True
        wait(lambda: run.filled(venue), "bars")
        stands = run.pace.now()
        run.server.clock = lambda: stands
        asked = run.server.count(venue, "kline")
        wait(lambda: run.server.count(venue, "kline") > asked + 8, "the same answer")
        as_of = run.book.bars("BTC", Interval.MIN_5, None).as_of
        assert as_of is not None
        assert as_of <= stands
        wait(lambda: not run.health(NAMES[venue]).state.usable, "a price that is old")


def test_a_stream_that_connects_and_brings_nothing_while_requests_work_is_told(tmp_path: Path) -> None:
    def freeze(run: SourceRun) -> None:
        run.hub.manners["binanceusdm"].frozen = True

    with running(tmp_path, venues=("binanceusdm",), before=freeze) as run:
        wait(lambda: run.advisories() == {"client_outdated": ("Binance",)}, "the advisory")
        run.hub.manners["binanceusdm"].frozen = False
        wait(lambda: run.advisories() == {}, "it goes when something comes")
        run.hub.manners["binanceusdm"].frozen = True
        lives = run.source.workers[0].lives
        wait(lambda: run.source.workers[0].lives > lives + 1, "a stall")
        assert run.advisories() == {}  # one that was heard before is only frozen


def test_what_an_exchange_tells_of_our_future_never_comes_to_pass(tmp_path: Path) -> None:
    """Its clock is three hours ahead; then nothing more comes, and what came is as old as it is."""

    def ahead(run: SourceRun) -> None:
        run.server.fault("binanceusdm", "wrong clock")

    with running(tmp_path, venues=("binanceusdm",), before=ahead) as run:
        wait(lambda: run.filled("binanceusdm"), "bars")
        wait(
            lambda: len(run.book.open_interest("BTC")) > 0 or run.server.count("binanceusdm", "openInterest") > 1,
            "asked",
        )
        wait(lambda: bool(run.book.funding("BTC")), "funding")
        for interval in INTERVALS:
            answer = run.book.bars("BTC", interval, None)
            ends = answer.closed.time + interval.ns
            assert from_ns(int(ends[-1])) <= run.pace.now() + timedelta(minutes=1), interval
            assert all(from_ns(int(time)) <= run.pace.now() + timedelta(minutes=1) for time in answer.forming.time)
        times = [each.time for each in run.book.funding("BTC").values()]
        times += [each.time for each in run.book.open_interest("BTC").values()]
        assert times
        assert all(from_ns(int(each[-1])) <= run.pace.now() + timedelta(minutes=1) for each in times)


def test_a_clock_that_is_off_is_told_with_the_seconds(tmp_path: Path) -> None:
    with running(tmp_path, venues=("bybit", "hyperliquid", "okx"), speed=5.0) as run:
        wait(lambda: run.source.workers[2].standing.clock_offset_s is not None, "the time of all")
        run.server.fault("okx", "wrong clock")
        run.source.woke()
        wait(lambda: abs(run.source.workers[2].standing.clock_offset_s or 0) > 10_000, "one that is off")
        assert run.advisories() == {}  # one alone is its own clock
        run.server.clock = lambda: run.pace.now() - timedelta(seconds=40)
        run.source.woke()
        wait(lambda: "clock_off" in run.advisories(), "the advisory")
        assert 36 <= int(run.advisories()["clock_off"][0]) <= 44
        run.server.clock = run.pace.now
        run.server.heal("okx")
        run.source.woke()
        wait(lambda: run.advisories() == {}, "it goes")


@pytest.mark.parametrize("fault", ["truncated", "429"])
def test_a_venue_that_answers_all_but_bars_is_replaced(fault: str, tmp_path: Path) -> None:
    def spoil(run: SourceRun) -> None:
        run.server.fault("bybit", fault, "/kline")

    with running(tmp_path, venues=("bybit", "binanceusdm"), speed=150.0, election=QUICK, before=spoil) as run:
        wait(lambda: run.filled("binanceusdm"), "bars of the other")
        assert run.health("Bybit").last_error
        assert run.book.held_until("BTC", Interval.DAY_1, "bybit") is None
        run.server.heal("bybit")
        wait(lambda: run.filled("bybit"), "it serves when its bars came again for a while")


def test_where_streams_are_refused_requests_serve(tmp_path: Path) -> None:
    def refuse(run: SourceRun) -> None:
        run.hub.manners["bybit"].refuse = 403

    with running(tmp_path, venues=("bybit",), speed=150.0, before=refuse) as run:
        wait(lambda: run.filled("bybit"), "bars")
        asked = run.server.count("bybit", "/kline")
        wait(lambda: run.server.count("bybit", "/kline") > asked + 12, "bars by requests")
        line = run.health("Bybit")
        assert line.error_kind is FeedErrorKind.REFUSED
        assert line.state is Freshness.LIVE
        assert run.advisories() == {}  # it serves this region
        assert run.hub.dials["bybit"] <= 3
        assert run.holes() == 0


def test_an_outage_of_everything_is_got_over_without_a_restart(tmp_path: Path) -> None:
    with running(tmp_path, venues=("bybit",), speed=300.0) as run:
        wait(lambda: run.filled("bybit"), "bars")
        held = run.bars().time[-1]
        run.take_down("bybit")
        wait(lambda: run.health("Bybit").state is Freshness.ERROR, "the state of the price, when it is too old")
        assert run.health("Bybit").error_kind is FeedErrorKind.UNREACHABLE
        wait(lambda: run.health("Bybit").waits_until is not None, "a pause between two tries")
        assert run.bars().time[-1] == held  # nothing was made up
        assert run.book.error("BTC", Interval.MIN_5) is not None
        run.bring_up("bybit")
        wait(lambda: run.health("Bybit").state is Freshness.LIVE, "a live line")
        wait(lambda: bool(run.bars().time[-1] > held) and run.holes() == 0, "what was missed")
        wait(lambda: run.book.error("BTC", Interval.MIN_5) is None, "no fault any more")
        used = run.health("Bybit").requests_used
        assert used is not None
        assert used < 200


def test_connections_are_renewed_before_they_grow_old(tmp_path: Path) -> None:
    with running(tmp_path, venues=("bybit",), limits=StreamLimits(life_s=20)) as run:
        wait(lambda: run.source.workers[0].lives >= 4, "new lives")
        assert run.health("Bybit").last_error == ""
        assert run.health("Bybit").state is Freshness.LIVE


def test_after_sleep_everything_is_connected_anew_and_what_was_missed_is_filled(tmp_path: Path) -> None:
    with running(tmp_path, venues=("bybit", "binanceusdm")) as run:
        wait(lambda: run.filled("bybit"), "bars")
        lives = [worker.lives for worker in run.source.workers]
        run.pace.jump(3 * 3_600)
        run.source.woke()
        wait(
            lambda: all(worker.lives > before for worker, before in zip(run.source.workers, lives, strict=True)),
            "new lives of all",
        )
        newest = to_ns(run.pace.now()) - 2 * Interval.MIN_5.ns
        wait(lambda: bool(run.bars().time[-1] >= newest), "the newest bars")
        wait(lambda: run.holes() == 0, "the hole of three hours")
        wait(lambda: run.health("Bybit").state is Freshness.LIVE, "a live line")


def test_bars_that_are_held_already_are_not_asked_for_again(tmp_path: Path) -> None:
    with running(tmp_path, venues=("bybit",), speed=1.0) as first:
        wait(lambda: first.filled("bybit"), "bars")
        pieces = first.book.take_new().bars

    def hold(run: SourceRun) -> None:
        for piece in pieces:
            run.book.put_bars(piece, record=False)

    with running(tmp_path, venues=("bybit",), speed=1.0, before=hold) as again:
        wait(lambda: all(again.book.answered_at("ETH", each) is not None for each in INTERVALS), "answers")
        asked = [seen.query for seen in again.server.requests if seen.path.endswith("/kline")]
        assert len(asked) == 10
        assert max(int(query["limit"]) for query in asked) <= 6


def test_a_mistake_of_ours_pauses_a_venue_and_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [True]
    bars = Venue.bars

    async def break_sometimes(self: Venue, *arguments: object) -> object:
        if self.id == "bybit" and broken[0]:
            raise ZeroDivisionError("a mistake")
        return await bars(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Venue, "bars", break_sometimes)
    with running(tmp_path, venues=("bybit", "binanceusdm")) as run:
        wait(lambda: "ZeroDivisionError" in run.health("Bybit").last_error, "the mistake in the panel")
        wait(lambda: run.filled("binanceusdm"), "the other venue")
        assert run.source.workers[0].lives == 1  # streams go on
        broken[0] = False
        wait(lambda: run.health("Bybit").last_error == "", "it goes on")
    told = [record for record in caplog.records if "mistake of this program" in record.getMessage()]
    assert len(told) == 1


def test_a_cancellation_that_nobody_asked_for_ends_no_venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's library cancels what waits on a connection that it closes; to `except Exception` that is nothing."""
    bars, broken = Venue.bars, [3]

    async def cancelled(self: Venue, *arguments: object) -> object:
        if broken[0]:
            broken[0] -= 1
            raise asyncio.CancelledError
        return await bars(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Venue, "bars", cancelled)
    with running(tmp_path, venues=("bybit",)) as run:
        wait(lambda: run.filled("bybit"), "bars after all")


@pytest.mark.parametrize("moment", ["at once", "while it asks", "while it hangs"])
def test_stopping_is_quick_at_any_moment(moment: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running(tmp_path) as run:
        if moment == "while it asks":
            wait(lambda: run.server.count("binanceusdm", "klines") > 0, "a request")
        if moment == "while it hangs":
            wait(lambda: run.filled("binanceusdm"), "bars")
            for venue in VENUES:
                run.server.fault(venue, "slow")
            wait(lambda: run.server.count("okx") > 0, "a request that hangs")
        run.source.stop()
        run.server.release()
    gc.collect()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_many_lives_leave_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path, venues=("bybit",)) as run:
        wait(lambda: run.filled("bybit"), "bars")

        def settled() -> bool:
            return all(worker.standing.streaming for worker in run.source.workers) and run.hub.open("bybit") == 1

        wait(settled, "streams")
        tasks, sockets = run.tasks(), sum(run.hub.open(venue) for venue in VENUES)
        for _ in range(6):
            lives = [worker.lives for worker in run.source.workers]
            run.source.woke()
            wait(
                lambda lives=lives: all(  # type: ignore[misc]
                    worker.lives > before for worker, before in zip(run.source.workers, lives, strict=True)
                ),
                "a new life",
            )
        wait(settled, "streams again")
        wait(lambda: run.tasks() <= tasks + 2, "no more tasks than before")
        wait(lambda: sum(run.hub.open(venue) for venue in VENUES) == sockets, "no more sockets than before")
        gc.collect()
        clients = [thing for thing in gc.get_objects() if type(thing).__name__ == "GatedClient"]
        assert len(clients) <= 3
        assert run.source.loop_errors == 0
