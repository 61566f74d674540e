"""The Yahoo on loopback is no oracle: it shows nothing before its time, and a running bar as it stands."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from barograph.market.bars import Bars
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from tests.loopback.yahoo_prices import MadeUpPrices, Prices, TablePrices

SEEN = to_ns(datetime(2026, 11, 18, 17, 3, 27, tzinfo=UTC))
FIRST, LAST = SEEN - 20 * DAY_NS, SEEN + 20 * DAY_NS
MADE_UP = MadeUpPrices()


def _whole(interval: Interval) -> Bars:
    found = MADE_UP.bars("^GSPC", interval, FIRST, LAST, LAST + 10 * DAY_NS)
    assert found is not None
    return found


TABLES = TablePrices({("^GSPC", each): _whole(each) for each in (Interval.MIN_5, Interval.DAY_1)})


@pytest.mark.parametrize("prices", [MADE_UP, TABLES])
@pytest.mark.parametrize("interval", [Interval.MIN_5, Interval.DAY_1])
def test_nothing_is_shown_before_its_time(prices: Prices, interval: Interval) -> None:
    found, whole = prices.bars("^GSPC", interval, FIRST, LAST, SEEN), _whole(interval)
    assert found is not None
    day = label_ns(date(2026, 11, 18))
    begun = day if interval is Interval.DAY_1 else SEEN - SEEN % Interval.MIN_5.ns
    assert int(found.time[-1]) == begun
    rows = len(found)
    assert found.time.tolist() == whole.time[:rows].tolist()
    assert found.close.tolist()[:-1] == whole.close[: rows - 1].tolist()
    assert found.close[-1] != whole.close[rows - 1]
    assert found.high[-1] >= max(found.open[-1], found.close[-1])
    assert found.low[-1] <= min(found.open[-1], found.close[-1])


@pytest.mark.parametrize("prices", [MADE_UP, TABLES])
def test_a_session_that_is_over_is_whole(prices: Prices) -> None:
    over = to_ns(datetime(2026, 11, 18, 21, tzinfo=UTC))
    found = prices.bars("^GSPC", Interval.DAY_1, FIRST, LAST, over)
    assert found is not None
    assert found.close[-1] == _whole(Interval.DAY_1).close[len(found) - 1]


def test_day_and_its_short_bars_agree() -> None:
    days, short = _whole(Interval.DAY_1), _whole(Interval.MIN_5)
    inside = short.time < days.time[1]
    close = short.close[inside & (short.time >= days.time[0])]
    assert close[-1] == days.close[0]


def test_unknown_and_silent_symbols() -> None:
    assert MadeUpPrices(frozenset("X")).bars("X", Interval.DAY_1, FIRST, LAST, SEEN) is None
    assert TABLES.bars("X", Interval.DAY_1, FIRST, LAST, SEEN) is None
    silent = TABLES.bars("^GSPC", Interval.HOUR_1, FIRST, LAST, SEEN)
    assert silent is not None
    assert len(silent) == 0
    assert np.isfinite(_whole(Interval.DAY_1).close).all()
