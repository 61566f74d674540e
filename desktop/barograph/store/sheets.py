"""Stored checklist sheets: logs of what the trader did, whose newest entry is what holds."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any, NamedTuple

from barograph.checklist.decision import Action, Decision, Horizon
from barograph.checklist.evidence import FrozenEvidence
from barograph.checklist.sheet import Sheet, StepRecord, empty_sheet
from barograph.checklist.steps import Step
from barograph.market.instants import from_ns, to_ns
from barograph.store.database import Database
from barograph.store.errors import StoreError
from barograph.store.evidence_json import EvidenceError, decode_evidence, encode_evidence

TEXT_LIMIT = 20_000
"""Longest note, reason or "wrong if", in characters."""

_SHEET = "SELECT id FROM sheet WHERE feed = ? AND day = ?"
_TICKS = """
    SELECT step, ticked, elapsed_s, evidence, at_ns FROM step_tick
    WHERE id IN (SELECT max(id) FROM step_tick WHERE sheet = ? GROUP BY step)
"""
_NOTES = """
    SELECT step, text FROM step_note WHERE id IN (SELECT max(id) FROM step_note WHERE sheet = ? GROUP BY step)
"""
_DECISIONS = """
    SELECT version, action, horizon, reason, wrong_if, at_ns FROM decision WHERE sheet = ? ORDER BY version
"""
_DAYS = """
    SELECT day,
        (SELECT count(*) FROM step_tick WHERE ticked = 1
            AND id IN (SELECT max(id) FROM step_tick WHERE sheet = sheet.id GROUP BY step)),
        (SELECT action FROM decision WHERE sheet = sheet.id ORDER BY version DESC LIMIT 1)
    FROM sheet WHERE feed = ? ORDER BY day
"""
_ADD_TICK = """
    INSERT INTO step_tick (sheet, command, step, ticked, elapsed_s, evidence, at_ns)
    VALUES (:sheet, :command, :step, :ticked, :elapsed_s, :evidence, :at_ns)
"""
_ADD_NOTE = """
    INSERT INTO step_note (sheet, command, step, text, at_ns) VALUES (:sheet, :command, :step, :text, :at_ns)
"""
_ADD_DECISION = """
    INSERT INTO decision (sheet, command, version, action, horizon, reason, wrong_if, at_ns)
    SELECT :sheet, :command, ifnull(max(version), 0) + 1, :action, :horizon, :reason, :wrong_if, :at_ns
    FROM decision WHERE sheet = :sheet
