"""Recorded and made-up history for the tests of the engine, each read and judged once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.market.intervals import Interval
from barograph.risk.judge import Evaluation
from tests.engine.desks import OPENED, desk_at
from tests.engine.runs import DESK_INSTRUMENTS, MADE_INSTRUMENTS, MADE_SERIES, UNIVERSE, feed_of, judged
from tests.history_builder import write_history


@pytest.fixture(scope="session")
def daily_folder(history_folder: Path) -> Path:
    """Daily bars of 2014 to 2024."""
    folder = history_folder / "daily"
    if not folder.is_dir():
        pytest.skip(f"no daily history at {folder}")
    return folder


@pytest.fixture(scope="session")
def recorded(daily_folder: Path) -> HistoryFolder:
    """The daily history, read."""
    return load_folder(daily_folder, UNIVERSE)


@pytest.fixture(scope="session")
def whole_run(recorded: HistoryFolder) -> list[Evaluation]:
    """Every evaluation of the daily history."""
    return judged(feed_of(recorded))


@pytest.fixture(scope="session")
def made_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """460 sessions of a made-up market in which the light shows every face."""
    folder = tmp_path_factory.mktemp("history") / "made"
    return write_history(folder, sessions=460, instruments=MADE_INSTRUMENTS, series=MADE_SERIES)


@pytest.fixture(scope="session")
def made(made_folder: Path) -> HistoryFolder:
    """The made-up history, read."""
    return load_folder(made_folder, UNIVERSE)


@pytest.fixture(scope="session")
def made_run(made: HistoryFolder) -> list[Evaluation]:
    """Every evaluation of the made-up history."""
    return judged(feed_of(made))


@pytest.fixture(scope="session")
def rich_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """390 sessions of a made-up market with hours of S&P futures and bitcoin, and bitcoin's derivatives, all along."""
    folder = write_history(
        tmp_path_factory.mktemp("rich") / "rich",
        sessions=390,
        instruments=(*MADE_INSTRUMENTS, "ES"),
        series=MADE_SERIES,
        intraday={"ES": (Interval.HOUR_1,), "BTC": (Interval.HOUR_1,)},
        intraday_days=600,
        derivatives=True,
        seed=5,
    )
    (folder / "funding" / "binance").rename(folder / "funding" / "coinalyze")  # all of one venue
    return folder


@pytest.fixture(scope="session")
def rich(rich_folder: Path) -> HistoryFolder:
    """That market, read."""
    return load_folder(rich_folder, UNIVERSE)


@pytest.fixture(scope="session")
def rich_run(rich: HistoryFolder) -> list[Evaluation]:
    """Every evaluation of it."""
    return judged(feed_of(rich))


@pytest.fixture(scope="session")
def busy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """325 sessions of a made-up market, the last eight with hours of all that the light reads between two closes, and
    with derivatives of bitcoin.
    """
    hour = (Interval.HOUR_1,)
    return write_history(
        tmp_path_factory.mktemp("busy") / "busy",
        sessions=325,
        instruments=(*MADE_INSTRUMENTS, "ES", "NQ"),
        series=MADE_SERIES,
        intraday={
            **dict.fromkeys(("ES", "NQ", "SPX", "QQQ", "VIX"), hour),
            "BTC": (Interval.MIN_5, Interval.HOUR_1),
        },
        intraday_days=8,
        derivatives=True,
        seed=9,
    )


@pytest.fixture(scope="session")
def busy(busy_folder: Path) -> HistoryFolder:
    """That market, read."""
    return load_folder(busy_folder, UNIVERSE)


@pytest.fixture(scope="session")
def desk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """340 sessions of a small made-up market; in the last six days also hours, five minutes and derivatives of BTC."""
    return write_history(
        tmp_path_factory.mktemp("desk") / "small",
        sessions=340,
        instruments=DESK_INSTRUMENTS,
        series=MADE_SERIES,
        intraday={
            "BTC": (Interval.MIN_5, Interval.HOUR_1),
            "SPX": (Interval.HOUR_1,),
            "VIX": (Interval.HOUR_1,),
        },
        intraday_days=6,
        derivatives=True,
        seed=3,
    )


@pytest.fixture(scope="session")
def desk_history(desk_folder: Path) -> HistoryFolder:
    """The small market, read."""
    return load_folder(desk_folder, UNIVERSE)


@pytest.fixture(scope="session")
def filled(desk_history: HistoryFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the light of the small market was kept up to `desks.OPENED`."""
    folder = tmp_path_factory.mktemp("profile")
    with desk_at(desk_history, folder, OPENED) as desk:
        desk.refresh()
    return folder


@pytest.fixture
def profile(filled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(filled, tmp_path / "profile"))
