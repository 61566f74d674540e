"""The kind of stress: its label, since when, the worst that the unknown allows, and the evidence sign by sign."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from barograph.engine.context_view import RegimeView, SignView
from barograph.gui.context_labels import regime_meaning, regime_name
from barograph.gui.formats import day, moment
from barograph.gui.panels.section import Section
from barograph.gui.panels.sign_table import SignTable
from barograph.gui.text import label, show_text
from barograph.gui.theme import SPACE, TextSizes, Theme
from barograph.gui.translation import mark, tr
from barograph.risk.regime import Regime

_TREND = frozenset({"equity_below_average", "crypto_below_average", "breadth"})
_VOLATILITY = frozenset({"volatility_ratio", "volatility_index_rise"})
_NEEDED = {
    Regime.LIQUIDITY: mark("Liquidity shock: the first and two of the others"),
    Regime.TREND: mark("Trend break: all, for 5 sessions"),
    Regime.VOLATILITY: mark("Volatility event: any"),
}


class RegimeSection(Section):
    """First match wins, from the top."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Empty until `show_regime`."""
        super().__init__("regime", tr("Kind of stress"))
        self.word = label("regimeWord", "title")
        self.crypto_led = label("regimeCryptoLed", "badge", tr("crypto-led"))
        self.crypto_led.setToolTip(tr("It rests on crypto's own legs; credit is calm."))
        self.worst = label("regimeWorst", "strong", wrap=True)
        self.since = label("regimeSince", "small", wrap=True)
        self.meaning = label("regimeMeaning", "quiet", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACE)
        head.addWidget(self.word)
        head.addWidget(self.crypto_led, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        self.column.addLayout(head)
        self.tested = label("regimeTested", "small", wrap=True)
        self.add(self.worst, self.since, self.meaning, self.tested)
        self.needed = {
            regime: label(f"regimeNeeds-{regime}", "heading", tr(text), wrap=True) for regime, text in _NEEDED.items()
        }
        self.tables: dict[Regime, SignTable] = {}
        for regime in _NEEDED:
            self.tables[regime] = SignTable(f"regimeSigns-{regime}", regime_name(regime), theme, sizes, "regime")
            self.add(self.needed[regime], self.tables[regime])
        self.show_regime(None, None)

    def show_regime(self, view: RegimeView | None, now: datetime | None) -> None:
        """Show the regime as it is at `now`; None where no session has been judged."""
        show_text(self.word, tr("not known") if view is None else regime_name(view.regime))
        self.crypto_led.setVisible(view is not None and view.crypto_led)
        worse = view is not None and view.worst is not view.regime
        words = tr("could be {regime}: some signs are not known")
        show_text(self.worst, words.format(regime=regime_name(view.worst)) if view and worse else "")
        show_text(self.since, _since_text(view, now))
        show_text(self.meaning, regime_meaning(view.regime) if view else tr("No session has been judged yet."))
        show_text(self.tested, _tested_text(view))
        groups = _grouped(view.signs if view else ())
        for regime, table in self.tables.items():
            table.show_signs(groups[regime])
            self.needed[regime].setVisible(bool(groups[regime]))
        self.summarise("" if view is None else regime_name(view.regime) + (" (?)" if worse else ""))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for table in self.tables.values():
            table.set_theme(theme)


def _grouped(signs: tuple[SignView, ...]) -> dict[Regime, list[SignView]]:
    groups: dict[Regime, list[SignView]] = {regime: [] for regime in _NEEDED}
    for sign in signs:
        group = Regime.TREND if sign.id in _TREND else Regime.VOLATILITY if sign.id in _VOLATILITY else Regime.LIQUIDITY
        groups[group].append(sign)
    return groups


def _since_text(view: RegimeView | None, now: datetime | None) -> str:
    if view is None or now is None:
        return ""
    parts = [tr("since {time}").format(time=moment(view.since, now))] if view.since else []
    parts.append(tr("session {day}").format(day=day(view.session)))
    if view.provisional:
        parts.append(tr("provisional until the close"))
    if view.persists:
        parts.append(tr("of an earlier session, still counted"))
    return " · ".join(parts)


def _tested_text(view: RegimeView | None) -> str:
    """What the form whose record is known says, where that is something else."""
    if view is None or view.tested is None or view.tested is view.regime:
        return ""
    words = tr("By daily data alone, the form that was tested: {regime}.")
    return words.format(regime=regime_name(view.tested))
