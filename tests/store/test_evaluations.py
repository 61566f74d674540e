"""Evaluations come back as they were made, and are never rewritten."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest

from barograph.risk.faces import Face
from barograph.store.connection import Store
from barograph.store.errors import StoreError
from tests.store.samples import DAY, FEED, NOW, evaluation


def test_evaluations_come_back_as_they_were_oldest_first(store: Store) -> None:
    saved = [replace(evaluation(number), underlying=Face.CALM, score=0.1 + number / 3) for number in range(5)]
    store.save_evaluations(reversed(saved))
    assert store.load_evaluations(FEED, "v1") == saved
    assert store.load_evaluations(FEED, "v1", limit=2) == saved[3:]
    assert store.load_evaluations(FEED, "v1", before=saved[3].session) == saved[:3]
    assert store.load_evaluations(FEED, "v1", saved[3].session, 1) == saved[2:3]
    assert store.load_evaluations(FEED, "v1", date(1999, 1, 1)) == []


def test_what_is_missing_stays_missing(store: Store) -> None:
    blind = replace(evaluation(), face=Face.NO_DATA, score=None, score_low=None, score_up=None, coverage=0.0)
    store.save_evaluations([blind])
    assert store.load_evaluations(FEED, "v1") == [blind]


def test_not_a_number_is_missing_too(store: Store) -> None:
    unknown = replace(evaluation(), score=math.nan)
    store.save_evaluations([unknown])
    store.save_evaluations([unknown])
    assert store.load_evaluations(FEED, "v1") == [replace(unknown, score=None)]


def test_feeds_and_rule_sets_are_kept_apart(store: Store) -> None:
    other_feed, other_rules = replace(evaluation(), feed_key="live"), replace(evaluation(), rule_set="v2")
    store.save_evaluations([evaluation(), other_feed, other_rules])
    assert store.load_evaluations(FEED, "v1") == [evaluation()]
    assert store.load_evaluations("live", "v1") == [other_feed]
    assert store.load_evaluations(FEED, "v2") == [other_rules]


def test_saving_one_again_as_it_is_changes_nothing(store: Store) -> None:
    store.save_evaluations([evaluation(), evaluation()])
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))
    store.save_evaluations([replace(evaluation(), as_of=elsewhere)])
    assert store.load_evaluations(FEED, "v1") == [evaluation()]


@pytest.mark.parametrize(
    "other",
    [
        evaluation(score=61.500000000000007),
        evaluation(score=None),
        evaluation(inputs='{"V1": [0.1,null]}'),
        replace(evaluation(), face=Face.CALM),
        replace(evaluation(), underlying=Face.CALM),
        replace(evaluation(), as_of=NOW + timedelta(microseconds=1)),
        replace(evaluation(), state=""),
    ],
)
def test_another_content_is_refused_with_all_that_came_with_it(store: Store, other: object) -> None:
    assert other != evaluation()
    store.save_evaluations([evaluation()])
    with pytest.raises(StoreError, match=rf"evaluation of {DAY} .*never rewritten"):
        store.save_evaluations([evaluation(1), other, evaluation(2)])  # type: ignore[list-item]
    assert store.load_evaluations(FEED, "v1") == [evaluation()]


def test_the_file_itself_refuses_to_rewrite_or_forget(store: Store) -> None:
    store.save_evaluations([evaluation()])
    with closing(sqlite3.connect(store.file)) as connection:
        for sql in ("UPDATE evaluation SET score = 1", "DELETE FROM evaluation"):
            with pytest.raises(sqlite3.IntegrityError, match="append only"):
                connection.execute(sql)


def test_text_is_kept_to_the_byte(store: Store) -> None:
    odd = replace(evaluation(), state=' {"a":\t1e5,"ü":"\x00\u202e"}\r\n', inputs="")
    store.save_evaluations([odd])
    assert store.load_evaluations(FEED, "v1") == [odd]
