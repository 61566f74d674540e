"""Requests as the program makes them, over TLS through a proxy on 127.0.0.1: what comes back, and what is refused."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.fred import transport
from barograph.feeds.fred.transport import SecureGet
from barograph.feeds.fred.web import NoAnswerError
from barograph.feeds.options import Access
from tests.loopback.gateway import Gateway
from tests.loopback.http import Reply, Request

HOST = "fred.stlouisfed.org"
URL = f"https://{HOST}/graph/fredgraph.csv?id=DGS10"


class Played:
    """Answers as it is told, and remembers what was asked."""

    def __init__(self) -> None:
        self.reply = Reply(200, b"observation_date,DGS10\n", "text/csv")
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.reply


@pytest.fixture
def played() -> Played:
    return Played()


@pytest.fixture
def gateway(played: Played, tmp_path: Path) -> Iterator[Gateway]:
    with Gateway({HOST: played}, tmp_path / "authority") as running:
        yield running


@pytest.fixture
def get(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecureGet]:
    """The way out as the environment says."""
    for name, value in gateway.environment.items():
        monkeypatch.setenv(name, value)
    way_out = SecureGet(Access())
    yield way_out
    way_out.close()


def fault_of(get: SecureGet, url: str = URL) -> NoAnswerError:
    with pytest.raises(NoAnswerError) as raised:
        get(url)
    return raised.value


def test_the_environments_proxy_and_authority_are_used(get: SecureGet, played: Played) -> None:
    answer = get(URL)
    assert (answer.status, answer.content_type, answer.body) == (200, "text/csv", b"observation_date,DGS10\n")
    (request,) = played.asked
    assert (request.host, request.path, request.query) == (HOST, "/graph/fredgraph.csv", {"id": "DGS10"})
    assert "barograph" in request.headers["user-agent"].lower()


def test_the_proxy_and_authority_of_the_settings_win_over_the_environment(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other.pem"
    other.write_text("")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    get = SecureGet(Access(proxy=gateway.base, ca_file=gateway.ca_file))
    assert get(URL).status == 200
    get.close()


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(gateway: Gateway, played: Played) -> None:
    get = SecureGet(Access(proxy=gateway.base))
    error = fault_of(get)
    get.close()
    assert (error.kind, error.why) == (FeedErrorKind.UNREACHABLE, "shows a certificate that is not trusted here")
    assert played.asked == []


def test_a_file_of_certificates_that_is_not_there_is_told(gateway: Gateway, tmp_path: Path) -> None:
    get = SecureGet(Access(proxy=gateway.base, ca_file=tmp_path / "none.pem"))
    assert "file of certificates" in fault_of(get).why
    get.close()


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:9", "nonsense://", "http://"])
def test_a_proxy_that_is_not_there_is_a_host_out_of_reach(proxy: str) -> None:
    get = SecureGet(Access(proxy=proxy))
    assert fault_of(get).kind is FeedErrorKind.UNREACHABLE
    get.close()


def test_a_host_that_the_proxy_does_not_let_through(get: SecureGet, gateway: Gateway) -> None:
    error = fault_of(get, "https://elsewhere.example/")
    assert (error.kind, gateway.refused) == (FeedErrorKind.UNREACHABLE, ["elsewhere.example"])


def test_no_password_of_a_netrc_is_sent(
    get: SecureGet, played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    get(URL)
    assert "authorization" not in played.asked[0].headers


def test_a_redirect_is_told_and_not_followed(get: SecureGet, played: Played) -> None:
    played.reply = Reply(302, headers={"Location": "https://elsewhere.example/"})
    answer = get(URL)
    assert (answer.status, answer.headers["location"]) == (302, "https://elsewhere.example/")
    assert len(played.asked) == 1


def test_the_connection_is_kept_and_a_server_that_closed_it_is_no_fault(get: SecureGet, played: Played) -> None:
    for status in (200, 404, 200, 500, 200):
        played.reply = Reply(status, b"x", "text/csv")
        assert get(URL).status == status


def test_a_compressed_body_is_decompressed(get: SecureGet, played: Played) -> None:
    text = b"observation_date,DGS10\n" * 20_000
    played.reply = Reply(200, gzip.compress(text), "text/csv", {"Content-Encoding": "gzip"})
    assert get(URL).body == text
    assert played.asked[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("body", "encoding", "kind"),
    [
        (gzip.compress(bytes(64 << 20)), "gzip", FeedErrorKind.BAD_DATA),
        (gzip.compress(bytes(1 << 20))[:-9], "gzip", FeedErrorKind.UNREACHABLE),
        (b"no gzip at all", "gzip", FeedErrorKind.BAD_DATA),
        (b"", "gzip", FeedErrorKind.UNREACHABLE),
        (b"\x1b\x00", "br", FeedErrorKind.BAD_DATA),
        (bytes((8 << 20) + 1), "identity", FeedErrorKind.BAD_DATA),
    ],
    ids=["bomb", "cut", "none", "empty", "brotli", "large"],
)
def test_a_body_that_cannot_be_used_is_refused(
    body: bytes, encoding: str, kind: FeedErrorKind, get: SecureGet, played: Played
) -> None:
    played.reply = Reply(200, body, "text/csv", {"Content-Encoding": encoding})
    assert fault_of(get).kind is kind
    played.reply = Reply(200, b"good", "text/csv")
    assert get(URL).body == b"good"


def test_the_largest_body_that_is_taken(get: SecureGet, played: Played) -> None:
    played.reply = Reply(200, bytes(8 << 20), "text/csv")
    assert len(get(URL).body) == 8 << 20


@pytest.mark.parametrize("reply", [Reply(200, b"x" * 5_000, "text/csv", cut_after=2_500), Reply(drop=True)])
def test_a_connection_that_breaks_off_is_a_host_out_of_reach(reply: Reply, get: SecureGet, played: Played) -> None:
    played.reply = reply
    assert fault_of(get).kind is FeedErrorKind.UNREACHABLE
    played.reply = Reply(200, b"good", "text/csv")
    assert get(URL).body == b"good"


def test_a_host_that_does_not_answer_is_given_up(
    get: SecureGet, played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "TIMEOUT_S", 0.2)
    released = threading.Event()
    played.reply = Reply(200, b"late", "text/csv", hold=released)
    assert fault_of(get).why == "does not answer in time"
    released.set()
