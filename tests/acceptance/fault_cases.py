"""The ways in which the sources go wrong, each with what is to be shown of it while it lasts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from barograph.feeds.contract import FeedErrorKind
from tests.acceptance.traffic import VENUES
from tests.loopback.market import LoopbackMarket
from tests.loopback.publisher import Fault, Publisher

Act = Callable[[LoopbackMarket], None]
K = FeedErrorKind


@dataclass(frozen=True, slots=True)
class Case:
    """One fault of one source. `strike` begins it, `heal` ends it; `kinds` are the kinds of fault that may be shown,
    none of them where it is to be got over without a word. `pause_s`: Retry-After. `dials`: the streams have to be
    dialled anew.
    """

    name: str
    source: str
    strike: Act
    heal: Act
    kinds: tuple[FeedErrorKind, ...] = ()
    pause_s: float = 0.0
    dials: bool = False


# --------------------------------------------------------------------------------------------------- Yahoo


def yahoo(name: str, *kinds: FeedErrorKind, symbol: str | None = None, retry_after_s: int | None = None) -> Case:
    """A fault of every answer of Yahoo, or of those for one symbol."""
    after = None if retry_after_s is None else str(retry_after_s)
    words = name if after is None else f"{name}, Retry-After {after}"

    def strike(market: LoopbackMarket) -> None:
        market.yahoo.fail(name, symbol, retry_after=after)

    words = words if symbol is None else f"{words} for {symbol}"
    return Case(f"charts: {words}", "Yahoo", strike, lambda market: market.yahoo.heal(), kinds, retry_after_s or 0.0)


YAHOO_PASSING = (
    yahoo("429", K.RATE_LIMITED),
    yahoo("429", K.RATE_LIMITED, retry_after_s=300),
    yahoo("500", K.UNREACHABLE),
    yahoo("502", K.UNREACHABLE),
    yahoo("right_back", K.UNREACHABLE),
    yahoo("drop", K.UNREACHABLE),
    yahoo("cut", K.UNREACHABLE),
    yahoo("404", K.BAD_DATA),
    yahoo("page", K.BAD_DATA),
    yahoo("null_chart", K.BAD_DATA),
    yahoo("not_json", K.BAD_DATA),
    yahoo("truncated", K.BAD_DATA),
    yahoo("empty_body", K.BAD_DATA),
    yahoo("bomb", K.BAD_DATA),
    yahoo("all_impossible", K.BAD_DATA),
    yahoo("no_currency", K.BAD_DATA),
    yahoo("no_trading_periods", K.BAD_DATA),
    yahoo("slow", K.UNREACHABLE),
)
"""Shown, and over soon after they are."""
YAHOO_REFUSING = (yahoo("401", K.REFUSED), yahoo("403", K.REFUSED))
YAHOO_HARMLESS = (
    yahoo("tenfold", symbol="^TNX"),
    *map(
        yahoo,
        (
            "429_crumb", "cookie_host_dead", "empty", "all_null", "null_last", "partial", "hole", "live_row",
            "live_row_alone", "backward", "twice", "impossible",
        ),
    )
)  # fmt: skip
"""Nothing is wrong with the host, or with a row only: what is left is shown, with its own age."""


# ----------------------------------------------------------------------------------------------- exchanges


def venue(name: str, fault: str, *kinds: FeedErrorKind, pause_s: float = 0.0) -> Case:
    """A fault of every request to an exchange; its streams go on."""

    def strike(market: LoopbackMarket) -> None:
        market.exchanges.fault(VENUES[name], fault)

    def heal(market: LoopbackMarket) -> None:
        market.exchanges.heal(VENUES[name])

    return Case(f"requests: {fault}", name, strike, heal, kinds, pause_s)


_REQUESTS: tuple[tuple[str, FeedErrorKind, float], ...] = (
    ("429", K.RATE_LIMITED, 0.0),
    ("429 later", K.RATE_LIMITED, 900.0),
    ("429 foreign", K.RATE_LIMITED, 0.0),
    ("limit in body", K.RATE_LIMITED, 0.0),
    ("500", K.UNREACHABLE, 0.0),
    ("502 html", K.UNREACHABLE, 0.0),
    ("503", K.UNREACHABLE, 0.0),
    ("524 json", K.UNREACHABLE, 0.0),
    ("maintenance", K.UNREACHABLE, 0.0),
    ("drop", K.UNREACHABLE, 0.0),
    ("cut off", K.UNREACHABLE, 0.0),
    ("404", K.BAD_DATA, 0.0),
    ("200 html", K.BAD_DATA, 0.0),
    ("truncated", K.BAD_DATA, 0.0),
    ("empty body", K.BAD_DATA, 0.0),
    ("bomb", K.BAD_DATA, 0.0),
)
_ROWS = ("null rows", "one null", "nan", "negative", "high below low", "contradiction")
REFUSALS = ("451", "403 cloudfront", "401")


def requests_of(name: str) -> Sequence[Case]:
    """Every fault of an exchange's answers that passes soon; a long Retry-After of the first one only."""
    asked = [each for each in _REQUESTS if name == "Binance" or not each[2]]
    return [venue(name, fault, kind, pause_s=pause_s) for fault, kind, pause_s in asked]


