"""The light between two closes as it was shown: append only, one row for each change."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from barograph.market.instants import from_ns, to_ns
from barograph.risk.faces import Face
from barograph.store.database import Database


@dataclass(frozen=True, slots=True)
class StoredLook:
    """One look at the running `session`, made at `at` (UTC); what it found held until the next one.

    The key is (`feed_key`, `rule_set`, `at`). Scores are 0-100 or None, `coverage` 0-1. `state` (what the next look
    goes on from), `inputs` (what went in) and `explanation` (all that it rests on, for reading; empty for those made
    before it was kept) are texts of the engine's own, kept to the byte.
    """

    feed_key: str
    rule_set: str
    at: datetime
    session: date
    face: Face
    ceiling: Face
    reason: str
    score: float | None
    score_low: float | None
    score_up: float | None
    coverage: float
    state: str
    inputs: str
    explanation: str = ""


_SAVE = """
    INSERT INTO intraday_light (feed, rule_set, at_ns, session, face, ceiling, reason,
        score, score_low, score_up, coverage, state, inputs, explanation)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (feed, rule_set, at_ns) DO NOTHING
"""
_COLUMNS = """
    SELECT feed, rule_set, at_ns, session, face, ceiling, reason,
        score, score_low, score_up, coverage, state, inputs, coalesce(explanation, '')
    FROM intraday_light WHERE feed = ? AND rule_set = ?
"""


class IntradayRecords(Database):
    """Looks by feed, rule set and instant."""

    def save_looks(self, looks: Iterable[StoredLook]) -> None:
        """Add looks, all or none. Where one of that instant is stored, that one stands: it is what was shown then.

        Raises:
            StoreError: because of what the environment did.
        """
        with self.transaction():
            for look in looks:
                numbers = (look.score, look.score_low, look.score_up, look.coverage)
                row = (
                    look.feed_key,
                    look.rule_set,
                    to_ns(look.at),
                    look.session.isoformat(),
                    look.face.value,
                    look.ceiling.value,
                    look.reason,
                    *(None if number is None or math.isnan(number) else float(number) for number in numbers),
                    look.state,
                    look.inputs,
                    look.explanation or None,
                )
                self._connection.execute(_SAVE, row)

    def look_at(self, feed_key: str, rule_set: str, at: datetime) -> StoredLook | None:
        """What the light between closes was at an instant: the newest look up to it; None without one.

        Raises:
            StoreError: the store cannot be read.
        """
        found = self._looks(feed_key, rule_set, None, at, "DESC LIMIT 1")
        return found[0] if found else None

    def load_looks(self, feed_key: str, rule_set: str, since: datetime, until: datetime) -> list[StoredLook]:
        """The looks from one instant to another, both included, oldest first.

        Raises:
            StoreError: the store cannot be read.
        """
        return self._looks(feed_key, rule_set, since, until, "ASC")

    def _looks(
        self, feed_key: str, rule_set: str, since: datetime | None, until: datetime, order: str
    ) -> list[StoredLook]:
        earliest = -(2**63) if since is None else to_ns(since)
        rows = self._rows(
            f"{_COLUMNS} AND at_ns BETWEEN ? AND ? ORDER BY at_ns {order}",
            (feed_key, rule_set, earliest, to_ns(until)),
        )
        return [
            StoredLook(feed, rules, from_ns(at_ns), date.fromisoformat(session), Face(face), Face(ceiling), *rest)
            for feed, rules, at_ns, session, face, ceiling, *rest in rows
        ]
