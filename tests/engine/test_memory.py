"""Freed memory goes back to the system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from barograph.engine.memory import give_back_memory

_SMALL, _MANY = 2_000, 40_000


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4_096


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only the GNU C library keeps what was freed")
def test_what_lies_below_a_live_piece_is_handed_back() -> None:
    pieces = [bytes(_SMALL) for _ in range(_MANY)]
    last = bytes(_SMALL)  # keeps the heap's end where it is
    del pieces
    held = _resident()
    assert give_back_memory()
    assert held - _resident() > _SMALL * _MANY / 2
    assert len(last) == _SMALL
