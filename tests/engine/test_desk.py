"""The desk: it goes on from its store, keeps what it judged once, and answers when a command is saved."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from math import nan
from pathlib import Path

import pytest

from barograph.checklist.decision import Action, Horizon
from barograph.checklist.steps import Step
from barograph.engine.chart_series import SCORE
from barograph.engine.desk import Desk, open_desk
from barograph.engine.messages import (
    Acknowledged,
    Decide,
    EngineConfig,
    RefreshNow,
    Seek,
    SeriesKey,
    SetPaused,
    SetSpeed,
    StepForward,
    TickStep,
    WatchSeries,
    WriteNote,
)
from barograph.engine.opening import UnusableInputError
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.intervals import Interval
from barograph.risk.judge import Evaluation
from barograph.store.connection import FILE_NAME, Store
from barograph.store.errors import StoreError
from barograph.store.evaluations import StoredEvaluation
from barograph.store.folder import lock_folder
from tests.engine.desks import DAY, END, LATER, OPENED, change, desk_at, move, rows, shown, stored
from tests.engine.runs import feed_of, judged, texts


@pytest.fixture(scope="module")
def run(desk_history: HistoryFolder) -> list[Evaluation]:
    """Every evaluation of the market."""
    return judged(feed_of(desk_history))


@pytest.fixture(scope="module")
def uninterrupted(desk_history: HistoryFolder, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a desk shows at LATER that has been there all the time."""
    with desk_at(desk_history, tmp_path_factory.mktemp("profile"), OPENED) as desk:
        desk.refresh()
        move(desk, LATER)
        return shown(desk)


def until(run: Iterable[Evaluation], now: datetime) -> list[tuple[date, str, str]]:
    return texts(each for each in run if each.at <= now)


# ------------------------------------------------------------------------------------- going on from the store


def test_a_desk_that_was_closed_shows_the_same_as_one_that_was_not(
    desk_history: HistoryFolder, profile: Path, uninterrupted: str, run: list[Evaluation]
) -> None:
    with desk_at(desk_history, profile, LATER) as desk:
        assert shown(desk) == uninterrupted
    assert stored(profile) == until(run, LATER)


def test_a_session_that_is_none_any_more_stays_in_the_record(desk_history: HistoryFolder, profile: Path) -> None:
    """The exchange closed for a day of mourning, was judged as without data, and a newer calendar knows of it."""
    columns = "score, score_low, score_up, coverage, face, ceiling, underlying, state, inputs, as_of_ns, feed, rule_set"
    sql = f"INSERT INTO evaluation ({columns}, session) SELECT {columns}, ? FROM evaluation WHERE session = ?"  # noqa: S608
    assert change(profile, sql, "2023-04-22", "2023-04-21") == 1
    before = [session for session, _, _ in stored(profile)]
    with desk_at(desk_history, profile, OPENED) as desk:
        assert [each.session for each in desk._monitor.evaluations] == before
        assert desk.refresh()[0].notices == ()


def test_going_on_judges_only_what_is_new(
    desk_history: HistoryFolder, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[date] = []
    save = Store.save_evaluations

    def counts(self: Store, evaluations: Iterable[StoredEvaluation]) -> None:
        kept = list(evaluations)
        saved.extend(each.session for each in kept)
        save(self, kept)

    monkeypatch.setattr(Store, "save_evaluations", counts)
    with desk_at(desk_history, profile, OPENED) as desk:
        desk.refresh()
        assert saved == []
        move(desk, LATER)
        desk.refresh()
        desk.refresh()
    assert saved == [date(2023, 5, 5), date(2023, 5, 8)]


def test_every_evaluation_is_saved_once_however_often_it_is_opened(
    desk_history: HistoryFolder, tmp_path: Path, run: list[Evaluation]
) -> None:
    """Also when the clock is set back in between."""
    for now in (OPENED, LATER, OPENED, END, LATER):
        with desk_at(desk_history, tmp_path, now) as desk:
            desk.refresh()
            expected = [each for each in run if each.at <= now]
            assert desk.refresh()[0].light.session == expected[-1].session
    assert stored(tmp_path) == texts(run)


def test_an_earlier_instant_knows_nothing_of_the_later_ones_in_the_store(
    desk_history: HistoryFolder, tmp_path: Path, profile: Path
) -> None:
    earlier = OPENED - timedelta(days=20)
    with desk_at(desk_history, profile, earlier) as desk:
        again = shown(desk)
    with desk_at(desk_history, tmp_path / "new", earlier) as desk:
        assert shown(desk) == again


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM evaluation WHERE session = '2023-04-20'",
        "DELETE FROM evaluation WHERE session BETWEEN '2023-02-01' AND '2023-03-15'",
        "DELETE FROM evaluation WHERE session > '2023-04-20'",
        "DELETE FROM evaluation",
    ],
)
def test_a_record_with_a_hole_is_made_whole(
    desk_history: HistoryFolder, profile: Path, uninterrupted: str, run: list[Evaluation], damage: str
) -> None:
    """What comes after the hole rests on it, so it is judged again, and is what it was."""
    assert change(profile, damage)
    with desk_at(desk_history, profile, LATER) as desk:
        assert shown(desk) == uninterrupted
    assert stored(profile) == until(run, LATER)


