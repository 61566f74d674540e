"""Every fault of a history folder is one sentence with file, line, column, value and what was expected."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from barograph.feeds.recorded.faults import HistoryError
from barograph.feeds.recorded.folder import load_folder
from barograph.market.universe_file import load_universe
from tests.history_builder import BARS_HEADER, write_description, write_table

UNIVERSE = load_universe()

PRICE = "expected a finite price above 0 (1e-12 to 1e15)"
QUANTITY = "expected a finite number of 0 or more (at most 1e18)"
DATE = "expected a date YYYY-MM-DD"
INSTANT = "expected a UTC instant YYYY-MM-DDTHH:MM:SSZ"
SIX = "expected 6 fields (time,open,high,low,close,volume)"
INTERVALS = "expected an interval: 1m 5m 15m 30m 1h 4h 1d"
INSTRUMENT = "expected an instrument id such as ES or BRK-B"
TOML = "expected a TOML file with name, description, simulated and [[source]] tables of name, licence and note"
TEXT = "expected a text in quotes, not empty and not over-long"
BOOLEAN = "expected simulated = true or simulated = false"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A history folder with one good table of each kind."""
    history = tmp_path / "episode"
    write_description(history)
    for file, (header, row) in GOOD.items():
        write_table(history / file, header, [row])
    return history


GOOD = {
    "bars/ES/1d.csv": (BARS_HEADER, "2024-08-05,5200,5300,5100,5250,1000"),
    "bars/ES/1h.csv": (BARS_HEADER, "2024-08-05T13:00:00Z,5200,5300,5100,5250,1000"),
    "series/DGS10.csv": ("time,value", "2024-08-05,3.78"),
    "funding/binance/BTC.csv": ("time,rate,interval_h", "2024-08-05T00:00:00Z,0.0001,8"),
    "open_interest/coinalyze/BTC.csv": ("time,coin,usd", "2024-08-05T00:00:00Z,80000,4800000000"),
    "liquidations/coinalyze/BTC.csv": ("time,side,price,coin,usd", "2024-08-05T00:00:00Z,long,58000,1,58000"),
}


def message(folder: Path) -> str:
    """What the folder is refused with."""
    with pytest.raises(HistoryError) as caught:
        load_folder(folder, UNIVERSE)
    assert str(caught.value) == caught.value.message
    assert "\n" not in caught.value.message
    return caught.value.message


def test_the_good_folder_is_accepted(folder: Path) -> None:
    loaded = load_folder(folder, UNIVERSE)
    assert list(loaded.bars) == ["ES"]
    assert list(loaded.series) == ["DGS10"]
    assert {*loaded.funding, *loaded.open_interest, *loaded.liquidations} == {"BTC"}


# ------------------------------------------------------------------------------------------------- fields

