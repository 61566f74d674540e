"""The words that name a feed."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.feeds.catalog import FeedChoice, FeedChoiceError, parse_feed
from barograph.feeds.contract import FeedKind


@pytest.mark.parametrize(
    ("word", "choice"),
    [
        ("demo", FeedChoice(FeedKind.DEMO)),
        ("live", FeedChoice(FeedKind.LIVE)),
        ("replay:episodes/2024-08", FeedChoice(FeedKind.REPLAY, Path("episodes/2024-08"))),
        ("replay:../x y", FeedChoice(FeedKind.REPLAY, Path("../x y"))),
        ("replay:C:\\history", FeedChoice(FeedKind.REPLAY, Path("C:\\history"))),
        ("replay:replay:x", FeedChoice(FeedKind.REPLAY, Path("replay:x"))),
    ],
)
def test_a_word_names_a_feed(word: str, choice: FeedChoice) -> None:
    assert parse_feed(word) == choice


def test_the_home_folder_may_be_a_tilde() -> None:
    assert parse_feed("replay:~/history").folder == Path.home() / "history"


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("", "feed '' is not known; demo, live or replay:FOLDER was expected"),
        ("yahoo", "feed 'yahoo' is not known; demo, live or replay:FOLDER was expected"),
        ("Demo", "feed 'Demo' is not known; demo, live or replay:FOLDER was expected"),
        ("demo:7", "feed 'demo:7' is not known; demo, live or replay:FOLDER was expected"),
        ("replay", "feed 'replay' is not known; demo, live or replay:FOLDER was expected"),
        ("replay:", "feed 'replay:' names no folder; demo, live or replay:FOLDER was expected"),
        ("replay:  ", "feed 'replay:  ' names no folder; demo, live or replay:FOLDER was expected"),
        ("replay:a\0b", "feed 'replay:a\\x00b' names no folder; demo, live or replay:FOLDER was expected"),
        ("two\nlines", "feed 'two\\nlines' is not known; demo, live or replay:FOLDER was expected"),
    ],
)
def test_any_other_word_is_refused_in_one_sentence(word: str, message: str) -> None:
    with pytest.raises(FeedChoiceError) as caught:
        parse_feed(word)
    assert str(caught.value) == message


def test_a_home_folder_that_is_not_known_is_refused() -> None:
    with pytest.raises(FeedChoiceError, match="names a home folder that is not known"):
        parse_feed("replay:~nobody-of-this-name/history")


def test_a_long_word_is_cut_in_the_message() -> None:
    with pytest.raises(FeedChoiceError) as caught:
        parse_feed("x" * 10_000)
    assert len(str(caught.value)) < 160
