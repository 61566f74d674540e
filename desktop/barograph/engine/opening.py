"""Opens a feed from the word given for it, and says in one sentence why one cannot be used.

The window's process takes from here only the check of the word: what opens a feed is imported where it is opened.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from barograph.engine.clock import Clock, ClockPace
from barograph.feeds.catalog import FeedChoiceError, parse_feed
from barograph.feeds.contract import Feed, FeedKind
from barograph.feeds.options import LiveOptions
from barograph.feeds.recorded.faults import HistoryError
from barograph.market.calendars import calendar
from barograph.market.instants import from_ns
from barograph.market.instruments import AssetClass, Universe
from barograph.market.intervals import Interval
from barograph.store.errors import StoreError

if TYPE_CHECKING:
    from barograph.feeds.live.feed import LiveFeed
    from barograph.feeds.recorded.folder import HistoryFolder
    from barograph.risk.rules import RuleSet

_REPLAY_LEAD = timedelta(days=365)
_DAY = timedelta(days=1)


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
    folder = choice.folder
    if folder is not None and not ((folder / "history.toml").is_file() or _is_own_recording(folder)):
        raise UnusableInputError(f"{folder}: no history folder; a folder with a history.toml was expected")


def open_feed(word: str, seed: int, live: tuple[LiveOptions, Clock] | None = None) -> tuple[Feed, Universe]:
    """The feed that ``demo``, ``live`` or ``replay:FOLDER`` names, and the universe that goes with it. A live feed
    needs its options and its clock, and has not begun to ask yet.

    Raises:
        UnusableInputError: the word names no feed, or its folder or the universe cannot be used.
    """
    from barograph.market.universe_file import UniverseError, load_universe

    try:
        choice = parse_feed(word)
        universe = load_universe()
        if choice.kind is FeedKind.DEMO:
            from barograph.feeds.simulated.feed import SimulatedFeed

            demo = SimulatedFeed(universe, seed)
            return demo, with_breadth_of(universe, demo)
        if choice.folder is not None:
            return recorded_feed(_recorded(choice.folder, universe), universe), universe
        if live is None:
            raise RuntimeError("the live feed is opened with its options and a clock")
        return open_live_feed(universe, *live)
    except (FeedChoiceError, HistoryError, StoreError, UniverseError) as error:
        raise UnusableInputError(str(error)) from error


def open_recorded(folder: Path) -> tuple[HistoryFolder, Universe]:
    """A history folder, or the recording of a data folder, and the universe that goes with it.

    Raises:
        UnusableInputError: the folder or the universe cannot be used.
    """
    from barograph.market.universe_file import UniverseError, load_universe

    try:
        universe = load_universe()
        return _recorded(folder, universe), universe
    except (HistoryError, StoreError, UniverseError) as error:
        raise UnusableInputError(str(error)) from error


def recorded_feed(recorded: HistoryFolder, universe: Universe) -> Feed:
    """The replay feed of a folder in memory."""
    from barograph.feeds.recorded.feed import RecordedFeed

    return RecordedFeed(recorded, universe, calendar)


def _recorded(folder: Path, universe: Universe) -> HistoryFolder:
    from barograph.engine.own_recording import load_own_recording
    from barograph.feeds.recorded.folder import load_folder

    return load_own_recording(folder) if _is_own_recording(folder) else load_folder(folder, universe)


def _is_own_recording(folder: Path) -> bool:
    from barograph.engine.own_recording import is_own_recording

    return is_own_recording(folder)


def open_live_feed(universe: Universe, options: LiveOptions, clock: Clock) -> tuple[LiveFeed, Universe]:
    """The live feed, which has not begun to ask, and the universe with the user's own basket if there is one."""
    from barograph.feeds.live.opening import open_live

    universe = with_leaders(universe, options)
    return open_live(options, universe, calendar, ClockPace(clock)), universe


def with_leaders(universe: Universe, options: LiveOptions) -> Universe:
    """The universe with the user's own basket, if there is one."""
    if options.leaders is None:
        return universe
    return replace(universe, groups={**universe.groups, "leaders": options.leaders})


def rules_for(live: LiveOptions | None) -> RuleSet:
    """The rules; under an id of their own where a basket of the user's own is judged.

    Raises:
        RulesError: the rules file cannot be used.
    """
    from barograph.risk.rules_file import load_rules

    rules = load_rules()
    if live is None or live.leaders is None:
        return rules
    return replace(rules, id=f"{rules.id}+{sha256(' '.join(live.leaders).encode()).hexdigest()[:8]}")


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
