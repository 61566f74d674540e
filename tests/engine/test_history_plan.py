"""The plan of a history folder: which files, from when, in which requests; and the folder that is not taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from barograph.engine.history_folder import STATE_FILE, open_folder
from barograph.engine.history_plan import Kind, Plan, Span, make_plan
from barograph.engine.opening import UnusableInputError
from barograph.feeds.options import VENUES, LiveOptions
from barograph.market.intervals import Interval
from tests.engine.runs import UNIVERSE

NOW = datetime(2026, 11, 24, 15, 3, tzinfo=UTC)
LONG, SHORT = timedelta(days=5 * 365), timedelta(days=3)
OPTIONS = LiveOptions(Path("unused"))


def plan(
    back: timedelta = LONG,
    only: tuple[str, ...] | None = None,
    *,
    ended: timedelta = timedelta(),
    options: LiveOptions = OPTIONS,
) -> Plan:
    until = NOW - ended
    return make_plan(UNIVERSE, options, Span(until - back, until, until), only, NOW)


def names(found: Plan) -> set[str]:
    return {job.name for job in found.jobs}


def test_everything_that_the_live_feed_asks_for_is_in_it() -> None:
    found = names(plan())
    for name in ("bars/ES/5m", "bars/US10Y/1h", "bars/QQQ/15m", "bars/XLE/1d", "bars/ZQZ26/1h", "bars/NVDA/1d"):
        assert name in found
    for coin in ("BTC", "ETH"):
        assert {f"bars/{coin}/{interval}" for interval in ("5m", "15m", "1h", "4h", "1d")} <= found
        assert {f"{kind}/{venue}/{coin}" for kind in ("funding", "open_interest") for venue in VENUES} <= found
    assert {f"series/{name}" for name in ("DGS10", "DGS2", "DFII10", "DFF", "FED_TARGET_UPPER")} <= found
    assert {"bars/NVDA/5m", "bars/US2Y/1d", "series/FNG"}.isdisjoint(found)
    assert not [name for name in found if name.startswith("liquidations")]


def test_only_some() -> None:
    assert names(plan(only=("NVDA", "DFF", "NVDA"))) == {"bars/NVDA/1d", "series/DFF"}
    assert names(plan(only=("ZQF25",))) == {"bars/ZQF25/1h", "bars/ZQF25/1d"}
    only_venue = LiveOptions(Path("unused"), venues=("okx",))
    found = names(plan(only=("ETH",), options=only_venue))
    assert {name for name in found if not name.startswith("bars")} == {"funding/okx/ETH", "open_interest/okx/ETH"}


@pytest.mark.parametrize("name", ["EURUSD", "US2Y", "../x", "", "es", "FNG"])
def test_an_id_that_nobody_has(name: str) -> None:
    with pytest.raises(UnusableInputError, match="no source of the live feed has it"):
        plan(only=("ES", name))


def test_yahoo_is_asked_for_whole_days_that_it_still_serves() -> None:
    found = {job.interval: job for job in plan().yahoo["ES"]}
    assert (
        found[Interval.MIN_5].pieces[0][0] == found[Interval.MIN_15].pieces[0][0] == datetime(2026, 9, 26, tzinfo=UTC)
    )
    assert found[Interval.HOUR_1].pieces[0][0] == datetime(2024, 11, 25, tzinfo=UTC)
    assert found[Interval.DAY_1].pieces[0][0] == NOW - LONG
    for job in found.values():
        assert job.pieces[-1][1] == NOW
        assert all(before[1] == after[0] for before, after in zip(job.pieces, job.pieces[1:], strict=False))
    assert [note.split(", ")[-1] for note in plan().notes[:2]] == ["they begin 2026-09-26", "they begin 2024-11-25"]


def test_a_range_that_yahoo_serves_no_more() -> None:
    found = plan(SHORT, ("ES",), ended=timedelta(days=900))
    assert names(found) == {"bars/ES/1d"}
    assert [note.split(", ")[-1] for note in found.notes] == ["there are none in this range"] * 2
    assert plan(SHORT, ("ES",)).notes == ()


def test_liquidations_are_named_where_a_coin_is_asked_for() -> None:
    assert "liquidations" in plan(SHORT, ("BTC",)).notes[-1]
    assert plan(SHORT, ("NVDA",)).notes == ()


def test_pieces_of_a_coin_fit_into_the_budget() -> None:
    for job in plan(only=("BTC",)).jobs:
        if job.kind is Kind.BARS:
            assert job.interval is not None
            rows = (job.pieces[0][1] - job.pieces[0][0]).total_seconds() / job.interval.seconds
            assert 100 * job.cost >= rows
        assert job.pieces[0][0] == NOW - LONG
        assert job.pieces[-1][1] == NOW
        assert job.cost <= 1_500


def test_a_range_within_a_day_has_no_date_of_a_fixing() -> None:
    assert names(plan(timedelta(hours=3), ("DFF",))) == set()


# ------------------------------------------------------------------------------------------------- folder

START, TO = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)


def refusal(folder: Path, start: datetime = START, to: datetime = TO) -> str:
    with pytest.raises(UnusableInputError) as caught:
        open_folder(folder, start, to, NOW)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def begun(folder: Path) -> Path:
    open_folder(folder, START, TO, NOW).begin(())
    return folder


def test_a_file_or_a_folder_with_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert "a file;" in refusal(tmp_path / "file")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/notes.txt").write_text("mine")
    assert "holds 'notes.txt' already" in refusal(tmp_path / "folder")
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["notes.txt"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_text("")
    assert open_folder(tmp_path, START, TO, NOW).span == Span(START, TO, TO)


def test_a_folder_of_another_range_is_refused(tmp_path: Path) -> None:
    folder = begun(tmp_path / "out")
    assert "was begun for 2026-11-01T00:00:00Z to 2026-11-20T00:00:00Z" in refusal(folder, to=TO + SHORT)
    assert "was begun for" in refusal(folder, start=START - SHORT)


def test_a_range_that_reaches_into_the_future_ends_when_the_folder_was_begun(tmp_path: Path) -> None:
    to = NOW + LONG
    open_folder(tmp_path / "out", START, to, NOW).begin(())
    later = open_folder(tmp_path / "out", START, to, NOW + SHORT)
    assert later.span == Span(START, to, NOW)


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"format": 1}', "\0", '{"format": "x"}'])
def test_a_state_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    folder = begun(tmp_path / "out")
    (folder / STATE_FILE).write_text(text)
    assert "cannot be read" in refusal(folder)


def test_a_state_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    folder = begun(tmp_path / "out")
    state = json.loads((folder / STATE_FILE).read_text())
    (folder / STATE_FILE).write_text(json.dumps(state | {"format": 2}))
    assert "newer Barograph" in refusal(folder)


def test_what_a_killed_run_left_unfinished_is_cleared_away(tmp_path: Path) -> None:
    folder = begun(tmp_path / "out")
    (folder / "bars/ES").mkdir(parents=True)
    (folder / "bars/ES/.5m.csv.gz.part").write_bytes(b"half")
    begun(folder)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == [STATE_FILE]
