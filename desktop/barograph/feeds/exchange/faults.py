"""Tells apart what exchanges do when they do not answer well.

ccxt's classes alone mislead: a block of the country arrives as "not available" or as "rate limit exceeded", a rate
limit as "exchange error", and an answer cut short as no rows. So the status and the words are looked at first.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange.answers import Answer

NAMES = {"binanceusdm": "Binance", "bybit": "Bybit", "okx": "OKX", "hyperliquid": "Hyperliquid"}
"""The names of the exchanges on screen, by ccxt's ids."""

_REGION = re.compile(
    r"restricted location|not available in your (?:country|region)|block access from your country|"
    r"unsupported country|eligibility",
    re.IGNORECASE,
)
_TOO_OFTEN = re.compile(
    r"too (?:many|frequent)|rate.?limit|"
    r"\"(?:code|retCode)\"\s*:\s*\"?(?:-1003|10006|10018|50011|50061)\b",
    re.IGNORECASE,
)
_MAINTENANCE = re.compile(r"maintenance|system upgrade|\"(?:code|retCode)\"\s*:\s*\"?(?:10016|50001)\b", re.IGNORECASE)
_STATUS = re.compile(r"^(?:\w+ (?:GET|POST) \S+ |\w+ )?([45]\d\d)(?:,|\s)")
"""How ccxt begins a message with a status: ``bybit GET URL 403 …``, ``binanceusdm 418 …``, ``451, message=…``."""

_Verdict = tuple[FeedErrorKind, str]
_BAN_S = 600.0
"""Bybit locks an address out for ten minutes when it asked too often, and does not say so in a header."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known of a fault: the chain of exceptions, the status, the words."""

    name: str
    chain: tuple[BaseException, ...]
    status: int | None
    text: str


class BadRowsError(ValueError):
    """An answer holds something that cannot be; the message says what, for the log and the Feeds panel."""


def feed_error(
    error: BaseException, venue: str, subject: str, now: datetime, answer: Answer | None = None
) -> FeedError:
    """The fault as the rest of the program knows it; `retry_at` is set where the exchange named a time.

    `venue` is ccxt's id, `answer` what the server said, where there was an answer (without it the message is read).

    Raises:
        BaseException: `error` itself, when it is no fault of the outside: a cancellation, an interrupt.
    """
    if isinstance(error, FeedError):
        return error
    if isinstance(error, asyncio.CancelledError) or not isinstance(error, Exception):
        raise error
    case = _case(error, venue, answer)
    kind, message = _verdict(case)
    pause_s = _pause_s(case, kind, venue, answer, now)
    retry_at = None if pause_s is None else now + timedelta(seconds=pause_s)
    return FeedError(kind, venue, subject, message, retry_at)


def _case(error: Exception, venue: str, answer: Answer | None) -> _Case:
    words = str(error) if answer is None or answer.status < 400 else f"{error} {answer.body}"
    status = None if answer is None else answer.status
    if answer is None and (told := _STATUS.match(str(error))):
        status = int(told.group(1))
    return _Case(NAMES.get(venue, venue), tuple(_chain(error)), status, words[:4_000])


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, and what it carries: ccxt wraps what the socket said as an argument."""
    seen = 0
    waiting: list[BaseException] = [error]
    while waiting and seen < 10:
        found = waiting.pop(0)
        seen += 1
        yield found
        waiting += [each for each in (found.__cause__, *found.args) if isinstance(each, BaseException)]


def _verdict(case: _Case) -> _Verdict:
    return (
        _by_transport(case)
        or _by_status_and_words(case)
        or _by_class(case)
        or (FeedErrorKind.BAD_DATA, f"{case.name} answered something that is not understood")
    )


def _by_transport(case: _Case) -> _Verdict | None:
    names = {kind.__name__ for found in case.chain for kind in type(found).__mro__}
    if "ClientHttpProxyError" in names or "ClientProxyConnectionError" in names or case.status == 407:
        return FeedErrorKind.UNREACHABLE, f"The proxy did not let a request to {case.name} through"
    certificate = any(isinstance(found, ssl.SSLCertVerificationError) for found in case.chain)
    if certificate or "ClientConnectorCertificateError" in names:
        return FeedErrorKind.UNREACHABLE, f"The certificate that {case.name} was reached with is not trusted"
    if "ClientPayloadError" in names:
        return FeedErrorKind.UNREACHABLE, f"The connection to {case.name} broke off"
    if any(isinstance(found, (FileNotFoundError, IsADirectoryError, PermissionError)) for found in case.chain):
        return FeedErrorKind.UNREACHABLE, "The file of trusted certificates cannot be read"
    if "RequestTimeout" in names or any(isinstance(found, TimeoutError) for found in case.chain):
        return FeedErrorKind.UNREACHABLE, f"{case.name} did not answer in time"
    return None


def _by_status_and_words(case: _Case) -> _Verdict | None:
    # A block of the region comes first: ccxt takes it for an outage, or at Bybit for a rate limit, and both would be
    # tried again for ever.
    barred = case.status in (401, 403, 451, None)
    if case.status == 451 or (barred and _REGION.search(case.text)):
        return FeedErrorKind.REFUSED, f"{case.name} does not serve this region"
    too_often = _TOO_OFTEN.search(case.text) is not None
    if case.status in (418, 429) or (too_often and case.status in (200, 400, 403, None)):
        return FeedErrorKind.RATE_LIMITED, f"{case.name} asks to be asked less often"
    if case.status in (401, 403):
        return FeedErrorKind.REFUSED, f"{case.name} refuses requests from this address"
    if _MAINTENANCE.search(case.text):
        return FeedErrorKind.UNREACHABLE, f"{case.name} is down for maintenance"
    if case.status is not None and case.status >= 500:
        return FeedErrorKind.UNREACHABLE, f"{case.name} is out of order"
    return None


def _by_class(case: _Case) -> _Verdict | None:
    from ccxt.base import errors

    error = case.chain[0]
    if isinstance(error, errors.BadSymbol) or (isinstance(error, errors.BadRequest) and "symbol" in case.text.lower()):
        return FeedErrorKind.UNSUPPORTED, f"{case.name} does not know this market"
    if isinstance(error, (errors.NotSupported, errors.ArgumentsRequired)):
        return FeedErrorKind.UNSUPPORTED, f"{case.name} does not offer this"
    if isinstance(error, (errors.DDoSProtection, errors.RateLimitExceeded)):
        return FeedErrorKind.RATE_LIMITED, f"{case.name} asks to be asked less often"
    if isinstance(error, (errors.RestrictedLocation, errors.AuthenticationError)):
        return FeedErrorKind.REFUSED, f"{case.name} refuses requests from this address"
    if isinstance(error, errors.BadResponse) or case.status in (400, 404, 405, 409, 410, 422):
        return FeedErrorKind.BAD_DATA, f"{case.name} answered something that is not understood"
    if isinstance(error, (errors.OperationFailed, errors.ExchangeClosedByUser, OSError)):
        return FeedErrorKind.UNREACHABLE, f"{case.name} cannot be reached"
    if isinstance(error, BadRowsError):
        return FeedErrorKind.BAD_DATA, f"{case.name} answered impossible values: {error}"
    return None


def _pause_s(case: _Case, kind: FeedErrorKind, venue: str, answer: Answer | None, now: datetime) -> float | None:
    told = None if answer is None else answer.retry_after_s(now)
    if venue == "bybit" and kind is FeedErrorKind.RATE_LIMITED and case.status == 403:
        return max(told or 0.0, _BAN_S)
    return told
