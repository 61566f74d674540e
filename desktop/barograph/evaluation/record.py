"""Works out the light's track record: each event against each predictor and alarm, with what chance alone would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from barograph.engine.opening import UnusableInputError
from barograph.evaluation.alarm_record import alarm_record, face_records
from barograph.evaluation.benchmarks import SCORE, VIX, alarms, drawdown, face_numbers, predictors
from barograph.evaluation.bootstrap import draw_weights, estimate, placebo_p
from barograph.evaluation.events import EVENTS, episodes, event_days, fallen_days
from barograph.evaluation.markets import face_markets
from barograph.evaluation.scores import a_year, auc, average_precision, changes, odds_so_far
from barograph.evaluation.track import Track
from barograph.feeds.contract import FeedInfo, FeedKind
from barograph.market.bars import FloatArray, IntArray
from barograph.risk.rules import RuleSet
from barograph.risk.track_record import (
    LEAST_DAYS,
    EventRecord,
    JointEvent,
    OddsRecord,
    Ranking,
    TrackRecord,
    YearRecord,
)

DRAWS = 1_000
MEAN_BLOCK = 30
"""Sessions; twice the longest horizon at least, for the outcomes of neighbouring days overlap."""
OTHER_BLOCKS = (15, 60)
SEED = 20_260_805
CHOSEN_ON = {"v1": (date(2018, 12, 1), date(2026, 8, 5))}
"""Rule set, without its preset, to the days in sight of which its numbers were chosen."""
_CALM = (0.02, 0.10)
_CALM_ROWS = 20
_ODDS_MINIMUM = 252


@dataclass(frozen=True, slots=True, eq=False)
class _Days:
    """One event's sample: the rows that count, their labels, and the draws of them."""

    event: JointEvent
    label: FloatArray
    fallen: FloatArray
    rows: IntArray
    weights: FloatArray


def make_record(track: Track, info: FeedInfo, rules: RuleSet, draws: int = DRAWS, seed: int = SEED) -> TrackRecord:
    """The record of the evaluations from `track.first` on.

    Raises:
        UnusableInputError: fewer than `LEAST_DAYS` of them have a light.
    """
    made = track.evaluations[track.first :]
    lit = sum(not each.reason for each in made)
    if lit < LEAST_DAYS:
        raise UnusableInputError(
            f"{info.label}: {lit} sessions with a light in the range asked for; {LEAST_DAYS} or more were expected"
        )
    names = rules.inputs
    stock, coin = track.closes[names.equity_index], track.closes[names.crypto]
    shown = face_numbers(track.faces)
    ranked, switched = predictors(track, rules, seed), alarms(track, rules)
    absent = tuple(name for name, values in ranked.items() if not np.isfinite(values[track.first :]).any())
    ranked = {name: values for name, values in ranked.items() if name not in absent}
    records = tuple(_event_record(event, track, ranked, switched, rules, draws, seed) for event in EVENTS)
    seen = CHOSEN_ON.get(rules.id.partition("/")[0])
    return TrackRecord(
        label=info.label,
        word="SIMULATED" if info.simulated else "" if info.kind is FeedKind.LIVE else "REPLAY",
        rule_set=rules.id,
        stock=names.equity_index,
        coin=names.crypto,
        sessions=tuple(each.session for each in made),
        faces=tuple(each.face for each in made),
        score=track.score[track.first :],
        stock_close=stock[track.first :],
        coin_close=coin[track.first :],
        event_days={event.id: event_days(event, stock, coin)[track.first :] for event in EVENTS},
        markets=face_markets(shown[track.first :], stock[track.first :], coin[track.first :]),
        changes_a_year=a_year(changes(shown[track.first :]), lit),
        events=records,
        absent=absent,
        seen=seen is not None and not info.simulated and made[0].session <= seen[1] and made[-1].session >= seen[0],
        draws=draws,
        mean_block=MEAN_BLOCK,
        seed=seed,
    )


