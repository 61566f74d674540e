"""What is written is read back to the bit; what the reader would refuse is not written; files are whole."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from barograph.feeds.recorded import tables
from barograph.feeds.recorded.description import Description, Source
from barograph.feeds.recorded.faults import HistoryError
from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.feeds.recorded.limits import check_columns
from barograph.feeds.recorded.tables import parse_table
from barograph.feeds.recorded.writer import HistoryWriter
from barograph.market.bars import Bars
from barograph.market.intervals import DAY_NS, SECOND_NS, Interval
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest
from barograph.market.universe_file import load_universe

UNIVERSE = load_universe()
DESCRIBED = Description(name="Fetched", simulated=False)
FIRST_NS, LAST_NS = -2_208_988_800 * SECOND_NS, 7_258_118_399 * SECOND_NS
NAN = float("nan")
Rows = Bars | Fixings | Funding | OpenInterest | Liquidations


def written(folder: Path) -> tuple[HistoryWriter, Callable[[], HistoryFolder]]:
    """A writer of a folder that has its description, and what reads it."""
    writer = HistoryWriter(folder)
    writer.write_description(DESCRIBED)
    return writer, lambda: load_folder(folder, UNIVERSE)


def same(left: Rows, right: Rows) -> bool:
    """Every number is the same to the bit, the sign of a zero too; a missing one is missing."""
    names = [each.name for each in fields(left) if isinstance(getattr(left, each.name), np.ndarray)]
    return all(_bits(getattr(left, name)) == _bits(getattr(right, name)) for name in names)


def _bits(values: NDArray[np.float64] | NDArray[np.int64]) -> tuple[str, bytes]:
    if values.dtype == np.float64:
        values = np.where(np.isnan(values), NAN, values)
    return str(values.dtype), values.tobytes()


# ---------------------------------------------------------------------------------------------- round trip


class Dice:
    """Random columns of which every number may come back changed if it is written or read carelessly."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.count = int(self.rng.integers(0, 12))

    def times(self, whole_ns: int) -> NDArray[np.int64]:
        """Different times, in order; multiples of `whole_ns`."""
        first, last = FIRST_NS // whole_ns, LAST_NS // whole_ns
        near = 19_000 * DAY_NS // whole_ns + self.rng.integers(0, 50, self.count)
        found = np.where(self.rng.random(self.count) < 0.5, near, self.rng.integers(first, last, self.count))
        return np.unique(found) * whole_ns

    def numbers(self, count: int, low: float, high: float, *, missing: bool = True) -> NDArray[np.float64]:
        """Numbers of every size between the limits, short ones and long ones, the limits themselves, missing ones."""
        size = 10 ** self.rng.uniform(np.log10(max(low, 1e-20)), np.log10(high), count)
        kinds = [
            size,
            np.clip(np.float64(np.float32(size)), low, high),
            np.clip(np.round(size, 2), low, high),
            np.full(count, low or 5e-324),
            np.full(count, -0.0 if low < 0 else low),
            np.full(count, high),
            np.full(count, np.nan if missing else high),
        ]
        chosen: NDArray[np.float64] = np.array(kinds)[self.rng.integers(0, len(kinds), count), np.arange(count)]
        return np.where(self.rng.random(count) < 0.5, -chosen, chosen) if low < 0 else chosen

    def bars(self, whole_ns: int) -> Bars:
        """Bars whose high is not below their low."""
        time = self.times(whole_ns)
        one, other = (self.numbers(len(time), 1e-12, 1e15) for _ in range(2))
        close = self.numbers(len(time), 1e-12, 1e15, missing=False)
        volume = self.numbers(len(time), 0.0, 1e18)
        return Bars(time, close[::-1].copy(), np.maximum(one, other), np.minimum(one, other), close, volume)

    def fixings(self) -> Fixings:
        time = self.times(DAY_NS)
        known_at = self.rng.permutation(np.resize(self.times(SECOND_NS), len(time)))
        return Fixings(time, self.numbers(len(time), -1e15, 1e15, missing=False), known_at.astype(np.int64))

    def funding(self) -> Funding:
        time = self.times(1)
        hours = self.numbers(len(time), 1e-3, 8_784.0, missing=False)
        return Funding(time, self.numbers(len(time), -1e15, 1e15, missing=False), hours, "okx")

    def open_interest(self) -> OpenInterest:
        time = self.times(SECOND_NS)
        return OpenInterest(time, self.numbers(len(time), 0.0, 1e18), self.numbers(len(time), 0.0, 1e18), "okx")

    def liquidations(self) -> Liquidations:
        time = np.sort(np.repeat(self.times(1_000_000), 2))
        side = self.rng.choice(np.array([-1, 1]), len(time))
        price = self.numbers(len(time), 1e-12, 1e15)
        coin, usd = (self.numbers(len(time), 0.0, 1e18) for _ in range(2))
        return Liquidations(time, side, price, coin, usd, "okx")


