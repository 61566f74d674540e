"""Which charts are shown, lines of the context among them: their band, their words, their age."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from barograph.engine.messages import SeriesKey, SeriesUpdate
from barograph.gui.chart_menu import ChartMenu
from barograph.gui.charts.chart import ChartState
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.charts.content import blended
from barograph.gui.charts.frame import Frame
from barograph.gui.charts.series_buffer import SeriesBuffer, Span
from barograph.gui.charts.shapes import band_shapes, line_shapes
from barograph.gui.charts.specs import ALL_CHARTS, DEFAULT_CHARTS, charts_at, charts_for, choose_series
from barograph.gui.charts.words import empty_words, long_name, short_name
from barograph.gui.theme import DARK
from barograph.market.freshness import Freshness
from barograph.market.intervals import SECOND_NS, Interval
from tests.gui.charts.samples import NOW, START_LEVELS, light_history, quote, series, snapshot

Settle = Callable[[ChartGrid], None]


def line(
    series_id: str, values: list[float], *, every_h: int = 1, band: float = 0.0, end: datetime = NOW
) -> SeriesUpdate:
    """A line that ends at the last whole hour before `end`, with a band where it has one."""
    last = int(end.timestamp()) // 3_600 * 3_600 - 3_600
    time = (last - 3_600 * every_h * np.arange(len(values) - 1, -1, -1, dtype=np.int64)) * SECOND_NS
    close = np.array(values)
    return SeriesUpdate(
        key=SeriesKey(series_id, Interval.HOUR_1), replace=True, line=True, time=time, open=close, high=close + band,
        low=close - band, close=close, forming=False, unit="% per 8h" if series_id.startswith("FUNDING") else "",
        decimals=2, source="yahoo, bybit", state=Freshness.CLOSED, as_of=None, band=band > 0,
    )  # fmt: skip


@pytest.fixture
def rho_grid(qtbot: QtBot) -> ChartGrid:
    made = ChartGrid(DARK, charts_at(("btc", "rho", "funding")))
    qtbot.addWidget(made)
    made.resize(1_240, 400)
    made.show()
    qtbot.waitExposed(made)
    made.show_snapshot(snapshot([quote("BTC")]))
    made.apply_series(series("BTC", Interval.HOUR_1))
    return made


def chart_of(grid: ChartGrid, place: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
    return next(chart for chart in grid.charts if chart.spec.place == place)


# -------------------------------------------------------------------------------------------------- which charts


def test_places_are_told_apart_and_every_series_has_a_name() -> None:
    places = [spec.place for spec in ALL_CHARTS]
    assert len(set(places)) == len(places)
    for spec in ALL_CHARTS:
        assert all(short_name(series_id) and long_name(series_id) for series_id in spec.alternatives)
    assert len({short_name(spec.alternatives[0]) for spec in ALL_CHARTS}) == len(ALL_CHARTS)


@pytest.mark.parametrize(
    ("width", "height", "count"), [(1_280, 800, 9), (1_920, 1_080, 12), (2_560, 1_440, 16), (1_080, 1_920, 9)]
)
def test_a_larger_window_has_more_charts_at_first(width: int, height: int, count: int) -> None:
    assert len(charts_for(width, height)) == count


def test_unknown_places_are_passed_over_and_the_order_is_the_grids() -> None:
    assert [spec.place for spec in charts_at(["score", "gone", "btc", "btc"])] == ["btc", "score"]


def test_a_line_of_the_context_is_offered_by_every_feed() -> None:
    (spec,) = charts_at(["rho"])
    assert choose_series(spec, frozenset(), frozenset()) == "RHO ES/BTC"


def test_where_no_futures_are_served_the_two_year_yield_stands_in_for_the_policy_path() -> None:
    (spec,) = charts_at(["policy"])
    assert choose_series(spec, {"BTC"}, frozenset()) == "POLICY PATH"
    assert choose_series(spec, {"BTC"}, {"POLICY PATH"}) == "POLICY 2Y"
    assert long_name("POLICY PATH") != long_name("POLICY 2Y")


def test_other_charts_come_and_go_and_the_others_keep_what_they_have(
    full_grid: ChartGrid, settle: Settle, qtbot: QtBot
) -> None:
    btc = chart_of(full_grid, "btc")
    points = len(btc.series)
    with qtbot.waitSignal(full_grid.keys_changed) as signal:
        full_grid.show_charts(charts_at(("btc", "rho", "score")))
    assert [key.id for key in signal.args[0]] == ["BTC", "RHO ES/BTC", "SCORE"]
    assert chart_of(full_grid, "btc") is btc
    assert len(btc.series) == points
    settle(full_grid)
    assert [chart.isVisible() for chart in full_grid.charts] == [True] * 3
    full_grid.show_charts(DEFAULT_CHARTS)
    settle(full_grid)
    assert len(full_grid.charts) == 9
    assert chart_of(full_grid, "us10y").state is ChartState.LOADING
    full_grid.apply_series(series("US10Y", Interval.HOUR_1))
    full_grid.apply_light(light_history())
    settle(full_grid)
    assert chart_of(full_grid, "us10y").state is ChartState.LIVE
    assert set(START_LEVELS) <= {chart.series_id for chart in full_grid.charts}


def test_a_maximised_chart_that_goes_gives_the_grid_back(full_grid: ChartGrid) -> None:
    full_grid.toggle_maximised(chart_of(full_grid, "eth"))
    full_grid.show_charts(charts_at(("btc", "score")))
    assert full_grid.maximised is None
    assert all(chart.isVisibleTo(full_grid) for chart in full_grid.charts)


def test_the_menu_ticks_what_is_shown_and_keeps_the_last(qtbot: QtBot, grid: ChartGrid) -> None:
    menu = ChartMenu(grid)
    menu.show_charts(charts_at(("btc", "eth")))
    assert {place for place, action in menu.places.items() if action.isChecked()} == {"btc", "eth"}
    with qtbot.waitSignal(menu.chosen) as signal:
        menu.places["rho"].trigger()
    assert [spec.place for spec in signal.args[0]] == ["btc", "eth", "rho"]
    menu.show_charts(charts_at(("btc",)))
    assert not menu.places["btc"].isEnabled()
    assert menu.places["eth"].isEnabled()


# ------------------------------------------------------------------------------------------- lines of the context


def test_a_band_is_drawn_round_the_line(rho_grid: ChartGrid, settle: Settle) -> None:
    chart = chart_of(rho_grid, "rho")
    rho_grid.apply_series(line("RHO ES/BTC", [0.4 + 0.01 * k for k in range(30)], band=0.2))
    settle(rho_grid)
    colour = blended(DARK.series[2], DARK.panel, 0.22)
    image = chart.plot.grab().toImage()
    found = sum(image.pixelColor(x, y) == QColor(colour) for x in range(image.width()) for y in range(image.height()))
    assert found > 500
    rho_grid.apply_series(replace(line("RHO ES/BTC", [0.4 + 0.01 * k for k in range(30)]), band=False))
    settle(rho_grid)
    image = chart.plot.grab().toImage()
    assert not any(image.pixelColor(x, y) == colour for x in range(image.width()) for y in range(image.height()))


def test_the_price_axis_has_room_for_the_band(rho_grid: ChartGrid, settle: Settle) -> None:
    rho_grid.apply_series(line("RHO ES/BTC", [0.5] * 30, band=0.25))
    settle(rho_grid)
    frame = chart_of(rho_grid, "rho").plot.content.frame
    assert frame.low < 0.25
    assert frame.high > 0.75


def test_the_crosshair_reads_value_and_band(rho_grid: ChartGrid, settle: Settle) -> None:
    rho_grid.apply_series(line("RHO ES/BTC", [0.5] * 30, band=0.25))
    settle(rho_grid)
    chart = chart_of(rho_grid, "rho")
    rho_grid.show_crosshair(chart.series.time_s[-3] + 60)
    pieces = [piece.text for piece in chart.header.pieces]
    assert pieces == ["ρ ES–BTC", "0.50", "0.25 … 0.75"]


def test_a_sparse_line_is_joined_up_and_read_between_its_points(rho_grid: ChartGrid, settle: Settle) -> None:
    rho_grid.apply_series(line("FUNDING BTC", [0.01] * 12, every_h=8))
    settle(rho_grid)
    chart = chart_of(rho_grid, "funding")
    assert chart.series.step_s == 8 * 3_600
    rho_grid.show_crosshair(chart.series.time_s[-3] + 5 * 3_600)
    assert [piece.text for piece in chart.header.pieces][:2] == ["Funding BTC", "0.01"]
    frame = Frame(400, 100, float(chart.series.time_s[0]), float(chart.series.time_s[-1]), 0, 1, 1)
    shapes = line_shapes(chart.series.span(frame.start_s, frame.end_s, 400), frame, 3_600)
    assert len(shapes.bridges) == 0
    assert len(shapes.drawn) == 11


@pytest.mark.parametrize(("hours", "state"), [(0, "live"), (30, "closed, Wed 09:00")])
def test_a_line_that_nobody_quotes_is_as_old_as_its_last_point(
    rho_grid: ChartGrid, settle: Settle, hours: int, state: str
) -> None:
    rho_grid.apply_series(line("RHO ES/BTC", [0.5] * 30, band=0.1, end=NOW - timedelta(hours=hours)))
    settle(rho_grid)
    rho_grid.show_snapshot(snapshot([quote("BTC")]))
    chart = chart_of(rho_grid, "rho")
    end = datetime.fromtimestamp(chart.series.end_s, UTC)
    assert chart.accessibleName().startswith("ρ ES–BTC, correlation, 95% band: 0.50, ")
    assert ("live" in chart.accessibleName()) is (state == "live")
    assert chart.state is (ChartState.LIVE if state == "live" else ChartState.QUIET)
    assert end <= NOW


def test_a_correlation_is_not_awaited_on_an_interval_that_it_never_has() -> None:
    words = empty_words("no_data_yet", "RHO ES/BTC", Interval.MIN_5, None)
    assert words == "Rolling correlations are worked out on 1h, 4h and 1d"
    assert empty_words("no_data_yet", "RHO ES/BTC", Interval.HOUR_4, None).startswith("Waiting for")


def test_a_band_reaches_from_low_to_high_without_gaps() -> None:
    start = np.arange(5, dtype=np.float64) * 3_600
    span = Span(start, start + 3_600, *(np.full(5, value) for value in (0.5, 0.8, 0.2, 0.5)))
    frame = Frame(100, 50, 0, 5 * 3_600, 0, 1, 1)
    shapes = band_shapes(span, frame)
    assert shapes[:, 1].tolist() == [10] * 5
    assert shapes[:, 3].tolist() == [30] * 5
    assert (shapes[:-1, 0] + shapes[:-1, 2]).tolist() == shapes[1:, 0].tolist()
    assert len(band_shapes(Span(*(np.empty(0) for _ in range(6))), frame)) == 0


def test_a_series_of_bars_stands_for_its_interval() -> None:
    buffer = SeriesBuffer(Interval.HOUR_1)
    buffer.apply(series("BTC", Interval.HOUR_1))
    assert buffer.step_s == 3_600
