"""One market and one program for all tests of this folder: started once, and asked again and again."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.acceptance.program import Program
from tests.acceptance.traffic import Traffic
from tests.loopback.market import LoopbackMarket

SPEED = 20.0
"""Simulated seconds a second: the program asks Yahoo about once a second of its clock, which a busy machine can do."""
TICK_S = 0.2
SETTINGS = "[live.refresh]\nquotes_s = 120\n"
"""Prices half as often as usual, so that a machine that does much gets to the years behind them sooner."""
FILLED_S = 1_800.0
"""Simulated seconds until everything is there."""

if sys.platform != "linux":
    collect_ignore_glob = ["test_*.py"]  # what a process holds is read from /proc


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackMarket]:
    """The market."""
    with LoopbackMarket(tmp_path_factory.mktemp("market"), speed=SPEED, tick_s=TICK_S) as opened:
        # Connections come and go between tests; each has a thread of the server's.
        opened.gateway.keep_no_threads()
        yield opened


@pytest.fixture(scope="session")
def traffic(market: LoopbackMarket) -> Iterator[Traffic]:
    """What the market is asked."""
    counting = Traffic(market)
    yield counting
    counting.close()


@pytest.fixture(scope="session")
def program(market: LoopbackMarket, traffic: Traffic, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program, just started."""
    with Program(market, tmp_path_factory.mktemp("program") / "profile", SETTINGS) as started:
        started.start()
        yield started
