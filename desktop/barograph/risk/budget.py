"""How much risk the numbers allow: one book of stocks and crypto, and units by average true range (SIGNALS 9).

Volatilities are annual decimals on one scale (per session, 252 a year); nothing here places an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, isnan, nan, sqrt

import numpy as np

from barograph.market.bars import FloatArray
from barograph.risk.context_rules import BudgetRules, PlanRules
from barograph.risk.faces import Face


@dataclass(frozen=True, slots=True)
class Book:
    """What is held of the two: weights of the account's value and annual volatilities, decimals."""

    equity_weight: float
    equity_volatility: float
    crypto_weight: float
    crypto_volatility: float

    def volatility(self, rho: float) -> float:
        """sqrt((w_e s_e)^2 + (w_c s_c)^2 + 2 rho w_e s_e w_c s_c) (Markowitz 1952); NaN where a part is unknown."""
        equity = self.equity_weight * self.equity_volatility
        crypto = self.crypto_weight * self.crypto_volatility
        return (
            sqrt(max(0.0, equity * equity + crypto * crypto + 2 * rho * equity * crypto))
            if isfinite(equity + crypto + rho)
            else nan
        )


@dataclass(frozen=True, slots=True)
class RiskBudget:
    """What the book may be scaled to.

    `rho` is the correlation taken and `assumed` says that it was not measured. `volatility` is the book's at that
    rho, `volatility_now` at the measured one and `volatility_crowded` where stocks and crypto are one book.
    `scale` = min(1, budget / volatility), `multiplier` comes from the face, `exposure` is their product: the share
    of the book to hold. NaN where a volatility is unknown; under NO DATA no new risk is taken and `exposure` is 0.
    """

    rho: float
    assumed: bool
    volatility: float
    volatility_now: float
    volatility_crowded: float
    scale: float
    multiplier: float
    exposure: float

    @property
    def diversification_lost(self) -> float:
        """What crowding would cost: volatility at the crowded rho less that at the measured one."""
        return self.volatility_crowded - self.volatility_now


def multiplier(face: Face, rules: PlanRules) -> float:
    """Share of the normal size by face; 0 under NO DATA: no new risk, existing stops stay."""
    return {
        Face.CALM: rules.multiplier_calm,
        Face.WATCH: rules.multiplier_watch,
        Face.RISK_OFF: rules.multiplier_risk_off,
        Face.NO_DATA: 0.0,
    }[face]


def correlation_to_use(face: Face, rho: float, upper: float, rules: BudgetRules) -> tuple[float, bool]:
    """The correlation for sizing, and whether it is assumed: measured while calm, otherwise the upper band and at
    least the crowded one. What is unknown is taken for 1: a missing number never makes the book look safer.
    """
    if face is Face.CALM:
        return (1.0, True) if isnan(rho) else (rho, False)
    if isnan(upper):
        return 1.0, True
    return max(upper, rules.crowded_rho), upper < rules.crowded_rho


def risk_budget(
    face: Face, book: Book, rho: float, upper: float, budget: float, rules: tuple[PlanRules, BudgetRules]
) -> RiskBudget:
    """The budget under a face.

    Args:
        face: what the light shows.
        book: weights and volatilities.
        rho: measured correlation, NaN where unknown.
        upper: the upper end of its band, NaN where unknown.
        budget: annual volatility that may be run, a decimal above 0.
        rules: of plans and of the budget.
    """
    plan_rules, budget_rules = rules
    used, assumed = correlation_to_use(face, rho, upper, budget_rules)
    volatility, share = book.volatility(used), multiplier(face, plan_rules)
    scale = min(1.0, budget / volatility) if volatility > 0 else (1.0 if volatility == 0 else nan)
    return RiskBudget(
        rho=used,
        assumed=assumed,
        volatility=volatility,
        volatility_now=book.volatility(rho),
        volatility_crowded=book.volatility(budget_rules.crowded_rho),
        scale=scale,
        multiplier=share,
        exposure=0.0 if face is Face.NO_DATA else scale * share,
    )


def position_units(account: float, risk_share: float, stop_multiple: float, true_range: float, size: float) -> float:
    """Units whose stop costs `risk_share` of the account: risk share * account * multiplier / (stop multiple * ATR).

    `size` is the face's multiplier. NaN where the range is unknown or nothing.
    """
    stop = stop_multiple * true_range
    return risk_share * account * size / stop if stop > 0 else nan


def average_true_range(high: FloatArray, low: FloatArray, close: FloatArray, bars: int = 14) -> float:
    """Mean true range of the last `bars` bars in the price's unit (Wilder 1978, plain mean); needs one bar more.

    True range: the largest of high - low, |high - previous close| and |low - previous close|. NaN where one is
    unknown.
    """
    if len(close) < bars + 1:
        return nan
    before = close[-bars - 1 : -1]
    ranges = np.maximum(high[-bars:], before) - np.minimum(low[-bars:], before)
    return float(np.mean(ranges))
