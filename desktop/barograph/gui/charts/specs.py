"""Which charts the grid shows, and which series each of them takes from what the feed offers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

SCORE = "SCORE"
"""Series id of the score; its header shows the light as well."""


class ChartStyle(StrEnum):
    """How bars are drawn; a series without open, high and low is always a line."""

    CANDLES = "candles"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """One place in the grid.

    `place` is its fixed name; `alternatives` are series ids in order of preference; `colour` is an index into
    `Theme.series`, None for the colour of text.
    """

    place: str
    alternatives: tuple[str, ...]
    colour: int | None


DEFAULT_CHARTS = (
    ChartSpec("us10y", ("US10Y",), 0),
    ChartSpec("dxy", ("DXY", "UUP"), 0),
    ChartSpec("vix", ("VIX",), 3),
    ChartSpec("sp500", ("ES", "SPX", "SPY"), 5),
    ChartSpec("nasdaq", ("NQ", "NDX", "QQQ"), 5),
    ChartSpec("semis", ("SMH/SPX", "SOXX/SPX", "SMH/SPY"), 5),
    ChartSpec("btc", ("BTC",), 1),
    ChartSpec("eth", ("ETH",), 1),
    ChartSpec("score", (SCORE,), None),
)
"""One colour for a family of markets (macro, volatility, equities, crypto), so that nine charts stay calm."""


def choose_series(spec: ChartSpec, offered: Collection[str], without_bars: Collection[str]) -> str:
    """The first alternative that is offered and not known to lack bars; else the first offered; else the first.

    A ratio ``A/B`` is offered when it is named itself or when both its parts are.
    """

    def is_offered(series_id: str) -> bool:
        return series_id in offered or all(part in offered for part in series_id.split("/"))

    known = [series_id for series_id in spec.alternatives if is_offered(series_id)]
    with_bars = [series_id for series_id in known if series_id not in without_bars]
    return next(iter(with_bars or known or spec.alternatives))
