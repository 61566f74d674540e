"""Benchmarks: what each is made of, that none sees the future, and that what the data lack is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from barograph.evaluation.benchmarks import (
    absorption_shifts,
    alarms,
    drawdown,
    face_numbers,
    faces_of,
    mean_turbulence,
    predictors,
    trailing_mean,
    trailing_percentile,
)
from barograph.evaluation.track import ASSETS, Track
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.risk.faces import Face
from barograph.risk.percentile import mid_rank
from tests.evaluation.conftest import RULES, track_of

UNTIL = datetime(2023, 10, 4, 0, 10, tzinfo=UTC)


def test_a_track_has_a_row_for_each_session(made_track: Track, made_feed: RecordedFeed) -> None:
    rows = len(made_track.evaluations)
    assert rows == 560
    assert made_track.first == 0
    for values in (*made_track.pillars.values(), *made_track.closes.values(), made_track.score, made_track.greed):
        assert values.shape == (rows,)
    for evaluation, score in zip(made_track.evaluations, made_track.score, strict=True):
        assert np.isnan(score) if evaluation.reason else score == evaluation.score.value
    assert np.isfinite(made_track.closes["BTC"]).all()


def test_fear_and_greed_is_what_was_known_at_the_evaluation(made_track: Track, made_feed: RecordedFeed) -> None:
    for row in (0, 1, 300, 559):
        held = made_feed.fetch_fixings("FNG", None, made_track.evaluations[row].at)
        assert made_track.greed[row] == held.value[-1]


def test_cutting_off_the_future_changes_no_benchmark_of_the_past(made_track: Track, made_feed: RecordedFeed) -> None:
    cut = track_of(made_feed, until=UNTIL)
    rows = len(cut.evaluations)
    assert 400 < rows < 560
    everything = (
        (predictors(made_track, RULES, 1), predictors(cut, RULES, 1)),
        (alarms(made_track, RULES), alarms(cut, RULES)),
    )
    for whole, part in everything:
        assert list(whole) == list(part)
        for name, values in whole.items():
            assert np.array_equal(values[:rows], part[name], equal_nan=True), name
            assert np.isfinite(part[name]).any(), name


def test_what_the_data_lack_is_wholly_unknown(made_track: Track) -> None:
    nothing = np.full(len(made_track.score), np.nan)
    bare = replace(made_track, greed=nothing, closes=dict.fromkeys(made_track.closes, nothing) | {"SPX": np.ones(560)})
    found = predictors(bare, RULES, 1)
    for name in ("fear_greed", "vix", "vix_percentile", "absorption_shift", "turbulence"):
        assert np.isnan(found[name]).all(), name
    assert np.isnan(alarms(bare, RULES)["vix_25"]).all()


def test_an_asset_that_comes_later_than_the_first_day_evaluated_does_not_enter(made_track: Track) -> None:
    late = made_track.closes["ETH"].copy()
    late[:400] = np.nan
    with_it = replace(made_track, first=400, closes=dict(made_track.closes) | {"ETH": late})
    without_it = replace(with_it, closes=dict(made_track.closes) | {"ETH": np.full(560, np.nan)})
    before = replace(with_it, first=399)
    name = "turbulence"
    assert np.isnan(predictors(without_it, RULES, 1)[name][500:]).sum() == 0
    assert np.array_equal(predictors(before, RULES, 1)[name], predictors(without_it, RULES, 1)[name], equal_nan=True)
    assert np.isnan(predictors(with_it, RULES, 1)[name]).all()  # it is there on the first day, without a past


def test_a_missing_session_costs_the_measures_of_many_markets_that_session_alone(made_track: Track) -> None:
    holed = made_track.closes["GLD"].copy()
    holed[450] = np.nan
    found = predictors(replace(made_track, closes=dict(made_track.closes) | {"GLD": holed}), RULES, 1)
    for name in ("absorption_shift", "turbulence"):
        missing = np.flatnonzero(np.isnan(found[name]))
        assert missing[missing > 400].tolist() == [450, 451]  # the two returns that need that close


def test_the_percentile_is_the_one_the_light_uses() -> None:
    values = np.random.default_rng(1).normal(size=60).round(1)
    values[10] = np.nan
    found = trailing_percentile(values, 20, 15)
    for row in range(60):
        window = values[max(0, row - 19) : row + 1]
        if row < 14 or row == 10:
            assert np.isnan(found[row])
        elif np.count_nonzero(~np.isnan(window)) >= 15:
            assert found[row] == mid_rank(window, values[row])


def test_a_percentile_goes_through_the_hysteresis_of_the_light() -> None:
    """The golden scores of the light (SIGNALS 14.11)."""
    scores = [50, 59.9, 60, 58, 53, 51, 52, 51, 51, 72, 71, 65, 63, 63, 61, 60, 51, 51, 51]
    faces = faces_of(np.array(scores) / 100, RULES)
    letters = {Face.CALM: "G", Face.WATCH: "A", Face.RISK_OFF: "R"}
    assert "".join(letters[face] for face in faces) == "GGAAAAAAGRRRRAAAAGG"
    kept = faces_of(np.array([0.65, np.nan, np.nan, 0.51, 0.51, 0.5]), RULES)
    assert kept == (Face.WATCH, Face.NO_DATA, Face.NO_DATA, Face.WATCH, Face.CALM, Face.CALM)


def test_alarms_are_what_their_names_say(made_track: Track) -> None:
    found = alarms(made_track, RULES)
    faces, level = made_track.faces, made_track.closes["VIX"]
    for row, face in enumerate(faces):
        if face is Face.NO_DATA:
            assert np.isnan(found["light_watch"][row])
        else:
            assert found["light_watch"][row] == (face is not Face.CALM)
            assert found["light_risk_off"][row] == (face is Face.RISK_OFF)
        assert found["vix_25"][row] == (level[row] >= 25)
    assert [name for name in found if name.startswith("vix_")][:3] == ["vix_20", "vix_25", "vix_30"]
    assert (found["light_risk_off"] <= found["light_watch"])[~np.isnan(found["light_watch"])].all()


def test_the_light_in_equal_weights_and_of_two_pillars(made_track: Track) -> None:
    found = predictors(made_track, RULES, 1)
    row = int(np.flatnonzero(~np.isnan(made_track.score))[-1])
    values = {name: float(pillar[row]) for name, pillar in made_track.pillars.items()}
    assert found["equal_pillars"][row] == pytest.approx(np.mean(list(values.values())))
    assert found["volatility_and_leadership"][row] == pytest.approx(
        (values["volatility"] + values["equity_leadership"]) / 2
    )
    assert found["score"][row] == made_track.evaluations[row].score.value
    assert found["fear_greed"][row] == -made_track.greed[row]
    assert found["realised_volatility"][row] == made_track.evaluations[row].raw["V1"].x


def test_measures_of_many_markets_are_their_formulas_over_their_windows(made_track: Track) -> None:
    """The last session's, from the signed returns of the ten assets."""
    signs = {name: -1 if name in ("UUP", "VIX") else 1 for name in ASSETS}
    moves = np.column_stack([signs[name] * np.diff(np.log(made_track.closes[name])) for name in ASSETS])
    assert moves.shape == (559, 10)
    assert np.isfinite(moves).all()

    def distance(row: int) -> float:
        past = moves[max(0, row - 504) : row]
        gap = moves[row] - past.mean(axis=0)
        return float(gap @ np.linalg.inv(np.cov(past, rowvar=False)) @ gap) / 10

    def absorbed(row: int) -> float:
        values = np.sort(np.linalg.eigvalsh(np.cov(moves[row - 59 : row + 1], rowvar=False)))[::-1]
        return float(values[:2].sum() / values.sum())

    found = predictors(made_track, RULES, 1)
    assert found["turbulence"][-1] == pytest.approx(np.mean([distance(row) for row in range(554, 559)]), rel=1e-6)
    year = np.array([absorbed(row) for row in range(559 - 252, 559)])
    shift = (year[-15:].mean() - year.mean()) / year.std(ddof=1)
    assert found["absorption_shift"][-1] == pytest.approx(shift, rel=1e-6)
    index = made_track.closes["SPX"]
    depths = [1 - index[row] / index[row - 19 : row + 1].max() for row in range(300, 560)]
    assert found["drawdown"][300:] == pytest.approx(np.array(depths))


