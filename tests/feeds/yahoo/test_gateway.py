"""Through a proxy with an authority of its own, as the built program is run: by the environment, or by settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.options import Access
from barograph.feeds.yahoo.client import YahooClient
from barograph.feeds.yahoo.symbols import load_symbols
from barograph.market.calendars import calendar
from barograph.market.intervals import Interval
from barograph.market.universe_file import load_universe
from tests.feeds.yahoo.world import OPEN, fault_of
from tests.loopback.gateway import Gateway
from tests.loopback.yahoo import YahooHost

SINCE = OPEN - timedelta(minutes=95)


@pytest.fixture
def host() -> YahooHost:
    """Yahoo in an open market."""
    found = YahooHost(lambda: OPEN)
    found.prices.unknown = frozenset(("GONE",))  # type: ignore[attr-defined]
    return found


@pytest.fixture
def gateway(host: YahooHost, tmp_path: Path) -> Iterator[Gateway]:
    """The proxy that plays its hosts."""
    with Gateway(host.hosts, tmp_path / "authority") as running:
        yield running


@pytest.fixture
def access(gateway: Gateway) -> Access:
    """What a person behind such a proxy would set."""
    return Access(proxy=gateway.base, ca_file=gateway.ca_file)


@pytest.fixture
def client(access: Access, tmp_path: Path) -> Iterator[YahooClient]:
    """The program's own client and session."""
    made = _client(access, tmp_path)
    yield made
    made.close()


def _client(access: Access, folder: Path) -> YahooClient:
    budget = HostBudget("Yahoo", 1_800, Random(1))
    return YahooClient(access, folder / "yahoo", budget, load_symbols(), load_universe(), calendar)


def test_unmodified_program_with_its_environment_only(gateway: Gateway, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.feeds.yahoo.ask_yahoo", str(tmp_path / "yahoo"), OPEN.isoformat()],
        env={**os.environ, **gateway.environment, "PYTHONPATH": os.pathsep.join([os.environ["PYTHONPATH"], *sys.path])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    found = json.loads(done.stdout)
    days, _, requests = found["SPX 1d"]
    assert days > 1_250
    assert requests == 4, "cookie, crumb, time zone, bars"
    assert found["SPX 5m"][2] == 1, "a poll is one request"
    assert found["GONE 1d"][0] == FeedErrorKind.UNSUPPORTED
    assert gateway.refused == []
    assert {request.host for request in gateway.requests} <= set(gateway.hosts)


def test_proxy_and_authority_from_the_settings(client: YahooClient, gateway: Gateway) -> None:
    assert len(client.bars("SPX", Interval.MIN_5, SINCE, OPEN).closed) == 27
    assert gateway.requests[0].host == "fc.yahoo.com"
    assert gateway.requests[-1].headers["cookie"].startswith("A3=")


def test_authority_that_is_not_named_is_not_trusted(access: Access, tmp_path: Path, gateway: Gateway) -> None:
    client = _client(replace(access, ca_file=None), tmp_path)
    error = fault_of(lambda: client.bars("SPX", Interval.MIN_5, SINCE, OPEN))
    client.close()
    assert error.kind is FeedErrorKind.UNREACHABLE
    assert "certificate" in error.message
    assert gateway.requests == []


def test_host_that_nobody_plays_is_refused_and_told(client: YahooClient, gateway: Gateway) -> None:
    gateway.hosts.pop("query2.finance.yahoo.com")
    error = fault_of(lambda: client.bars("SPX", Interval.MIN_5, SINCE, OPEN))
    assert error.kind is FeedErrorKind.UNREACHABLE
    assert "proxy" in error.message
    assert set(gateway.refused) == {"query2.finance.yahoo.com"}


def test_consent_is_given_and_bars_come(client: YahooClient, host: YahooHost, gateway: Gateway) -> None:
    host.consent = True
    bars = client.bars("SPX", Interval.MIN_5, SINCE, OPEN)
    assert len(bars.closed) == 27
    assert any(request.host == "consent.yahoo.com" and request.method == "POST" for request in gateway.requests)


@pytest.mark.parametrize(
    ("name", "kind", "requests"),
    [
        ("429", FeedErrorKind.RATE_LIMITED, 3),
        ("500", FeedErrorKind.UNREACHABLE, 3),
        ("403", FeedErrorKind.REFUSED, 3),
        ("truncated", FeedErrorKind.BAD_DATA, 1),
        ("empty", FeedErrorKind.EMPTY, 1),
    ],
)
def test_what_a_fault_costs_where_cookies_are_kept(
    client: YahooClient, host: YahooHost, gateway: Gateway, name: str, kind: FeedErrorKind, requests: int
) -> None:
    """Fewer than where none can be kept: bars, another crumb, bars again."""
    client.bars("SPX", Interval.MIN_5, SINCE, OPEN)
    arrived = len(gateway.requests)
    host.fail(name)
    assert fault_of(lambda: client.bars("SPX", Interval.MIN_5, SINCE, OPEN)).kind is kind
    assert len(gateway.requests) - arrived == requests
    host.heal()
    assert len(client.bars("SPX", Interval.MIN_5, SINCE, OPEN).closed) == 27
