"""Every published number of the specification, read from its own file: no number is copied here (SIGNALS 14).

The modules' own tests hold the same cases as literals and run everywhere; this one needs the file.
"""

from __future__ import annotations

import json
from datetime import date
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from barograph.evaluation.ciss import ciss_parts
from barograph.evaluation.events import event_days
from barograph.evaluation.scores import alarm_rates, auc, average_precision
from barograph.indicators import breadth, commonality, policy, positioning, volatility
from barograph.indicators import correlation as corr
from barograph.indicators.alignment import hayashi_yoshida
from barograph.indicators.correlation_matrix import ewma_matrix, pearson_matrix
from barograph.indicators.rolling_correlation import rolling_ewma
from barograph.indicators.variance_forecast import har_value
from barograph.market.bars import FloatArray
from barograph.market.calendars import calendar
from barograph.market.grids import intraday_grid
from barograph.market.instants import from_ns
from barograph.market.intervals import Interval
from barograph.risk.budget import Book, position_units, risk_budget
from barograph.risk.context_rules_file import load_context_rules
from barograph.risk.faces import Face
from barograph.risk.light import MachineState, step
from barograph.risk.percentile import mid_rank
from barograph.risk.rules_file import load_rules
from barograph.risk.score import Availability, Percentile, largest_remainder, score
from barograph.risk.track_record import JointEvent

RULES = load_rules()
PILLARS = dict(zip("VEXCM", RULES.pillars, strict=True))
LETTER = {Face.CALM: "G", Face.WATCH: "A", Face.RISK_OFF: "R"}

Golden = dict[str, Any]


@pytest.fixture(scope="module")
def golden(history_folder: Path) -> Golden:
    path = history_folder.parent / "golden" / "signals.json"
    if not path.is_file():
        pytest.skip(f"no golden numbers at {path}")
    found: Golden = json.loads(path.read_text("utf-8"))
    return found


def exactly(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=0, nan_ok=True)


def array(values: list[float]) -> FloatArray:
    return np.array(values, dtype=np.float64)


def equal_correlations(count: int, rho: float) -> FloatArray:
    return np.full((count, count), rho) + (1 - rho) * np.eye(count)


def test_every_case_of_the_file_is_held_against_the_program(golden: Golden) -> None:
    assert set(golden) == {
        *("vol", "corr", "hy", "eig_4_0.5", "eig_6_0.7", "absorption", "turb", "ecdf", "comp_full", "comp_noC"),
        *("comp_grey", "ciss", "light1", "light_shock", "light_grey", "funding", "oi", "liq", "hhi", "zq", "eval"),
        *("event", "nts", "sizing", "har", "grid"),
    }


def test_volatility(golden: Golden) -> None:
    case = golden["vol"]
    open_, high, low, close = (array(case[name]) for name in "OHLC")
    bars = (open_, high, low, close)
    later = (open_[1:], high[1:], low[1:], close[1:])
    assert volatility.parkinson_variance(later[1], later[2]) == exactly(case["parkinson_var_bars1_5"])
    assert volatility.garman_klass_variance(*later) == exactly(case["gk_var_bars1_5"])
    assert volatility.rogers_satchell_variance(*later) == exactly(case["rs_var_bars1_5"])
    assert volatility.yang_zhang_variance(*bars) == exactly(case["yz_var"])
    assert volatility.close_close_variance(close) == exactly(case["cc_var"])
    assert volatility.session_volatility(*bars, 5) == exactly(case["yz_ann_252"])
    assert volatility.crypto_volatility(*bars, 5) == exactly(case["gk_ann_365"])


def test_correlation(golden: Golden) -> None:
    case = golden["corr"]
    x, y = array(case["x"]), array(case["y"])
    both = np.column_stack((x, y))
    assert [corr.pearson(x, y), pearson_matrix(both).rho[0, 1]] == exactly([case["pearson"]] * 2)
    assert corr.spearman(x, y) == exactly(case["spearman"])
    weighted = [
        corr.ewma_correlation(x, y, 0.94),
        rolling_ewma(x, y, 0.94, 2).rho[-1],
        ewma_matrix(both, 0.94, 2).rho[0, 1],
    ]
    assert weighted == exactly([case["ewma_094"]] * 3)
    assert corr.downside_semicorrelation(x, y) == exactly(case["semicorr"])
    assert list(corr.fisher_band(case["pearson"], len(x), inflation=1)) == exactly(case["ci95_n8"])


