"""Summer 2024 as it was recorded, hour by hour."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.risk.judge import Evaluation
from tests.engine.runs import UNIVERSE, feed_of, judged


@pytest.fixture(scope="session")
def summer_folder(history_folder: Path) -> Path:
    """The folder with hourly futures, coins, open interest and liquidations."""
    folder = history_folder / "2024-08"
    if not folder.is_dir():
        pytest.skip(f"no hourly history at {folder}")
    return folder


@pytest.fixture(scope="session")
def summer(summer_folder: Path) -> HistoryFolder:
    """The folder, read."""
    return load_folder(summer_folder, UNIVERSE)


@pytest.fixture(scope="session")
def summer_past(summer: HistoryFolder) -> list[Evaluation]:
    """The light of every session up to the beginning of August, for monitors that go on from there."""
    return judged(feed_of(summer), datetime(2024, 7, 30, tzinfo=UTC))
