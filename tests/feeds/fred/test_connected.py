"""The source over real connections: requests through a proxy and TLS on 127.0.0.1, against hosts that fail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.fred import transport
from barograph.feeds.options import Access
from tests.feeds.fred.asking import FRIDAY, MONDAY, Hosts
from tests.feeds.fred.running import SERIES, Running
from tests.loopback.gateway import Gateway
from tests.loopback.publisher import Fault


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


@pytest.fixture
def gateway(hosts: Hosts, tmp_path: Path) -> Iterator[Gateway]:
    with Gateway(hosts.by_name, tmp_path) as running:
        yield running


def access_of(gateway: Gateway) -> Access:
    return Access(proxy=gateway.base, ca_file=gateway.ca_file)


def test_three_hosts_are_asked_over_tls_and_nobody_else(hosts: Hosts, gateway: Gateway) -> None:
    with Running(hosts, access=access_of(gateway)) as running:
        running.settle()
        running.pace.pass_(seconds=10)
        running.settle()
        for series in SERIES:
            assert running.newest(series) == FRIDAY
            assert running.values(series).items() <= running.truth(series).items()
    assert {request.host for request in gateway.requests} == set(hosts.by_name)
    assert gateway.refused == []
    assert {request.method for request in gateway.requests} == {"GET"}


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.CUT, FeedErrorKind.UNREACHABLE),
        (Fault.DROPPED, FeedErrorKind.UNREACHABLE),
        (Fault.SLOW, FeedErrorKind.UNREACHABLE),
        (Fault.BOMB, FeedErrorKind.BAD_DATA),
        (Fault.ENDLESS, FeedErrorKind.BAD_DATA),
        (Fault.ODD_ENCODING, FeedErrorKind.BAD_DATA),
        (Fault.PAGE, FeedErrorKind.BAD_DATA),
        (Fault.ARCHIVE, FeedErrorKind.BAD_DATA),
        (Fault.AWAY, FeedErrorKind.BAD_DATA),
        (Fault.TOO_MANY, FeedErrorKind.RATE_LIMITED),
        (Fault.UNAVAILABLE, FeedErrorKind.UNREACHABLE),
        (Fault.REFUSED, FeedErrorKind.REFUSED),
        (Fault.ELSEWHERE, None),
    ],
)
def test_a_fault_of_every_host_is_told_and_got_over(
    fault: Fault, kind: FeedErrorKind | None, hosts: Hosts, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT_S", 0.2)
    for publisher in hosts.publishers:
        publisher.fault = fault
    with Running(hosts, access=access_of(gateway)) as running:
        running.settle()
        running.pace.pass_(seconds=6)
        running.settle()
        for line in running.source.health(running.pace.now()):
            assert (line.source, line.error_kind) == (line.source, kind)
        assert {series: running.newest(series) for series in SERIES} == dict.fromkeys(SERIES, None if kind else FRIDAY)
        for publisher in hosts.publishers:
            publisher.fault = None
            publisher.released.set()
        hosts.world.publish(MONDAY)
        monkeypatch.setattr(transport, "TIMEOUT_S", 20.0)
        running.run_until(running.pace.now() + timedelta(hours=2), timedelta(minutes=20))
        assert {series: running.newest(series) for series in SERIES} == dict.fromkeys(SERIES, MONDAY)
        for line in running.source.health(running.pace.now()):
            assert line.last_error == ""
    assert gateway.refused == []


def test_a_network_that_comes_up_later(hosts: Hosts, tmp_path: Path) -> None:
    with Gateway({}, tmp_path) as closed, Running(hosts, access=access_of(closed)) as running:
        running.settle()
        assert {line.error_kind for line in running.source.health(running.pace.now())} == {FeedErrorKind.UNREACHABLE}
        closed.hosts.update(hosts.by_name)
        running.run_until(running.pace.now() + timedelta(minutes=2), timedelta(seconds=20))
        assert {series: running.newest(series) for series in SERIES} == dict.fromkeys(SERIES, FRIDAY)
