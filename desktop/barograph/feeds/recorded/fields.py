"""A piece of CSV text taken apart all at once: where its fields are, and the numbers among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from barograph.market.bars import FloatArray, IntArray

_COMMA, _LINE_END, _DOT, _ZERO = b",\n.0"
_EXACT_DIGITS = 15
_POWERS_OF_TEN = 10.0 ** np.arange(309)


@dataclass(frozen=True, slots=True, eq=False)
class Fields:
    """The fields of some lines of equal width, as positions in their text; all arrays are (lines, width).

    `letters` (bytes of the text, each line ended) has field (i, j) at `start[i, j]` up to `end[i, j]`.
    `number` is its value where it is a plain decimal (digits, at most fifteen, and at most one point), NaN
    everywhere else.
    """

    letters: NDArray[np.uint8]
    start: IntArray
    end: IntArray
    number: FloatArray

    @classmethod
    def of(cls, text: bytes, width: int, longest_line: int) -> Self | None:
        """The fields of a text; None where a line has not `width` fields or is longer than `longest_line`."""
        letters = np.frombuffer(text + b"\n", dtype=np.uint8)
        end = np.flatnonzero((letters == _COMMA) | (letters == _LINE_END))
        if len(end) % width:
            return None
        start = np.append(0, end[:-1] + 1)
        by_line = letters[end].reshape(-1, width)
        if not ((by_line[:, :-1] == _COMMA).all() and (by_line[:, -1] == _LINE_END).all()):
            return None
        if (end[width - 1 :: width] - start[::width]).max() > longest_line:
            return None
        number = _plain_decimals(letters, start, end)
        return cls(letters, start.reshape(by_line.shape), end.reshape(by_line.shape), number.reshape(by_line.shape))

    def text(self, line: int, column: int) -> bytes:
        """One field as written."""
        return self.letters[self.start[line, column] : self.end[line, column]].tobytes()

    def letters_of(self, column: int, length: int) -> NDArray[np.uint8] | None:
        """A column as (lines, length) letters, or None where a field has another length."""
        start = self.start[:, column]
        if (self.end[:, column] - start != length).any():
            return None
        letters: NDArray[np.uint8] = self.letters[start[:, np.newaxis] + np.arange(length)]
        return letters


def _plain_decimals(letters: NDArray[np.uint8], start: IntArray, end: IntArray) -> FloatArray:
    """The values of the fields that are plain decimals, NaN for the others; correctly rounded.

    A field's digits are summed by their powers of ten to an integer, which is exact up to fifteen digits, and
    divided by the power of ten that its point stands for, which is exact up to 10^22: so there is one rounding,
    as if read digit by digit (W. D. Clinger, How to read floating point numbers accurately, 1990).
    """
    digit = letters - np.uint8(_ZERO)
    is_digit = digit < 10
    digits_so_far = np.cumsum(is_digit, dtype=np.int32)
    at_end = digits_so_far[end]  # what ends a field is no digit itself
    # For each letter: how many digits of its field stand to the right of it.
    to_the_right = np.repeat(at_end, end - start + 1)
    to_the_right -= digits_so_far
    worth = _POWERS_OF_TEN[to_the_right]
    worth *= digit * is_digit
    whole = np.add.reduceat(worth, start)
    dot = np.flatnonzero(letters == _DOT)
    field_of_dot = np.searchsorted(end, dot)
    decimals = np.zeros(len(end), np.int64)
    decimals[field_of_dot] = to_the_right[dot]
    dots = np.bincount(field_of_dot, minlength=len(end))
    digits = np.diff(at_end, prepend=np.int32(0))
    plain = (digits + dots == end - start) & (dots <= 1) & (digits >= 1) & (digits <= _EXACT_DIGITS)
    values: FloatArray = np.full(len(end), np.nan)
    values[plain] = whole[plain] / _POWERS_OF_TEN[decimals[plain]]
    return values
