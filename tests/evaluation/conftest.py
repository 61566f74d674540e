"""Histories for the tests of the evaluation, each read and judged once."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from barograph.engine.replay import evaluations
from barograph.evaluation.track import Track, make_track
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.feeds.recorded.folder import load_folder
from barograph.market.calendars import calendar
from barograph.market.universe_file import load_universe
from barograph.risk.rules_file import load_rules
from tests.history_builder import write_history

UNIVERSE = load_universe()
RULES = load_rules()
LEADERS = UNIVERSE.groups["leaders"]
INSTRUMENTS = (
    *("SPX", "QQQ", "VIX", "UUP", "BTC", "ETH", "IWM", "HYG", "GLD", "TLT"),
    *dict.fromkeys((*LEADERS, *UNIVERSE.groups["breadth"])),
)
SESSIONS = 560
"""About 310 of them warm the light up."""


def feed_of(folder: Path) -> RecordedFeed:
    return RecordedFeed(load_folder(folder, UNIVERSE), UNIVERSE, calendar)


def track_of(feed: RecordedFeed, start: datetime | None = None, until: datetime | None = None) -> Track:
    return make_track(feed, RULES, evaluations(feed, UNIVERSE, RULES, until), start)


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up market in which stocks and coins fall together now and then."""
    return write_history(
        tmp_path_factory.mktemp("evaluation") / "made",
        sessions=SESSIONS,
        instruments=INSTRUMENTS,
        series=("DGS10", "DGS2", "FNG"),
        seed=5,
    )


@pytest.fixture(scope="session")
def made_feed(made_folder: Path) -> RecordedFeed:
    return feed_of(made_folder)


@pytest.fixture(scope="session")
def made_track(made_feed: RecordedFeed) -> Track:
    return track_of(made_feed)
