"""Simpler rules that the light has to be held against, on the same days and with no more knowledge (SIGNALS 11.7)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from barograph.evaluation.ciss import ciss
from barograph.evaluation.track import ASSETS, Track
from barograph.indicators.commonality import absorption_ratio, absorption_shift, turbulence
from barograph.indicators.volatility import log_returns
from barograph.market.bars import FloatArray
from barograph.risk.faces import Face
from barograph.risk.light import MachineState, step
from barograph.risk.percentile import mid_rank
from barograph.risk.rules import RuleSet

SCORE = "score"
VIX = "vix"
VIX_LEVELS = (20, 25, 30)
_LEVELS = ((Face.WATCH, "watch"), (Face.RISK_OFF, "risk_off"))
_TWO_PILLARS = ("volatility", "equity_leadership")
_HIGH_ROWS = 20
_ABSORPTION_ROWS = 60
_TURBULENCE_ROWS = 504
_TURBULENCE_DAYS = 5
_ASSETS_LEAST = 5


def predictors(track: Track, rules: RuleSet, seed: int) -> dict[str, FloatArray]:
    """Every predictor by id, larger meaning more stress, one value a session; the score first.

    NaN where there is none; wholly NaN where the data lack what it is made of.
    """
    pillars = track.pillars
    found = {SCORE: track.score, "equal_pillars": _mean(list(pillars.values()))}
    if all(name in pillars for name in _TWO_PILLARS):
        found["volatility_and_leadership"] = _mean([pillars[name] for name in _TWO_PILLARS])
    weights = np.array([pillar.weight for pillar in rules.pillars])
    found["ciss"] = ciss(np.column_stack([pillars[pillar.name] for pillar in rules.pillars]), weights)
    found |= {f"pillar_{name}": values for name, values in pillars.items()}
    level = track.closes[rules.inputs.volatility_index]
    returns = _returns(track)
    found |= {
        VIX: level,
        "vix_percentile": trailing_percentile(level, rules.window, rules.minimum),
        "drawdown": drawdown(track.closes[rules.inputs.equity_index], _HIGH_ROWS),
        "realised_volatility": track.volatility,
        "absorption_shift": _on_whole_rows(returns, absorption_shifts),
        "turbulence": _on_whole_rows(returns, mean_turbulence),
        "fear_greed": -track.greed,
        "random": np.random.default_rng(seed).random(len(track.score)),
    }
    return found


def alarms(track: Track, rules: RuleSet) -> dict[str, FloatArray]:
    """Every alarm by id, 1 or 0 a session and NaN where unknown; the light's own first."""
    shown = face_numbers(track.faces)
    level = track.closes[rules.inputs.volatility_index]
    ranked = face_numbers(faces_of(trailing_percentile(level, rules.window, rules.minimum), rules))
    found = {f"light_{name}": _at_least(shown, face) for face, name in _LEVELS}
    found |= {f"vix_{mark}": np.where(np.isnan(level), np.nan, level >= mark) for mark in VIX_LEVELS}
    found |= {f"vix_percentile_{name}": _at_least(ranked, face) for face, name in _LEVELS}
    return found


def face_numbers(faces: tuple[Face, ...]) -> FloatArray:
    """0 for calm, 1 for watch, 2 for risk-off, NaN for no data."""
    return np.array([np.nan if face is Face.NO_DATA else float(face.severity) for face in faces])


def _at_least(states: FloatArray, face: Face) -> FloatArray:
    return np.where(np.isnan(states), np.nan, states >= face.severity)


def trailing_percentile(values: FloatArray, window: int, minimum: int) -> FloatArray:
    """The mid-rank of each value in its own trailing window, itself included, as the light ranks its inputs."""
    ranked = np.full(len(values), np.nan)
    for row in range(len(values)):
        held = values[max(0, row - window + 1) : row + 1]
        if np.count_nonzero(~np.isnan(held)) >= minimum:
            ranked[row] = mid_rank(held, float(values[row]))
    return ranked


def faces_of(percentile: FloatArray, rules: RuleSet) -> tuple[Face, ...]:
    """The faces that the light's own state machine shows for a percentile 0-1 in place of the score."""
    state, faces = MachineState(), []
    for value in (100 * percentile).tolist():
        if np.isnan(value):
            faces.append(Face.NO_DATA)
            continue
        state = step(state, value, value, shock=False, rules=rules.light)
        faces.append(state.face)
    return tuple(faces)


def drawdown(close: FloatArray, rows: int) -> FloatArray:
    """How far each close lies below the highest of the last `rows`, itself included; NaN where one is unknown."""
    depth = np.full(len(close), np.nan)
    if len(close) >= rows:
        depth[rows - 1 :] = 1 - close[rows - 1 :] / sliding_window_view(close, rows).max(axis=1)
    return depth


def trailing_mean(values: FloatArray, rows: int) -> FloatArray:
    """The mean of the last `rows` values; NaN where one is unknown."""
    mean = np.full(len(values), np.nan)
    if len(values) >= rows:
        mean[rows - 1 :] = sliding_window_view(values, rows).mean(axis=1)
    return mean


def _mean(columns: list[FloatArray]) -> FloatArray:
    """Row by row the mean of what is known; NaN where nothing is."""
    stacked = np.array(columns)
    known = ~np.isnan(stacked)
    count = known.sum(axis=0)
    total = np.where(known, stacked, 0.0).sum(axis=0)
    mean: FloatArray = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean


def _returns(track: Track) -> FloatArray:
    """Log returns of the assets that are there on the first day evaluated, (sessions, assets).

    No column where they are too few. Which way an asset counts does not matter to a distance or a share of variance.
    """
    latest = max(1, track.first)
    columns = []
    for name in ASSETS:
        close = track.closes[name]
        known = np.flatnonzero(~np.isnan(close))
        if known.size and known[0] <= latest:
            columns.append(np.append(np.nan, log_returns(close)))
    return np.array(columns).T if len(columns) >= _ASSETS_LEAST else np.empty((len(track.score), 0))


def absorption_shifts(returns: FloatArray) -> FloatArray:
    """The shift of the absorption ratio of the last 60 days, day by day; `returns` is (days, assets), all known."""
    days = range(len(returns))
    ratios = np.array([_trailing(returns, row, _ABSORPTION_ROWS, absorption_ratio) for row in days])
    return np.array([absorption_shift(ratios[: row + 1]) for row in days])


def mean_turbulence(returns: FloatArray) -> FloatArray:
    """The mean turbulence of five days, each measured by the 504 days before it alone."""
    unusual = [turbulence(returns[max(0, row - _TURBULENCE_ROWS) : row], day) for row, day in enumerate(returns)]
    return trailing_mean(np.array(unusual), _TURBULENCE_DAYS)


def _trailing(returns: FloatArray, row: int, rows: int, measure: Callable[[FloatArray], float]) -> float:
    return measure(returns[row - rows + 1 : row + 1]) if row + 1 >= rows else np.nan


def _on_whole_rows(returns: FloatArray, measure: Callable[[FloatArray], FloatArray]) -> FloatArray:
    """A measure taken over the sessions on which every asset is known, NaN on the others."""
    values = np.full(len(returns), np.nan)
    if returns.shape[1]:
        whole = np.isfinite(returns).all(axis=1)
        values[whole] = measure(returns[whole])
    return values
