"""The bar contract: what passes the edge, and what is said about what does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.market.bars import BarError, Bars, check_bars

NAN, INF = float("nan"), float("inf")
COLUMNS = ("time", "open", "high", "low", "close", "volume")
GOOD: dict[str, list[float]] = {
    "time": [0, 60, 120],
    "open": [10.0, 11.0, 12.0],
    "high": [12.0, 13.0, 14.0],
    "low": [9.0, 10.0, 11.0],
    "close": [11.0, 12.0, 13.0],
    "volume": [5.0, 0.0, 7.0],
}


def bars(**changed: list[float]) -> Bars:
    time, open_, high, low, close, volume = (GOOD | changed).values()
    return Bars.of(time, open_, high, low, close, volume)


@st.composite
def good_bars(draw: st.DrawFn) -> Bars:
    """Bars that keep the contract: any prices above 0, unknown fields where they are allowed."""
    rows = draw(st.lists(st.lists(st.floats(1e-9, 1e12), min_size=4, max_size=4), max_size=12))
    steps = draw(st.lists(st.integers(1, 10**15), min_size=len(rows), max_size=len(rows)))
    prices = np.sort(np.array(rows, dtype=np.float64).reshape(-1, 4), axis=1)
    unknown = draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    optional = [np.where(unknown, NAN, column) for column in (prices[:, 1], prices[:, 3], prices[:, 0])]
    volume = np.where(unknown, NAN, 1.0)
    opens, highs, lows = optional
    return Bars.of(np.cumsum(np.array(steps, np.int64)), opens, highs, lows, prices[:, 2], volume)


def test_good_bars_pass() -> None:
    check_bars(bars())
    check_bars(Bars.empty())


def test_unknown_is_allowed_everywhere_but_in_close() -> None:
    unknown = [NAN, NAN, NAN]
    check_bars(bars(open=unknown, high=unknown, low=unknown, volume=unknown))


def test_open_and_close_may_lie_outside_high_and_low_by_rounding() -> None:
    check_bars(bars(open=[12.000001, 11.0, 12.0], close=[8.999999, 12.0, 13.0]))


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("time", [0, 60, 60], "bar 2, time: 60; expected a time later than the bar before"),
        ("time", [60, 0, 120], "bar 1, time: 0; expected a time later than the bar before"),
        ("close", [11.0, NAN, 13.0], "bar 1, close: nan; expected a finite price above 0"),
        ("close", [11.0, 12.0, INF], "bar 2, close: inf; expected a finite price above 0"),
        ("open", [0.0, 11.0, 12.0], "bar 0, open: 0.0; expected a finite price above 0"),
        ("low", [9.0, -10.0, 11.0], "bar 1, low: -10.0; expected a finite price above 0"),
        ("high", [12.0, 13.0, -INF], "bar 2, high: -inf; expected a finite price above 0"),
        ("volume", [5.0, -1.0, 7.0], "bar 1, volume: -1.0; expected a finite volume of 0 or more"),
        ("volume", [5.0, INF, 7.0], "bar 1, volume: inf; expected a finite volume of 0 or more"),
        ("high", [12.0, 9.5, 14.0], "bar 1, high: 9.5; expected high at or above low (10.0)"),
    ],
)
def test_a_fault_names_row_column_value_and_what_was_expected(column: str, values: list[float], message: str) -> None:
    with pytest.raises(BarError) as raised:
        check_bars(bars(**{column: values}))
    assert str(raised.value) == message
    assert (raised.value.column, raised.value.row) == (column, int(message.split()[1].rstrip(",")))


@settings(max_examples=40)
@given(good_bars())
def test_whatever_keeps_the_contract_passes(some: Bars) -> None:
    check_bars(some)


@settings(max_examples=40)
@given(good_bars(), st.data())
def test_one_broken_field_is_always_found(some: Bars, data: st.DataObject) -> None:
    if not len(some):
        return
    row = data.draw(st.integers(0, len(some) - 1))
    name, value = data.draw(
        st.sampled_from(
            [("close", NAN), ("close", 0.0), ("open", -1.0), ("high", INF), ("low", -INF), ("volume", -1e-9)]
        )
    )
    columns = {column: getattr(some, column).copy() for column in COLUMNS}
    columns[name][row] = value
    with pytest.raises(BarError) as raised:
        check_bars(Bars(**columns))
    assert (raised.value.row, raised.value.column) == (row, name)


@settings(max_examples=40)
@given(good_bars(), st.data())
def test_one_backward_step_is_always_found(some: Bars, data: st.DataObject) -> None:
    if len(some) < 2:
        return
    row = data.draw(st.integers(1, len(some) - 1))
    time = some.time.copy()
    time[row] = time[row - 1] - data.draw(st.integers(0, 100))
    with pytest.raises(BarError, match=f"bar {row}, time"):
        check_bars(Bars(time, some.open, some.high, some.low, some.close, some.volume))


@settings(max_examples=40)
@given(good_bars(), st.data())
def test_after_keeps_what_is_strictly_later(some: Bars, data: st.DataObject) -> None:
    instants = [0, *some.time.tolist()]
    since = data.draw(st.sampled_from(instants)) + data.draw(st.integers(-1, 1))
    assert some.after(since).time.tolist() == [time for time in some.time.tolist() if time > since]
    assert len(some.after(since)) == len(some.after(since).close)


def test_a_slice_shares_its_data() -> None:
    some = bars()
    assert np.shares_memory(some[1:].close, some.close)
    assert some[1:].close.tolist() == [12.0, 13.0]
