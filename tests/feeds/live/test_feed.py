"""The live feed answers from its book: what is held, how old it is, and what is still to come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from barograph.feeds.book import PERPETUAL_TABLES, BarsPiece, Book, table_of
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.live.feed import LiveFeed
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Coverage, Funding, Liquidations, OpenInterest
from barograph.market.universe_file import load_universe
from tests.engine.hand_made import bars, fixings, folder, intraday, sessions
from tests.engine.runs import feed_of
from tests.feeds.live.scripted import NAME, VENUE, ScriptedSource, live_feed

UNIVERSE = load_universe()
OPEN = datetime(2024, 6, 12, 22, tzinfo=UTC)
"""18:00 New York: a futures day begins."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def hours() -> tuple[LiveFeed, ScriptedSource]:
    """Futures with five-minute and hourly bars, which the vendor does not aggregate to four hours."""
    recorded = feed_of(
        folder(
            intraday_bars={
                "ES": {
                    Interval.MIN_5: intraday(OPEN, Interval.MIN_5, [float(5_000 + n) for n in range(12 * 10)]),
                    Interval.HOUR_1: intraday(OPEN, Interval.HOUR_1, [float(5_011 + 12 * n) for n in range(10)]),
                }
            }
        )
    )
    return live_feed(recorded, UNIVERSE, OPEN, {"ES": (Interval.MIN_5, Interval.HOUR_1)})


def give(source: ScriptedSource, interval: Interval, now: datetime, forming: Bars | None = None) -> None:
    found = source.recorded.fetch_bars("ES", interval, None, now)
    source.book.put_bars(BarsPiece("ES", interval, NAME, found.closed, forming or Bars.empty(), now))


def test_nothing_heard_is_said_so(hours: tuple[LiveFeed, ScriptedSource]) -> None:
    feed, source = hours
    with pytest.raises(FeedError) as caught:
        feed.fetch_bars("ES", Interval.MIN_5, None, OPEN)
    assert caught.value.kind is FeedErrorKind.EMPTY
    fault = FeedError(FeedErrorKind.RATE_LIMITED, NAME, "ES", "asked too often")
    source.book.failed("ES", Interval.MIN_5, fault)
    with pytest.raises(FeedError) as caught:
        feed.fetch_bars("ES", Interval.MIN_5, None, OPEN)
    assert caught.value is fault


@pytest.mark.parametrize(("name", "interval"), [("ES", Interval.MIN_1), ("NVDA", Interval.DAY_1)])
def test_what_no_source_has_is_unsupported(
    hours: tuple[LiveFeed, ScriptedSource], name: str, interval: Interval
) -> None:
    with pytest.raises(FeedError) as caught:
        hours[0].fetch_bars(name, interval, None, OPEN)
    assert caught.value.kind is FeedErrorKind.UNSUPPORTED


def test_a_fault_after_success_leaves_what_is_held(hours: tuple[LiveFeed, ScriptedSource]) -> None:
    feed, source = hours
    give(source, Interval.MIN_5, OPEN + 61 * MINUTE)
    source.book.failed("ES", Interval.MIN_5, FeedError(FeedErrorKind.UNREACHABLE, NAME, "ES", "no answer"))
    answer = feed.fetch_bars("ES", Interval.MIN_5, None, OPEN + 62 * MINUTE)
    assert answer.closed.close[-1] == 5_011
    assert answer.as_of == OPEN + 61 * MINUTE


def test_four_hours_are_made_of_hours_and_only_whole(hours: tuple[LiveFeed, ScriptedSource]) -> None:
    feed, source = hours
    assert feed.intervals("ES") == (Interval.MIN_5, Interval.HOUR_1, Interval.HOUR_4)
    give(source, Interval.HOUR_1, OPEN + timedelta(hours=3, minutes=1))
    late = OPEN + timedelta(hours=4, minutes=1)  # the period is over, but its last hour has not come
    assert not len(feed.fetch_bars("ES", Interval.HOUR_4, None, late).closed)
    give(source, Interval.HOUR_1, late)
    closed = feed.fetch_bars("ES", Interval.HOUR_4, None, late).closed
    assert closed.time.tolist() == [to_ns(OPEN)]
    assert (closed.open[0], closed.close[0]) == (5_011, 5_047)
    give(source, Interval.HOUR_1, OPEN + timedelta(hours=8, minutes=1))
    whole = feed.fetch_bars("ES", Interval.HOUR_4, None, OPEN + timedelta(hours=9)).closed
    new = feed.fetch_bars("ES", Interval.HOUR_4, int(closed.time[-1]), OPEN + timedelta(hours=9)).closed
    assert new.time.tolist() == whole.time[1:].tolist() == [to_ns(OPEN + timedelta(hours=4))]
    assert new.close.tolist() == whole.close[1:].tolist()


