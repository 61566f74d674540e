"""Hours of a stock future and a coin on one grid: what their correlation at an instant is made of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from barograph.engine.hour_returns import ESTIMATORS, HourReturns
from barograph.engine.tape import Tape
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.indicators.alignment import Prints
from barograph.indicators.correlation import ewma_correlation
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.grids import intraday_grid
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from tests.engine import hand_made
from tests.engine.hand_made import HOUR_NS, picked
from tests.engine.runs import UNIVERSE, feed_of
from tests.oracles import intraday_returns

FIRST, LAST = date(2024, 1, 2), date(2024, 6, 14)
GLOBEX = calendar("GLOBEX")
NOW = datetime(2024, 6, 15, 0, 10, tzinfo=UTC)


def market(seed: int = 1) -> dict[str, Bars]:
    """Hourly bars of both, with one common factor; the coin's also while the future is closed."""
    rng = np.random.default_rng(seed)
    first, last = to_ns(datetime(2024, 1, 2, tzinfo=UTC)), to_ns(NOW)
    opens = np.arange(first, last - HOUR_NS, HOUR_NS, dtype=np.int64)
    factor = rng.normal(0, 0.004, len(opens))
    coin = 60_000 * np.exp(np.cumsum(factor + rng.normal(0, 0.004, len(opens))))
    future = 5_000 * np.exp(np.cumsum(factor / 2 + rng.normal(0, 0.001, len(opens))))
    ends = intraday_grid(GLOBEX, FIRST, LAST, Interval.HOUR_1).end
    traded = np.isin(opens + HOUR_NS, ends)
    bars = {"BTC": hand_made.bars(opens, coin), "ES": hand_made.bars(opens[traded], future[traded])}
    return {name: each[: int(np.searchsorted(each.time, last - HOUR_NS))] for name, each in bars.items()}


MARKET = market()


def folder(bars: dict[str, Bars] = MARKET) -> HistoryFolder:
    return hand_made.folder(intraday_bars={name: {Interval.HOUR_1: each} for name, each in bars.items()})


def hours(bars: dict[str, Bars] = MARKET, now: datetime = NOW) -> HourReturns:
    made = HourReturns(Tape(feed_of(folder(bars)), UNIVERSE, calendar), "ES", "BTC")
    made.update(now)
    return made


def without(name: str, *ends: datetime) -> dict[str, Bars]:
    gone = {to_ns(end) - HOUR_NS for end in ends}
    keep = np.array([row for row, at in enumerate(MARKET[name].time.tolist()) if at not in gone])
    return {**MARKET, name: picked(MARKET[name], keep)}


@pytest.mark.parametrize("name", ["X1_4h", "X1_1h"])
def test_the_correlation_is_that_of_the_returns_on_the_shared_grid(name: str) -> None:
    estimator = ESTIMATORS[name]
    grid = intraday_grid(GLOBEX, FIRST, LAST, estimator.interval).until(to_ns(NOW))
    prints = [Prints(MARKET[n].time + HOUR_NS, MARKET[n].close) for n in ("ES", "BTC")]
    moves = intraday_returns(prints[0], prints[1], grid)
    found = hours().correlations(to_ns(NOW))[name]
    assert found == pytest.approx(ewma_correlation(moves.x, moves.y, estimator.lam), abs=1e-9)
    assert 0.4 < found < 0.9


def test_the_same_bytes_whenever_one_looks() -> None:
    """Hour by hour, in leaps, or all at once; with what came later in the feed or without it."""
    at = datetime(2024, 5, 31, 14, 5, tzinfo=UTC)
    wanted = hours().correlations(to_ns(at))
    assert set(wanted) == {"X1_4h", "X1_1h"}
    assert hours(now=at).correlations(to_ns(at)) == wanted
    walked = HourReturns(Tape(feed_of(folder()), UNIVERSE, calendar), "ES", "BTC")
    now = at - timedelta(days=9)
    while now < at:
        walked.update(now)
        now += timedelta(minutes=47)
    walked.update(at)
    assert walked.correlations(to_ns(at)) == wanted
    cut = {name: bars[: int(np.searchsorted(bars.time, to_ns(at) - HOUR_NS, "right"))] for name, bars in MARKET.items()}
    assert hours(cut).correlations(to_ns(at)) == wanted


def test_it_begins_with_the_least_number_of_shared_returns() -> None:
    ends = intraday_grid(GLOBEX, FIRST, LAST, Interval.HOUR_1)
    made = hours()
    known = [len(made.correlations(int(end))) for end in ends.end[:200]]
    assert known == sorted(known)
    shared = [int(np.isfinite(made.before(int(end), 10_000)).all(axis=1).sum()) for end in ends.end[:200]]
    assert {count for count, names in zip(shared, known, strict=True) if names} == set(range(46, shared[-1] + 1))
    assert max(known) == 2


def test_a_value_that_is_too_old_is_not_held() -> None:
    stopped = {"BTC": MARKET["BTC"], "ES": MARKET["ES"][:-30]}
    last = int(stopped["ES"].time[-1]) + HOUR_NS
    made = hours(stopped)
    assert set(made.correlations(last + 3 * HOUR_NS)) == {"X1_4h", "X1_1h"}
    assert set(made.correlations(last + 6 * HOUR_NS)) == {"X1_4h"}
    assert made.correlations(to_ns(NOW)) == {}


def test_the_weekend_makes_nothing_older() -> None:
    friday, sunday = datetime(2024, 6, 7, 21, tzinfo=UTC), datetime(2024, 6, 9, 21, 30, tzinfo=UTC)
    made = hours()
    assert made.correlations(to_ns(sunday)) == made.correlations(to_ns(friday))
    assert len(made.correlations(to_ns(sunday))) == 2


def test_a_hole_costs_the_returns_on_both_sides_and_nothing_is_bridged() -> None:
    end = datetime(2024, 6, 14, 15, tzinfo=UTC)
    whole, holed = hours(), hours(without("ES", end))
    one, two = whole.before(to_ns(NOW), 23), holed.before(to_ns(NOW), 23)
    assert len(one) == len(two) == 22
    gone = np.isnan(two).any(axis=1)
    assert np.isnan(two[gone]).all()
    assert np.flatnonzero(gone).tolist() == [15, 16]
    assert np.array_equal(one[~gone], two[~gone])


def test_without_hours_of_one_of_them_there_is_nothing() -> None:
    assert hours({"BTC": MARKET["BTC"], "ES": MARKET["ES"][:0]}).correlations(to_ns(NOW)) == {}
    only = hand_made.folder(
        daily={"SPX": hand_made.bars(hand_made.days(3), hand_made.closes(3, 5.0))},
        intraday_bars={"BTC": {Interval.HOUR_1: MARKET["BTC"]}},
    )
    made = HourReturns(Tape(feed_of(only), UNIVERSE, calendar), "ES", "BTC")
    made.update(NOW)
    assert made.correlations(to_ns(NOW)) == {}
