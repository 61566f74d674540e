"""The score: published numbers, additivity, bounds, when there is none, and the integers on screen."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import floor, fsum
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from barograph.risk.features import INDICATORS, OPTIONAL
from barograph.risk.rules import PillarRules, RuleSet
from barograph.risk.score import (
    Availability,
    Percentile,
    common_score,
    largest_remainder,
    score,
    upper_bound_on,
)
from tests.risk.samples import (
    ABSENT,
    EVERYTHING,
    LEARNING,
    RULES,
    SHARES,
    UNKNOWN,
    exact_inputs,
    known,
    of_pillars,
    ranged_inputs,
)

FEBRUARY_2026 = {
    "volatility": 0.80,
    "equity_leadership": 0.80,
    "co_movement": 0.95,
    "crypto": 0.93,
    "macro": 0.61,
}


def golden(value: float) -> object:
    return pytest.approx(value, rel=1e-9)


def pillar_points(inputs: dict[str, Percentile], rules: RuleSet = RULES) -> dict[str, float]:
    result = score(inputs, rules)
    return {p.name: result.pillar_contribution(p) for p in rules.pillars if p.name in result.pillars}


# ---------------------------------------------------------------------------------------------------- golden


def test_the_composite_of_5_february_2026() -> None:
    inputs = of_pillars(FEBRUARY_2026)
    result, points = score(inputs, RULES), pillar_points(inputs)
    assert result.value == golden(83.70000000000002)
    assert result.coverage == 1
    assert list(points.values()) == pytest.approx([20, 20, 19, 18.6, 6.1], rel=1e-9)
    assert list(largest_remainder(points).values()) == [20, 20, 19, 19, 6]


def test_the_composite_without_crypto() -> None:
    inputs = of_pillars({**FEBRUARY_2026, "crypto": None})
    result, points = score(inputs, RULES), pillar_points(inputs)
    assert result.value == golden(81.37500000000001)
    assert result.coverage == golden(0.80)
    assert list(points.values()) == pytest.approx([25, 25, 23.75, 7.625], rel=1e-9)
    assert list(largest_remainder(points).values()) == [25, 25, 24, 7]


def test_the_composite_without_crypto_and_equities_is_no_score() -> None:
    result = score(of_pillars({**FEBRUARY_2026, "crypto": None, "equity_leadership": None}), RULES)
    assert result.value is None
    assert result.coverage == golden(0.5500000000000002)
    assert result.reason == "coverage"
    assert result.contributions == {}


# ------------------------------------------------------------------------------------------------ properties


@given(exact_inputs())
def test_contributions_sum_to_the_score(inputs: dict[str, Percentile]) -> None:
    result = score(inputs, RULES)
    if result.value is None:
        assert result.contributions == {}
        return
    assert fsum(result.contributions.values()) == pytest.approx(result.value, abs=1e-9)
    assert fsum(pillar_points(inputs).values()) == pytest.approx(result.value, abs=1e-9)
    assert set(result.contributions) <= {n for n, e in inputs.items() if e.availability is Availability.AVAILABLE}


@given(exact_inputs())
def test_the_score_lies_between_the_lowest_and_highest_that_is_available(inputs: dict[str, Percentile]) -> None:
    result = score(inputs, RULES)
    assume(result.value is not None)
    assert result.value is not None
    us = [entry.u for entry in inputs.values() if entry.u is not None]
    assert 100 * min(us) - 1e-9 <= result.value <= 100 * max(us) + 1e-9


@given(exact_inputs(), st.sampled_from(EVERYTHING), SHARES)
def test_the_score_never_falls_where_an_input_rises(inputs: dict[str, Percentile], name: str, other: float) -> None:
    assume(inputs[name].u is not None)
    lower, higher = sorted((inputs[name].u or 0.0, other))
    one, two = (score({**inputs, name: known(u)}, RULES) for u in (lower, higher))
    assert (one.value is None) == (two.value is None)
    # to the last bit: the ceiling rests on it
    assert (one.value or 0) <= (two.value or 0)
    assert one.low <= two.low
    assert one.high <= two.high


@given(ranged_inputs(), st.permutations(RULES.pillars), st.randoms(use_true_random=False))
def test_the_order_of_pillars_and_inputs_changes_nothing(
    inputs: dict[str, Percentile], order: list[PillarRules], random: Random
) -> None:
    shuffled = tuple(
        replace(pillar, indicators=dict(random.sample(sorted(pillar.indicators.items()), len(pillar.indicators))))
        for pillar in order
    )
    other = replace(RULES, pillars=shuffled)
    one, two = score(inputs, RULES), score(inputs, other)
    assert (one.value, one.low, one.high, one.coverage) == (two.value, two.low, two.high, two.coverage)
    assert one.contributions == pytest.approx(two.contributions)


@given(ranged_inputs())
def test_a_score_needs_coverage_and_volatility_and_equities_or_comovement(inputs: dict[str, Percentile]) -> None:
    result = score(inputs, RULES)
    available = {name for name, entry in inputs.items() if entry.availability is Availability.AVAILABLE}
    stands = {
        pillar.name: len(available & set(pillar.required())) >= len(pillar.required()) / 2 for pillar in RULES.pillars
    }
    coverage = sum(pillar.weight for pillar in RULES.pillars if stands[pillar.name])
    assert set(result.pillars) == {name for name, one in stands.items() if one}
    assert result.coverage == pytest.approx(coverage)
    if not stands["volatility"]:
        expected = "no_volatility"
    elif not stands["equity_leadership"] and not stands["co_movement"]:
        expected = "no_equity_and_comovement"
    else:
        expected = "coverage" if coverage < 0.7 - 1e-9 else ""
    assert result.reason == expected
    assert (result.value is None) == bool(expected)


# ---------------------------------------------------------------------------------------------------- bounds


@st.composite
def completions(draw: st.DrawFn) -> tuple[dict[str, Percentile], dict[str, Percentile]]:
    """Inputs, and what they might have been with nothing missing."""
    inputs = draw(ranged_inputs())
    whole = {
        name: known(draw(st.floats(entry.low, entry.high))) if entry.availability.expected else entry
        for name, entry in inputs.items()
    }
    return inputs, whole


@given(completions())
def test_the_bounds_hold_the_score_of_every_completion(
    case: tuple[dict[str, Percentile], dict[str, Percentile]],
) -> None:
    inputs, whole = case
    result, complete = score(inputs, RULES), score(whole, RULES)
    if complete.value is not None:
        assert result.low <= complete.value <= result.high
    assert result.low <= complete.low
    assert complete.high <= result.high


@given(exact_inputs(), st.sets(st.sampled_from(EVERYTHING)))
def test_taking_inputs_away_never_narrows_the_bounds(inputs: dict[str, Percentile], gone: set[str]) -> None:
    fewer = {name: UNKNOWN if name in gone else entry for name, entry in inputs.items()}
    one, two = score(inputs, RULES), score(fewer, RULES)
    assert two.low <= one.low
    assert one.high <= two.high
    if one.value is not None:
        assert two.low <= one.value <= two.high
    assert two.value is None or one.value is not None
    assert two.coverage <= one.coverage


def test_the_bounds_put_what_is_missing_at_its_ends_with_the_full_weights() -> None:
    result = score(of_pillars({**FEBRUARY_2026, "crypto": None}), RULES)
    assert result.low == golden(83.7 - 18.6)
    assert result.high == golden(83.7 - 18.6 + 20)
    half = {**of_pillars(FEBRUARY_2026), "M2": UNKNOWN}
    assert score(half, RULES).low == golden(83.7 - 3.05)
    assert score(half, RULES).high == golden(83.7 - 3.05 + 5)
    # a pillar that cannot stand is not known at all: a third of it says nothing
    third = {**of_pillars(FEBRUARY_2026), "E1": UNKNOWN, "E2": UNKNOWN}
    assert score(third, RULES).high == golden(83.7 - 20 + 25)


def test_the_crypto_pillar_has_two_forms() -> None:
    """Mean of C1 and C2, the tested form, while nothing else takes part; else the weights of the specification."""

    def crypto(**others: Percentile) -> float:
        return score({**of_pillars(FEBRUARY_2026), "C1": known(0.9), "C2": known(0.5), **others}, RULES).pillars[
            "crypto"
        ]

    assert crypto() == crypto(C3=ABSENT, C4=LEARNING, C5=ABSENT) == crypto(C4=UNKNOWN) == 0.7
    assert crypto(C4=known(1.0)) == golden((0.35 * 0.9 + 0.25 * 0.5 + 0.10) / 0.70)
    whole = crypto(C3=known(0.2), C4=known(1.0), C5=known(0.0))
    assert whole == golden(0.35 * 0.9 + 0.25 * 0.5 + 0.15 * 0.2 + 0.10)


def test_the_correlation_is_the_mean_of_its_parts_that_are_there() -> None:
    def together(**others: Percentile) -> float:
        inputs = {**of_pillars(FEBRUARY_2026), "X1": known(0.9), "X2": known(0.4), **others}
        return score(inputs, RULES).pillars["co_movement"]

    assert together() == together(X1_4h=LEARNING, X1_1h=ABSENT) == 0.65
    assert together(X1_1h=known(0.5)) == golden((0.7 + 0.4) / 2)
    assert together(X1_4h=known(0.1), X1_1h=known(0.5)) == golden((0.5 + 0.4) / 2)
    result = score({**of_pillars(FEBRUARY_2026), "X1_4h": known(0.95), "X1_1h": UNKNOWN}, RULES)
    assert result.high - result.low == golden(20 / 6)  # a third of a half of the pillar's twenty points


def test_an_optional_input_that_was_never_there_is_not_missed_and_one_that_went_is() -> None:
    inputs = of_pillars(FEBRUARY_2026)
    never = score({**inputs, **dict.fromkeys(OPTIONAL, ABSENT)}, RULES)
    assert never == score(inputs, RULES)
    assert never.low == never.value == never.high
    gone = score({**inputs, "C5": UNKNOWN}, RULES)
    assert gone.value == never.value
    assert gone.high == golden(83.7 - 18.6 + 20 * (0.60 * 0.93 + 0.15) / 0.75)
    assert gone.low == golden(83.7 - 18.6 + 20 * (0.60 * 0.93) / 0.75)


def test_what_is_still_learning_counts_nowhere() -> None:
    learning = {**of_pillars(FEBRUARY_2026), "C1": LEARNING, "C2": LEARNING}
    result = score(learning, RULES)
    assert result.value == result.low == result.high == golden(81.37500000000001)
    half = score({**of_pillars(FEBRUARY_2026), "M2": LEARNING}, RULES)
    assert half.value == half.low == half.high == golden(83.7)
    # a pillar that would be too young to stand with nothing missing is not missing
    young = score({**of_pillars(FEBRUARY_2026), "E1": LEARNING, "E2": LEARNING}, RULES)
    assert young.value == young.low == young.high == golden((83.7 - 20) / 0.75)
    nothing = score(dict.fromkeys(INDICATORS, LEARNING), RULES)
    assert (nothing.value, nothing.low, nothing.high, nothing.coverage) == (None, 0, 100, 0)


@given(ranged_inputs(), st.sets(st.sampled_from(EVERYTHING)), st.sets(st.sampled_from(EVERYTHING)))
def test_the_bound_on_trusted_inputs_grows_with_distrust(
    inputs: dict[str, Percentile], trusted: set[str], fewer: set[str]
) -> None:
    bound = upper_bound_on(inputs, RULES, trusted)
    assert upper_bound_on(inputs, RULES, trusted & fewer) >= bound
    assert bound >= upper_bound_on(inputs, RULES, EVERYTHING) - 1e-12
    common = common_score(inputs, RULES, trusted)
    assert common is None or common <= bound


@given(exact_inputs(), st.sets(st.sampled_from(EVERYTHING)))
def test_the_common_score_is_that_of_what_was_there_both_times(inputs: dict[str, Percentile], before: set[str]) -> None:
    both = {name: entry if name in before else LEARNING for name, entry in inputs.items()}
    assert common_score(inputs, RULES, before) == score(both, RULES).value


# -------------------------------------------------------------------------------------------- shown integers


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 100), min_size=1, max_size=8))
def test_shown_integers_add_up_to_the_rounded_sum(parts: dict[str, float]) -> None:
    shown = largest_remainder(parts)
    assert sum(shown.values()) == floor(fsum(parts.values()) + 0.5)
    assert all(floor(parts[name]) <= value <= floor(parts[name]) + 1 for name, value in shown.items())
    up = {name for name, value in shown.items() if value > floor(parts[name])}
    rest = {name: (floor(value) - value, name) for name, value in parts.items()}
    assert all(rest[one] < rest[other] for one in up for other in set(parts) - up)


@given(st.lists(st.integers(1, 79), min_size=12, max_size=12))
def test_shown_integers_add_up_to_the_shown_score(ranks: list[int]) -> None:
    """Ranks in a window of 40, so that scores of exactly half a point do happen."""
    result = score({name: known(rank / 80) for name, rank in zip(INDICATORS, ranks, strict=True)}, RULES)
    assert result.value is not None
    points = {p.name: result.pillar_contribution(p) for p in RULES.pillars}
    for parts in (points, result.contributions):
        assert sum(largest_remainder(parts, result.value).values()) == floor(result.value + 0.5)


def test_a_sum_that_is_the_last_bit_off_does_not_round_the_other_way() -> None:
    parts = {"a": 25.75, "b": 25.75}
    assert largest_remainder(parts) == {"a": 26, "b": 26}
    assert largest_remainder(parts, 51.49999999999999) == {"a": 26, "b": 25}


def test_ties_go_by_name() -> None:
    assert largest_remainder({"b": 1.5, "a": 1.5, "c": 0.0}) == {"a": 2, "b": 1, "c": 0}
    assert largest_remainder({}) == {}


def test_more_missing_makes_wider_bounds_step_by_step() -> None:
    inputs = of_pillars(FEBRUARY_2026)
    widths = []
    for name in INDICATORS:
        inputs[name] = UNKNOWN
        result = score(inputs, RULES)
        widths.append(result.high - result.low)
    assert all(one <= two for one, two in pairwise(widths))
    assert widths[-1] == 100