def test_the_forming_hour_is_made_of_minutes_and_as_old_as_they_are(hours: tuple[LiveFeed, ScriptedSource]) -> None:
    feed, source = hours
    now = OPEN + 93 * MINUTE
    give(source, Interval.HOUR_1, now)
    tick = intraday(OPEN + 90 * MINUTE, Interval.MIN_5, [4_000.0])
    give(source, Interval.MIN_5, now, tick)
    answer = feed.fetch_bars("ES", Interval.HOUR_1, None, now + MINUTE)
    assert answer.forming.time.tolist() == [to_ns(OPEN + 60 * MINUTE)]
    assert (answer.forming.open[0], answer.forming.close[0]) == (5_012, 4_000)
    assert answer.forming.low[0] == tick.low[0]
    assert answer.as_of == now


def test_no_forming_bar_of_a_past_hour(hours: tuple[LiveFeed, ScriptedSource]) -> None:
    feed, source = hours
    now = OPEN + 93 * MINUTE
    give(source, Interval.HOUR_1, now)
    give(source, Interval.MIN_5, now)
    assert not len(feed.fetch_bars("ES", Interval.HOUR_1, None, now + timedelta(hours=2)).forming)


def test_a_clock_set_back_does_not_know_the_future(hours: tuple[LiveFeed, ScriptedSource]) -> None:
    feed, source = hours
    give(source, Interval.MIN_5, OPEN + timedelta(hours=9))
    closed = feed.fetch_bars("ES", Interval.MIN_5, None, OPEN + timedelta(hours=1)).closed
    assert closed.time[-1] == to_ns(OPEN + 55 * MINUTE)


def test_one_venue_answers_and_the_one_that_publishes_all_has_the_liquidations() -> None:
    book = Book()
    feed = LiveFeed((), book, UNIVERSE, calendar, ("binanceusdm", "bybit", "okx"), OPEN)
    at = [to_ns(OPEN)]
    assert not len(feed.fetch_funding("BTC", None, OPEN))
    for venue, rate in (("okx", 0.0003), ("bybit", 0.0002)):
        book.put_funding("BTC", Funding.of(at, [rate], [8.0], venue))
        book.put_open_interest("BTC", OpenInterest.of(at, [1e5 * rate], [np.nan], venue))
    assert feed.fetch_funding("BTC", None, OPEN).source == "bybit"
    book.serve("BTC", "okx")
    assert feed.fetch_funding("BTC", None, OPEN).rate.tolist() == [0.0003]
    assert feed.fetch_open_interest("BTC", None, OPEN).source == "okx"
    for venue, coverage in (("binanceusdm", Coverage.ONE_PER_SECOND), ("okx", Coverage.SAMPLED)):
        book.put_liquidations("BTC", Liquidations.of(at, [1], [6e4], [1.0], [6e4], venue, coverage))
    assert feed.fetch_liquidations("BTC", None, OPEN).source == "binanceusdm"
    book.heard_liquidations("BTC", "bybit", Coverage.ALL, OPEN, OPEN + MINUTE)
    found = feed.fetch_liquidations("BTC", None, OPEN)
    assert (found.source, len(found), found.until_ns) == ("bybit", 0, to_ns(OPEN + MINUTE))
    # what they are measured by and weighted with comes from there too, whoever serves the price
    assert feed.fetch_open_interest("BTC", None, OPEN).source == "bybit"
    assert feed.fetch_funding("BTC", None, OPEN).source == "bybit"
    assert not len(feed.fetch_funding("BTC", None, OPEN - MINUTE))


def test_what_is_lacking_for_a_session() -> None:
    labels = sessions(3)
    recorded = feed_of(folder(daily={"SPX": bars(labels, np.array([1.0, 2.0, 3.0])), "BTC": bars(labels, np.ones(3))}))
    day = datetime(2024, 6, 14, tzinfo=UTC)
    feed, source = live_feed(recorded, UNIVERSE, day)
    label = label_ns(day.date())
    assert feed.lacking(label, day) == ("BTC", "SPX")
    evening = day + timedelta(hours=21)
    source.answer(evening)
    assert feed.lacking(label, evening) == ("BTC",)  # its day is not over
    night = day + timedelta(days=1, minutes=5)
    source.answer(night)
    assert feed.lacking(label, night) == ()