@pytest.mark.parametrize("compressed", [True, False])
@pytest.mark.parametrize("seed", range(60))
def test_everything_is_read_back_to_the_bit(tmp_path: Path, seed: int, compressed: bool) -> None:
    dice = Dice(seed)
    daily, short = dice.bars(DAY_NS), dice.bars(1 if seed % 2 else SECOND_NS)
    writer = HistoryWriter(tmp_path, compressed=compressed)
    fixings, funding = dice.fixings(), dice.funding()
    open_interest, liquidations = dice.open_interest(), dice.liquidations()
    writer.write_description(DESCRIBED)
    writer.write_bars("BRK-B", Interval.DAY_1, daily)
    writer.write_bars("BRK-B", Interval.MIN_5, short)
    writer.write_series("DGS10", fixings)
    writer.write_funding("BTC", funding)
    writer.write_open_interest("BTC", open_interest)
    writer.write_liquidations("BTC", liquidations)
    found = load_folder(tmp_path, UNIVERSE)
    assert same(found.bars["BRK-B"][Interval.DAY_1], daily)
    assert same(found.bars["BRK-B"][Interval.MIN_5], short)
    assert same(found.series["DGS10"], fixings)
    assert same(found.funding["BTC"]["okx"].rows, funding)
    assert same(found.open_interest["BTC"]["okx"].rows, open_interest)
    assert same(found.liquidations["BTC"]["okx"].rows, liquidations)
    assert found.description == DESCRIBED


def test_numbers_that_are_hard_to_write(tmp_path: Path) -> None:
    hard = np.array([0.1 + 0.2, 1e15, 1e-12, 123456789.123456789, 999_999_999_999_999.9, 1 / 3, 5.0, 4.275000095367432])
    writer, read = written(tmp_path)
    bars = Bars.of(np.arange(8) * DAY_NS, hard, hard, hard, hard, hard)
    writer.write_bars("BTC", Interval.DAY_1, bars)
    assert same(read().bars["BTC"][Interval.DAY_1], bars)


def test_a_file_reads_as_the_format_says(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path, compressed=False)
    day = Bars.of([0, DAY_NS], [NAN, 1.5], [NAN, 2], [NAN, 1.25], [5, 2], [NAN, 1e16])
    assert writer.write_bars("BTC", Interval.DAY_1, day) == tmp_path / "bars" / "BTC" / "1d.csv"
    assert (tmp_path / "bars/BTC/1d.csv").read_text("utf-8") == (
        "time,open,high,low,close,volume\n1970-01-01,,,,5,\n1970-01-02,1.5,2,1.25,2,1e+16\n"
    )
    forced = Liquidations.of([SECOND_NS, SECOND_NS + 500_000_000], [1, -1], [6e4, NAN], [1, 2], [6e4, 1], "okx")
    writer.write_liquidations("BTC", forced)
    assert (tmp_path / "liquidations/okx/BTC.csv").read_text("utf-8") == (
        "time,side,price,coin,usd\n1970-01-01T00:00:01Z,long,60000,1,60000\n1970-01-01T00:00:01.5Z,short,,2,1\n"
    )


@settings(max_examples=60)
@given(
    text=st.text(max_size=80),
    sources=st.lists(st.tuples(st.text(min_size=1, max_size=30), st.text(max_size=30)), max_size=3),
)
def test_any_description_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, sources: list[tuple[str, str]]
) -> None:
    described = Description(
        name="Any",
        description=text,
        simulated=True,
        source=tuple(Source(name=a, licence=b, note=b) for a, b in sources),
    )
    folder = tmp_path_factory.mktemp("described")
    HistoryWriter(folder).write_description(described)
    assert load_folder(folder, UNIVERSE).description == described


# ---------------------------------------------------------------------------------------- what is not written


