"""Names, units and formulas in words for indicators, pillars and rows of evidence."""

from __future__ import annotations

from barograph.gui.formats import decimals_for, on_screen, quantity
from barograph.gui.translation import mark, tr

_PILLARS = {
    "volatility": mark("Volatility"),
    "equity_leadership": mark("Equity leadership"),
    "co_movement": mark("Co-movement"),
    "crypto": mark("Crypto"),
    "macro": mark("Macro"),
}
PILLARS = tuple(_PILLARS)
"""The pillars in the order in which they are shown."""
_PILLAR_MEANINGS = {
    "volatility": mark("How fast the growth index moves, against its own last three years."),
    "equity_leadership": mark("Whether the leading shares, and most shares, still stand above their averages."),
    "co_movement": mark("Whether stocks and bitcoin move, and above all fall, together."),
    "crypto": mark("How far bitcoin has fallen and how fast it moves."),
    "macro": mark("Whether the dollar and yields rise together, and how fast the policy path is repriced."),
}
_INDICATORS = {
    "V1": mark("Nasdaq vol 20 d"),
    "V2": mark("Nasdaq vol 5 d / 60 d"),
    "V3": mark("VIX"),
    "E1": mark("Leaders below 50 d"),
    "E2": mark("Shares below 50 d"),
    "E3": mark("Leaders vs S&P 20 d"),
    "X1": mark("Correlation S&P – BTC"),
    "X1_4h": mark("Correlation 4 h"),
    "X1_1h": mark("Correlation 1 h"),
    "X2": mark("Joint falls S&P – BTC"),
    "C1": mark("BTC fall 20 d"),
    "C2": mark("BTC vol 20 d"),
    "C3": mark("OI against price 7 d"),
    "C4": mark("BTC funding 7 d"),
    "C5": mark("Forced longs, peak hour"),
    "M1": mark("Dollar and 10Y 20 d"),
    "M2": mark("2Y change 20 d"),
}
_VOLATILITIES = frozenset({"V1", "C2"})
_INDICATOR_FORMULAS = {
    "V1": mark("Yang-Zhang volatility of the Nasdaq-100 ETF over 20 sessions, a year's worth, in percent."),
    "V2": mark("Its volatility over 5 sessions divided by that over 60: above 1, it is rising."),
    "V3": mark("The volatility that S&P 500 options price for the next 30 days."),
    "E1": mark("Share of the leaders' basket that closed below its own average of 50 sessions."),
    "E2": mark("Share of the large shares watched that closed below their own average of 50 sessions."),
    "E3": mark("Log return of the equally weighted leaders less that of the S&P 500 over 20 sessions, sign turned."),
    "X1": mark("Exponentially weighted correlation of daily log returns, decay 0.94, zero mean."),
    "X1_4h": mark("The same of four-hour returns of S&P futures and bitcoin, half-life 15 bars."),
    "X1_1h": mark("The same of hourly returns of S&P futures and bitcoin, half-life 24 bars."),
    "X2": mark("Mean product of the negative returns, scaled by both volatilities, over 60 sessions."),
    "C1": mark("Log return of bitcoin over 20 sessions, sign turned."),
    "C2": mark("Garman-Klass volatility of bitcoin over 20 days, a year's worth, in percent."),
    "C3": mark("Log change of open interest in coins over 7 days in which the price fell, otherwise zero."),
    "C4": mark("Mean funding of 7 days, a year's worth: what longs pay for their leverage."),
    "C5": mark("Longs closed by force in the worst hour of the last 24, in basis points of open interest."),
    "M1": mark("The smaller of two standardised 20-day moves: the dollar's and the 10-year yield's."),
    "M2": mark("Change of the 2-year yield over 20 sessions, as a stand-in for the policy path."),
}
_EVIDENCE = {
    "us10y": mark("US 10Y"),
    "us2y": mark("US 2Y"),
    "real10y": mark("Real 10Y"),
    "dxy": mark("Dollar (DXY)"),
    "policy_gap": mark("2Y – policy"),
    "vix": mark("VIX"),
    "vix_term": mark("VIX / VIX3M"),
    "semis_spx": mark("Semis vs SPX"),
    "software_spx": mark("Software vs SPX"),
    "leaders_spx": mark("Leaders vs SPX"),
    "equal_weight_spx": mark("Equal wt vs SPX"),
    "leaders_above_20": mark("Leaders > 20 d"),
    "leaders_above_50": mark("Leaders > 50 d"),
    "breadth_above_20": mark("Shares > 20 d"),
    "breadth_above_50": mark("Shares > 50 d"),
    "breadth_flag": mark("Breadth flag"),
    "btc": mark("Bitcoin"),
    "eth": mark("Ether"),
    "funding_8h": mark("Funding 8 h"),
    "oi_coin": mark("Open interest"),
    "liq_long": mark("Liq. longs 1 h"),
    "liq_short": mark("Liq. shorts 1 h"),
    "corr_daily": mark("ρ ES–BTC daily"),
    "corr_low": mark("ρ band, low"),
    "corr_high": mark("ρ band, high"),
    "semicorr_60d": mark("Joint falls 60 d"),
    "policy_path12": mark("Policy path 12 m"),
    "repricing_10d": mark("Repricing 10 d"),
    "fomc_move": mark("Move at next FOMC"),
    "funding_rank": mark("Funding 7 d, pctl"),
    "oi_div": mark("OI against price 7 d"),
    "liq_intensity": mark("Liq. longs of OI 1 h"),
    "deleveraging_stage": mark("Deleveraging"),
    "corr_1h": mark("ρ ES–BTC 1h"),
    "corr_1h_low": mark("ρ 1h band, low"),
    "corr_1h_high": mark("ρ 1h band, high"),
    "corr_1h_n": mark("ρ 1h, n"),
    "corr_4h": mark("ρ ES–BTC 4h"),
    "corr_4h_low": mark("ρ 4h band, low"),
    "corr_4h_high": mark("ρ 4h band, high"),
    "corr_4h_n": mark("ρ 4h, n"),
    "compression_zone": mark("ρ 0.7 and above"),
    "trend_es_1h": mark("ES trend 1h"),
    "trend_es_4h": mark("ES trend 4h"),
    "trend_btc_1h": mark("BTC trend 1h"),
    "trend_btc_4h": mark("BTC trend 4h"),
    "frames_disagree": mark("1h, 4h disagree"),
}
_EVIDENCE_FORMULAS = {
    "us10y": mark("Yield of the 10-year Treasury."),
    "us2y": mark("Yield of the 2-year Treasury."),
    "real10y": mark("Yield of the inflation-protected 10-year Treasury."),
    "dxy": mark("The dollar against six currencies."),
    "policy_gap": mark("2-year yield less the policy rate: below zero the market expects cuts."),
    "vix": mark("The volatility that S&P 500 options price for the next 30 days."),
    "vix_term": mark("VIX divided by its 3-month sister: above 1 the near future is feared most."),
    "semis_spx": mark("Log return of the semiconductor ETF less that of the S&P 500 over 20 sessions."),
    "software_spx": mark("Log return of the software ETF less that of the S&P 500 over 20 sessions."),
    "leaders_spx": mark("Log return of the equally weighted leaders less that of the S&P 500 over 20 sessions."),
    "equal_weight_spx": mark(
        "Log return of the equally weighted S&P 500 less its own over 20 sessions: negative, few shares carry it."
    ),
    "leaders_above_20": mark("Share of the leaders' basket above its own average of 20 sessions."),
    "leaders_above_50": mark("Share of the leaders' basket above its own average of 50 sessions."),
    "breadth_above_20": mark("Share of the large shares watched above their own average of 20 sessions."),
    "breadth_above_50": mark("Share of the large shares watched above their own average of 50 sessions."),
    "breadth_flag": mark("The index holds while breadth does not: fewer shares stand above their averages."),
    "btc": mark("Price of bitcoin."),
    "eth": mark("Price of ether."),
    "funding_8h": mark("What longs pay shorts, on one scale of eight hours."),
    "oi_coin": mark("Open contracts in coins, so that a move of the price alone does not change it."),
    "liq_long": mark("Longs closed by force in the last hour, as observed: a lower bound."),
    "liq_short": mark("Shorts closed by force in the last hour, as observed: a lower bound."),
    "corr_daily": mark("Exponentially weighted correlation of daily log returns, decay 0.94, zero mean."),
    "corr_low": mark("Lower end of the 95% band of the correlation, widened for fat tails."),
    "corr_high": mark("Upper end of the 95% band of the correlation, widened for fat tails."),
    "semicorr_60d": mark("Mean product of the negative returns, scaled by both volatilities, over 60 sessions."),
    "policy_path12": mark("Policy rate that futures imply twelve months out, less the one of now."),
    "repricing_10d": mark("Change of the policy path, or of the 2-year yield, over 10 sessions; fast from 15 bp on."),
    "fomc_move": mark("Chance of one step by 25 bp at the next meeting, the likelier of cut and rise, from futures."),
    "funding_rank": mark("Place of the 7-day mean funding among its own past."),
    "oi_div": mark("Log change of open interest in coins over 7 days in which the price fell, otherwise zero."),
    "liq_intensity": mark("Longs closed by force in the hour, in basis points of the same venue's open interest."),
    "deleveraging_stage": mark("Calm, leverage building, exhaustion or forced selling; all thresholds are judgement."),
    "corr_1h": mark("Exponentially weighted correlation of hourly returns at the same instants, half-life 24 bars."),
    "corr_4h": mark("Exponentially weighted correlation of 4-hour returns at the same instants, half-life 15 bars."),
    "corr_1h_n": mark("Shared returns."),
    "corr_4h_n": mark("Shared returns."),
    "compression_zone": mark("Either correlation lies at 0.7 or above: stocks and crypto move as one book."),
    "frames_disagree": mark("The trends of 1h and 4h point in opposite directions: no trade is a valid answer."),
}
_BANDS = ("corr_1h_low", "corr_1h_high", "corr_4h_low", "corr_4h_high")
_TREND = mark("Log return of 20 bars over its usual size; below 1 there is no trend.")


