"""Stored evaluations of the light: append only, so that its own record cannot be rewritten."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from barograph.market.instants import from_ns, to_ns
from barograph.risk.faces import Face
from barograph.store.database import Database
from barograph.store.errors import StoredOtherwiseError


@dataclass(frozen=True, slots=True)
class StoredEvaluation:
    """One evaluation as it was made.

    The key is (`feed_key`, `rule_set`, `session`); `as_of` is the instant it was made for, UTC. Scores are
    0-100 or None, `coverage` 0-1. `state` (the inside of the light's state machines), `inputs` (what went in) and
    `explanation` (all that it rests on, for reading; empty for those made before it was kept) are texts of the
    engine's own, kept to the byte.
    """

    feed_key: str
    rule_set: str
    session: date
    as_of: datetime
    face: Face
    ceiling: Face
    underlying: Face | None
    score: float | None
    score_low: float | None
    score_up: float | None
    coverage: float
    state: str
    inputs: str
    explanation: str = ""


_SAVE = """
    INSERT INTO evaluation (feed, rule_set, session, as_of_ns, face, ceiling, underlying,
        score, score_low, score_up, coverage, state, inputs, explanation)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (feed, rule_set, session) DO NOTHING
"""
_COLUMNS = """
    SELECT feed, rule_set, session, as_of_ns, face, ceiling, underlying,
        score, score_low, score_up, coverage, state, inputs, explanation
    FROM evaluation WHERE feed = ? AND rule_set = ?
"""


class EvaluationRecords(Database):
    """Evaluations by feed, rule set and session."""

    def save_evaluations(self, evaluations: Iterable[StoredEvaluation]) -> None:
        """Add evaluations, all or none. Saving one again as it is changes nothing; the first explanation stands.

        Raises:
            StoredOtherwiseError: one of the same key is stored with another content.
            StoreError: because of what the environment did.
        """
        with self.transaction():
            for evaluation in evaluations:
                row = _row(evaluation)
                if self._connection.execute(_SAVE, row).rowcount:
                    continue
                if [held[:-1] for held in self._rows(_COLUMNS + "AND session = ?", row[:3])] != [row[:-1]]:
                    raise StoredOtherwiseError(
                        f"The evaluation of {evaluation.session} ({evaluation.feed_key}, rules "
                        f"{evaluation.rule_set}) is stored with another content, which is never rewritten."
                    )

    def load_evaluations(
        self, feed_key: str, rule_set: str, before: date | None = None, limit: int | None = None
    ) -> list[StoredEvaluation]:
        """The newest `limit` evaluations (None: all) of sessions earlier than `before`, oldest first.

        Raises:
            StoreError: the store cannot be read.
        """
        earlier_than = None if before is None else before.isoformat()
        rows = self._rows(
            _COLUMNS + "AND (? IS NULL OR session < ?) ORDER BY session DESC LIMIT ?",
            (feed_key, rule_set, earlier_than, earlier_than, -1 if limit is None else limit),
        )
        return [_evaluation(row) for row in reversed(rows)]


def _row(evaluation: StoredEvaluation) -> tuple[Any, ...]:
    """The columns as SQLite gives them back: it knows no NaN, which here means missing like None."""
    numbers = (evaluation.score, evaluation.score_low, evaluation.score_up, evaluation.coverage)
    return (
        evaluation.feed_key,
        evaluation.rule_set,
        evaluation.session.isoformat(),
        to_ns(evaluation.as_of),
        evaluation.face.value,
        evaluation.ceiling.value,
        None if evaluation.underlying is None else evaluation.underlying.value,
        *(None if number is None or math.isnan(number) else float(number) for number in numbers),
        evaluation.state,
        evaluation.inputs,
        evaluation.explanation or None,
    )


def _evaluation(row: tuple[Any, ...]) -> StoredEvaluation:
    """The evaluation of a row."""
    feed_key, rule_set, session, as_of_ns, face, ceiling, underlying, *numbers, state, inputs, explanation = row
    score, score_low, score_up, coverage = numbers
    return StoredEvaluation(
        feed_key,
        rule_set,
        date.fromisoformat(session),
        from_ns(as_of_ns),
        Face(face),
        Face(ceiling),
        None if underlying is None else Face(underlying),
        score,
        score_low,
        score_up,
        coverage,
        state,
        inputs,
        explanation or "",
    )
