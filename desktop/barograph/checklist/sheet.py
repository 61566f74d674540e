"""A checklist sheet: one per checklist day and feed; ticks with frozen evidence, notes, decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from barograph.checklist.decision import Decision
from barograph.checklist.evidence import FrozenEvidence
from barograph.checklist.steps import Step


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What is kept of one step.

    When it was ticked by hand (UTC; None: not ticked), on what evidence, in how many seconds of its time box,
    and the note.
    """

    step: Step
    ticked_at: datetime | None = None
    evidence: FrozenEvidence | None = None
    elapsed_s: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A day's sheet as stored. `steps` holds every step once, in order; `decisions` oldest version first."""

    day: date
    steps: tuple[StepRecord, ...]
    decisions: tuple[Decision, ...] = ()

    @property
    def decision(self) -> Decision | None:
        """The decision in force: the newest version."""
        return self.decisions[-1] if self.decisions else None

    @property
    def ticked(self) -> int:
        """How many steps are ticked."""
        return sum(record.ticked_at is not None for record in self.steps)

    @property
    def elapsed_s(self) -> float:
        """Seconds spent on all steps together."""
        return sum(record.elapsed_s for record in self.steps)


def empty_sheet(day: date) -> Sheet:
    """A new sheet: nothing ticked, nothing decided."""
    return Sheet(day, tuple(StepRecord(step) for step in Step))
