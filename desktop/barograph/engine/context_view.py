"""The context around the light as the window shows it: frozen, picklable, standard library types and closed sets only.

None of it moves the light. A number that is not known is None and an answer that is not known is None: neither is ever
to be shown as calm or as "no". Changes and shares are fractions, yields in percent, instants UTC. Ids are for the
screen to put into words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.risk.cascade import CascadeStage, Status
from barograph.risk.deleveraging import Stage
from barograph.risk.plans import Horizon, Note, NoTradeReason, Plan, Trend
from barograph.risk.precursors import LampState
from barograph.risk.regime import Regime
from barograph.risk.scenarios import Scenario


@dataclass(frozen=True, slots=True)
class SignView:
    """One condition: its value now, the threshold it is held against, and whether it is met (None: not known)."""

    id: str
    value: float | None
    threshold: float | None
    met: bool | None


# --------------------------------------------------------------------------------------------------- correlation


@dataclass(frozen=True, slots=True)
class PairCorrelation:
    """Rolling correlation of one stock market and one coin on one interval.

    `stock` is what was asked for (``ES``, ``NQ``) and `stock_used` what it was taken from: the future itself or its
    stand-in (``SPY``, ``QQQ``, ``SPX``, ``NDX``). `rule` says how the two were put on the same instants: ``A``
    futures, ``B`` cash ETF, ``D`` daily closes; ``C`` where their bars share no instants: Hayashi and Yoshida's
    estimator over overlapping returns, without a band or a median; empty where nothing could be done. `rho` with its
    95 % band `low` to `high`, `n` shared (C: overlapping) returns and `n_effective` behind it. `median` is that of the
    pair's own last three years, or of what there is: `median_days` trade dates. `wording` is ``elevated``, ``normal``
    (not distinguishable from normal) or ``unknown``. `spearman` is the rank correlation of the last 60 returns,
    `few_days` whether Pearson and Spearman lie so far apart that a few days make it; `semicorrelation` counts joint
    falls only; `forbes_rigobon` is rho with the effect of higher variance taken out. `compressed`: whether rho lies at
    0.7 or above. `as_of` is the end of the newest shared bar. `reason` says why it is not known: ``no_bars``,
    ``too_few``, ``stale``.
    """

    stock: str
    crypto: str
    interval: Interval
    stock_used: str = ""
    rule: str = ""
    rho: float | None = None
    n: int = 0
    n_effective: float = 0.0
    low: float | None = None
    high: float | None = None
    median: float | None = None
    median_days: int = 0
    wording: str = "unknown"
    spearman: float | None = None
    few_days: bool | None = None
    semicorrelation: float | None = None
    forbes_rigobon: float | None = None
    compressed: bool | None = None
    as_of: datetime | None = None
    source: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GapMove:
    """What a coin did while a stock market was closed: `move` is a simple change from `since` to `until`.

    `running`: the market is closed now and `until` is now; otherwise it is the last closure that ended.
    """

    stock: str
    crypto: str
    move: float | None
    since: datetime
    until: datetime
    running: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Correlations of all pairs of `names` on one interval: `rho[i][j]` (None: too few) and `n[i][j]` returns.

    `average` is the mean of the pairs, `eigen_share` the largest eigenvalue over the number of markets; None unless
    every pair is known. Signs are as traded.
    """

    interval: Interval
    names: tuple[str, ...]
    rho: tuple[tuple[float | None, ...], ...]
    n: tuple[tuple[int, ...], ...]
    average: float | None = None
    eigen_share: float | None = None
    as_of: datetime | None = None


# --------------------------------------------------------------------------------------------------------- crypto


@dataclass(frozen=True, slots=True)
class VenueFunding:
    """Settled funding at one venue.

    `apr` a year and `per_8h` as fractions; `week_apr` the mean of seven days and `percentile` (0-1) its place among
    `percentile_days` of its own past, None while `learning`. `shortened`: the interval has become shorter, itself a
    sign of stress. `weight`: its share in the mean over venues.
    """

    venue: str
    apr: float | None
    per_8h: float | None
    interval_h: float | None
    shortened: bool
    week_apr: float | None
    percentile: float | None
    percentile_days: int
    learning: bool
    weight: float | None
    as_of: datetime | None
    state: Freshness