def test_effective_samples_and_bands(golden: Golden) -> None:
    case = golden["corr"]
    daily = corr.effective_sample(0.94)
    assert daily == exactly(case["neff_094"])
    for hours in (24, 15):
        lam = corr.decay_of_half_life(hours)
        assert [lam, corr.effective_sample(lam)] == exactly([case[f"lam_hl{hours}"], case[f"neff_hl{hours}"]])
    assert list(corr.fisher_band(0.7, daily, inflation=1)) == exactly(case["ci_rho07_n32"])
    assert list(corr.fisher_band(0.7, daily)) == exactly(case["ci_rho07_n32_x13"])
    assert list(corr.fisher_band(0.5, case["neff_hl24"])) == exactly(case["ci_rho05_n69_x13"])
    adjusted = [corr.forbes_rigobon(rho, now, 1) for rho, now in ((0.8, 4), (0.5, 9), (0.5293, 11.21))]
    assert adjusted == exactly([case["fr_08_var4"], case["fr_05_var9"], case["fr_real"]])


def test_hayashi_and_yoshida(golden: Golden) -> None:
    case = golden["hy"]
    found = hayashi_yoshida(*(array(case[name]) for name in ("tx", "px", "ty", "py")))
    assert [found.xy, found.rho] == exactly([case["cov"], case["corr"]])


def test_many_markets(golden: Golden) -> None:
    for count, rho in ((4, 0.5), (6, 0.7)):
        case, matrix = golden[f"eig_{count}_{rho}"], equal_correlations(count, rho)
        found = [commonality.eigen_share(matrix), commonality.average_pairwise(matrix)]
        assert found == exactly([case["eig1_share"], case["avg"]])
    case = golden["absorption"]
    returns = array(case["data"]).T
    assert [commonality.absorption_ratio(returns)] * 2 == exactly([case["ar02"], case["frds"]])
    assert commonality.absorption_ratio(returns, 0.5) == exactly(case["ar05"])
    case = golden["turb"]
    for day, name in (([-0.02, -0.06], "y_same"), ([-0.02, 0.06], "y_opp")):
        assert commonality.mahalanobis(array(day), np.zeros(2), array(case["S"])) == exactly(case[name])
    case = golden["ciss"]
    stress, thirds = array([0.2, 0.2, 0.9]), np.full(3, 1 / 3)
    parts = ciss_parts(stress, thirds, equal_correlations(3, 0.8))
    assert parts.tolist() == exactly(case["euler"])
    assert [parts.sum(), parts.sum() ** 2] == exactly([case["rho08_sqrt"], case["rho08"]])
    for rho, name in ((0.1, "rho01"), (1.0, "rho1")):
        assert ciss_parts(stress, thirds, equal_correlations(3, rho)).sum() ** 2 == exactly(case[name])
    assert [thirds @ stress] * 2 == exactly([case["lin_avg"], case["rho1_sqrt"]])


def test_percentile(golden: Golden) -> None:
    case = golden["ecdf"]
    window = array(case["win"])
    for x in (2, 0, 4):
        assert mid_rank(window, x) == exactly(case[f"x{x}"])
    assert mid_rank(array([1, nan, 3]), 3) == exactly(case["xnan"])


@pytest.mark.parametrize(("name", "gone"), [("comp_full", ""), ("comp_noC", "C"), ("comp_grey", "CE")])
def test_composite(golden: Golden, name: str, gone: str) -> None:
    case, values = golden[name], golden["comp_full"]["p"]
    inputs: dict[str, Percentile] = {}
    for letter, pillar in PILLARS.items():
        u = values[letter]
        there = Percentile(Availability.AVAILABLE, u, u, u)
        missing = Percentile(Availability.MISSING, None, 0, 1)
        inputs |= dict.fromkeys(pillar.required(), missing if letter in gone else there)
    found = score(inputs, RULES)
    assert found.coverage == exactly(case["coverage"])
    if case["score"] is None:
        assert found.value is None
        return
    assert found.value == exactly(case["score"])
    points = {letter: found.pillar_contribution(PILLARS[letter]) for letter in case["contrib"]}
    assert points == exactly(case["contrib"])
    assert largest_remainder(points, found.value) == case["ints"]
    assert sum(case["ints"].values()) == case["int_total"]


@pytest.mark.parametrize("name", ["light1", "light_shock", "light_grey"])
def test_light(golden: Golden, name: str) -> None:
    case = golden[name]
    state, shown = MachineState(), []
    for row, points in enumerate(case["scores"]):
        if points is None:  # the judge shows NO DATA and keeps the state
            shown.append("GREY")
            continue
        shock = bool(case.get("shock", [0] * (row + 1))[row])
        state = step(state, points, points, shock=shock, rules=RULES.light)
        shown.append(LETTER[state.face])
    assert shown == list(case["out"])