def test_random_numbers_are_the_same_by_seed(made_track: Track) -> None:
    first = predictors(made_track, RULES, 1)["random"]
    assert np.array_equal(first, predictors(made_track, RULES, 1)["random"])
    assert not np.array_equal(first, predictors(made_track, RULES, 2)["random"])


def test_small_windows_by_hand() -> None:
    close = np.array([10.0, 8, 9, np.nan, 6, 6])
    assert drawdown(close, 2)[1:3] == pytest.approx([0.2, 0.0])
    assert np.isnan(drawdown(close, 2)[[0, 3, 4]]).all()
    assert drawdown(close, 2)[5] == 0
    assert trailing_mean(np.array([1.0, 2, 4]), 2)[1:].tolist() == [1.5, 3]
    assert np.isnan(trailing_mean(np.array([1.0]), 2)).all()
    assert face_numbers((Face.CALM, Face.WATCH, Face.RISK_OFF)).tolist() == [0, 1, 2]
    assert np.isnan(face_numbers((Face.NO_DATA,))).all()


def test_measures_of_many_markets_stir_when_markets_become_one() -> None:
    rng = np.random.default_rng(2)
    returns = rng.normal(0, 0.01, (900, 8))
    returns[880:] = rng.normal(0, 0.03, (20, 1)) + rng.normal(0, 0.002, (20, 8))
    shift, unusual = absorption_shifts(returns), mean_turbulence(returns)
    assert np.isnan(shift[:310]).all()
    assert np.isfinite(shift[311:]).all()
    assert np.isnan(unusual[:255]).all()
    assert shift[-1] > 1 > abs(float(np.mean(shift[400:880])))
    assert unusual[-1] > 2 * float(np.mean(unusual[400:880]))
