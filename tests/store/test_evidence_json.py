"""Frozen evidence reads back to the bit, and nothing else is taken for it."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.checklist.evidence import EvidenceRow, FrozenEvidence
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face
from barograph.store.evidence_json import EvidenceError, decode_evidence, encode_evidence
from tests.store.samples import NOW, evidence

NUMBERS = st.none() | st.floats(allow_nan=False)
ANY_TEXT = st.text(st.characters(exclude_categories=()))  # halves of pairs included
INSTANTS = st.datetimes(timezones=st.just(UTC))
ROWS = st.builds(
    EvidenceRow,
    id=ANY_TEXT,
    value=NUMBERS,
    unit=ANY_TEXT,
    decimals=st.integers(0, 9),
    state=st.sampled_from(Freshness),
    source=ANY_TEXT,
    as_of=st.none() | INSTANTS,
    changes=st.lists(st.tuples(ANY_TEXT, NUMBERS), max_size=3).map(tuple),
    change_unit=ANY_TEXT,
    material=NUMBERS,
    note=ANY_TEXT,
)
EVIDENCE = st.builds(
    FrozenEvidence,
    rows=st.lists(ROWS, max_size=4).map(tuple),
    face=st.sampled_from(Face),
    ceiling=st.sampled_from(Face),
    score=NUMBERS,
    rule_set=ANY_TEXT,
    feed=ANY_TEXT,
    taken_at=INSTANTS,
)


@given(EVIDENCE)
def test_evidence_reads_back_to_the_bit(frozen: FrozenEvidence) -> None:
    text = encode_evidence(frozen)
    assert text.isascii()
    assert decode_evidence(text) == frozen


def test_the_sign_of_zero_is_kept() -> None:
    score = decode_evidence(encode_evidence(evidence(score=-0.0))).score
    assert score is not None
    assert math.copysign(1, score) == -1


def test_not_a_number_does_not_stop_a_tick() -> None:
    text = encode_evidence(evidence(score=math.nan))
    score = decode_evidence(text).score
    assert score is not None
    assert math.isnan(score)
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_instants_of_another_zone_are_the_same_instants_in_utc() -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=8)))
    back = decode_evidence(encode_evidence(replace(evidence(), taken_at=elsewhere)))
    assert back.taken_at == NOW
    assert back.taken_at.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_a_bug() -> None:
    naive = datetime(2026, 2, 5)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no time zone"):
        encode_evidence(replace(evidence(), taken_at=naive))


def stored() -> dict[str, Any]:
    found = json.loads(encode_evidence(evidence()))
    assert isinstance(found, dict)
    return found


def test_every_field_is_written() -> None:
    assert set(stored()) == {"version", *(field.name for field in fields(FrozenEvidence))}
    assert set(stored()["rows"][0]) == {field.name for field in fields(EvidenceRow)}


def test_unknown_and_missing_keys_are_refused_by_name() -> None:
    more = stored() | {"venue": "x"}
    with pytest.raises(EvidenceError, match="'venue'"):
        decode_evidence(json.dumps(more))
    row_with_more = stored()
    row_with_more["rows"][1]["quality"] = 1
    with pytest.raises(EvidenceError, match="'quality'"):
        decode_evidence(json.dumps(row_with_more))
    less = stored()
    del less["rows"][0]["material"]
    with pytest.raises(EvidenceError, match="'material'"):
        decode_evidence(json.dumps(less))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "7",
        "{}",
        '{"version":2}',
        '{"version":1}',
        "[" * 100_000,
        encode_evidence(evidence())[:-1],
        encode_evidence(evidence()).replace('"watch"', '"green"'),
        encode_evidence(evidence()).replace('"live"', '"alive"'),
        encode_evidence(evidence()).replace("2026-02-05", "yesterday"),
        encode_evidence(evidence()).replace("61.5", '"much"'),
        encode_evidence(evidence()).replace("61.5", "[1]"),
        encode_evidence(evidence()).replace('["5d",null]', '["5d"]'),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError):
        decode_evidence(text)
