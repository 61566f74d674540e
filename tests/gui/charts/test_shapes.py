"""Candles and lines in pixels: sharp, honest about gaps, and with nothing lost where bars are merged."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.gui.charts.frame import Frame
from barograph.gui.charts.series_buffer import SeriesBuffer, Span
from barograph.gui.charts.shapes import body_rectangle, candle_shapes, line_shapes, step_shapes
from barograph.market.intervals import Interval
from tests.gui.charts.samples import series


def span_of(symbol: str = "BTC", count: int = 100) -> Span:
    held = SeriesBuffer(Interval.HOUR_1)
    held.apply(series(symbol, Interval.HOUR_1, count, forming=False))
    return held.span(0, 3e9, 100_000)


def frame_of(span: Span, width: float = 640, scale: float = 1.0) -> Frame:
    return Frame(width, 300, span.start[0], span.end[-1], span.low.min(), span.high.max(), scale)


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("width", [100, 333, 640, 2_000])
def test_candles_lie_on_whole_device_pixels(scale: float, width: float) -> None:
    span = span_of()
    frame = frame_of(span, width, scale)
    shapes = candle_shapes(span, frame)
    for rectangles in (shapes.up, shapes.down, shapes.hollow):
        on_device = rectangles * scale
        assert np.allclose(on_device, np.round(on_device), atol=1e-6)
        assert (on_device[:, 2:] >= 1).all()
    rising = int((span.close >= span.open).sum())
    assert len(shapes.up) in (rising, 2 * rising)


def test_a_candle_reaches_from_low_to_high_and_its_wick_stands_in_the_middle() -> None:
    span = span_of(count=40)
    frame = frame_of(span)
    shapes = candle_shapes(span, frame)
    halves = [np.array_split(part, 2) for part in (shapes.up, shapes.down)]
    wicks, bodies = (np.concatenate([half[k] for half in halves]) for k in (0, 1))
    assert np.allclose(wicks[:, 0] + wicks[:, 2] / 2, bodies[:, 0] + bodies[:, 2] / 2)
    assert (wicks[:, 1] <= bodies[:, 1]).all()
    assert (wicks[:, 1] + wicks[:, 3] >= bodies[:, 1] + bodies[:, 3]).all()
    assert wicks[:, 1].min() == 0
    assert (wicks[:, 1] + wicks[:, 3]).max() == 300


def test_a_single_bar_is_drawn_where_it_would_be_among_others() -> None:
    held = SeriesBuffer(Interval.HOUR_1)
    held.apply(series("BTC", Interval.HOUR_1, 60, forming=False))
    span, last = held.span(0, 3e9, 100_000), held.last()
    assert last is not None
    frame = frame_of(span)
    shapes = candle_shapes(span, frame)
    part = shapes.up if last.close >= last.open else shapes.down
    assert part[-1].tolist() == pytest.approx(body_rectangle(last, frame))


def test_hours_without_bars_are_bridged_not_drawn() -> None:
    span = span_of("VIX", 40)
    shapes = line_shapes(span, frame_of(span), 3_600)
    nights = int((np.diff(span.start) > 3_600 * 2.5).sum())
    assert nights > 3
    assert len(shapes.bridges) == nights
    assert len(shapes.drawn) + nights == len(span) - 1


def test_a_value_that_holds_is_drawn_as_steps_up_to_now_and_not_where_there_is_none() -> None:
    start = np.linspace(0, 5 * 3_600, 6, dtype=np.float64)
    value = np.array([1.0, 3.0, np.nan, 2.0, 5.0, 4.0])
    frame = Frame(500, 300, 0, 50 * 3_600, 0, 6, 1.0)
    steps = step_shapes(start, value, frame, 12 * 3_600)
    across, up = steps[:5], steps[5:]
    assert (across[:, 1] == across[:, 3]).all()
    assert (up[:, 0] == up[:, 2]).all()
    assert len(up) == 3
    assert frame.x(2.5 * 3_600) not in np.concatenate((across[:, 0], across[:, 2]))
    assert not ((across[:, 0] < frame.x(2.5 * 3_600)) & (frame.x(2.5 * 3_600) < across[:, 2])).any()
    assert across[-1, 2] == pytest.approx(frame.x(12 * 3_600))


def test_nothing_in_sight_is_no_shape() -> None:
    empty = SeriesBuffer(Interval.HOUR_1).span(0, 1, 10)
    frame = Frame(100, 100, 0, 1, 0, 1, 1.0)
    assert not len(candle_shapes(empty, frame).up)
    assert not len(line_shapes(empty, frame, 3_600).drawn)
    assert not len(step_shapes(empty.start, empty.close, frame, 1.0))
