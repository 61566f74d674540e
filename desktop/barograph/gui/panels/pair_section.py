"""Headline correlations: stocks against coins on three intervals, each with its band, its n and what that allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from barograph.engine.context_view import PairCorrelation
from barograph.gui.band_bar import BandBar, BandMarks
from barograph.gui.context_labels import rule_words, unknown_reason
from barograph.gui.feed_labels import source_name
from barograph.gui.formats import UNKNOWN, moment, number, plain_tip
from barograph.gui.panels.section import Section
from barograph.gui.text import label, set_role, show_text
from barograph.gui.theme import SPACE, Theme
from barograph.gui.translation import tr

_BAND_COLUMNS = 3
"""Columns of numbers above the band; the words stand below the others."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class _Row:
    pair: QLabel
    numbers: tuple[QLabel, ...]
    band: BandBar
    wording: QLabel

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return (self.pair, *self.numbers, self.band, self.wording)


class PairSection(Section):
    """For each pair and interval a line of numbers, and below it the band and what may be said of it."""

    def __init__(self, theme: Theme) -> None:
        """Empty until `show_pairs`."""
        super().__init__("pairs", tr("Stocks against coins"))
        self._theme = theme
        self.rows: list[_Row] = []
        self.empty = label("pairsEmpty", "quiet", wrap=True)
        words = tr("Line: the band. Bar: median of its own past. Shaded: 0.7 to 0.9. Filled: elevated.")
        self.note = label("pairsNote", "small", words, wrap=True)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE + 2)
        self._grid.setVerticalSpacing(0)
        for column in range(1, len(_heads())):
            self._grid.setColumnStretch(column, 1)
        self.heads = tuple(label(f"pairHead{place}", "small", head) for place, (head, _) in enumerate(_heads()))
        for place, (made, (_, tip)) in enumerate(zip(self.heads, _heads(), strict=True)):
            made.setToolTip(plain_tip(tip))
            self._grid.addWidget(made, 0, place, _RIGHT if place else Qt.AlignmentFlag.AlignLeft)
        grid = QWidget()
        grid.setObjectName("pairGrid")
        grid.setLayout(self._grid)
        self.add(self.empty, grid, self.note)
        self.show_pairs((), None)

    def show_pairs(self, pairs: tuple[PairCorrelation, ...], now: datetime | None) -> None:
        """Show these correlations as known at `now`."""
        show_text(self.empty, "" if pairs else tr("No correlation has been worked out yet."))
        for widget in (self.note, *self.heads):
            widget.setVisible(bool(pairs))
        before = ""
        for place, pair in enumerate(pairs):
            name = f"{pair.stock} – {pair.crypto}"
            self._show_pair(place, pair, name if name != before else "", now)
            before = name
        for row in self.rows[len(pairs) :]:
            for part in row.parts:
                part.hide()
        self.summarise(_summary(pairs))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        for row in self.rows:
            row.band.set_theme(theme)

    def _show_pair(self, place: int, pair: PairCorrelation, heading: str, now: datetime | None) -> None:
        row = self._row(place)
        show_text(row.pair, heading)
        for cell, text in zip(row.numbers, _numbers(pair), strict=True):
            cell.setVisible(True)
            if cell.text() != text:
                cell.setText(text)
        elevated = pair.wording == "elevated"
        marks = BandMarks(pair.rho, pair.low, pair.high, pair.median, elevated)
        wording = wording_text(pair)
        row.band.show_marks(marks, f"{pair.stock} – {pair.crypto} {pair.interval}: {number(pair.rho, 2)}, {wording}")
        row.band.show()
        show_text(row.wording, wording)
        set_role(row.wording, "strong" if elevated else "small")
        tip = plain_tip(_tip(pair, now))
        for part in row.parts[1:]:
            if part.toolTip() != tip:
                part.setToolTip(tip)

    def _row(self, place: int) -> _Row:
        while len(self.rows) <= place:
            made, top = self._make_row(len(self.rows)), 4 * len(self.rows) + 1
            self._grid.addWidget(made.pair, top, 0, 1, len(_heads()))
            for column, cell in enumerate(made.numbers):
                self._grid.addWidget(cell, top + 1, column)
            self._grid.addWidget(made.band, top + 2, 0, 1, _BAND_COLUMNS)
            self._grid.addWidget(made.wording, top + 2, _BAND_COLUMNS, 1, len(_heads()) - _BAND_COLUMNS)
            self._grid.setRowMinimumHeight(top + 3, SPACE)
            self.rows.append(made)
        return self.rows[place]

    def _make_row(self, place: int) -> _Row:
        roles = ("small", "strong", *("small" for _ in _heads()[2:]))
        numbers = tuple(label(f"pair{place}Number{column}", role) for column, role in enumerate(roles))
        for cell in numbers[1:]:
            cell.setAlignment(_RIGHT)
        return _Row(
            label(f"pair{place}Name", "strong"),
            numbers,
            BandBar(f"pair{place}Band", self._theme),
            label(f"pair{place}Wording", "small", wrap=True),
        )


