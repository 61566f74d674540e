"""The clocks: speed, pause, jump, end; time never runs backwards but by a jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.engine.clock import Clock, SimulatedClock, WallClock, wall_now

START = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
A_DAY_S = 86_400.0


class Stopwatch:
    """Real seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def real() -> Stopwatch:
    return Stopwatch()


def test_it_starts_where_it_is_told_and_runs_at_its_speed(real: Stopwatch) -> None:
    clock = SimulatedClock(START, 600.0, real_seconds=real)
    assert (clock.now(), clock.speed, clock.paused, clock.at_end) == (START, 600.0, False, False)
    real.seconds += 1.5
    assert clock.now() == START + timedelta(minutes=15)


def test_a_new_speed_counts_from_the_present_instant(real: Stopwatch) -> None:
    clock = SimulatedClock(START, 600.0, real_seconds=real)
    real.seconds += 1
    clock.set_speed(60.0)
    assert clock.now() == START + timedelta(minutes=10)
    real.seconds += 1
    assert clock.now() == START + timedelta(minutes=11)


@pytest.mark.parametrize("asked", [0.5, 0.0, -3.0, float("nan")])
def test_it_never_runs_slower_than_the_world(real: Stopwatch, asked: float) -> None:
    clock = SimulatedClock(START, 600.0, real_seconds=real)
    clock.set_speed(asked)
    assert clock.speed == 1.0
    real.seconds += 5
    assert clock.now() == START + timedelta(seconds=5)


def test_a_paused_clock_stands_and_goes_on_from_there(real: Stopwatch) -> None:
    clock = SimulatedClock(START, 60.0, real_seconds=real)
    real.seconds += 1
    clock.set_paused(paused=True)
    real.seconds += 3_600
    assert clock.paused
    assert clock.now() == START + timedelta(minutes=1)
    clock.set_speed(600.0)  # while it stands
    real.seconds += 7
    assert clock.now() == START + timedelta(minutes=1)
    clock.set_paused(paused=False)
    real.seconds += 1
    assert clock.now() == START + timedelta(minutes=11)


def test_pausing_twice_loses_nothing(real: Stopwatch) -> None:
    clock = SimulatedClock(START, 60.0, real_seconds=real)
    real.seconds += 1
    clock.set_paused(paused=True)
    real.seconds += 1
    clock.set_paused(paused=True)
    assert clock.now() == START + timedelta(minutes=1)


@pytest.mark.parametrize("to", [START - timedelta(days=400), START + timedelta(days=400)])
@pytest.mark.parametrize("paused", [False, True])
def test_it_jumps_both_ways_and_stays_paused_or_running(real: Stopwatch, to: datetime, paused: bool) -> None:
    clock = SimulatedClock(START, 60.0, real_seconds=real)
    real.seconds += 100
    clock.set_paused(paused=paused)
    clock.jump(to)
    assert (clock.now(), clock.paused) == (to, paused)
    real.seconds += 1
    assert clock.now() == (to if paused else to + timedelta(minutes=1))


def test_it_stops_at_its_end_and_can_be_taken_back(real: Stopwatch) -> None:
    end = START + timedelta(minutes=5)
    clock = SimulatedClock(START, 60.0, end, real)
    real.seconds += 4.9
    assert not clock.at_end
    real.seconds += 0.1
    assert (clock.now(), clock.at_end) == (end, True)
    real.seconds += 1_000
    assert clock.now() == end
    clock.jump(START)
    assert (clock.now(), clock.at_end) == (START, False)
    clock.jump(end + timedelta(days=1))
    assert (clock.now(), clock.at_end) == (end, True)


def test_months_at_the_end_of_a_fast_replay_do_not_break_it(real: Stopwatch) -> None:
    end = START + timedelta(days=30)
    clock = SimulatedClock(START, 1_000_000.0, end, real)
    real.seconds += 200 * A_DAY_S  # would be half a million years
    assert clock.now() == end
    clock.set_speed(60.0)
    assert clock.now() == end


def test_the_wall_clock_is_utc_and_cannot_be_moved() -> None:
    clock: Clock = WallClock()
    before = wall_now()
    assert clock.now() >= before
    assert clock.now().tzinfo is UTC
    assert (clock.speed, clock.paused) == (1.0, False)


_STEPS = st.one_of(
    st.tuples(st.just("wait"), st.floats(0, 1e6)),
    st.tuples(st.just("speed"), st.floats(0.1, 1e6)),
    st.tuples(st.just("pause"), st.booleans()),
    st.tuples(st.just("jump"), st.floats(-1e8, 1e8)),
)


@given(st.lists(_STEPS, max_size=30), st.none() | st.floats(0, 1e9))
def test_time_runs_backwards_only_by_a_jump(steps: list[tuple[str, float]], length_s: float | None) -> None:
    real = Stopwatch()
    end = None if length_s is None else START + timedelta(seconds=length_s)
    clock = SimulatedClock(START, 600.0, end, real)
    for name, value in steps:
        before = clock.now()
        match name:
            case "wait":
                real.seconds += value / 1e3  # far enough at any speed, and within the years that there are
            case "speed":
                clock.set_speed(value)
            case "pause":
                clock.set_paused(paused=bool(value))
            case _:
                clock.jump(START + timedelta(seconds=value))
                before = clock.now()
        assert clock.now() >= before
        assert end is None or clock.now() <= end
        if clock.paused and name != "jump":
            standing = clock.now()
            real.seconds += 10
            assert clock.now() == standing
