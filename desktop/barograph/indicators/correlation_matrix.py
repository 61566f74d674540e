"""Correlations of all pairs of a set of markets over their latest window (SIGNALS 3.2).

Every call starts from the returns it is given, so nothing can drift; pairs with holes are taken over the rows that
both have, exactly as the function for one pair does it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np

from barograph.market.bars import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class CorrelationMatrix:
    """`rho` (k, k), NaN where undefined, and `n` (k, k) shared returns behind each pair."""

    rho: FloatArray
    n: IntArray


_Prepare = Callable[[FloatArray], FloatArray]
"""Makes a block of returns ready for plain sums of products: weighted, or without its means."""


def ewma_matrix(returns: FloatArray, lam: float, minimum: int = 30) -> CorrelationMatrix:
    """Exponentially weighted zero-mean correlations of all columns of `returns`, (rows, k), newest row last.

    Each value equals `correlation.ewma_correlation` of the two columns. NaN where fewer than `minimum` rows are
    shared or a side does not move in them.
    """

    def weighted(block: FloatArray) -> FloatArray:
        ready: FloatArray = block * lam ** (np.arange(len(block) - 1, -1, -1.0) / 2)[:, None]
        return ready

    return _by_holes(returns, weighted, minimum)


def pearson_matrix(returns: FloatArray, minimum: int = 2) -> CorrelationMatrix:
    """Product-moment correlations of all columns of `returns`, (rows, k), each pair over its shared rows.

    Means are taken off first (two passes). NaN where fewer than `minimum` rows are shared or a side does not move.
    """
    return _by_holes(returns, _centred, minimum)


def _centred(block: FloatArray) -> FloatArray:
    centred: FloatArray = block - block.mean(axis=0)
    # Of a column that does not move the rounded mean leaves last bits, which would correlate with something.
    centred[:, (block == block[0]).all(axis=0)] = 0
    return centred


def _by_holes(returns: FloatArray, prepare: _Prepare, minimum: int) -> CorrelationMatrix:
    """Columns with the same holes are treated together: markets on a few calendars make a few blocks."""
    count = returns.shape[1]
    known = np.ascontiguousarray(np.isfinite(returns).T)
    groups: dict[bytes, list[int]] = {}
    for column in range(count):
        groups.setdefault(known[column].tobytes(), []).append(column)
    blocks = [(known[columns[0]], np.array(columns)) for columns in groups.values()]
    if len(blocks) == 1 and blocks[0][0].all():
        return _one_block(returns, prepare, minimum)
    rho, n = np.full((count, count), np.nan), np.zeros((count, count), np.int64)
    for (rows_a, a), (rows_b, b) in combinations_with_replacement(blocks, 2):
        rows = rows_a & rows_b
        shared = int(np.count_nonzero(rows))
        here, mirrored = np.ix_(a, b), np.ix_(b, a)
        n[here] = n[mirrored] = shared
        if shared >= max(1, minimum):
            block = _correlations(*(prepare(returns[np.ix_(rows, columns)]) for columns in (a, b)))
            rho[here], rho[mirrored] = block, block.T
    return CorrelationMatrix(_unit_diagonal(rho), n)


def _one_block(returns: FloatArray, prepare: _Prepare, minimum: int) -> CorrelationMatrix:
    rows, count = returns.shape
    n = np.full((count, count), rows, np.int64)
    if rows < max(1, minimum):
        return CorrelationMatrix(np.full((count, count), np.nan), n)
    ready = prepare(returns)
    return CorrelationMatrix(_unit_diagonal(_correlations(ready, ready)), n)


def _correlations(a: FloatArray, b: FloatArray) -> FloatArray:
    """Of every column of one prepared block with every one of another; NaN for one that is zero throughout."""
    with np.errstate(divide="ignore", invalid="ignore"):
        unit_a = a / np.sqrt(np.einsum("ij,ij->j", a, a))
        unit_b = unit_a if b is a else b / np.sqrt(np.einsum("ij,ij->j", b, b))
        rho: FloatArray = unit_a.T @ unit_b
    return np.clip(rho, -1.0, 1.0, out=rho)


def _unit_diagonal(rho: FloatArray) -> FloatArray:
    diagonal = np.arange(len(rho))
    rho[diagonal, diagonal] = np.where(np.isnan(rho[diagonal, diagonal]), np.nan, 1.0)
    return rho
