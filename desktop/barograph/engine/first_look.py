"""The light of a first start while a source that it can do without is down.

Years are judged for good once they are whole, and that is waited for. Until then they are looked at as they are once
nothing new has come for a while; what is seen says what it lacks, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from barograph.risk.judge import Evaluation, Judge
from barograph.risk.rules import RuleSet

STEADY = timedelta(minutes=2)
"""While a first fill goes on, something comes every few seconds."""
_BEAT = 50


class FirstLook:
    """Of one monitor."""

    def __init__(self, rules: RuleSet) -> None:
        """Nothing was seen yet."""
        self._rules = rules
        self._lacking: tuple[object, ...] = ()
        self._since: datetime | None = None
        self._seen: Evaluation | None = None

    def at(
        self,
        waiting: tuple[str, ...],
        rows: range,
        now: datetime,
        evaluate: Callable[[Judge, int], Evaluation],
        progress: Callable[[], None],
    ) -> Evaluation | None:
        """The last of these rows, judged with what there is while `waiting` is still waited for; None until that has
        stood for a while. Seconds of work each time it changes, with `progress` called in between.
        """
        lacking = (waiting, rows)
        if self._since is None or lacking != self._lacking or now < self._since:
            self._lacking, self._since, self._seen = lacking, now, None
        elif self._seen is None and now - self._since >= STEADY:
            judge = Judge(self._rules)
            for row in rows:
                evaluate(judge, row)
                if row % _BEAT == 0:
                    progress()
            self._seen = judge.last
        return self._seen
