"""How numbers, ages, instants and days are written; a number always comes with its unit."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale
from PySide6.QtGui import Qt

from barograph.gui.context_labels import stage_name
from barograph.gui.translation import mark, tr
from barograph.risk.deleveraging import Stage

UNKNOWN = "–"
"""Stands where a value is not known."""
NEW_YORK = ZoneInfo("America/New_York")
"""The zone of every time on screen; named once beside it."""

_WRITTEN_WITHOUT = frozenset({"", "index", "ratio", "corr"})
"""Units of pure numbers, which are written without one."""
_UNITS = {
    "points": mark("pts"),
    "sigma": mark("sd"),
}
_WRITTEN_AS = {
    "share": ("%", 100.0),
    "log": ("%", 100.0),
    "pp": ("bp", 100.0),
    # the name of the row says over which time
    "% per 8h": ("%", 1.0),
    "M USD per h": ("M USD", 1.0),
    "bp of OI per h": ("bp", 1.0),
}
"""Unit of a snapshot → unit on screen and the factor between them."""


def number(value: float | None, decimals: int, *, signed: bool = False) -> str:
    """A number with a true minus sign and thousands apart; `UNKNOWN` for None, NaN and infinity."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    text = f"{value:{'+' if signed else ''},.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        text = text.lstrip("+-")  # a change that rounds to nothing has no direction
    return text.replace("-", "\N{MINUS SIGN}")


def unit_text(unit: str) -> str:
    """What stands behind a number in `unit`, with its space."""
    if unit in _WRITTEN_WITHOUT:
        return ""
    if unit == "%":
        return unit
    return " " + (tr(_UNITS[unit]) if unit in _UNITS else unit)


def quantity(value: float | None, unit: str, decimals: int, *, signed: bool = False) -> str:
    """A number with its unit, on the scale of `on_screen`; a flag is yes or no, a stage of deleveraging its name."""
    if unit == "flag" and value is not None:
        return tr("yes") if value else tr("no")
    if unit == "stage" and value is not None and 0 <= value < len(Stage):
        return stage_name(tuple(Stage)[int(value)])
    value, unit = on_screen(value, unit)
    text = number(value, decimals, signed=signed)
    return text if text == UNKNOWN else text + unit_text(unit)


def on_screen(value: float | None, unit: str) -> tuple[float | None, str]:
    """A value in the unit in which it is written: shares and log changes in percent, yields in basis points."""
    written, factor = _WRITTEN_AS.get(unit, (unit, 1.0))
    return (None if value is None else value * factor), written


def decimals_for(value: float | None) -> int:
    """Decimals that show three significant figures, at most three."""
    if value is None or not math.isfinite(value) or value == 0:
        return 2
    return min(3, max(0, 2 - math.floor(math.log10(abs(value)))))


def percentile(value: float | None) -> str:
    """A share 0-1 as a whole percentile."""
    return number(None if value is None else value * 100, 0)


def age(instant: datetime | None, now: datetime) -> str:
    """How long ago `instant` was, in its largest unit."""
    if instant is None:
        return UNKNOWN
    seconds = max(0.0, (now - instant).total_seconds())
    if seconds < 60:
        return tr("{n} s").format(n=int(seconds))
    if seconds < 3_600:
        return tr("{n} min").format(n=int(seconds // 60))
    if seconds < 2 * 86_400:
        return tr("{n} h").format(n=int(seconds // 3_600))
    return tr("{n} d").format(n=int(seconds // 86_400))


def duration(seconds: float) -> str:
    """Minutes and seconds, ``11:40``; from one hour on with hours."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def day(value: date) -> str:
    """A day as ``Thu 5 Feb``, in the user's language."""
    return QLocale().toString(QDate(value.year, value.month, value.day), tr("ddd d MMM", "pattern of a day"))


def day_with_year(value: date) -> str:
    """A day as ``Thu 5 Feb 2026``, in the user's language."""
    pattern = tr("ddd d MMM yyyy", "pattern of a day")
    return QLocale().toString(QDate(value.year, value.month, value.day), pattern)


def clock(instant: datetime, *, seconds: bool = False) -> str:
    """The time of day in New York."""
    return instant.astimezone(NEW_YORK).strftime("%H:%M:%S" if seconds else "%H:%M")


def moment(instant: datetime | None, now: datetime) -> str:
    """An instant in New York: the time alone on the day of `now`, else with its day."""
    if instant is None:
        return UNKNOWN
    local, here = instant.astimezone(NEW_YORK), now.astimezone(NEW_YORK)
    if local.date() == here.date():
        return clock(instant)
    if abs(instant - now) < timedelta(days=300):
        return f"{day(local.date())} {clock(instant)}"
    return f"{day_with_year(local.date())} {clock(instant)}"


def plain_tip(text: str) -> str:
    """A tool tip that shows `text` as it is, whatever markup it may contain."""
    return Qt.convertFromPlainText(text, Qt.WhiteSpaceMode.WhiteSpaceNormal)
