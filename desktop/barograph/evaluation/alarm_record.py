"""What came of alarms and of the light's faces: rates, runs, episodes, lead (SIGNALS 11.3, 11.4)."""

from __future__ import annotations

from statistics import median

import numpy as np

from barograph.evaluation.bootstrap import estimate
from barograph.evaluation.events import complete_at, episodes
from barograph.evaluation.scores import a_year, alarm_rates, changes, false_runs, runs
from barograph.market.bars import FloatArray, IntArray
from barograph.risk.faces import Face
from barograph.risk.track_record import UNKNOWN, AlarmRecord, FaceRecord, JointEvent


def alarm_record(
    alarm: str,
    event: JointEvent,
    stock: FloatArray,
    coin: FloatArray,
    label: FloatArray,
    on: FloatArray,
    weights: FloatArray,
) -> AlarmRecord:
    """The record of an alarm against an event's days; both are 1 or 0 a session, NaN where unknown or not evaluated.

    The sample are the days with a label, `weights` the draws of them; runs are counted on all days with an alarm known.
    """
    rows = np.flatnonzero(~np.isnan(label))
    known = ~np.isnan(on[rows])
    switched, yes, drawn = on[rows][known], label[rows][known], weights[:, known]
    own, spread = alarm_rates(switched, yes), alarm_rates(switched, yes, drawn)
    rate = {
        name: estimate(float(getattr(own, name)[0]), getattr(spread, name)) if len(yes) else UNKNOWN
        for name in ("true_positive", "false_positive", "noise_to_signal", "odds_on", "lift")
    }
    sessions = int(np.count_nonzero(~np.isnan(on)))
    stretches = runs(on)
    found = episodes(label, event.horizon)
    leads = [_lead(event, stock, coin, label, on, stretches, each) for each in found]
    hit = [each for each in leads if each is not None]
    return AlarmRecord(
        alarm=alarm,
        days=int(known.sum()),
        on_share=float(switched.mean()) if len(switched) else None,
        true_positive_rate=rate["true_positive"],
        false_positive_rate=rate["false_positive"],
        noise_to_signal=rate["noise_to_signal"],
        odds_on=rate["odds_on"],
        lift=rate["lift"],
        runs_a_year=a_year(len(stretches), sessions),
        false_runs_a_year=a_year(false_runs(stretches, label), sessions),
        median_run=median(_length(on, each) for each in stretches) if stretches else None,
        changes_a_year=a_year(changes(on), sessions),
        episodes=len(found),
        episodes_hit=len(hit),
        episodes_at_start=sum(bool(on[first] == 1) for first, _ in found),
        lead=median(hit) if hit else None,
    )


def _length(on: FloatArray, run: tuple[int, int]) -> int:
    return int(np.count_nonzero(~np.isnan(on[run[0] : run[1] + 1])))


def _lead(
    event: JointEvent,
    stock: FloatArray,
    coin: FloatArray,
    label: FloatArray,
    on: FloatArray,
    stretches: list[tuple[int, int]],
    episode: tuple[int, int],
) -> int | None:
    """Sessions from the beginning of the run that hit an episode to the day its first fall was complete.

    None where no run was on at an event day of it; 0 or less where the alarm came on when the fall was over.
    """
    first, last = episode
    inside = np.flatnonzero((label[first : last + 1] == 1) & (on[first : last + 1] == 1))
    complete = complete_at(event, stock, coin, first)
    if not inside.size or complete is None:
        return None
    row = first + int(inside[0])
    begin = next(start for start, end in stretches if start <= row <= end)
    return complete - begin


def face_records(
    shown: FloatArray, label: FloatArray, rows: IntArray, found: list[tuple[int, int]], weights: FloatArray
) -> tuple[FaceRecord, ...]:
    """What followed each face; `shown` are face numbers, NaN for no data, and `found` the episodes."""
    records = []
    for face in (Face.CALM, Face.WATCH, Face.RISK_OFF):
        with_face = (shown[rows] == face.severity).astype(np.float64)
        own, drawn = (alarm_rates(with_face, label[rows], each) for each in (None, weights))
        records.append(
            FaceRecord(
                face=face,
                days=int(with_face.sum()),
                odds=estimate(float(own.odds_on[0]), drawn.odds_on),
                lift=estimate(float(own.lift[0]), drawn.lift),
                episodes_begun=sum(bool(shown[first] == face.severity) for first, _ in found),
            )
        )
    return tuple(records)
