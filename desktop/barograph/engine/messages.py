"""Messages between the window's process and the engine process: frozen, picklable, never mutated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from barograph.checklist.decision import Action, Horizon
from barograph.checklist.steps import Step
from barograph.engine.snapshot import Snapshot
from barograph.feeds.contract import FeedInfo
from barograph.feeds.options import LiveOptions
from barograph.market.bars import FloatArray, IntArray
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.risk.track_record import TrackRecord


@dataclass(frozen=True, slots=True)
class SeriesKey:
    """A charted series: `id` is an instrument (``BTC``), a ratio (``SMH/SPX``), ``SCORE``, or a line of the context:
    ``RHO ES/BTC``, ``FUNDING BTC``, ``OI BTC``, ``LIQ LONG BTC``, ``LIQ SHORT BTC``, ``POLICY PATH``,
    ``POLICY 2Y``.
    """

    id: str
    interval: Interval


@dataclass(frozen=True, slots=True, eq=False)
class SeriesUpdate:
    """Points of one charted series.

    `replace` True: the whole series; False: rows to append, where a first row with the time of the last one
    held replaces it. Times are ns UTC as in `Bars.time`. `line` True: only `close` is meaningful. `forming`
    True: the last row is a forming bar. Empty series carry `empty_reason`, a fixed id: ``no_bars`` (the feed has
    no such bars), ``no_data_yet``. `thresholds` are horizontal lines (value, id). `band` True: a
    line around which `low` and `high` are a band. `steps` True: a line whose `time` are instants; each value holds
    until the next, the last one until now, and `state` and `as_of` say how old that one is. So do the closes of longer
    bars where the feed has none of the interval.
    """

    key: SeriesKey
    replace: bool
    line: bool
    time: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    forming: bool
    unit: str
    decimals: int
    source: str
    state: Freshness
    as_of: datetime | None
    empty_reason: str = ""
    thresholds: tuple[tuple[float, str], ...] = ()
    band: bool = False
    steps: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LightHistory:
    """The light through time: evaluation instants (ns UTC), severity of face and ceiling (`Face.severity`),
    score (NaN: none). Each face holds from its instant to the next.

    The last `provisional` rows are looks at a session that has not been judged yet. They are no record: a later
    message with a row that is one takes the place of all that were sent before it.
    """

    replace: bool
    time: IntArray
    face: IntArray
    ceiling: IntArray
    score: FloatArray
    provisional: int = 0


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A command was carried out and, where it changes the store, committed; `error` is a sentence if it was not."""

    command_id: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The engine lives; sent at least once a second."""

    sequence: int


@dataclass(frozen=True, slots=True)
class EngineFailure:
    """A bug or an unusable environment. `fatal`: the engine has stopped and will not come back by itself with
    the same input (`message` says why in one sentence); otherwise it lives on. `details` is for *Copy*.
    """

    message: str
    details: str
    fatal: bool


Downstream = Snapshot | SeriesUpdate | LightHistory | Acknowledged | Heartbeat | EngineFailure


@dataclass(frozen=True, slots=True)
class TickStep:
    """Tick (or, by the trader's own hand, un-tick) a step of a day's sheet; `elapsed_s` of its time box used.

    Commands that change the store carry an id; applying one twice is harmless.
    """

    command_id: str
    day: date
    step: Step
    ticked: bool
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class WriteNote:
    """Replace the note of a step."""

    command_id: str
    day: date
    step: Step
    text: str


@dataclass(frozen=True, slots=True)
class Decide:
    """Record a decision: a new version of the day's decision."""

    command_id: str
    day: date
    action: Action
    horizon: Horizon
    reason: str
    wrong_if: str


@dataclass(frozen=True, slots=True)
class WatchSeries:
    """The series the window shows; the engine sends each whole once and then what is new."""

    keys: tuple[SeriesKey, ...]


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """Simulated seconds per second, at least 1 (demo and replay)."""

    speed: float


@dataclass(frozen=True, slots=True)
class SetPaused:
    """Stop or let go the clock (demo and replay)."""

    paused: bool


@dataclass(frozen=True, slots=True)
class Seek:
    """Jump the clock to an instant (replay)."""

    to: datetime


@dataclass(frozen=True, slots=True)
class StepForward:
    """Advance the standing clock to just past the next closed bar of the shown interval (demo and replay)."""


@dataclass(frozen=True, slots=True)
class RefreshNow:
    """Refresh at once."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the engine."""


Upstream = TickStep | WriteNote | Decide | WatchSeries | SetSpeed | SetPaused | Seek | StepForward | RefreshNow | Stop


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """How to start an engine: plain values only.

    `feed` as on the command line (``demo``, ``live``, ``replay:FOLDER``); `data_dir` the profile folder;
    `speed` simulated seconds per second or None for the feed's own default; `at` where a replay starts; `live` is
    what the live feed needs to be told. `log_dir` is the folder of the engine's log; empty: none is kept.
    """

    feed: str
    data_dir: str
    speed: float | None = None
    at: datetime | None = None
    seed: int = 7
    live: LiveOptions | None = None
    log_dir: str = ""
    log_level: str = "WARNING"


@dataclass(frozen=True, slots=True)
class RecordQuestion:
    """What a process that works out the light's own record is started with: the log of one feed and rule set in a
    profile folder, as far as it was judged at `until` (UTC).
    """

    data_dir: str
    feed: FeedInfo
    rule_set: str
    until: datetime


@dataclass(frozen=True, slots=True, eq=False)
class RecordAnswer:
    """The record, or None while the log has only `days` sessions with a light; `error` is a sentence if it cannot be
    read.
    """

    record: TrackRecord | None
    days: int
    error: str = ""
