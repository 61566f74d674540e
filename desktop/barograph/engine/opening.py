"""Opens a feed from the word given for it, and says in one sentence why one cannot be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from barograph.feeds.catalog import FeedChoiceError, parse_feed
from barograph.feeds.contract import Feed, FeedKind
from barograph.feeds.recorded.faults import HistoryError
from barograph.market.calendars import calendar
from barograph.market.instants import from_ns
from barograph.market.instruments import AssetClass, Universe
from barograph.market.intervals import Interval
from barograph.market.universe_file import UniverseError, load_universe

_REPLAY_LEAD = timedelta(days=365)
_DAY = timedelta(days=1)
_NO_LIVE = "feed 'live' is not in this version; demo or replay:FOLDER was expected"


class UnusableInputError(Exception):
    """What the user gave cannot be used; the message is one sentence."""


def check_feed(word: str) -> None:
    """Refuse at once a word that names no feed or no history folder; the folder itself is checked on opening.

    Raises:
        UnusableInputError: as it says.
    """
    try:
        choice = parse_feed(word)
    except FeedChoiceError as error:
        raise UnusableInputError(str(error)) from error
    if choice.kind is FeedKind.LIVE:
        raise UnusableInputError(_NO_LIVE)
    if choice.folder is not None and not (choice.folder / "history.toml").is_file():
        raise UnusableInputError(f"{choice.folder}: no history folder; a folder with a history.toml was expected")


def open_feed(word: str, seed: int) -> tuple[Feed, Universe]:
    """The feed that ``demo``, ``live`` or ``replay:FOLDER`` names, and the universe that goes with it.

    Raises:
        UnusableInputError: the word names no feed, or its folder or the universe cannot be used.
    """
    try:
        choice = parse_feed(word)
        universe = load_universe()
        if choice.kind is FeedKind.DEMO:
            from barograph.feeds.simulated.feed import SimulatedFeed

            demo = SimulatedFeed(universe, seed)
            return demo, with_breadth_of(universe, demo)
        if choice.folder is not None:
            from barograph.feeds.recorded.feed import RecordedFeed
            from barograph.feeds.recorded.folder import load_folder

            return RecordedFeed(load_folder(choice.folder, universe), universe, calendar), universe
    except (FeedChoiceError, HistoryError, UniverseError) as error:
        raise UnusableInputError(str(error)) from error
    raise UnusableInputError(_NO_LIVE)


def with_breadth_of(universe: Universe, feed: Feed) -> Universe:
    """The universe with the feed's own shares as breadth members: a simulated market is whole as it is."""
    shares = tuple(n for n in feed.instruments() if universe.instrument(n).asset_class is AssetClass.SHARE)
    return replace(universe, groups={**universe.groups, "breadth": shares})


def is_daily(feed: Feed) -> bool:
    """Whether a feed has daily bars only."""
    return all(feed.intervals(name) == (Interval.DAY_1,) for name in feed.instruments())


def opening_instant(feed: Feed) -> datetime:
    """Where the clock of a demo or replay window starts when nothing else is said.

    A demo starts where its story does; a replay with intraday bars a day after the first of them, one without
    a year before its end.

    Raises:
        UnusableInputError: a recorded folder without a single bar.
    """
    info = feed.info
    if info.kind is FeedKind.DEMO and info.start is not None:
        return info.start
    if info.start is None or info.end is None:
        raise UnusableInputError(f"{info.label}: there are no bars to replay")
    if is_daily(feed):
        return max(info.start, info.end - _REPLAY_LEAD)
    firsts = [
        int(answer.closed.time[0])
        for name in feed.instruments()
        for interval in feed.intervals(name)
        if interval.intraday
        for answer in (feed.fetch_bars(name, interval, None, info.end),)
        if len(answer.closed)
    ]
    return min(info.end, from_ns(min(firsts)) + _DAY) if firsts else info.start


def closing_instant(feed: Feed) -> datetime:
    """The instant a snapshot of a feed is made for when none is given: the whole of a folder is judged."""
    info = feed.info
    if info.kind is FeedKind.REPLAY and info.end is not None:
        return info.end + timedelta(minutes=15)
    return opening_instant(feed)


def default_speed(feed: Feed) -> float:
    """Simulated seconds per second at start: a demo's story in about twelve minutes, a day of daily bars or
    ten minutes of intraday bars a second.
    """
    if feed.info.kind is FeedKind.DEMO:
        from barograph.feeds.simulated.feed import DEFAULT_SPEED

        return DEFAULT_SPEED
    return 86_400.0 if is_daily(feed) else 600.0
