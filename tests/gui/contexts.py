"""Contexts made up for tests and pictures: one for each face of the light, plausible, fixed, of no market."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from barograph.engine.context_view import (
    BudgetView,
    CascadeMark,
    ContextView,
    CryptoStructure,
    DeleveragingView,
    FramesView,
    FrameTrend,
    GapMove,
    HeatMap,
    LampView,
    LiftView,
    LiquidationView,
    PairCorrelation,
    PastDay,
    PlansView,
    PlanView,
    RegimeView,
    ScenariosView,
    ScenarioView,
    SignView,
    SimilarDays,
    SizeView,
    VenueFunding,
    WhatFollowed,
)
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.risk.cascade import CascadeStage, Status
from barograph.risk.deleveraging import Stage
from barograph.risk.faces import Face
from barograph.risk.plans import Horizon, Note, NoTradeReason, Plan, Trend
from barograph.risk.precursors import LampState
from barograph.risk.regime import Regime
from barograph.risk.scenarios import Scenario

NOW = datetime(2026, 2, 5, 19, 32, 7, tzinfo=UTC)
INTERVALS = (Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)
NAMES = ("ES", "NQ", "RTY", "HYG", "TLT", "GLD", "DXY", "VIX", "BTC", "ETH")


def sign(name: str, value: float | None, threshold: float, met: bool | None) -> SignView:
    """A sign; None for a value that is not known."""
    return SignView(name, value, threshold, met)


# -------------------------------------------------------------------------------------------- cascade


def cascade(now: datetime) -> tuple[CascadeMark, ...]:
    """Every status there is."""
    hours = timedelta(hours=1)
    stages = CascadeStage
    return (
        CascadeMark(
            stages.SHOCK,
            Status.PASSED,
            now - 51 * hours,
            now - 22 * hours,
            ("growth_day", "crypto_day"),
            (
                sign("equity_day", -0.9, -1.5, False),
                sign("growth_day", -1.2, -1.5, False),
                sign("crypto_day", -1.7, -2.0, False),
            ),
        ),
        CascadeMark(
            stages.REPRICING,
            Status.ON,
            now - 75 * hours,
            now,
            ("dollar_rises",),
            (
                sign("policy_repriced", None, 15.0, None),
                sign("dollar_rises", 1.83, 1.5, True),
                sign("real_yield_rises", 9.0, 20.0, False),
            ),
        ),
        CascadeMark(
            stages.LEADERSHIP,
            Status.ON,
            now - 46 * hours,
            now,
            ("leaders_below_average", "leaders_lag"),
            (sign("leaders_below_average", 0.235, 0.4, True), sign("leaders_lag", -0.048, -0.03, True)),
        ),
        CascadeMark(
            stages.VOLATILITY,
            Status.ON,
            now - 27 * hours,
            now,
            ("volatility_ratio", "volatility_index_rise", "term_inverted"),
            (
                sign("volatility_ratio", 1.62, 1.25, True),
                sign("volatility_index_rise", 8.9, 5.0, True),
                sign("term_inverted", 1.083, 1.0, True),
            ),
        ),
        CascadeMark(
            stages.DELEVERAGING,
            Status.ON,
            now - 5 * hours,
            now,
            ("forced_selling",),
            (sign("forced_selling", 3.0, 3.0, True),),
        ),
        CascadeMark(stages.THIN_HOURS, Status.NOT_YET, None, None, (), (sign("crypto_hour", -1.1, -3.0, False),)),
    )


def calm_cascade() -> tuple[CascadeMark, ...]:
    """Nothing seen."""
    return tuple(
        replace(mark, status=Status.NOT_YET, since=None, last=None, evidence=(), signs=tuple(map(_unmet, mark.signs)))
        for mark in cascade(NOW)
    )


def unknown_cascade() -> tuple[CascadeMark, ...]:
    """Nothing known."""
    return tuple(
        replace(mark, status=Status.UNKNOWN, since=None, last=None, evidence=(), signs=tuple(map(_unknown, mark.signs)))
        for mark in cascade(NOW)
    )


def _unmet(shown: SignView) -> SignView:
    return replace(shown, value=0.0 if shown.value is not None else None, met=False)


def _unknown(shown: SignView) -> SignView:
    return replace(shown, value=None, met=None)


def deleveraging(stage: Stage, worst: Stage, now: datetime) -> DeleveragingView:
    """BTC in `stage`."""
    forced = stage is Stage.FORCED
    return DeleveragingView(
        coin="BTC",
        stage=stage,
        worst=worst,
        since=now - timedelta(hours=5) if stage is not Stage.CALM else None,
        evident=forced,
        known=True,
        forced_signs=(
            sign("price_falls_hard", -3.4 if forced else -0.4, -2.0, forced),
            sign("coins_leave", -0.124 if forced else 0.011, -0.10, forced),
            sign("liquidations_peak", None, 0.99, None),
        ),
        building_signs=(
            sign("coins_gather", -0.19 if forced else 0.02, 0.05, False),
            sign("coins_against_price", 0.0, 0.02, False),
            sign("funding_dear", 0.08 if forced else 0.55, 0.90, False),
        ),
        as_of=now,
    )


def _venue(
    name: str, apr: float, hours: float, week: float, rank: float | None, weight: float | None, now: datetime
) -> VenueFunding:
    learning = rank is None
    days = 41 if learning else 365
    per_8h = apr / 365 / 3
    return VenueFunding(name, apr, per_8h, hours, False, week, rank, days, learning, weight, now, Freshness.LIVE)


def structures(now: datetime, *, forced: bool = True) -> tuple[CryptoStructure, ...]:
    """BTC at three venues with all there is, ETH with little."""
    sign_ = -1.0 if forced else 0.6
    return (
        CryptoStructure(
            coin="BTC",
            funding=(
                _venue("binanceusdm", 0.123 * sign_, 8.0, 0.081, 0.31, 0.55, now),
                replace(_venue("bybit", 0.174 * sign_, 4.0, 0.066, 0.27, 0.35, now), shortened=True),
                _venue("hyperliquid", 0.308 * sign_, 1.0, -0.02, None, 0.10, now),
            ),
            funding_apr=0.159 * sign_,
            funding_8h=0.000145 * sign_,
            open_interest_coin=81_230.0,
            open_interest_usd=5.2e9,
            open_interest_day=-0.124 if forced else 0.011,
            open_interest_week=-0.19 if forced else 0.034,
            price_day=-0.084 if forced else 0.009,
            price_week=-0.176 if forced else 0.021,
            divergence=0.0,
            flush=forced,
            open_interest_as_of=now,
            open_interest_source="bybit",
            liquidations=LiquidationView(
                venue="bybit",
                coverage="all",
                long_usd=41.7e6 if forced else 0.4e6,
                short_usd=3.2e6 if forced else 0.2e6,
                intensity_bp=31.25 if forced else 0.4,
                peak_bp=46.1 if forced else 1.9,
                percentile=0.997 if forced else 0.46,
                percentile_hours=4_320,
                learning=False,
                part_of_hour=False,
                busy_share=None,
                branching=0.83 if forced else 0.2,
                self_feeding=forced,
                as_of=now,
            ),
        ),
        CryptoStructure(
            coin="ETH",
            funding=(_venue("okx", 0.055, 8.0, 0.05, 0.4, None, now),),
            funding_apr=0.055,
            funding_8h=0.00005,
            liquidations=LiquidationView(
                "okx", "sampled", None, None, None, None, None, 0, True, True, 0.021, None, None, now
            ),
        ),
    )  # fmt: skip


# --------------------------------------------------------------------------------------- regime and the rest


def regime(kind: Regime, worst: Regime, now: datetime, *, crypto_led: bool = False) -> RegimeView:
    """The regime with all its signs."""
    shock, volatile = kind is Regime.LIQUIDITY, kind in (Regime.LIQUIDITY, Regime.VOLATILITY)
    return RegimeView(
        regime=kind,
        worst=worst,
        since=now - timedelta(hours=27) if kind is not Regime.NONE else None,
        session=now.date(),
        provisional=True,
        persists=False,
        crypto_led=crypto_led,
        signs=(
            sign("far_fall", -5.3 if shock else -0.6, -2.5 if shock else -2.0, shock),
            sign("credit", -0.8, -2.0, False),
            sign("havens_fail", -1.4, -1.0, False),
            sign("open_interest", -0.124 if shock else 0.011, -0.10, shock),
            sign("liquidations", None, 0.99, None),
            sign("dollar_or_volatility", 1.83 if shock else 0.2, 1.5, shock),
            sign("equity_below_average", -0.021 if volatile else 0.031, 0.0, volatile),
            sign("crypto_below_average", -0.243 if volatile else 0.055, 0.0, volatile),
            sign("breadth", 0.42 if volatile else 0.66, 0.45, volatile),
            sign("volatility_ratio", 1.62 if volatile else 0.92, 1.5, volatile),
            sign("volatility_index_rise", 8.9 if volatile else -0.6, 5.0, volatile),
        ),
        as_of=now,
    )


_SCENARIOS: dict[Scenario, tuple[tuple[str, float, float], ...]] = {
    Scenario.NORMALISES: (
        ("volatility_falls", 1.31, 1.0),
        ("volatility_index_off_high", 0.96, 0.8),
        ("correlation_falls", 0.11, 0.0),
        ("breadth_rises", -0.14, 0.0),
        ("crypto_off_low", 1.01, 1.05),
    ),
    Scenario.TIGHTENS: (
        ("real_yield_rises", 9.0, 10.0),
        ("dollar_rises", 1.83, 0.5),
        ("policy_dearer", 18.0, 15.0),
        ("credit_falls", -0.006, -0.01),
        ("both_below_average", -0.021, 0.0),
    ),
    Scenario.REFLATES: (
        ("policy_cheaper", 18.0, -15.0),
        ("dollar_falls", 1.83, -0.5),
        ("real_yield_falls", 9.0, -10.0),
        ("credit_rises", -0.004, 0.01),
        ("shares_advance", -0.21, 0.15),
    ),
}


def scenarios(dominant: Scenario, now: datetime, met: tuple[int, int, int] = (0, 3, 0)) -> ScenariosView:
    """The first `met` signs of each are met; all unknown where the verdict is."""
    unknown = dominant is Scenario.UNKNOWN
    evidence = []
    for count, (scenario, signs) in zip(met, _SCENARIOS.items(), strict=True):
        known = 2 if unknown else 5
        shown = tuple(
            sign(name, value, threshold, place < count) if place < known else sign(name, None, threshold, None)
            for place, (name, value, threshold) in enumerate(signs)
        )
        evidence.append(ScenarioView(scenario, shown, min(count, known), known, None if unknown else count / 5))
    return ScenariosView(dominant, 0 if unknown else 3, tuple(evidence), now)


def lamps(*states: LampState) -> tuple[LampView, ...]:
    """The four lamps in these states."""
    lit = {LampState.ON: True, LampState.OFF: False, LampState.UNKNOWN: None}
    made = (
        (
            "P1",
            (("volatility_ratio", 1.62, 1.25),),
            (LiftView("J5", 1.7, 1.2, 2.3, 0.099, 51, True),),
            0.17,
        ),
        (
            "P1_leaders",
            (("volatility_ratio", 1.62, 1.25), ("leaders_above", 0.235, 0.4)),
            (
                LiftView("J5", 2.2, 1.5, 3.3, 0.099, 51, True),
                LiftView("J10", 3.1, 1.3, 5.6, 0.052, 19, True),
            ),
            0.08,
        ),
        (
            "P2",
            (("dollar_rises", 1.83, 0.0), ("yield_not_lower", 0.08, 0.0)),
            (LiftView("J5", 1.2, 0.8, 1.5, 0.099, 51, False), LiftView("J10", 0.9, None, None, 0.052, 19, False)),
            None,
        ),
        (
            "P3",
            (("open_interest_rises", -0.19, 0.02), ("crypto_falls", -0.176, -0.02)),
            (LiftView("J5", 1.05, 0.6, 1.4, 0.099, 51, False),),
            None,
        ),
    )
    return tuple(
        LampView(
            name,
            state,
            tuple(
                sign(part, None if state is LampState.UNKNOWN else value, threshold, lit[state])
                for part, value, threshold in signs
            ),
            measured,
            share,
            any(lift.significant for lift in measured),
        )
        for state, (name, signs, measured, share) in zip(states, made, strict=True)
    )


def budget(multiplier: float, rho: float | None = 0.64) -> BudgetView:
    """A book of 60 % stocks and 40 % crypto."""
    crowded = multiplier < 1
    return BudgetView(
        equity="SPX",
        crypto="BTC",
        equity_weight=0.6,
        crypto_weight=0.4,
        equity_volatility=0.16,
        crypto_volatility=0.60,
        equity_method="har",
        crypto_method="ewma",
        budget=0.12,
        rho=rho,
        rho_used=0.83 if crowded else 0.3,
        assumed=rho is None,
        crowded_rho=0.8,
        volatility=0.325 if crowded else 0.284,
        volatility_now=None if rho is None else 0.309,
        volatility_crowded=0.322,
        scale=0.369 if crowded else 0.423,
        multiplier=multiplier,
        exposure=(0.369 if crowded else 0.423) * multiplier,
        diversification_lost=None if rho is None else 0.013,
        account=100_000.0,
        risk_share=0.005,
        stop_multiple=2.0,
        sizes=(SizeView("SPX", 61.7, 123.4, 4.052 * multiplier), SizeView("BTC", None, None, None)),
    )


def plans(face: Face, *reasons: NoTradeReason, missing: bool = False) -> PlansView:
    """The table's row of a face."""
    rows: dict[Face, tuple[tuple[Plan, tuple[Note, ...]], ...]] = {
        Face.CALM: ((Plan.NORMAL, ()), (Plan.NORMAL, ()), (Plan.REBALANCE, ())),
        Face.WATCH: (
            (Plan.WAIT, ()),
            (Plan.REDUCE, (Note.PLAN_A_HEDGE,)),
            (Plan.WAIT, (Note.NO_NEW_LEVERAGE,)),
        ),
        Face.RISK_OFF: (
            (Plan.NO_TRADE, ()),
            (Plan.REDUCE, (Note.HEDGE_IS_DEAR,)),
            (Plan.WAIT, (Note.REENTER_IN_THIRDS,)),
        ),
        Face.NO_DATA: ((Plan.WAIT, (Note.NO_NEW_RISK, Note.KEEP_STOPS)),) * 3,
    }
    size = {Face.CALM: 1.0, Face.WATCH: 0.6, Face.RISK_OFF: 0.3, Face.NO_DATA: 0.3}[face]
    made = tuple(
        PlanView(horizon, plan, size, notes) for horizon, (plan, notes) in zip(Horizon, rows[face], strict=True)
    )
    by_known = tuple(
        PlanView(horizon, plan, 1.0, notes) for horizon, (plan, notes) in zip(Horizon, rows[Face.CALM], strict=True)
    )
    return PlansView(
        made, by_known if missing else (), reasons, (NoTradeReason.EVENT, NoTradeReason.LOSS_BUDGET), budget(size)
    )