FIELDS = {
    # a daily bar: the second row, which is line 3
    ("bars/ES/1d.csv", "2024-08-06T00:00:00Z,1,1,1,1,1"): f"time: found '2024-08-06T00:00:00Z'; {DATE}",
    ("bars/ES/1d.csv", "2024-8-6,1,1,1,1,1"): f"time: found '2024-8-6'; {DATE}",
    ("bars/ES/1d.csv", "06.08.2024,1,1,1,1,1"): f"time: found '06.08.2024'; {DATE}",
    ("bars/ES/1d.csv", "2024-09-31,1,1,1,1,1"): f"time: found '2024-09-31'; {DATE}",
    ("bars/ES/1d.csv", "2025-02-29,1,1,1,1,1"): f"time: found '2025-02-29'; {DATE}",
    ("bars/ES/1d.csv", "1066-10-14,1,1,1,1,1"): f"time: found '1066-10-14'; {DATE}",
    ("bars/ES/1d.csv", "9999-12-31,1,1,1,1,1"): f"time: found '9999-12-31'; {DATE}",
    ("bars/ES/1d.csv", ",1,1,1,1,1"): f"time: found ''; {DATE}",
    ("bars/ES/1d.csv", "2024-08-05,1,1,1,1,1"): (
        "time: found '2024-08-05'; expected a time after that of the line before"
    ),
    ("bars/ES/1d.csv", "2024-08-02,1,1,1,1,1"): (
        "time: found '2024-08-02'; expected a time after that of the line before"
    ),
    ("bars/ES/1d.csv", "2024-08-06,nan,1,1,1,1"): f"open: found 'nan'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,inf,1,1,1"): f"high: found 'inf'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1e999,1,1,1"): f"high: found '1e999'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1e308,1,1,1"): f"high: found '1e308'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,0,1,1"): f"low: found '0'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,-0,1,1"): f"low: found '-0'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,-5.25,1"): f"close: found '-5.25'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,4e-320,1"): f"close: found '4e-320'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,,1"): f"close: found ''; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,1.2.3,1"): f"close: found '1.2.3'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,1_000,1"): f"close: found '1_000'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1, 1,1"): f"close: found ' 1'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,0x1F,1"): f"close: found '0x1F'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,\u0661,1"): f"close: found '\u0661'; {PRICE}",  # an Arabic-Indic one
    ("bars/ES/1d.csv", '2024-08-06,1,1,1,"1",1'): f"close: found '\"1\"'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,=1+1,1"): f"close: found '=1+1'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,1,-1"): f"volume: found '-1'; {QUANTITY}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,1,many"): f"volume: found 'many'; {QUANTITY}",
    ("bars/ES/1d.csv", "2024-08-06,10,9.5,10.5,10,1"): ("high: found '9.5'; expected a high not below the low, 10.5"),
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,1"): f"volume: found ''; {SIX}, there are 5",
    ("bars/ES/1d.csv", "2024-08-06"): f"open: found ''; {SIX}, there are 1",
    ("bars/ES/1d.csv", "\n2024-08-06,1,1,1,1,1"): f"open: found ''; {SIX}, there are 1",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,1,1,7"): f"7: found '7'; {SIX}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,1,1,"): f"7: found ''; {SIX}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,\0,1,1"): f"low: found '\\x00'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,\u202e1,1,1"): f"low: found '\\u202e1'; {PRICE}",
    ("bars/ES/1d.csv", "2024-08-06,1,1,1,1," + "0" * 300 + "1"): (
        "time: found '2024-08-06,1,1,1,1," + "0" * 41 + "…'; expected a line of at most 256 bytes"
    ),
    # an intraday bar
    ("bars/ES/1h.csv", "2024-08-06,1,1,1,1,1"): f"time: found '2024-08-06'; {INSTANT}",
    ("bars/ES/1h.csv", "2024-08-06T14:00:00,1,1,1,1,1"): f"time: found '2024-08-06T14:00:00'; {INSTANT}",
    ("bars/ES/1h.csv", "2024-08-06T14:00:00+00:00,1,1,1,1,1"): (f"time: found '2024-08-06T14:00:00+00:00'; {INSTANT}"),
    ("bars/ES/1h.csv", "2024-08-06T14:00:00-04:00,1,1,1,1,1"): (f"time: found '2024-08-06T14:00:00-04:00'; {INSTANT}"),
    ("bars/ES/1h.csv", "2024-08-06 14:00:00Z,1,1,1,1,1"): f"time: found '2024-08-06 14:00:00Z'; {INSTANT}",
    ("bars/ES/1h.csv", "2024-08-06T24:00:00Z,1,1,1,1,1"): f"time: found '2024-08-06T24:00:00Z'; {INSTANT}",
    ("bars/ES/1h.csv", "2024-08-06T14:60:00Z,1,1,1,1,1"): f"time: found '2024-08-06T14:60:00Z'; {INSTANT}",
    ("bars/ES/1h.csv", "1722952800,1,1,1,1,1"): f"time: found '1722952800'; {INSTANT}",
    ("bars/ES/1h.csv", "2024-08-05T13:00:00Z,1,1,1,1,1"): (
        "time: found '2024-08-05T13:00:00Z'; expected a time after that of the line before"
    ),
    # the others
    ("series/DGS10.csv", "2024-08-06,."): "value: found '.'; expected a finite number (within 1e15 of 0)",
    ("series/DGS10.csv", "2024-08-06T00:00:00Z,3"): f"time: found '2024-08-06T00:00:00Z'; {DATE}",
    ("series/DGS10.csv", "2024-08-05,3"): ("time: found '2024-08-05'; expected a time after that of the line before"),
    ("funding/binance/BTC.csv", "2024-08-05T08:00:00Z,x,8"): (
        "rate: found 'x'; expected a finite number (within 1e15 of 0)"
    ),
    ("funding/binance/BTC.csv", "2024-08-05T08:00:00Z,0.0001,0"): (
        "interval_h: found '0'; expected a number of hours above 0 (at most a year)"
    ),
    ("funding/binance/BTC.csv", "2024-08-05T00:00:00Z,0.0001,8"): (
        "time: found '2024-08-05T00:00:00Z'; expected a time after that of the line before"
    ),
    ("open_interest/coinalyze/BTC.csv", "2024-08-05T01:00:00Z,-1,1"): f"coin: found '-1'; {QUANTITY}",
    ("open_interest/coinalyze/BTC.csv", "2024-08-06,1,1"): f"time: found '2024-08-06'; {INSTANT}",
    ("liquidations/coinalyze/BTC.csv", "2024-08-05T01:00:00Z,buy,1,1,1"): ("side: found 'buy'; expected long or short"),
    ("liquidations/coinalyze/BTC.csv", "2024-08-05T01:00:00Z,,1,1,1"): "side: found ''; expected long or short",
    ("liquidations/coinalyze/BTC.csv", "2024-08-05T01:00:00Z,long,0,1,1"): f"price: found '0'; {PRICE}",
    ("liquidations/coinalyze/BTC.csv", "2024-08-04T23:00:00Z,long,1,1,1"): (
        "time: found '2024-08-04T23:00:00Z'; expected a time not before that of the line before"
    ),
}


