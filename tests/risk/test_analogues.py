"""Similar days: nearest first, far apart, nothing from later, and the spread of what followed."""

from __future__ import annotations

from dataclasses import replace
from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.analogues import Aftermath, Analogue, aftermath, nearest_days
from barograph.risk.context_rules_file import load_context_rules

RULES = load_context_rules().analogues
SEEDS = st.integers(0, 2**32 - 1)


def test_the_nearest_days_are_found_in_order() -> None:
    pillars = np.full((500, 5), 1.0)
    pillars[[50, 200, 330]] = [[0.3] * 5, [0.1] * 5, [0.2] * 5]
    pillars[[51, 450]] = 0.0  # a neighbour that is nearer, and a day too near to now
    pillars[499] = 0.0
    found = nearest_days(pillars, 499, replace(RULES, nearest=3))
    assert [one.row for one in found] == [51, 200, 330]
    assert [one.distance for one in found] == pytest.approx([0, 0.1 * sqrt(5), 0.2 * sqrt(5)])


@given(SEEDS, st.integers(60, 399))
def test_days_are_apart_and_nothing_later_matters(seed: int, row: int) -> None:
    pillars = np.random.default_rng(seed).random((400, 5))
    found = nearest_days(pillars, row, RULES)
    assert len(found) <= RULES.nearest
    rows = [row, *(one.row for one in found)]
    assert all(abs(a - b) >= RULES.apart_sessions for k, a in enumerate(rows) for b in rows[:k])
    assert found == tuple(sorted(found, key=lambda one: one.distance))
    assert found == nearest_days(pillars[: row + 1], row, RULES)
    for one in found:
        assert one.distance == pytest.approx(float(np.linalg.norm(pillars[one.row] - pillars[row])))


def test_a_pillar_that_does_not_stand_now_is_not_compared_and_one_missing_then_is_no_candidate() -> None:
    pillars = np.random.default_rng(1).random((300, 5))
    pillars[299, 4] = nan
    assert nearest_days(pillars, 299, RULES) == nearest_days(pillars[:, :4], 299, RULES)
    best = nearest_days(pillars, 299, RULES)[0].row
    pillars[best, 0] = nan
    assert best not in [one.row for one in nearest_days(pillars, 299, RULES)]
    pillars[299] = nan
    assert nearest_days(pillars, 299, RULES) == ()
    assert nearest_days(np.random.default_rng(1).random((40, 5)), 39, RULES) == ()


def test_what_followed_is_told_with_its_spread() -> None:
    closes = np.array([100.0, 90, 110, 100, 95, 80, 100, 120, 130])
    days = (Analogue(0, 0.0), Analogue(3, 0.1), Analogue(5, 0.2))
    found = aftermath(closes, days, 8, 3)
    assert found is not None
    assert found == Aftermath(3, days, (0.0, 0.0, 0.625), found.worst, low=0.0, median=0.0, high=0.625)
    assert found.worst == pytest.approx((-0.1, -0.2, 0.25))


def test_what_was_not_over_yet_is_left_out() -> None:
    closes = np.array([100.0, 90, 110, 100, 95, 80, 100, 120, 130])
    days = (Analogue(0, 0.0), Analogue(5, 0.2))
    found = aftermath(closes, days, 7, 3)
    assert found is not None
    assert found.changes == (0.0,)
    assert aftermath(closes, days, 2, 3) is None
    closes[1] = nan
    assert aftermath(closes, days, 7, 3) is None
    assert aftermath(closes, (), 7, 3) is None
