"""Measures of skill: published numbers, independent answers, and what must hold for any score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from barograph.evaluation.scores import (
    a_year,
    alarm_rates,
    auc,
    average_precision,
    changes,
    false_runs,
    odds_so_far,
    runs,
)
from barograph.market.bars import FloatArray

SCORE = np.array([0.1, 0.4, 0.35, 0.8, 0.7, 0.2, 0.6, 0.4])
LABEL = np.array([0.0, 0, 1, 1, 1, 0, 0, 1])
ON = np.array([1.0, 1, 0, 0, 1, 0, 0, 0, 0, 0])
EVENT = np.array([1.0, 0, 0, 1, 1, 0, 0, 0, 0, 0])


def one(value: FloatArray) -> float:
    assert value.shape == (1,)
    return float(value[0])


def sample(seed: int, rows: int = 120, *, ties: bool = True) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    score = rng.normal(size=rows)
    return np.round(score, 1) if ties else score, (rng.random(rows) < 0.2).astype(np.float64)


def test_the_golden_auc_and_average_precision() -> None:
    assert one(auc(SCORE, LABEL)) == pytest.approx(0.78125, rel=1e-9)
    assert average_precision(SCORE, LABEL) == pytest.approx(0.8166666666666667, rel=1e-9)


def test_the_golden_alarm() -> None:
    rates = alarm_rates(ON, EVENT)
    assert one(rates.true_positive) == pytest.approx(0.6666666666666666, rel=1e-9)
    assert one(rates.false_positive) == pytest.approx(0.14285714285714285, rel=1e-9)
    assert one(rates.noise_to_signal) == pytest.approx(0.21428571428571427, rel=1e-9)
    assert one(rates.odds_on) == pytest.approx(0.6666666666666666, rel=1e-9)
    assert one(rates.lift) == pytest.approx(2.2222222222222223, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ties", [True, False])
def test_the_auc_is_mann_and_whitneys(seed: int, ties: bool) -> None:
    score, label = sample(seed, ties=ties)
    found = stats.mannwhitneyu(score[label == 1], score[label == 0]).statistic
    assert one(auc(score, label)) == pytest.approx(found / label.sum() / (1 - label).sum(), rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_from_its_definition(seed: int) -> None:
    score, label = sample(seed)
    total, recall_before = 0.0, 0.0
    for threshold in sorted(set(score.tolist()), reverse=True):
        picked = score >= threshold
        recall = label[picked].sum() / label.sum()
        total += (recall - recall_before) * label[picked].mean()
        recall_before = recall
    assert average_precision(score, label) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_a_weighted_auc_is_that_of_the_rows_drawn(seed: int) -> None:
    score, label = sample(seed)
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(score), (20, len(score)))
    weights = np.array([np.bincount(row, minlength=len(score)) for row in drawn], np.float64)
    each = [one(auc(score[row], label[row])) for row in drawn]
    assert auc(score, label, weights) == pytest.approx(each, rel=1e-12)
    on = (score > 0.5).astype(np.float64)
    whole = alarm_rates(on, label, weights)
    for number, row in enumerate(drawn):
        single = alarm_rates(on[row], label[row])
        for name in ("true_positive", "false_positive", "odds_on", "lift"):
            assert getattr(whole, name)[number] == pytest.approx(one(getattr(single, name)), rel=1e-12)


@given(st.integers(0, 10_000))
def test_turned_round_it_is_the_rest_to_one(seed: int) -> None:
    score, label = sample(seed, 40)
    forward, backward = one(auc(score, label)), one(auc(-score, label))
    if np.isnan(forward):
        assert not 0 < label.sum() < len(label)
    else:
        assert forward + backward == pytest.approx(1, abs=1e-12)


@given(st.integers(0, 10_000))
def test_neither_the_order_of_days_nor_the_scale_matters(seed: int) -> None:
    score, label = sample(seed, 40)
    order = np.random.default_rng(seed).permutation(len(score))
    for measure in (lambda x, y: one(auc(x, y)), average_precision):
        first = measure(score, label)
        assert measure(score[order], label[order]) == pytest.approx(first, abs=1e-12, nan_ok=True)
        assert measure(np.exp(score), label) == pytest.approx(first, abs=1e-12, nan_ok=True)


def test_perfect_and_useless() -> None:
    label = np.array([0.0, 0, 1, 1])
    assert one(auc(np.array([1.0, 2, 3, 4]), label)) == 1
    assert one(auc(np.ones(4), label)) == 0.5
    assert average_precision(np.array([1.0, 2, 3, 4]), label) == 1
    assert average_precision(np.ones(4), label) == 0.5  # the base rate


@pytest.mark.parametrize("label", [np.zeros(8), np.ones(8)], ids=["no events", "only events"])
def test_one_kind_of_day_tells_nothing(label: FloatArray) -> None:
    assert np.isnan(one(auc(SCORE, label)))


def test_an_alarm_that_is_never_on_has_no_odds() -> None:
    rates = alarm_rates(np.zeros(10), EVENT)
    assert (one(rates.true_positive), one(rates.false_positive)) == (0, 0)
    assert np.isnan([one(rates.odds_on), one(rates.lift), one(rates.noise_to_signal)]).all()


def test_runs() -> None:
    nan = np.nan
    assert runs(np.array([0, 1, 1, 0, 1], np.float64)) == [(1, 2), (4, 4)]
    assert runs(np.array([1, nan, 1, 0, nan, 1], np.float64)) == [(0, 2), (5, 5)]  # NO DATA is passed over
    assert runs(np.array([nan, nan])) == []
    assert runs(np.array([])) == []


def test_a_run_is_false_only_when_every_outcome_is_known() -> None:
    nan = np.nan
    days = np.array([0, 0, 1, 0, 0, nan])
    assert false_runs([(0, 1)], days) == 1
    assert false_runs([(1, 2)], days) == 0
    assert false_runs([(4, 5)], days) == 0
    assert false_runs([(0, 1), (3, 4)], days) == 2


def test_changes_and_rates_a_year() -> None:
    assert changes(np.array([0, 0, 1, np.nan, 1, 2, 0], np.float64)) == 3
    assert changes(np.array([np.nan])) == 0
    assert a_year(3, 504) == 1.5
    assert a_year(3, 0) is None


def test_odds_so_far_use_only_what_was_over_by_then() -> None:
    group = np.array([0.0, 1, 0, 1, 0, 1])
    label = np.array([1.0, 0, 0, 1, 0, np.nan])
    own, base = odds_so_far(group, label, horizon=2, minimum=2)
    # on day 3 the outcomes of days 0 and 1 are known
    assert base[3:].tolist() == pytest.approx([1 / 2, 1 / 3, 2 / 4])
    assert own[3:].tolist() == pytest.approx([(0 + 1 / 2) / 2, (1 + 1 / 3) / 3, (1 + 1 / 2) / 3])
    assert np.isnan(own[:3]).all()


def test_odds_so_far_do_not_change_when_the_future_is_cut_off() -> None:
    rng = np.random.default_rng(1)
    group = rng.integers(0, 3, 300).astype(np.float64)
    group[::17] = np.nan
    label = (rng.random(300) < 0.1).astype(np.float64)
    whole = odds_so_far(group, label, 5, 50)
    for end in (60, 200):
        cut_label = label[:end].copy()
        cut_label[-5:] = np.nan  # unknown then
        cut = odds_so_far(group[:end], cut_label, 5, 50)
        for before, after in zip(cut, whole, strict=True):
            assert np.array_equal(before, after[:end], equal_nan=True)