@pytest.mark.parametrize(("file", "row"), FIELDS)
def test_a_bad_field_is_told_with_line_and_column(folder: Path, file: str, row: str) -> None:
    header, good = GOOD[file]
    write_table(folder / file, header, [good, row])
    assert message(folder) == f"{file}, line 3, column {FIELDS[file, row]}"


def test_the_first_fault_of_a_file_is_told(folder: Path) -> None:
    rows = ["2024-08-05,1,1,1,1,1", "2024-08-06,1,1,1,0,1", "2024-08-07,x,1,1,1,1"]
    write_table(folder / "bars/ES/1d.csv", BARS_HEADER, rows)
    assert message(folder) == f"bars/ES/1d.csv, line 3, column close: found '0'; {PRICE}"


def test_a_fault_is_found_in_a_compressed_file_of_many_lines(folder: Path) -> None:
    times = [f"20{year:02}-{month:02}-{day:02}" for year in range(90) for month in range(1, 13) for day in (1, 15)]
    rows = [f"{time},1.25,1.5,1,1.25,100" for time in times]
    rows[1_234] = f"{times[1_234]},1.25,1.5,1,1.25,-100"
    (folder / "bars/ES/1d.csv").unlink()
    write_table(folder / "bars/ES/1d.csv.gz", BARS_HEADER, rows)
    assert message(folder) == f"bars/ES/1d.csv.gz, line 1236, column volume: found '-100'; {QUANTITY}"


def test_text_that_is_not_utf_8_is_told_with_its_place(folder: Path) -> None:
    (folder / "bars/ES/1d.csv").write_bytes(f"{BARS_HEADER}\n2024-08-05,1,1,1,\xe4,1\n".encode("latin-1"))
    assert message(folder) == "bars/ES/1d.csv, line 2, column close: found 'ä'; expected UTF-8 text"


# ------------------------------------------------------------------------------------------------ headers

HEADER = "expected the header"
HEADERS = {
    ("bars/ES/1d.csv", ""): f"time: found ''; {HEADER} {BARS_HEADER}",
    ("bars/ES/1d.csv", "time,open,high,low,close"): f"volume: found ''; {HEADER} {BARS_HEADER}",
    ("bars/ES/1d.csv", "time,open,low,high,close,volume"): f"high: found 'low'; {HEADER} {BARS_HEADER}",
    ("bars/ES/1d.csv", "Date,Open,High,Low,Close,Volume"): f"time: found 'Date'; {HEADER} {BARS_HEADER}",
    ("bars/ES/1d.csv", "time;open;high;low;close;volume"): (
        f"time: found 'time;open;high;low;close;volume'; {HEADER} {BARS_HEADER}"
    ),
    ("bars/ES/1d.csv", f"{BARS_HEADER},adjusted"): f"7: found 'adjusted'; {HEADER} {BARS_HEADER}",
    ("series/DGS10.csv", "observation_date,DGS10"): (f"time: found 'observation_date'; {HEADER} time,value[,known_at]"),
    ("series/DGS10.csv", "time,value,known"): f"known_at: found 'known'; {HEADER} time,value[,known_at]",
    ("open_interest/coinalyze/BTC.csv", "time,usd"): f"coin: found 'usd'; {HEADER} time,coin[,usd]",
    ("funding/binance/BTC.csv", "time,rate"): f"interval_h: found ''; {HEADER} time,rate,interval_h",
    ("liquidations/coinalyze/BTC.csv", "time,price,coin,usd"): (
        f"side: found 'price'; {HEADER} time,side,price,coin,usd"
    ),
}


