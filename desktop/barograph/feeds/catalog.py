"""Turns the word for a feed, as given on the command line or in settings, into what is meant by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from barograph.feeds.contract import FeedKind

_EXPECTED = "demo, live or replay:FOLDER was expected"
_REPLAY = f"{FeedKind.REPLAY}:"


class FeedChoiceError(ValueError):
    """A word does not name a feed; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class FeedChoice:
    """Which feed is wanted; `folder` is a replay's history folder, or data folder with a recording; None otherwise."""

    kind: FeedKind
    folder: Path | None = None


def parse_feed(word: str) -> FeedChoice:
    """The feed that ``demo``, ``live`` or ``replay:FOLDER`` names. Whether the folder exists is not looked at.

    A ``~`` at the beginning of the folder is the home folder: a shell leaves it alone after ``replay:``.

    Raises:
        FeedChoiceError: any other word.
    """
    if word in (FeedKind.DEMO, FeedKind.LIVE):
        return FeedChoice(FeedKind(word))
    if not word.startswith(_REPLAY):
        raise FeedChoiceError(f"feed {word!r:.80} is not known; {_EXPECTED}")
    folder = word.removeprefix(_REPLAY)
    if not folder.strip() or "\0" in folder:
        raise FeedChoiceError(f"feed {word!r:.80} names no folder; {_EXPECTED}")
    try:
        return FeedChoice(FeedKind.REPLAY, Path(folder).expanduser())
    except RuntimeError as error:
        raise FeedChoiceError(f"feed {word!r:.80} names a home folder that is not known; {_EXPECTED}") from error