@settings(max_examples=150)
@given(
    rows=st.lists(
        st.tuples(
            st.integers(-3, 3).map(lambda n: n * DAY_NS) | st.sampled_from([1, 2**62, -(2**63)]),
            *[st.sampled_from([1.0, 2.0, NAN, 0.0, -1.0, float("inf"), 1e16, 1e-13])] * 5,
        ),
        max_size=3,
    )
)
def test_a_table_is_written_just_when_the_reader_would_take_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[float, ...]]
) -> None:
    time = np.array([row[0] for row in rows], np.int64)
    bars = Bars.of(time, *(np.array([row[n] for row in rows], np.float64) for n in range(1, 6)))
    refused = False
    lines = [
        ",".join([str(np.datetime64(int(row[0]), "ns").astype("datetime64[D]")), *map(_field, row[1:])]) for row in rows
    ]
    text = "\n".join(["time,open,high,low,close,volume", *lines]).encode()
    try:
        parse_table(text, tables.DAILY_BARS, "x")
        refused = bool((time % DAY_NS).any())  # no label of a day: the text above hides that
    except HistoryError:
        refused = True
    folder = tmp_path_factory.mktemp("maybe")
    writer = HistoryWriter(folder)
    if not refused:
        writer.write_bars("BTC", Interval.DAY_1, bars)
        return
    with pytest.raises(HistoryError) as caught:
        writer.write_bars("BTC", Interval.DAY_1, bars)
    assert "\n" not in caught.value.message
    assert not list(folder.rglob("*"))


def _field(number: float) -> str:
    return "" if np.isnan(number) else repr(number)


def test_a_fault_names_table_row_and_column(tmp_path: Path) -> None:
    writer = HistoryWriter(tmp_path)
    nothing = np.full(2, NAN)
    with pytest.raises(HistoryError, match=r"^bars/BTC/5m, row 1, close: found -1\.0; expected a finite price"):
        writer.write_bars("BTC", Interval.MIN_5, Bars.of([1, 2], nothing, nothing, nothing, [1, -1], nothing))
    with pytest.raises(HistoryError, match=r"row 1, time: found 1; expected a time after that of the row before"):
        writer.write_funding("BTC", Funding.of([1, 1], [1, 1], [8, 8], "okx"))
    with pytest.raises(HistoryError, match=r"row 0, interval_h: found 0\.0; expected a number of hours above 0"):
        writer.write_funding("BTC", Funding.of([1], [1], [0], "okx"))
    with pytest.raises(HistoryError, match=r"^series/DGS10: row 1 without a value"):
        writer.write_series("DGS10", Fixings(np.array([0, DAY_NS]), np.array([1, NAN]), np.array([0, 0])))
    with pytest.raises(HistoryError, match=r"row 0, side: found 0; expected long or short"):
        writer.write_liquidations("BTC", Liquidations.of([1], [0], [1], [1], [1], "okx"))
    with pytest.raises(HistoryError, match=r"2 times and 1 of close"):
        writer.write_bars("BTC", Interval.MIN_5, Bars.of([1, 2], nothing, nothing, nothing, [1], nothing))
    assert not list(tmp_path.rglob("*"))


NAMES = ["", ".", "..", "../x", "a/b", "A\\B", "A\0", "A\n", "CON", "NUL.A", "COM1", "LPT9", "A.", "Ä", "A" * 17]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_the_name_of_one_file_on_every_system(tmp_path: Path, name: str) -> None:
    writer = HistoryWriter(tmp_path / "history")
    one = np.ones(1)
    bars = Bars.of([0], one, one, one, one, one)
    fixings = Fixings(np.zeros(1, np.int64), one, np.zeros(1, np.int64))
    with pytest.raises(HistoryError, match=r"^name: ") as caught:
        writer.write_bars(name, Interval.DAY_1, bars)
    assert "\n" not in caught.value.message
    with pytest.raises(HistoryError, match=r"^name: "):
        writer.write_funding(name, Funding.of([0], one, one, "okx"))
    for venue in (name, name.lower()):
        with pytest.raises(HistoryError, match=r"^name: "):
            writer.write_open_interest("BTC", OpenInterest.of([0], one, one, venue if venue != "a" * 17 else ""))
    if name != "A" * 17:  # a series may have a longer name
        with pytest.raises(HistoryError, match=r"^name: "):
            writer.write_series(name, fixings)
    assert not list(tmp_path.rglob("*"))


# ------------------------------------------------------------------------------------------------- files


