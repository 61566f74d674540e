"""The light on days whose scores were worked out apart from this program, on recorded markets."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from barograph.engine.snapshot import Snapshot
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.risk.faces import Face
from barograph.risk.judge import Evaluation
from tests.engine.runs import feed_of, new_monitor

TOLERANCE = 1.5
"""Points: the data were copied by others, and closes of BTC and of adjusted shares differ a little."""
PILLARS = ("volatility", "equity_leadership", "co_movement", "macro", "crypto")
GOLDEN = {
    date(2020, 2, 28): ((98.4, 73.1, 71.4, 7.9, 49.7), 67.9, Face.WATCH),
    date(2020, 3, 12): ((99.7, 94.1, 99.9, 0.5, 89.2), 86.3, Face.RISK_OFF),
    date(2022, 1, 24): ((89.7, 96.3, 95.6, 85.3, 83.9), 90.9, Face.RISK_OFF),
    date(2022, 6, 13): ((78.8, 92.0, 97.2, 89.6, 73.3), 85.8, Face.RISK_OFF),
    date(2024, 8, 2): ((80.4, 81.0, 38.0, 5.5, 39.6), 56.4, Face.CALM),
    date(2024, 8, 5): ((95.5, 88.9, 84.1, 2.5, 73.6), 77.9, Face.RISK_OFF),
}
"""Session -> percentiles of the pillars, score, face."""
SHOCKS = (date(2020, 3, 9), date(2020, 3, 12), date(2021, 5, 12), date(2022, 9, 13), date(2024, 8, 5))


@pytest.mark.parametrize("session", GOLDEN)
def test_score_pillars_and_light(whole_run: list[Evaluation], session: date) -> None:
    pillars, score, face = GOLDEN[session]
    evaluation = next(each for each in whole_run if each.session == session)
    assert evaluation.score.value == pytest.approx(score, abs=TOLERANCE)
    found = {name: 100 * value for name, value in evaluation.score.pillars.items()}
    assert found == pytest.approx(dict(zip(PILLARS, pillars, strict=True)), abs=TOLERANCE)
    assert evaluation.face is face
    assert evaluation.ceiling is face  # nothing was missing
    assert evaluation.score.coverage == 1.0


def test_shock_days(whole_run: list[Evaluation]) -> None:
    fired = [each for each in whole_run if each.shock.fired and not each.reason]
    assert set(SHOCKS) <= {each.session for each in fired}
    assert len(fired) <= 13  # rare: 13 in the 7.7 years of the specification
    assert {each.face for each in fired} == {Face.RISK_OFF}


def test_a_shock_holds_risk_off_for_three_closes(whole_run: list[Evaluation]) -> None:
    for row, evaluation in enumerate(whole_run):
        if evaluation.shock.fired and not evaluation.reason:
            assert {each.face for each in whole_run[row : row + 3]} == {Face.RISK_OFF}


def test_every_face_is_shown_and_a_whole_folder_leaves_no_doubt(whole_run: list[Evaluation]) -> None:
    assert {each.face for each in whole_run} == set(Face)
    assert [each.session for each in whole_run if each.ceiling is not each.face] == []
    warm_up = [each.reason for each in whole_run].count("warm_up")
    assert {each.reason for each in whole_run[warm_up:]} == {""}  # NO DATA at the beginning, and never again


@pytest.fixture(scope="module")
def crash(recorded: HistoryFolder) -> Snapshot:
    """The snapshot a quarter of an hour after 12 March 2020 was over."""
    now = datetime(2020, 3, 13, 0, 15, tzinfo=UTC)
    monitor = new_monitor(feed_of(recorded))
    monitor.refresh(now)
    return monitor.snapshot(now)


def test_the_snapshot_of_the_worst_day(crash: Snapshot) -> None:
    light = crash.light
    assert (light.face, light.ceiling, light.shock) == (Face.RISK_OFF, Face.RISK_OFF, True)
    assert light.score == pytest.approx(86.3, abs=TOLERANCE)
    assert light.session == date(2020, 3, 12)
    assert light.as_of == datetime(2020, 3, 13, 0, 10, tzinfo=UTC)
    assert light.next_evaluation == datetime(2020, 3, 14, 0, 10, tzinfo=UTC)
    assert (light.fresh, light.expected, light.missing, light.coverage) == (12, 12, (), 1.0)
    assert sum(pillar.points or 0 for pillar in crash.pillars) == 86
    assert sum(pillar.contribution or 0 for pillar in crash.pillars) == pytest.approx(light.score)
    assert sum(reading.contribution or 0 for reading in crash.readings) == pytest.approx(light.score)


def test_nothing_of_the_day_after_is_in_it(crash: Snapshot) -> None:
    now = crash.clock.now
    stamps = [(each.as_of, each.known_at) for each in crash.readings]
    stamps += [(each.as_of, None) for each in crash.quotes]
    stamps += [(row.as_of, None) for step in crash.steps for row in step.rows]
    known = [stamp for pair in stamps for stamp in pair if stamp is not None]
    assert len(known) > 30
    assert max(known) <= now
