"""Ticks, notes and decisions come back as they were made; nothing is overwritten; a command counts once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest

from barograph.checklist.decision import Action, Decision, Horizon
from barograph.checklist.sheet import StepRecord, empty_sheet
from barograph.checklist.steps import Step
from barograph.store.connection import Store
from barograph.store.errors import StoreError
from barograph.store.sheets import TEXT_LIMIT
from tests.store.samples import DAY, FEED, NOW, evidence

LATER = NOW + timedelta(minutes=7)


def tick(
    store: Store, command_id: str, step: Step = Step.MACRO, ticked: bool = True, elapsed_s: float = 100.25
) -> bool:
    return store.tick(command_id, FEED, DAY, step, ticked, elapsed_s, evidence() if ticked else None, NOW)


def decide(store: Store, command_id: str, action: Action = Action.WAIT, reason: str = "", wrong_if: str = "") -> bool:
    return store.decide(command_id, FEED, DAY, action, Horizon.DAYS_WEEKS, reason, wrong_if, NOW)


def note(store: Store, command_id: str, text: str, step: Step = Step.MACRO) -> bool:
    return store.write_note(command_id, FEED, DAY, step, text, NOW)


def record(store: Store, step: Step = Step.MACRO) -> StepRecord:
    return next(record for record in store.load_sheet(FEED, DAY).steps if record.step is step)


def logged(store: Store, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(store.file)) as connection:
        return connection.execute(sql).fetchall()


def test_a_day_of_which_nothing_is_stored_is_empty_and_stays_unstored(store: Store) -> None:
    assert store.load_sheet(FEED, DAY) == empty_sheet(DAY)
    assert store.days(FEED) == []


def test_a_tick_is_kept_with_its_evidence(store: Store) -> None:
    assert tick(store, "a")
    assert record(store) == StepRecord(Step.MACRO, NOW, evidence(), 100.25)
    assert [other for other in store.load_sheet(FEED, DAY).steps if other.step is not Step.MACRO] == [
        StepRecord(step) for step in Step if step is not Step.MACRO
    ]


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("action", list(Action))
def test_every_step_and_action_can_be_stored(store: Store, step: Step, action: Action) -> None:
    tick(store, "a", step)
    note(store, "b", "as planned", step)
    for number, horizon in enumerate(Horizon):
        store.decide(f"c{number}", FEED, DAY, action, horizon, "", "", NOW)
    sheet = store.load_sheet(FEED, DAY)
    assert record(store, step) == StepRecord(step, NOW, evidence(), 100.25, "as planned")
    assert [decision.action for decision in sheet.decisions] == [action] * 3
    assert [decision.horizon for decision in sheet.decisions] == list(Horizon)


def test_unticking_leaves_the_tick_and_its_evidence_in_the_log(store: Store) -> None:
    tick(store, "a")
    assert tick(store, "b", ticked=False, elapsed_s=110.0)
    assert record(store) == StepRecord(Step.MACRO, None, None, 110.0)
    log = logged(store, "SELECT command, ticked, elapsed_s, evidence IS NOT NULL FROM step_tick ORDER BY id")
    assert log == [("a", 1, 100.25, 1), ("b", 0, 110.0, 0)]


def test_a_step_can_be_ticked_again_on_newer_evidence(store: Store) -> None:
    tick(store, "a")
    tick(store, "b", ticked=False)
    newer = replace(evidence(), taken_at=LATER)
    store.tick("c", FEED, DAY, Step.MACRO, True, 130.0, newer, LATER)
    assert record(store) == StepRecord(Step.MACRO, LATER, newer, 130.0)


def test_a_changed_decision_is_a_new_version_beside_the_old(store: Store) -> None:
    decide(store, "a", Action.WAIT, "no breadth", "VIX under 16")
    store.decide("b", FEED, DAY, Action.HEDGE, Horizon.HOURS, "gap", "it fills", LATER)
    assert store.load_sheet(FEED, DAY).decisions == (
        Decision(1, Action.WAIT, Horizon.DAYS_WEEKS, "no breadth", "VIX under 16", NOW),
        Decision(2, Action.HEDGE, Horizon.HOURS, "gap", "it fills", LATER),
    )


def test_a_new_note_leaves_the_old_one_in_the_log(store: Store) -> None:
    note(store, "a", "first")
    note(store, "b", "")
    assert record(store).note == ""
    assert logged(store, "SELECT text FROM step_note ORDER BY id") == [("first",), ("",)]


@pytest.mark.parametrize(
    "command",
    [tick, decide, lambda store, command_id: note(store, command_id, "x")],
    ids=["tick", "decide", "note"],
)
def test_a_command_that_is_sent_again_changes_nothing(store: Store, command: Callable[[Store, str], bool]) -> None:
    assert command(store, "a")
    tick(store, "b", ticked=False)
    note(store, "c", "y")
    decide(store, "d", Action.REDUCE)
    before = store.load_sheet(FEED, DAY)
    assert not command(store, "a")
    assert not tick(store, "a", Step.CRYPTO)
    assert not decide(store, "a", Action.HEDGE)
    assert not note(store, "a", "z")
    assert store.load_sheet(FEED, DAY) == before


def test_feeds_and_days_are_kept_apart(store: Store) -> None:
    tick(store, "a")
    store.tick("b", "live", DAY, Step.CRYPTO, True, 1.0, None, NOW)
    store.write_note("c", FEED, DAY + timedelta(days=1), Step.CRYPTO, "tomorrow", NOW)
    assert store.load_sheet(FEED, DAY).ticked == 1
    assert store.load_sheet("live", DAY).steps[2] == StepRecord(Step.CRYPTO, NOW, None, 1.0)
    assert store.load_sheet(FEED, DAY + timedelta(days=1)).steps[2].note == "tomorrow"
    assert store.load_sheet("live", DAY + timedelta(days=1)) == empty_sheet(DAY + timedelta(days=1))


def test_the_days_with_a_sheet(store: Store) -> None:
    days = [date(2026, 2, 6), date(2025, 12, 31), date(2026, 2, 5)]
    for number, day in enumerate(days):
        store.write_note(f"n{number}", FEED, day, Step.MACRO, "x", NOW)
    for number, (step, ticked) in enumerate([(Step.MACRO, True), (Step.CRYPTO, True), (Step.MACRO, False)]):
        store.tick(f"t{number}", FEED, days[0], step, ticked, 1.0, None, NOW)
    for number, action in enumerate([Action.HEDGE, Action.WAIT]):
        store.decide(f"d{number}", FEED, days[2], action, Horizon.HOURS, "", "", NOW)
    store.decide("e", "live", days[1], Action.HEDGE, Horizon.HOURS, "", "", NOW)
    assert store.days(FEED) == [
        (date(2025, 12, 31), 0, None),
        (date(2026, 2, 5), 0, Action.WAIT),
        (date(2026, 2, 6), 1, None),
    ]


def test_instants_of_any_zone_come_back_in_utc_to_the_microsecond(store: Store) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))
    store.tick("a", FEED, DAY, Step.MACRO, True, 1.0, None, elsewhere)
    ticked_at = record(store).ticked_at
    assert ticked_at == NOW
    assert ticked_at is not None
    assert ticked_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b><script>alert(1)</script>",
        "\x00\x01\x1b[31m\r\n\t\x7f\u2028\ufeff\uffff",
        "\u202eright to left\u202c عربى 简体中文 🌊",
        "=cmd|' /C calc'!A0",
        "'; DROP TABLE step_note; --",
        "x" * TEXT_LIMIT,
        "🌊" * TEXT_LIMIT,
    ],
)
def test_text_is_kept_as_it_was_written(store: Store, text: str) -> None:
    note(store, "a", text)
    decide(store, "b", reason=text, wrong_if=text)
    assert record(store).note == text
    assert store.load_sheet(FEED, DAY).decisions[0].reason == text
    assert store.load_sheet(FEED, DAY).decisions[0].wrong_if == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x" * (TEXT_LIMIT + 1), "20,001 characters; at most 20,000"),
        ("x" * 1_000_000, "1,000,000 characters; at most 20,000"),
        ("ab\ud83dcd", r"half of a character \(U\+D83D, at 3\)"),
    ],
)
def test_text_that_cannot_be_kept_is_refused_in_a_sentence(store: Store, text: str, says: str) -> None:
    with pytest.raises(StoreError, match=f"The note .*{says}"):
        note(store, "a", text)
    with pytest.raises(StoreError, match=f"The reason .*{says}"):
        decide(store, "a", reason=text)
    with pytest.raises(StoreError, match=f"The condition of being wrong .*{says}"):
        decide(store, "a", wrong_if=text)
    assert store.load_sheet(FEED, DAY) == empty_sheet(DAY)
    assert note(store, "a", "shorter")  # what was refused was not applied


@pytest.mark.parametrize("elapsed_s", [-1.0, float("nan"), float("inf")])
def test_a_time_that_is_none_is_refused(store: Store, elapsed_s: float) -> None:
    with pytest.raises(StoreError, match=r"macro step took .* seconds"):
        tick(store, "a", elapsed_s=elapsed_s)
    assert store.load_sheet(FEED, DAY) == empty_sheet(DAY)


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("INSERT INTO decision VALUES (9, 1, 2, 'hedge, wait', 'hours', '', '', 0, 'b')", "CHECK .*action"),
        ("INSERT INTO decision VALUES (9, 1, 2, NULL, 'hours', '', '', 0, 'b')", "NOT NULL .*action"),
        ("INSERT INTO decision VALUES (9, 1, 1, 'hedge', 'hours', '', '', 0, 'b')", "UNIQUE .*version"),
        ("INSERT INTO decision VALUES (9, 1, 0, 'hedge', 'hours', '', '', 0, 'b')", "CHECK .*version"),
        ("INSERT INTO decision VALUES (9, 1, 2, 'hedge', 'soon', '', '', 0, 'b')", "CHECK .*horizon"),
        ("INSERT INTO decision VALUES (9, 1, 2, 'hedge', 'hours', '', '', 0, 'a')", "UNIQUE .*command"),
        ("INSERT INTO decision VALUES (9, 1, 2, 'hedge', 'hours', '', '', 0, 'c')", "FOREIGN KEY"),
        ("INSERT INTO decision VALUES (9, 7, 2, 'hedge', 'hours', '', '', 0, 'b')", "FOREIGN KEY"),
        ("INSERT INTO step_tick VALUES (9, 1, 'lunch', 1, 0, NULL, 0, 'b')", "CHECK .*step"),
        ("INSERT INTO step_tick VALUES (9, 1, 'macro', 2, 0, NULL, 0, 'b')", "CHECK .*ticked"),
        ("INSERT INTO step_tick VALUES (9, 1, 'macro', 1, -1, NULL, 0, 'b')", "CHECK .*elapsed_s"),
        ("INSERT INTO step_note VALUES (9, 1, 'lunch', '', 0, 'b')", "CHECK .*step"),
        ("INSERT INTO command VALUES ('')", "CHECK .*id"),
        ("UPDATE decision SET action = 'hedge'", "append only"),
        ("DELETE FROM decision", "append only"),
        ("UPDATE step_tick SET ticked = 0", "append only"),
        ("DELETE FROM step_tick", "append only"),
        ("UPDATE step_note SET text = ''", "append only"),
        ("DELETE FROM step_note", "append only"),
    ],
)
def test_the_file_itself_holds_one_action_for_each_version_and_forgets_nothing(
    store: Store, sql: str, says: str
) -> None:
    decide(store, "a")
    tick(store, "t")
    note(store, "n", "x")
    with closing(sqlite3.connect(store.file, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("INSERT INTO command VALUES ('b')")
        with pytest.raises(sqlite3.IntegrityError, match=says):
            connection.execute(sql)


def test_evidence_that_cannot_be_read_is_said_and_not_left_out(store: Store) -> None:
    tick(store, "a")
    with closing(sqlite3.connect(store.file, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER step_tick_stays_1")
        connection.execute("""UPDATE step_tick SET evidence = '{"version":2}'""")
    with pytest.raises(StoreError, match=r"evidence of macro, 2026-02-05: version 2; expected 1\."):
        store.load_sheet(FEED, DAY)
