"""Fetches one address over HTTPS with requests: certificates always verified, bounded in time and size."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import barograph
from barograph.feeds.contract import FeedErrorKind
from barograph.feeds.fred.answer import Answer
from barograph.feeds.fred.web import NoAnswerError
from barograph.feeds.options import Access

if TYPE_CHECKING:
    from requests import PreparedRequest, Response, Session

TIMEOUT_S = 20.0
"""For the connection, and for each wait for the next bytes."""
WHOLE_S = 60.0
"""For a whole answer."""
LARGEST = 8 * 1024 * 1024
"""Bytes of a body, decompressed; six years of a curve are below a tenth of it."""
_CHUNK = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_HEADERS = {
    "User-Agent": f"Mozilla/5.0 (compatible; Barograph/{barograph.__version__})",
    "Accept": "text/csv, application/json, */*;q=0.5",
    "Accept-Encoding": "gzip",
}


class SecureGet:
    """Callable with an address; keeps its connection. For one thread; imports requests when it is first called."""

    def __init__(self, access: Access) -> None:
        """`access`: the way out of this machine; where it says nothing the environment does."""
        self._access = access
        self._session: Session | None = None

    def __call__(self, url: str) -> Answer:
        """The answer, whatever its status; redirects are not followed.

        Raises:
            NoAnswerError: none came, or none that can be used.
        """
        import requests
        from urllib3.exceptions import HTTPError

        if self._session is None:
            self._session = self._new_session()
        try:
            with self._session.get(url, stream=True, allow_redirects=False, **self._way_out()) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, headers, _body(response))
        except requests.exceptions.SSLError as error:
            raise NoAnswerError("shows a certificate that is not trusted here") from error
        except requests.exceptions.ProxyError as error:
            raise NoAnswerError("cannot be reached through the proxy") from error
        except requests.exceptions.Timeout as error:
            raise NoAnswerError("does not answer in time") from error
        except HTTPError as error:
            raise NoAnswerError("broke off in the middle of an answer") from error
        except requests.exceptions.RequestException as error:
            raise NoAnswerError("cannot be reached") from error
        except OSError as error:  # requests says so of a file of certificates that is not there
            raise NoAnswerError("cannot be asked: the file of certificates cannot be used") from error

    def close(self) -> None:
        """Let go of the connection."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _new_session(self) -> Session:
        import requests

        session = requests.Session()
        session.headers.update(_HEADERS)
        session.auth = _no_credentials
        return session

    def _way_out(self) -> dict[str, Any]:
        """Given with each request: what a session is told, requests lets the environment overrule."""
        way: dict[str, Any] = {"timeout": (TIMEOUT_S, TIMEOUT_S)}
        if self._access.proxy:
            way["proxies"] = {"http": self._access.proxy, "https": self._access.proxy}
        if self._access.ca_file:
            way["verify"] = str(self._access.ca_file)
        return way


def _no_credentials(request: PreparedRequest) -> PreparedRequest:
    """Without an auth of its own, requests would send what a .netrc says about the host."""
    return request


def _body(response: Response) -> bytes:
    decoded = _decoder(response.headers.get("content-encoding", "").strip().lower())
    deadline = time.monotonic() + WHOLE_S
    parts: list[bytes] = []
    size = 0
    while chunk := response.raw.read1(_CHUNK, decode_content=False):
        if time.monotonic() > deadline:
            raise NoAnswerError("does not answer in time")
        part = decoded(chunk, LARGEST + 1 - size)
        size += len(part)
        if size > LARGEST:
            raise NoAnswerError("sent far more than was asked for", FeedErrorKind.BAD_DATA)
        parts.append(part)
    decoded(b"", 0)
    return b"".join(parts)


def _decoder(encoding: str) -> Callable[[bytes, int], bytes]:
    """Decompresses chunk by chunk to at most so many bytes; an empty chunk says that there are no more."""
    if encoding in ("", "identity"):
        return lambda chunk, _most: chunk
    if encoding not in ("gzip", "x-gzip"):
        raise NoAnswerError("sent an answer in a form that was not asked for", FeedErrorKind.BAD_DATA)
    stream = zlib.decompressobj(_GZIP)

    def decode(chunk: bytes, most: int) -> bytes:
        if not chunk and not stream.eof:
            raise NoAnswerError("broke off in the middle of an answer")
        try:
            return stream.decompress(chunk, most) if chunk else b""
        except zlib.error as error:
            raise NoAnswerError("sent an answer that cannot be decompressed", FeedErrorKind.BAD_DATA) from error

    return decode
