"""Evaluations as text: exact to the last bit, there and back."""

from __future__ import annotations

import json
from math import inf, isnan

import pytest

from barograph.engine.evaluation_codec import evaluation_of, inputs_text, state_text
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.risk.judge import Evaluation
from tests.engine.runs import feed_of, judged, without


def assert_same_after_a_round_trip(evaluation: Evaluation) -> None:
    state, inputs = state_text(evaluation), inputs_text(evaluation)
    back = evaluation_of(evaluation.session, evaluation.rule_set, state, inputs)
    assert (state_text(back), inputs_text(back)) == (state, inputs)
    for name in (
        "session", "at", "rule_set", "percentiles", "score", "face", "ceiling", "light", "worst", "shock", "reason",
        "warm_up_left", "steady", "scored_with", "since", "sessions_in_state", "missing",
    ):  # fmt: skip
        assert getattr(back, name) == getattr(evaluation, name), name
    for name, raw in evaluation.raw.items():  # NaN equals nothing
        for bound in ("x", "low", "high"):
            before, after = getattr(raw, bound), getattr(back.raw[name], bound)
            assert after == before or (isnan(after) and isnan(before))


def test_every_evaluation_comes_back(made_run: list[Evaluation]) -> None:
    for evaluation in made_run:
        assert_same_after_a_round_trip(evaluation)


def test_missing_inputs_come_back_as_missing(made: HistoryFolder) -> None:
    """Ranges without an end and percentiles that are unknown are in it."""
    run = judged(feed_of(without(made, "VIX", "NVDA")))
    assert any(raw.high == inf for evaluation in run for raw in evaluation.raw.values())
    assert any(isnan(raw.x) for evaluation in run[-1:] for raw in evaluation.raw.values())
    for evaluation in run:
        assert_same_after_a_round_trip(evaluation)


def test_the_text_is_json_without_nan(made_run: list[Evaluation]) -> None:
    for evaluation in (made_run[0], made_run[-1]):
        for text in (state_text(evaluation), inputs_text(evaluation)):
            assert "NaN" not in text
            assert "Infinity" not in text
            json.loads(text)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("state", ""),
        ("state", "{}"),
        ("state", "[]"),
        ("inputs", "{"),
        ("inputs", "[1]"),
        ("inputs", '{"V1":{}}'),
        ("inputs", '{"V1":{"x":[1,2],"state":"available","u":[1,1,1],"contribution":1}}'),
        ("inputs", '{"V1":{"x":[1,2,3],"state":"?","u":[1,1,1],"contribution":1}}'),
        ("inputs", '{"V1":{"x":["far",2,3],"state":"available","u":[1,1,1],"contribution":1}}'),
    ],
)
def test_other_texts_are_refused(made_run: list[Evaluation], part: str, text: str) -> None:
    last = made_run[-1]
    found = {"state": state_text(last), "inputs": inputs_text(last)} | {part: text}
    with pytest.raises(ValueError, match=r"."):
        evaluation_of(last.session, last.rule_set, found["state"], found["inputs"])
