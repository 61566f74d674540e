"""Runs of the engine over a recorded folder, and the texts that two runs are compared by."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from barograph.engine.evaluation_codec import inputs_text, state_text
from barograph.engine.monitor import Monitor
from barograph.engine.replay import evaluations, write_csv
from barograph.feeds.contract import Feed
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.calendars import calendar
from barograph.market.universe_file import load_universe
from barograph.risk.judge import Evaluation
from barograph.risk.rules_file import load_rules

UNIVERSE = load_universe()
RULES = load_rules()
MADE_INSTRUMENTS = tuple(
    dict.fromkeys(
        ("SPX", "QQQ", "VIX", "UUP", "BTC", "ETH", "SMH", "IGV", "RSP")
        + UNIVERSE.groups["leaders"]
        + UNIVERSE.groups["breadth"]
    )
)
"""Everything that the light reads, and what the checklist shows beside it."""
DESK_INSTRUMENTS = (*MADE_INSTRUMENTS[:9], "DXY", *UNIVERSE.groups["leaders"], "KO", "XOM", "JPM")
MADE_SERIES = ("DGS10", "DGS2", "DFII10", "DFF")


def feed_of(folder: HistoryFolder) -> RecordedFeed:
    """The replay feed of a folder in memory."""
    return RecordedFeed(folder, UNIVERSE, calendar)


def without(folder: HistoryFolder, *names: str) -> HistoryFolder:
    """The folder as if these instruments or series had never been recorded."""
    for name in names:
        assert (name in folder.bars) + (name in folder.series) == 1, f"{name} is not in the folder"
    return replace(
        folder,
        bars={name: bars for name, bars in folder.bars.items() if name not in names},
        series={name: fixings for name, fixings in folder.series.items() if name not in names},
    )


def judged(feed: Feed, until: datetime | None = None) -> list[Evaluation]:
    """Every evaluation of a feed, made by one refresh."""
    return evaluations(feed, UNIVERSE, RULES, until)


def new_monitor(feed: Feed, past: Sequence[Evaluation] = ()) -> Monitor:
    """A monitor of the feed that goes on from `past`."""
    return Monitor(feed, UNIVERSE, RULES, calendar, past)


def csv_of(made: Iterable[Evaluation], start: datetime | None = None) -> str:
    """The replay CSV."""
    out = io.StringIO()
    write_csv(made, RULES, start, out)
    return out.getvalue()


def texts(made: Iterable[Evaluation]) -> list[tuple[date, str, str]]:
    """Everything in the evaluations, exact to the last bit."""
    return [(evaluation.session, state_text(evaluation), inputs_text(evaluation)) for evaluation in made]
