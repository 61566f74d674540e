"""How far a fetch has come, on standard error: one line redrawn on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from barograph.engine.history_plan import Job
from barograph.feeds.pace import Pace

REDRAWN_S = 0.25
"""Real seconds between two looks."""
_PLAIN_S = 15.0
_BAR = 20
_MINUTE_S = 60.0
_SHOWN_WAIT_S = 3.0


@dataclass(slots=True)
class _Lane:
    """One who is asked: requests in all and done, and since when (real seconds) it works."""

    total: int = 0
    done: int = 0
    since_s: float | None = None


class Progress:
    """Told of from many threads, drawn by one."""

    def __init__(self, out: TextIO, pace: Pace, real_s: Callable[[], float] = time.monotonic) -> None:
        """`real_s` gives real elapsed seconds."""
        self._out = out
        self._pace = pace
        self._real_s = real_s
        self._terminal = out.isatty()
        self._lock = threading.Lock()
        self._lanes: dict[str, _Lane] = {}
        self._lane_of: dict[str, str] = {}
        self._left: dict[str, int] = {}
        self._files = 0
        self._title = ""
        self._waits: dict[str, datetime] = {}
        self._drawn_s: float | None = None
        self._width = 0

    def expect(self, lane: str, jobs: Iterable[Job]) -> None:
        """These files are still to come, from those who are asked under that name."""
        with self._lock:
            for job in jobs:
                self._lane_of[job.name] = lane
                self._left[job.name] = len(job.pieces)
                self._lanes.setdefault(lane, _Lane()).total += len(job.pieces)
                self._files += 1

    def begins(self, job: Job) -> None:
        """A file is asked for."""
        with self._lock:
            self._title = job.title
            lane = self._lanes.get(self._lane_of.get(job.name, ""))
            if lane is not None and lane.since_s is None:
                lane.since_s = self._real_s()

    def step(self, job: Job) -> None:
        """One request of a file was answered."""
        with self._lock:
            self._count(job, 1)

    def ends(self, job: Job) -> None:
        """A file is there, or will not be."""
        with self._lock:
            self._count(job, self._left.get(job.name, 0))
            self._left.pop(job.name, None)

    def waits(self, host: str, until: datetime | None) -> None:
        """A host is left alone until then (UTC)."""
        with self._lock:
            if until is None:
                self._waits.pop(host, None)
            else:
                self._waits[host] = until

    def draw(self) -> None:
        """Show where we are, if it is time to."""
        now_s = self._real_s()
        if not self._terminal and self._drawn_s is not None and now_s - self._drawn_s < _PLAIN_S:
            return
        self._drawn_s = now_s
        text = self.text()
        if not self._terminal:
            self._write(f"{text}\n")
            return
        text = text[: max(20, shutil.get_terminal_size().columns - 1)]
        self._write("\r" + text.ljust(self._width))
        self._width = len(text)

    def clear(self) -> None:
        """Leave a terminal's line empty, for what is printed next."""
        if self._terminal and self._width:
            self._write("\r" + " " * self._width + "\r")
            self._width = 0

    def text(self) -> str:
        """``[####----------------]  21 %, 12 of 60 files, ES 5m, about 3 min left, Yahoo waits until 14:05 UTC``."""
        with self._lock:
            total = sum(lane.total for lane in self._lanes.values())
            done = sum(lane.done for lane in self._lanes.values())
            share = done / total if total else 1.0
            filled = int(share * _BAR)
            parts = [f"{int(share * 100):3d} %", f"{self._files - len(self._left)} of {self._files} files"]
            parts += [part for part in (self._title, self._time_left(), *self._waiting()) if part]
        bar = f"[{'#' * filled}{'-' * (_BAR - filled)}] " if self._terminal else ""
        return bar + ", ".join(parts)

    # ------------------------------------------------------------------------------ private, with the lock

    def _count(self, job: Job, requests: int) -> None:
        left = self._left.get(job.name, 0)
        counted = min(requests, left)
        if counted:
            self._left[job.name] = left - counted
            self._lanes[self._lane_of[job.name]].done += counted

    def _time_left(self) -> str:
        """By the slowest, as fast as it has been up to now; nothing before each has answered once."""
        now, now_s = self._pace.now(), self._real_s()
        left_s = 0.0
        for lane in self._lanes.values():
            if lane.done >= lane.total:
                continue
            if lane.since_s is None or not lane.done:
                return ""
            left_s = max(left_s, (now_s - lane.since_s) / lane.done * (lane.total - lane.done))
        for until in self._waits.values():
            left_s = max(left_s, self._pace.real_s((until - now).total_seconds()))
        if not left_s:
            return ""
        if left_s < _MINUTE_S:
            return "less than a minute left"
        minutes = round(left_s / _MINUTE_S)
        return f"about {minutes} min left" if minutes < 100 else f"about {round(minutes / 60)} h left"

    def _waiting(self) -> list[str]:
        now = self._pace.now()
        return [
            f"{host} waits until {until:%H:%M} UTC"
            for host, until in sorted(self._waits.items())
            if (until - now).total_seconds() > _SHOWN_WAIT_S
        ]

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
