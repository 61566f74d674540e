"""Cutting the future off changes no answer: what the feed says at an instant is all that was known then."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from barograph.feeds.contract import Feed
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.feeds.recorded.folder import load_folder
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import from_ns, label_ns, to_ns
from barograph.market.intervals import Interval
from barograph.market.observations import Fixings, Funding, Liquidations, OpenInterest
from barograph.market.publication import known_at
from barograph.market.universe_file import load_universe
from tests.history_builder import write_history

UNIVERSE = load_universe()
Answer = Bars | Fixings | Funding | OpenInterest | Liquidations
SHORT = (Interval.MIN_5, Interval.HOUR_1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three weeks with intraday bars in the second half, around the half day of 3 July and the holiday."""
    return write_history(
        tmp_path_factory.mktemp("whole") / "episode",
        first=date(2024, 6, 17),
        sessions=16,
        instruments=("SPX", "SPY", "ES", "VIX", "DXY", "BTC"),
        series=("DGS10", "FNG", "UNHEARD"),
        intraday={"SPY": SHORT, "ES": SHORT, "BTC": SHORT, "VIX": (Interval.HOUR_1,)},
        intraday_days=8,
        derivatives=True,
    )


def is_known(file: Path, row: str, now: datetime) -> bool:
    """Whether a row of a table was known at `now`: the rules of the format, said once more in plain words."""
    kind, stamp = file.parts[0], row.split(",", 1)[0]
    now_ns = to_ns(now)
    if kind == "bars":
        hours = calendar(UNIVERSE.instrument(file.parts[1]).calendar)
        if "T" in stamp:
            opened = to_ns(datetime.fromisoformat(stamp))
            return hours.bar_end(opened, Interval(file.name.split(".")[0])) <= now_ns
        return hours.label_closed(label_ns(date.fromisoformat(stamp)), now)
    if kind == "series":
        label = label_ns(date.fromisoformat(stamp))
        info = UNIVERSE.series.get(file.name.split(".")[0])
        public = known_at(np.array([label]), info.publication)[0] if info else label + 8 * Interval.DAY_1.ns
        return bool(public <= now_ns)
    known = datetime.fromisoformat(stamp) + timedelta(hours=1 if kind == "liquidations" else 0)
    return known <= now


def cut(whole: Path, target: Path, now: datetime) -> Path:
    """A copy of a folder with only the rows that were known at `now`."""
    for path in whole.rglob("*.*"):
        file = path.relative_to(whole)
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".toml":
            (target / file).write_bytes(path.read_bytes())
            continue
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        header, *rows = content.decode().splitlines()
        kept = [row for row in rows if is_known(file, row, now)]
        text = "\n".join([header, *kept]).encode() + b"\n"
        (target / file).write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return target


def feed_of(folder: Path) -> Feed:
    return RecordedFeed(load_folder(folder, UNIVERSE), UNIVERSE, calendar)


def assert_same(found: Answer, wanted: Answer, what: str) -> None:
    assert type(found) is type(wanted)
    for field in fields(wanted):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(wanted, field.name), err_msg=what)


def assert_same_answers(found: Feed, wanted: Feed, after: int | None, now: datetime) -> None:
    assert found.instruments() == wanted.instruments()
    assert found.series() == wanted.series()
    assert found.health(now) == wanted.health(now)
    for instrument_id in wanted.instruments():
        assert found.intervals(instrument_id) == wanted.intervals(instrument_id)
        for interval in wanted.intervals(instrument_id):
            answer = found.fetch_bars(instrument_id, interval, after, now)
            expected = wanted.fetch_bars(instrument_id, interval, after, now)
            assert answer.source == expected.source
            assert_same(answer.closed, expected.closed, f"{instrument_id} {interval}")
            assert_same(answer.forming, expected.forming, f"{instrument_id} {interval} forming")
    for series_id in wanted.series():
        assert_same(found.fetch_fixings(series_id, after, now), wanted.fetch_fixings(series_id, after, now), series_id)
    asks: list[Callable[[Feed], Answer]] = [
        lambda feed: feed.fetch_funding("BTC", after, now),
        lambda feed: feed.fetch_open_interest("BTC", after, now),
        lambda feed: feed.fetch_liquidations("BTC", after, now),
    ]
    for ask in asks:
        assert_same(ask(found), ask(wanted), "BTC")


# Around the closes of stocks, futures and coin; within and across bars; on a half day, a holiday, a weekend.
NOWS = [
    datetime(2024, 6, 1, tzinfo=UTC),
    datetime(2024, 6, 28, 20, 0, tzinfo=UTC),
    datetime(2024, 6, 28, 19, 59, 59, 999_999, tzinfo=UTC),
    datetime(2024, 6, 29, 13, 37, tzinfo=UTC),
    datetime(2024, 6, 30, 22, 10, tzinfo=UTC),
    datetime(2024, 7, 1, 14, 32, 17, tzinfo=UTC),
    datetime(2024, 7, 2, 0, 10, tzinfo=UTC),
    datetime(2024, 7, 2, 11, 30, tzinfo=UTC),
    datetime(2024, 7, 2, 21, 0, tzinfo=UTC),
    datetime(2024, 7, 3, 17, 0, tzinfo=UTC),
    datetime(2024, 7, 3, 17, 15, tzinfo=UTC),
    datetime(2024, 7, 4, 16, 55, tzinfo=UTC),
    datetime(2024, 7, 5, 3, 59, tzinfo=UTC),
    datetime(2024, 7, 8, 20, 15, tzinfo=UTC),
    datetime(2030, 1, 1, tzinfo=UTC),
]


@pytest.mark.parametrize("now", NOWS, ids=str)
def test_a_folder_cut_off_at_an_instant_answers_the_same(now: datetime, whole: Path, tmp_path: Path) -> None:
    found, wanted = feed_of(cut(whole, tmp_path / "episode", now)), feed_of(whole)
    for after in (None, to_ns(now - timedelta(days=3)), to_ns(now)):
        assert_same_answers(found, wanted, after, now)


def test_random_instants(whole: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(20240805)
    wanted = feed_of(whole)
    start, end = to_ns(datetime(2024, 6, 25, tzinfo=UTC)), to_ns(datetime(2024, 7, 10, tzinfo=UTC))
    for row, ns in enumerate(rng.integers(start, end, 12)):
        now = from_ns(int(ns))
        found = feed_of(cut(whole, tmp_path / str(row) / "episode", now))
        assert_same_answers(found, wanted, None, now)


def test_asking_for_what_is_new_adds_up_to_asking_for_all(whole: Path) -> None:
    feed = feed_of(whole)
    last: dict[tuple[str, Interval], int | None] = {}
    collected: dict[tuple[str, Interval], list[int]] = {}
    now = datetime(2024, 7, 2, tzinfo=UTC)
    while now < datetime(2024, 7, 5, tzinfo=UTC):
        now += timedelta(minutes=37)
        for instrument_id in feed.instruments():
            for interval in feed.intervals(instrument_id):
                key = instrument_id, interval
                times = feed.fetch_bars(*key, last.get(key), now).closed.time.tolist()
                collected.setdefault(key, []).extend(times)
                last[key] = times[-1] if times else last.get(key)
    for key, times in collected.items():
        assert times == feed.fetch_bars(*key, None, now).closed.time.tolist()
