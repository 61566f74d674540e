"""The light's own record as plain values: what it showed, what followed, and how that compares with simpler rules.

Worked out by `barograph.evaluation`; drawn and printed without knowing how. Shares, odds and AUC are 0-1, lengths of
time are sessions of the stock market, and a number that the sample cannot give is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from barograph.market.bars import FloatArray
from barograph.risk.faces import Face

LEAST_DAYS = 126
"""Half a year of sessions with a light; with less there are not five blocks to draw, and nothing is claimed."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95 % interval."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def excludes(self, value: float) -> bool:
        """Whether the interval is known and lies wholly on one side of `value`."""
        return self.low is not None and self.high is not None and (self.low > value or self.high < value)


UNKNOWN = Estimate(None)


@dataclass(frozen=True, slots=True)
class JointEvent:
    """Both markets close at least so far below today's close within `horizon` sessions.

    `stock_fall` and `coin_fall` are shares of the price; where `scaled`, multiples of the market's own usual move over
    the horizon.
    """

    id: str
    horizon: int
    stock_fall: float
    coin_fall: float
    scaled: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well one predictor (larger: more stress) tells days before an event from other days.

    `advantage` is the score's AUC minus this one's on the days that both know (None for the score itself), `placebo_p`
    the share of circular shifts of the predictor that do as well, `nowcast_auc` the AUC for a fall that has happened.
    """

    predictor: str
    days: int
    auc: Estimate
    average_precision: float | None
    placebo_p: float | None
    nowcast_auc: float | None
    advantage: Estimate | None


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """What came of an alarm that is on or off each day.

    `noise_to_signal` is the false-positive over the true-positive rate. A run is a stretch of days on; it is false
    when no day of it came before an event. `episodes_hit` had the alarm on at one of their event days at least,
    `episodes_at_start` on their first. `lead` is the median over the hits from the first day of the run that hit to
    the day on which the fall was complete.
    """

    alarm: str
    days: int
    on_share: float | None
    true_positive_rate: Estimate
    false_positive_rate: Estimate
    noise_to_signal: Estimate
    odds_on: Estimate
    lift: Estimate
    runs_a_year: float | None
    false_runs_a_year: float | None
    median_run: float | None
    changes_a_year: float | None
    episodes: int
    episodes_hit: int
    episodes_at_start: int
    lead: float | None


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """What followed the days with one face; `episodes_begun` had their first event day among them."""

    face: Face
    days: int
    odds: Estimate
    lift: Estimate
    episodes_begun: int


@dataclass(frozen=True, slots=True)
class OddsRecord:
    """The Brier score of the odds that the face had shown up to each day, beside the base rate up to it.

    `gain` is base minus face: above 0, the faces told more than the base rate did.
    """

    days: int
    face_brier: float | None
    base_brier: float | None
    gain: Estimate


@dataclass(frozen=True, slots=True)
class YearRecord:
    """The score's AUC within one calendar year; a few event days carry it."""

    year: int
    event_days: int
    auc: float | None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """All of one event on the days with a light and a known outcome.

    `from_calm` ranks the score and the volatility index on days on which neither market was far below its high.
    `block_sensitivity` holds the interval of the score's AUC for other mean block lengths in sessions.
    """

    event: JointEvent
    days: int
    event_days: int
    base_rate: Estimate
    episodes: int
    rankings: tuple[Ranking, ...]
    alarms: tuple[AlarmRecord, ...]
    faces: tuple[FaceRecord, ...]
    odds: OddsRecord
    from_calm: tuple[Ranking, ...]
    years: tuple[YearRecord, ...]
    block_sensitivity: Mapping[int, Estimate]


@dataclass(frozen=True, slots=True)
class FaceMarket:
    """How the markets went on after the days with a face: the median volatility of the stock index over the next ten
    sessions (annualised), and the mean change of both over the next five.
    """

    face: Face
    days: int
    share: float
    stock_volatility: float | None
    stock_change: float | None
    coin_change: float | None


@dataclass(frozen=True, slots=True, eq=False)
class TrackRecord:
    """The record of a stretch of sessions, one entry of `sessions`, `faces`, `score` and closes for each.

    `word` (``REPLAY`` or ``SIMULATED``, empty for the user's own live log) marks what is not the live market.
    `event_days` holds for each event id 1, 0 or NaN (unknown) per session. `absent` are benchmarks that the data
    cannot give. `seen` tells whether the rule set was chosen in sight of a part of these sessions.
    """

    label: str
    word: str
    rule_set: str
    stock: str
    coin: str
    sessions: tuple[date, ...]
    faces: tuple[Face, ...]
    score: FloatArray
    stock_close: FloatArray
    coin_close: FloatArray
    event_days: Mapping[str, FloatArray]
    markets: tuple[FaceMarket, ...]
    changes_a_year: float | None
    events: tuple[EventRecord, ...]
    absent: tuple[str, ...]
    seen: bool
    draws: int
    mean_block: int
    seed: int
