"""Freed memory goes back to the system."""

from __future__ import annotations

import sys

import pytest

from barograph.engine.memory import give_back_memory, resident_mb

_SMALL, _MANY = 2_000, 40_000


def _resident() -> float:
    found = resident_mb()
    assert found is not None
    return found * 1e6


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only the GNU C library keeps what was freed")
def test_what_lies_below_a_live_piece_is_handed_back() -> None:
    pieces = [bytes(_SMALL) for _ in range(_MANY)]
    last = bytes(_SMALL)  # keeps the heap's end where it is
    del pieces
    held = _resident()
    assert give_back_memory()
    assert held - _resident() > _SMALL * _MANY / 2
    assert len(last) == _SMALL


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems do not tell it in a file")
def test_what_is_taken_is_seen() -> None:
    before = _resident()
    taken = b"x" * 50_000_000
    assert 45e6 < _resident() - before < 60e6
    assert len(taken) == 50_000_000
