"""What of the light is kept in the store, and what is gone on from."""

from __future__ import annotations

from datetime import datetime

from barograph.engine.evaluation_codec import evaluation_of, inputs_text, state_text
from barograph.engine.look_codec import state_of
from barograph.engine.monitor import STOCK_CALENDAR
from barograph.market.calendars import calendar
from barograph.market.instants import label_date
from barograph.risk.faces import Face
from barograph.risk.intraday import IntradayState
from barograph.risk.judge import Evaluation
from barograph.store.connection import Store
from barograph.store.evaluations import StoredEvaluation


def stored_evaluations(store: Store, feed_key: str, rule_set: str, now: datetime) -> list[Evaluation]:
    """Stored evaluations up to `now`, to the first session that is not there; the rest, and what cannot be read, is
    judged anew. A session that is none any more, for the exchange turned out to be closed, was judged and stands.
    """
    rows = store.load_evaluations(feed_key, rule_set)
    if not rows:
        return []
    result: list[Evaluation] = []
    stocks = calendar(STOCK_CALENDAR)
    expected = iter(stocks.session_labels(rows[0].session, stocks.end).tolist())
    awaited = next(expected, None)
    for row in rows:
        if row.as_of > now or (awaited is not None and row.session > label_date(awaited)):
            break
        if awaited is not None and row.session == label_date(awaited):
            awaited = next(expected, None)
        try:
            result.append(evaluation_of(row.session, row.rule_set, row.state, row.inputs))
        except ValueError:
            return []
    return result


def to_store(feed_key: str, evaluation: Evaluation, explanation: str) -> StoredEvaluation:
    """An evaluation as it is kept."""
    shown = evaluation.face is not Face.NO_DATA
    return StoredEvaluation(
        feed_key=feed_key,
        rule_set=evaluation.rule_set,
        session=evaluation.session,
        as_of=evaluation.at,
        face=evaluation.face,
        ceiling=evaluation.ceiling,
        underlying=None if shown else evaluation.light.face,
        score=evaluation.score.value if shown else None,
        score_low=evaluation.score.low,
        score_up=evaluation.score.high,
        coverage=evaluation.score.coverage,
        state=state_text(evaluation),
        inputs=inputs_text(evaluation),
        explanation=explanation,
    )


def left_at(store: Store, feed_key: str, rule_set: str, now: datetime) -> IntradayState | None:
    """Where the light between two closes was left; None where it never was looked at, or that cannot be read."""
    found = store.look_at(feed_key, rule_set, now)
    if found is None:
        return None
    try:
        return state_of(found.state)
    except ValueError:
        return None
