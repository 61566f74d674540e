"""The way out: proxies, certificates, a server of one's own; and that nothing of it is left open."""

from __future__ import annotations

import asyncio
import gc
import logging
from pathlib import Path
from random import Random

import pytest

from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.exchange.client import Client
from barograph.feeds.exchange.venue import Venue
from barograph.feeds.options import Access
from tests.feeds.exchange.rest_runs import ALL_VENUES, NOW, HandPace, Running, kind_of, run
from tests.loopback.gateway import Gateway
from tests.loopback.http import HttpServer, Reply, Request

every_venue = pytest.mark.parametrize("venue_id", ALL_VENUES)
HOSTS = {"binanceusdm": "fapi.binance.com", "bybit": "api.bybit.com", "okx": "www.okx.com"}
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXY_VARIABLES, *CA_VARIABLES):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def time_of(venue_id: str, access: Access, folder: Path) -> float | str:
    """The clock's difference that is told, or the words of the fault."""

    async def main() -> float | str:
        venue = Venue(venue_id, access, HostBudget(venue_id, 10, Random(1)), HandPace(), folder / "cache")
        await venue.open()
        try:
            return await venue.server_time_offset_s(NOW)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
            return str(error)
        finally:
            await venue.close()

    return asyncio.run(main())


def time_reply(request: Request) -> Reply:
    ms = int(NOW.timestamp() * 1000) + 5_000
    return Reply(body=b'{"serverTime":%d}' % ms if request.path == "/fapi/v1/time" else b"{}")


def test_a_proxy_and_its_authority_are_used_as_they_are_set(tmp_path: Path) -> None:
    with Gateway({"fapi.binance.com": time_reply}, tmp_path) as gateway:
        access = Access(proxy=gateway.base, ca_file=gateway.ca_file)
        assert time_of("binanceusdm", access, tmp_path) == pytest.approx(5.0)
        assert [(each.host, each.path) for each in gateway.requests] == [("fapi.binance.com", "/fapi/v1/time")]


def test_without_settings_the_environment_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Gateway({"fapi.binance.com": time_reply}, tmp_path) as gateway:
        for name, value in gateway.environment.items():
            monkeypatch.setenv(name, value)
        assert time_of("binanceusdm", Access(), tmp_path) == pytest.approx(5.0)


def test_an_exception_in_the_environment_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the proxy the name would have to be looked up, which no test may do: so the difference is seen."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    through = "The proxy did not let a request to OKX through"
    assert time_of("okx", Access(), tmp_path) == through
    monkeypatch.setenv("no_proxy", "www.okx.com.example")
    assert time_of("okx", Access(), tmp_path) == through

    async def proxies() -> object:
        venue = Venue("okx", Access(), HostBudget("okx", 10, Random(1)), HandPace(), tmp_path)
        await venue.open()
        try:
            return venue.client.check_proxy_settings("x", "GET", None, None)
        finally:
            await venue.close()

    monkeypatch.setenv("no_proxy", "okx.com")
    assert asyncio.run(proxies()) == [None, None, None]