def test_a_venue_that_takes_over_makes_no_hole(bitcoin: tuple[LiveFeed, ScriptedSource]) -> None:
    """It answered and has the day, while the one before still serves: that one was not asked."""
    feed, source = bitcoin
    label, night = label_ns(date(2024, 6, 14)), datetime(2024, 6, 15, 14, tzinfo=UTC)
    for venue, until in (("okx", night - timedelta(days=1)), ("bybit", night)):
        closed = source.recorded.fetch_bars("BTC", Interval.DAY_1, None, until).closed
        source.book.put_bars(BarsPiece("BTC", Interval.DAY_1, venue, closed))
        source.book.answered("BTC", Interval.DAY_1, until, venue)
    assert feed.lacking(label, night) == ("BTC",)
    source.book.serve("BTC", "bybit")
    assert feed.lacking(label, night) == ()


@pytest.fixture
def bitcoin() -> tuple[LiveFeed, ScriptedSource]:
    """Three days of bitcoin, the last of them the 14th of June; the book is empty."""
    recorded = feed_of(folder(daily={"BTC": bars(sessions(3), np.ones(3))}))
    return live_feed(recorded, UNIVERSE, datetime(2024, 6, 14, tzinfo=UTC))


def test_a_day_of_a_coin_is_waited_for_as_long_as_any(bitcoin: tuple[LiveFeed, ScriptedSource]) -> None:
    """Without it there is no light in any case, so that nothing is gained by giving it up."""
    feed, source = bitcoin
    label, midnight = label_ns(date(2024, 6, 14)), datetime(2024, 6, 15, tzinfo=UTC)
    source.answer(midnight - timedelta(days=1))
    for hours, lacking in ((1, ("BTC",)), (11, ("BTC",)), (12, ())):
        source.book.answered("BTC", Interval.DAY_1, midnight + timedelta(hours=hours))
        assert feed.lacking(label, midnight + timedelta(hours=hours)) == lacking


def test_a_symbol_that_was_known_until_now_is_waited_for_like_any(bitcoin: tuple[LiveFeed, ScriptedSource]) -> None:
    """Vendors call an index delisted now and then, for an hour."""
    feed, source = bitcoin
    label, night = label_ns(date(2024, 6, 14)), datetime(2024, 6, 15, 0, 10, tzinfo=UTC)
    source.fail(["BTC"], FeedErrorKind.UNSUPPORTED)
    assert feed.lacking(label, night) == ()  # of which nobody ever heard
    source.answer(night - timedelta(days=1))
    source.fail(["BTC"], FeedErrorKind.UNSUPPORTED)
    assert feed.lacking(label, night) == ("BTC",)
    later, then = label_ns(date(2024, 7, 1)), datetime(2024, 7, 2, 0, 10, tzinfo=UTC)
    assert feed.lacking(later, then) == ()
    source.book.answered("BTC", Interval.DAY_1, then - timedelta(days=1))  # it is told again what there was of it
    assert feed.lacking(later, then) == ("BTC",)
    source.book.answered("BTC", Interval.DAY_1, then)
    assert feed.lacking(later, then) == ()


@pytest.mark.parametrize(
    ("day", "asked", "lacking"),
    [
        (date(2024, 6, 14), "2024-06-14T20:10Z", True),  # in summer, 16:10 New York
        (date(2024, 6, 14), "2024-06-14T21:20Z", False),
        (date(2024, 12, 13), "2024-12-13T21:12Z", True),  # in winter, 16:12 New York
        (date(2024, 12, 13), "2024-12-13T21:20Z", False),
    ],
)
def test_a_series_is_waited_for_until_it_was_asked_for_after_its_release(day: date, asked: str, lacking: bool) -> None:
    labels = sessions(3, day)
    recorded = feed_of(folder(series={"DGS10": fixings(labels, np.ones(3))}))
    feed, source = live_feed(recorded, UNIVERSE, OPEN)
    source.book.answered("DGS10", None, datetime.fromisoformat(asked))
    label = label_ns(day)
    now = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, minutes=10)
    assert feed.lacking(label, now) == (("DGS10",) if lacking else ())


def test_the_hours_of_a_delayed_future_are_waited_for(hours: tuple[LiveFeed, ScriptedSource]) -> None:
    """At ten past midnight the hour that ended with the day is not there yet: the vendor is so much late."""
    feed, source = hours
    label, midnight = label_ns(date(2024, 6, 12)), datetime(2024, 6, 13, tzinfo=UTC)
    assert feed.lacking(label, midnight + 10 * MINUTE) == ("ES 1h",)

    def hear(interval: Interval, until: datetime, now: datetime) -> None:
        found = source.recorded.fetch_bars("ES", interval, None, until)
        source.book.put_bars(BarsPiece("ES", interval, NAME, found.closed, delay_s=900.0))
        source.book.answered("ES", interval, now)

    for minutes, until in ((10, -5 * MINUTE), (16, timedelta())):
        now = midnight + minutes * MINUTE
        hear(Interval.MIN_5, midnight + until, now)
        hear(Interval.HOUR_1, midnight + until, now)
        assert feed.lacking(label, now) == (("ES 1h",) if until else ())