def similar() -> SimilarDays:
    """Five days and what followed each."""
    days = (date(2022, 1, 24), date(2020, 2, 28), date(2022, 6, 13), date(2025, 4, 4), date(2018, 12, 20))
    faces = ("risk_off", "watch", "risk_off", "risk_off", "no_data")
    changes = {
        ("SPX", 5): (0.024, -0.118, 0.012, -0.021, -0.049),
        ("SPX", 10): (0.031, -0.181, 0.041, 0.034, 0.012),
        ("BTC", 5): (0.081, -0.043, -0.088, 0.014, -0.062),
        ("BTC", 10): (0.162, -0.421, -0.031, 0.092, -0.11),
    }
    followed = []
    for (market, sessions), moves in changes.items():
        ranked = sorted(moves)
        worst = tuple(min(move, 0.0) - 0.02 for move in moves)
        followed.append(WhatFollowed(market, sessions, days, moves, worst, ranked[0], ranked[2], ranked[-1]))
    past = tuple(
        PastDay(day, 0.11 + 0.04 * place, face) for place, (day, face) in enumerate(zip(days, faces, strict=True))
    )
    return SimilarDays(NOW.date(), 1_744, past, tuple(followed))


# ---------------------------------------------------------------------------------------- correlation


def correlations(now: datetime, shift: float = 0.0) -> tuple[PairCorrelation, ...]:
    """Three pairs on three intervals: elevated, as normal, compressed, too few, without bars, too old."""
    made = []
    for place, (stock, coin) in enumerate((("ES", "BTC"), ("NQ", "BTC"), ("ES", "ETH"))):
        for interval, rho, n, wide in zip(
            INTERVALS, (0.74, 0.66, 0.52), (117, 62, 755), (0.13, 0.17, 0.24), strict=True
        ):
            value = rho + shift - 0.04 * place
            elevated = value - wide > 0.45
            made.append(
                PairCorrelation(
                    stock=stock, crypto=coin, interval=interval, stock_used=stock if interval.intraday else "SPX",
                    rule="A" if interval.intraday else "D", rho=value, n=n, n_effective=69.3, low=value - wide,
                    high=min(0.97, value + 0.7 * wide), median=0.43, median_days=501,
                    wording="elevated" if elevated else "normal", spearman=value - 0.24 if place == 1 else value - 0.06,
                    few_days=place == 1, semicorrelation=value + 0.07, forbes_rigobon=max(0.05, value - 0.31),
                    compressed=value >= 0.7, as_of=now - timedelta(minutes=32), source="yahoo, binanceusdm",
                )
            )  # fmt: skip
    made[4] = PairCorrelation("NQ", "BTC", Interval.HOUR_4, n=17, reason="too_few")
    made[6] = PairCorrelation("ES", "ETH", Interval.HOUR_1, reason="no_bars")
    made[7] = PairCorrelation("ES", "ETH", Interval.HOUR_4, n=58, reason="stale")
    return tuple(made)