@pytest.mark.parametrize(("file", "header"), HEADERS)
def test_a_wrong_header_is_told_on_line_1(folder: Path, file: str, header: str) -> None:
    write_table(folder / file, header, [GOOD[file][1]])
    assert message(folder) == f"{file}, line 1, column {HEADERS[file, header]}"


def test_an_empty_file_has_no_header(folder: Path) -> None:
    (folder / "series/DGS10.csv").write_bytes(b"")
    assert message(folder) == (
        "series/DGS10.csv, line 1, column time: found ''; expected the header time,value[,known_at]"
    )


def test_utf_16_from_a_spreadsheet_is_refused(folder: Path) -> None:
    (folder / "series/DGS10.csv").write_text("time,value\n2024-08-05,3.78\n", "utf-16")
    assert message(folder).startswith("series/DGS10.csv, line 1, column time: found '")


def test_a_wrong_known_at_is_told(folder: Path) -> None:
    rows = ["2024-08-05,3.78,2024-08-06T20:15:00Z", "2024-08-06,3.90,2024-08-07"]
    write_table(folder / "series/DGS10.csv", "time,value,known_at", rows)
    assert message(folder) == f"series/DGS10.csv, line 3, column known_at: found '2024-08-07'; {INSTANT}"


# ------------------------------------------------------------------------------------------- history.toml

DESCRIPTIONS = {
    "": f"key name is missing; {TEXT}",
    "simulated = false": f"key name is missing; {TEXT}",
    'name = "x"': f"key simulated is missing; {BOOLEAN}",
    'name = "x"\nsimulated = "no"': f"line 2, key simulated is 'no'; {BOOLEAN}",
    'name = "x"\n\nsimulated = 0': f"line 3, key simulated is '0'; {BOOLEAN}",
    'name = ""\nsimulated = false': f"line 1, key name is ''; {TEXT}",
    "name = 7\nsimulated = false": f"line 1, key name is '7'; {TEXT}",
    'name = "two\\nlines"\nsimulated = false': f"line 1, key name is 'two\\nlines'; {TEXT}",
    'name = "x"\nsimulated = false\nsource = "me"': "line 3, key source is 'me'; expected [[source]] tables",
    'name = "x"\nsimulated = false\n[[source]]\nlicence = "y"': f"key source.0.name is missing; {TEXT}",
    'name = "x"\nsimulated = false\nunit = "bp"': f"line 3, unknown key 'unit'; {TOML}",
    "name = " + "9" * 5_000: f"a value that is too long or nested too deep; {TOML}",
    "name = " + "[" * 50_000: f"a value that is too long or nested too deep; {TOML}",
    "#" * (1 << 20) + "#": "1048577 bytes; expected at most 1048576 bytes",
}


@pytest.mark.parametrize("text", DESCRIPTIONS, ids=lambda text: text[:40])
def test_a_wrong_description_is_told(folder: Path, text: str) -> None:
    (folder / "history.toml").write_text(text, "utf-8")
    assert message(folder) == f"history.toml: {DESCRIPTIONS[text]}"


def test_text_that_is_not_toml_is_told_with_its_line(folder: Path) -> None:
    (folder / "history.toml").write_text('name = "x"\nsimulated false\n', "utf-8")
    found = message(folder)
    assert found.startswith("history.toml: Expected '='")
    assert found.endswith(f"(at line 2, column 11); {TOML}")


def test_a_description_that_is_not_utf_8(folder: Path) -> None:
    (folder / "history.toml").write_bytes(b'name = "\xff"')
    assert message(folder) == f"history.toml: not UTF-8 text; {TOML}"


