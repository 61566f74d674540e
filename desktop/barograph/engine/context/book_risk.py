"""The risk budget: tomorrow's volatility of stocks and of crypto on one scale, their book, and sizes (SIGNALS 9)."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan, sqrt

from barograph.engine.context.shown import known
from barograph.engine.context_view import BudgetView, SizeView
from barograph.engine.daily_table import DailyTable
from barograph.indicators.variance_forecast import REFIT_DAYS, HarModel, VarianceForecast, fit_har, forecast_variance
from barograph.indicators.volatility import SESSIONS_PER_YEAR, log_returns
from barograph.market.bars import FloatArray
from barograph.risk.budget import Book, average_true_range, position_units, risk_budget
from barograph.risk.context_rules import ContextRules
from barograph.risk.faces import Face
from barograph.risk.features import Ohlc

_FITTED_ROWS = 1_500


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the budget is reckoned for: shares of the account's value and the annual volatility that may be run.

    The default is the book that the light was tested with; the budget is judgement, and so are the share of `account`
    (dollars) that one stop may cost and its distance in mean true ranges.
    """

    equity_weight: float = 0.8
    crypto_weight: float = 0.2
    budget: float = 0.12
    account: float = 100_000.0
    risk_share: float = 0.005
    stop_multiple: float = 2.0


class BookRisk:
    """Forecasts for the newest session, fitted anew every fifth."""

    def __init__(self, table: DailyTable, equity: str, crypto: str, holdings: Holdings) -> None:
        """`equity` and `crypto` are the instruments that stand for the two parts."""
        self._table = table
        self._names = equity, crypto
        self._holdings = holdings
        self._row: int | None = None
        self._models: dict[str, tuple[int, HarModel | None]] = {}
        self._forecasts: tuple[VarianceForecast, VarianceForecast] | None = None
        self._ranges = nan, nan

    def advance(self, row: int) -> None:
        """Forecast from the session of a row."""
        if row != self._row:
            self._row = row
            equity, crypto = self._names
            self._forecasts = self._forecast(equity, row), self._forecast(crypto, row)
            window = self._table.window(row)
            self._ranges = _true_range(window.bars[equity]), _true_range(window.crypto_days)

    def view(self, face: Face, rho: float | None, upper: float | None, rules: ContextRules) -> BudgetView | None:
        """The budget under a face, with the measured correlation and the upper end of its band."""
        if self._forecasts is None:
            return None
        held, equity, crypto = self._holdings, *(_annual(each.variance) for each in self._forecasts)
        book = Book(held.equity_weight, equity, held.crypto_weight, crypto)
        number = [nan if value is None else value for value in (rho, upper)]
        found = risk_budget(face, book, number[0], number[1], held.budget, (rules.plans, rules.budget))
        return BudgetView(
            equity=self._names[0],
            crypto=self._names[1],
            equity_weight=held.equity_weight,
            crypto_weight=held.crypto_weight,
            equity_volatility=known(equity),
            crypto_volatility=known(crypto),
            equity_method=self._forecasts[0].method.value,
            crypto_method=self._forecasts[1].method.value,
            budget=held.budget,
            rho=rho,
            rho_used=found.rho,
            assumed=found.assumed,
            crowded_rho=rules.budget.crowded_rho,
            volatility=known(found.volatility),
            volatility_now=known(found.volatility_now),
            volatility_crowded=known(found.volatility_crowded),
            scale=known(found.scale),
            multiplier=found.multiplier,
            exposure=known(found.exposure),
            diversification_lost=known(found.diversification_lost),
            account=held.account,
            risk_share=held.risk_share,
            stop_multiple=held.stop_multiple,
            sizes=tuple(
                self._size(name, each, found.multiplier) for name, each in zip(self._names, self._ranges, strict=True)
            ),
        )

    def _size(self, name: str, true_range: float, multiplier: float) -> SizeView:
        held = self._holdings
        units = position_units(held.account, held.risk_share, held.stop_multiple, true_range, multiplier)
        return SizeView(name, known(true_range), known(held.stop_multiple * true_range), known(units))

    def _forecast(self, name: str, row: int) -> VarianceForecast:
        fitted_at = row - row % REFIT_DAYS
        held = self._models.get(name)
        if held is None or held[0] != fitted_at:
            held = self._models[name] = fitted_at, fit_har(self._variance(name, fitted_at))
        variance = self._variance(name, row)
        if not len(variance) or not isfinite(variance[-1]):
            return VarianceForecast(nan, forecast_variance(variance, None).method)
        return forecast_variance(variance, held[1])

    def _variance(self, name: str, row: int) -> FloatArray:
        """Squared returns from session to session: of the coin over the same spans as of the shares."""
        moves = log_returns(self._table.closes(name, row, _FITTED_ROWS))
        squares: FloatArray = moves * moves
        return squares


def _true_range(bars: Ohlc) -> float:
    return average_true_range(bars.high, bars.low, bars.close)


def _annual(variance: float) -> float:
    return sqrt(variance * SESSIONS_PER_YEAR) if variance >= 0 else nan