def test_hours_that_a_vendor_does_not_have_are_not_waited_for(hours: tuple[LiveFeed, ScriptedSource]) -> None:
    feed, source = hours
    label, midnight = label_ns(date(2024, 6, 12)), datetime(2024, 6, 13, tzinfo=UTC)
    for interval in (Interval.MIN_5, Interval.HOUR_1):
        found = source.recorded.fetch_bars("ES", interval, None, midnight - timedelta(hours=1))
        source.book.put_bars(BarsPiece("ES", interval, NAME, found.closed, delay_s=900.0))
        source.book.answered("ES", interval, midnight + 10 * MINUTE)
    assert feed.lacking(label, midnight + 20 * MINUTE) == ("ES 1h",)
    for interval in (Interval.MIN_5, Interval.HOUR_1):
        source.book.answered("ES", interval, midnight + 20 * MINUTE)
    assert feed.lacking(label, midnight + 20 * MINUTE) == ()
    friday, sunday = label_ns(date(2024, 6, 14)), datetime(2024, 6, 16, tzinfo=UTC)
    for interval in (Interval.MIN_5, Interval.HOUR_1):  # the week ends at 17:00 New York, and nothing follows
        source.book.answered("ES", interval, datetime(2024, 6, 14, 21, 20, tzinfo=UTC))
    assert feed.lacking(friday, sunday) == ()


@pytest.fixture(name="coin")
def _coin() -> tuple[LiveFeed, ScriptedSource]:
    """A feed of one coin's positions; no bars."""
    return live_feed(feed_of(folder(daily={})), UNIVERSE, OPEN, coins=("BTC",))


DAY = label_ns(date(2024, 6, 12))
MIDNIGHT = datetime(2024, 6, 13, tzinfo=UTC)


def waits(feed: LiveFeed) -> bool:
    return "BTC derivatives" in feed.lacking(DAY, MIDNIGHT + 10 * MINUTE)


def test_the_positions_of_a_coin_are_waited_for_until_their_venue_was_asked(
    coin: tuple[LiveFeed, ScriptedSource],
) -> None:
    """Of both tables, and since the last hour of the day began: a reading of then is the day's last."""
    feed, source = coin
    assert waits(feed)  # nobody has been heard of yet
    source.book.serve("BTC", VENUE)
    for table in PERPETUAL_TABLES:
        assert waits(feed)
        source.book.answered(table_of("BTC", table, VENUE), None, MIDNIGHT - 61 * MINUTE)
        assert waits(feed)
        source.book.answered(table_of("BTC", table, "okx"), None, MIDNIGHT)
        assert waits(feed)
        source.book.answered(table_of("BTC", table, VENUE), None, MIDNIGHT - 60 * MINUTE)
    assert not waits(feed)
    # the venue that publishes all forced orders is the one that is asked for the rest, whoever serves the price
    book = Book()
    heard = LiveFeed((source,), book, UNIVERSE, calendar, ("okx", VENUE), OPEN, ("BTC",))
    book.serve("BTC", "okx")
    book.heard_liquidations("BTC", VENUE, Coverage.ALL, OPEN, OPEN + MINUTE)
    for venue, waiting in (("okx", True), (VENUE, False)):
        for table in PERPETUAL_TABLES:
            book.answered(table_of("BTC", table, venue), None, MIDNIGHT)
        assert waits(heard) is waiting


@pytest.mark.parametrize(("kind", "waiting"), [(FeedErrorKind.REFUSED, False), (FeedErrorKind.UNREACHABLE, True)])
def test_a_venue_that_does_not_serve_this_place_is_not_waited_for(
    coin: tuple[LiveFeed, ScriptedSource], kind: FeedErrorKind, waiting: bool
) -> None:
    feed, source = coin
    source.book.serve("BTC", VENUE)
    for table in PERPETUAL_TABLES:
        source.book.failed(table_of("BTC", table, VENUE), None, FeedError(kind, VENUE, "", "no"))
    assert waits(feed) is waiting


def test_a_venue_of_an_earlier_run_that_is_asked_no_more_is_not_waited_for(
    coin: tuple[LiveFeed, ScriptedSource],
) -> None:
    feed, source = coin
    source.book.heard_liquidations("BTC", "okx", Coverage.ALL, OPEN, OPEN + MINUTE)
    assert not waits(feed)


def test_sources_start_wake_and_stop_together() -> None:
    feed, source = live_feed(feed_of(folder(daily={"SPX": bars(sessions(3), np.ones(3))})), UNIVERSE, OPEN)
    feed.start()
    feed.woke()
    feed.close()
    assert source.calls == ["start", "woke", "stop"]
