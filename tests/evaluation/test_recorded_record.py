"""The record of six recorded years against published shares, and against numbers reckoned apart from this program.

The latter were worked out from the same closes and the light's CSV with a few lines of pandas of their own.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from barograph.engine.replay import judged_at
from barograph.evaluation.record import make_record
from barograph.risk.faces import Face
from barograph.risk.track_record import AlarmRecord, EventRecord, TrackRecord
from tests.evaluation.conftest import RULES, feed_of, track_of

DRAWS = 20
"""The intervals are not looked at here."""


@pytest.fixture(scope="module")
def six_years(history_folder: Path) -> TrackRecord:
    folder = history_folder / "daily"
    if not folder.is_dir():
        pytest.skip(f"no daily history at {folder}")
    feed = feed_of(folder)
    return make_record(track_of(feed, judged_at(date(2018, 12, 1))), feed.info, RULES, DRAWS)


def event(record: TrackRecord, id_: str) -> EventRecord:
    return next(each for each in record.events if each.event.id == id_)


def alarm(record: EventRecord, name: str) -> AlarmRecord:
    return next(each for each in record.alarms if each.alarm == name)


def percent_of_year(record: TrackRecord, face: Face, year: int) -> int:
    faces = Counter(shown for day, shown in zip(record.sessions, record.faces, strict=True) if day.year == year)
    return round(100 * faces[face] / sum(faces.values()))


def test_the_time_in_each_face_is_the_published_one(six_years: TrackRecord) -> None:
    years = range(2019, 2025)
    assert [percent_of_year(six_years, Face.RISK_OFF, year) for year in years] == [5, 19, 23, 65, 0, 5]
    assert [percent_of_year(six_years, Face.WATCH, year) for year in years] == [16, 19, 29, 15, 0, 19]


@pytest.mark.parametrize(
    ("id_", "days", "base", "episodes", "odds"),
    [
        ("J5", 1_524, 0.0971, 40, (0.065, 0.117, 0.182)),
        ("J10", 1_519, 0.0560, 15, (0.028, 0.058, 0.142)),
    ],
)
def test_events_and_odds_are_those_reckoned_apart(
    six_years: TrackRecord, id_: str, days: int, base: float, episodes: int, odds: tuple[float, ...]
) -> None:
    found = event(six_years, id_)
    assert (found.days, found.episodes) == (days, episodes)
    assert found.base_rate.value == pytest.approx(base, abs=5e-5)
    assert [each.odds.value for each in found.faces] == pytest.approx(odds, abs=5e-4)


@pytest.mark.parametrize(
    ("id_", "expected"),
    [
        ("J5", (0.689, 0.651, 0.664, 0.609, 0.647)),
        ("J10", (0.728, 0.680, 0.672, 0.641, 0.714)),
    ],
)
def test_the_auc_of_the_score_and_of_simpler_rules_is_that_reckoned_apart(
    six_years: TrackRecord, id_: str, expected: tuple[float, ...]
) -> None:
    rankings = {each.predictor: each for each in event(six_years, id_).rankings}
    names = ("score", "vix", "drawdown", "vix_percentile", "realised_volatility")
    assert [rankings[name].auc.value for name in names] == pytest.approx(expected, abs=6e-4)
    precision = rankings["score"].average_precision
    assert precision == pytest.approx({"J5": 0.165, "J10": 0.116}[id_], abs=6e-4)


def test_changes_and_runs_a_year_are_those_reckoned_apart(six_years: TrackRecord) -> None:
    assert six_years.changes_a_year == pytest.approx(8.90, abs=5e-3)
    red = alarm(event(six_years, "J5"), "light_risk_off")
    assert red.runs_a_year == pytest.approx(2.14, abs=5e-3)
    assert red.on_share == pytest.approx(313 / 1_524)


@pytest.mark.parametrize(
    ("id_", "nowcast", "calm_days", "calm"),
    [("J5", (0.878, 0.840), 759, (0.694, 0.642)), ("J10", (0.952, 0.906), 758, (0.695, 0.617))],
)
def test_the_nowcast_and_the_calm_days_stand_apart_as_reckoned(
    six_years: TrackRecord, id_: str, nowcast: tuple[float, float], calm_days: int, calm: tuple[float, float]
) -> None:
    """Calm: the index within 2 % and the coin within 10 % of their highs of 20 sessions."""
    found = event(six_years, id_)
    rankings = {each.predictor: each for each in found.rankings}
    assert [rankings[name].nowcast_auc for name in ("score", "vix")] == pytest.approx(nowcast, abs=6e-4)
    assert [each.predictor for each in found.from_calm] == ["score", "vix"]
    assert {each.days for each in found.from_calm} == {calm_days}
    assert [each.auc.value for each in found.from_calm] == pytest.approx(calm, abs=6e-4)


def test_how_the_markets_went_on_after_each_face_is_as_reckoned_apart(six_years: TrackRecord) -> None:
    """Median volatility of ten sessions ahead; mean changes of five."""
    assert [each.days for each in six_years.markets] == [971, 245, 313]
    found = [(each.stock_volatility, each.stock_change, each.coin_change) for each in six_years.markets]
    expected = [(0.1166, 0.0026, 0.0196), (0.1460, 0.0064, 0.0120), (0.2212, 0.0014, 0.0036)]
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, abs=6e-5)
