"""Nothing that comes later changes what was judged: not what is recorded later, and not when the engine looks."""

from __future__ import annotations

import gzip
import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from barograph.engine.replay import judged_at
from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.risk.judge import Evaluation
from tests.engine.cutting import Emptied, cut
from tests.engine.runs import UNIVERSE, csv_of, feed_of, judged, new_monitor, texts

LATE = {"BTC": 40, "NVDA": 120, "UUP": 60, "ETH": 430}
"""Instruments whose first sessions are taken out of the made-up folder, and how many of them."""


def rows_until(csv: str, last: date) -> str:
    """The beginning of a replay CSV, up to and with the row of a session or the last before it."""
    header, *rows = csv.splitlines(keepends=True)
    return header + "".join(row for row in rows if row[:10] <= last.isoformat())


@pytest.fixture(scope="module")
def uneven(made_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up history with files that begin late."""
    folder = tmp_path_factory.mktemp("uneven") / "made"
    shutil.copytree(made_folder, folder)
    for name, first in LATE.items():
        path = folder / "bars" / name / "1d.csv.gz"
        header, *rows = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
        path.write_bytes(gzip.compress(header + b"".join(rows[first:])))
    return folder


@pytest.fixture(scope="module")
def uneven_csv(uneven: Path) -> str:
    return csv_of(judged(feed_of(load_folder(uneven, UNIVERSE))))


def some_dates(seed: int, count: int) -> list[date]:
    """Days, weekends among them, on which the light was still warming up and on which it was not."""
    dice = random.Random(seed)
    return [date(2022, 1, 3) + timedelta(days=dice.randrange(5, 660)) for _ in range(count)]


@pytest.mark.parametrize("last", [*some_dates(20220103, 4), date(2023, 10, 30)])
def test_cutting_the_folder_off_changes_no_earlier_row(
    uneven: Path, uneven_csv: str, tmp_path: Path, last: date
) -> None:
    folder = load_folder(cut(uneven, tmp_path / "made", last), UNIVERSE)
    found = csv_of(judged(feed_of(folder)))
    assert found == rows_until(uneven_csv, last)
    assert found.count("\n") > 4


@pytest.mark.parametrize("emptied", [Emptied.NO_FILE, Emptied.NO_FOLDER])
def test_a_file_that_is_not_there_yet_changes_no_row(
    uneven: Path, uneven_csv: str, tmp_path: Path, emptied: Emptied
) -> None:
    """ETH is no input: with or without its file, or an empty folder in its place, the rows are the same."""
    last = date(2023, 2, 20)
    folder = cut(uneven, tmp_path / "made", last, emptied)
    assert (folder / "bars" / "ETH").exists() == (emptied is Emptied.NO_FILE)
    assert not list(folder.glob("bars/ETH/*"))
    assert csv_of(judged(feed_of(load_folder(folder, UNIVERSE)))) == rows_until(uneven_csv, last)


@pytest.mark.parametrize(
    ("last", "gone"),
    [
        (date(2014, 8, 16), {"BTC", "ETH", "PYPL", "UBER"}),  # while the light is warming up
        (date(2017, 8, 19), {"ETH", "UBER"}),
    ],
)
def test_cutting_real_history_changes_no_earlier_row(
    daily_folder: Path, whole_run: list[Evaluation], tmp_path: Path, last: date, gone: set[str]
) -> None:
    """What had no price yet has no file either, and was not listed or not recorded yet; both are as they were."""
    folder = cut(daily_folder, tmp_path / "daily", last, Emptied.NO_FOLDER)
    everything = {path.name for path in (daily_folder / "bars").iterdir()}
    assert everything - {path.name for path in (folder / "bars").iterdir()} == gone
    found = csv_of(judged(feed_of(load_folder(folder, UNIVERSE))))
    assert found == rows_until(csv_of(whole_run), last)
    assert found.count("\n") > 150


# --------------------------------------------------------------------------------------- when one looks


def test_session_by_session_is_the_same_as_all_at_once(made: HistoryFolder, made_run: list[Evaluation]) -> None:
    monitor = new_monitor(feed_of(made))
    for evaluation in made_run:
        assert len(monitor.refresh(judged_at(evaluation.session))) == 1
    assert texts(monitor.evaluations) == texts(made_run)


@pytest.mark.parametrize("seed", [1, 2])
def test_looking_at_any_other_time_is_the_same(made: HistoryFolder, made_run: list[Evaluation], seed: int) -> None:
    """Minutes, hours or weeks apart."""
    dice = random.Random(seed)
    monitor = new_monitor(feed_of(made))
    now = judged_at(made_run[0].session) - timedelta(days=30)
    while now < made_run[-1].at:
        now += timedelta(minutes=round(10 ** dice.uniform(1, 4.7)))
        monitor.refresh(min(now, made_run[-1].at))
    assert texts(monitor.evaluations) == texts(made_run)


def test_real_history_session_by_session(recorded: HistoryFolder, whole_run: list[Evaluation]) -> None:
    """From autumn 2019 through the spring after it, four times a day."""
    first = next(row for row, each in enumerate(whole_run) if each.session >= date(2019, 11, 1))
    last = next(row for row, each in enumerate(whole_run) if each.session >= date(2020, 5, 1))
    monitor = new_monitor(feed_of(recorded), whole_run[:first])
    now = whole_run[first].at - timedelta(hours=12)
    while now < whole_run[last - 1].at:
        now += timedelta(hours=6)
        monitor.refresh(now)
    assert texts(monitor.evaluations) == texts(whole_run[:last])
