"""What followed days with each face, as it was measured once: stands beside the light, moves nothing (SIGNALS 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from barograph.risk.faces import Face
from barograph.risk.track_record import Estimate, JointEvent

FACES = (Face.CALM, Face.WATCH, Face.RISK_OFF)


@dataclass(frozen=True, slots=True)
class DayOdds:
    """How often an event followed `days` days: a share 0-1 with its 95 % interval."""

    odds: Estimate
    days: int


@dataclass(frozen=True, slots=True)
class EventOdds:
    """One event after days with one face, beside all days of the same period.

    `episodes` is how many the numbers of all days rest on, `begun` how many of them began on days with the face.
    """

    event: JointEvent
    after: DayOdds
    base: DayOdds
    episodes: int
    begun: int


@dataclass(frozen=True, slots=True)
class FaceHistory:
    """What followed days with `face` under one rule set, in the sessions from `first` to `last`, both included.

    `chosen_in_sight`: the rules were chosen with these days before one's eyes, so the numbers flatter them.
    """

    face: Face
    source: str
    first: date
    last: date
    chosen_in_sight: bool
    events: tuple[EventOdds, ...]


Measured = Mapping[tuple[str, Face], FaceHistory]
"""By id of the rule set and face. What was not measured is not there."""
