"""Similar past days by the light's five pillars, and what stocks and crypto did after each (SIGNALS 12)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from barograph.engine.context_view import PastDay, SimilarDays, WhatFollowed
from barograph.engine.daily_table import DailyTable
from barograph.market.bars import FloatArray
from barograph.market.instants import label_ns
from barograph.risk.analogues import Analogue, aftermath, nearest_days
from barograph.risk.context_rules import AnalogueRules
from barograph.risk.judge import Evaluation


class PastDays:
    """Keeps the pillars of every evaluation, and the answer for the newest one."""

    def __init__(
        self, table: DailyTable, pillars: Sequence[str], markets: tuple[str, str], rules: AnalogueRules
    ) -> None:
        """`markets` are the equity index and the coin whose closes followed."""
        self._table = table
        self._names = tuple(pillars)
        self._markets = markets
        self._rules = rules
        self._held = np.full((1_024, len(self._names)), np.nan)
        self._count = 0
        self.view: SimilarDays | None = None

    def advance(self, evaluations: Sequence[Evaluation]) -> None:
        """Take in the evaluations made since, and search again where there are any."""
        if len(evaluations) == self._count:
            return
        for evaluation in evaluations[self._count :]:
            if self._count == len(self._held):
                self._held = np.concatenate((self._held, np.full_like(self._held, np.nan)))
            values = evaluation.score.pillars
            self._held[self._count] = [_number(values.get(name)) for name in self._names]
            self._count += 1
        self.view = self._search(evaluations)

    def _search(self, evaluations: Sequence[Evaluation]) -> SimilarDays | None:
        row = self._count - 1
        found = nearest_days(self._held[: self._count], row, self._rules)
        if not found:
            return None
        days = tuple(
            PastDay(evaluations[each.row].session, each.distance, evaluations[each.row].face.value) for each in found
        )
        horizons = self._rules.horizon_short, self._rules.horizon_long
        followed = tuple(
            each
            for market in self._markets
            for sessions in horizons
            if (each := self._followed(market, sessions, found, row, evaluations)) is not None
        )
        searched = int(np.count_nonzero(np.isfinite(self._held[: max(0, row - self._rules.apart_sessions)]).any(1)))
        return SimilarDays(evaluations[row].session, searched, days, followed)

    def _followed(
        self, market: str, sessions: int, found: tuple[Analogue, ...], row: int, evaluations: Sequence[Evaluation]
    ) -> WhatFollowed | None:
        after = aftermath(self._closes(market, evaluations), found, row, sessions)
        if after is None:
            return None
        days = tuple(evaluations[each.row].session for each in after.counted)
        return WhatFollowed(market, sessions, days, after.changes, after.worst, after.low, after.median, after.high)

    def _closes(self, market: str, evaluations: Sequence[Evaluation]) -> FloatArray:
        """Closes on the rows of the evaluations, which are sessions one after the other."""
        last = int(np.searchsorted(self._table.labels, label_ns(evaluations[self._count - 1].session)))
        return self._table.closes(market, last, self._count)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