def _heads() -> tuple[tuple[str, str], ...]:
    """Heads of the columns with what they mean."""
    return (
        ("", ""),
        ("ρ", tr("Exponentially weighted correlation, zero mean.")),
        (tr("band"), tr("95% band of ρ, widened for fat tails.")),
        ("n", tr("Shared returns.")),
        (tr("rank"), tr("Rank: Spearman's of the last 60 returns; far from ρ, a few days make it.")),
        (tr("falls"), tr("Joint falls: what both lost together, over 60 returns.")),
        ("F–R", tr("Variance out: ρ less the part that higher variance alone would bring (Forbes–Rigobon).")),
    )


def _numbers(pair: PairCorrelation) -> tuple[str, ...]:
    band = f"{number(pair.low, 2)}…{number(pair.high, 2)}" if pair.low is not None else UNKNOWN
    others = (pair.spearman, pair.semicorrelation, pair.forbes_rigobon)
    return (str(pair.interval), number(pair.rho, 2), band, str(pair.n), *(number(value, 2) for value in others))


def wording_text(pair: PairCorrelation) -> str:
    """What may be said of it, and no more."""
    if pair.rho is None or pair.wording == "unknown":
        if pair.reason:
            return tr("not known: {why}").format(why=unknown_reason(pair.reason))
        return tr("not known whether that is normal")
    words = tr("elevated") if pair.wording == "elevated" else tr("not distinguishable from normal")
    if pair.compressed:
        words = tr("{words}; compressed").format(words=words)
    return tr("{words}; driven by a few days").format(words=words) if pair.few_days else words


def _tip(pair: PairCorrelation, now: datetime | None) -> str:
    used = f"{pair.stock} ({pair.stock_used})" if pair.stock_used not in ("", pair.stock) else pair.stock
    lines = [
        f"{used} – {pair.crypto}, {pair.interval}",
        rule_words(pair.rule),
    ]
    if pair.rho is not None and pair.rule == "C":
        lines.append(tr("{n} overlapping returns.").format(n=pair.n))
    elif pair.rho is not None:
        words = tr("{n} shared returns, {effective} of them effective.")
        lines.append(words.format(n=pair.n, effective=number(pair.n_effective, 0)))
    if pair.median is not None:
        words = tr("Median of {days} days of its own past: {median}.")
        lines.append(words.format(days=pair.median_days, median=number(pair.median, 2)))
    if pair.as_of is not None and now is not None:
        lines.append(tr("As of {time} New York").format(time=moment(pair.as_of, now)))
    if pair.source:
        lines.append(tr("Source: {source}").format(source=source_name(pair.source)))
    return "\n".join(line for line in lines if line)


def _summary(pairs: tuple[PairCorrelation, ...]) -> str:
    if not pairs:
        return ""
    elevated = sum(pair.wording == "elevated" for pair in pairs)
    unknown = sum(pair.rho is None for pair in pairs)
    words = tr("{n} of {all} elevated").format(n=elevated, all=len(pairs))
    return tr("{words}, {n} not known").format(words=words, n=unknown) if unknown else words