def _event_record(
    event: JointEvent,
    track: Track,
    ranked: dict[str, FloatArray],
    switched: dict[str, FloatArray],
    rules: RuleSet,
    draws: int,
    seed: int,
) -> EventRecord:
    stock, coin = track.closes[rules.inputs.equity_index], track.closes[rules.inputs.crypto]
    everywhere = event_days(event, stock, coin)
    lit = ~np.isnan(track.score) & (np.arange(len(everywhere)) >= track.first)
    label = np.where(lit, everywhere, np.nan)
    rows = np.flatnonzero(~np.isnan(label))
    days = _Days(event, label, fallen_days(event, stock, coin), rows, draw_weights(len(rows), draws, MEAN_BLOCK, seed))
    known = label[rows]
    shown = face_numbers(track.faces)
    found = episodes(label, event.horizon)
    calm = (drawdown(stock, _CALM_ROWS) <= _CALM[0]) & (drawdown(coin, _CALM_ROWS) <= _CALM[1])
    pair = {name: ranked[name] for name in (SCORE, VIX) if name in ranked}
    return EventRecord(
        event=event,
        days=len(rows),
        event_days=int(known.sum()),
        base_rate=estimate(_mean(known), days.weights @ known / len(rows)) if len(rows) else estimate(np.nan, known),
        episodes=len(found),
        rankings=_rankings(days, ranked),
        alarms=tuple(
            alarm_record(name, event, stock, coin, label, np.where(lit, on, np.nan), days.weights)
            for name, on in switched.items()
        ),
        faces=face_records(shown, label, rows, found, days.weights),
        odds=_odds_record(days, shown, everywhere),
        from_calm=_rankings(days, pair, calm),
        years=_by_year(track, label, rows),
        block_sensitivity={
            block: estimate(
                _auc(track.score[rows], known),
                auc(track.score[rows], known, draw_weights(len(rows), draws, block, seed)),
            )
            for block in OTHER_BLOCKS
        },
    )


def _rankings(
    days: _Days, ranked: dict[str, FloatArray], among: NDArray[np.bool_] | None = None
) -> tuple[Ranking, ...]:
    """Each predictor on the days that it knows, and what the score is better by on the same days and draws."""
    score = ranked[SCORE][days.rows]
    inside = np.ones(len(days.rows), dtype=bool) if among is None else among[days.rows]
    found = []
    for name, values in ranked.items():
        value = values[days.rows]
        known = np.isfinite(value) & inside
        label, weights = days.label[days.rows][known], days.weights[:, known]
        own, drawn = _auc(value[known], label), auc(value[known], label, weights)
        if name == SCORE:
            advantage = None
        else:
            best = auc(score[known], label, weights)
            advantage = estimate(_auc(score[known], label) - own, best - drawn)
        fallen = days.fallen[days.rows][known]
        now = np.isfinite(fallen)
        found.append(
            Ranking(
                predictor=name,
                days=int(known.sum()),
                auc=estimate(own, drawn),
                average_precision=_number(average_precision(value[known], label)) if known.any() else None,
                placebo_p=placebo_p(value[known], label) if among is None else None,
                nowcast_auc=_number(_auc(value[known][now], fallen[now])),
                advantage=advantage,
            )
        )
    return tuple(found)


def _odds_record(days: _Days, shown: FloatArray, everywhere: FloatArray) -> OddsRecord:
    """Odds learned from all days of the data before, so that each was known on its day."""
    own, base = odds_so_far(shown, everywhere, days.event.horizon, _ODDS_MINIMUM)
    known = np.isfinite(own[days.rows])
    label, weights = days.label[days.rows][known], days.weights[:, known]
    miss = (own[days.rows][known] - label) ** 2
    base_miss = (base[days.rows][known] - label) ** 2
    gain = base_miss - miss
    drawn = np.divide(weights @ gain, total := weights.sum(axis=1), out=np.full(len(total), np.nan), where=total > 0)
    return OddsRecord(int(known.sum()), _number(_mean(miss)), _number(_mean(base_miss)), estimate(_mean(gain), drawn))


def _by_year(track: Track, label: FloatArray, rows: IntArray) -> tuple[YearRecord, ...]:
    years = np.array([each.session.year for each in track.evaluations])[rows]
    found = []
    for year in np.unique(years).tolist():
        inside = rows[years == year]
        value = _number(_auc(track.score[inside], label[inside]))
        found.append(YearRecord(year, int(label[inside].sum()), value))
    return tuple(found)


def _auc(score: FloatArray, label: FloatArray) -> float:
    return float(auc(score, label)[0]) if len(score) else float("nan")


def _mean(values: FloatArray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