def bars_of(count: int, price: float = 5.0) -> Bars:
    close = np.full(count, price)
    return Bars.of(np.arange(count) * DAY_NS, close, close, close, close, close)


def test_writing_again_replaces_and_leaves_nothing_beside(tmp_path: Path) -> None:
    writer, read = written(tmp_path)
    writer.write_bars("BTC", Interval.DAY_1, bars_of(9))
    digest = read().digest
    writer.write_bars("BTC", Interval.DAY_1, bars_of(3))
    assert len(read().bars["BTC"][Interval.DAY_1]) == 3
    writer.write_bars("BTC", Interval.DAY_1, bars_of(9))
    assert read().digest == digest
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["1d.csv.gz", "BTC", "bars", "history.toml"]


def test_the_same_numbers_are_the_same_bytes(tmp_path: Path) -> None:
    first = HistoryWriter(tmp_path / "a").write_bars("BTC", Interval.DAY_1, bars_of(9)).read_bytes()
    assert HistoryWriter(tmp_path / "b").write_bars("BTC", Interval.DAY_1, bars_of(9)).read_bytes() == first


def test_a_disk_that_is_full_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, read = written(tmp_path)
    writer.write_bars("BTC", Interval.DAY_1, bars_of(9))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(HistoryError, match=r"^bars/BTC/1d.csv.gz: cannot be written \(No space left on device\)"):
        writer.write_bars("BTC", Interval.DAY_1, bars_of(3))
    monkeypatch.undo()
    assert len(read().bars["BTC"][Interval.DAY_1]) == 9
    assert not list(tmp_path.rglob(".*"))


def test_what_a_kill_left_half_written_is_passed_over_and_written_over(tmp_path: Path) -> None:
    writer, read = written(tmp_path)
    path = writer.write_bars("BTC", Interval.DAY_1, bars_of(9))
    half = path.with_name(f".{path.name}.part")
    half.write_bytes(b"half")
    assert len(read().bars["BTC"][Interval.DAY_1]) == 9
    writer.write_bars("BTC", Interval.DAY_1, bars_of(4))
    assert not half.exists()


def test_a_file_of_the_other_kind_is_not_doubled(tmp_path: Path) -> None:
    written(tmp_path)
    HistoryWriter(tmp_path, compressed=False).write_bars("BTC", Interval.DAY_1, bars_of(9))
    with pytest.raises(HistoryError, match=r"^bars/BTC/1d.csv.gz: 1d.csv is there too"):
        HistoryWriter(tmp_path).write_bars("BTC", Interval.DAY_1, bars_of(3))
    assert len(load_folder(tmp_path, UNIVERSE).bars["BTC"][Interval.DAY_1]) == 9


@pytest.mark.skipif(os.name != "posix", reason="links need no special right on POSIX systems only")
def test_a_link_does_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    writer, _ = written(tmp_path / "history")
    (tmp_path / "history" / "bars").symlink_to(tmp_path / "outside", target_is_directory=True)
    with pytest.raises(HistoryError, match="a link out of the history folder"):
        writer.write_bars("BTC", Interval.DAY_1, bars_of(3))
    assert not list((tmp_path / "outside").rglob("*.*"))


def test_a_place_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("mine", "utf-8")
    with pytest.raises(HistoryError, match=r"^history.toml: cannot be written"):
        HistoryWriter(tmp_path / "history").write_description(DESCRIBED)
    assert (tmp_path / "history").read_text("utf-8") == "mine"


def test_a_table_that_is_nearly_all_the_same_is_read_back(tmp_path: Path) -> None:
    """The reader takes a file that swells a hundredfold for a trap."""
    writer, read = written(tmp_path)
    count = 400_000
    same_instant, one = np.full(count, 7 * SECOND_NS), np.ones(count)
    path = writer.write_liquidations("BTC", Liquidations.of(same_instant, one, one, one, one, "okx"))
    assert len(read().liquidations["BTC"]["okx"].rows) == count
    assert len(gzip.decompress(path.read_bytes())) > 8 << 20


def test_limits_let_pass_what_fits_any_table() -> None:
    time = np.array([0, 0, 5])
    one = np.ones(3)
    check_columns((time, one, one, one, one), tables.LIQUIDATIONS, "x")
    with pytest.raises(HistoryError, match="row 2, time"):
        check_columns((time[[0, 2, 1]], one, one, one, one), tables.LIQUIDATIONS, "x")
