"""The record of the user's own log: what is stored of the light, held against the daily bars stored beside it.

Worked out in a process of its own, which ends with the answer, so that neither the window nor the engine waits for it.
The window's process imports this module only for the name of the entry point: everything heavy is imported inside.
"""

from __future__ import annotations

import os
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from barograph.engine.messages import RecordAnswer, RecordQuestion
from barograph.risk.track_record import LEAST_DAYS

if TYPE_CHECKING:
    from barograph.market.bars import Bars

_POLITE = 10
"""How far the process steps back behind the others, where the system knows that."""


def answer_record(connection: Connection, question: RecordQuestion) -> None:
    """A process's entry point: answer one question and end."""
    if hasattr(os, "nice"):
        os.nice(_POLITE)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    try:
        connection.send(own_record(question))
    except OSError:
        return  # the window has gone meanwhile
    finally:
        connection.close()


def own_record(question: RecordQuestion) -> RecordAnswer:
    """The record of a log as it was at an instant. The store may be written on meanwhile."""
    from barograph.engine.light_record import stored_evaluations
    from barograph.evaluation.record import make_record
    from barograph.evaluation.track import track_of
    from barograph.market.intervals import Interval
    from barograph.market.observations import Fixings
    from barograph.risk.rules_file import load_rules
    from barograph.store.connection import open_store_for_reading
    from barograph.store.errors import StoreError

    try:
        store = open_store_for_reading(Path(question.data_dir))
    except StoreError as error:
        return RecordAnswer(None, 0, str(error))
    key = question.feed.key

    def daily(name: str) -> Bars:
        return store.load_bars(key, name, Interval.DAY_1)

    try:
        made = stored_evaluations(store, key, question.rule_set, question.until)
        days = sum(not each.reason for each in made)
        if days < LEAST_DAYS:
            return RecordAnswer(None, days)
        rules = replace(load_rules(), id=question.rule_set)
        return RecordAnswer(
            make_record(track_of(daily, Fixings.empty(), rules, made, None), question.feed, rules), days
        )
    except StoreError as error:
        return RecordAnswer(None, 0, str(error))
    finally:
        store.close()
