"""The thread that serves one publisher: asks what is due when the budget allows, and remembers how it went."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from barograph.feeds.budget import BACK_OFF
from barograph.feeds.contract import FeedError, FeedErrorKind, SourceHealth
from barograph.feeds.fred.tasks import Task
from barograph.feeds.fred.web import HeldError, Web
from barograph.feeds.pace import Pace
from barograph.market.freshness import Freshness, judge_fixing
from barograph.market.instants import from_ns
from barograph.market.intervals import DAY_NS

_log = logging.getLogger(__name__)

_LOOK = timedelta(seconds=60)
"""The longest wait without looking at the clock and at what is due."""
_AFTER_A_FAULT = timedelta(minutes=10)
"""The pause of a task whose fault costs the host none, and after a fault of our own."""


class Host:
    """One publisher with its own thread and faults; what happens to it delays no other."""

    def __init__(
        self,
        web: Web,
        tasks: Sequence[Task],
        pace: Pace,
        asked: Callable[[], None],
    ) -> None:
        """`tasks` are asked through `web` one at a time, the one that was asked longest ago first; `asked` is called
        after each.
        """
        self.name = web.source
        self._web = web
        self._budget = web.budget
        self._tasks = tuple(tasks)
        self._pace = pace
        self._lock = threading.Lock()
        self._stopping = False
        self._look = threading.Event()
        self._asked = asked
        self._turns = dict.fromkeys(range(len(self._tasks)), 0)
        self._hurried: set[int] = set()
        self._rests: dict[int, datetime] = {}
        self._faults: dict[int | None, tuple[FeedErrorKind | None, str]] = {}
        self._last_success: datetime | None = None
        self._next: datetime | None = None
        self._told: set[str] = set()
        self._thread = threading.Thread(target=self._run, name=f"fixings {self.name}", daemon=True)

    def start(self) -> None:
        """Begin. Returns at once."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """No further question goes out."""
        self._stopping = True
        self._web.end()
        self._look.set()

    def wait_until_stopped(self, seconds: float) -> None:
        """Wait so many real seconds at most; a question that is out ends by itself, within its time-out."""
        if self._thread.ident is not None:
            self._thread.join(seconds)

    def woke(self) -> None:
        """Pauses for a network that was not there are over; everything is asked anew."""
        now = self._pace.now()
        self._budget.woke(now)
        with self._lock:
            self._hurried.update(range(len(self._tasks)))
        self.look()

    def look(self) -> None:
        """Look at what is due, now."""
        self._look.set()

    def health(self, now: datetime) -> SourceHealth:
        """The line of the Feeds panel."""
        view = self._budget.view(now)
        newest = [task.newest for task in self._tasks if task.newest is not None]
        with self._lock:
            kind, fault = next(iter(self._faults.values()), (None, ""))
            state = judge_fixing(min(newest, default=None), now)
            if state is Freshness.MISSING and fault:
                state = Freshness.ERROR
            return SourceHealth(
                source=self.name,
                state=state,
                last_success=self._last_success,
                newest=from_ns(min(newest) + DAY_NS) if newest else None,
                last_error=fault,
                requests_used=view.used,
                requests_allowed=view.allowed,
                next_refresh=self._next,
                error_kind=kind,
                waits_until=view.waits_until,
            )

    # ------------------------------------------------------------------------------------------- private

    def _run(self) -> None:
        while not self._stopping:
            self._look.clear()
            try:
                wait = self._step()
            except Exception as error:  # noqa: BLE001 - logged and shown there, and the thread goes on
                self._own_fault(None, error)
                wait = _LOOK
            if not self._stopping:
                self._look.wait(self._pace.real_s(max(0.0, wait.total_seconds())))
        self._web.close()

    def _step(self) -> timedelta:
        """Ask one task if one is due. Answers how long to wait until the next look."""
        now = self._pace.now()
        due = {number: self._due(number, now) for number in range(len(self._tasks))}
        soonest = max(min(due.values()), self._budget.earliest(now))
        with self._lock:
            self._next = soonest
        if soonest > now:
            return min(soonest - now, _LOOK)
        ready = [number for number, instant in due.items() if instant <= now]
        self._ask(min(ready, key=self._turns.__getitem__), now)
        self._asked()
        return timedelta(0)

    def _due(self, number: int, now: datetime) -> datetime:
        with self._lock:
            if number in self._hurried:
                return now
            rests_until = self._rests.get(number, now)
        if rests_until > now + _AFTER_A_FAULT:  # the clock was set back
            rests_until = now
        return max(rests_until, self._tasks[number].due(now))

    def _ask(self, number: int, now: datetime) -> None:
        self._turns[number] = max(self._turns.values()) + 1
        with self._lock:
            self._hurried.discard(number)
            self._rests.pop(number, None)
        try:
            self._tasks[number].ask(now)
        except FeedError as error:
            with self._lock:
                if not isinstance(error, HeldError) or number not in self._faults:  # it does not hide what was wrong
                    self._faults[number] = error.kind, error.message
                if error.kind not in BACK_OFF:
                    self._rests[number] = now + _AFTER_A_FAULT
        except Exception as error:  # noqa: BLE001 - as above
            self._own_fault(number, error)
        else:
            with self._lock:
                self._faults.pop(number, None)
                self._faults.pop(None, None)
                self._last_success = now

    def _own_fault(self, number: int | None, error: Exception) -> None:
        """A mistake of ours: it is logged once, shown, and the thread goes on."""
        what = f"{type(error).__name__}: {error}"
        if what not in self._told:
            self._told.add(what)
            _log.error("the feed of %s met a fault of its own", self.name, exc_info=error)
        with self._lock:
            self._faults[number] = None, f"Barograph could not use what {self.name} sent"
            if number is not None:
                self._rests[number] = self._pace.now() + _AFTER_A_FAULT
