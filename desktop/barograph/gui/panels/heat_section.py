"""The heat map with its switch between intervals."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton

from barograph.engine.context_view import HeatMap
from barograph.gui.formats import number, quantity
from barograph.gui.heat_map import HeatMapView
from barograph.gui.panels.section import Section
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme
from barograph.gui.translation import tr
from barograph.market.intervals import Interval

INTERVALS = (Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)


class HeatSection(Section):
    """Shows the interval that was chosen, where it is known."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Empty until `show_maps`."""
        super().__init__("heat", tr("All pairs"))
        self._maps: dict[Interval, HeatMap] = {}
        self._chosen = Interval.HOUR_1
        self.buttons: dict[Interval, QToolButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        for interval in INTERVALS:
            button = QToolButton()
            button.setObjectName(f"heatInterval-{interval}")
            button.setText(str(interval))
            button.setAccessibleName(tr("Correlations of {interval} returns").format(interval=interval))
            button.setCheckable(True)
            button.setChecked(interval is self._chosen)
            button.clicked.connect(lambda _=False, chosen=interval: self.choose(chosen))
            self._group.addButton(button)
            self.buttons[interval] = button
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(row)
        self.view = HeatMapView(theme, sizes)
        self.empty = label("heatEmpty", "quiet", wrap=True)
        self.facts = label("heatFacts", "small", wrap=True)
        self.add(self.empty, self.view, self.facts)
        self.show_maps(())

    def show_maps(self, maps: tuple[HeatMap, ...]) -> None:
        """Show the maps there are."""
        self._maps = {shown.interval: shown for shown in maps}
        for interval, button in self.buttons.items():
            button.setEnabled(interval in self._maps)
        self._show()

    def choose(self, interval: Interval) -> None:
        """Show another interval."""
        self._chosen = interval
        with QSignalBlocker(self._group):
            self.buttons[interval].setChecked(True)
        self._show()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.view.set_theme(theme)

    def _show(self) -> None:
        shown = self._maps.get(self._chosen)
        self.view.show_map(shown)
        self.view.setVisible(shown is not None)
        words = tr("No {interval} returns are known yet.").format(interval=self._chosen)
        show_text(self.empty, "" if shown is not None else words)
        show_text(self.facts, _facts(shown))
        self.summarise("" if shown is None or shown.average is None else _mean(shown.average))


def _mean(average: float) -> str:
    return tr("mean {rho}").format(rho=number(average, 2))


def _facts(shown: HeatMap | None) -> str:
    if shown is None:
        return ""
    parts = [tr("Below the diagonal ρ, above it n; blue: against each other, orange: together.")]
    if shown.average is not None and shown.eigen_share is not None:
        words = tr("Mean of the pairs {rho}; one common factor carries {share}.")
        share = quantity(shown.eigen_share, "share", 0)
        parts.append(words.format(rho=number(shown.average, 2), share=share))
    return " ".join(parts)
