"""That the soak can say no: made-up records that rise and that do not."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.acceptance.sockets import Use
from tests.soak import Record, flatness

MB = 1024 * 1024


def record(hours: float, rise_mb_a_day: float = 0.0, sockets_a_day: float = 0.0) -> Record:
    """Of a window that stays as it is and an engine that rises, after a first hour in which everything grows."""
    made, chance = Record(), random.Random(3)
    for sample in range(int(hours * 60)):
        hour = sample / 60
        warm = min(hour, 1.0) * 40
        memory = int((280 + warm + rise_mb_a_day * hour / 24 + chance.random()) * MB)
        made.hours.append(hour)
        made.use["window"].append(Use(140 * MB, 5 + sample % 2, 12, 3))
        made.use["engine"].append(Use(memory, 6, 36, 16 + int(sockets_a_day * hour / 24)))
    return made


@pytest.mark.parametrize("hours", [2.0, 24.0])
def test_what_stays_is_flat(hours: float) -> None:
    assert flatness(record(hours)) == []


def test_memory_that_comes_and_goes_is_flat() -> None:
    made = record(24)
    made.use["engine"] = [
        replace(use, memory=use.memory + (40 * MB if 15 < hour < 18 else 10 * MB if hour % 1 < 0.7 else 0))
        for hour, use in zip(made.hours, made.use["engine"], strict=True)
        if use is not None
    ]
    assert flatness(made) == []


def test_memory_that_rises_is_not() -> None:
    (bad,) = flatness(record(24, rise_mb_a_day=20))
    assert bad.startswith("memory of the engine rises from 32")


def test_sockets_that_are_left_open_are_not() -> None:
    (bad,) = flatness(record(24, sockets_a_day=12))
    assert "sockets of the engine" in bad