def heat_map(interval: Interval, seed: int = 5) -> HeatMap:
    """All pairs of ten markets; one of them has too few bars with another."""
    random = np.random.default_rng(seed)
    factor = np.array([0.9, 0.92, 0.85, 0.7, -0.2, 0.1, -0.5, -0.8, 0.7, 0.72])
    rho = np.clip(np.outer(factor, factor) + random.normal(0, 0.05, (10, 10)), -0.99, 0.99)
    rho = np.tril(rho, -1) + np.tril(rho, -1).T + np.eye(10)
    values: list[list[float | None]] = [[float(value) for value in row] for row in rho]
    values[9][4] = values[4][9] = None
    n = [[117 - abs(i - j) if values[i][j] is not None else 11 for j in range(10)] for i in range(10)]
    return HeatMap(interval, NAMES, tuple(map(tuple, values)), tuple(map(tuple, n)), 0.22, 0.46, NOW)


def frames(first: Trend, second: Trend) -> FramesView:
    """ES and BTC on 1h and 4h."""
    strength = {Trend.UP: 1.7, Trend.DOWN: -2.2, Trend.NONE: 0.3, Trend.UNKNOWN: None}
    trends = tuple(
        FrameTrend(name, interval, strength[trend], trend, NOW)
        for name in ("ES", "BTC")
        for interval, trend in ((Interval.HOUR_1, first), (Interval.HOUR_4, second))
    )
    if Trend.UNKNOWN in (first, second):
        return FramesView(trends, None)
    against = {first, second} == {Trend.UP, Trend.DOWN}
    return FramesView(trends, against, ("ES", "BTC") if against else ())


