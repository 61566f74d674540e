"""What followed days with each face: what ships can be read and adds up, and every mistake is one sentence."""

from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from barograph.risk.faces import Face
from barograph.risk.measured_odds import FACES
from barograph.risk.measured_odds_file import load_measured_odds, parse_measured_odds
from barograph.risk.rules_file import RulesError, load_rules

SHIPPED = (resources.files("barograph_resources") / "rules" / "odds_v1.toml").read_text("utf-8")


def test_what_ships_is_of_the_shipped_rules_and_of_no_others() -> None:
    measured = load_measured_odds()
    assert set(measured) == {(load_rules().id, face) for face in FACES}
    for history in measured.values():
        assert (history.first, history.last) == (date(2018, 12, 3), date(2024, 12, 31))
        assert history.chosen_in_sight
        assert [(each.event.id, each.episodes) for each in history.events] == [("J5", 40), ("J10", 15)]


def test_the_numbers_of_a_face_stand_beside_those_of_all_days() -> None:
    j5 = load_measured_odds()["v1/balanced", Face.RISK_OFF].events[0]
    assert (j5.after.odds.value, j5.after.days, j5.begun) == (0.1821, 313, 13)
    assert (j5.base.odds.value, j5.base.odds.low, j5.base.odds.high, j5.base.days) == (0.0971, 0.0669, 0.1325, 1524)
    assert (j5.event.horizon, j5.event.stock_fall, j5.event.coin_fall) == (5, 0.02, 0.06)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("episodes = 40", "", "measured.0.events.0.episodes: None was found; a whole number was expected"),
        ("episodes = 40", "episodes = 41", "was found; faces that add up to 1524 days, 41 episodes was expected"),
        ("days = 971", "days = 970", "(1523, 40) was found; faces that add up to 1524 days"),
        ("odds = 0.0971", "odds = 0.9", "0 <= low <= odds <= high <= 1"),
        ("odds = 0.0971", "odds = nan", "0 <= low <= odds <= high <= 1"),
        ("coin_fall = 0.06", "coin_fall = 6.0", "two falls in 0-1"),
        ("chosen_in_sight = true", "chosen_in_sight = 1", "true or false was expected"),
        ("chosen_in_sight = true", "seen = true", "'seen' was found; one of rule_set"),
        ("first = 2018-12-03", "first = 2028-12-03", "first <= last"),
        ('"v1/balanced"', '"v1 balanced"', "the id of a rule set was expected"),
        ("[[measured]]", "[measured]", "measured: {"),
        ("[[measured]]", "[[", "a TOML file was expected"),
    ],
)
def test_a_mistake_is_named_in_one_sentence(old: str, new: str, said: str) -> None:
    assert old in SHIPPED
    with pytest.raises(RulesError) as caught:
        parse_measured_odds(SHIPPED.replace(old, new, 1), "rules/mine.toml")
    assert str(caught.value).startswith("rules/mine.toml: ")
    assert said in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_rule_set_is_measured_once() -> None:
    twice = SHIPPED + SHIPPED[SHIPPED.index("[[measured]]") :]
    with pytest.raises(RulesError, match=r"measured\.1: v1/balanced is there twice; once was expected"):
        parse_measured_odds(twice, "rules/mine.toml")
