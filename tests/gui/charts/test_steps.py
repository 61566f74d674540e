"""Values that hold until the next one: settlements and fixings. They reach to now, and say since when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from barograph.engine.messages import SeriesKey, SeriesUpdate
from barograph.feeds.contract import FeedKind
from barograph.gui.charts.chart import Chart, ChartState
from barograph.gui.charts.chart_grid import ChartGrid
from barograph.gui.charts.specs import ChartSpec, charts_at
from barograph.gui.formats import UNKNOWN
from barograph.market.freshness import Freshness
from barograph.market.intervals import SECOND_NS, Interval
from tests.gui.charts.samples import NOW, made, quote, series, snapshot

Settle = Callable[[ChartGrid], None]
KEY = SeriesKey("FUNDING BTC", Interval.HOUR_1)
HOUR = timedelta(hours=1)


def settled(*ages_h: float, state: Freshness = Freshness.LIVE) -> SeriesUpdate:
    """Funding settled so many hours ago, oldest first: 1, 2, 3."""
    instants = [NOW - age * HOUR for age in ages_h]
    time = [int(each.timestamp()) * SECOND_NS for each in instants]
    update = made(KEY, time, [float(place + 1) for place in range(len(time))], line=True)
    return replace(update, steps=True, unit="% per 8h", decimals=4, state=state, as_of=instants[-1])


@pytest.fixture
def funding(grid: ChartGrid, settle: Settle) -> Chart:
    """A chart of funding beside one of a coin, which sets the range of time."""
    grid.show_charts(charts_at(("btc", "funding")))
    grid.show_snapshot(snapshot([quote("BTC")]))
    grid.apply_series(series("BTC"))
    grid.apply_series(settled(24, 16, 8))
    settle(grid)
    return grid.charts[1]


def curve_rows(chart: Chart, at: datetime) -> list[int]:
    """Rows of pixels that have the curve's colour at an instant."""
    frame = chart.plot.content.frame
    assert frame is not None
    image = chart.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(bytes(image.constBits()), np.uint32).reshape(image.height(), -1)
    colour = QColor(chart.plot.content.colour).rgb()
    column = pixels[: round(frame.height), round(frame.x(at.timestamp()))]
    return np.flatnonzero(column == colour).tolist()


def title(chart: Chart) -> list[str]:
    return [piece.text for piece in chart.header.pieces if piece.text]


def test_a_value_is_level_until_the_next_and_the_last_one_until_now(funding: Chart) -> None:
    frame = funding.plot.content.frame
    assert frame is not None
    for hours, value in ((23, 1.0), (17, 1.0), (15, 2.0), (9, 2.0), (7, 3.0), (1, 3.0)):
        rows = curve_rows(funding, NOW - hours * HOUR)
        assert len(rows) == 1
        assert abs(rows[0] - frame.y(value)) <= 1
    assert curve_rows(funding, NOW + HOUR) == []


def test_the_title_says_since_when(funding: Chart, grid: ChartGrid) -> None:
    assert title(funding) == ["Funding BTC", "3.0000%", "settled, per 8 h", "since 06:40"]
    assert funding.state == ChartState.LIVE
    grid.apply_series(settled(24, 16, 8, state=Freshness.CLOSED))
    assert (title(funding)[-1], funding.state) == ("since 06:40", ChartState.QUIET)
    grid.apply_series(settled(90, 80, 70, state=Freshness.STALE))
    assert (title(funding)[-1], funding.state) == ("stale 2 d", ChartState.DOUBTFUL)


def test_the_crosshair_reads_what_held_and_nothing_of_the_future(funding: Chart, grid: ChartGrid) -> None:
    read = []
    for hours in (25, 23, 15, 1, -1):
        grid.show_crosshair((NOW - hours * HOUR).timestamp())
        read.append(title(funding)[1])
    assert read == [UNKNOWN, "1.0000", "2.0000", "3.0000", UNKNOWN]


def test_the_newest_value_holds_in_a_range_that_begins_later(funding: Chart, grid: ChartGrid, settle: Settle) -> None:
    grid.apply_series(settled(400, 300, 240))
    settle(grid)
    frame = funding.plot.content.frame
    assert frame is not None
    assert frame.start_s > (NOW - 240 * HOUR).timestamp()
    assert funding.message == ""
    assert len(curve_rows(funding, NOW - HOUR)) == 1


def test_a_value_whose_next_is_overdue_is_only_dotted_on(funding: Chart, grid: ChartGrid, settle: Settle) -> None:
    grid.apply_series(settled(46, 38, 30, state=Freshness.STALE))
    settle(grid)
    assert len(curve_rows(funding, NOW - 25 * HOUR)) == 1
    assert curve_rows(funding, NOW - 20 * HOUR) == []


def test_closes_of_longer_bars_are_steps_and_give_way_to_bars(grid: ChartGrid, settle: Settle) -> None:
    """A chart of SMH/SPX tries SOXX/SPX, which has no hours either, and stays with the first."""
    spec = ChartSpec("semis", ("SMH/SPX", "SOXX/SPX"), 5)
    parts = [replace(quote("ES"), instrument=name) for name in ("SMH", "SOXX", "SPX")]
    grid.show_charts((*charts_at(("btc",)), spec))
    grid.show_snapshot(snapshot([quote("BTC"), *parts]))
    grid.apply_series(series("BTC"))
    chart = grid.charts[1]
    shown = [chart.series_id]
    for series_id in ("SMH/SPX", "SOXX/SPX"):
        grid.apply_series(replace(settled(40, 16), key=SeriesKey(series_id, Interval.HOUR_1), unit="", decimals=5))
        shown.append(chart.series_id)
    grid.apply_series(replace(settled(40, 16), key=SeriesKey("SMH/SPX", Interval.HOUR_1), unit="", decimals=5))
    settle(grid)
    assert [*shown, chart.series_id] == ["SMH/SPX", "SOXX/SPX", "SMH/SPX", "SMH/SPX"]
    assert len(curve_rows(chart, NOW - HOUR)) == 1
    assert chart.message == ""
    grid.set_interval(Interval.DAY_1)
    grid.apply_series(made(SeriesKey("SMH/SPX", Interval.DAY_1), [0], [1.0], line=True))
    assert chart.series_id == "SMH/SPX"


def test_what_a_series_lacks_is_known_although_it_came_before_the_first_snapshot(grid: ChartGrid) -> None:
    grid.show_charts(charts_at(("btc", "policy")))
    grid.apply_series(made(SeriesKey("POLICY PATH", Interval.HOUR_1), [], [], line=True, empty_reason="no_bars"))
    assert grid.charts[0].series_id == "POLICY PATH"
    grid.show_snapshot(snapshot([quote("BTC")]))
    assert grid.charts[0].series_id == "POLICY 2Y"
    other = snapshot([quote("BTC")], feed=FeedKind.REPLAY)
    grid.show_snapshot(other)
    assert grid.charts[0].series_id == "POLICY PATH"  # of another feed it is not known
