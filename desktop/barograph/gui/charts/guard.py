"""The guard round everything that Qt calls to paint: an error that escapes there ends the process."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from barograph.gui.translation import tr

_log = logging.getLogger(__name__)
_reported: set[str] = set()


def draw_guarded(owner: str, painter: QPainter, area: QRectF, colour: str, draw: Callable[[QPainter], None]) -> None:
    """Call `draw`; where it raises, write "no data yet" over `area` in `colour` and log it once for `owner`."""
    painter.save()
    try:
        draw(painter)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not reach Qt
        painter.restore()
        painter.save()
        painter.setPen(QColor(colour))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, tr("no data yet"))
        report_once(owner, error)
    finally:
        painter.restore()


def report_once(owner: str, error: Exception) -> None:
    """Log an error with its traceback the first time that this owner raises this kind of error."""
    kind = f"{owner}: {type(error).__name__}"
    if kind not in _reported:
        _reported.add(kind)
        _log.error("drawing failed in %s", owner, exc_info=error)
