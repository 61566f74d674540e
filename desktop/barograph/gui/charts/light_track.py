"""The light through time as the charts draw it: which face held when, bounded in memory."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from barograph.engine.messages import LightHistory
from barograph.market.bars import FloatArray, IntArray
from barograph.risk.faces import Face

HELD_MOST = 50_000
"""Evaluations kept; the oldest go first."""
_NS = 1e9
_FACES = tuple(sorted(Face, key=lambda face: face.severity))


@dataclass(frozen=True, slots=True)
class LightAt:
    """The light that held at an instant; `score` is NaN where there was none, `provisional` if it is no record."""

    face: Face
    ceiling: Face
    score: float
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class LightRun:
    """A face and its ceiling held from `start_s` to `end_s`, seconds since 1970; `provisional` if it is no record."""

    start_s: float
    end_s: float
    face: Face
    ceiling: Face
    provisional: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Instants (seconds since 1970) and scores (NaN: none), oldest first; the last `provisional` are no record."""

    start_s: FloatArray
    value: FloatArray
    provisional: int


class LightTrack:
    """Evaluations in order, then looks at the session that is not judged yet; each holds until the next, the last one
    until `now_s`.

    `version` is another number after each update.
    """

    def __init__(self) -> None:
        """No evaluation yet."""
        self._time: FloatArray = np.empty(0)
        self._faces: IntArray = np.empty((2, 0), np.int64)
        self._score: FloatArray = np.empty(0)
        self._looks = 0
        self.now_s = -math.inf
        self.version = 0

    def __len__(self) -> int:
        """Number of evaluations held."""
        return len(self._time)

    def apply(self, history: LightHistory) -> None:
        """Take the whole history, or rows to append; held ones at or after the first new one go, and every look where
        there is a new evaluation.
        """
        time = history.time / _NS
        if not history.replace and not len(time):
            return
        records = len(self._time) - self._looks
        keep = 0 if history.replace else int(np.searchsorted(self._time, time[0]))
        if not history.replace:
            only_looks = history.provisional == len(time)
            keep = max(keep, records) if only_looks else min(keep, records)
        self._looks = max(0, keep - records) + history.provisional
        self.version += 1
        faces = np.stack((history.face, history.ceiling))
        self._time = np.concatenate((self._time[:keep], time))[-HELD_MOST:]
        self._faces = np.concatenate((self._faces[:, :keep], faces), axis=1)[:, -HELD_MOST:]
        self._score = np.concatenate((self._score[:keep], history.score))[-HELD_MOST:]

    def at(self, instant_s: float) -> LightAt | None:
        """The light at an instant; None before the first evaluation and after now."""
        row = int(np.searchsorted(self._time, instant_s, side="right")) - 1
        if row < 0 or instant_s > self.until_s:
            return None
        face, ceiling = self._faces[:, row]
        return LightAt(_FACES[face], _FACES[ceiling], float(self._score[row]), row >= len(self) - self._looks)

    def runs(self, start_s: float, end_s: float) -> list[LightRun]:
        """Runs of equal face and ceiling that touch a range, cut to it, oldest first; looks are never of one run with
        evaluations.
        """
        first = max(0, int(np.searchsorted(self._time, start_s, side="right")) - 1)
        last = int(np.searchsorted(self._time, end_s))
        if first >= last:
            return []
        faces = np.vstack((self._faces[:, first:last], np.arange(first, last) >= len(self) - self._looks))
        heads = np.flatnonzero(np.any(np.diff(faces, axis=1, prepend=-1), axis=0))
        starts = np.maximum(self._time[first + heads], start_s)
        ends = np.append(starts[1:], min(end_s, self.until_s))
        return [
            LightRun(float(begin), float(end), _FACES[face], _FACES[ceiling], bool(look))
            for begin, end, (face, ceiling, look) in zip(starts, ends, faces[:, heads].T, strict=True)
            if end > begin
        ]

    def scores(self, start_s: float, end_s: float) -> Scores:
        """What touches a range, and the one before it."""
        first = max(0, int(np.searchsorted(self._time, start_s, side="right")) - 1)
        last = int(np.searchsorted(self._time, end_s))
        looks = max(0, last - max(first, len(self) - self._looks))
        return Scores(self._time[first:last], self._score[first:last], looks)

    @property
    def until_s(self) -> float:
        """How far the last evaluation reaches: now, as far as it is known; seconds since 1970."""
        return max(self.now_s, float(self._time[-1])) if len(self._time) else self.now_s
