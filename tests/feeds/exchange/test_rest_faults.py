"""What each exchange does wrong, and what the program makes of it: no invented value, the true kind, recovery."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from barograph.feeds.book import BarsPiece
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.exchange.answers import Answer
from barograph.feeds.exchange.faults import feed_error
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from tests.feeds.exchange.rest_runs import ALL_VENUES, NOW, Running, fault_of, run

LIMITED, UNREACHABLE = FeedErrorKind.RATE_LIMITED, FeedErrorKind.UNREACHABLE
REFUSED, BAD_DATA, EMPTY = FeedErrorKind.REFUSED, FeedErrorKind.BAD_DATA, FeedErrorKind.EMPTY
UNSUPPORTED = FeedErrorKind.UNSUPPORTED

KINDS: dict[str, FeedErrorKind] = {
    "429": LIMITED,
    "429 later": LIMITED,
    "429 foreign": LIMITED,
    "418": LIMITED,
    "limit in body": LIMITED,
    "403 too often": LIMITED,
    "451": REFUSED,
    "403 cloudfront": REFUSED,
    "401": REFUSED,
    "500": UNREACHABLE,
    "502 html": UNREACHABLE,
    "503": UNREACHABLE,
    "524": UNREACHABLE,
    "524 json": UNREACHABLE,
    "maintenance": UNREACHABLE,
    "slow": UNREACHABLE,
    "drop": UNREACHABLE,
    "cut off": UNREACHABLE,
    "404": BAD_DATA,
    "200 html": BAD_DATA,
    "truncated": BAD_DATA,
    "empty body": BAD_DATA,
    "bomb": BAD_DATA,
    "null rows": BAD_DATA,
    "one null": BAD_DATA,
    "nan": BAD_DATA,
    "words": BAD_DATA,
    "zero": BAD_DATA,
    "negative": BAD_DATA,
    "huge": BAD_DATA,
    "high below low": BAD_DATA,
    "contradiction": BAD_DATA,
    "no rows": EMPTY,
    "unknown symbol": UNSUPPORTED,
}
HARMLESS = ("duplicate", "backward")
"""Order and repetition of whole rows mean nothing: two of the four answer newest first, and pages may overlap."""
WORDS = {
    "451": "does not serve this region",
    "403 cloudfront": "does not serve this region",
    "maintenance": "is down for maintenance",
    "slow": "did not answer in time",
    "drop": "cannot be reached",
    "429": "asks to be asked less often",
    "bomb": "answered impossible values: far more of them than there can be",
}
SHORTEST_S = {LIMITED: 60, UNREACHABLE: 5, BAD_DATA: 30, REFUSED: 900, EMPTY: 0, UNSUPPORTED: 0}


@dataclass(frozen=True)
class Outcome:
    """What became of a request under a fault, and of the one after it."""

    fault: FeedError | None
    wait_s: float
    requests: int
    piece: BarsPiece | None
    after: BarsPiece


async def bars(running: Running) -> BarsPiece:
    return await running.venue.bars("BTC", Interval.MIN_5, to_ns(running.now) - 3_600_000_000_000, running.now)


async def outcome(running: Running, venue_id: str, name: str) -> Outcome:
    """Ask under a fault, wait as long as one is told to, and ask again of a host that is well."""
    running.server.fault(venue_id, name)
    asked, before = running.now, running.server.count(venue_id)
    fault, piece = None, None
    try:
        piece = await bars(running)
    except FeedError as error:
        fault = error
    requests = running.server.count(venue_id) - before
    running.server.heal(venue_id)
    retry_at = asked if fault is None or fault.retry_at is None else fault.retry_at
    running.pace.time = retry_at
    after = await bars(running)
    running.pace.advance(86_400)
    return Outcome(fault, (retry_at - asked).total_seconds(), requests, piece, after)


@pytest.mark.parametrize("venue_id", ALL_VENUES)
def test_every_fault_is_told_apart_and_gone_when_it_is_over(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> dict[str, Outcome]:
        patience = running.venue.client.timeout
        found = {}
        for name in (*KINDS, *HARMLESS):  # short patience with the one that never answers; a busy machine needs more
            running.venue.client.timeout = 500 if name == "slow" else patience
            found[name] = await outcome(running, venue_id, name)
        return found

    outcomes = run(venue_id, tmp_path, work)
    kinds = {name: None if each.fault is None else each.fault.kind for name, each in outcomes.items()}
    wanted: dict[str, FeedErrorKind | None] = {**KINDS, **dict.fromkeys(HARMLESS)}
    if venue_id == "hyperliquid":
        wanted["unknown symbol"] = UNREACHABLE  # it answers 500 and no word; the program never asks it for one
    assert kinds == wanted
    for name, each in outcomes.items():
        assert (len(each.after.closed), len(each.after.forming)) == (11, 1), name
        # nobody tries again behind our back; only aiohttp does, once, when a kept connection turns out dead
        assert each.requests == 1 or (name == "drop" and each.requests == 2), name
        if each.fault is None:
            assert each.piece is not None
            assert (len(each.piece.closed), len(each.piece.forming)) == (11, 1), name
            continue
        assert each.piece is None
        assert SHORTEST_S[each.fault.kind] <= each.wait_s, name
        assert (each.fault.source, each.fault.subject) == (venue_id, "BTC")
        assert WORDS.get(name, "") in each.fault.message
        assert "http" not in each.fault.message
        assert "{" not in each.fault.message
    assert outcomes["429 later"].wait_s >= 900  # Retry-After
    assert outcomes["418"].wait_s >= 1_800
    if venue_id == "bybit":  # locks an address out for ten minutes, without a header
        assert outcomes["403 too often"].wait_s >= 600


@pytest.mark.parametrize("venue_id", ALL_VENUES)
@pytest.mark.parametrize("name", ["truncated", "empty body", "200 html"])
def test_what_is_no_answer_is_never_taken_for_one(venue_id: str, name: str, tmp_path: Path) -> None:
    """The client hands text through and sees no rows in it, or rows of nothing; so for all that is asked for."""

    async def work(running: Running) -> set[FeedErrorKind | None]:
        venue, now = running.venue, running.now
        running.server.fault(venue_id, name)
        kinds: set[FeedErrorKind | None] = set()
        asks: list[Callable[[], Awaitable[object]]] = [
            lambda: venue.ticker("BTC", now),
            lambda: venue.open_interest("BTC", now),
            lambda: venue.funding("BTC", to_ns(now), now),
            lambda: venue.server_time_offset_s(now),
            lambda: venue.refresh_markets(now),
        ]
        if venue_id != "hyperliquid":
            asks.append(lambda: venue.open_interest_history("BTC", to_ns(now) - 10**13, now))
        for ask in asks:
            fault = await fault_of(ask())
            kinds.add(None if fault is None else fault.kind)
            running.pace.advance(7_200)
        return kinds

    assert run(venue_id, tmp_path, work) == {BAD_DATA}


@pytest.mark.parametrize("venue_id", ALL_VENUES)
def test_a_fault_is_not_judged_by_the_answer_before(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> list[FeedErrorKind]:
        kinds = []
        for name in ("451", "drop"):
            running.server.fault(venue_id, name)
            fault = await fault_of(bars(running))
            assert fault is not None
            assert fault.retry_at is not None
            running.pace.time = fault.retry_at
            kinds.append(fault.kind)
        return kinds

    assert run(venue_id, tmp_path, work) == [REFUSED, UNREACHABLE]


@pytest.mark.parametrize("venue_id", ALL_VENUES)
def test_cancelling_is_passed_on(venue_id: str, tmp_path: Path) -> None:
    async def work(running: Running) -> bool:
        running.server.fault(venue_id, "slow")
        task = asyncio.create_task(bars(running))
        while not running.server.count(venue_id):
            await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.wait({task}, timeout=5)
        running.server.heal(venue_id)
        await bars(running)  # nothing is left locked, and it does not count as a fault
        return task.cancelled()

    assert run(venue_id, tmp_path, work)


def test_nothing_listens(tmp_path: Path) -> None:
    async def work(running: Running) -> FeedError | None:
        running.server.close()
        return await fault_of(bars(running))

    fault = run("okx", tmp_path, work)
    assert fault is not None
    assert (fault.kind, fault.message) == (UNREACHABLE, "OKX cannot be reached")


# ------------------------------------------------------------------------------------------- the rule itself


def test_a_cancellation_is_never_made_a_fault() -> None:
    for error in (asyncio.CancelledError(), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            feed_error(error, "okx", "BTC", NOW)


def test_a_fault_stays_what_it_is() -> None:
    fault = FeedError(EMPTY, "okx", "BTC", "OKX answered no bars")
    assert feed_error(fault, "bybit", "ETH", NOW) is fault


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("451, message='Invalid response status', url='wss://x'", REFUSED),
        ("403, message='Invalid response status', url='wss://x'", REFUSED),
        ("429, message='Invalid response status', url='wss://x'", LIMITED),
        ("502, message='Invalid response status', url='wss://x'", UNREACHABLE),
        ("Connection closed by remote server, closing code 1001", UNREACHABLE),
        ("bybit GET https://api.bybit.com/v5/x 403 Forbidden <HTML>block access from your country", REFUSED),
        ("bybit GET https://api.bybit.com/v5/x 403 Forbidden 403, access too frequent", LIMITED),
        ("binanceusdm GET https://fapi.binance.com/fapi/v1/x 451  restricted location", REFUSED),
        ("okx requests of 451 coins failed", UNREACHABLE),  # a number that is no status
    ],
)
def test_streams_are_judged_by_the_words_alone(words: str, kind: FeedErrorKind) -> None:
    from ccxt.base.errors import NetworkError

    assert feed_error(NetworkError(words), "bybit", "", NOW).kind is kind


def test_a_bug_in_the_client_is_bad_data_and_not_a_crash() -> None:
    for error in (IndexError("list index out of range"), KeyError("x"), TypeError("NoneType"), AttributeError("y")):
        assert feed_error(error, "bybit", "BTC", NOW).kind is BAD_DATA


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"retry-after": "120"}, "", 120.0),
        ({"retry-after": "Wed, 18 Nov 2026 14:40:10 GMT"}, "", 480.0),
        ({"retry-after": "Wed, 18 Nov 2026 14:40:10 GMT", "date": "Wed, 18 Nov 2026 14:39:10 GMT"}, "", 60.0),
        ({"retry-after": "Wed, 18 Nov 2026 12:00:00 GMT"}, "", 0.0),
        ({"retry-after": "soon"}, "", None),
        ({"retry-after": "-5"}, "", None),
        ({"retry-after": "9" * 400}, "", 999_999_999.0),
        ({}, "IP banned until 1795012930000. Please use the websocket", 600.0),
        ({}, "", None),
    ],
)
def test_how_long_an_exchange_wants_to_be_left_alone(
    headers: dict[str, str], body: str, expected: float | None
) -> None:
    now = datetime(2026, 11, 18, 14, 32, 10, tzinfo=UTC)
    assert Answer(429, headers, body).retry_after_s(now) == expected
