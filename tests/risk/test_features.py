"""Raw indicators of a session: what they read, what a missing part leaves open, and what must not change them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf, isfinite, isnan, log, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.indicators.correlation import ewma_correlation
from barograph.market.bars import Bars, FloatArray
from barograph.market.intervals import DAY_NS
from barograph.risk.features import (
    INDICATORS,
    MISSING,
    OPTIONAL,
    ROWS,
    DailyWindow,
    Ohlc,
    RawInput,
    Shock,
    exact,
    raw_inputs,
    shock,
)
from tests.risk.samples import RULES
from tests.risk.worlds import Roughness, World, random_world

SEEDS = st.integers(0, 2**32 - 1)
SESSIONS = 460
WORLD = random_world(np.random.default_rng(11), SESSIONS, Roughness())
WINDOW = WORLD.table(RULES).window(SESSIONS - 1)


def ohlc(bars: Ohlc, change: Callable[[FloatArray], FloatArray]) -> Ohlc:
    """The columns of `bars`, each changed."""
    return Ohlc(*(change(getattr(bars, column)) for column in ("open", "high", "low", "close")))


def with_bars(window: DailyWindow, name: str, change: Callable[[FloatArray], FloatArray]) -> DailyWindow:
    return replace(window, bars={**window.bars, name: ohlc(window.bars[name], change)})


def last_unknown(column: FloatArray) -> FloatArray:
    changed = column.copy()
    changed[-1] = nan
    return changed


def no_column(column: FloatArray) -> FloatArray:
    return np.full_like(column, nan)


def missing_in(window: DailyWindow) -> set[str]:
    return {name for name, raw in raw_inputs(window, RULES).items() if raw == MISSING or isnan(raw.x)}


# ------------------------------------------------------------------------------------------- what they read


def test_every_indicator_is_there_and_exact_when_nothing_is_missing() -> None:
    raw = raw_inputs(WINDOW, RULES)
    assert set(raw) == set(INDICATORS) == set(RULES.indicator_ids) - set(OPTIONAL)
    for one in raw.values():
        assert isfinite(one.x)
        assert one.low == one.x == one.high


def yang_zhang(bars: Ohlc, n: int) -> float:
    """From its definition."""
    gap, inside = np.log(bars.open[1:] / bars.close[:-1])[-n:], np.log(bars.close / bars.open)[-n:]
    high, low = np.log(bars.high / bars.open)[-n:], np.log(bars.low / bars.open)[-n:]
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    ranges = np.mean(high * (high - inside) + low * (low - inside))
    return float(np.sqrt(252 * (np.var(gap, ddof=1) + k * np.var(inside, ddof=1) + (1 - k) * ranges)))


def share_below(closes: FloatArray) -> float:
    return float(np.mean(closes[-1] <= closes[-50:].mean(axis=0)))


def usual(changes: FloatArray) -> float:
    return float(np.sum(changes[-20:]) / (np.std(changes[-252:], ddof=1) * np.sqrt(20)))


def test_every_indicator_is_its_formula_over_its_own_window() -> None:
    """SIGNALS 4.1, written down once more."""
    raw = {name: one.x for name, one in raw_inputs(WINDOW, RULES).items()}
    growth, index, coin = WINDOW.bars["QQQ"], WINDOW.bars["SPX"].close, WINDOW.bars["BTC"].close
    x, y = np.diff(np.log(index)), np.diff(np.log(coin))
    sums = pd.DataFrame({"xy": x * y, "xx": x * x, "yy": y * y}).ewm(alpha=0.06, adjust=True).mean().to_numpy()[-1]
    joint, own_x, own_y = np.minimum(x, 0)[-60:] * np.minimum(y, 0)[-60:], x[-60:] ** 2, y[-60:] ** 2
    days = WINDOW.crypto_days
    ranges, bodies = np.log(days.high / days.low)[-20:], np.log(days.close / days.open)[-20:]
    garman_klass = np.mean(0.5 * ranges**2 - (2 * log(2) - 1) * bodies**2)
    leaders = np.log(np.mean(WINDOW.leaders[-1] / WINDOW.leaders[-21]))
    dollar, long, short = WINDOW.bars["UUP"].close, WINDOW.fixings["DGS10"], WINDOW.fixings["DGS2"]
    assert raw == pytest.approx(
        {
            "V1": yang_zhang(growth, 20),
            "V2": yang_zhang(growth, 5) / yang_zhang(growth, 60),
            "V3": WINDOW.bars["VIX"].close[-1],
            "E1": share_below(WINDOW.leaders),
            "E2": share_below(WINDOW.breadth),
            "E3": log(index[-1] / index[-21]) - leaders,
            "X1": sums[0] / np.sqrt(sums[1] * sums[2]),
            "X2": joint.mean() / np.sqrt(own_x.mean() * own_y.mean()),
            "C1": -log(coin[-1] / coin[-21]),
            "C2": np.sqrt(365 * garman_klass),
            "M1": min(usual(np.diff(np.log(dollar))), usual(np.diff(long))),
            "M2": short[-1] - short[-21],
        },
        rel=1e-9,
    )


def test_optional_values_are_taken_as_they_are() -> None:
    raw = raw_inputs(replace(WINDOW, optional={"C4": 0.11, "X1_1h": nan}), RULES)
    assert raw["C4"] == exact(0.11)
    assert isnan(raw["X1_1h"].x)
    assert "C3" not in raw


def test_signs_say_larger_is_worse() -> None:
    """Each input moved the bad way moves its indicator up."""
    raw = raw_inputs(WINDOW, RULES)

    def at_the_end(times: float) -> Callable[[FloatArray], FloatArray]:
        return lambda column: np.append(column[:-1], column[-1] * times)

    falling_coin = raw_inputs(with_bars(WINDOW, "BTC", at_the_end(0.9)), RULES)
    assert falling_coin["C1"].x == pytest.approx(raw["C1"].x - log(0.9))
    assert raw_inputs(with_bars(WINDOW, "VIX", at_the_end(2)), RULES)["V3"].x == 2 * raw["V3"].x
    assert raw_inputs(with_bars(WINDOW, "UUP", at_the_end(1.2)), RULES)["M1"].x >= raw["M1"].x
    low_leaders = WINDOW.leaders.copy()
    low_leaders[-1] *= 0.01
    fallen = raw_inputs(replace(WINDOW, leaders=low_leaders), RULES)
    assert fallen["E1"].x == 1
    assert fallen["E3"].x == pytest.approx(raw["E3"].x - log(0.01))
    low_breadth = WINDOW.breadth.copy()
    low_breadth[-1] *= 0.01
    assert raw_inputs(replace(WINDOW, breadth=low_breadth), RULES)["E2"].x == 1
    two_year = np.append(WINDOW.fixings["DGS2"][:-1], WINDOW.fixings["DGS2"][-1] + 0.5)
    higher = replace(WINDOW, fixings={**WINDOW.fixings, "DGS2": two_year})
    assert raw_inputs(higher, RULES)["M2"].x == pytest.approx(raw["M2"].x + 0.5)


def test_the_macro_indicator_is_the_smaller_of_dollar_and_yield() -> None:
    """A dollar that soars alone changes nothing beyond the yield's own change."""
    yield_10y = WINDOW.fixings["DGS10"]
    soaring = with_bars(WINDOW, "UUP", lambda column: column * np.exp(np.linspace(0, 3, len(column)) ** 2))
    changes = np.diff(yield_10y)
    z_yield = changes[-20:].sum() / (np.std(changes[-252:], ddof=1) * 20**0.5)
    assert raw_inputs(soaring, RULES)["M1"].x == pytest.approx(z_yield)


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("SPX", {"E3", "X1", "X2"}),
        ("QQQ", {"V1", "V2"}),
        ("VIX", {"V3"}),
        ("BTC", {"X1", "X2", "C1"}),  # its volatility is that of its own days
        ("UUP", {"M1"}),
    ],
)
@pytest.mark.parametrize("change", [last_unknown, no_column])
def test_a_missing_price_takes_its_own_indicators_along_and_no_other(
    name: str, gone: set[str], change: Callable[[FloatArray], FloatArray]
) -> None:
    assert missing_in(with_bars(WINDOW, name, change)) == gone


