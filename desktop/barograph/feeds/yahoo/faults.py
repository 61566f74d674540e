"""Tells apart what went wrong when yfinance brought no bars.

yfinance calls nearly everything "possibly delisted", so the verdict rests on what the server said: the status and the
body of its last answer to a request for bars.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.yahoo.session import Heard, TooLargeError, Wire
from barograph.feeds.yahoo.symbols import SOURCE

_LIMITED = "Yahoo asks for a pause: too many requests"
_REFUSED = "Yahoo refuses to answer"
_RANGE = "Yahoo does not serve {subject} that far back at this interval"
_UNKNOWN = "Yahoo does not know {subject}, or no longer"
_NOTHING = "Yahoo has no bars of {subject} for this time"
_MAINTENANCE = "Yahoo is down for maintenance"
_BROKEN = "Yahoo's answer about {subject} cannot be read"
_PAGE = "Yahoo answered about {subject} with a web page instead of data"
_ANOTHER = "Yahoo answered about {subject} with the data of another symbol"
_TOO_LARGE = "Yahoo sent far more about {subject} than there can be"
_FILES = "the files that are kept for Yahoo in the cache folder cannot be used"
_OUT_OF_REACH = "Yahoo cannot be reached"
_TIMEOUT = "Yahoo did not answer in time"
_CERTIFICATE = "Yahoo's certificate is not trusted here: behind a proxy that inspects traffic, name its CA file"
_PROXY = "the proxy does not let requests to Yahoo through"
_SERVER = "Yahoo's server failed (status {status})"


def fault(error: Exception, wire: Wire, subject: str) -> FeedError:
    """What the outside did, from what yfinance raised (`error`) and what was heard on the wire."""
    kind, message = _verdict(error, wire)
    return FeedError(kind, SOURCE, subject, message.format(subject=subject))


def empty(subject: str) -> FeedError:
    """An answer in good order without a bar in it."""
    return FeedError(FeedErrorKind.EMPTY, SOURCE, subject, _NOTHING.format(subject=subject))


def bad_data(subject: str) -> FeedError:
    """Values that cannot be."""
    return FeedError(FeedErrorKind.BAD_DATA, SOURCE, subject, f"Yahoo sent impossible values for {subject}")


def another_symbol(subject: str) -> FeedError:
    """An answer in good order to another question."""
    return FeedError(FeedErrorKind.BAD_DATA, SOURCE, subject, _ANOTHER.format(subject=subject))


def with_retry(error: FeedError, retry_at: datetime | None) -> FeedError:
    """The same fault for the book: with the instant of the next try, and without the traceback and all it holds."""
    return FeedError(error.kind, error.source, error.subject, error.message, retry_at)


def of_another(error: FeedError, subject: str, retry_at: datetime) -> FeedError:
    """A fault of the whole host, told of a subject that waits because of it."""
    message = "Yahoo's answers cannot be read" if error.kind is FeedErrorKind.BAD_DATA else error.message
    return FeedError(error.kind, SOURCE, subject, message, retry_at)


def _verdict(error: Exception, wire: Wire) -> tuple[FeedErrorKind, str]:
    if type(error).__name__ == "YFRateLimitError":
        return FeedErrorKind.RATE_LIMITED, _LIMITED
    if wire.chart is None:
        failure = wire.failure
        if failure is not None:
            return _transport(failure)
        return FeedErrorKind.BAD_DATA, _BROKEN if wire.requests else _FILES
    if wire.chart.failure is not None:
        return _transport(wire.chart.failure)
    return _by_status(wire.chart) or _by_body(wire.chart)


def _transport(failure: Exception) -> tuple[FeedErrorKind, str]:
    if isinstance(failure, TooLargeError):
        return FeedErrorKind.BAD_DATA, _TOO_LARGE
    names = {kind.__name__ for kind in type(failure).__mro__}
    if names & {"CertificateVerifyError", "SSLError"}:
        message = _CERTIFICATE
    elif "ProxyError" in names or "CONNECT tunnel" in str(failure):
        message = _PROXY
    elif "Timeout" in names:
        message = _TIMEOUT
    else:
        message = _OUT_OF_REACH
    return FeedErrorKind.UNREACHABLE, message


def _by_status(heard: Heard) -> tuple[FeedErrorKind, str] | None:
    status = heard.status or 0
    if status == 429:
        return FeedErrorKind.RATE_LIMITED, _LIMITED
    if status in (401, 403, 407, 451):
        return FeedErrorKind.REFUSED, _REFUSED
    if status >= 500:
        return FeedErrorKind.UNREACHABLE, _SERVER.format(status=status)
    if b"Will be right back" in heard.body:
        return FeedErrorKind.UNREACHABLE, _MAINTENANCE
    return None


def _by_body(heard: Heard) -> tuple[FeedErrorKind, str]:
    content = _json(heard.body)
    if content is None:
        page = heard.body.lstrip()[:1] == b"<"
        return FeedErrorKind.BAD_DATA, _PAGE if page else _BROKEN
    chart = content.get("chart")
    if not isinstance(chart, dict):
        return FeedErrorKind.BAD_DATA, _BROKEN
    if isinstance(chart.get("error"), dict):
        return _by_words(heard.status, chart["error"])
    return (FeedErrorKind.EMPTY, _NOTHING) if _no_rows(chart.get("result")) else (FeedErrorKind.BAD_DATA, _BROKEN)


def _by_words(status: int | None, error: dict[str, Any]) -> tuple[FeedErrorKind, str]:
    words = str(error.get("description") or "")
    if "Data doesn't exist" in words:
        return FeedErrorKind.EMPTY, _NOTHING
    if status == 404 or "No data found" in words or "delisted" in words:
        return FeedErrorKind.UNSUPPORTED, _UNKNOWN
    if status == 422 or "must be within" in words or "not available" in words:
        return FeedErrorKind.UNSUPPORTED, _RANGE
    return FeedErrorKind.BAD_DATA, _BROKEN


def _no_rows(result: object) -> bool:
    """Whether a result is whole and has no rows: what Yahoo sends for a range in which nothing traded."""
    if not isinstance(result, list) or len(result) != 1 or not isinstance(result[0], dict):
        return False
    only = result[0]
    try:
        quote = only["indicators"]["quote"][0]
    except (KeyError, IndexError, TypeError):
        return False
    return isinstance(only.get("meta"), dict) and not only.get("timestamp") and not (quote or {}).get("close")


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
