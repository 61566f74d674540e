"""What is too old goes, a small slice at a time; what is kept for good stays."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from barograph.checklist.steps import Step
from barograph.market.bars import Bars
from barograph.market.instants import to_ns
from barograph.market.intervals import DAY_NS, HOUR_NS, Interval
from barograph.market.observations import Coverage, Fixings, Funding, Liquidations, OpenInterest
from barograph.store.connection import Store
from barograph.store.liquidations import Span
from barograph.store.retention import (
    LIQUIDATIONS_KEPT,
    OPEN_INTEREST_KEPT_WHOLE,
    RETENTION,
    SHORT_BARS_KEPT,
    SLICE_ROWS,
)
from tests.store.samples import DAY, FEED, NOW, evaluation, evidence

NOW_NS = to_ns(NOW)
ALL = Coverage.ALL


def before(days: float, count: int = 1, step_ns: int = 1_000) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """`count` instants that end `days` before now."""
    end = NOW_NS - round(days * DAY_NS)
    return end - step_ns * np.arange(count - 1, -1, -1, dtype=np.int64)


def orders(times: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Liquidations:
    ones = np.ones(len(times))
    return Liquidations.of(times, ones, ones, ones, ones, "okx", ALL)


def hold(store: Store, times: np.ndarray[tuple[int], np.dtype[np.int64]]) -> None:
    store.save_open_interest(FEED, "BTC", OpenInterest.of(times, times, times, "okx"))


def save_bars(store: Store, interval: Interval, days: float) -> None:
    store.save_bars(FEED, "BTC", interval, Bars.of(before(days), [1], [1], [1], [1], [1]), "okx")


def prune_all(store: Store, rows: int = SLICE_ROWS) -> int:
    """Until nothing is left to delete; how many calls that took. A bar of this moment says that the clock is right."""
    store.save_bars(FEED, "clock", Interval.HOUR_1, Bars.of([NOW_NS], [1], [1], [1], [1], [1]), "okx")
    calls = 1
    while store.prune(NOW, rows):
        calls += 1
        assert calls < 1_000, "it never ends"
    return calls


def test_forced_orders_and_spans_go_after_their_time(store: Store) -> None:
    kept = LIQUIDATIONS_KEPT.days
    store.save_liquidations(FEED, "BTC", orders(np.concatenate((before(kept + 1), before(kept - 1), before(0)))))
    for begun, ended in ((kept + 3, kept + 1), (kept + 0.9, kept - 1), (2, 1)):
        store.save_span(FEED, "BTC", "okx", Span(int(before(begun)[0]), int(before(ended)[0]), ALL))
    assert prune_all(store) == 1
    assert store.load_liquidations(FEED, "BTC", "okx").time.tolist() == [*before(kept - 1), *before(0)]
    assert len(store.load_spans(FEED, "BTC", "okx")) == 2


@pytest.mark.parametrize("interval", Interval)
def test_only_bars_shorter_than_an_hour_ever_go(store: Store, interval: Interval) -> None:
    kept = SHORT_BARS_KEPT.get(interval, timedelta(days=20_000)).days
    for days in (kept + 1, kept - 1, 0):
        save_bars(store, interval, days)
    prune_all(store)
    assert len(store.load_bars(FEED, "BTC", interval)) == (2 if interval in SHORT_BARS_KEPT else 3)
    assert (interval in SHORT_BARS_KEPT) == (interval.seconds < 3_600)


def test_what_cannot_be_had_again_stays(store: Store) -> None:
    label = np.array([0])
    store.save_fixings(FEED, "DGS10", Fixings(label, np.array([4.0]), label), "FRED")
    store.save_funding(FEED, "BTC", Funding.of([0], [1], [8], "okx"))
    store.save_evaluations([evaluation(-4_000)])
    store.tick("a", FEED, DAY - timedelta(days=4_000), Step.MACRO, True, 1.0, evidence(), NOW)
    save_bars(store, Interval.DAY_1, 10_000)
    prune_all(store)
    assert len(store.load_fixings(FEED, "DGS10")[1]) == 1
    assert len(store.load_funding(FEED, "BTC", "okx")) == 1
    assert len(store.load_evaluations(FEED, "v1")) == 1
    assert store.load_sheet(FEED, DAY - timedelta(days=4_000)).ticked == 1
    assert len(store.load_bars(FEED, "BTC", Interval.DAY_1)) == 1


# ------------------------------------------------------------------------------------------- open interest


def test_of_old_open_interest_the_last_reading_of_each_hour_stays(store: Store) -> None:
    kept = OPEN_INTEREST_KEPT_WHOLE.days
    times = before(kept - 1, 4 * 1_440, 60 * 10**9)
    hold(store, times)
    prune_all(store)
    found = store.load_open_interest(FEED, "BTC", "okx").time
    edge = (NOW_NS - kept * DAY_NS) // HOUR_NS * HOUR_NS
    assert found[found >= edge].tolist() == times[times >= edge].tolist()
    hourly = {time // HOUR_NS: time for time in times[times < edge].tolist()}
    assert found[found < edge].tolist() == [*hourly.values()]
    assert 70 <= len(hourly) <= 74


def test_an_hour_that_was_thinned_is_not_gone_through_again(store: Store) -> None:
    old = before(300, 5)
    hold(store, old)
    prune_all(store)
    assert store.load_open_interest(FEED, "BTC", "okx").time.tolist() == old[-1:].tolist()
    hold(store, old)  # comes late, into an hour that is done with: stays
    prune_all(store)
    assert len(store.load_open_interest(FEED, "BTC", "okx")) == 5


def test_thinning_goes_on_where_it_was_left(store: Store) -> None:
    times = before(100, 5_000, 60 * 10**9)
    hold(store, times)
    save_bars(store, Interval.DAY_1, 0)
    assert store.prune(NOW, 1_000)
    half = store.load_open_interest(FEED, "BTC", "okx").time
    assert half[-3_900:].tolist() == times[-3_900:].tolist()  # the young end is untouched yet
    assert len(half) < 4_100
    assert prune_all(store, 1_000) >= 4
    hourly = {time // HOUR_NS: time for time in times.tolist()}
    assert store.load_open_interest(FEED, "BTC", "okx").time.tolist() == [*hourly.values()]


# -------------------------------------------------------------------------------------------------- slices


@pytest.mark.parametrize("rows", [1, 7, 100, 1_000])
def test_slices_are_bounded_and_come_to_an_end(store: Store, rows: int) -> None:
    old = before(500, 300)
    store.save_liquidations(FEED, "BTC", orders(old))
    store.save_bars(FEED, "BTC", Interval.MIN_5, Bars.of(before(900, 50), *([np.ones(50)] * 5)), "okx")
    save_bars(store, Interval.DAY_1, 0)
    left = 350
    while store.prune(NOW, rows):
        now_left = len(store.load_liquidations(FEED, "BTC", "okx")) + len(store.load_bars(FEED, "BTC", Interval.MIN_5))
        assert 0 < left - now_left <= rows
        left = now_left
    assert len(store.load_liquidations(FEED, "BTC", "okx")) == len(store.load_bars(FEED, "BTC", Interval.MIN_5)) == 0


def test_orders_of_one_instant_go_together_even_where_they_are_more_than_a_slice(store: Store) -> None:
    store.save_liquidations(FEED, "BTC", orders(np.repeat(before(500), 20)))
    prune_all(store, 3)
    assert len(store.load_liquidations(FEED, "BTC", "okx")) == 0


def test_where_nothing_is_old_nothing_is_written(store: Store) -> None:
    hold(store, before(1, 100))
    store.save_liquidations(FEED, "BTC", orders(before(1, 100)))
    prune_all(store)
    log = store.file.with_name(store.file.name + "-wal")
    size = log.stat().st_size
    assert not store.prune(NOW)
    assert log.stat().st_size == size


def test_a_clock_that_is_years_ahead_deletes_nothing(store: Store) -> None:
    hold(store, before(1, 100))
    store.save_liquidations(FEED, "BTC", orders(before(1, 100)))
    assert not store.prune(NOW + timedelta(days=900))  # nothing was ever heard that says what time it is
    save_bars(store, Interval.MIN_5, 0)
    assert not store.prune(NOW + timedelta(days=900))
    assert len(store.load_open_interest(FEED, "BTC", "okx")) == 100
    assert len(store.load_liquidations(FEED, "BTC", "okx")) == 100
    assert len(store.load_bars(FEED, "BTC", Interval.MIN_5)) == 1


def test_the_rules_are_told_in_one_phrase() -> None:
    assert "liquidations 400 days" in RETENTION
    assert "open interest 35 days" in RETENTION
    assert "\n" not in RETENTION