"""


class DaySummary(NamedTuple):
    """A day that has a sheet: how many of its steps are ticked, and the action in force (None: undecided)."""

    day: date
    ticked: int
    action: Action | None


class SheetRecords(Database):
    """Sheets by feed and checklist day.

    Every change is a command with an id of its own. A command whose id was applied before changes nothing, so
    that one may be sent again whenever it is not known whether it arrived. Each answers whether it was
    applied now; `at` is the instant of the command, UTC. Nothing is ever overwritten: un-ticking, a new note
    and a new decision are new rows.
    """

    def load_sheet(self, feed_key: str, day: date) -> Sheet:
        """The sheet of a day; an empty one where nothing was stored.

        Raises:
            StoreError: the store cannot be read.
        """
        found = self._rows(_SHEET, (feed_key, day.isoformat()))
        if not found:
            return empty_sheet(day)
        ticks = {step: tick for step, *tick in self._rows(_TICKS, found[0])}
        notes = dict(self._rows(_NOTES, found[0]))
        return Sheet(
            day,
            tuple(self._step_record(day, step, ticks.get(step), notes.get(step, "")) for step in Step),
            tuple(
                Decision(version, Action(action), Horizon(horizon), reason, wrong_if, from_ns(at_ns))
                for version, action, horizon, reason, wrong_if, at_ns in self._rows(_DECISIONS, found[0])
            ),
        )

    def days(self, feed_key: str) -> list[DaySummary]:
        """The days that have a sheet, earliest first."""
        return [
            DaySummary(date.fromisoformat(day), ticked, None if action is None else Action(action))
            for day, ticked, action in self._rows(_DAYS, (feed_key,))
        ]

    def tick(
        self,
        command_id: str,
        feed_key: str,
        day: date,
        step: Step,
        ticked: bool,
        elapsed_s: float,
        evidence: FrozenEvidence | None,
        at: datetime,
    ) -> bool:
        """Tick a step on its evidence, or un-tick it (the evidence it was ticked on stays in the log).

        Raises:
            StoreError: `elapsed_s` is not a time, or nothing was saved because of what the environment did.
        """
        if not (math.isfinite(elapsed_s) and elapsed_s >= 0):
            raise StoreError(f"The {step} step took {elapsed_s} seconds; a number of 0 or more was expected.")
        frozen = encode_evidence(evidence) if ticked and evidence is not None else None
        values = {"step": step, "ticked": ticked, "elapsed_s": elapsed_s, "evidence": frozen, "at_ns": to_ns(at)}
        return self._apply(command_id, feed_key, day, _ADD_TICK, values)

    def write_note(self, command_id: str, feed_key: str, day: date, step: Step, text: str, at: datetime) -> bool:
        """Replace the note of a step; the text is kept as it is, and is never markup.

        Raises:
            StoreError: the text is too long or not text, or nothing was saved because of what the environment
                did.
        """
        _require_text("note", text)
        return self._apply(command_id, feed_key, day, _ADD_NOTE, {"step": step, "text": text, "at_ns": to_ns(at)})

    def decide(
        self,
        command_id: str,
        feed_key: str,
        day: date,
        action: Action,
        horizon: Horizon,
        reason: str,
        wrong_if: str,
        at: datetime,
    ) -> bool:
        """Record a decision as the day's next version, from 1 on.

        Raises:
            StoreError: a text is too long or not text, or nothing was saved because of what the environment
                did.
        """
        _require_text("reason", reason)
        _require_text("condition of being wrong", wrong_if)
        values = {
            "action": action,
            "horizon": horizon,
            "reason": reason,
            "wrong_if": wrong_if,
            "at_ns": to_ns(at),
        }
        return self._apply(command_id, feed_key, day, _ADD_DECISION, values)

    def _apply(self, command_id: str, feed_key: str, day: date, sql: str, values: dict[str, Any]) -> bool:
        """Apply a command, unless it was before; its `sql` takes `values`, the sheet and the command."""
        key = (feed_key, day.isoformat())
        with self.transaction():
            sent = self._connection.execute("INSERT INTO command VALUES (?) ON CONFLICT DO NOTHING", (command_id,))
            if not sent.rowcount:
                return False
            self._connection.execute("INSERT INTO sheet (feed, day) VALUES (?, ?) ON CONFLICT DO NOTHING", key)
            (sheet,) = self._connection.execute(_SHEET, key).fetchone()
            self._connection.execute(sql, {"sheet": sheet, "command": command_id, **values})
        return True

    def _step_record(self, day: date, step: Step, tick: list[Any] | None, note: str) -> StepRecord:
        """A step as its newest tick and note leave it."""
        if tick is None:
            return StepRecord(step, note=note)
        ticked, elapsed_s, evidence, at_ns = tick
        try:
            frozen = None if evidence is None else decode_evidence(evidence)
        except EvidenceError as error:
            raise StoreError(f"The store {self.file} cannot be read: evidence of {step}, {day}: {error}.") from error
        return StepRecord(step, from_ns(at_ns) if ticked else None, frozen, elapsed_s, note)


def _require_text(name: str, text: str) -> None:
    """Refuse, before anything is written, what could not be given back as it was."""
    if len(text) > TEXT_LIMIT:
        raise StoreError(f"The {name} has {len(text):,} characters; at most {TEXT_LIMIT:,} can be kept.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise StoreError(
            f"The {name} holds half of a character (U+{ord(text[error.start]):04X}, at {error.start + 1}) "
            "and cannot be kept."
        ) from error