def rows_of(name: str) -> Sequence[Case]:
    """Every fault in the rows of prices; shown by the exchange that serves them."""
    bad = [venue(name, fault, K.BAD_DATA) for fault in _ROWS]
    return [*bad, *(venue(name, fault) for fault in ("duplicate", "backward"))]


def refusal_of(name: str, fault: str) -> Case:
    """An exchange that does not serve this place."""
    return venue(name, fault, K.REFUSED)


_GARBAGE = ("not json", "[]", "{}", "null", '{"e":"kline"}', '{"data":[{"bkPx":"x"}]}')


def _nothing(_: LoopbackMarket) -> None:
    """It is over at once."""


def stream(name: str, what: str, strike: Act, heal: Act = _nothing, *kinds: FeedErrorKind) -> Case:
    """A fault of an exchange's sockets; its answers to requests are well."""
    return Case(f"stream: {what}", name, strike, heal, kinds, dials=True)


def streams_of(name: str) -> Sequence[Case]:
    """Every fault of an exchange's streams."""
    key = VENUES[name]

    def frozen(frozen_: bool) -> Act:
        return lambda market: setattr(market.streams.manners[key], "frozen", frozen_)

    def garbage(times: int) -> Act:
        def send(market: LoopbackMarket) -> None:
            for text in _GARBAGE * times:
                market.streams.text(key, text)

        return send

    def refused(market: LoopbackMarket) -> None:
        market.streams.manners[key].refuse = 503
        market.streams.reset(key)

    def admitted(market: LoopbackMarket) -> None:
        market.streams.manners[key].refuse = None

    told = (K.UNREACHABLE, K.BAD_DATA)
    return [
        stream(name, "closed with 1001", lambda market: market.streams.close(key)),
        stream(name, "reset", lambda market: market.streams.reset(key)),
        stream(name, "half a frame", lambda market: market.streams.half_frame(key)),
        stream(name, "frozen", frozen(True), frozen(False), *told),
        Case("stream: a little garbage", name, garbage(1), _nothing),
        Case("stream: a flood of garbage", name, garbage(50), _nothing),
        stream(name, "every dial refused with 503", refused, admitted, K.UNREACHABLE),
    ]


# ---------------------------------------------------------------------------------------------- publishers

_HOSTS: dict[str, Callable[[LoopbackMarket], Publisher]] = {
    "FRED": lambda market: market.fred,
    "US Treasury": lambda market: market.treasury,
    "New York Fed": lambda market: market.new_york_fed,
}
_PUBLISHED: tuple[tuple[Fault, FeedErrorKind], ...] = (
    (Fault.ARCHIVE, K.BAD_DATA),
    (Fault.PAGE, K.BAD_DATA),
    (Fault.BROKEN_OFF, K.BAD_DATA),
    (Fault.REPEATED, K.BAD_DATA),
    (Fault.BACKWARD, K.BAD_DATA),
    (Fault.NOT_A_NUMBER, K.BAD_DATA),
    (Fault.FUTURE, K.BAD_DATA),
    (Fault.AWAY, K.BAD_DATA),
    (Fault.BOMB, K.BAD_DATA),
    (Fault.ODD_ENCODING, K.BAD_DATA),
    (Fault.CUT, K.UNREACHABLE),
    (Fault.DROPPED, K.UNREACHABLE),
    (Fault.UNAVAILABLE, K.UNREACHABLE),
    (Fault.TOO_MANY, K.RATE_LIMITED),
    (Fault.REFUSED, K.REFUSED),
)


def published(name: str, fault: Fault, *kinds: FeedErrorKind) -> Case:
    """A fault of a publisher."""

    def strike(market: LoopbackMarket) -> None:
        _HOSTS[name](market).fault = fault

    def heal(market: LoopbackMarket) -> None:
        _HOSTS[name](market).fault = None

    return Case(fault.value, name, strike, heal, kinds)


def publications_of(name: str) -> Sequence[Case]:
    """Every fault of a publisher.

    What is redirected counts twice, so it comes before the budget of an hour is used up. One who leaves a column out is
    asked for each series apart from then on, for days: so that comes last.
    """
    cases = _PUBLISHED if name == "FRED" else _PUBLISHED[::3]  # they are read alike
    first, last = (Fault.ELSEWHERE, Fault.NO_COLUMN) if name == "FRED" else (Fault.MISSING, None)
    found = [published(name, first), *(published(name, fault, kind) for fault, kind in cases)]
    return [*found, published(name, last)] if last else found