@pytest.mark.parametrize(("series", "gone"), [("DGS10", {"M1"}), ("DGS2", {"M2"})])
def test_a_missing_fixing_takes_its_indicator_along(series: str, gone: set[str]) -> None:
    for values in (last_unknown(WINDOW.fixings[series]), no_column(WINDOW.fixings[series])):
        assert missing_in(replace(WINDOW, fixings={**WINDOW.fixings, series: values})) == gone


def test_without_the_coins_own_day_its_volatility_is_missing() -> None:
    none = np.array([])
    assert missing_in(replace(WINDOW, crypto_days=Ohlc(none, none, none, none))) == {"C2"}
    assert missing_in(replace(WINDOW, crypto_days=ohlc(WINDOW.crypto_days, last_unknown))) == {"C2"}


def test_nothing_at_all_is_all_missing() -> None:
    empty = random_world(np.random.default_rng(1), 30, Roughness())
    for name in (*empty.bars, *empty.fixings):
        empty = empty.without(name)
    window = empty.table(RULES).window(29)
    assert raw_inputs(window, RULES) == dict.fromkeys(INDICATORS, MISSING)
    assert shock(window, RULES) == Shock(fired=False, possible=True)


def test_the_first_sessions_are_missing_and_raise_nothing() -> None:
    table = WORLD.table(RULES)
    born: dict[str, int] = {}
    for row in range(160):
        raw = raw_inputs(table.window(row), RULES)
        for name, one in raw.items():
            if isfinite(one.x):
                born.setdefault(name, row)
    assert born == {
        "V1": 20, "V2": 60, "V3": 0, "E1": 49, "E2": 49, "E3": 20, "X1": 30, "X2": 40, "C1": 20,
        "C2": born["C2"], "M1": born["M1"], "M2": 21,
    }  # fmt: skip
    assert born["C2"] < 20  # the coin has days at the week-end too
    assert 152 <= born["M1"] <= 154  # 60 % of 252 changes, of a yield that is known a day late


