"""From prices and instants to pixels: the mapping that all layers of one plot share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

from barograph.market.bars import FloatArray


@dataclass(frozen=True, slots=True)
class Frame:
    """A plot of `width` × `height` pixels shows `start_s` to `end_s` (left to right) and `low` to `high`.

    `scale` is the number of device pixels in a pixel; what is snapped to it is drawn sharp.
    """

    width: float
    height: float
    start_s: float
    end_s: float
    low: float
    high: float
    scale: float

    @property
    def wick_px(self) -> int:
        """The width of a thin line in device pixels: as many as make about one pixel."""
        return max(1, round(self.scale))

    @property
    def device_px(self) -> float:
        """The same in pixels."""
        return self.wick_px / self.scale

    @overload
    def x(self, instant_s: float) -> float: ...
    @overload
    def x(self, instant_s: FloatArray) -> FloatArray: ...
    def x(self, instant_s: float | FloatArray) -> float | FloatArray:
        """Pixels from the left edge."""
        return (instant_s - self.start_s) * (self.width / (self.end_s - self.start_s))

    @overload
    def y(self, price: float) -> float: ...
    @overload
    def y(self, price: FloatArray) -> FloatArray: ...
    def y(self, price: float | FloatArray) -> float | FloatArray:
        """Pixels from the top edge."""
        return (self.high - price) * (self.height / (self.high - self.low))

    def instant_s(self, x: float) -> float:
        """The instant at `x` pixels from the left."""
        return self.start_s + x * (self.end_s - self.start_s) / self.width

    def price(self, y: float) -> float:
        """The price at `y` pixels from the top."""
        return self.high - y * (self.high - self.low) / self.height

    def snap(self, pixels: float) -> float:
        """The nearest edge between two device pixels."""
        return round(pixels * self.scale) / self.scale
