"""Simulated markets shared by the tests of this folder: making one takes about a second."""

from __future__ import annotations

import pytest

from barograph.feeds.simulated.feed import SimulatedFeed
from barograph.market.instruments import Universe
from barograph.market.universe_file import load_universe


@pytest.fixture(scope="session")
def universe() -> Universe:
    return load_universe()


@pytest.fixture(scope="session")
def feed(universe: Universe) -> SimulatedFeed:
    """The default market. Tests ask it in any order and at any instant: that must not matter."""
    return SimulatedFeed(universe)


@pytest.fixture(scope="session")
def twin(universe: Universe) -> SimulatedFeed:
    """A second market of the same seed, asked by other tests at other instants."""
    return SimulatedFeed(universe)
