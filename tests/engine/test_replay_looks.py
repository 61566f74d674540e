"""``barograph replay --every``: the light between two closes as rows."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from barograph.__main__ import main
from barograph.engine.replay_looks import header, looks, write_looks
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.risk.judge import Evaluation
from tests.engine.looks import watched
from tests.engine.runs import RULES, UNIVERSE, feed_of, judged

Rows = list[dict[str, str]]


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2023, 4, day, hour, minute, tzinfo=UTC)


def read(path: Path) -> Rows:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


@pytest.fixture(scope="module")
def every_look(busy_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    out = tmp_path_factory.mktemp("looks") / "out.csv"
    profile = str(tmp_path_factory.mktemp("profile"))
    assert main(["replay", str(busy_folder), "--every", "5m", "--csv", str(out), "--data-dir", profile]) == 0
    return read(out)


def replayed(folder: Path, tmp_path: Path, *words: str) -> Rows:
    out = tmp_path / "out.csv"
    assert main(["replay", str(folder), *words, "--csv", str(out), "--data-dir", str(tmp_path / "profile")]) == 0
    return read(out)


def test_a_row_for_each_look_and_one_for_each_close(busy: HistoryFolder, every_look: Rows) -> None:
    assert list(every_look[0]) == header(RULES)
    closes = [row for row in every_look if row["provisional"] == "0"]
    assert [row["session"] for row in closes] == [f"2023-04-{day}" for day in (11, 12, 13, 14, 17, 18, 19)]
    times = [row["time"] for row in every_look if row["provisional"] == "1"]
    first = utc(12, 0, 5)  # when the first short bar of bitcoin has closed
    assert times == [f"{first + timedelta(minutes=5 * n):%Y-%m-%dT%H:%M:%SZ}" for n in range(len(times))]
    assert times[-1] == "2023-04-20T00:05:00Z"  # when the last session is judged nothing more was recorded
    daily = {one.session.isoformat(): one for one in judged(feed_of(busy))}
    for row in closes:
        assert (row["light"], row["score"]) == (daily[row["session"]].face, f"{daily[row['session']].score.value:.6f}")


def test_the_rows_are_what_was_seen(busy: HistoryFolder, every_look: Rows) -> None:
    _, seen = watched(feed_of(busy), utc(13, 0, 10), utc(14, 0, 5))
    rows = {row["time"]: row for row in every_look if row["provisional"] == "1"}
    for look in seen:
        row, one = rows[f"{look.evaluation.at:%Y-%m-%dT%H:%M:%SZ}"], look.evaluation
        assert (row["light"], row["ceiling"], row["reason"]) == (one.face, one.ceiling, one.reason)
        assert row["score"] == f"{one.score.value:.6f}"
        assert row["pending"] == (look.pending[0] if look.pending else "")
        assert row["stocks_closed"] == str(int(look.reading.stocks_closed))


@pytest.mark.parametrize(("every", "minutes"), [("15m", 15), ("1h", 60)])
def test_fewer_rows_are_some_of_the_same(
    busy_folder: Path, tmp_path: Path, every_look: Rows, every: str, minutes: int
) -> None:
    """The light is looked at every five minutes whatever is written."""
    wanted = [
        row
        for row in every_look
        if row["provisional"] == "0" or datetime.fromisoformat(row["time"]).minute % minutes == 0
    ]
    assert replayed(busy_folder, tmp_path, "--every", every) == wanted


def test_dates_bound_the_sessions_and_instants_the_looks(busy_folder: Path, tmp_path: Path, every_look: Rows) -> None:
    found = replayed(busy_folder, tmp_path, "--every", "5m", "--from", "2023-04-14", "--to", "2023-04-17")
    assert found == [row for row in every_look if row["session"] in ("2023-04-14", "2023-04-17")]
    bounds = ("--from", "2023-04-13T15:00:00Z", "--to", "2023-04-14T02:00:00Z")
    found = replayed(busy_folder, tmp_path, "--every", "5m", *bounds)
    assert found == [row for row in every_look if "2023-04-13T15:00:00Z" <= row["time"] <= "2023-04-14T02:00:00Z"]


def test_a_folder_without_hours_is_refused_in_one_sentence(
    made_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    words = ["replay", str(made_folder), "--every", "5m", "--csv", str(out), "--data-dir", str(tmp_path)]
    assert main(words) == 2
    assert "bars of an hour or less of S&P 500, Nasdaq-100 and bitcoin were expected" in capsys.readouterr().err
    assert not out.exists()


def test_what_is_written_is_counted(busy: HistoryFolder) -> None:
    out = io.StringIO()
    found = looks(feed_of(busy), UNIVERSE, RULES, utc(18, 0, 10), utc(19, 0, 10))
    kept = list(found)
    assert sum(isinstance(one, Evaluation) for one in kept) == 2
    assert write_looks(iter(kept), RULES, 5, out) == len(kept) == out.getvalue().count("\n") - 1
    assert kept[0].session <= date(2023, 4, 18)
