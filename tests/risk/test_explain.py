"""What moved the score, and what would change the light, held against brute force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from barograph.risk.explain import COVERAGE, Change, fired_rule, movers, nearest_changes
from barograph.risk.faces import Face
from barograph.risk.features import INDICATORS, MISSING, Shock, exact
from barograph.risk.judge import Evaluation
from barograph.risk.light import step
from barograph.risk.rules import PillarRules
from tests.risk.samples import DICTATED, NO_SHOCK, RULES, Dictation
from tests.risk.worlds import Judged, instant, judged

SMALL = replace(RULES, window=25, minimum=5)
LEVELS = RULES.light.thresholds


def runs() -> Iterator[list[Evaluation]]:
    """Judged random walks with holes, shocks, and every face."""
    for seed in range(12):
        rng = np.random.default_rng(seed)
        rows = 60
        together = np.cumsum(rng.normal(0, 1, rows))
        columns = {name: together + np.cumsum(rng.normal(0, 0.7, rows)) for name in INDICATORS}
        given = []
        for row in range(rows):
            raw = {n: MISSING if rng.random() < 0.04 else exact(float(column[row])) for n, column in columns.items()}
            struck = bool(rng.random() < 0.03)
            given.append(Judged(instant(row).date(), instant(row), raw, Shock(struck, struck), critical=True))
        yield judged(given, SMALL)


RUNS = list(runs())
EVALUATIONS = [one for run in RUNS for one in run]
LIT = [one for one in EVALUATIONS if one.face is not Face.NO_DATA]


def test_the_samples_show_every_face_and_a_pending_change() -> None:
    assert {one.face for one in EVALUATIONS} == set(Face)
    assert any(one.light.closes_below for one in LIT)
    assert any(one.light.hold_left for one in LIT)


# ---------------------------------------------------------------------------------------------------- movers


def test_movers_add_up_to_the_change_of_the_score() -> None:
    changed_set = 0
    for run in RUNS:
        for before, now in pairwise(run):
            parts = movers(now, before)
            if before.score.value is None or now.score.value is None:
                assert parts == ()
                continue
            assert sum(points for _, points in parts) == pytest.approx(now.score.value - before.score.value, abs=1e-9)
            sizes = [abs(points) for _, points in parts]
            assert sizes == sorted(sizes, reverse=True)
            names = {name for name, _ in parts}
            both = set(now.score.contributions) & set(before.score.contributions)
            whole = set(now.score.contributions) == set(before.score.contributions)
            assert names == (both if whole else both | {COVERAGE})
            changed_set += not whole
            for name, points in parts:
                if name != COVERAGE:
                    assert points == now.score.contributions[name] - before.score.contributions[name]
    assert changed_set > 10


def test_the_first_evaluation_has_no_movers() -> None:
    assert movers(LIT[0], None) == ()


# ------------------------------------------------------------------------------------------- nearest changes


def with_pillar(one: Evaluation, pillar: PillarRules, u: float) -> float:
    """The score with one pillar at a percentile and the others where they are."""
    values: Mapping[str, float] = {**one.score.pillars, pillar.name: u}
    weights = {p.name: p.weight for p in RULES.pillars if p.name in values}
    return 100 * sum(weights[name] * value for name, value in values.items()) / sum(weights.values())


def closes_until(one: Evaluation, score: float, face: Face) -> int:
    """How many closes at that score until the light shows that face, by running the machine."""
    state = one.light
    for close in range(1, 50):
        state = step(state, score, score, shock=False, rules=RULES.light)
        if state.face is face:
            return close
    raise AssertionError(f"{face} was never reached")


def sides(one: Evaluation) -> Iterator[tuple[Change, bool]]:
    """Both changes that lie ahead, and whether each is towards worse."""
    worse, calmer = nearest_changes(one, RULES)
    if worse is not None:
        yield worse, True
    if calmer is not None:
        yield calmer, False


def test_the_changes_that_lie_ahead_are_the_neighbouring_faces() -> None:
    expected = {
        Face.CALM: [(Face.WATCH, LEVELS.watch_enter)],
        Face.WATCH: [(Face.RISK_OFF, LEVELS.risk_off_enter), (Face.CALM, LEVELS.watch_exit)],
        Face.RISK_OFF: [(Face.WATCH, LEVELS.risk_off_exit)],
    }
    for one in LIT:
        assert [(change.face, change.threshold) for change, _ in sides(one)] == expected[one.face]


def test_the_distance_is_that_of_the_score_to_the_threshold() -> None:
    for one in LIT:
        assert one.score.value is not None
        for change, worse in sides(one):
            away = change.threshold - one.score.value if worse else one.score.value - change.threshold
            assert change.points == away


def test_the_closes_are_those_the_machine_takes() -> None:
    """Just past the threshold and then for as long as it takes."""
    counts = set()
    for one in LIT:
        for change, worse in sides(one):
            score = change.threshold if worse else change.threshold - 0.001
            assert closes_until(one, score, change.face) == change.closes
            counts.add((worse, change.closes))
    assert counts == {(True, 1), (False, 1), (False, 2), (False, 3), (False, 4)}


def test_a_pillar_alone_is_named_exactly_when_it_could_do_it() -> None:
    named = 0
    for one in LIT:
        for change, worse in sides(one):
            able = tuple(
                pillar.name
                for pillar in RULES.pillars
                if pillar.name in one.score.pillars
                and (
                    with_pillar(one, pillar, 0.95) >= change.threshold
                    if worse
                    else with_pillar(one, pillar, 0.05) < change.threshold
                )
            )
            assert change.alone == able
            named += len(able)
    assert named > 100


def test_without_a_light_nothing_lies_ahead() -> None:
    dark = [one for one in EVALUATIONS if one.face is Face.NO_DATA]
    assert dark
    for one in dark:
        assert nearest_changes(one, RULES) == (None, None)


def test_a_score_that_is_past_the_threshold_is_a_negative_distance() -> None:
    desk = Dictation()
    for _ in range(6):
        desk.score(40)
    desk.score(65)
    pending = desk.score(50)
    worse, calmer = nearest_changes(pending, RULES)
    assert worse is not None
    assert calmer is not None
    assert pending.face is Face.WATCH
    assert calmer.points < 0
    assert calmer.closes == 1
    assert desk.score(50).face is calmer.face


def test_a_shock_is_held_before_the_closes_count() -> None:
    desk = Dictation()
    for _ in range(6):
        desk.score(40)
    _, calmer = nearest_changes(desk.score(40, Shock(fired=True, possible=True)), RULES)
    assert calmer is not None
    assert calmer.closes == 4
    faces = [desk.score(40, NO_SHOCK).face for _ in range(4)]
    assert faces == [Face.RISK_OFF] * 3 + [Face.WATCH]


def test_the_rule_that_decided_is_named() -> None:
    """Along the published sequence: entered, held, two closes to leave, and a shock's hold."""
    desk = Dictation()
    for _ in range(6):
        desk.score(40)  # down from where the warm-up left it
    scores = [40, 40, 50, 60, 58, 51, 51, 51, 72, 65, 63, 63, 40, 40]
    run = [desk.score(points) for points in scores]
    struck = desk.score(40, Shock(fired=True, possible=True))
    after = [desk.score(40) for _ in range(4)]
    dark = desk.score(None)
    every = [*run, struck, *after, dark]
    named = [fired_rule(now, before, DICTATED) for before, now in pairwise(every)]
    assert named == [
        *("below", "below", "entered", "held", "waiting", "left", "below", "entered", "held"),
        *("waiting", "left", "waiting", "left", "shock", "shock_hold", "shock_hold", "waiting", "left"),
        "no_data: no_volatility",
    ]


def test_an_entry_that_the_common_set_does_not_ask_for_is_named() -> None:
    restrained = [
        (before, now)
        for run in RUNS
        for before, now in pairwise(run)
        if now.score.value is not None and not now.reason and fired_rule(now, before, RULES) == "entry_restrained"
    ]
    assert restrained
    for before, now in restrained:
        assert now.scored_with != before.scored_with
        assert now.score.value is not None
        level = LEVELS.watch_enter if now.light.face is Face.CALM else LEVELS.risk_off_enter
        assert now.score.value >= level
