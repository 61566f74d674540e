"""Words for what a feed says with fixed ids: its name, its sources, faults, advisories, what it still waits for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from barograph.feeds.contract import Advisory, FeedErrorKind, FeedInfo, FeedKind, SourceHealth
from barograph.gui.formats import number
from barograph.gui.labels import state_word
from barograph.gui.translation import mark, tr
from barograph.market.freshness import Freshness

_SOURCES = {
    "binance": "Binance",
    "binanceusdm": "Binance",
    "coinalyze": "Coinalyze",
    "bybit": "Bybit",
    "okx": "OKX",
    "hyperliquid": "Hyperliquid",
    "Simulated market": mark("Simulated market"),
    "US Treasury": mark("US Treasury"),
    "New York Fed": mark("New York Fed"),
}
_ERRORS = {
    FeedErrorKind.RATE_LIMITED: mark("too many requests"),
    FeedErrorKind.UNREACHABLE: mark("not reachable"),
    FeedErrorKind.REFUSED: mark("access refused"),
    FeedErrorKind.BAD_DATA: mark("unusable answer"),
    FeedErrorKind.UNSUPPORTED: mark("not offered there"),
    FeedErrorKind.EMPTY: mark("nothing new"),
}
_ERROR_EXPLANATIONS = {
    FeedErrorKind.RATE_LIMITED: mark("The source allows no more requests for now; Barograph waits and asks again."),
    FeedErrorKind.UNREACHABLE: mark("The source did not answer, or not in time; Barograph goes on asking."),
    FeedErrorKind.REFUSED: mark("The source does not serve this address or region; Barograph asks again later."),
    FeedErrorKind.BAD_DATA: mark("The answer could not be used; nothing of it was taken over."),
    FeedErrorKind.UNSUPPORTED: mark("The source does not have what was asked for."),
    FeedErrorKind.EMPTY: mark("The source answered that there is nothing, as it does while a market is closed."),
}
_ADVISORIES = {
    "clock_off": mark(
        "This computer's clock and the exchanges' are {0} s apart. Set the clock right; there is no light until then."
    ),
    "fomc_dates_end": mark("The Fed's meeting dates in this version end on {0}; a newer version has later ones."),
    "client_outdated": mark("{0} connects but sends nothing; this version may be too old for its stream."),
    "venue_refused": mark("{0} does not serve this region; where another exchange of your list answers, it is used."),
}
_INPUTS = {
    "US10Y": mark("US 10Y"),
    "US2Y": mark("US 2Y"),
    "DGS10": mark("US 10Y"),
    "DGS2": mark("US 2Y"),
    "DFII10": mark("Real 10Y"),
    "DFF": mark("Fed funds rate"),
    "DFEDTARL": mark("Fed target, low"),
    "DFEDTARU": mark("Fed target, high"),
    "BTC derivatives": mark("BTC funding and open interest"),
}
_SEPARATOR = ", "


def feed_title(feed: FeedInfo) -> str:
    """What the feed is, for the tool bar; a replay goes by the name of its folder."""
    kind, _, seed = feed.key.partition(":")
    if feed.kind is FeedKind.LIVE:
        return tr("Live market")
    if feed.kind is FeedKind.DEMO and kind == FeedKind.DEMO and seed:
        return tr("Demo: simulated market, seed {seed}").format(seed=seed)
    return feed.label


def source_name(source: str) -> str:
    """The name of a source, or of several with commas between them; one without words stands for itself."""
    return _listed(tr(_SOURCES.get(name, name)) if name else "" for name in source.split(_SEPARATOR))


def source_state(health: SourceHealth) -> str:
    """The state of a source in one word or two: it starts until it has answered or failed once."""
    starting = health.state is Freshness.MISSING and health.last_success is None and not health.last_error
    return tr("starting") if starting else state_word(health.state)


def error_words(kind: FeedErrorKind | None) -> str:
    """What the outside did, in a few words; empty where nothing is known."""
    return "" if kind is None else tr(_ERRORS[kind])


def error_explanation(kind: FeedErrorKind | None) -> str:
    """What that means and what happens next, one sentence."""
    return "" if kind is None else tr(_ERROR_EXPLANATIONS[kind])


def last_error(health: SourceHealth) -> str:
    """The last fault on one line: in a few words, then in the source's own sentence."""
    own = " ".join(health.last_error.split())
    words = error_words(health.error_kind) if own or health.error_kind is not None else ""
    return " · ".join(part for part in (words, own) if part)


def advisory_text(advisory: Advisory) -> str:
    """What the trader has to know, in sentences; an id without words stands for itself, with its values."""
    values = [source_name(value) for value in advisory.values]
    if advisory.id == "clock_off" and values:
        values[0] = _whole(values[0])
    try:
        return tr(_ADVISORIES[advisory.id]).format(*values)
    except (KeyError, IndexError):
        return " ".join((advisory.id.replace("_", " "), *values))


def waiting_text(names: Sequence[str], shown: int) -> str:
    """``VIX, QQQ and 3 more``: the first names that are waited for, and how many there are besides."""
    told = _listed(input_name(name) for name in names[:shown])
    left = len(names) - shown
    return tr("{names} and {n} more").format(names=told, n=left) if left > 0 else told


def input_name(name: str) -> str:
    """An instrument or series as traders call it."""
    return tr(_INPUTS[name]) if name in _INPUTS else name


def _listed(names: Iterable[str]) -> str:
    return tr(", ", "between names").join(names)


def _whole(seconds: str) -> str:
    try:
        return number(abs(float(seconds)), 0)
    except ValueError:
        return seconds