# ------------------------------------------------------------------------------ what a missing part leaves open


def stale_member(window: DailyWindow, member: int) -> DailyWindow:
    """One of the leaders (and so of the breadth) without its last close."""
    leaders, breadth = window.leaders.copy(), window.breadth.copy()
    leaders[-1, member] = breadth[-1, member] = nan
    return replace(window, leaders=leaders, breadth=breadth)


def test_one_stale_or_absent_member_leaves_a_range_that_holds_the_truth() -> None:
    whole = raw_inputs(WINDOW, RULES)
    for member in range(5):
        stale = raw_inputs(stale_member(WINDOW, member), RULES)
        rest = [n for n in range(5) if n != member]
        absent = raw_inputs(
            replace(
                WINDOW,
                leaders=WINDOW.leaders[:, rest],
                breadth=WINDOW.breadth[:, [*rest, 5, 6, 7, 8, 9]],
                leaders_absent=1,
                breadth_absent=1,
            ),
            RULES,
        )
        for part in (stale, absent):
            for name in ("E1", "E2", "E3"):
                assert part[name].low < part[name].high
                assert part[name].low <= whole[name].x <= part[name].high
                assert part[name].low <= part[name].x <= part[name].high
            assert part["E3"].low == -inf
            assert {name: one for name, one in part.items() if name[0] != "E"} == {
                name: one for name, one in whole.items() if name[0] != "E"
            }


def test_below_four_fifths_of_the_members_there_is_no_basket_however_the_rest_is_missing() -> None:
    two_stale = stale_member(stale_member(WINDOW, 0), 1)
    assert missing_in(two_stale) == {"E1", "E3"}
    one_each = replace(stale_member(WINDOW, 0), leaders=stale_member(WINDOW, 0).leaders[:, :4], leaders_absent=1)
    assert missing_in(one_each) == {"E1", "E3"}
    two_absent = replace(WINDOW, leaders=WINDOW.leaders[:, :3], leaders_absent=2)
    assert missing_in(two_absent) == {"E1", "E3"}


def test_exact_is_missing_for_what_is_no_number() -> None:
    assert exact(0.5) == RawInput(0.5, 0.5, 0.5)
    for x in (nan, inf, -inf):
        assert exact(x) is MISSING


# ----------------------------------------------------------------------------------------------------- shock


def closes_of(returns: list[float]) -> FloatArray:
    values: FloatArray = 100 * np.exp(np.cumsum([0.0, *returns]))
    return values


def shock_of(index: FloatArray, coin: FloatArray) -> Shock:
    """The shock of a window with these closes of the index and the coin."""
    bars = {
        "SPX": Ohlc(index, index, index, index),
        "BTC": Ohlc(coin, coin, coin, coin),
    }
    return shock(replace(WINDOW, bars={**WINDOW.bars, **bars}), RULES)


QUIET = [0.01, -0.01] * 10
SIGMA = float(np.std(QUIET, ddof=1))


@pytest.mark.parametrize(
    ("index_sigmas", "coin_sigmas", "fired"),
    [(2.51, 2.01, True), (2.49, 2.01, False), (2.51, 1.99, False), (-2.6, 2.1, False), (2.6, -2.1, False)],
)
def test_a_shock_is_a_fall_of_both_in_their_own_sigmas(index_sigmas: float, coin_sigmas: float, fired: bool) -> None:
    index = closes_of([*QUIET, -index_sigmas * SIGMA])
    coin = closes_of([*(4 * r for r in QUIET), -coin_sigmas * 4 * SIGMA])
    assert shock_of(index, coin) == Shock(fired=fired, possible=fired)