@dataclass(frozen=True, slots=True)
class LiquidationView:
    """Liquidations observed in the last whole hour.

    `long_usd`, `short_usd`: sums, lower bounds unless `coverage` is ``all``. `intensity_bp`: LQ_1h, long positions in
    basis points of the same venue's open interest at the hour's start. `percentile` (0-1): its place among
    `percentile_hours` hours, None while `learning`; `peak_bp` the highest of the last 24 hours. `coverage` is ``all``,
    ``at_most_one_per_second``, ``sampled``, ``unstated`` or ``none`` (nothing is listened to). `part_of_hour`: heard
    for a part of it only. `busy_share`: seconds with at least one, for a sampled venue. `branching`: share that
    earlier ones set off, of 24 hours; `self_feeding` from 0.8 on.
    """

    venue: str
    coverage: str
    long_usd: float | None
    short_usd: float | None
    intensity_bp: float | None
    peak_bp: float | None
    percentile: float | None
    percentile_hours: int
    learning: bool
    part_of_hour: bool
    busy_share: float | None
    branching: float | None
    self_feeding: bool | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class CryptoStructure:
    """Leverage of one coin.

    `funding` by venue and `funding_apr`, `funding_8h` weighted by open interest. Open interest in coins with simple
    changes over 24 hours and log changes over seven days (`price_week` beside it). `divergence` is OI_div, coins
    opened into a falling price; `flush` whether a tenth of the coins left within a day.
    """

    coin: str
    funding: tuple[VenueFunding, ...] = ()
    funding_apr: float | None = None
    funding_8h: float | None = None
    open_interest_coin: float | None = None
    open_interest_usd: float | None = None
    open_interest_day: float | None = None
    open_interest_week: float | None = None
    price_day: float | None = None
    price_week: float | None = None
    divergence: float | None = None
    flush: bool | None = None
    open_interest_as_of: datetime | None = None
    open_interest_source: str = ""
    liquidations: LiquidationView | None = None


@dataclass(frozen=True, slots=True)
class DeleveragingView:
    """The stage of crypto's deleveraging, since when, and the worst one that the unknown allows.

    `evident`: the stage's own evidence is there right now; otherwise it is still counted. `since` is None where it
    was so from the first hour that is known. `known` False: nothing could be judged, and `stage` says nothing.
    """

    coin: str
    stage: Stage
    worst: Stage
    since: datetime | None
    evident: bool
    known: bool
    forced_signs: tuple[SignView, ...]
    building_signs: tuple[SignView, ...]
    as_of: datetime | None


# ------------------------------------------------------------------------------------- cascade, regime, scenarios


@dataclass(frozen=True, slots=True)
class CascadeMark:
    """One of the six stages: where it stands, when it came and when its evidence was last there, and on what.

    `evidence` are the ids of the signs that were met when it last was on; `signs` are as they are now.
    """

    stage: CascadeStage
    status: Status
    since: datetime | None
    last: datetime | None
    evidence: tuple[str, ...]
    signs: tuple[SignView, ...]


@dataclass(frozen=True, slots=True)
class RegimeView:
    """What kind of stress this is, and the worst one that the unknown allows.

    `since` is when this regime was first read. `provisional`: the session is not over; the reading is what it would be
    if it closed now. `persists`: a liquidity shock of an earlier session that still counts. `crypto_led`: it rests on
    crypto's own legs, with calm credit. `tested` is what daily data alone says at the session's close: the form whose
    record is known; open interest, liquidations and hours of crypto are no part of it.
    """

    regime: Regime
    worst: Regime
    since: datetime | None
    session: date
    provisional: bool
    persists: bool
    crypto_led: bool
    signs: tuple[SignView, ...]
    as_of: datetime | None
    tested: Regime | None = None


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """One scenario's signs: `met` of the `known` ones; `share` None where too few are known to say."""

    scenario: Scenario
    signs: tuple[SignView, ...]
    met: int
    known: int
    share: float | None


