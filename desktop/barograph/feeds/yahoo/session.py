"""The one HTTP session that yfinance is given, and the wire tap that sees what goes through it.

The session asks exactly what yfinance asks. It counts, keeps what the server said about its last answer, and refuses
to go on once the source has been told to stop.
"""

from __future__ import annotations

import email.utils
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from barograph.feeds.options import Access

if TYPE_CHECKING:
    from curl_cffi.requests import Response, Session

TIMEOUT_S = 10.0
"""The longest a request may take; yfinance itself would wait half a minute for a cookie."""
LARGEST_BODY = 16 << 20
"""Bytes of one answer once it is decompressed; years of bars are a tenth of it."""
_CHART = "/v8/finance/chart/"
_LONGEST_RETRY_S = 24 * 3_600.0
_TOO_MANY = 429
_NO_MORE = 0xFFFFFFFF
"""CURL_WRITEFUNC_ERROR."""


class Stopped(Exception):  # noqa: N818 - it is no fault
    """The source has been told to stop, so nothing more is asked."""


class TooLargeError(Exception):
    """An answer was larger than `LARGEST_BODY`, and broken off there."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one request for bars: an answer, or the transport's failure and no status."""

    status: int | None
    content_type: str = ""
    body: bytes = b""
    failure: Exception | None = None


@dataclass(slots=True)
class Wire:
    """What goes over the wire in one call of the client. `spend` is told of every HTTP request, redirects included."""

    spend: Callable[[int], None]
    requests: int = 0
    chart: Heard | None = None
    """The last request for bars."""
    failure: Exception | None = None
    """The last failure of the transport, of any request."""
    limited: bool = False
    """Whether a request for bars was answered with 429, even if a later one went well."""
    retry_after_s: float | None = None
    stopped: bool = False
    now: datetime = field(default=datetime(1970, 1, 1, tzinfo=UTC))

    def begin(self, now: datetime) -> None:
        """A call begins at `now` (UTC)."""
        self.requests, self.chart, self.failure = 0, None, None
        self.limited, self.retry_after_s, self.now = False, None, now

    def sends(self) -> None:
        """A request goes out.

        Raises:
            Stopped: nothing goes out any more.
        """
        if self.stopped:
            raise Stopped
        self._count(1)

    def failed(self, url: str, error: Exception) -> None:
        """A request came to nothing."""
        self.failure = error
        if _CHART in urlsplit(url).path:
            self.chart = Heard(None, failure=error)

    def heard(self, url: str, response: Response) -> None:
        """A request was answered."""
        self._count(int(response.redirect_count))
        headers = response.headers
        if response.status_code in (_TOO_MANY, 503):
            pause_s = retry_after_s(headers.get("retry-after"), self.now)
            if pause_s is not None:
                self.retry_after_s = max(pause_s, self.retry_after_s or 0.0)
        if _CHART in urlsplit(url).path:
            self.limited |= response.status_code == _TOO_MANY
            self.chart = Heard(response.status_code, headers.get("content-type") or "", response.content)

    def _count(self, requests: int) -> None:
        if requests:
            self.requests += requests
            self.spend(requests)


def retry_after_s(word: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, a number or a date; at most a day. None without a usable one."""
    if not word:
        return None
    try:
        seconds = float(word)
    except ValueError:
        try:
            until = email.utils.parsedate_to_datetime(word)
        except ValueError:
            return None
        seconds = ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds()
    return min(seconds, _LONGEST_RETRY_S) if math.isfinite(seconds) and seconds > 0 else None


@dataclass(slots=True)
class _Body:
    """What has arrived of an answer."""

    content: bytearray = field(default_factory=bytearray)
    too_large: bool = False

    def take(self, piece: bytes) -> int:
        """Curl's callback: how much of it was taken, or its word for "no more"."""
        if len(self.content) + len(piece) > LARGEST_BODY:
            self.too_large = True
            return _NO_MORE
        self.content += piece
        return len(piece)


SessionClass = Callable[[Wire, Access], "Session[Response]"]


@cache
def watched_session() -> SessionClass:
    """The session's class. Imports curl_cffi."""
    from curl_cffi.requests import Response, Session

    class WatchedSession(Session[Response]):
        """Asks what it is told to ask; `wire` sees it."""

        def __init__(self, wire: Wire, access: Access) -> None:
            """Leaves the machine as `access` says, or as the environment does."""
            options: dict[str, Any] = {}
            if access.proxy is not None:
                options["proxy"] = access.proxy
            if access.ca_file is not None:
                options["verify"] = str(access.ca_file)
            super().__init__(impersonate="chrome", **options)
            self.wire = wire

        def request(self, method: Any, url: str, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - it has forty parameters
            """As the base class, with what happens written down."""
            self.wire.sends()
            wanted = kwargs.get("timeout")
            kwargs["timeout"] = min(wanted, TIMEOUT_S) if isinstance(wanted, int | float) else TIMEOUT_S
            body = _Body()
            kwargs["content_callback"] = body.take
            try:
                response = super().request(method, url, *args, **kwargs)
            except Exception as error:
                self.wire.failed(url, TooLargeError() if body.too_large else error)
                raise
            response.content = bytes(body.content)
            self.wire.heard(url, response)
            return response

    return WatchedSession
