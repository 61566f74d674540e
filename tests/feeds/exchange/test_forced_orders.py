"""Forced orders on their way into the book: each once, and for which time they were heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import isnan
from pathlib import Path

import numpy as np
import pytest

from barograph.feeds.book import Book
from barograph.feeds.exchange.forced_orders import GAP, ForcedOrderLog
from barograph.feeds.exchange.liquidations import LONG, SHORT, ForcedOrder
from barograph.feeds.exchange.watchdog import StreamLimits
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Coverage, Funding, OpenInterest
from barograph.risk.crypto_features import CoinDerivatives, liquidation_peak
from tests.feeds.exchange.source_runs import running, wait

NOW = datetime(2026, 3, 4, 12, 2, 10, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def order(millisecond: int, side: int = LONG) -> ForcedOrder:
    return ForcedOrder("BTC", to_ns(NOW) + millisecond * 1_000_000, side, 60_000.0, 0.5)


def test_equal_rows_of_one_connection_are_several_orders_and_of_two_connections_the_same() -> None:
    book = Book()
    log = ForcedOrderLog(book, "bybit", ("BTC", "ETH"))
    log.connected()
    log.take([order(1), order(1), order(2, SHORT)])
    log.connected()
    log.take([order(1), order(2, SHORT), order(3)])
    rows = book.liquidations("BTC")["bybit"]
    assert len(rows) == 4
    assert log.repeated == 2
    assert rows.coverage is Coverage.ALL
    assert "bybit" not in book.liquidations("ETH")


def test_what_an_earlier_run_heard_is_not_taken_in_again() -> None:
    book = Book()
    first = ForcedOrderLog(book, "okx", ("BTC",))
    first.connected()
    first.take([order(1), order(2)])
    later = ForcedOrderLog(book, "okx", ("BTC",))
    later.connected()
    later.take([order(2), order(3)])
    assert len(book.liquidations("BTC")["okx"]) == 3


def test_silence_that_was_heard_is_in_the_book_for_both_coins() -> None:
    book = Book()
    log = ForcedOrderLog(book, "binanceusdm", ("BTC", "ETH"))
    log.connected()
    log.listened(NOW, at(60))
    for coin in ("BTC", "ETH"):
        rows = book.liquidations(coin)["binanceusdm"]
        assert (len(rows), rows.since_ns, rows.until_ns) == (0, to_ns(NOW), to_ns(at(60)))
        assert rows.coverage is Coverage.ONE_PER_SECOND


# ---------------------------------------------------------------------------------------- how long it was heard


class Heard:
    """A log with its book; `span` is what the book says of bitcoin at Bybit."""

    def __init__(self) -> None:
        self.book = Book()
        self.log = ForcedOrderLog(self.book, "bybit", ("BTC",))

    def connection(self, since: datetime, until: datetime) -> None:
        self.log.connected()
        self.log.listened(since, since + (until - since) / 2)
        self.log.listened(since, until)

    @property
    def span(self) -> tuple[int | None, int | None]:
        rows = self.book.liquidations("BTC")["bybit"]
        return rows.since_ns, rows.until_ns


def test_a_connection_that_is_built_anew_within_seconds_goes_on_with_the_span() -> None:
    """Every day each connection is given up for a new one, and venues close theirs."""
    heard = Heard()
    heard.connection(NOW, NOW + HOUR)
    heard.connection(NOW + HOUR + GAP, NOW + 2 * HOUR)
    assert heard.span == (to_ns(NOW), to_ns(NOW + 2 * HOUR))


@pytest.mark.parametrize("gap", [GAP + SECOND, timedelta(minutes=3), -SECOND])
def test_a_hole_is_a_hole(gap: timedelta) -> None:
    """Longer than a new connection takes; or the clock was set back, and nobody knows how long it was."""
    heard = Heard()
    heard.connection(NOW, NOW + HOUR)
    heard.connection(NOW + HOUR + gap, NOW + 2 * HOUR)
    assert heard.span == (to_ns(NOW + HOUR + gap), to_ns(NOW + 2 * HOUR))


def test_no_hour_has_two_of_them() -> None:
    """Connections that come and go would add up to a hole."""
    heard = Heard()
    heard.connection(NOW, NOW + HOUR)
    second = NOW + HOUR + GAP
    heard.connection(second, second + HOUR - SECOND)
    third = second + HOUR - SECOND + GAP
    heard.connection(third, third + HOUR)
    assert heard.span[0] == to_ns(third)
    heard.connection(third + HOUR + GAP, third + 3 * HOUR)
    heard.connection(third + 3 * HOUR + GAP, third + 4 * HOUR)
    assert heard.span[0] == to_ns(third)


def test_what_could_not_be_read_is_no_gap_of_seconds() -> None:
    """A frame may have held any number of orders: within a connection nothing is joined."""
    heard = Heard()
    heard.connection(NOW, NOW + HOUR)
    heard.log.listened(NOW + HOUR + SECOND, NOW + 2 * HOUR)
    assert heard.span[0] == to_ns(NOW + HOUR + SECOND)
    again = NOW + 2 * HOUR + SECOND
    heard.connection(again, NOW + 3 * HOUR)
    heard.log.listened(NOW + 3 * HOUR, NOW + 4 * HOUR)
    assert heard.span[0] == to_ns(NOW + 3 * HOUR)


def test_a_start_of_the_program_goes_on_with_nothing() -> None:
    heard = Heard()
    heard.connection(NOW, NOW + HOUR)
    heard.log = ForcedOrderLog(heard.book, "bybit", ("BTC",))
    heard.connection(NOW + HOUR + SECOND, NOW + 2 * HOUR)
    assert heard.span[0] == to_ns(NOW + HOUR + SECOND)


@pytest.mark.parametrize(("gap", "known"), [(5 * SECOND, True), (timedelta(minutes=2), False)])
def test_a_day_with_a_new_connection_in_it_has_its_peak_and_one_with_a_hole_has_none(
    gap: timedelta, known: bool
) -> None:
    day = NOW.replace(hour=0, minute=0, second=0)
    heard = Heard()
    heard.connection(day - HOUR, NOW)
    heard.log.take([order(-60_000)])
    heard.connection(NOW + gap, day + 24 * HOUR + timedelta(minutes=10))
    hours = to_ns(day) + Interval.HOUR_1.ns * np.arange(24)
    peak = liquidation_peak(
        CoinDerivatives(
            at_ns=to_ns(day) + DAY_NS - 1,
            funding=Funding.of([], [], []),
            open_interest=OpenInterest.of(hours, np.ones(24), np.full(24, 3e8), "bybit"),
            liquidations=heard.book.liquidations("BTC")["bybit"],
            price=60_000.0,
            price_week=60_000.0,
        )
    )
    assert peak == pytest.approx(1.0) if known else isnan(peak)


def test_a_new_connection_within_seconds_makes_no_hole_in_what_was_heard_of_forced_orders(tmp_path: Path) -> None:
    limits = StreamLimits(candles_s=1e6, silent_s=1e6)
    with running(tmp_path, venues=("bybit",), speed=1.0, limits=limits) as run:

        def heard_since() -> int | None:
            now_ns = to_ns(run.pace.now())
            wait(lambda: (run.forced("bybit").until_ns or 0) > now_ns, "something on the stream")
            return run.forced("bybit").since_ns

        since_ns = heard_since()
        run.pace.jump(3_600)
        assert heard_since() == since_ns
        for goes_on in (True, False):  # an hour has to lie between two of them
            lives = run.source.workers[0].lives
            run.source.woke()
            wait(lambda lives=lives: run.source.workers[0].lives > lives, "a new life")  # type: ignore[misc]
            assert (heard_since() == since_ns) is goes_on
