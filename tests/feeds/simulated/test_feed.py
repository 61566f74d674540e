"""The demo feed keeps the contract of feeds, whoever asks it when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from barograph.feeds.contract import Feed, FeedError, FeedErrorKind, FeedKind
from barograph.feeds.simulated.feed import DEFAULT_SPEED, SimulatedFeed
from barograph.feeds.simulated.generator import START
from barograph.feeds.simulated.story import STORY_DAYS
from barograph.feeds.simulated.tape import KEEP_NS
from barograph.market.bars import Bars, check_bars
from barograph.market.calendars import calendar
from barograph.market.freshness import Freshness
from barograph.market.instants import from_ns, label_date, to_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import DAY_NS, Interval

END = START + timedelta(days=25)
MAIN = (
    *("US10Y", "DXY", "ES", "NQ", "SPX", "NDX", "VIX", "VIX3M", "SPY", "QQQ", "IWM", "RSP", "SMH", "SOXX", "IGV"),
    *("HYG", "LQD", "TLT", "GLD", "UUP", "BTC", "ETH"),
)
EVERY = (Interval.MIN_5, Interval.MIN_15, Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)


def instants(first_day: float, last_day: float) -> st.SearchStrategy[datetime]:
    return st.integers(round(first_day * 1440), round(last_day * 1440)).map(lambda m: START + timedelta(minutes=m))


# Wide enough that a market which has gone on has to start over to answer, which takes a second: no shrinking.
DAYS = instants(-20, 25)
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)


def columns(bars: Bars) -> np.ndarray:
    return np.stack([bars.open, bars.high, bars.low, bars.close, bars.volume])


def test_it_says_what_it_is(feed: SimulatedFeed) -> None:
    asked: Feed = feed
    assert asked.info.kind is FeedKind.DEMO
    assert asked.info.simulated
    assert asked.info.key.startswith("demo:7:")
    assert asked.info.start == START
    (source,) = asked.health(START)
    assert (source.source, source.state) == ("Simulated market", Freshness.LIVE)
    asked.close()
    asked.close()


def test_the_story_takes_about_twelve_minutes_at_the_default_speed() -> None:
    assert pytest.approx(12, abs=0.5) == STORY_DAYS * 86_400 / DEFAULT_SPEED / 60


def test_it_has_the_main_instruments_and_about_sixty_shares_with_all_leaders(
    feed: SimulatedFeed, universe: Universe
) -> None:
    names = feed.instruments()
    assert set(MAIN) <= set(names)
    shares = set(names) - set(MAIN)
    assert len(shares) == 60
    assert set(universe.groups["leaders"]) <= shares
    assert shares <= {*universe.groups["leaders"], *universe.groups["breadth"]}
    assert all(feed.intervals(name) == EVERY for name in MAIN)
    assert all(feed.intervals(name) == (Interval.DAY_1,) for name in shares)
    assert set(feed.series()) <= set(universe.series)


def test_all_bars_hold_to_the_contract(feed: SimulatedFeed) -> None:
    for name in feed.instruments():
        for interval in feed.intervals(name):
            answer = feed.fetch_bars(name, interval, None, END)
            check_bars(answer.closed)
            check_bars(answer.forming)
            prices = np.stack([answer.closed.open, answer.closed.close])
            assert len(answer.closed) > 0
            assert (prices <= answer.closed.high).all(), (name, interval)
            assert (prices >= answer.closed.low).all(), (name, interval)
            assert len(answer.forming) <= 1


def test_the_past_reaches_far_enough(feed: SimulatedFeed) -> None:
    def first(name: str, interval: Interval) -> datetime:
        return from_ns(int(feed.fetch_bars(name, interval, None, START).closed.time[0]))

    for name in feed.instruments():
        assert first(name, Interval.DAY_1) <= START - timedelta(days=5 * 365.25)
        assert len(feed.fetch_bars(name, Interval.DAY_1, None, START).closed) >= 1_260
    for name in MAIN:
        assert first(name, Interval.HOUR_1) <= START - timedelta(days=60)
        assert first(name, Interval.MIN_5) <= START - timedelta(days=10)
        assert first(name, Interval.MIN_15) <= START - timedelta(days=10)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("ES", 6_000, 8_500), ("BTC", 70_000, 130_000), ("VIX", 11, 18), ("US10Y", 3.2, 5.2), ("DXY", 90, 107)],
)
def test_it_starts_at_plausible_levels(feed: SimulatedFeed, name: str, low: float, high: float) -> None:
    assert low < feed.fetch_bars(name, Interval.DAY_1, None, START).closed.close[-1] < high


def test_an_unknown_question_is_refused_in_one_sentence(feed: SimulatedFeed) -> None:
    with pytest.raises(FeedError, match="the demo has no 5m bars of NVDA") as refused:
        feed.fetch_bars("NVDA", Interval.MIN_5, None, START)
    assert refused.value.kind is FeedErrorKind.UNSUPPORTED
    with pytest.raises(FeedError, match="the demo has no series FNG"):
        feed.fetch_fixings("FNG", None, START)
    assert not len(feed.fetch_funding("ES", None, START).time)
    assert not len(feed.fetch_open_interest("ES", None, START).time)
    assert not len(feed.fetch_liquidations("ES", None, START).time)


@settings(max_examples=12, phases=UNSHRUNK)
@given(data=st.data(), nows=st.lists(DAYS, min_size=1, max_size=6))
def test_an_instant_has_one_past_however_it_is_asked(
    feed: SimulatedFeed, twin: SimulatedFeed, data: st.DataObject, nows: list[datetime]
) -> None:
    """Any order of instants on one market, straight to the end on the other: closed bars are a prefix."""
    for now in nows:
        name = data.draw(st.sampled_from([*MAIN, "NVDA"]))
        interval = data.draw(st.sampled_from(twin.intervals(name)))
        seen = feed.fetch_bars(name, interval, None, now).closed
        whole = twin.fetch_bars(name, interval, None, END).closed
        ends = calendar(twin._universe.instrument(name).calendar).bar_ends(whole.time, interval)
        then = (ends <= to_ns(now)) & (whole.time > to_ns(now) - KEEP_NS[interval])
        common = seen.after(int(whole.time[0]) - 1)
        np.testing.assert_array_equal(common.time, whole.time[then])
        np.testing.assert_array_equal(columns(common), columns(whole)[:, then])
        after = data.draw(st.sampled_from([int(seen.time[0]), int(seen.time[-1])]))
        later = feed.fetch_bars(name, interval, after, now).closed
        np.testing.assert_array_equal(later.time, seen.time[seen.time > after])


@settings(max_examples=8, phases=UNSHRUNK)
@given(nows=st.lists(DAYS, min_size=1, max_size=5))
def test_nothing_later_than_now_is_answered(feed: SimulatedFeed, twin: SimulatedFeed, nows: list[datetime]) -> None:
    whole = twin.fetch_liquidations("BTC", None, END), twin.fetch_funding("BTC", None, END)
    for now in nows:
        now_ns = to_ns(now)
        forced, funding = feed.fetch_liquidations("BTC", None, now), feed.fetch_funding("BTC", None, now)
        np.testing.assert_array_equal(forced.usd, whole[0].usd[whole[0].time <= now_ns])
        np.testing.assert_array_equal(funding.rate, whole[1].rate[whole[1].time <= now_ns])
        interest = feed.fetch_open_interest("BTC", None, now)
        assert interest.time[-1] <= now_ns < interest.time[-1] + Interval.HOUR_1.ns
        assert (np.diff(interest.time) > 0).all()
        for series in feed.series():
            fixings = feed.fetch_fixings(series, None, now)
            assert (fixings.known_at <= now_ns).all()
            assert fixings.time[-1] < now_ns


@settings(max_examples=20, phases=UNSHRUNK)
@given(now=instants(7, 25), name=st.sampled_from(MAIN), interval=st.sampled_from(EVERY))
def test_the_forming_bar_is_what_has_been_traded_of_it(
    feed: SimulatedFeed, now: datetime, name: str, interval: Interval
) -> None:
    answer = feed.fetch_bars(name, interval, None, now)
    traded = feed.fetch_bars(name, Interval.MIN_5, None, now).closed
    hours = calendar(feed._universe.instrument(name).calendar)
    if not len(answer.forming):
        session = hours.session_at(now)
        begun = session is not None and not session.holiday and now - session.open >= timedelta(minutes=5)
        assert interval.intraday or not begun
        return
    (time,) = answer.forming.time
    if interval.intraday:
        start, end = int(time), int(hours.bar_end(int(time), interval))
    else:
        (session,) = hours.sessions(label_date(int(time)), label_date(int(time)))
        start, end = to_ns(session.open), to_ns(session.close)
    assert start < to_ns(now) < end
    part = traded.after(start - 1)
    assert answer.forming.open[0] == part.open[0]
    assert answer.forming.high[0] == part.high.max()
    assert answer.forming.low[0] == part.low.min()
    assert answer.forming.close[0] == part.close[-1]


def test_another_seed_is_another_market(feed: SimulatedFeed, universe: Universe) -> None:
    other = SimulatedFeed(universe, seed=8)
    assert other.info.key != feed.info.key
    for name in ("SPX", "BTC", "NVDA"):
        one, two = (each.fetch_bars(name, Interval.DAY_1, None, START).closed.close for each in (feed, other))
        assert not np.array_equal(one, two)


def test_it_goes_on_for_years_without_growing(universe: Universe) -> None:
    market = SimulatedFeed(universe)
    for days in (60, 120):
        market.fetch_bars("ES", Interval.HOUR_1, None, START + timedelta(days=days))
    sizes = []
    for days in (200, 260):
        now = START + timedelta(days=days)
        answers = [market.fetch_bars("BTC", interval, None, now).closed for interval in EVERY[:4]]
        sizes.append([len(answer) for answer in answers])
        assert all(int(answer.time[0]) > to_ns(now) - 121 * DAY_NS for answer in answers)
    assert sizes[0] == sizes[1]


def test_the_clock_stops_where_the_calendars_end(feed: SimulatedFeed) -> None:
    assert feed.info.end is not None
    assert feed.info.end < datetime.combine(calendar("XNYS").end, datetime.min.time(), UTC)


def test_fixings_follow_the_yield_and_their_publication_rule(feed: SimulatedFeed) -> None:
    ten = feed.fetch_fixings("DGS10", None, END)
    bars = feed.fetch_bars("US10Y", Interval.DAY_1, None, END).closed
    shared, here, there = np.intersect1d(ten.time, bars.time, return_indices=True)
    assert len(shared) > 1_300
    assert np.abs(ten.value[here] - bars.close[there]).max() <= 0.0061
    assert (ten.known_at - ten.time > DAY_NS).all()
    published = {from_ns(int(ns)).strftime("%H:%M") for ns in ten.known_at}
    assert published == {"20:15", "21:15"}  # 16:15 New York, summer and winter
    target = feed.fetch_fixings("FED_TARGET_UPPER", None, END)
    assert (target.known_at == target.time + DAY_NS).all()
    steps = np.diff(target.value)
    assert set(np.round(np.abs(steps[steps != 0]), 4)) <= {0.25}
