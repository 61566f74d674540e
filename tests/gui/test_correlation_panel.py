"""The Correlation panel: what may be said of a pair, the heat map, the gap, and time frames that disagree."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from barograph.engine.context_view import ContextView, GapMove, PairCorrelation
from barograph.engine.snapshot import Snapshot
from barograph.gui.heat_map import HeatMapView, heat_colour
from barograph.gui.panels.correlation_panel import CorrelationPanel, gap_text
from barograph.gui.panels.pair_section import wording_text
from barograph.gui.theme import DARK, LIGHT, TextSizes, Theme
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from barograph.risk.plans import Trend
from tests.gui.contexts import frames, heat_map
from tests.gui.snapshots import LIVE, NOW, make_snapshot
from tests.gui.test_theme import BOTH, VISION, contrast, decoded


@pytest.fixture
def panel(qtbot: QtBot, sizes: TextSizes) -> CorrelationPanel:
    made = CorrelationPanel(DARK, sizes)
    qtbot.addWidget(made)
    made.resize(420, 1_300)
    made.show()
    return made


def with_context(**changes: object) -> Snapshot:
    snapshot = make_snapshot(Face.RISK_OFF, feed=LIVE)
    assert isinstance(snapshot.context, ContextView)
    return replace(snapshot, context=replace(snapshot.context, **changes))  # type: ignore[arg-type]


# ---------------------------------------------------------------------------------------------------- pairs


def test_pairs_with_band_n_and_what_stands_beside(panel: CorrelationPanel) -> None:
    panel.show_snapshot(with_context())
    rows = panel.pairs.rows
    assert [row.pair.text() for row in rows if row.pair.isVisibleTo(panel)] == ["ES – BTC", "NQ – BTC", "ES – ETH"]
    assert [cell.text() for cell in rows[0].numbers] == ["1h", "0.74", "0.61…0.83", "117", "0.68", "0.81", "0.43"]
    assert [cell.text() for cell in rows[6].numbers] == ["1h", "–", "–", "0", "–", "–", "–"]
    assert rows[0].wording.text() == "elevated; compressed"
    assert rows[2].wording.text() == "not distinguishable from normal"
    assert [rows[place].wording.text() for place in (4, 6, 7)] == [
        "not known: too few shared bars",
        "not known: no bars",
        "not known: too old",
    ]
    assert rows[3].wording.text().endswith("driven by a few days")
    assert rows[0].band.accessibleName() == "ES – BTC 1h: 0.74, elevated; compressed"


def test_the_tip_of_a_pair_says_how_it_was_taken(panel: CorrelationPanel) -> None:
    panel.show_snapshot(with_context())
    tip = panel.pairs.rows[2].wording.toolTip()
    for words in ("ES (SPX) – BTC, 1d", "Daily closes of both", "755 shared returns, 69 of them effective", "0.43."):
        assert words in tip


def test_a_pair_whose_bars_share_no_instants_says_so(panel: CorrelationPanel) -> None:
    """There is no band and nothing that would be normal."""
    pair = PairCorrelation("ES", "BTC", Interval.HOUR_1, "SPY", "C", 0.72, 70, 70.0, compressed=True, as_of=NOW)
    panel.show_snapshot(with_context(correlations=(pair,)))
    row = panel.pairs.rows[0]
    assert [cell.text() for cell in row.numbers] == ["1h", "0.72", "–", "70", "–", "–", "–"]
    assert row.wording.text() == "not known whether that is normal"
    tip = row.wording.toolTip()
    assert "ES (SPY) – BTC, 1h" in tip
    assert "Hayashi–Yoshida" in tip
    assert "70 overlapping returns." in tip
    assert "shared" not in tip


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (PairCorrelation("ES", "BTC", Interval.HOUR_1, rho=0.6, wording="elevated"), "elevated"),
        (PairCorrelation("ES", "BTC", Interval.HOUR_1, rho=0.6, wording="normal"), "not distinguishable from normal"),
        (PairCorrelation("ES", "BTC", Interval.HOUR_1, rho=0.6), "not known whether that is normal"),
        (PairCorrelation("ES", "BTC", Interval.HOUR_1, reason="no_bars"), "not known: no bars"),
        (PairCorrelation("ES", "BTC", Interval.HOUR_1, reason="new_reason"), "not known: new reason"),
    ],
)
def test_no_more_is_said_than_is_known(pair: PairCorrelation, words: str) -> None:
    assert wording_text(pair) == words


def test_elevated_and_normal_differ_without_their_colour(panel: CorrelationPanel) -> None:
    """A filled dot or a ring."""
    panel.show_snapshot(with_context())
    band = panel.pairs.rows[0].band
    filled = band.grab().toImage()
    context = with_context().context
    assert context is not None
    same = replace(context.correlations[0], wording="normal")
    panel.show_snapshot(with_context(correlations=(same, *context.correlations[1:])))
    ring = band.grab().toImage()
    x = round(5 + (0.74 + 1) / 2 * (band.width() - 10))
    assert filled.pixelColor(x, band.height() // 2) == QColor(DARK.accent)
    assert ring.pixelColor(x, band.height() // 2) != QColor(DARK.accent)


def test_fewer_pairs_leave_no_old_rows(panel: CorrelationPanel) -> None:
    panel.show_snapshot(with_context())
    context = with_context().context
    assert context is not None
    panel.show_snapshot(with_context(correlations=context.correlations[:1]))
    assert [row.wording.isVisibleTo(panel) for row in panel.pairs.rows] == [True, *[False] * 8]
    panel.show_snapshot(with_context(correlations=()))
    assert panel.pairs.empty.text() == "No correlation has been worked out yet."


# -------------------------------------------------------------------------------------------------- heat map


@BOTH
def test_every_number_of_the_heat_map_is_legible(theme: Theme) -> None:
    for rho in np.linspace(-1, 1, 201):
        cell = QColor(*heat_colour(float(rho), theme)).name()
        assert contrast(theme.text, cell) >= 4.5, rho


@BOTH
@pytest.mark.parametrize("vision", ["deuteranopia", "protanopia", "tritanopia"])
def test_against_and_together_differ_for_every_eye(theme: Theme, vision: str) -> None:
    matrix = np.array(VISION[vision])
    for rho in (0.4, 0.7, 1.0):
        seen = [matrix @ decoded(np.array(heat_colour(sign * rho, theme), dtype=np.float64) / 255) for sign in (-1, 1)]
        assert np.abs(seen[0] - seen[1]).max() > 0.06 * rho


def test_the_interval_is_switched_and_kept(panel: CorrelationPanel) -> None:
    panel.show_snapshot(with_context())
    heat = panel.heat
    assert heat.view.accessibleDescription().startswith("1h, strongest: ")
    heat.buttons[Interval.DAY_1].click()
    assert heat.view.accessibleDescription().startswith("1d, strongest: ")
    panel.show_snapshot(with_context())
    assert heat.buttons[Interval.DAY_1].isChecked()
    assert heat.view.accessibleDescription().startswith("1d, strongest: ")


def test_an_interval_that_is_not_known_says_so(panel: CorrelationPanel) -> None:
    panel.show_snapshot(with_context(heat_maps=(heat_map(Interval.DAY_1),)))
    assert panel.heat.empty.text() == "No 1h returns are known yet."
    assert [button.isEnabled() for button in panel.heat.buttons.values()] == [False, False, True]


def test_cells_are_read_by_the_mouse(qtbot: QtBot, sizes: TextSizes) -> None:
    view = HeatMapView(DARK, sizes)
    qtbot.addWidget(view)
    shown = heat_map(Interval.HOUR_1)
    view.show_map(shown)
    view.resize(420, view.sizeHint().height())
    right, bottom = view.width() - 2, view.height() - 4
    assert view.pair_at(QPoint(1, 1)) is None
    assert view.pair_at(QPoint(right, bottom)) is None  # the diagonal
    left = view.width() - 1 - 9.5 * (view._cell_px())
    assert view.pair_at(QPoint(round(left), bottom)) == (9, 0)
    assert view.tip(1, 0) == f"NQ – ES, 1h: ρ {shown.rho[1][0]:.2f}, n = 116"
    assert view.tip(9, 4) == "ETH – TLT, 1h: too few shared bars, n = 11"


@pytest.mark.parametrize(("width", "hundredths"), [(300, True), (700, False)])
def test_a_narrow_map_leaves_the_point_out(qtbot: QtBot, sizes: TextSizes, width: int, hundredths: bool) -> None:
    view = HeatMapView(DARK, sizes)
    qtbot.addWidget(view)
    view.resize(width, 400)
    view.show_map(heat_map(Interval.HOUR_1))
    assert view.hundredths is hundredths


def test_the_map_is_drawn_in_both_colours(panel: CorrelationPanel) -> None:
    for theme in (DARK, LIGHT):
        panel.set_theme(theme)
        panel.show_snapshot(with_context())
        image = panel.heat.view.grab().toImage()
        found = {
            image.pixelColor(x, y).getRgb()[:3]  # type: ignore[index]
            for x in range(0, image.width(), 3)
            for y in range(0, image.height(), 3)
        }
        shown = heat_map(Interval.HOUR_1, 0)
        strong = [rho for row, values in enumerate(shown.rho) for rho in values[:row] if rho and abs(rho) > 0.6]
        drawn = [heat_colour(rho, theme) in found for rho in strong]
        assert any(rho < 0 for rho in strong)
        assert all(drawn)


# --------------------------------------------------------------------------------------------- gap and frames


def test_what_a_coin_did_while_stocks_were_closed() -> None:
    gap = GapMove("ES", "BTC", -0.0413, NOW - timedelta(hours=92), NOW - timedelta(hours=44), running=False)
    assert gap_text(gap, NOW) == "BTC moved −4.1% while ES was closed, Sun 1 Feb 18:32 to Tue 3 Feb 18:32."
    running = replace(gap, since=NOW - timedelta(hours=2), until=NOW, running=True)
    assert gap_text(running, NOW) == "ES is closed since 12:32; BTC has moved −4.1% in that time."
    assert gap_text(replace(gap, move=None), NOW).startswith("BTC moved – while")
    assert gap_text(None, NOW) == ""


@pytest.mark.parametrize(
    ("first", "second", "flag"),
    [
        (Trend.DOWN, Trend.DOWN, "1h and 4h do not contradict each other."),
        (Trend.NONE, Trend.DOWN, "1h and 4h do not contradict each other."),
        (
            Trend.UP,
            Trend.DOWN,
            "1h and 4h point in opposite directions: ES, BTC. No trade is a valid answer.",
        ),
        (Trend.UP, Trend.UNKNOWN, "Whether 1h and 4h agree is not known."),
    ],
)
def test_time_frames_that_disagree_are_flagged(panel: CorrelationPanel, first: Trend, second: Trend, flag: str) -> None:
    panel.show_snapshot(with_context(frames=frames(first, second)))
    assert panel.flag.text() == flag
    assert panel.trends.texts[0] == ["", "1h", "4h"]
    arrows = {Trend.UP: "↑ +1.7", Trend.DOWN: "↓ −2.2", Trend.NONE: "→ +0.3", Trend.UNKNOWN: "?"}
    assert panel.trends.texts[1] == ["ES", arrows[first], arrows[second]]


def test_a_wide_panel_has_two_columns(panel: CorrelationPanel, qtbot: QtBot) -> None:
    panel.show_snapshot(with_context())
    panel.resize(1_000, 700)
    qtbot.waitUntil(lambda: panel.heat.x() > panel.pairs.x() + 100)
    panel.resize(400, 700)
    qtbot.waitUntil(lambda: panel.heat.y() > panel.pairs.y() + 100)