def test_crypto_derivatives(golden: Golden) -> None:
    case = golden["funding"]
    for rate, hours, name in (
        (0.0001, 8, "0.01%/8h APR%"),
        (0.0001, 4, "0.01%/4h APR%"),
        (0.0000125, 1, "0.00125%/1h APR%"),
    ):
        assert 100 * positioning.funding_apr(rate, hours) == exactly(case[name])
    assert 100 * positioning.funding_8h(0.0001, 4) == exactly(case["0.01%/4h as 8h %"])
    assert positioning.weighted_mean(array([10.95, 21.9, -5]), array([6, 3, 1])) == exactly(case["oiw"])
    case = golden["oi"]
    change = positioning.open_interest_change(*(case[name] for name in ("coin0", "coin1", "p0", "p1")))
    assert [change.coin, change.price, change.usd] == exactly([case["dln_coin"], case["dln_p"], case["dln_usd"]])
    case = golden["liq"]
    assert positioning.intensity_bp(25e6, 8e9) == exactly(case["bp"])
    lit = positioning.hawkes_intensity(array([0, 10, 12]), 15, base=0.05, jump=0.3, half_life=10)
    assert lit == exactly(case["hawkes"])
    assert positioning.branching_ratio(array(case["fano_counts"])) == exactly(case["branch"])


def test_concentration_and_policy_path(golden: Golden) -> None:
    case = golden["hhi"]
    found = breadth.concentration(array([0.08, 0.07, 0.06, *[0.79 / 497] * 497]))
    assert [found.hhi, found.n_effective] == exactly([case["hhi"], case["neff"]])
    assert breadth.concentration(np.ones(500)).hhi == exactly(case["eq500"])
    case = golden["zq"]
    after = policy.rate_after_meeting(policy.implied_rate(case["price"]), case["effr"], case["day"], case["ndays"])
    assert [after, policy.cut_probability(case["effr"], after)] == exactly([case["post"], case["p_cut25"]])


def test_evaluation(golden: Golden) -> None:
    case = golden["eval"]
    values, label = array(case["score"]), array(case["y"])
    assert [auc(values, label)[0], average_precision(values, label)] == exactly([case["auc"], case["ap"]])
    case = golden["nts"]
    rates = alarm_rates(array(case["on"]), array(case["ev"]))
    found = [rates.true_positive, rates.false_positive, rates.noise_to_signal, rates.odds_on, rates.lift]
    assert np.concatenate(found).tolist() == exactly([case[name] for name in ("tpr", "fpr", "nts", "prec", "lift")])
    case = golden["event"]
    days = event_days(JointEvent("J", case["h"], case["a"], case["b"]), array(case["spx"]), array(case["btc"]))
    assert [None if np.isnan(day) else day for day in days] == case["out"]


def test_sizing_and_forecast(golden: Golden) -> None:
    case, rules = golden["sizing"], load_context_rules()
    book = Book(0.6, 0.16, 0.4, 0.6)
    assert [book.volatility(0.3), book.volatility(0.8)] == exactly([case["pv_03"], case["pv_08"]])
    budget = risk_budget(Face.RISK_OFF, book, 0.3, 0.5, case["budget"], (rules.plans, rules.budget))
    assert [budget.scale, budget.exposure] == exactly([case["scale_08"], case["red"]])
    assert position_units(250_000, 0.005, 2, 1_800, 1.0) == exactly(case["stop_units"])
    case = golden["har"]
    value = har_value(tuple(case["b"]), case["rvd"], case["rvw"], case["rvm"])
    assert [value, volatility.annualised(value, 252)] == exactly([case["fc"], case["ann"]])


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("4h 2026-02-04 (EST)", date(2026, 2, 4)),
        ("4h 2026-07-08 (EDT)", date(2026, 7, 8)),
        ("4h DST Mon 2026-03-09", date(2026, 3, 9)),
    ],
)
def test_grid(golden: Golden, name: str, day: date) -> None:
    four, one = (
        intraday_grid(calendar("GLOBEX"), day, day, interval) for interval in (Interval.HOUR_4, Interval.HOUR_1)
    )
    assert [f"{from_ns(end):%m-%d %H:%MZ}" for end in four.end.tolist()] == golden["grid"][name]
    assert len(one) == golden["grid"]["n_1h"]