@pytest.mark.parametrize("column", ["state", "inputs"])
def test_a_record_that_cannot_be_read_is_judged_anew(
    desk_history: HistoryFolder, profile: Path, uninterrupted: str, column: str
) -> None:
    """And is left as it is: the record is never rewritten, and the window is told."""
    changed = f"UPDATE evaluation SET {column} = ? WHERE session = '2023-03-01'"  # noqa: S608 - a name of two
    assert change(profile, changed, "{]") == 1
    with desk_at(desk_history, profile, LATER) as desk:
        snapshot = desk.refresh()[0]
    assert repr(snapshot.light) in uninterrupted
    (notice,) = snapshot.notices
    assert "2023-03-01" in notice
    assert rows(profile, f"SELECT {column} FROM evaluation WHERE session = '2023-03-01'") == [("{]",)]  # noqa: S608


def test_another_folder_or_rule_set_is_another_record(
    desk_history: HistoryFolder, profile: Path, run: list[Evaluation]
) -> None:
    change(profile, "UPDATE evaluation SET rule_set = 'v0' WHERE session < '2023-01-01'")
    change(profile, "UPDATE evaluation SET feed = 'replay:other' WHERE session >= '2023-01-01'")
    before = len(stored(profile))
    with desk_at(desk_history, profile, OPENED) as desk:
        desk.refresh()
    assert len(stored(profile)) == 2 * before
    found = rows(profile, "SELECT DISTINCT feed, rule_set FROM evaluation ORDER BY feed, rule_set")
    assert found == [("replay:other", "v1/balanced"), (feed_of(desk_history).info.key, "v0"),
                     (feed_of(desk_history).info.key, "v1/balanced")]  # fmt: skip


# --------------------------------------------------------------------------------------- when saving fails


