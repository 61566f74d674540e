"""Conditions with three answers: nothing unknown is ever taken for met or failed, and more knowledge only decides."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import nan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.risk.signs import (
    Sign,
    above,
    all_of,
    any_of,
    at_least,
    at_least_so_many,
    at_most,
    below,
    combined,
    met_or_unknown,
)

ANSWERS = st.lists(st.sampled_from([True, False, None]), max_size=6)


@pytest.mark.parametrize(
    ("make", "met"),
    [
        (at_least, [False, True, True]),
        (above, [False, False, True]),
        (at_most, [True, True, False]),
        (below, [True, False, False]),
    ],
)
def test_a_sign_compares_and_an_unknown_value_is_neither(
    make: Callable[[str, float, float], Sign], met: list[bool]
) -> None:
    assert [make("x", value, 1.0).met for value in (0.9, 1.0, 1.1)] == met
    assert make("x", nan, 1.0).met is None


@given(ANSWERS)
def test_answers_are_what_every_filling_of_the_unknown_agrees_on(answers: list[bool | None]) -> None:
    choices = [[True, False] if answer is None else [answer] for answer in answers]
    fillings = list(product(*choices))
    for made, truth in (
        (all_of(*answers), {all(filling) for filling in fillings}),
        (any_of(*answers), {any(filling) for filling in fillings}),
        (at_least_so_many(2, answers), {sum(filling) >= 2 for filling in fillings}),
    ):
        assert made == (truth.pop() if len(truth) == 1 else None)


def test_a_combined_sign_shows_its_first_part() -> None:
    parts = (at_least("a", 2.0, 1.0), at_least("b", nan, 1.0))
    both, either = (combined("both", parts, every=every) for every in (True, False))
    assert (both.id, both.value, both.threshold, both.met) == ("both", 2.0, 1.0, None)
    assert either.met is True
    assert combined("none", (), every=False).met is False


def test_the_worst_of_an_answer() -> None:
    assert [met_or_unknown(answer) for answer in (True, None, False)] == [True, True, False]


def test_answers_about_numpy_numbers_are_plain() -> None:
    for make in (at_least, at_most, above, below):
        assert type(make("x", np.float64(1.5), 1.0).met) is bool
    no: Any = np.float64(1) > 2
    yes: Any = np.float64(3) > 2
    assert (all_of(yes, no), any_of(no), met_or_unknown(no)) == (False, False, False)
    assert (all_of(yes), any_of(no, yes), at_least_so_many(1, [no, yes])) == (True, True, True)