def test_a_folder_without_description(folder: Path) -> None:
    (folder / "history.toml").unlink()
    assert message(folder) == f"history.toml: not there, in {folder}; {TOML}"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert message(tmp_path / "none") == (f"{tmp_path / 'none'}: no such folder; expected a folder with a history.toml")


def test_a_path_that_no_file_system_knows(tmp_path: Path) -> None:
    assert message(Path("a\0b")) == "a\\x00b: no such folder; expected a folder with a history.toml"


def test_a_file_in_place_of_the_folder(folder: Path) -> None:
    file = folder / "history.toml"
    assert message(file) == f"{file}: not a folder; expected a folder with a history.toml"


# --------------------------------------------------------------------------------------------- placements

KINDS = "bars, funding, liquidations, open_interest, series"
PLACEMENTS = {
    "bars/ES/7m.csv": f"name '7m'; {INTERVALS}",
    "bars/ES/1D.csv.gz": f"name '1D'; {INTERVALS}",
    "bars/ES/.csv": None,  # a name that begins with a dot is not looked at
    "bars/ES/1d.xlsx": "unknown kind of file; expected a .csv or .csv.gz",
    "bars/ES/1d.csv.bak": "unknown kind of file; expected a .csv or .csv.gz",
    "bars/ES/1d.csv.gz": "bars/ES/1d.csv is there too; expected only one of the two",
    "bars/ES/old/1d.csv": ("bars/ES/old", "a folder; expected a .csv or .csv.gz"),
    "bars/es/1d.csv": ("bars/es", f"name 'es'; {INSTRUMENT}"),
    "bars/ES=F/1d.csv": ("bars/ES=F", f"name 'ES=F'; {INSTRUMENT}"),
    "bars/\u0395S/1d.csv": ("bars/\u0395S", f"name '\u0395S'; {INSTRUMENT}"),  # a Greek capital epsilon
    "bars/ES\u202e/1d.csv": ("bars/ES\\u202e", f"name 'ES\\u202e'; {INSTRUMENT}"),
    "bars/ABCDEFGHIJKLMNOPQ/1d.csv": ("bars/ABCDEFGHIJKLMNOPQ", f"name 'ABCDEFGHIJKLMNOPQ'; {INSTRUMENT}"),
    "bars/1d.csv": "out of place; expected a folder named after an instrument id such as ES or BRK-B",
    "series/dgs10.csv": "name 'dgs10'; expected a series id such as DGS10",
    "series/DGS10.csv.gz": "series/DGS10.csv is there too; expected only one of the two",
    "funding/BTC.csv": "out of place; expected a folder named after a venue such as binance",
    "funding/Bi nance/BTC.csv": ("funding/Bi nance", "name 'Bi nance'; expected a venue such as binance"),
    "funding/binance/btc.csv": f"name 'btc'; {INSTRUMENT}",
    "1d.csv": f"out of place; expected tables inside {KINDS}",
    "ES.csv.gz": f"out of place; expected tables inside {KINDS}",
    "bar/ES/1d.csv": ("bar", f"unknown folder; expected one of {KINDS}"),
    "README.txt": None,
    ".DS_Store": None,
    "bars/.DS_Store": None,
    "bars/Thumbs.db": None,
    "bars/ES/desktop.ini": None,
    ".git/bars/x.csv": None,
}


@pytest.mark.parametrize("file", PLACEMENTS)
def test_what_is_out_of_place_is_told(folder: Path, file: str) -> None:
    write_table(folder / file, BARS_HEADER, [])
    expected = PLACEMENTS[file]
    if expected is None:
        assert load_folder(folder, UNIVERSE).bars.keys() == {"ES"}
    elif isinstance(expected, str):
        assert message(folder) == f"{file}: {expected}"
    else:
        assert message(folder) == ": ".join(expected)


def test_a_file_in_place_of_a_kind(folder: Path) -> None:
    (folder / "series/DGS10.csv").unlink()
    (folder / "series").rmdir()
    (folder / "series").write_text("x")
    assert message(folder) == f"series: out of place; expected tables inside {KINDS}"


@pytest.mark.skipif(sys.platform == "win32", reason="file names are text there")
def test_a_file_name_that_is_not_text(folder: Path) -> None:
    (folder / "bars" / os.fsdecode(b"E\xff")).mkdir()
    assert message(folder) == f"bars/E\\udcff: name 'E\\udcff'; {INSTRUMENT}"