def test_a_password_for_all_hosts_stays_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("default login ann password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with Gateway({"fapi.binance.com": time_reply}, tmp_path) as gateway:
        for name, value in gateway.environment.items():
            monkeypatch.setenv(name, value)
        assert time_of("binanceusdm", Access(), tmp_path) == pytest.approx(5.0)
        assert "authorization" not in gateway.requests[0].headers


def test_a_certificate_that_is_not_trusted_is_called_so(tmp_path: Path) -> None:
    with Gateway({"fapi.binance.com": time_reply}, tmp_path) as gateway:
        said = time_of("binanceusdm", Access(proxy=gateway.base), tmp_path)
        assert said == "The certificate that Binance was reached with is not trusted"
        assert gateway.requests == []


def test_a_file_of_certificates_that_is_not_there_is_called_so(tmp_path: Path) -> None:
    access = Access(proxy="http://127.0.0.1:9", ca_file=tmp_path / "none.pem")
    assert time_of("okx", access, tmp_path) == "The file of trusted certificates cannot be read"


@pytest.mark.parametrize("venue_id", HOSTS)
def test_a_proxy_that_refuses_is_not_taken_for_the_exchange(venue_id: str, tmp_path: Path) -> None:
    with Gateway({}, tmp_path) as gateway:
        said = time_of(venue_id, Access(proxy=gateway.base), tmp_path)
        assert gateway.refused == [HOSTS[venue_id]]
    assert str(said).startswith("The proxy did not let a request to ")


def test_a_proxy_that_is_not_there_is_not_taken_for_the_exchange(tmp_path: Path) -> None:
    said = time_of("bybit", Access(proxy="http://127.0.0.1:9"), tmp_path)
    assert said == "The proxy did not let a request to Bybit through"


@every_venue
def test_a_server_of_ones_own_is_asked_without_the_proxy_of_the_environment(
    venue_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with HttpServer({}) as proxy:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy.base)

        async def work(running: Running) -> tuple[float, int]:
            return await running.venue.server_time_offset_s(NOW), running.server.count(venue_id)

        assert run(venue_id, tmp_path, work) == (0.0, 1)
        assert proxy.requests == []


def addresses(tree: object) -> list[str]:
    if isinstance(tree, dict):
        return [found for value in tree.values() for found in addresses(value)]
    return [tree] if isinstance(tree, str) else []


@every_venue
def test_no_address_of_the_client_is_left_as_it_was(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> tuple[str, Client]:
        return running.server.base, running.venue.client

    base, client = run(venue_id, tmp_path, work)
    found = addresses(client.urls["api"])
    assert found
    ways = (f"{base}/", f"{base.replace('http', 'ws', 1)}/")
    assert [address for address in found if "://" in address and not address.startswith(ways)] == []


@every_venue
def test_streams_leave_through_the_same_proxy(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> list[object]:
        client = running.venue.client
        return [*client.check_proxy_settings("x", "GET", None, None), *client.check_ws_proxy_settings()]

    found = run(venue_id, tmp_path, work, access=lambda _: Access(proxy="http://127.0.0.1:9"))
    assert found == [None, "http://127.0.0.1:9", None, None, "http://127.0.0.1:9", None]


# ----------------------------------------------------------------------------------------------- leaks


@every_venue
def test_nothing_is_left_open(venue_id: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def work(running: Running) -> None:
        venue = running.venue
        await venue.ticker("BTC", NOW)
        running.server.fault(venue_id, "drop")
        assert await kind_of(venue.ticker("BTC", NOW)) is FeedErrorKind.UNREACHABLE
        task = asyncio.create_task(venue.ticker("BTC", NOW))  # refused, while closing
        await venue.close()
        await venue.close()
        await asyncio.gather(task, return_exceptions=True)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with caplog.at_level(logging.WARNING):
        run(venue_id, tmp_path, work)
        gc.collect()  # a session that was not closed says so now, and a warning is an error
    assert caplog.messages == []


@every_venue
def test_closing_does_not_wait_for_a_host_that_does_not_answer(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> FeedErrorKind | None:
        running.server.fault(venue_id, "slow")
        task = asyncio.create_task(kind_of(running.venue.ticker("BTC", NOW)))
        while not running.server.count(venue_id):
            await asyncio.sleep(0.005)
        async with asyncio.timeout(8):  # less than the client would wait
            await running.venue.close()
            return await task

    assert run(venue_id, tmp_path, work) is FeedErrorKind.UNREACHABLE


def test_a_client_that_was_never_opened_is_closed_and_one_is_opened_twice(tmp_path: Path) -> None:
    async def main() -> None:
        venue = Venue("okx", Access(), HostBudget("okx", 10, Random(1)), HandPace(), tmp_path)
        await venue.close()
        with pytest.raises(RuntimeError, match="okx is not open"):
            _ = venue.client
        await venue.open()
        first = venue.client
        await venue.open()
        assert venue.client is first
        await venue.close()
        await venue.open()  # another client, as after a rebuild
        assert venue.client is not first
        await venue.close()

    asyncio.run(main())
