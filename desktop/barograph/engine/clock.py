"""Clocks: the wall clock, and one that runs faster, pauses and jumps. The only place where real time is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from barograph.feeds.options import LiveOptions


class Clock(Protocol):
    """What tells the engine the instant, always UTC."""

    @property
    def speed(self) -> float:
        """Seconds of this clock per real second."""
        ...

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        ...

    def now(self) -> datetime:
        """The present instant, UTC."""
        ...


def wall_now() -> datetime:
    """The computer's own time, UTC."""
    return datetime.now(UTC)


class WallClock:
    """The computer's own clock."""

    speed = 1.0
    paused = False

    def now(self) -> datetime:
        """The present instant, UTC."""
        return wall_now()


class SimulatedClock:
    """A clock that starts where it is told, runs at any speed, pauses and jumps; it stops at `end`."""

    def __init__(
        self,
        start: datetime,
        speed: float,
        end: datetime | None = None,
        real_seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`real_seconds` gives real elapsed seconds; monotonic, so that a changed wall clock does not move it."""
        self._anchor = start
        self._end = end
        self._real_seconds = real_seconds
        self._anchor_s = real_seconds()
        self._speed = speed
        self._paused = False

    @property
    def speed(self) -> float:
        """Simulated seconds per real second."""
        return self._speed

    @property
    def paused(self) -> bool:
        """Whether it stands still."""
        return self._paused

    @property
    def at_end(self) -> bool:
        """Whether it has reached its end."""
        return self._end is not None and self.now() >= self._end

    def now(self) -> datetime:
        """The present simulated instant, UTC."""
        elapsed = 0.0 if self._paused else self._real_seconds() - self._anchor_s
        ahead_s = elapsed * self._speed
        if self._end is None:
            return self._anchor + timedelta(seconds=ahead_s)
        # Compared in seconds: a month at the end of a fast replay would be past the last year a datetime can hold.
        left_s = (self._end - self._anchor).total_seconds()
        return self._anchor + timedelta(seconds=ahead_s) if ahead_s < left_s else self._end

    def set_speed(self, speed: float) -> None:
        """Run at `speed` simulated seconds per real second from here on; not below 1."""
        self._move(self.now())
        self._speed = max(1.0, speed)

    def set_paused(self, *, paused: bool) -> None:
        """Stand still or go on."""
        self._move(self.now())
        self._paused = paused

    def jump(self, to: datetime) -> None:
        """Go on from another instant."""
        self._move(to)

    def _move(self, instant: datetime) -> None:
        self._anchor = instant
        self._anchor_s = self._real_seconds()


class ClockPace:
    """A clock as the workers of the live feed need it, who wait as well. Used from many threads."""

    def __init__(self, clock: Clock) -> None:
        """`clock` neither pauses nor jumps while it is waited on."""
        self._clock = clock

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self._clock.now()

    def real_s(self, seconds: float) -> float:
        """Real seconds in which `seconds` of the clock pass."""
        return seconds / self._clock.speed


def live_clock(options: LiveOptions) -> WallClock | SimulatedClock:
    """The computer's own clock; for development one that shows another time or runs faster."""
    start, since, speed = options.clock_start, options.clock_since, options.clock_speed
    if start is None and speed == 1:
        return WallClock()
    now = wall_now()
    begun = start or now
    return SimulatedClock(begun if since is None else begun + speed * (now - since), speed)
