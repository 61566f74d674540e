"""The shapes of bars in pixels, as arrays for one batched draw call each. No Qt here."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from barograph.gui.charts.frame import Frame
from barograph.gui.charts.series_buffer import Bar, Span
from barograph.market.bars import FloatArray

_BODY_SHARE = 0.76
_DAY_S = 86_400
_GAP_BARS = 2.5
_GAP_DAYS = 5.5
"""A longer time without bars is bridged, not drawn: the daily break is shorter, a long weekend of days too."""


@dataclass(frozen=True, slots=True, eq=False)
class CandleShapes:
    """Rectangles (x, y, width, height), n × 4, on device pixels: `up` and `down` filled, then `hollow` cleared.

    A rising candle is hollow and a falling one filled where there is room; its colour says the same again.
    """

    up: FloatArray
    down: FloatArray
    hollow: FloatArray


def body_px(bar_s: float, frame: Frame) -> int:
    """The width in device pixels of the body of a bar of `bar_s` seconds; that of its wick where that is all."""
    wick = frame.wick_px
    slot = bar_s * frame.width / (frame.end_s - frame.start_s) * frame.scale
    body = max(wick, round(slot * _BODY_SHARE))
    return body - (body - wick) % 2  # a wick stands in the middle of its body


def candle_shapes(span: Span, frame: Frame) -> CandleShapes:
    """The shapes of candles; where a bar is narrower than three lines its body is not hollowed."""
    if not len(span):
        return CandleShapes(*(np.empty((0, 4)) for _ in range(3)))
    scale, wick = frame.scale, frame.wick_px
    lengths = np.sort(span.end - span.start)  # merged bars differ: some of them reach over a weekend
    body = body_px(float(lengths[len(lengths) // 2]), frame)
    left = np.round((frame.x(span.start) + frame.x(span.end)) * (scale / 2) - body / 2)
    open_, high, low, close = np.round(frame.y(np.stack((span.open, span.high, span.low, span.close))) * scale)
    top, bottom = np.minimum(open_, close), np.maximum(open_, close)
    rising = span.close >= span.open
    wicks = np.empty((len(span), 4))
    wicks[:, 0], wicks[:, 2] = left + (body - wick) // 2, wick
    wicks[:, 1] = np.minimum(high, top)
    wicks[:, 3] = np.maximum(np.maximum(low, bottom) - wicks[:, 1], wick)
    if body == wick:
        return CandleShapes(wicks[rising] / scale, wicks[~rising] / scale, wicks[:0])
    bodies = np.empty((len(span), 4))
    bodies[:, 0], bodies[:, 1], bodies[:, 2] = left, top, body
    bodies[:, 3] = np.maximum(bottom - top, wick)
    hollow = bodies[rising & (bodies[:, 3] > 2 * wick)] if body >= 3 * wick else bodies[:0]
    return CandleShapes(
        np.concatenate((wicks[rising], bodies[rising])) / scale,
        np.concatenate((wicks[~rising], bodies[~rising])) / scale,
        (hollow + np.array([wick, wick, -2 * wick, -2 * wick])) / scale,
    )


def body_rectangle(bar: Bar, frame: Frame) -> tuple[float, float, float, float]:
    """The body (x, y, width, height) of a single bar, where `candle_shapes` would put it."""
    scale = frame.scale
    body = body_px(bar.end_s - bar.start_s, frame)
    left = round(frame.x(bar.middle_s) * scale - body / 2)
    opened = bar.close if math.isnan(bar.open) else bar.open
    top, bottom = sorted(round(frame.y(price) * scale) for price in (opened, bar.close))
    return left / scale, top / scale, body / scale, max(bottom - top, frame.wick_px) / scale


@dataclass(frozen=True, slots=True, eq=False)
class LineShapes:
    """Segments (x1, y1, x2, y2), n × 4: `drawn` within trading, `bridges` over hours without bars."""

    drawn: FloatArray
    bridges: FloatArray


def line_shapes(span: Span, frame: Frame, bar_s: float) -> LineShapes:
    """The closes joined up, at the middle of their bars of `bar_s` seconds; merged bars show low and high."""
    x = (frame.x(span.start) + frame.x(span.end)) / 2
    merged = len(span) > 0 and float((span.end - span.start).max()) > 1.5 * bar_s
    if merged:
        rising = span.close >= span.open
        first, second = np.where(rising, span.low, span.high), np.where(rising, span.high, span.low)
        x, y = np.repeat(x, 2), frame.y(np.column_stack((first, second)).ravel())
    else:
        y = frame.y(span.close)
    segments = np.column_stack((x[:-1], y[:-1], x[1:], y[1:]))
    if merged:
        return LineShapes(segments, segments[:0])
    apart = np.diff(span.start)
    step_s = max(bar_s, float(np.median(apart))) if len(apart) else bar_s
    gap = apart > (_GAP_BARS if step_s < _DAY_S else _GAP_DAYS) * step_s
    return LineShapes(segments[~gap], segments[gap])


def band_shapes(span: Span, frame: Frame) -> FloatArray:
    """Rectangles (x, y, width, height), n × 4, on device pixels: from low to high, as wide as each bar."""
    if not len(span):
        return np.empty((0, 4))
    scale = frame.scale
    left, right = np.round(frame.x(span.start) * scale), np.round(frame.x(span.end) * scale)
    top, bottom = np.round(frame.y(span.high) * scale), np.round(frame.y(span.low) * scale)
    return np.column_stack((left, top, np.maximum(right - left, 1), np.maximum(bottom - top, 1))) / scale


def step_shapes(start_s: FloatArray, value: FloatArray, frame: Frame, until_s: float) -> FloatArray:
    """Segments (x1, y1, x2, y2) of values that hold from their instant to the next, the last until `until_s`.

    Where a value is NaN there is nothing to hold and no segment.
    """
    if not len(start_s):
        return np.empty((0, 4))
    x = frame.x(np.append(start_s, max(until_s, float(start_s[-1]))))
    y = frame.y(value)
    treads = np.column_stack((x[:-1], y, x[1:], y))
    risers = np.column_stack((x[1:-1], y[:-1], x[1:-1], y[1:]))
    steps = np.concatenate((treads, risers))
    return steps[~np.isnan(steps).any(axis=1)]


def step_corners(start_s: FloatArray, value: FloatArray, frame: Frame, until_s: float) -> list[FloatArray]:
    """The same as corners (x, y), n × 2, of one line for each stretch without a NaN: dashes go on round a corner."""
    known = np.flatnonzero(~np.isnan(value))
    if not len(known):
        return []
    x = frame.x(np.append(start_s, max(until_s, float(start_s[-1]))))
    y = frame.y(value)
    stretches = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)
    return [
        np.column_stack((np.column_stack((x[rows], x[rows + 1])).ravel(), np.repeat(y[rows], 2))) for rows in stretches
    ]
