"""Any sequence of commands, repetitions, failures and restarts leaves the store where a plain model stands."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from barograph.checklist.decision import Action, Decision, Horizon
from barograph.checklist.evidence import FrozenEvidence
from barograph.checklist.sheet import Sheet, empty_sheet
from barograph.checklist.steps import Step
from barograph.store.connection import open_store
from tests.store.samples import NOW, evidence

FEEDS = st.sampled_from(["demo:7", "live"])
DAYS = st.sampled_from([date(2026, 2, 5), date(2026, 2, 6)])
STEPS = st.sampled_from(Step)
TEXTS = st.text(max_size=50)
Command = tuple[str, tuple[Any, ...]]


class Sheets(RuleBasedStateMachine):
    """The store beside a dictionary of sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="barograph-sheets-")
        self.store = open_store(Path(self.folder.name), NOW)
        self.model: dict[tuple[str, date], Sheet] = {}
        self.sent: list[Command] = []
        self.now = NOW

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def new_id_and_instant(self) -> tuple[str, datetime]:
        self.now += timedelta(microseconds=1)
        return f"c{len(self.sent)}", self.now

    def apply(self, command: Command) -> bool:
        name, arguments = command
        return bool(getattr(self.store, name)(*arguments))

    def send(self, name: str, arguments: tuple[Any, ...]) -> None:
        self.sent.append((name, arguments))
        assert self.apply(self.sent[-1])

    def sheet(self, feed: str, day: date) -> Sheet:
        return self.model.get((feed, day), empty_sheet(day))

    def change_step(self, feed: str, day: date, step: Step, **changes: object) -> None:
        sheet = self.sheet(feed, day)
        old = next(record for record in sheet.steps if record.step is step)
        new = replace(old, **changes)  # type: ignore[arg-type]
        steps = tuple(new if record is old else record for record in sheet.steps)
        self.model[feed, day] = replace(sheet, steps=steps)

    @initialize()
    def begin(self) -> None:
        assert self.store.notices == ()

    @rule(feed=FEEDS, day=DAYS, step=STEPS, elapsed_s=st.floats(0, 1e4), score=st.none() | st.floats(0, 100))
    def tick(self, feed: str, day: date, step: Step, elapsed_s: float, score: float | None) -> None:
        id_, at = self.new_id_and_instant()
        frozen: FrozenEvidence = evidence(score)
        self.send("tick", (id_, feed, day, step, True, elapsed_s, frozen, at))
        self.change_step(feed, day, step, ticked_at=at, evidence=frozen, elapsed_s=elapsed_s)

    @rule(feed=FEEDS, day=DAYS, step=STEPS, elapsed_s=st.floats(0, 1e4))
    def untick(self, feed: str, day: date, step: Step, elapsed_s: float) -> None:
        id_, at = self.new_id_and_instant()
        self.send("tick", (id_, feed, day, step, False, elapsed_s, None, at))
        self.change_step(feed, day, step, ticked_at=None, evidence=None, elapsed_s=elapsed_s)

    @rule(feed=FEEDS, day=DAYS, step=STEPS, text=TEXTS)
    def note(self, feed: str, day: date, step: Step, text: str) -> None:
        id_, at = self.new_id_and_instant()
        self.send("write_note", (id_, feed, day, step, text, at))
        self.change_step(feed, day, step, note=text)

    @rule(
        feed=FEEDS,
        day=DAYS,
        action=st.sampled_from(Action),
        horizon=st.sampled_from(Horizon),
        reason=TEXTS,
        wrong_if=TEXTS,
    )
    def decide(self, feed: str, day: date, action: Action, horizon: Horizon, reason: str, wrong_if: str) -> None:
        id_, at = self.new_id_and_instant()
        self.send("decide", (id_, feed, day, action, horizon, reason, wrong_if, at))
        sheet = self.sheet(feed, day)
        decision = Decision(len(sheet.decisions) + 1, action, horizon, reason, wrong_if, at)
        self.model[feed, day] = replace(sheet, decisions=(*sheet.decisions, decision))

    @precondition(lambda self: bool(self.sent))
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        assert not self.apply(data.draw(st.sampled_from(self.sent)))

    @rule(feed=FEEDS, day=DAYS, step=STEPS)
    def fail_after_writing(self, feed: str, day: date, step: Step) -> None:
        with suppress(ZeroDivisionError), self.store.transaction():
            assert self.store.tick(f"c{len(self.sent)}", feed, day, step, True, 1.0, None, NOW)
            assert self.store.write_note("never", feed, day, step, "never", NOW)
            raise ZeroDivisionError

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = open_store(Path(self.folder.name), NOW)

    @invariant()
    def the_store_is_where_the_model_is(self) -> None:
        for (feed, day), sheet in self.model.items():
            assert self.store.load_sheet(feed, day) == sheet

    @invariant()
    def the_days_are_those_of_the_model(self) -> None:
        for feed in ("demo:7", "live"):
            assert self.store.days(feed) == sorted(
                (day, sheet.ticked, sheet.decision and sheet.decision.action)
                for (name, day), sheet in self.model.items()
                if name == feed
            )


TestSheets = Sheets.TestCase
TestSheets.settings = settings(max_examples=30, stateful_step_count=25)