@dataclass(frozen=True, slots=True)
class ScenariosView:
    """The dominant scenario (or ``mixed``, ``unknown``), for how many sessions in a row, and the evidence for each."""

    dominant: Scenario
    sessions: int
    evidence: tuple[ScenarioView, ...]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class LiftView:
    """What a lamp was worth when it was tested on 2018-12 to 2026-08: how many times as often `event` (``J5``,
    ``J10``) followed, its 95 % interval, the event's own share of days `base`, and the number of episodes.
    """

    event: str
    lift: float
    low: float | None
    high: float | None
    base: float | None
    episodes: int | None
    significant: bool


@dataclass(frozen=True, slots=True)
class LampView:
    """One precursor: ``P1``, ``P1_leaders``, ``P2`` or ``P3``. `significant`: any of its lifts is."""

    id: str
    state: LampState
    signs: tuple[SignView, ...]
    measured: tuple[LiftView, ...]
    share_on: float | None
    significant: bool


# ----------------------------------------------------------------------------------------------- plans and budget


@dataclass(frozen=True, slots=True)
class FrameTrend:
    """One market on one interval: D = 20-bar log return over its usual size, and the direction it stands for."""

    instrument: str
    interval: Interval
    strength: float | None
    trend: Trend
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class FramesView:
    """Trends on 1h and 4h; `disagree` for any market whose two point in opposite directions, None where one is not
    known and none disagrees.
    """

    trends: tuple[FrameTrend, ...]
    disagree: bool | None
    disagreeing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanView:
    """The table's words for one horizon, and the share of the normal size that goes with it."""

    horizon: Horizon
    plan: Plan
    size: float
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class SizeView:
    """How much of one market a stop allows: `true_range` is the mean true range of 14 days (ATR) and `stop` the
    distance of the stop, both in the market's price; `units` are coins, or the index at one dollar a point.
    """

    instrument: str
    true_range: float | None
    stop: float | None
    units: float | None


@dataclass(frozen=True, slots=True)
class BudgetView:
    """Risk of the book of stocks and crypto, annual decimals.

    `volatility_now` at the measured correlation `rho`, `volatility_crowded` at `crowded_rho` (one book), and
    `diversification_lost` is what lies between them;
    `volatility` at `rho_used`, which is `assumed` where it was not measured. `scale` k = min(1, budget / volatility);
    `exposure` = k times `multiplier` is the share of the book to hold. `method` is ``har`` or ``ewma`` for each of
    the two volatilities' forecasts. `sizes`: of each market as much as loses `risk_share` of `account` (dollars)
    times `multiplier` at a stop of `stop_multiple` mean true ranges.
    """

    equity: str
    crypto: str
    equity_weight: float
    crypto_weight: float
    equity_volatility: float | None
    crypto_volatility: float | None
    equity_method: str
    crypto_method: str
    budget: float
    rho: float | None
    rho_used: float
    assumed: bool
    crowded_rho: float
    volatility: float | None
    volatility_now: float | None
    volatility_crowded: float | None
    scale: float | None
    multiplier: float
    exposure: float | None
    diversification_lost: float | None = None
    account: float = 0.0
    risk_share: float = 0.0
    stop_multiple: float = 0.0
    sizes: tuple[SizeView, ...] = ()


@dataclass(frozen=True, slots=True)
class PlansView:
    """Plans for three horizons: the most careful that missing data allows. `by_known` is what the table would say if
    nothing that is missing made it worse: empty where that is the same. `no_trade`: reasons that hold;
    `no_trade_open`: those that could not be judged.
    """

    plans: tuple[PlanView, ...]
    by_known: tuple[PlanView, ...]
    no_trade: tuple[NoTradeReason, ...]
    no_trade_open: tuple[NoTradeReason, ...]
    budget: BudgetView | None


# ------------------------------------------------------------------------------------------------------ past days


@dataclass(frozen=True, slots=True)
class PastDay:
    """A similar past session: `distance` 0 is the same; `face` as it was judged then."""

    session: date
    distance: float
    face: str


