"""Words of a track record: its predictors and events."""

from __future__ import annotations

from barograph.gui.translation import mark, tr
from barograph.risk.track_record import JointEvent

BENCHMARKS = {
    "score": mark("score"),
    "vix": mark("VIX level"),
    "vix_percentile": mark("VIX percentile"),
    "drawdown": mark("below 20-day high"),
    "realised_volatility": mark("realised volatility"),
    "absorption_shift": mark("absorption shift"),
    "turbulence": mark("turbulence"),
    "fear_greed": mark("fear and greed"),
    "random": mark("random"),
}
"""Predictors that are drawn, where the record has them; the text report has all."""
_WORDS = {"REPLAY": mark("REPLAY"), "SIMULATED": mark("SIMULATED")}


def record_word(word: str) -> str:
    """The word that marks what is not the live market; empty for the live market."""
    return tr(_WORDS[word]) if word in _WORDS else word


def benchmark_name(predictor: str) -> str:
    """A predictor in words; an id without words stands for itself."""
    return tr(BENCHMARKS[predictor]) if predictor in BENCHMARKS else predictor.replace("_", " ")


def event_words(event: JointEvent, stock: str, coin: str) -> str:
    """What has to happen, in one clause."""
    if event.scaled:
        words = tr("{id}, {stock} and {coin} one usual move lower within {h} sessions")
    else:
        words = tr("{id}, {stock} −{a}% and {coin} −{b}% within {h} sessions")
    a, b = (f"{100 * each:g}" for each in (event.stock_fall, event.coin_fall))
    return words.format(id=event.id, stock=stock, coin=coin, a=a, b=b, h=event.horizon)
