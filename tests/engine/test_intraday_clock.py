"""The light within a session while somebody sets the clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import numpy as np
import pytest

from barograph.engine.daily_table import DailyTable
from barograph.engine.intraday import Intraday
from barograph.engine.intraday_inputs import IntradayInputs
from barograph.market.instants import to_ns
from barograph.risk.judge import Evaluation, Judge
from tests.engine.runs import RULES, UNIVERSE

DAY_NS = 86_400 * 10**9


class Looks:
    """Inputs that only note at which instants anybody looks."""

    offered = True

    def __init__(self) -> None:
        self.at: list[int] = []

    def update(self, now: datetime) -> None:
        pass

    def session_of(self, row: int) -> object:
        return self

    def begun(self, at_ns: int) -> bool:
        self.at.append(at_ns)
        return False


@pytest.mark.parametrize("ahead", [timedelta(minutes=30), timedelta(hours=20)])
def test_a_clock_that_was_ahead_does_not_stop_the_looks(made_run: list[Evaluation], ahead: timedelta) -> None:
    last = made_run[-1]
    first = to_ns(last.at) // DAY_NS * DAY_NS - DAY_NS
    table = DailyTable(np.array([first, first + DAY_NS * 4]), (), UNIVERSE, RULES)
    judge, inputs = Judge(RULES), Looks()
    judge.last = last
    intraday = Intraday(cast(IntradayInputs, inputs), table, RULES, live=True)
    begun = last.at + timedelta(hours=1)

    def look(now: datetime) -> list[int]:
        inputs.at.clear()
        intraday.advance(judge, 1, now, to_ns(now))
        return list(inputs.at)

    look(begun)
    assert look(begun + ahead)
    assert not look(begun + ahead + timedelta(minutes=1))
    assert look(begun + timedelta(minutes=10))
    assert not look(begun + timedelta(minutes=11))
    assert look(begun + timedelta(minutes=15))
