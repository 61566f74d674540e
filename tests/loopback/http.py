"""A plain HTTP server on 127.0.0.1 that stands for many hosts: ``http://127.0.0.1:PORT/HOST/PATH``.

What a host answers is a function of the request; how an answer can go wrong on its way is a part of the answer.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it arrived; names of headers are in lower case, of repeated query keys the last one counts."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. `hold`: it is sent only once that event is set (a slow host, without sleeping). `cut_after`: the
    connection is closed after so many bytes of the body, although the whole length was announced. `drop`: it is
    closed without any answer.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None
    cut_after: int | None = None
    drop: bool = False


Handler = Callable[[Request], Reply]


class HttpServer:
    """Serves until closed; a context manager. `requests` are all that arrived, in order; `refused` the hosts that
    were asked for and that nobody plays.
    """

    def __init__(self, hosts: Mapping[str, Handler]) -> None:
        """`hosts`: who answers for which host name."""
        self.hosts = dict(hosts)
        self.requests: list[Request] = []
        self.refused: list[str] = []
        self.closing = threading.Event()
        self.connections: set[socket.socket] = set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._requests())
        self._server.daemon_threads = False
        self._server.block_on_close = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="loopback http")
        self._thread.start()

    def _requests(self) -> type[BaseHTTPRequestHandler]:
        """What reads a request and sends its answer."""
        return handler_class(self)

    @property
    def base(self) -> str:
        """The address that a host's name is appended to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply(self, request: Request) -> Reply:
        """The answer of the host that is asked."""
        self.requests.append(request)
        handler = self.hosts.get(request.host)
        if handler is None:
            self.refused.append(request.host)
            return Reply(403, b"nobody plays this host", "text/plain")
        return handler(request)

    def keep_no_threads(self) -> None:
        """From now on nobody waits for a connection's thread: for a server that outlives the test it serves."""
        self._server.daemon_threads = True

    def restart(self, down_s: float) -> None:
        """The host goes down, nobody listens for so many real seconds, and it comes back at the same address."""
        address, threads = self._server.server_address, self._server.daemon_threads
        self.close()
        threading.Event().wait(down_s)
        self.closing.clear()
        self._server = ThreadingHTTPServer(address[:2], self._requests())
        self._server.daemon_threads = threads
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="loopback http")
        self._thread.start()

    def close(self) -> None:
        """Stop; connections that are open are ended."""
        self.closing.set()
        self._server.shutdown()
        for connection in tuple(self.connections):  # a client that keeps its connection would be waited for
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def request_of(method: str, host: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Request:
    """A request from its parts; `target` is the path with its query."""
    parts = urlsplit(target)
    lowered = {name.lower(): value for name, value in headers.items()}
    return Request(method, host, parts.path, dict(parse_qsl(parts.query, True)), lowered, body)


def wait_for(reply: Reply, closing: threading.Event) -> None:
    """Hold a slow answer back until its event is set or the server closes."""
    while reply.hold is not None and not closing.is_set() and not reply.hold.wait(0.02):
        pass


def handler_class(server: HttpServer) -> type[BaseHTTPRequestHandler]:
    """Answers on behalf of a server; the first part of a path is the host."""

    class _Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            _, host, *rest = self.path.split("/", 2)
            target = "/" + (rest[0] if rest else "")
            reply = server.reply(request_of(self.command, host, target, dict(self.headers.items()), body))
            wait_for(reply, server.closing)
            if reply.drop or server.closing.is_set():
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.cut_after is not None:
                self.close_connection = True
            with suppress(OSError):  # the client may have gone away
                self.end_headers()
                self.wfile.write(reply.body[: reply.cut_after])

        do_GET = do_POST = _answer  # noqa: N815 - the names are given

        def setup(self) -> None:
            super().setup()
            server.connections.add(self.connection)

        def finish(self) -> None:
            super().finish()
            server.connections.discard(self.connection)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
            """Quiet."""

    return _Handler
