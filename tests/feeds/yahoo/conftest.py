"""What the tests of Yahoo stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from barograph.market.universe_file import load_universe
from tests.feeds.yahoo.world import World
from tests.loopback.http import HttpServer
from tests.loopback.yahoo import YahooHost


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Yahoo in an open market, and nobody has asked yet."""
    host = YahooHost(lambda: here.at)
    with HttpServer(host.hosts) as server:
        here = World(host, server, tmp_path / "yahoo", load_universe())
        yield here
        host.heal()
        for client in here.opened:
            client.close()
