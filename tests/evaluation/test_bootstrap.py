"""Block bootstrap and placebo: the same by seed, blocks of the length asked for, intervals that mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.evaluation.bootstrap import draw_rows, draw_weights, estimate, placebo_p
from barograph.evaluation.scores import auc
from barograph.market.bars import FloatArray
from barograph.risk.track_record import UNKNOWN, Estimate


def test_the_same_seed_gives_the_same_draws() -> None:
    first = draw_rows(200, 50, 30, seed=1)
    assert np.array_equal(first, draw_rows(200, 50, 30, seed=1))
    assert not np.array_equal(first, draw_rows(200, 50, 30, seed=2))


@pytest.mark.parametrize("mean_block", [5, 15, 30, 60])
def test_blocks_have_the_mean_length_asked_for_and_wrap_round(mean_block: int) -> None:
    drawn = draw_rows(1_000, 200, mean_block, seed=3)
    assert drawn.min() >= 0
    assert drawn.max() < 1_000
    follows = (drawn[:, 1:] - drawn[:, :-1]) % 1_000 == 1
    # a new block begins with 1/mean, and one in a thousand of those happens to go on where the old one ended
    assert 1 - follows.mean() == pytest.approx(1 / mean_block, rel=0.05)
    wraps = (drawn[:, :-1] == 999) & (drawn[:, 1:] == 0)
    assert wraps.any()


def test_every_row_is_drawn_equally_often() -> None:
    weights = draw_weights(100, 5_000, 20, seed=4)
    assert (weights.sum(axis=1) == 100).all()
    assert weights.mean(axis=0) == pytest.approx(np.ones(100), abs=0.15)


def test_weights_count_the_rows_drawn() -> None:
    drawn, weights = draw_rows(50, 10, 7, seed=5), draw_weights(50, 10, 7, seed=5)
    for row, counts in zip(drawn, weights, strict=True):
        assert counts.tolist() == [int((row == each).sum()) for each in range(50)]


def test_blocks_widen_the_interval_of_a_mean_that_persists() -> None:
    """An AR(1) mean has a standard error sqrt((1+r)/(1-r)) times that of independent days."""
    rng = np.random.default_rng(6)
    noise = rng.normal(size=3_000)
    values = np.empty(3_000)
    values[0] = noise[0]
    for row in range(1, 3_000):
        values[row] = 0.8 * values[row - 1] + noise[row]
    spread = {block: float(np.std(draw_weights(3_000, 1_000, block, seed=7) @ values)) for block in (1, 40)}
    assert spread[40] / spread[1] == pytest.approx(3.0, rel=0.25)


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    inside = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        label = (rng.random(200) < 0.3).astype(np.float64)
        score = rng.normal(size=200) + label  # AUC = Phi(1 / sqrt 2)
        found = estimate(0.5, auc(score, label, draw_weights(200, 200, 2, seed)))
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= 0.7602 <= found.high
    assert 0.88 <= inside / 200 <= 0.99


def test_an_estimate_without_enough_draws_has_no_interval() -> None:
    nan = np.nan
    assert estimate(nan, np.array([1.0])) == UNKNOWN
    assert estimate(1.0, np.array([1.0, nan])) == Estimate(1.0)
    assert estimate(1.0, np.empty(0)) == Estimate(1.0)
    assert estimate(1.0, np.arange(1_001) / 1_000) == Estimate(1.0, 0.025, 0.975)


@pytest.mark.parametrize(
    ("low", "high", "excludes"),
    [(0.1, 0.2, True), (-0.2, -0.1, True), (-0.1, 0.1, False), (0.0, 0.1, False), (None, None, False)],
)
def test_an_interval_excludes_what_lies_outside(low: float | None, high: float | None, excludes: bool) -> None:
    assert Estimate(0.0, low, high).excludes(0) is excludes


def test_the_placebo_is_the_share_of_shifts_that_do_as_well() -> None:
    rng = np.random.default_rng(8)
    score: FloatArray = rng.normal(size=260).cumsum().round(1)
    label = np.zeros(260)
    label[100:130] = label[200:215] = 1
    own = auc(score, label)[0]
    shifted = [auc(np.roll(score, shift), label)[0] for shift in range(60, 201)]
    expected = (1 + sum(each >= own - 1e-12 for each in shifted)) / (1 + len(shifted))
    assert placebo_p(score, label) == pytest.approx(expected)


def test_a_score_that_knows_beats_its_placebos_and_noise_does_not() -> None:
    rng = np.random.default_rng(9)
    label = np.zeros(600)
    for begin in rng.integers(0, 580, 12):
        label[begin : begin + 10] = 1
    assert (placebo_p(label + 0.3 * rng.normal(size=600), label) or 1) < 0.01
    several = [placebo_p(np.random.default_rng(seed).normal(size=600), label) or 0 for seed in range(40)]
    assert 0.3 < float(np.mean(several)) < 0.7


@pytest.mark.parametrize(("rows", "events"), [(100, 10), (200, 0), (200, 200)])
def test_no_placebo_where_there_is_nothing_to_shift(rows: int, events: int) -> None:
    label = np.zeros(rows)
    label[:events] = 1
    assert placebo_p(np.arange(rows, dtype=np.float64), label) is None
