"""What the title row of a chart says: the last value and its state, or the values at the crosshair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from barograph.engine.snapshot import LightView, Quote
from barograph.gui.charts.header import Piece
from barograph.gui.charts.light_track import LightAt
from barograph.gui.charts.price_scale import score_text
from barograph.gui.charts.series_buffer import Bar, SeriesBuffer
from barograph.gui.charts.words import (
    light_words,
    long_name,
    moment_words,
    short_name,
    state_words,
)
from barograph.gui.formats import UNKNOWN, number, quantity
from barograph.gui.labels import face_word
from barograph.gui.translation import tr
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face

_CHANGE_DECIMALS = {"%": 2, "bp": 1}
_SHOWN_UNITS = frozenset({"%", "bp", "% per 8h", "M USD per h"})
"""Units that a trader would otherwise have to guess; the others are in the tooltip."""


@dataclass(frozen=True, slots=True)
class LastValue:
    """The last value of a series as shown: value, change and state. `reliable` False hatches the value."""

    value: str
    change: str
    rising: bool | None
    state: str
    reliable: bool


def from_quote(quote: Quote, unit: str, now: datetime | None, zone: ZoneInfo) -> LastValue:
    """The last value of a quoted instrument; `unit` is the series' own."""
    shown_unit = unit if unit in _SHOWN_UNITS else ""
    decimals = _CHANGE_DECIMALS.get(quote.change_unit, quote.decimals)
    return LastValue(
        value=quantity(quote.last, shown_unit, quote.decimals),
        change="" if quote.change is None else quantity(quote.change, quote.change_unit, decimals, signed=True),
        rising=None if not quote.change else quote.change > 0,
        state=state_words(quote.state, quote.as_of, now, zone),
        reliable=quote.state.usable,
    )


def from_series(
    series: SeriesBuffer, freshness: Freshness, as_of: datetime | None, now: datetime | None, zone: ZoneInfo
) -> LastValue:
    """The last value of a series that is not quoted; its change is unknown."""
    last, facts = series.last(), series.facts
    if not series.loaded:
        state = tr("loading")
    elif not len(series):
        state = tr("no bars")
    elif facts.steps and as_of is not None and now is not None and freshness.usable:
        state = tr("since {moment}").format(moment=moment_words(as_of, now, zone))
    else:
        state = state_words(freshness, as_of, now, zone)
    return LastValue(
        value=quantity(
            None if last is None else last.close, facts.unit if facts.unit in _SHOWN_UNITS else "", facts.decimals
        ),
        change="",
        rising=None,
        state=state,
        reliable=last is None or freshness.usable,
    )


def from_light(light: LightView) -> LastValue:
    """The score as a value and the light as its state; doubtful where missing inputs may hide a worse one."""
    return LastValue(
        value=UNKNOWN if light.score is None or light.face is Face.NO_DATA else score_text(light.score),
        change=tr("provisional") if light.provisional else "",
        rising=None,
        state=light_words(light),
        reliable=light.face is light.ceiling and light.face is not Face.NO_DATA,
    )


def last_pieces(series_id: str, last: LastValue) -> tuple[Piece, ...]:
    """The title row without a crosshair."""
    direction = "quiet"
    if last.reliable and last.rising is not None:
        direction = "up" if last.rising else "down"
    return (
        Piece(short_name(series_id), weight=10, bold=True),
        Piece(last.value, weight=9, hatched=not last.reliable),
        Piece(last.change, direction, weight=6, small=True),
        Piece(long_name(series_id), "quiet", weight=1, small=True),
        Piece(last.state, "quiet" if last.reliable else "text", 5 if last.reliable else 8, small=True, right=True),
    )


def reading_pieces(
    series_id: str, reading: Bar | None, decimals: int, *, candles: bool, band: bool = False
) -> tuple[Piece, ...]:
    """The title row with the bar at the crosshair, or a line's value with its band; a dash where there is none."""
    name = Piece(short_name(series_id), weight=10, bold=True)
    if reading is None:
        return name, Piece(UNKNOWN)
    if not candles:
        ends = f"{number(reading.low, decimals)} … {number(reading.high, decimals)}" if band else ""
        return name, Piece(number(reading.close, decimals)), Piece(ends, "quiet", 5, small=True)
    return (
        name,
        Piece(tr("O {price}").format(price=number(reading.open, decimals)), "quiet", 2, small=True),
        Piece(tr("H {price}").format(price=number(reading.high, decimals)), "quiet", 4, small=True),
        Piece(tr("L {price}").format(price=number(reading.low, decimals)), "quiet", 3, small=True),
        Piece(tr("C {price}").format(price=number(reading.close, decimals)), weight=9, small=True),
    )


def light_pieces(series_id: str, light: LightAt | None) -> tuple[Piece, ...]:
    """The title row of the score with the light that held at the crosshair."""
    provisional = tr("provisional") if light is not None and light.provisional else ""
    return (
        Piece(short_name(series_id), weight=10, bold=True),
        Piece(score_text(light.score) if light is not None else UNKNOWN),
        Piece(face_word(light.face) if light is not None else "", "quiet", 8, small=True),
        Piece(provisional, "quiet", 5, small=True),
    )


def spoken(series_id: str, last: LastValue) -> str:
    """The title row in one line, for a screen reader."""
    name = ", ".join(part for part in (short_name(series_id), long_name(series_id)) if part)
    return ", ".join(part for part in (f"{name}: {last.value}", last.change, last.state) if part)


def is_quiet(state: Freshness) -> bool:
    """Whether a value is good but its market does not trade now."""
    return state in (Freshness.CLOSED, Freshness.BREAK)
