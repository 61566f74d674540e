"""The keys of the grid of charts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from barograph.gui.charts.chart_grid import ChartGrid

_PAN_SHARE = 0.1
_ZOOM_STEP = 1.25


def press_key(grid: ChartGrid, key: int) -> bool:
    """Pan, zoom, go to the newest bar, maximise and restore; False where the key means nothing here."""
    focused = next((chart for chart in grid.charts if chart.hasFocus()), None)
    match key:
        case Qt.Key.Key_Left:
            grid.pan(-_PAN_SHARE)
        case Qt.Key.Key_Right:
            grid.pan(_PAN_SHARE)
        case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
            grid.zoom(1 / _ZOOM_STEP)
        case Qt.Key.Key_Minus:
            grid.zoom(_ZOOM_STEP)
        case Qt.Key.Key_Home:
            grid.show_latest()
        case Qt.Key.Key_Return | Qt.Key.Key_Enter if focused is not None:
            grid.toggle_maximised(focused)
        case Qt.Key.Key_Escape if grid.maximised is not None:
            grid.toggle_maximised(grid.maximised)
        case _:
            return False
    return True
