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


ALL_CHARTS = (
    ChartSpec("us10y", ("US10Y",), 0),
    ChartSpec("dxy", ("DXY", "UUP"), 0),
    ChartSpec("policy", ("POLICY PATH", "POLICY 2Y"), 0),
    ChartSpec("vix", ("VIX",), 3),
    ChartSpec("vix_term", ("VIX/VIX3M",), 3),
    ChartSpec("sp500", ("ES", "SPX", "SPY"), 5),
    ChartSpec("nasdaq", ("NQ", "NDX", "QQQ"), 5),
    ChartSpec("semis", ("SMH/SPX", "SOXX/SPX", "SMH/SPY"), 5),
    ChartSpec("software", ("IGV/SPX", "IGV/SPY"), 5),
    ChartSpec("equal_weight", ("RSP/SPX", "RSP/SPY"), 5),
    ChartSpec("btc", ("BTC",), 1),
    ChartSpec("eth", ("ETH",), 1),
    ChartSpec("funding", ("FUNDING BTC",), 1),
    ChartSpec("open_interest", ("OI BTC",), 1),
    ChartSpec("long_liquidations", ("LIQ LONG BTC",), 1),
    ChartSpec("short_liquidations", ("LIQ SHORT BTC",), 1),
    ChartSpec("rho", ("RHO ES/BTC",), 2),
    ChartSpec("rho_nasdaq", ("RHO NQ/BTC",), 2),
    ChartSpec("rho_eth", ("RHO ES/ETH",), 2),
    ChartSpec("score", (SCORE,), None),
)
"""Every chart there is, in the order of the grid. One colour for a family of markets (macro, volatility, equities,
crypto, correlation), so that many charts stay calm.
"""
_FEW = ("us10y", "dxy", "vix", "sp500", "nasdaq", "semis", "btc", "eth", "score")
_MORE = (*_FEW, "policy", "funding", "rho")
_MANY = (*_MORE, "software", "open_interest", "long_liquidations", "rho_nasdaq")


def charts_at(places: Collection[str]) -> tuple[ChartSpec, ...]:
    """The charts of these places, in the order of the grid; places that there are not are passed over."""
    return tuple(spec for spec in ALL_CHARTS if spec.place in places)


DEFAULT_CHARTS = charts_at(_FEW)


def charts_for(width_px: int, height_px: int) -> tuple[ChartSpec, ...]:
    """The charts for which a window of this size has room at first."""
    if width_px >= 2_400 and height_px >= 1_200:
        return charts_at(_MANY)
    return charts_at(_MORE) if width_px >= 1_700 and height_px >= 900 else DEFAULT_CHARTS


def is_context_line(series_id: str) -> bool:
    """Whether a series is a line that the context gives: it has no bars and no quote of its own."""
    return series_id.startswith(("RHO ", "FUNDING ", "OI ", "LIQ ", "POLICY "))


def choose_series(
    spec: ChartSpec, offered: Collection[str], without_bars: Collection[str], coarse: Collection[str] = ()
) -> str:
    """The first alternative that is offered and not known to lack bars of the interval, or to have longer ones only
    (`coarse`); else the first of these; else the first offered; else the first.

    A ratio ``A/B`` is offered when it is named itself or when both its parts are.
    """

    def is_offered(series_id: str) -> bool:
        return (
            series_id in offered or is_context_line(series_id) or all(part in offered for part in series_id.split("/"))
        )

    known = [series_id for series_id in spec.alternatives if is_offered(series_id)]
    with_bars = [series_id for series_id in known if series_id not in without_bars]
    fine = [series_id for series_id in with_bars if series_id not in coarse]
    return next(iter(fine or with_bars or known or spec.alternatives))
