"""What a fetched folder says of itself: where its tables come from, on what terms, and what is not in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from barograph.engine.history_folder import FetchFolder, Held
from barograph.feeds.exchange.faults import NAMES
from barograph.feeds.fred.answer import FRED, NEW_YORK_FED, TREASURY
from barograph.feeds.recorded.description import Description, Source
from barograph.feeds.yahoo.symbols import SOURCE as YAHOO

_LONGEST = 4_900
_EXCHANGE_TERMS = "public market data of the exchange, under its terms"
_TERMS = {
    YAHOO: (
        "Yahoo Finance",
        "Yahoo's terms of service: for personal use, not to be redistributed",
        "adjusted for splits, not for dividends; futures are the front month, with its jumps",
    ),
    FRED: (
        "FRED, Federal Reserve Bank of St. Louis",
        "works of US government agencies, in the public domain; FRED's terms of use apply",
        "dates are those of the observations; known_at follows the publication rule",
    ),
    TREASURY: ("US Department of the Treasury", "a work of the US government, in the public domain", ""),
    NEW_YORK_FED: (
        "Federal Reserve Bank of New York",
        "the New York Fed's terms of use for reference rates; it does not endorse what is made of them",
        "",
    ),
}


def describe(folder: FetchFolder, missing: Mapping[str, str], notes: Sequence[str]) -> Description:
    """The description of what is in the folder; the same for the same content."""
    span = folder.span
    begin, end = f"{span.start:%Y-%m-%d}", f"{span.until:%Y-%m-%d %H:%M}"
    lines = [f"Fetched by Barograph: what the sources still served of {begin} to {end} UTC.", *notes]
    lines += [f"{name}: {held.note}" for name, held in folder.files.items() if held.note]
    lines += [f"{name}: not there yet ({reason})" for name, reason in sorted(missing.items())]
    return Description(
        name=f"Fetched {begin} to {span.until - timedelta.resolution:%Y-%m-%d}",
        description=_short("\n".join(lines)),
        simulated=False,
        source=tuple(_source(name, files) for name, files in sorted(_by_source(folder.files).items())),
    )


def _by_source(files: Mapping[str, Held]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, held in files.items():
        if held.rows:
            found.setdefault(held.source, []).append(name)
    return found


def _source(source: str, files: Sequence[str]) -> Source:
    name, licence, note = _TERMS.get(source, (NAMES.get(source, source), _EXCHANGE_TERMS, ""))
    return Source(name=name, licence=licence, note=_short("; ".join([*([note] if note else []), _contents(files)])))


def _contents(files: Sequence[str]) -> str:
    """``bars of ES, NQ; funding of BTC``."""
    kinds: dict[str, dict[str, None]] = {}
    for name in files:
        kind, *rest = name.split("/")
        subject = rest[0] if kind == "bars" else rest[-1]
        kinds.setdefault(kind.replace("_", " "), {})[subject] = None
    return "; ".join(f"{kind} of {', '.join(subjects)}" for kind, subjects in sorted(kinds.items()))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " …"