# --------------------------------------------------------------------------------------------- whole


def make_context(face: Face, now: datetime = NOW) -> ContextView:
    """What stands around the light showing `face`; with NO DATA hardly anything is known."""
    on, off, unknown = LampState.ON, LampState.OFF, LampState.UNKNOWN
    context = ContextView(
        as_of=now,
        rules="context-v1",
        correlations=correlations(now),
        gap=GapMove("ES", "BTC", -0.041, now - timedelta(hours=92), now - timedelta(hours=44), running=False),
        heat_maps=tuple(heat_map(interval, seed) for seed, interval in enumerate(INTERVALS)),
        crypto=structures(now),
        deleveraging=deleveraging(Stage.FORCED, Stage.FORCED, now),
        cascade=cascade(now),
        regime=regime(Regime.LIQUIDITY, Regime.LIQUIDITY, now, crypto_led=True),
        scenarios=scenarios(Scenario.MIXED, now),
        lamps=lamps(on, on, off, off),
        frames=frames(Trend.DOWN, Trend.DOWN),
        plans=plans(Face.RISK_OFF, NoTradeReason.UNDECIDED),
        similar=similar(),
    )
    if face is Face.CALM:
        return replace(
            context,
            correlations=correlations(now, -0.3),
            gap=None,
            crypto=structures(now, forced=False),
            deleveraging=deleveraging(Stage.CALM, Stage.BUILDING, now),
            cascade=calm_cascade(),
            regime=regime(Regime.NONE, Regime.NONE, now),
            scenarios=scenarios(Scenario.NORMALISES, now, (4, 0, 1)),
            lamps=lamps(off, off, on, off),
            frames=frames(Trend.UP, Trend.UP),
            plans=plans(Face.CALM),
        )
    if face is Face.WATCH:
        return replace(
            context,
            gap=GapMove("ES", "BTC", -0.012, now - timedelta(hours=2), now, running=True),
            crypto=structures(now, forced=False),
            deleveraging=deleveraging(Stage.BUILDING, Stage.FORCED, now),
            regime=regime(Regime.VOLATILITY, Regime.LIQUIDITY, now),
            scenarios=scenarios(Scenario.TIGHTENS, now),
            lamps=lamps(on, unknown, on, off),
            frames=frames(Trend.UP, Trend.DOWN),
            plans=plans(Face.WATCH, NoTradeReason.FRAMES_DISAGREE, missing=True),
        )
    return context if face is Face.RISK_OFF else unknown_context(now)


def unknown_context(now: datetime = NOW) -> ContextView:
    """Every answer is open."""
    known = regime(Regime.NONE, Regime.LIQUIDITY, now)
    unknown = LampState.UNKNOWN
    return ContextView(
        as_of=now,
        rules="context-v1",
        correlations=tuple(
            PairCorrelation(stock, coin, interval, reason="no_bars")
            for stock, coin in (("ES", "BTC"), ("NQ", "BTC"), ("ES", "ETH"))
            for interval in INTERVALS
        ),
        deleveraging=DeleveragingView("BTC", Stage.CALM, Stage.FORCED, None, False, False, (), (), None),
        cascade=unknown_cascade(),
        regime=replace(known, signs=tuple(map(_unknown, known.signs))),
        scenarios=scenarios(Scenario.UNKNOWN, now, (0, 0, 0)),
        lamps=lamps(unknown, unknown, unknown, unknown),
        frames=frames(Trend.UNKNOWN, Trend.UNKNOWN),
        plans=replace(plans(Face.NO_DATA, NoTradeReason.NO_DATA), budget=None),
    )
