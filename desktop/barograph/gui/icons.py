"""The program's own pictures, drawn in the theme's colours."""

from __future__ import annotations

import importlib.resources
from functools import cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from barograph.gui.theme import Theme

_SIDES = (16, 32)


def icon(name: str, theme: Theme) -> QIcon:
    """An icon of the tool bar in the colour of quiet text, faint where it is disabled."""
    return _tinted(name, theme.quiet, theme.text, theme.faint)


@cache
def _tinted(name: str, normal: str, active: str, disabled: str) -> QIcon:
    made = QIcon()
    for colour, mode in (
        (normal, QIcon.Mode.Normal),
        (active, QIcon.Mode.Active),
        (disabled, QIcon.Mode.Disabled),
    ):
        for side in _SIDES:
            made.addPixmap(_drawn(_source(name).replace("currentColor", colour), side), mode)
    return made


@cache
def program_icon() -> QIcon:
    """The icon of the program."""
    made = QIcon()
    for side in (*_SIDES, 64, 256):
        made.addPixmap(_drawn(_source("barograph"), side))
    return made


def _source(name: str) -> str:
    return (importlib.resources.files("barograph_resources") / "icons" / f"{name}.svg").read_text("utf-8")


def _drawn(source: str, side: int) -> QPixmap:
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return drawn
