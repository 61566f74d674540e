"""The menu of charts: which of them the grid shows."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from barograph.gui.charts.specs import ALL_CHARTS, ChartSpec, charts_at
from barograph.gui.charts.words import long_name, short_name
from barograph.gui.translation import tr


class ChartMenu(QMenu):
    """A tick for each chart that is shown; the last one stays."""

    chosen = Signal(object)
    """The charts to show, a tuple of `ChartSpec`."""

    def __init__(self, parent: QWidget) -> None:
        """Nothing is ticked until `show_charts`."""
        super().__init__(tr("C&harts"), parent)
        self.setObjectName("chartMenu")
        self.places: dict[str, QAction] = {}
        for spec in ALL_CHARTS:
            series_id = spec.alternatives[0]
            words = " · ".join(part for part in (short_name(series_id), long_name(series_id)) if part)
            action = QAction(words.replace("&", "&&"), self, checkable=True)
            action.setObjectName(f"chart_{spec.place}")
            action.triggered.connect(self._choose)
            self.addAction(action)
            self.places[spec.place] = action

    def show_charts(self, specs: Collection[ChartSpec]) -> None:
        """Tick these."""
        shown = {spec.place for spec in specs}
        for place, action in self.places.items():
            action.setChecked(place in shown)
            action.setEnabled(shown != {place})

    def _choose(self) -> None:
        self.chosen.emit(charts_at([place for place, action in self.places.items() if action.isChecked()]))
