"""The Snapshot: all that the window shows at one instant, frozen and picklable. Standard library types only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from barograph.checklist.evidence import EvidenceRow
from barograph.checklist.sheet import Sheet
from barograph.checklist.steps import Step
from barograph.engine.context_view import ContextView
from barograph.feeds.contract import Advisory, FeedInfo, SourceHealth
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from barograph.risk.measured_odds import FaceHistory


@dataclass(frozen=True, slots=True)
class ClockView:
    """The engine's clock: `speed` simulated seconds per second (1 live), whether it stands still, and whether
    replay has reached the end of its folder.
    """

    now: datetime
    speed: float
    paused: bool
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that is on its way: `face` will be shown after `closes_left` more closes with the score below
    `threshold`, or, with `minutes_left`, when the score has stayed at or above it for so long.
    """

    face: Face
    threshold: float
    closes_left: int
    minutes_left: float | None = None


@dataclass(frozen=True, slots=True)
class LightView:
    """The light.

    `face` is shown; `ceiling` is the worst that missing inputs allow; `underlying` is the face kept beneath NO
    DATA. Scores are 0-100 or None. `coverage` is the share of pillar weight available, 0-1. `fresh` of
    `expected` inputs have a usable value; `missing` are the ids of the others. `since` is when `face` was first
    shown; `as_of` the instant of the evaluation shown, `session` its trading session. `reason` is a fixed id
    saying why there is NO DATA, or empty: ``warm_up``, ``critical_stale`` (the price of the index or of the coin is
    missing or stale), ``coverage``, ``no_volatility``, ``no_equity_and_comovement``, ``engine``, ``starting``,
    ``clock_off`` (this computer's clock and the exchanges' differ). `warm_up_left` counts sessions still needed.
    `waiting` names instruments and series whose value for the session may still come; the light is then
    `provisional`, or none when it is the first. It is `provisional` as well between two closes: `session` is then the
    one that is running, and its close confirms or withdraws what is shown. `stocks_closed`: what stocks say is as of
    their last close. `crypto_shock`: the coin fell by four usual days in 24 hours, which by itself moves no light.
    """

    face: Face
    ceiling: Face
    underlying: Face | None
    score: float | None
    score_low: float | None
    score_up: float | None
    coverage: float
    fresh: int
    expected: int
    missing: tuple[str, ...]
    since: datetime | None
    sessions_in_state: int
    pending: Pending | None
    shock: bool
    as_of: datetime | None
    session: date | None
    next_evaluation: datetime | None
    reason: str = ""
    warm_up_left: int = 0
    provisional: bool = False
    waiting: tuple[str, ...] = ()
    stocks_closed: bool = False
    crypto_shock: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One indicator (``V1``) or context value with its provenance.

    `value` in `unit`, None when missing; `percentile` 0-1 in its three-year window; `contribution` in points of
    the score; `as_of` the own time of its oldest input; `known_at` when the last of them became public; `state` its
    freshness; `inputs` the instruments and series it is made of.
    """

    id: str
    pillar: str
    value: float | None
    unit: str
    percentile: float | None
    contribution: float | None
    weight: float
    as_of: datetime | None
    known_at: datetime | None
    source: str
    state: Freshness
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PillarView:
    """One pillar: `value` 0-1 or None, `contribution` in points, `points` the shown integer; the integers of
    all pillars add up to the shown score.
    """

    name: str
    weight: float
    value: float | None
    contribution: float | None
    points: int | None
    previous: float | None


@dataclass(frozen=True, slots=True)
class Mover:
    """What moved the score since the previous evaluation: an indicator id, or ``coverage``; points."""

    id: str
    points: float


@dataclass(frozen=True, slots=True)
class FlipSide:
    """The nearest change in one direction: `face` at `threshold`, `points` away; `closes` consecutive closes
    are needed; `alone` names pillars that could do it alone at their 95th (or 5th) percentile.
    """

    face: Face
    threshold: float
    points: float
    closes: int
    alone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flip:
    """What would change the light; a side is None where there is none."""

    worse: FlipSide | None
    calmer: FlipSide | None


@dataclass(frozen=True, slots=True)
class Quote:
    """Last price of a charted instrument, its change since the previous session's close, and its age state."""

    instrument: str
    last: float | None
    change: float | None
    change_unit: str
    decimals: int
    as_of: datetime | None
    state: Freshness
    source: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as shown: its evidence now, and whether it moved materially since the tick (record in `sheet`)."""

    step: Step
    rows: tuple[EvidenceRow, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the window shows. A widget can be rebuilt from one snapshot alone.

    `history` is what followed days with the shown face; None without a light, or where that was never measured.
    """

    feed: FeedInfo
    clock: ClockView
    rule_set: str
    light: LightView
    pillars: tuple[PillarView, ...]
    readings: tuple[Reading, ...]
    movers: tuple[Mover, ...]
    flip: Flip | None
    quotes: tuple[Quote, ...]
    sheet: Sheet
    steps: tuple[StepView, ...]
    health: tuple[SourceHealth, ...]
    intervals: tuple[Interval, ...]
    notices: tuple[str, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    context: ContextView | None = None
    history: FaceHistory | None = None
