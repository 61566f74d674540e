"""Which bars a venue is asked for next, and from which instant on. No clock of its own, no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval

Key = tuple[str, Interval]
"""A coin and an interval."""

DEPTH_DAYS = {
    Interval.MIN_5: 30,
    Interval.MIN_15: 60,
    Interval.HOUR_1: 365,
    Interval.HOUR_4: 730,
    Interval.DAY_1: 5 * 366,
}
"""How far back bars are asked for where none are held."""
_ORDER = (Interval.DAY_1, Interval.MIN_5, Interval.HOUR_1, Interval.MIN_15, Interval.HOUR_4)
"""What is judged on first."""
_OVERLAP = 3
"""Bars that are asked for again each time, because a venue may have revised them."""
_AFTER_CLOSE_S = 2.0
_DAY_FINAL = timedelta(minutes=5)
"""A day is asked for again so long after its end, before it is judged: its last trades may have been late."""
_LATE_S = 5.0
_LATE_TRIES = 6
_VERY_LATE_S = 300.0


@dataclass(slots=True)
class _Due:
    at: datetime
    asked: datetime | None = None
    tries: int = 0


class BarPlan:
    """For the bars of some coins: asked for once a little after each close, more often while no stream brings them."""

    def __init__(self, coins: Sequence[str], quotes_s: float, random: Random) -> None:
        """`quotes_s`: how often the shortest bars are asked for without a stream; `random` spreads the requests."""
        self.keys = [(coin, interval) for interval in _ORDER for coin in coins]
        self._quotes_s = quotes_s
        self._random = random
        self._due: dict[Key, _Due] = {}
        self._fill_from: dict[Key, int] = {}

    def begin(self, held_until_ns: dict[Key, int | None], now: datetime) -> None:
        """Everything may have been missed since what is held (`Bars.time` of the newest closed bar): ask now."""
        for key in self.keys:
            held = held_until_ns.get(key)
            depth = to_ns(now) - DEPTH_DAYS[key[1]] * DAY_NS
            since = depth if held is None else max(depth, held - _OVERLAP * key[1].ns)
            self._fill_from[key] = min(since, self._fill_from.get(key, since))
            self._due[key] = _Due(now)

    def missed(self, key: Key, since_ns: int, now: datetime) -> None:
        """Bars from `since_ns` on are missing."""
        self._fill_from[key] = min(since_ns, self._fill_from.get(key, since_ns))
        self._due[key] = _Due(now)

    def due_at(self, *, streaming: bool) -> tuple[datetime, Key] | None:
        """What is to be asked for next, and when. `streaming`: the shortest bars come over a stream."""
        best: tuple[datetime, Key] | None = None
        for key in self.keys:
            due = self._due.get(key)
            if due is None:
                continue
            at = due.at
            if not streaming and key[1] is Interval.MIN_5 and due.asked is not None:
                at = min(at, due.asked + timedelta(seconds=self._quotes_s))
            if best is None or at < best[0]:
                best = at, key
        return best

    def start_ns(self, key: Key, held_until_ns: int | None, now: datetime) -> int:
        """From which instant on to ask."""
        since = self._fill_from.get(key)
        if since is not None:
            return since
        if held_until_ns is None:
            return to_ns(now) - DEPTH_DAYS[key[1]] * DAY_NS
        return held_until_ns - _OVERLAP * key[1].ns

    def answered(self, key: Key, newest_closed_ns: int | None, now: datetime) -> None:
        """The venue answered at `now`; `newest_closed_ns` is the newest closed bar that is held then."""
        self._fill_from.pop(key, None)
        due = self._due.setdefault(key, _Due(now))
        due.asked = now
        step = key[1].ns
        last_ns = to_ns(now) // step * step - step
        following = from_ns(last_ns + 2 * step) + timedelta(seconds=_AFTER_CLOSE_S * (1 + self._random.random()))
        if newest_closed_ns is not None and newest_closed_ns >= last_ns:
            final = from_ns(last_ns + step) + _DAY_FINAL
            due.tries, due.at = 0, final if key[1] is Interval.DAY_1 and now < final else following
            return
        due.tries += 1  # the bar that has just closed is not there yet, or never comes
        wait_s = _LATE_S if due.tries <= _LATE_TRIES else _VERY_LATE_S
        due.at = min(following, now + timedelta(seconds=wait_s))

    def failed(self, key: Key, again_at: datetime, *, hopeless: bool) -> None:
        """The venue failed; it is asked again then. `hopeless`: it has no such bars, so nothing waits for them."""
        due = self._due.setdefault(key, _Due(again_at))
        due.at, due.asked = again_at, again_at
        if hopeless:
            self._fill_from.pop(key, None)

    def filled(self, coin: str) -> bool:
        """Whether nothing of the coin is known to be missing."""
        return not any(key[0] == coin for key in self._fill_from)
