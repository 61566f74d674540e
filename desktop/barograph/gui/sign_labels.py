"""Words for signs: what each condition looks at, its value with its unit, and the threshold that it is held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from barograph.engine.context_view import SignView
from barograph.gui.formats import UNKNOWN, percentile, quantity
from barograph.gui.translation import mark, tr

PERCENTILE = "percentile"


@dataclass(frozen=True, slots=True)
class SignWords:
    """A sign's name, the unit of value and threshold (empty: it is put together from others and has no value of its
    own), how they are compared, and decimals.
    """

    name: str
    unit: str = ""
    compared: str = ""
    decimals: int = 1


_SIGNS = {
    # the cascade's
    "equity_day": SignWords(mark("S&P day"), "sigma", "≤"),
    "growth_day": SignWords(mark("Nasdaq day"), "sigma", "≤"),
    "crypto_day": SignWords(mark("BTC day"), "sigma", "≤"),
    "crypto_hour": SignWords(mark("BTC hour, stocks shut"), "sigma", "≤"),
    "policy_repriced": SignWords(mark("Policy path 10 d"), "bp", "≥", 0),
    "dollar_rises": SignWords(mark("Dollar 20 d"), "sigma", "≥"),
    "real_yield_rises": SignWords(mark("Real 10Y 20 d"), "bp", "≥", 0),
    "leaders_below_average": SignWords(mark("Leaders > 50 d"), "share", "<", 0),
    "leaders_lag": SignWords(mark("Leaders vs S&P 20 d"), "log", "≤"),
    "volatility_ratio": SignWords(mark("Nasdaq vol 5 d / 60 d"), "ratio", "≥", 2),
    "volatility_index_rise": SignWords(mark("VIX 5 d"), "points", "≥"),
    "term_inverted": SignWords(mark("VIX / VIX3M"), "ratio", "≥", 2),
    "forced_selling": SignWords(mark("Forced selling in crypto")),
    # deleveraging's
    "price_falls_hard": SignWords(mark("BTC 24 h"), "sigma", "≤"),
    "coins_leave": SignWords(mark("Open interest 24 h"), "share", "≤"),
    "liquidations_peak": SignWords(mark("Liquidations, pctl"), PERCENTILE, "≥"),
    "coins_gather": SignWords(mark("Open interest 7 d"), "log", "≥"),
    "coins_against_price": SignWords(mark("OI against price 7 d"), "log", "≥"),
    "funding_dear": SignWords(mark("Funding 7 d, pctl"), PERCENTILE, "≥"),
    # the regime's
    "far_fall": SignWords(mark("S&P or BTC falls far"), "sigma", "≤"),
    "credit": SignWords(mark("High yield 5 d"), "sigma", "≤"),
    "havens_fail": SignWords(mark("Gold, bonds fall too")),
    "open_interest": SignWords(mark("Open interest 24 h"), "share", "≤"),
    "liquidations": SignWords(mark("Liquidations, pctl"), PERCENTILE, "≥"),
    "dollar_or_volatility": SignWords(mark("Dollar or VIX high")),
    "equity_below_average": SignWords(mark("S&P vs 50 d"), "share", "<"),
    "crypto_below_average": SignWords(mark("BTC vs 50 d"), "share", "<"),
    "breadth": SignWords(mark("Shares > 50 d"), "share", "≤", 0),
    # the scenarios'
    "volatility_falls": SignWords(mark("Nasdaq vol 5 d / 20 d"), "ratio", "<", 2),
    "volatility_index_off_high": SignWords(mark("VIX of its 20 d high"), "share", "≤", 0),
    "correlation_falls": SignWords(mark("ρ S&P–BTC, 5 d"), "corr", "<", 2),
    "breadth_rises": SignWords(mark("Shares > 50 d, 5 d"), "share", ">", 0),
    "crypto_off_low": SignWords(mark("BTC of its 10 d low"), "share", ">", 0),
    "policy_dearer": SignWords(mark("Policy path 10 d"), "bp", "≥", 0),
    "credit_falls": SignWords(mark("High yield 20 d"), "log", "<"),
    "both_below_average": SignWords(mark("S&P, BTC below 50 d")),
    "policy_cheaper": SignWords(mark("Policy path 10 d"), "bp", "≤", 0),
    "dollar_falls": SignWords(mark("Dollar 20 d"), "sigma", "≤"),
    "real_yield_falls": SignWords(mark("Real 10Y 20 d"), "bp", "<", 0),
    "credit_rises": SignWords(mark("High yield 10 d"), "log", ">"),
    "shares_advance": SignWords(mark("Net advances 10 d"), "ratio", "≥", 2),
    # the precursors'
    "leaders_above": SignWords(mark("Leaders > 50 d"), "share", "<", 0),
    "yield_not_lower": SignWords(mark("US 10Y 20 d"), "pp", "≥", 0),
    "open_interest_rises": SignWords(mark("Open interest 7 d"), "log", ">"),
    "crypto_falls": SignWords(mark("BTC 7 d"), "log", "<"),
}
_ELSEWHERE = {
    ("regime", "crypto_day"): SignWords(mark("BTC, worse of 2 d"), "share", "≤"),
    ("lamp", "dollar_rises"): SignWords(mark("Dollar 20 d"), "sigma", ">"),
}
"""Signs that mean something else in the group that stands before them."""


def sign_name(sign_id: str, group: str = "") -> str:
    """What a sign looks at; an id without words stands for itself."""
    words = _words(sign_id, group)
    return tr(words.name) if words else sign_id.replace("_", " ")


def sign_value(sign: SignView, group: str = "") -> str:
    """The value with its unit; empty where the sign has none of its own."""
    words = _words(sign.id, group)
    if words is None or not words.unit:
        return ""
    return _written(sign.value, words)


def sign_threshold(sign: SignView, group: str = "") -> str:
    """What the value is held against, ``≤ −2.0 sd``; empty where the sign has no value of its own."""
    words = _words(sign.id, group)
    if words is None or not words.unit or sign.threshold is None:
        return ""
    return f"{words.compared} {_written(sign.threshold, words)}"


def sign_answer(met: bool | None) -> str:
    """Whether it is met, in words."""
    if met is None:
        return tr("not known")
    return tr("met") if met else tr("not met")


def sign_sentence(sign: SignView, group: str = "") -> str:
    """All of a sign on one line: ``S&P day −2.1 sd (≤ −1.5 sd): met``."""
    value, threshold = sign_value(sign, group), sign_threshold(sign, group)
    parts = [sign_name(sign.id, group), value, f"({threshold})" if threshold else ""]
    text = " ".join(part for part in parts if part)
    return tr("{sign}: {answer}").format(sign=text, answer=sign_answer(sign.met))


def met_signs(signs: Iterable[SignView], group: str = "") -> str:
    """The signs that are met now with their values, for a line of evidence; empty where none is."""
    met = (f"{sign_name(sign.id, group)} {sign_value(sign, group)}".strip() for sign in signs if sign.met)
    return tr(", ", "between names").join(met)


def _words(sign_id: str, group: str) -> SignWords | None:
    return _ELSEWHERE.get((group, sign_id)) or _SIGNS.get(sign_id)


def _written(value: float | None, words: SignWords) -> str:
    if words.unit == PERCENTILE:
        return UNKNOWN if value is None else percentile(value)
    return quantity(value, words.unit, words.decimals)
