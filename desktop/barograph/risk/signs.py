"""Signs: conditions with three answers, so that what is not known is neither met nor failed.

Answers are plain bools: a comparison of numpy numbers answers with numpy's own, which is never `True` itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan, nan


@dataclass(frozen=True, slots=True)
class Sign:
    """One condition: the value held against the threshold, and whether it is met; None where that is unknown.

    A sign made of several conditions shows the value and threshold of its first one.
    """

    id: str
    value: float
    threshold: float
    met: bool | None


def at_least(sign_id: str, value: float, threshold: float) -> Sign:
    """Met where the value is at or above the threshold, unknown where it is NaN."""
    return Sign(sign_id, value, threshold, None if isnan(value) else bool(value >= threshold))


def at_most(sign_id: str, value: float, threshold: float) -> Sign:
    """Met where the value is at or below the threshold, unknown where it is NaN."""
    return Sign(sign_id, value, threshold, None if isnan(value) else bool(value <= threshold))


def above(sign_id: str, value: float, threshold: float) -> Sign:
    """Met where the value is above the threshold, unknown where it is NaN."""
    return Sign(sign_id, value, threshold, None if isnan(value) else bool(value > threshold))


def below(sign_id: str, value: float, threshold: float) -> Sign:
    """Met where the value is below the threshold, unknown where it is NaN."""
    return Sign(sign_id, value, threshold, None if isnan(value) else bool(value < threshold))


def combined(sign_id: str, signs: Iterable[Sign], *, every: bool) -> Sign:
    """All of some signs (`every`) or any of them as one sign."""
    parts = tuple(signs)
    met = all_of(*(part.met for part in parts)) if every else any_of(*(part.met for part in parts))
    first = parts[0] if parts else Sign(sign_id, nan, nan, None)
    return Sign(sign_id, first.value, first.threshold, met)


def all_of(*answers: bool | None) -> bool | None:
    """Whether all are met: False as soon as one is known not to be, None while that is open (Kleene 1938)."""
    if any(answer is not None and not answer for answer in answers):
        return False
    return None if None in answers else True


def any_of(*answers: bool | None) -> bool | None:
    """Whether any is met: True as soon as one is known to be, None while that is open."""
    if any(answers):
        return True
    return None if None in answers else False


def at_least_so_many(needed: int, answers: Iterable[bool | None]) -> bool | None:
    """Whether `needed` of them are met; None while the unknown ones could decide it."""
    given = tuple(answers)
    met, unknown = sum(bool(answer) for answer in given), given.count(None)
    if met >= needed:
        return True
    return None if met + unknown >= needed else False


def met_or_unknown(answer: bool | None) -> bool:
    """The answer where what is unknown is put at its worst."""
    return answer is None or bool(answer)
