"""When the inputs have moved materially since a step was ticked."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.checklist.evidence import EvidenceRow, FrozenEvidence, changed_since
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face

NOW = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
TEN_YEAR = EvidenceRow("us10y", 4.05, "%", 2, Freshness.LIVE, "Yahoo", NOW, material=0.05)
VIX = EvidenceRow("vix", 18.0, "points", 1, Freshness.LIVE, "Yahoo", NOW, material=2.0)
CONTEXT = EvidenceRow("real10y", 1.8, "%", 2, Freshness.CLOSED, "FRED", NOW)


def frozen(*rows: EvidenceRow) -> FrozenEvidence:
    return FrozenEvidence(rows, Face.WATCH, Face.WATCH, 61.5, "v1", "demo:7", NOW)


TAKEN = frozen(TEN_YEAR, VIX, CONTEXT)


def now_with(id_: str, value: float | None) -> tuple[EvidenceRow, ...]:
    return tuple(replace(row, value=value) if row.id == id_ else row for row in TAKEN.rows)


def test_what_did_not_move_is_unchanged() -> None:
    assert not changed_since(TAKEN, TAKEN.rows, Face.WATCH)


@pytest.mark.parametrize("face", [Face.CALM, Face.RISK_OFF, Face.NO_DATA])
def test_another_face_is_a_change(face: Face) -> None:
    assert changed_since(TAKEN, TAKEN.rows, face)


@pytest.mark.parametrize(
    ("id_", "value", "changed"),
    [
        ("vix", 19.9, False),
        ("vix", 20.0, True),
        ("vix", 16.0, True),
        ("vix", 16.1, False),
        ("us10y", 4.10, True),  # in binary the difference is a little less than 0.05
        ("us10y", 4.00, True),
        ("us10y", 4.09, False),
        ("vix", None, True),
        ("vix", math.nan, True),
        ("real10y", 3.0, False),  # no material move is named: context only
        ("real10y", None, False),
    ],
)
def test_a_row_moves_by_its_own_measure(id_: str, value: float | None, changed: bool) -> None:
    assert changed_since(TAKEN, now_with(id_, value), Face.WATCH) is changed


def test_a_row_that_is_gone_is_unknown() -> None:
    assert changed_since(TAKEN, (TEN_YEAR, CONTEXT), Face.WATCH)
    assert not changed_since(TAKEN, (TEN_YEAR, VIX), Face.WATCH)


def test_unknown_then_and_now_is_no_change_and_learning_it_is() -> None:
    unknown = replace(VIX, value=None)
    assert not changed_since(frozen(unknown), (unknown,), Face.WATCH)
    assert not changed_since(frozen(unknown), (), Face.WATCH)
    assert changed_since(frozen(unknown), (VIX,), Face.WATCH)


def test_rows_are_matched_by_name_and_a_new_one_is_no_change() -> None:
    new = EvidenceRow("dxy", 99.0, "points", 2, Freshness.LIVE, "Yahoo", NOW, material=0.5)
    assert not changed_since(TAKEN, (new, CONTEXT, VIX, TEN_YEAR), Face.WATCH)


@given(st.floats(1, 1e5), st.floats(1e-2, 1e2), st.floats(-3, 3))
def test_the_measure_is_the_same_up_and_down(value: float, material: float, moves: float) -> None:
    before = replace(VIX, value=value, material=material)
    there = replace(before, value=value + moves * material)
    changed = changed_since(frozen(before), (there,), Face.WATCH)
    assert changed == changed_since(frozen(there), (before,), Face.WATCH)
    if abs(abs(moves) - 1) > 1e-6:
        assert changed is (abs(moves) > 1)
