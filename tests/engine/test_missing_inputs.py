"""Taking an input away never makes the ceiling calmer than the light was with it, and too little is NO DATA."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.intervals import Interval
from barograph.market.observations import Fixings
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from tests.engine.hand_made import picked
from tests.engine.runs import UNIVERSE, feed_of, judged, without

INPUTS = ("VIX", "QQQ", "SPX", "BTC", "UUP", "DGS10", "DGS2", "NVDA", "KO", "XOM")
"""All single inputs, one of the leaders, and two shares that are only a part of the breadth."""
NO_LIGHT_WITHOUT = {"QQQ": "no_volatility", "SPX": "critical_stale", "BTC": "critical_stale"}


def assert_never_calmer(whole: list[Evaluation], partial: list[Evaluation]) -> None:
    """Session by session. An unqualified CALM is then one that was calm in truth."""
    assert [each.session for each in partial] == [each.session for each in whole]
    calmer = [
        (truth.session, truth.face, seen.face, seen.ceiling)
        for truth, seen in zip(whole, partial, strict=True)
        if seen.ceiling.severity < truth.face.severity or seen.ceiling.severity < seen.face.severity
    ]
    assert calmer == []


@pytest.mark.parametrize("name", INPUTS)
def test_without_one_input_for_ten_years(recorded: HistoryFolder, whole_run: list[Evaluation], name: str) -> None:
    whole = whole_run[:1_300] if name in NO_LIGHT_WITHOUT else whole_run  # where there is never a light, five years
    run = judged(feed_of(without(recorded, name)), whole[-1].at)
    assert_never_calmer(whole, run)
    faces = Counter(each.face for each in run)
    if name in NO_LIGHT_WITHOUT:
        assert set(faces) == {Face.NO_DATA}
        assert {each.reason for each in run} <= {NO_LIGHT_WITHOUT[name], "warm_up"}
    else:
        assert set(faces) == set(Face)  # there is still a light, and its ceiling says what it could be
        qualified = [each for each in run if each.ceiling is not each.face]
        assert qualified
        assert all(each.score.high > each.score.low for each in qualified)


@pytest.mark.parametrize(
    ("names", "reasons"),
    [
        (("VIX", "QQQ"), {"no_volatility", "warm_up"}),
        (("SPX", "QQQ", "VIX"), {"critical_stale", "warm_up", "no_volatility"}),
        (("BTC", "UUP", "DGS2", "DGS10"), {"critical_stale", "warm_up"}),
    ],
)
def test_too_little_is_no_data(made: HistoryFolder, names: tuple[str, ...], reasons: set[str]) -> None:
    run = judged(feed_of(without(made, *names)))
    assert {(each.face, each.ceiling) for each in run} == {(Face.NO_DATA, Face.NO_DATA)}
    assert {each.reason for each in run} <= reasons


def test_an_unrelated_instrument_changes_nothing(made: HistoryFolder, made_run: list[Evaluation]) -> None:
    run = judged(feed_of(without(made, "ETH", "SMH")))
    assert run == made_run


def with_holes(folder: HistoryFolder, seed: int) -> HistoryFolder:
    """Stretches and single days of some inputs, late enough to lie where the light is on, taken out."""
    dice = random.Random(seed)
    bars, series = dict(folder.bars), dict(folder.series)
    leaders, breadth = sorted(UNIVERSE.groups["leaders"]), sorted(UNIVERSE.groups["breadth"])
    some = dice.sample(["VIX", "QQQ", "SPX", "BTC", "UUP"], 2) + dice.sample(leaders, 4) + dice.sample(breadth, 12)
    for name in dict.fromkeys(some):
        found = bars[name][Interval.DAY_1]
        bars[name] = {Interval.DAY_1: picked(found, _kept(len(found), dice))}
    for name in dice.sample(["DGS10", "DGS2"], 1):
        found_series = series[name]
        rows = _kept(len(found_series), dice)
        series[name] = Fixings(found_series.time[rows], found_series.value[rows], found_series.known_at[rows])
    return replace(folder, bars=bars, series=series)


def _kept(count: int, dice: random.Random) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    gone: set[int] = set()
    for _ in range(dice.randrange(1, 4)):
        first = dice.randrange(count // 2, count)
        gone.update(range(first, first + dice.choice([1, 1, 2, 5, 15, 40])))
    return np.array([row for row in range(count) if row not in gone])


@pytest.mark.parametrize("seed", range(5))
def test_with_holes_here_and_there(made: HistoryFolder, made_run: list[Evaluation], seed: int) -> None:
    run = judged(feed_of(with_holes(made, seed)))
    assert_never_calmer(made_run, run)
    assert any(each.ceiling is not truth.ceiling for truth, each in zip(made_run, run, strict=True))
