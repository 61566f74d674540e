"""Reads a whole history folder and checks everything in it; at the first fault nothing of it is loaded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from barograph.feeds.recorded import tables
from barograph.feeds.recorded.csv_columns import UNKNOWN_TIME, Dates
from barograph.feeds.recorded.description import (
    DESCRIPTION_EXPECTED,
    DESCRIPTION_FILE,
    Description,
    parse_description,
)
from barograph.feeds.recorded.faults import file_fault, plain, quoted
from barograph.feeds.recorded.files import entries, read_file
from barograph.market.bars import Bars, IntArray
from barograph.market.instruments import Universe
from barograph.market.intervals import DAY_NS, HOUR_NS, Interval
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest
from barograph.market.publication import known_at

INSTRUMENT_ID = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,15}")
SERIES_ID = re.compile(r"[A-Z0-9_]{1,24}")
VENUE_ID = re.compile(r"[a-z0-9][a-z0-9_\-]{0,31}")
_AN_INSTRUMENT = "an instrument id such as ES or BRK-B"
_KINDS = ("bars", "funding", "liquidations", "open_interest", "series")
_LEFT_BY_SYSTEMS = frozenset({"Thumbs.db", "desktop.ini"})
_INTERVALS = {str(interval): interval for interval in Interval}

Rows = TypeVar("Rows")


@dataclass(frozen=True, slots=True, eq=False)
class Recorded(Generic[Rows]):
    """Recorded rows, and the instant (int64 ns UTC) from which each of them was known."""

    rows: Rows
    known_at: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class HistoryFolder:
    """A history folder, read and checked.

    `digest` changes with any byte of its tables or description, however they are compressed. Funding, open
    interest and liquidations are kept apart by instrument and venue. `serving` names for an instrument the venue
    that answers for it, where that was recorded; `heard` gives by instrument and venue the spans in which a stream
    of liquidations was up without a gap, as rows of first and last instant (int64 ns UTC), in order; `delay_s` by how
    much the vendor of an instrument's bars is known to have been behind, where it was.
    """

    path: Path
    description: Description
    digest: str
    bars: Mapping[str, Mapping[Interval, Bars]]
    series: Mapping[str, Fixings]
    funding: Mapping[str, Mapping[str, Recorded[Funding]]]
    open_interest: Mapping[str, Mapping[str, Recorded[OpenInterest]]]
    liquidations: Mapping[str, Mapping[str, Recorded[Liquidations]]]
    serving: Mapping[str, str] = field(default_factory=dict)
    heard: Mapping[str, Mapping[str, IntArray]] = field(default_factory=dict)
    delay_s: Mapping[str, float] = field(default_factory=dict)


def load_folder(path: Path, universe: Universe) -> HistoryFolder:
    """The history folder at `path`; `universe` says when a fixing without a recorded `known_at` became known.

    Raises:
        HistoryError: anything in the folder breaks its format.
    """
    try:
        root = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a NUL in the path
        raise file_fault(str(path), "no such folder", "a folder with a history.toml") from error
    if not root.is_dir():
        raise file_fault(str(path), "not a folder", "a folder with a history.toml")
    return _Reader(root, universe).folder()


class _Reader:
    """Goes through one folder, table by table, and keeps the digest of what it has read."""

    def __init__(self, root: Path, universe: Universe) -> None:
        self._root = root
        self._universe = universe
        self._digest = hashlib.blake2b(digest_size=6)

    def folder(self) -> HistoryFolder:
        """Everything in the folder."""
        kinds = self._kinds()
        described = parse_description(self._read(DESCRIPTION_FILE))
        bars = {name: self._bars(f"bars/{name}") for name in self._folders("bars", INSTRUMENT_ID, kinds)}
        series: dict[str, Fixings] = {}
        if "series" in kinds:
            for name, file in self._tables("series", SERIES_ID, "a series id such as DGS10").items():
                series[name] = self._series(name, file)
        return HistoryFolder(
            path=self._root,
            description=described,
            bars=bars,
            series=series,
            funding=self._by_venue("funding", kinds, self._funding),
            open_interest=self._by_venue("open_interest", kinds, self._open_interest),
            liquidations=self._by_venue("liquidations", kinds, self._liquidations),
            digest=self._digest.hexdigest(),
        )

    def _kinds(self) -> frozenset[str]:
        """The folders at the top, after checking that there is a description and nothing out of place."""
        top = entries(self._root, "")
        if DESCRIPTION_FILE not in {entry.name for entry in top}:
            raise file_fault(DESCRIPTION_FILE, f"not there, in {plain(str(self._root))}", DESCRIPTION_EXPECTED)
        for entry in top:
            if entry.is_folder and entry.name not in _KINDS:
                raise file_fault(entry.name, "unknown folder", f"one of {', '.join(_KINDS)}")
            if not entry.is_folder and (entry.name in _KINDS or _table_name(entry.name) is not None):
                raise file_fault(entry.name, "out of place", f"tables inside {', '.join(_KINDS)}")
        return frozenset(entry.name for entry in top if entry.is_folder)

    def _folders(self, folder: str, pattern: re.Pattern[str], kinds: frozenset[str]) -> list[str]:
        """The folders inside a folder of the top, each checked to be an id; none where it is not there."""
        if folder not in kinds:
            return []
        names = []
        expected = _AN_INSTRUMENT if folder == "bars" else "a venue such as binance"
        for entry in entries(self._root, folder):
            if entry.name in _LEFT_BY_SYSTEMS:
                continue
            if not entry.is_folder:
                raise file_fault(f"{folder}/{entry.name}", "out of place", f"a folder named after {expected}")
            if pattern.fullmatch(entry.name) is None:
                raise file_fault(f"{folder}/{entry.name}", f"name {quoted(entry.name)}", expected)
            names.append(entry.name)
        return names

    def _tables(self, folder: str, pattern: re.Pattern[str], expected: str) -> dict[str, str]:
        """The tables in a folder: name without ending → file, each name once."""
        found: dict[str, str] = {}
        for entry in entries(self._root, folder):
            if entry.name in _LEFT_BY_SYSTEMS:
                continue
            file = f"{folder}/{entry.name}"
            name = _table_name(entry.name)
            if entry.is_folder or name is None:
                raise file_fault(file, "a folder" if entry.is_folder else "unknown kind of file", "a .csv or .csv.gz")
            if pattern.fullmatch(name) is None:
                raise file_fault(file, f"name {quoted(name)}", expected)
            if name in found:
                raise file_fault(file, f"{found[name]} is there too", "only one of the two")
            found[name] = file
        return found

    def _read(self, file: str) -> bytes:
        """The text of a file, which enters the digest under its name without ``.gz``."""
        text = read_file(self._root, file)
        self._digest.update(f"{file.removesuffix('.gz')}\0{len(text)}\0".encode())
        self._digest.update(text)
        return text

    def _parse(self, file: str, table: tables.Table) -> tables.Columns:
        return tables.parse_table(self._read(file), table, file)

    def _bars(self, folder: str) -> dict[Interval, Bars]:
        """The bars of one instrument, shortest interval first."""
        expected = f"an interval: {' '.join(_INTERVALS)}"
        files = self._tables(folder, re.compile("|".join(_INTERVALS)), expected)
        found: dict[Interval, Bars] = {}
        for name, interval in _INTERVALS.items():
            if name in files:
                table = tables.INTRADAY_BARS if interval.intraday else tables.DAILY_BARS
                found[interval] = Bars.of(*self._parse(files[name], table))
        return found

    def _series(self, series_id: str, file: str) -> Fixings:
        """A series; a row without a value is no fixing."""
        time, value, *recorded = self._parse(file, tables.SERIES)
        public = self._published(series_id, time)
        if recorded:
            public = np.where(recorded[0] == UNKNOWN_TIME, public, recorded[0])
        there = ~np.isnan(value)
        return Fixings(time[there], value[there], public[there])

    def _published(self, series_id: str, labels: IntArray) -> IntArray:
        """When fixings became known by the rule of their series.

        Where the universe does not name the series, a week after the end of its day (UTC): weekly indices are
        published five to six days late, and too late does no harm where too early would be a look ahead.
        """
        info = self._universe.series.get(series_id)
        return labels + 8 * DAY_NS if info is None else known_at(labels, info.publication)

    def _by_venue(
        self, folder: str, kinds: frozenset[str], read: Callable[[str], Recorded[Rows]]
    ) -> dict[str, dict[str, Recorded[Rows]]]:
        """The tables of a folder of venues: instrument → venue → rows."""
        found: dict[str, dict[str, Recorded[Rows]]] = {}
        for venue in self._folders(folder, VENUE_ID, kinds):
            for instrument_id, file in self._tables(f"{folder}/{venue}", INSTRUMENT_ID, _AN_INSTRUMENT).items():
                found.setdefault(instrument_id, {})[venue] = read(file)
        return found

    def _funding(self, file: str) -> Recorded[Funding]:
        """Settled funding is known when it is settled."""
        time, rate, interval_h = self._parse(file, tables.FUNDING)
        return Recorded(Funding(time, rate, interval_h), time)

    def _open_interest(self, file: str) -> Recorded[OpenInterest]:
        """Open interest at an instant is known then; that of a date when its UTC day is over."""
        text = self._read(file)
        daily = Dates("time").read(tables.first_time(text)) is not None
        table = tables.DAILY_OPEN_INTEREST if daily else tables.OPEN_INTEREST
        time, coin, *usd = tables.parse_table(text, table, file)
        rows = OpenInterest(time, coin, usd[0] if usd else np.full(len(time), np.nan))
        return Recorded(rows, time + DAY_NS if daily else time)

    def _liquidations(self, file: str) -> Recorded[Liquidations]:
        """A forced order is known at once; a row exactly on the hour is that hour's sum, known at its end."""
        time, side, price, coin, usd = self._parse(file, tables.LIQUIDATIONS)
        return Recorded(Liquidations(time, side, price, coin, usd), np.where(time % HOUR_NS == 0, time + HOUR_NS, time))


def _table_name(name: str) -> str | None:
    """The name of a table without its ending, or None where it is no table."""
    plain_name = name.removesuffix(".gz")
    return plain_name.removesuffix(".csv") if plain_name.endswith(".csv") else None
