"""What the publishers send is read as it stands, and what cannot be is refused with one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.answer import FRED, NEW_YORK_FED, TREASURY, Answer, Column
from barograph.feeds.fred.fred_csv import FredTable, parse_fred
from barograph.feeds.fred.ny_fed import parse_effr
from barograph.feeds.fred.treasury_csv import Curve, parse_treasury
from barograph.market.instants import label_date

UNTIL = date(2026, 11, 24)
CSV = {"content-type": "text/csv; charset=utf-8"}


def rows_of(column: Column) -> list[tuple[str, float]]:
    days = (label_date(time).isoformat() for time in column.time.tolist())
    return list(zip(days, column.value.tolist(), strict=True))


def fred(text: str | bytes, *series: str, content_type: str = "application/csv") -> FredTable:
    body = text if isinstance(text, bytes) else text.encode()
    return parse_fred(Answer(200, {"content-type": content_type}, body), series or ("DGS10",), UNTIL)


def treasury(text: str, curve: Curve = Curve.REAL) -> dict[str, Column]:
    return parse_treasury(Answer(200, CSV, text.encode()), curve, 2026, UNTIL)


def effr(*rates: dict[str, Any], **more: object) -> dict[str, Column]:
    body = json.dumps({"refRates": list(rates), **more}).encode()
    return parse_effr(Answer(200, {"content-type": "application/json"}, body), UNTIL)


def rate(day: str = "2026-11-20", value: object = 3.63, **more: object) -> dict[str, Any]:
    return {"effectiveDate": day, "type": "EFFR", "percentRate": value, **more}


def fault_of(ask: Callable[[], object]) -> FeedError:
    with pytest.raises(FeedError) as raised:
        ask()
    message = raised.value.message
    assert "\n" not in message
    assert len(message) < 160
    assert message.startswith(raised.value.source)
    return raised.value


# -------------------------------------------------------------------------------------------------------- FRED


@pytest.mark.parametrize("name", ["observation_date", "DATE", "\ufeffobservation_date"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_freds_columns_are_found_by_name_under_either_header(name: str, end: str) -> None:
    text = end.join([f"{name},DGS2,DGS10", "2026-11-19,3.61,4.12", "2026-11-20,3.58,4.08", ""])
    table = fred(text, "DGS10", "DGS2")
    assert rows_of(table.columns["DGS10"]) == [("2026-11-19", 4.12), ("2026-11-20", 4.08)]
    assert rows_of(table.columns["DGS2"]) == [("2026-11-19", 3.61), ("2026-11-20", 3.58)]
    assert table.left_out == ()


@pytest.mark.parametrize("missing", [".", "", " "])
def test_a_day_without_a_value_is_missing_and_not_filled(missing: str) -> None:
    table = fred(f"observation_date,DGS10\n2026-11-10,4.1\n2026-11-11,{missing}\n2026-11-12,4.0\n")
    assert [day for day, _ in rows_of(table.columns["DGS10"])] == ["2026-11-10", "2026-11-12"]


def test_a_series_left_out_without_a_word_is_named() -> None:
    table = fred("observation_date,DGS10\n2026-11-20,4.1\n", "DGS10", "DGS2", "DFII10")
    assert table.left_out == ("DGS2", "DFII10")
    assert set(table.columns) == {"DGS10"}


def test_a_single_series_left_out_is_unknown_there() -> None:
    error = fault_of(lambda: fred("observation_date,DGS30\n2026-11-20,4.1\n"))
    assert (error.kind, error.subject) == (FeedErrorKind.UNSUPPORTED, "DGS10")


def test_freds_own_name_of_a_series_is_read_under_ours() -> None:
    table = fred("observation_date,DFF,DFEDTARU\n2026-11-20,3.63,3.75\n", "DFF", "FED_TARGET_UPPER")
    assert rows_of(table.columns["FED_TARGET_UPPER"]) == [("2026-11-20", 3.75)]


@pytest.mark.parametrize(
    ("body", "content_type"), [(b"PK\x03\x04\x14", "application/octet-stream"), (b"\x00\x01", "application/zip")]
)
def test_an_archive_for_several_series_means_that_they_are_to_be_asked_for_apart(
    body: bytes, content_type: str
) -> None:
    assert fred(body, "DGS10", "DFF", content_type=content_type) == FredTable({}, ("DGS10", "DFF"))
    assert fault_of(lambda: fred(body, content_type=content_type)).kind is FeedErrorKind.BAD_DATA


def test_a_negative_yield_can_be() -> None:
    assert rows_of(fred("observation_date,DFII10\n2021-08-03,-1.19\n", "DFII10").columns["DFII10"])[0][1] == -1.19


@pytest.mark.parametrize(
    ("text", "content_type"),
    [
        ("<!DOCTYPE html><html>", "text/csv"),
        ("observation_date,DGS10\n2026-11-20,4.1\n", "text/html"),
        ("", "text/csv"),
        ("\n\n", "text/csv"),
        ("DGS10,observation_date\n4.1,2026-11-20\n", "text/csv"),
        ("observation_date,DGS10,DGS10\n2026-11-20,4.1,4.2\n", "text/csv"),
        ("observation_date,DGS10\n2026-11-20\n", "text/csv"),
        ("observation_date,DGS10\n2026-11-20,4.1,9\n", "text/csv"),
        ("observation_date,DGS10\n2026-11-2,4.1\n", "text/csv"),
        ("observation_date,DGS10\n2026-W47-5,4.1\n", "text/csv"),
        ("observation_date,DGS10\n2026-02-30,4.1\n", "text/csv"),
        ("observation_date,DGS10\n0001-01-01,4.1\n", "text/csv"),
        ("observation_date,DGS10\n9999-12-31,4.1\n", "text/csv"),
        ("observation_date,DGS10\n2026-11-20,4.1\n2026-11-20,4.1\n", "text/csv"),
        ("observation_date,DGS10\n2026-11-20,4.1\n2026-11-19,4.1\n", "text/csv"),
        ("observation_date,DGS10\n2026-11-20,.\n2026-11-19,4.1\n", "text/csv"),
        ("observation_date,DGS10\n2026-11-25,4.1\n", "text/csv"),
    ],
)
def test_a_table_of_fred_that_cannot_be_is_refused_whole(text: str, content_type: str) -> None:
    error = fault_of(lambda: fred(text, content_type=content_type))
    assert (error.kind, error.source) == (FeedErrorKind.BAD_DATA, FRED)


@pytest.mark.parametrize(
    "value",
    [
        "nan",
        "inf",
        "1e308",
        "1e1",
        "30.01",
        "-5.01",
        "4,1",
        "4.1x",
        "0x4",
        "4_1",
        "\u0664.\u0661",
        "#N/A",
        "ND",
        "--1",
        "4.",
        ".5",
    ],
)
def test_a_value_of_fred_that_is_no_rate_is_refused(value: str) -> None:
    error = fault_of(lambda: fred(f'observation_date,DGS10\n2026-11-19,4.1\n2026-11-20,"{value}"\n'))
    assert error.kind is FeedErrorKind.BAD_DATA


def test_no_rows_are_no_fault() -> None:
    assert fault_of(lambda: fred("observation_date,DGS10\n")).kind is FeedErrorKind.EMPTY


# ---------------------------------------------------------------------------------------------------- Treasury


def test_the_treasurys_newest_first_becomes_oldest_first() -> None:
    text = (
        'Date,"5 YR","7 YR","10 YR","20 YR","30 YR"\n11/20/2026,1.5,1.6,1.92,2.2,2.3\n11/19/2026,1.5,1.6,1.90,2.2,2.3'
    )
    assert rows_of(treasury(text)["DFII10"]) == [("2026-11-19", 1.90), ("2026-11-20", 1.92)]


@pytest.mark.parametrize("year", ["Yr", "YR", "yr"])
def test_the_case_and_spacing_of_a_maturity_do_not_matter(year: str) -> None:
    text = f'Date,"1 Mo","1.5 Month","2 {year}","10  {year} "\n01/02/2026,3.7,,3.47,4.19\n'
    columns = treasury(text, Curve.NOMINAL)
    assert rows_of(columns["DGS2"]) == [("2026-01-02", 3.47)]
    assert rows_of(columns["DGS10"]) == [("2026-01-02", 4.19)]


@pytest.mark.parametrize("missing", ["", "N/A"])
def test_a_maturity_without_a_value_is_missing_on_that_day(missing: str) -> None:
    columns = treasury(f'Date,"2 Yr","10 Yr"\n11/20/2026,{missing},4.1\n11/19/2026,3.6,4.2', Curve.NOMINAL)
    assert rows_of(columns["DGS2"]) == [("2026-11-19", 3.6)]
    assert len(columns["DGS10"]) == 2


@pytest.mark.parametrize("text", ["", 'Date,"5 YR","10 YR"', 'Date,"5 YR","10 YR"\n'])
def test_a_year_that_has_just_begun_is_empty(text: str) -> None:
    assert fault_of(lambda: treasury(text)).kind is FeedErrorKind.EMPTY


@pytest.mark.parametrize(
    "text",
    [
        "<html></html>",
        'Day,"10 YR"\n11/20/2026,1.9',
        'Date,"5 YR"\n11/20/2026,1.9',
        'Date,"10 YR","10 Yr"\n11/20/2026,1.9,1.9',
        'Date,"10 YR"\n11/20/2025,1.9',
        'Date,"10 YR"\n20/11/2026,1.9',
        'Date,"10 YR"\n2026-11-20,1.9',
        'Date,"10 YR"\n11/20/26,1.9',
        'Date,"10 YR"\n11/20/2026,1.9\n11/20/2026,1.9',
        'Date,"10 YR"\n11/20/2026,1.9\n11/18/2026,1.9\n11/19/2026,1.9',
        'Date,"10 YR"\n11/20/2026,1.9\n11/19/2026',
        'Date,"10 YR"\n11/20/2026,nan',
        'Date,"10 YR"\n11/20/2026,190',
        'Date,"10 YR"\n11/27/2026,1.9',
    ],
)
def test_a_year_of_the_treasury_that_cannot_be_is_refused_whole(text: str) -> None:
    error = fault_of(lambda: treasury(text))
    assert (error.kind, error.source) == (FeedErrorKind.BAD_DATA, TREASURY)


# ------------------------------------------------------------------------------------------------ New York Fed


def test_rate_and_target_range_are_read_oldest_first() -> None:
    columns = effr(
        rate("2026-11-20", 3.64, targetRateFrom=3.5, targetRateTo=3.75),
        rate("2026-11-19", 3.63, targetRateFrom=3.5, targetRateTo=3.75),
    )
    assert rows_of(columns["DFF"]) == [("2026-11-19", 3.63), ("2026-11-20", 3.64)]
    assert rows_of(columns["FED_TARGET_UPPER"])[-1] == ("2026-11-20", 3.75)
    assert rows_of(columns["FED_TARGET_LOWER"])[-1] == ("2026-11-20", 3.5)


def test_other_rates_in_the_answer_are_left_aside() -> None:
    columns = effr({"effectiveDate": "2026-11-20", "type": "OBFR", "percentRate": 9}, rate(), note="x")
    assert rows_of(columns["DFF"]) == [("2026-11-20", 3.63)]


def test_days_from_before_there_was_a_range_have_none() -> None:
    columns = effr(rate(targetRateFrom=None), rate("2026-11-19", targetRateFrom="NA", targetRateTo=3.75))
    assert len(columns["FED_TARGET_LOWER"]) == 0
    assert rows_of(columns["FED_TARGET_UPPER"]) == [("2026-11-19", 3.75)]
    assert len(columns["DFF"]) == 2


def test_no_rates_are_no_fault() -> None:
    assert fault_of(effr).kind is FeedErrorKind.EMPTY


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"[]",
        b"null",
        b'{"refRates": {}}',
        b'{"refRates": [1]}',
        b'{"refRates": [{"type": "EFFR", "effectiveDate": "2026-11-20", "percentRate": 3.6',
        b'{"refRates": [{"type": "EFFR", "effectiveDate": "2026-11-20", "percentRate": NaN}]}',
        b'{"refRates": [{"type": "EFFR", "effectiveDate": "2026-11-20", "percentRate": 1e999}]}',
        b'{"refRates": [{"type": "EFFR", "effectiveDate": "2026-11-20", "percentRate": ' + b"9" * 4000 + b"}]}",
        b'{"refRates": [{"type": "EFFR", "effectiveDate": "2026-11-20", "percentRate": ' + b"9" * 9000 + b"}]}",
        b"[" * 200_000,
    ],
)
def test_an_answer_of_the_new_york_fed_that_cannot_be_read_is_refused(body: bytes) -> None:
    error = fault_of(lambda: parse_effr(Answer(200, {}, body), UNTIL))
    assert (error.kind, error.source) == (FeedErrorKind.BAD_DATA, NEW_YORK_FED)


@pytest.mark.parametrize(
    "rates",
    [
        [rate(value="3.6")],
        [rate(value=True)],
        [rate(value=None)],
        [rate(value=31)],
        [rate(targetRateTo=[])],
        [rate("2026-11-25")],
        [rate("20261120")],
        [rate(day=20261120)],  # type: ignore[arg-type]
        [rate(), rate()],
        [rate("2026-11-20"), rate("2026-11-18"), rate("2026-11-19")],
    ],
)
def test_a_rate_that_cannot_be_is_refused(rates: list[dict[str, Any]]) -> None:
    assert fault_of(lambda: effr(*rates)).kind is FeedErrorKind.BAD_DATA


# -------------------------------------------------------------------------------------------- anything at all

CONTENT_TYPES = st.sampled_from(["", "text/csv", "application/json", "text/html", "application/zip", "\u00e9"])
CELLS = st.one_of(
    st.sampled_from(["2026-11-20", "11/20/2026", "4.1", "-1.19", ".", "", '"', "nan", "1e308", "9999-12-31", "\x00"]),
    st.text(max_size=4),
)
TABLES = st.tuples(
    st.sampled_from(["observation_date,DGS10,DGS2", 'Date,"10 YR","2 Yr"', "DATE,DGS10", ""]),
    st.lists(st.lists(CELLS, max_size=4).map(",".join), max_size=5),
).map(lambda table: "\n".join([table[0], *table[1]]).encode("utf-8", "surrogatepass"))
ANYTHING_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["EFFR", "2026-11-20", "NA"]) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["refRates", "type", "effectiveDate", "percentRate", "targetRateTo"]), inner, max_size=5
        )
    ),
    max_leaves=12,
).map(lambda content: json.dumps(content).encode())
RATES_JSON = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("EFFR"),
            "effectiveDate": st.dates().map(str) | st.just("2026-11-20"),
            "percentRate": st.floats() | st.integers() | st.none(),
        }
    ),
    max_size=4,
).map(lambda rates: json.dumps({"refRates": rates}).encode())
BODIES = st.binary(max_size=200) | TABLES | ANYTHING_JSON | RATES_JSON


PARSERS: list[Callable[[Answer], list[Column]]] = [
    lambda answer: list(parse_fred(answer, ("DGS10", "DGS2"), UNTIL).columns.values()),
    lambda answer: list(parse_treasury(answer, Curve.NOMINAL, 2026, UNTIL).values()),
    lambda answer: list(parse_treasury(answer, Curve.REAL, 2026, UNTIL).values()),
    lambda answer: list(parse_effr(answer, UNTIL).values()),
]


@settings(max_examples=400)
@given(BODIES, CONTENT_TYPES)
def test_any_bytes_give_values_that_can_be_or_one_fault(body: bytes, content_type: str) -> None:
    answer = Answer(200, {"content-type": content_type}, body)
    for parse in PARSERS:
        try:
            columns = parse(answer)
        except FeedError:
            continue
        for column in columns:
            assert (column.time[1:] > column.time[:-1]).all()
            assert ((column.value >= -5) & (column.value <= 30)).all()
            assert len(column.time) == len(column.value)