@dataclass(frozen=True, slots=True)
class WhatFollowed:
    """What one market did in the `sessions` after each similar day, as simple changes in the order of `days`: the
    spread is the answer, so `low` and `high` are always shown with `median`. `worst` are the lowest closes on the way.
    """

    instrument: str
    sessions: int
    days: tuple[date, ...]
    changes: tuple[float, ...]
    worst: tuple[float, ...]
    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class SimilarDays:
    """The nearest past days by the five pillars, at least 60 sessions apart; `searched` sessions were compared."""

    session: date
    searched: int
    days: tuple[PastDay, ...]
    followed: tuple[WhatFollowed, ...]


# ---------------------------------------------------------------------------------------------- volatility, macro


@dataclass(frozen=True, slots=True)
class TermStructure:
    """VIX over VIX3M; above 1 it is inverted."""

    near: float | None
    far: float | None
    ratio: float | None
    inverted: bool | None
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class LeadershipView:
    """Shares above their 50- and 200-session averages, leaders and equal weight against the index over 20 sessions
    (log), mean of ten sessions of advances less declines, and whether the index holds while breadth does not.
    """

    session: date
    leaders_above_50: float | None
    breadth_above_50: float | None
    breadth_above_200: float | None
    leaders_20d: float | None
    equal_weight_20d: float | None
    advance_decline_10d: float | None
    index_holds_alone: bool | None


@dataclass(frozen=True, slots=True)
class PolicyMonth:
    """The mean policy rate of a month (percent) that the last close of its futures implies."""

    month: date
    instrument: str
    rate: float
    as_of: datetime
    state: Freshness


@dataclass(frozen=True, slots=True)
class PolicyView:
    """The path of the policy rate.

    `effective` percent; `months` what dated futures imply; `path12_bp` twelve months out less `effective`, of the
    contract of `path12_month`;
    `two_year_gap_bp` the stand-in, the two-year yield less the policy rate. `repricing_bp`: ten sessions' change of
    what a contract implies or of the two-year yield (`repricing_source`) up to the session judged at
    `repricing_as_of`, `fast` from 15 bp on. `next_meeting` with its instant and what is expected of it: `rate_after`,
    and the chance of one cut or rise by 25 bp (above 1: more than one step), read off the contract of `meeting_month`,
    that of the meeting or of the month after (`read_next_month`); None until a rate of after the last decision is
    published. `dates_end`: the meeting dates that ship end soon. `reason`: ``no_futures`` where nobody serves them and
    only the stand-in is known, ``no_data`` where they are served and none is known.
    """

    effective: float | None
    effective_as_of: datetime | None
    months: tuple[PolicyMonth, ...] = ()
    path12_bp: float | None = None
    path12_month: date | None = None
    two_year_gap_bp: float | None = None
    repricing_bp: float | None = None
    repricing_source: str = ""
    repricing_as_of: datetime | None = None
    fast: bool | None = None
    next_meeting: date | None = None
    decided_at: datetime | None = None
    tentative: bool = False
    rate_after: float | None = None
    cut: float | None = None
    rise: float | None = None
    read_next_month: bool = False
    meeting_month: date | None = None
    dates_end: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ContextView:
    """All of it as known at `as_of`; `rules` is the id of the context's rules. A part is None where it has no ground
    at all (no session judged yet, no such instrument).
    """

    as_of: datetime
    rules: str
    correlations: tuple[PairCorrelation, ...] = ()
    gap: GapMove | None = None
    heat_maps: tuple[HeatMap, ...] = ()
    crypto: tuple[CryptoStructure, ...] = ()
    deleveraging: DeleveragingView | None = None
    cascade: tuple[CascadeMark, ...] = ()
    regime: RegimeView | None = None
    scenarios: ScenariosView | None = None
    lamps: tuple[LampView, ...] = ()
    frames: FramesView = field(default_factory=lambda: FramesView((), None))
    plans: PlansView | None = None
    similar: SimilarDays | None = None
    term: TermStructure | None = None
    leadership: LeadershipView | None = None
    policy: PolicyView | None = None

    def correlation(self, stock: str, crypto: str, interval: Interval) -> PairCorrelation | None:
        """The correlation of a pair on an interval; None where it is not one of those followed."""
        return next(
            (c for c in self.correlations if (c.stock, c.crypto, c.interval) == (stock, crypto, interval)), None
        )
