"""The parser of recorded tables: both ways of reading agree, and nothing but a HistoryError ever comes out."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import numpy as np
import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from barograph.feeds.recorded import tables
from barograph.feeds.recorded.csv_columns import UNKNOWN_TIME
from barograph.feeds.recorded.faults import HistoryError
from barograph.feeds.recorded.fields import Fields
from barograph.feeds.recorded.tables import DAILY_BARS, INTRADAY_BARS, LIQUIDATIONS, SERIES, Columns
from barograph.market.bars import Bars, check_bars
from barograph.market.instants import label_date, to_ns

HEADER = b"time,open,high,low,close,volume\n"
KINDS = {
    "daily": (DAILY_BARS, HEADER),
    "intraday": (INTRADAY_BARS, HEADER),
    "series": (SERIES, b"time,value\n"),
    "published": (SERIES, b"time,value,known_at\n"),
    "funding": (tables.FUNDING, b"time,rate,interval_h\n"),
    "interest": (tables.OPEN_INTEREST, b"time,coin,usd\n"),
    "daily interest": (tables.DAILY_OPEN_INTEREST, b"time,coin\n"),
    "liquidations": (LIQUIDATIONS, b"time,side,price,coin,usd\n"),
}


def parse(rows: bytes, kind: str) -> Columns:
    table, header = KINDS[kind]
    return tables.parse_table(header + rows, table, "x.csv")


def parse_by_line(rows: bytes, kind: str) -> Columns:
    """As `parse`, by the slow way alone."""
    table, header = KINDS[kind]
    columns = table.columns[: header.count(b",") + 1]
    return tables._read_by_line(rows.rstrip(b"\n"), columns, table, "x.csv", 2, None)


def test_a_daily_table_becomes_columns() -> None:
    time, opening, high, low, close, volume = parse(b"2024-08-05,5,7.5,4,6,\n2024-08-06,,,,1e2,3\n", "daily")
    assert time.dtype == np.int64
    assert [str(label_date(label)) for label in time] == ["2024-08-05", "2024-08-06"]
    np.testing.assert_array_equal(opening, [5, math.nan])
    np.testing.assert_array_equal(high, [7.5, math.nan])
    np.testing.assert_array_equal(low, [4, math.nan])
    np.testing.assert_array_equal(close, [6, 100])
    np.testing.assert_array_equal(volume, [math.nan, 3])


def test_instants_are_read_to_the_nanosecond() -> None:
    texts = ["2024-08-05T13:30:00Z", "2024-08-05T13:30:00.5Z", "2024-08-05T13:30:00.500000001Z"]
    (time, *_) = parse("".join(f"{text},,,,1,\n" for text in texts).encode(), "intraday")
    whole = to_ns(datetime(2024, 8, 5, 13, 30, tzinfo=UTC))
    assert time.tolist() == [whole, whole + 500_000_000, whole + 500_000_001]


def test_an_empty_known_at_is_marked() -> None:
    _, _, known_at = parse(b"2024-08-05,1,\n2024-08-06,2,2024-08-07T20:15:00Z\n", "published")
    assert known_at.tolist() == [UNKNOWN_TIME, to_ns(datetime(2024, 8, 7, 20, 15, tzinfo=UTC))]


def test_liquidations_may_share_an_instant() -> None:
    rows = b"2024-08-05T13:00:00Z,long,5,1,\n2024-08-05T13:00:00Z,short,,,5\n"
    _, side, price, coin, usd = parse(rows, "liquidations")
    assert side.tolist() == [1, -1]
    np.testing.assert_array_equal([price, coin, usd], [[5, math.nan], [1, math.nan], [math.nan, 5]])


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_of_a_header_alone_is_empty(kind: str) -> None:
    table, header = KINDS[kind]
    for text in (header, header.rstrip(), header + b"\n\n"):
        columns = tables.parse_table(text, table, "x.csv")
        assert [len(column) for column in columns] == [0] * (header.count(b",") + 1)
        assert columns[0].dtype == np.int64
        assert columns[1].dtype == (np.int64 if kind == "liquidations" else np.float64)


@pytest.mark.parametrize(
    "text",
    [
        HEADER + b"2024-08-05,5,7,4,6,1\n2024-08-06,5,7,4,6,1",
        b"\xef\xbb\xbf" + HEADER + b"2024-08-05,5,7,4,6,1\n2024-08-06,5,7,4,6,1\n",
        HEADER + b"2024-08-05,5,7,4,6,1\n2024-08-06,5,7,4,6,1\n\n\n",
        (HEADER + b"2024-08-05,5,7,4,6,1\n2024-08-06,5,7,4,6,1\n").replace(b"\n", b"\r\n"),
    ],
    ids=["no last line end", "byte order mark", "empty lines at the end", "line ends of Windows"],
)
def test_what_spreadsheets_do_is_let_pass(text: bytes) -> None:
    time, *_, volume = tables.parse_table(text, DAILY_BARS, "x.csv")
    assert [str(label_date(label)) for label in time] == ["2024-08-05", "2024-08-06"]
    assert volume.tolist() == [1, 1]


# -------------------------------------------------------------------------------------- numbers are exact


@given(st.lists(st.floats(1e-12, 1e15), min_size=1), st.sampled_from(["r", ".2f", ".8f", "g", ".15e"]))
@example([0.1, 123456789012345.0, 1e-12, 9007199254740993.0 / 10], "r")
def test_numbers_are_read_as_python_reads_them(values: list[float], form: str) -> None:
    texts = [repr(value) if form == "r" else format(value, form) for value in values]
    texts = [text for text in texts if 1e-12 <= float(text) <= 1e15]
    rows = "\n".join(
        f"2024-01-01T{row // 3600:02}:{row // 60 % 60:02}:{row % 60:02}Z,,,,{text}," for row, text in enumerate(texts)
    )
    close = parse(rows.encode(), "intraday")[4]
    assert close.tolist() == [float(text) for text in texts]


def test_a_decimal_of_up_to_fifteen_digits_is_read_at_once() -> None:
    fields = Fields.of(b"0.1,123456.789012345,1234567890123456,1e3,-1,,.5,5.,1.2.3,.", 10, 256)
    assert fields is not None
    expected = [0.1, 123456.789012345, *[math.nan] * 4, 0.5, 5.0, math.nan, math.nan]
    np.testing.assert_array_equal(fields.number[0], expected)


# ------------------------------------------------------------------------------------ both readers, always

DAY = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(str)
MOMENT = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31))  # noqa: DTZ001 - only its text is used
SECOND = MOMENT.map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
FRACTION = MOMENT.map(lambda moment: moment.isoformat() + "Z")
CLOSE = st.one_of(st.integers(10, 19).map(str), st.floats(10, 19).map(repr))
MIDDLE = st.one_of(CLOSE, st.just(""))
SMALL = st.one_of(st.integers(1, 9).map(str), st.floats(1, 9).map(repr), st.just(""))
LARGE = st.one_of(st.integers(20, 10**6).map(str), st.floats(20, 1e6).map(repr), st.just(""))
SIDE = st.sampled_from(["long", "short"])
COLUMNS = {
    "daily": [DAY, MIDDLE, LARGE, SMALL, CLOSE, LARGE],
    "intraday": [SECOND, MIDDLE, LARGE, SMALL, CLOSE, LARGE],
    "series": [DAY, MIDDLE],
    "published": [DAY, MIDDLE, st.one_of(SECOND, FRACTION, st.just(""))],
    "funding": [SECOND, MIDDLE, SMALL],
    "interest": [SECOND, LARGE, LARGE],
    "daily interest": [DAY, LARGE],
    "liquidations": [st.one_of(SECOND, FRACTION), SIDE, MIDDLE, SMALL, LARGE],
}
ODD = st.one_of(
    st.sampled_from(["", "0", "-1", ".5", "5.", "1e3", "nan", "inf", "1e999", "1_0", " 1", "+1", ".", "1.2.3"]),
    st.sampled_from(["2023-02-29", "2024-13-01", "2024-00-10", "2024-1-1", "2024-08-05T24:00:00Z", "1,1"]),
    st.sampled_from(["2024-08-05T00:00:00", "2024-08-05T00:00:60Z", "Long", "long ", "longs", "\n", "\0", "é"]),
    st.floats().map(repr),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    FRACTION,
    DAY,
)


@st.composite
def rows_of(draw: st.DrawFn, kind: str) -> bytes:
    """Rows of a table; up to two fields are odd, which may be a fault or just rarely written so."""
    time, *others = COLUMNS[kind]
    times = sorted(draw(st.lists(time, min_size=1, max_size=8, unique=True)))
    rows = [[each, *(draw(column) for column in others)] for each in times]
    for _ in range(draw(st.integers(0, 2))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(ODD)
    return "\n".join(",".join(row) for row in rows).encode()


def outcome(read: Callable[[], Columns]) -> Columns | str:
    """The columns that were read, or the message of the fault."""
    try:
        return read()
    except HistoryError as error:
        return error.message


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_both_ways_of_reading_agree(kind: str, data: st.DataObject) -> None:
    rows = data.draw(rows_of(kind))
    found, wanted = outcome(lambda: parse(rows, kind)), outcome(lambda: parse_by_line(rows, kind))
    event("a fault" if isinstance(wanted, str) else f"a table of {len(wanted[0])} rows")
    if isinstance(wanted, str) or isinstance(found, str):
        assert found == wanted
        return
    assert [column.dtype for column in found] == [column.dtype for column in wanted]
    for column, expected in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(column, expected)
    if kind in ("daily", "intraday"):
        check_bars(Bars.of(*wanted))


@pytest.mark.parametrize("kind", KINDS)
@given(st.one_of(st.binary(), st.text().map(str.encode), st.text("0123456789-:TZ.,\n\r\0e").map(str.encode)))
def test_any_bytes_are_a_table_or_a_fault(kind: str, text: bytes) -> None:
    table, header = KINDS[kind]
    for content in (text, header + text):
        found = outcome(partial(tables.parse_table, content, table, "x.csv"))
        if isinstance(found, str):
            assert found.startswith("x.csv, line ")
            assert "\n" not in found
        else:
            assert len({len(column) for column in found}) == 1


GOOD_DAYS = b"".join(b"2024-08-%02d,5,7,4,6,1\n" % day for day in range(1, 29))


@given(st.integers(0, len(GOOD_DAYS) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_a_good_table_with_a_few_other_bytes(at: int, new: bytes, lost: int) -> None:
    changed = GOOD_DAYS[:at] + new + GOOD_DAYS[at + lost :]
    found = outcome(lambda: parse(changed, "daily"))
    if isinstance(found, str):
        assert found.startswith("x.csv, line ")
    else:
        check_bars(Bars.of(*found))


# ----------------------------------------------------------------------------------- many chunks are as one


@pytest.mark.parametrize("size", [1, 24, 60, 100, 700])
def test_a_table_read_in_pieces_is_the_same(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = parse(GOOD_DAYS, "daily")
    monkeypatch.setattr(tables, "CHUNK_BYTES", max(size, 24))
    for found, wanted in zip(parse(GOOD_DAYS, "daily"), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)


@pytest.mark.parametrize("day", [2, 9, 15, 28])
def test_a_fault_in_any_piece_is_told_with_its_line(day: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "CHUNK_BYTES", 100)
    for bad, column in ((b",5,7,4,0,1", "close"), (b",5,3,4,6,1", "high")):
        rows = GOOD_DAYS.replace(b"2024-08-%02d,5,7,4,6,1" % day, b"2024-08-%02d%s" % (day, bad))
        with pytest.raises(HistoryError, match=f"^x.csv, line {day + 1}, column {column}: "):
            parse(rows, "daily")
    rows = GOOD_DAYS.replace(b"2024-08-%02d" % day, b"2024-08-01")
    with pytest.raises(HistoryError, match=f"^x.csv, line {day + 1}, column time: found '2024-08-01'; "):
        parse(rows, "daily")


def test_a_line_without_end_is_refused_at_once() -> None:
    for rows in (b"9" * (8 << 20), b"2024-08-01," + b"0" * (8 << 20) + b"1,7,4,6,1"):
        with pytest.raises(HistoryError, match="expected a line of at most 256 bytes"):
            parse(rows, "daily")