def pillar_name(pillar: str) -> str:
    """The name of a pillar; an id without words stands for itself, here and below."""
    return tr(_PILLARS.get(pillar, pillar))


def pillar_meaning(pillar: str) -> str:
    """What a pillar measures, one sentence."""
    return tr(_PILLAR_MEANINGS[pillar]) if pillar in _PILLAR_MEANINGS else ""


def indicator_name(indicator: str) -> str:
    """The name of an indicator, of an input or of a mover."""
    if indicator == "coverage":
        return tr("inputs gone or back")
    return tr(_INDICATORS[indicator]) if indicator in _INDICATORS else evidence_name(indicator)


def indicator_formula(indicator: str) -> str:
    """An indicator's formula in words."""
    return tr(_INDICATOR_FORMULAS[indicator]) if indicator in _INDICATOR_FORMULAS else ""


def indicator_value(indicator: str, value: float | None, unit: str) -> str:
    """An indicator's value with its unit, in three figures; a volatility is written in percent a year."""
    if indicator in _VOLATILITIES:
        unit = "share"
    scaled, written = on_screen(value, unit)
    return quantity(scaled, written, decimals_for(scaled))


def evidence_name(row: str) -> str:
    """The name of a row of evidence."""
    return tr(_EVIDENCE[row]) if row in _EVIDENCE else row


def evidence_formula(row: str) -> str:
    """A row's formula in words."""
    if row in _BANDS:
        row = "corr_low" if row.endswith("low") else "corr_high"
    elif row.startswith("trend_"):
        return tr(_TREND)
    return tr(_EVIDENCE_FORMULAS[row]) if row in _EVIDENCE_FORMULAS else ""