def test_sigma_is_that_of_the_twenty_sessions_before() -> None:
    """The day itself does not soften its own sigma, and neither do calmer or wilder days long before."""
    fall = [-2.51 * SIGMA]
    for early in ([0.2, -0.2] * 20, [0.0] * 40):
        assert shock_of(closes_of([*early, *QUIET, *fall]), closes_of([*early, *QUIET, *fall])).fired


def test_a_shock_is_possible_while_a_leg_is_unknown_and_the_other_fell() -> None:
    fell, held = closes_of([*QUIET, -0.1]), closes_of([*QUIET, 0.0])
    short = fell[3:]
    for unknown in (last_unknown(fell), np.append(fell[:-2], [nan, fell[-1]]), short):
        assert shock_of(unknown, fell) == Shock(fired=False, possible=True)
        assert shock_of(fell, unknown) == Shock(fired=False, possible=True)
        assert shock_of(unknown, held) == Shock(fired=False, possible=False)
        assert shock_of(held, unknown) == Shock(fired=False, possible=False)
        assert shock_of(unknown, unknown) == Shock(fired=False, possible=True)


def test_sigma_stands_with_three_quarters_of_its_returns() -> None:
    fell = closes_of([*QUIET, -0.1])
    holed = fell.copy()
    holed[[2, 5]] = nan  # four returns
    assert shock_of(holed, holed).fired
    holed[[8]] = nan  # six
    assert shock_of(holed, holed) == Shock(fired=False, possible=True)


# --------------------------------------------------------------------------------- what must not change them


def scaled(bars: Bars, times: float) -> Bars:
    return Bars(bars.time, bars.open * times, bars.high * times, bars.low * times, bars.close * times, bars.volume)


@settings(max_examples=20)
@given(SEEDS)
def test_the_price_level_changes_nothing(seed: int) -> None:
    """Every price but the volatility index, which is a level, times its own constant."""
    rng = np.random.default_rng(seed)
    bars = {name: one if name == "VIX" else scaled(one, rng.lognormal(0, 3)) for name, one in WORLD.bars.items()}
    other = raw_inputs(replace(WORLD, bars=bars).table(RULES).window(SESSIONS - 1), RULES)
    for name, one in raw_inputs(WINDOW, RULES).items():
        assert other[name].x == pytest.approx(one.x, rel=1e-9, abs=1e-12), name


ROUGH = Roughness(hole=0.02, member_hole=0.002, fixing_hole=0.02, late_member=0.3, late_single=0.3, shock=0.03)


def rough_world(seed: int) -> World:
    return random_world(np.random.default_rng(seed), SESSIONS, ROUGH)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_adding_the_future_changes_nothing(seed: int) -> None:
    """To the last bit: a market cut off after any session answers the same for it."""
    world = rough_world(seed)
    whole = world.table(RULES)
    for row in (61, 120, 200, 399, 400, 401, SESSIONS - 1):
        cut = world.until(int(whole.evaluated_at[row])).table(RULES)
        assert repr(raw_inputs(cut.window(row), RULES)) == repr(raw_inputs(whole.window(row), RULES))
        assert shock(cut.window(row), RULES) == shock(whole.window(row), RULES)


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_history_beyond_the_rows_changes_nothing(seed: int) -> None:
    """To the last bit: a market that begins later answers the same once it has all the rows."""
    world = rough_world(seed)
    whole = world.table(RULES)
    first = SESSIONS - ROWS
    begin = int(world.labels[first])
    later = replace(
        world,
        labels=world.labels[first:],
        bars={name: bars.after(begin - 1) for name, bars in world.bars.items()},
        fixings={
            # a fixing is held for some days: what was known before the first row belongs to it
            name: fixings[int(np.searchsorted(fixings.time, begin - 7 * DAY_NS)) :]
            for name, fixings in world.fixings.items()
        },
    ).table(RULES)
    given_rows = later.window(ROWS - 1)
    assert len(given_rows.leaders) == ROWS
    # the coin's own days: as many as rows, and there are more days than sessions
    assert len(given_rows.crypto_days.close) == len(whole.window(SESSIONS - 1).crypto_days.close)
    assert repr(raw_inputs(given_rows, RULES)) == repr(raw_inputs(whole.window(SESSIONS - 1), RULES))
    assert shock(given_rows, RULES) == shock(whole.window(SESSIONS - 1), RULES)


def test_the_rows_are_enough_for_the_whole_correlation() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.standard_t(4, (2, 5000)) * 0.01
    assert ewma_correlation(x[-ROWS:], y[-ROWS:], 0.94) == pytest.approx(ewma_correlation(x, y, 0.94), rel=1e-9)
