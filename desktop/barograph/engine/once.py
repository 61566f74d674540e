"""One snapshot of a live feed without a window: asks until what the light needs is there, or the time is up."""

from __future__ import annotations

import time
from collections.abc import Callable

from barograph.engine.desk import open_desk
from barograph.engine.messages import EngineConfig
from barograph.engine.snapshot import Snapshot

_LOOK_EVERY_S = 0.25

Progress = Callable[[Snapshot], None]


def live_snapshot(config: EngineConfig, wait_s: float, progress: Progress = lambda _: None) -> Snapshot:
    """A snapshot of the live feed, taken as soon as nothing more is waited for, after `wait_s` real seconds at most.

    What is heard is recorded in the profile's store as the window would do it.

    Raises:
        UnusableInputError: as `open_desk`; among them a profile that another Barograph uses.
    """
    desk = open_desk(config)
    try:
        deadline_s = time.monotonic() + wait_s
        while True:
            snapshot, _, _ = desk.refresh()
            if is_complete(snapshot) or time.monotonic() >= deadline_s:
                return snapshot
            progress(snapshot)
            time.sleep(_LOOK_EVERY_S)
    finally:
        desk.close()


def is_complete(snapshot: Snapshot) -> bool:
    """Whether every source was asked, the light is final and every quoted price is there, none of them as old as an
    earlier run left it.
    """
    light = snapshot.light
    asked = all(health.last_success or health.last_error for health in snapshot.health)
    final = light.as_of is not None and not light.waiting
    return asked and final and all(quote.state.usable for quote in snapshot.quotes)


def heard_anything(snapshot: Snapshot) -> bool:
    """Whether any source has answered."""
    return any(health.last_success is not None for health in snapshot.health)