def test_what_could_not_be_saved_is_saved_with_what_comes_next(
    desk_history: HistoryFolder,
    profile: Path,
    uninterrupted: str,
    run: list[Evaluation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The light goes on, the window is told once, and the record has no hole."""

    def full(self: Store, evaluations: Iterable[StoredEvaluation]) -> None:
        raise StoreError("The store cannot be used: the disk is full.")

    with desk_at(desk_history, profile, OPENED) as desk:
        monkeypatch.setattr(Store, "save_evaluations", full)
        for day in (6, 9):
            move(desk, datetime(2023, 5, day, 12, tzinfo=OPENED.tzinfo))
            desk.refresh()
        snapshot = desk.refresh()[0]
        monkeypatch.undo()
        assert snapshot.light.session == date(2023, 5, 8)
        assert snapshot.notices == ("The store cannot be used: the disk is full.",)
        assert stored(profile) == until(run, OPENED)
        move(desk, datetime(2023, 5, 10, 12, tzinfo=OPENED.tzinfo))
        desk.refresh()
        assert stored(profile) == until(run, desk.clock.now())
    with desk_at(desk_history, profile, LATER) as desk:
        assert shown(desk) == uninterrupted


# ---------------------------------------------------------------------------------------- moving the clock


def test_going_back_and_forth_in_a_replay_shows_the_same(desk_history: HistoryFolder, tmp_path: Path) -> None:
    instants = [OPENED - timedelta(days=30), OPENED, LATER, END]
    with desk_at(desk_history, tmp_path, instants[0]) as desk:
        first = {}
        for now in instants:
            desk.apply(Seek(now))
            first[now] = shown(desk)
        for now in (instants[1], instants[3], instants[0], instants[2], instants[2]):
            desk.apply(Seek(now))
            assert shown(desk) == first[now]
    assert len(stored(tmp_path)) == len({session for session, *_ in stored(tmp_path)})


def test_one_cannot_go_before_the_beginning_or_beyond_the_end(desk_history: HistoryFolder, tmp_path: Path) -> None:
    with desk_at(desk_history, tmp_path, OPENED) as desk:
        desk.apply(Seek(datetime(1990, 1, 1, tzinfo=OPENED.tzinfo)))
        snapshot = desk.refresh()[0]
        assert snapshot.clock.now == desk.feed.info.start
        assert snapshot.light.reason == "starting"
        desk.apply(Seek(datetime(2039, 1, 1, tzinfo=OPENED.tzinfo)))
        snapshot = desk.refresh()[0]
        assert (snapshot.clock.now, snapshot.clock.at_end) == (END, True)


def test_charts_are_sent_whole_again_after_going_back(desk_history: HistoryFolder, profile: Path) -> None:
    keys = (SeriesKey("BTC", Interval.HOUR_1), SeriesKey(SCORE, Interval.DAY_1))
    with desk_at(desk_history, profile, LATER) as desk:
        desk.apply(WatchSeries(keys))
        _, series, history = desk.refresh()
        assert [(update.key, update.replace) for update in series] == [(key, True) for key in keys]
        assert history is not None
        assert desk.refresh()[1:] == ([], None)
        desk.apply(Seek(OPENED))
        _, series, history = desk.refresh()
        assert [(update.key, update.replace) for update in series] == [(key, True) for key in keys]
        assert history is not None
        assert history.replace
        last = max(int(update.time[-1]) for update in series)
        assert last <= OPENED.timestamp() * 1e9
        desk.apply(Seek(LATER))
        _, series, history = desk.refresh()
        assert [update.replace for update in series] == [False, False]
        assert history is not None
        assert not history.replace


def test_speed_pause_and_step(desk_history: HistoryFolder, profile: Path) -> None:
    with desk_at(desk_history, profile, OPENED) as desk:
        desk.apply(SetSpeed(3_600.0))
        assert desk.refresh()[0].clock.speed == 3_600.0
        desk.apply(SetPaused(False))
        assert not desk.refresh()[0].clock.paused
        desk.apply(Seek(OPENED))
        desk.apply(StepForward())  # which also stops it
        snapshot = desk.refresh()[0]
        assert snapshot.clock.paused
        assert snapshot.clock.now == datetime(2023, 5, 6, 0, 10, tzinfo=OPENED.tzinfo)
        assert snapshot.light.session == DAY
        desk.apply(StepForward())
        assert desk.refresh()[0].light.session == date(2023, 5, 8)
        desk.apply(WatchSeries((SeriesKey("BTC", Interval.HOUR_1),)))
        desk.apply(Seek(OPENED))
        desk.apply(StepForward())
        assert desk.clock.now() == datetime(2023, 5, 5, 15, tzinfo=OPENED.tzinfo)
        desk.apply(StepForward())
        assert desk.clock.now() == datetime(2023, 5, 5, 16, tzinfo=OPENED.tzinfo)


# ----------------------------------------------------------------------------------------------- commands


def tick(id_: str = "a", step: Step = Step.MACRO, ticked: bool = True, elapsed_s: float = 65.5) -> TickStep:
    return TickStep(id_, DAY, step, ticked, elapsed_s)


@pytest.fixture
def desk(desk_history: HistoryFolder, profile: Path) -> Iterator[Desk]:
    with desk_at(desk_history, profile, OPENED) as desk:
        desk.refresh()
        yield desk


def test_a_tick_freezes_the_evidence_that_stood_beside_it(desk: Desk) -> None:
    before = desk.refresh()[0]
    assert desk.apply(tick(step=Step.CRYPTO)) == Acknowledged("a")
    move(desk, LATER)
    after = desk.refresh()[0]
    record = next(each for each in after.sheet.steps if each.step is Step.CRYPTO)
    assert record.ticked_at is None  # it belongs to the sheet of its own day
    move(desk, OPENED + timedelta(hours=3))
    after = desk.refresh()[0]
    record = next(each for each in after.sheet.steps if each.step is Step.CRYPTO)
    assert (record.ticked_at, record.elapsed_s) == (OPENED, 65.5)
    frozen = record.evidence
    assert frozen is not None
    assert frozen.rows == before.steps[2].rows
    assert (frozen.face, frozen.ceiling, frozen.score) == (before.light.face, before.light.ceiling, before.light.score)
    assert (frozen.rule_set, frozen.feed, frozen.taken_at) == ("v1/balanced", before.feed.key, OPENED)
    assert after.steps[2].rows != frozen.rows


def test_a_step_says_when_its_inputs_moved_after_the_tick(desk: Desk) -> None:
    for number, step in enumerate(Step):
        desk.apply(tick(str(number), step))
    assert [view.changed for view in desk.refresh()[0].steps] == [False] * 5
    move(desk, OPENED + timedelta(hours=6))  # still the same checklist day
    snapshot = desk.refresh()[0]
    frozen = {each.step: each.evidence for each in snapshot.sheet.steps}
    moved = []
    for view in snapshot.steps:
        kept = frozen[view.step]
        assert kept is not None
        now = {row.id: row.value for row in view.rows}
        moved.append(
            any(
                row.material is not None
                and row.value is not None
                and abs((now[row.id] or 0) - row.value) >= row.material
                for row in kept.rows
            )
        )
    assert [view.changed for view in snapshot.steps] == moved
    assert True in moved
    assert False in moved


def test_the_same_command_twice_is_applied_once_and_answered_twice(desk: Desk, profile: Path) -> None:
    commands = (
        tick("t"),
        WriteNote("n", DAY, Step.MACRO, "rates first"),
        Decide("d", DAY, Action.WAIT, Horizon.HOURS, "quiet", "VIX above 20"),
    )
    for _ in range(2):
        for command in commands:
            assert desk.apply(command) == Acknowledged(command.command_id)
    for table in ("step_tick", "step_note", "decision"):
        assert rows(profile, f"SELECT command FROM {table}") == [(table[5] if table != "decision" else "d",)]  # noqa: S608
    sheet = desk.refresh()[0].sheet
    assert (sheet.ticked, sheet.steps[0].note) == (1, "rates first")
    assert sheet.decision is not None
    assert (sheet.decision.version, sheet.decision.action) == (1, Action.WAIT)


def test_a_new_decision_is_a_new_version(desk: Desk) -> None:
    desk.apply(Decide("1", DAY, Action.WAIT, Horizon.HOURS, "quiet", "VIX above 20"))
    desk.apply(Decide("2", DAY, Action.REDUCE, Horizon.MONTHS, "not so quiet", ""))
    sheet = desk.refresh()[0].sheet
    assert [(each.version, each.action) for each in sheet.decisions] == [(1, Action.WAIT), (2, Action.REDUCE)]
    assert {each.decided_at for each in sheet.decisions} == {OPENED}


def test_unticking_is_the_traders_own(desk: Desk, profile: Path) -> None:
    desk.apply(tick("1"))
    desk.apply(tick("2", ticked=False))
    snapshot = desk.refresh()[0]
    assert snapshot.sheet.ticked == 0
    assert not snapshot.steps[0].changed
    assert len(rows(profile, "SELECT 1 FROM step_tick")) == 2  # the log keeps both


def test_the_answer_comes_after_the_commit(desk: Desk, profile: Path) -> None:
    """At the moment of the answer another connection reads it."""
    for number in range(5):
        assert desk.apply(tick(str(number), list(Step)[number])) == Acknowledged(str(number))
        assert len(rows(profile, "SELECT 1 FROM step_tick")) == number + 1


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (WriteNote("x", DAY, Step.MACRO, "a" * 20_001), "20,001 characters"),
        (WriteNote("x", DAY, Step.MACRO, "\ud800"), "half of a character"),
        (Decide("x", DAY, Action.HEDGE, Horizon.HOURS, "a" * 30_000, ""), "30,000 characters"),
        (tick("x", elapsed_s=nan), "nan seconds"),
        (tick("x", elapsed_s=-1.0), "-1.0 seconds"),
    ],
)
def test_what_cannot_be_saved_is_answered_with_a_sentence(
    desk: Desk, profile: Path, command: TickStep | WriteNote | Decide, said: str
) -> None:
    answer = desk.apply(command)
    assert answer is not None
    assert answer.command_id == "x"
    assert said in answer.error
    assert answer.error.endswith(".")
    assert rows(profile, "SELECT 1 FROM command") == []
    assert desk.apply(tick("x")) == Acknowledged("x")  # the id was not used up


def test_a_store_that_another_program_holds_is_a_sentence_too(desk: Desk, profile: Path) -> None:
    with closing(sqlite3.connect(profile / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = desk.apply(tick("x"))
        other.execute("ROLLBACK")
    assert answer is not None
    assert answer.error == f"The store {profile / FILE_NAME} cannot be used: it is locked by another program."
    assert desk.apply(tick("x")) == Acknowledged("x")


def test_commands_without_a_record_have_no_answer(desk: Desk) -> None:
    for command in (RefreshNow(), SetSpeed(5), SetPaused(True), Seek(OPENED), StepForward(), WatchSeries(())):
        assert desk.apply(command) is None


# ------------------------------------------------------------------------------------------------ opening


def config(folder: Path, data_dir: Path, at: datetime | None = None) -> EngineConfig:
    return EngineConfig(f"replay:{folder}", str(data_dir), None, at)


def test_it_opens_where_it_is_told_at_the_feeds_own_speed(desk_folder: Path, tmp_path: Path) -> None:
    desk = open_desk(config(desk_folder, tmp_path / "new", OPENED))
    try:
        clock = desk.refresh()[0].clock
        assert OPENED <= clock.now < OPENED + timedelta(hours=1)
        assert (clock.speed, clock.paused) == (600.0, False)
    finally:
        desk.close()
        desk.close()  # twice is harmless
    desk = open_desk(config(desk_folder, tmp_path / "new"))
    try:
        assert desk.feed.info.start is not None
        assert desk.clock.now() > desk.feed.info.start + timedelta(days=300)
    finally:
        desk.close()


def test_two_engines_never_share_a_data_folder(desk_folder: Path, tmp_path: Path) -> None:
    desk = open_desk(config(desk_folder, tmp_path))
    try:
        with pytest.raises(UnusableInputError, match="in use by another Barograph"):
            open_desk(config(desk_folder, tmp_path))
    finally:
        desk.close()
    open_desk(config(desk_folder, tmp_path)).close()


@pytest.mark.parametrize("at", [datetime(1900, 1, 1, tzinfo=OPENED.tzinfo), OPENED - timedelta(days=600)])
def test_an_instant_before_the_first_bar_is_refused(desk_folder: Path, tmp_path: Path, at: datetime) -> None:
    with pytest.raises(UnusableInputError, match=r"is before its first bar; an instant from 2022-01-02T23:00:00Z on"):
        open_desk(config(desk_folder, tmp_path, at))


def test_an_instant_after_the_end_is_the_end(desk_folder: Path, tmp_path: Path) -> None:
    desk = open_desk(config(desk_folder, tmp_path, datetime(2039, 1, 1, tzinfo=OPENED.tzinfo)))
    try:
        assert desk.refresh()[0].clock.at_end
    finally:
        desk.close()


def test_a_folder_that_is_none_and_a_data_folder_that_is_a_file(desk_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="no such folder"):
        open_desk(config(tmp_path / "nothing", tmp_path / "data"))
    (tmp_path / "file").write_text("mine", "utf-8")
    with pytest.raises(UnusableInputError, match=r"The data folder .*file cannot be made"):
        open_desk(config(desk_folder, tmp_path / "file"))
    assert (tmp_path / "file").read_text("utf-8") == "mine"


def test_a_damaged_store_is_set_aside_and_the_window_told(desk_folder: Path, profile: Path) -> None:
    garbage = b"not a database at all" * 500
    (profile / FILE_NAME).write_bytes(garbage)
    desk = open_desk(config(desk_folder, profile, OPENED))
    try:
        (notice,) = desk.refresh()[0].notices
    finally:
        desk.close()
    (aside,) = profile.glob("*.corrupt-*")
    assert str(aside) in notice
    assert aside.read_bytes() == garbage


def test_when_the_record_cannot_be_read_the_data_folder_is_let_go(
    desk_folder: Path, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: Store, *_: object) -> list[StoredEvaluation]:
        raise StoreError("The store cannot be used: the disk reports a fault.")

    monkeypatch.setattr(Store, "load_evaluations", breaks)
    with pytest.raises(UnusableInputError, match="the disk reports a fault"):
        open_desk(config(desk_folder, profile, OPENED))
    lock_folder(profile).release()
