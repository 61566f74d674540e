"""The program's own recording of the live feed, read out of a store as if it were a history folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from barograph.feeds.contract import FeedError, FeedKind
from barograph.feeds.recorded import tables
from barograph.feeds.recorded.description import Description
from barograph.feeds.recorded.faults import HistoryError, plain
from barograph.feeds.recorded.folder import INSTRUMENT_ID, SERIES_ID, VENUE_ID, HistoryFolder, Recorded
from barograph.feeds.recorded.limits import check_columns
from barograph.feeds.yahoo.symbols import SOURCE as YAHOO
from barograph.feeds.yahoo.symbols import load_symbols
from barograph.market.bars import Bars, IntArray
from barograph.market.intervals import Interval
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest
from barograph.store.connection import FILE_NAME, Store, open_store_for_reading

LABEL = "own recording"

Rows = TypeVar("Rows")
_ByVenue = dict[str, dict[str, Recorded[Rows]]]
"""Instrument → venue → rows."""


def is_own_recording(folder: Path) -> bool:
    """Whether a folder is a data folder rather than a history folder."""
    return (folder / FILE_NAME).is_file() and not (folder / "history.toml").is_file()


def load_own_recording(folder: Path) -> HistoryFolder:
    """What the live feed of a data folder has recorded up to this moment; it may be recording on.

    Of each instrument the bars of the source that served it last; fixings as they were first published, so that
    a revision does not reach back.

    Raises:
        HistoryError: the live feed has recorded no bars there, or the store holds what no feed can have given.
        StoreError: the store cannot be read.
    """
    path = folder.resolve()
    store = open_store_for_reading(path)
    try:
        feed_key = _newest_live(store)
        if feed_key is None:
            raise HistoryError(
                f"{folder}: its store has no recording of the live feed; a history folder or the data folder of a "
                "Barograph that has run on the live feed was expected"
            )
        return _Recording(store, feed_key).folder(path)
    finally:
        store.close()


def _newest_live(store: Store) -> str | None:
    """The key of the live feed that was recorded last: ``live``, or one that begins with ``live:``."""
    live = FeedKind.LIVE.value
    found = {
        key: newest
        for key in store.bar_feeds()
        if key == live or key.startswith(f"{live}:")
        for newest in (store.newest_bar_ns(key),)
        if newest is not None
    }
    return max(found, key=lambda key: (found[key], key), default=None)


class _Recording:
    """Reads the recording of one feed, and keeps the digest of what it has read."""

    def __init__(self, store: Store, feed_key: str) -> None:
        self._store = store
        self._key = feed_key
        self._digest = hashlib.blake2b(digest_size=6)

    def folder(self, path: Path) -> HistoryFolder:
        """Everything, in the form in which a history folder is read."""
        bars, serving = self._bars()
        series = {name: fixings for name, fixings in self._series() if len(fixings)}
        funding, open_interest = self._funding(), self._open_interest()
        liquidations, heard = self._liquidations()
        return HistoryFolder(
            path=path,
            description=Description(name=LABEL, simulated=False),
            digest=self._digest.hexdigest(),
            bars=bars,
            series=series,
            funding=funding,
            open_interest=open_interest,
            liquidations=liquidations,
            serving=serving,
            heard=heard,
            delay_s=_delays(serving),
        )

    def _take(self, name: str, table: tables.Table, *columns: NDArray[Any]) -> None:
        """Check a table, which enters the digest under its name."""
        check_columns(columns, table, f"{FILE_NAME}: {name}")
        self._digest.update(f"{name}\0{len(columns[0])}\0".encode())
        for column in columns:
            self._digest.update(column.tobytes())

    def _bars(self) -> tuple[dict[str, dict[Interval, Bars]], dict[str, str]]:
        """The bars of each instrument's serving source, shortest interval first, and those sources."""
        found: dict[str, dict[Interval, Bars]] = {}
        sources: dict[str, str] = {}
        of_feed = sorted(self._store.bar_series(self._key), key=lambda each: (each.instrument, each.interval.ns))
        for instrument, interval, source, serving in of_feed:
            bars = self._store.load_bars(self._key, instrument, interval, source=source) if serving else Bars.empty()
            if not len(bars):
                continue
            name = f"bars/{_checked(instrument, INSTRUMENT_ID)}/{interval}"
            table = tables.INTRADAY_BARS if interval.intraday else tables.DAILY_BARS
            self._take(name, table, bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
            found.setdefault(instrument, {})[interval] = bars
            sources[instrument] = source
        return found, sources

    def _series(self) -> Iterator[tuple[str, Fixings]]:
        for series in self._store.fixing_series(self._key):
            fixings = self._store.load_first_fixings(self._key, series)
            name = f"series/{_checked(series, SERIES_ID)}"
            self._take(name, tables.SERIES, fixings.time, fixings.value, fixings.known_at)
            yield series, fixings

    def _funding(self) -> _ByVenue[Funding]:
        found: _ByVenue[Funding] = {}
        for instrument, venue, name in self._perpetuals():
            rows = self._store.load_funding(self._key, instrument, venue)
            if len(rows):
                self._take(f"funding/{name}", tables.FUNDING, rows.time, rows.rate, rows.interval_h)
                found.setdefault(instrument, {})[venue] = Recorded(rows, rows.time)
        return found

    def _open_interest(self) -> _ByVenue[OpenInterest]:
        found: _ByVenue[OpenInterest] = {}
        for instrument, venue, name in self._perpetuals():
            rows = self._store.load_open_interest(self._key, instrument, venue)
            if len(rows):
                self._take(f"open_interest/{name}", tables.OPEN_INTEREST, rows.time, rows.coin, rows.usd)
                found.setdefault(instrument, {})[venue] = Recorded(rows, rows.time)
        return found

    def _liquidations(self) -> tuple[_ByVenue[Liquidations], dict[str, dict[str, IntArray]]]:
        """Forced orders, each known at once, and the spans in which they were heard."""
        found: _ByVenue[Liquidations] = {}
        heard: dict[str, dict[str, IntArray]] = {}
        for instrument, venue, name in self._perpetuals():
            rows = self._store.load_liquidations(self._key, instrument, venue)
            spans = [span[:2] for span in self._store.load_spans(self._key, instrument, venue)]
            if not len(rows) and not spans:
                continue
            columns = (rows.time, rows.side, rows.price, rows.coin, rows.usd)
            self._take(f"liquidations/{name}", tables.LIQUIDATIONS, *columns)
            # When it was heard is told as of the instant that is replayed, not as of the end.
            rows = replace(rows, since_ns=None, until_ns=None)
            found.setdefault(instrument, {})[venue] = Recorded(rows, rows.time)
            if spans:
                times = np.array(spans, np.int64)
                self._digest.update(times.tobytes())
                heard.setdefault(instrument, {})[venue] = times
        return found, heard

    def _perpetuals(self) -> Iterator[tuple[str, str, str]]:
        """Instrument, venue, and both as the name of a table."""
        for instrument, venue in self._store.perpetuals(self._key):
            yield instrument, venue, f"{_checked(venue, VENUE_ID)}/{_checked(instrument, INSTRUMENT_ID)}"


def _delays(serving: Mapping[str, str]) -> dict[str, float]:
    """By how much Yahoo is late for what it serves: the instant at which a bar came is not recorded."""
    served = [name for name, source in serving.items() if source == YAHOO]
    symbols, found = load_symbols((name, False) for name in served), {}
    for name in served:
        with suppress(FeedError):  # it is served no longer
            found[name] = symbols.find(name).delay_s
    return found


def _checked(name: str, pattern: re.Pattern[str]) -> str:
    if pattern.fullmatch(name) is None:
        raise HistoryError(f"{FILE_NAME}: found the name {plain(name[:60])}, which no live feed gives")
    return name
