"""Whether a stream still brings data, and how long to wait before it is built anew.

A live socket whose data stopped is no error to any library: pings are answered, nothing is raised. Only the age of
the data tells. All ages are of the injected clock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from barograph.feeds.budget import BACK_OFF, BackOff
from barograph.feeds.contract import FeedErrorKind


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """How long a stream may bring nothing, in seconds of the injected clock, before all streams are built anew.

    `bad_frames` within `bad_frames_s` are too many as well. `life_s` is the age at which they are built anew in any
    case, a little later each time. `connect_real_s` are real seconds for dialling and the venue's acknowledgement;
    `keep_alive_real_s` real seconds between two pings where the client's own default is too long.
    """

    candles_s: float = 30.0
    """For the shortest candles; those of longer intervals follow."""
    longer_candles_s: float = 120.0
    tickers_s: float = 15.0
    silent_s: float = 60.0
    """For a stream that may have nothing to say: so long without anything on its socket."""
    life_s: float = 86_400.0
    bad_frames: int = 20
    bad_frames_s: float = 600.0
    connect_real_s: float = 20.0
    keep_alive_real_s: float = 20.0
    candle_every_s: float = 1.0
    """A forming bar is handed on at most so often."""


@dataclass(frozen=True, slots=True)
class Stall:
    """A stream that has brought nothing for `age_s`; `ever` is whether it brought anything at all."""

    stream: str
    age_s: float
    ever: bool


@dataclass(slots=True)
class _Watched:
    socket: str
    limit_s: float
    since: datetime
    may_be_silent: bool = False
    ever: bool = False


class Watchdog:
    """The ages of the streams over one life of a venue's connections."""

    def __init__(self, limits: StreamLimits) -> None:
        """Nothing is expected yet."""
        self._limits = limits
        self._streams: dict[str, _Watched] = {}
        self._sockets: dict[str, datetime] = {}
        self._bad: deque[datetime] = deque()

    def expect(
        self, stream: str, socket: str, now: datetime, limit_s: float | None, *, may_be_silent: bool = False
    ) -> None:
        """From `now` on the stream is to bring data on that socket. One that may be silent is judged by whatever else
        arrives on the same socket. Saying it twice changes nothing.
        """
        if stream not in self._streams:
            limit = self._limits.silent_s if limit_s is None else limit_s
            self._streams[stream] = _Watched(socket, limit, now, may_be_silent)
            self._sockets.setdefault(socket, now)

    def heard(self, stream: str, socket: str, now: datetime) -> None:
        """The stream brought data."""
        self._sockets[socket] = now
        watched = self._streams.get(stream)
        if watched is not None:
            watched.since, watched.ever, watched.socket = now, True, socket

    def socket_heard(self, socket: str) -> datetime | None:
        """When data, of whichever stream, last arrived on that socket."""
        return self._sockets.get(socket)

    def stalled(self, now: datetime) -> Stall | None:
        """The stream that is longest over its limit; None when all is well."""
        worst: tuple[float, Stall] | None = None
        for name, watched in self._streams.items():
            last = self._sockets[watched.socket] if watched.may_be_silent else watched.since
            age_s = (now - last).total_seconds()
            over = age_s / watched.limit_s
            if over > 1 and (worst is None or over > worst[0]):
                worst = over, Stall(name, age_s, watched.ever)
        return None if worst is None else worst[1]

    def bad_frame(self, now: datetime) -> bool:
        """A frame could not be read. Whether these are too many."""
        self._bad.append(now)
        oldest = now - timedelta(seconds=self._limits.bad_frames_s)
        while self._bad and self._bad[0] < oldest:
            self._bad.popleft()
        return len(self._bad) >= self._limits.bad_frames


_FIRST_PAUSE = BackOff(1.0, 300.0)
_SETTLED_S = 600.0
"""Connections that lived this long were sound: the next pause starts from the shortest again."""
_JITTER = 0.25


class Rebuilds:
    """How long to wait before a venue's connections are built anew; longer each time they did not last."""

    def __init__(self, random: Random) -> None:
        """`random` spreads the pauses."""
        self._random = random
        self._in_a_row = 0

    def pause_s(self, kind: FeedErrorKind, lived_s: float) -> float:
        """The pause after connections that lived so long ended with a fault of that kind, in seconds."""
        if lived_s >= _SETTLED_S:
            self._in_a_row = 0
        refused = kind in (FeedErrorKind.REFUSED, FeedErrorKind.RATE_LIMITED)
        rule = BACK_OFF[kind] if refused else _FIRST_PAUSE
        self._in_a_row += 1
        return rule.pause_s(self._in_a_row) * (1 + _JITTER * self._random.random())

    def woke(self) -> None:
        """The machine slept: what failed before counts no longer."""
        self._in_a_row = 0

    def life_s(self, limits: StreamLimits) -> float:
        """How old these connections may grow; not the same for all venues, so that one is always up."""
        return limits.life_s * (1 + _JITTER * self._random.random())
