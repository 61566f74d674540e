"""Looks between two closes: kept as they were shown, found by their instant, never rewritten."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from barograph.market.instants import to_ns
from barograph.risk.faces import Face
from barograph.store.connection import FILE_NAME, Store, open_store
from barograph.store.intraday import StoredLook
from barograph.store.schema import migrate, migrations
from tests.store.samples import DAY, FEED, NOW, evaluation


def look(minutes: int = 0, face: Face = Face.CALM, score: float | None = 51.25) -> StoredLook:
    at = NOW + timedelta(minutes=minutes)
    return StoredLook(FEED, "v1", at, DAY, face, Face.WATCH, "", score, 40.0, 63.5, 0.9, '{"a":1}', "{}")


def test_the_light_at_an_instant_is_that_of_the_newest_change_up_to_it(store: Store) -> None:
    store.save_looks([look(0), look(35, Face.WATCH), look(90, Face.NO_DATA, None)])
    shown = [store.look_at(FEED, "v1", NOW + timedelta(minutes=m)) for m in (-1, 0, 34, 35, 89, 90, 10_000)]
    assert [found and found.face for found in shown] == [
        None, Face.CALM, Face.CALM, Face.WATCH, Face.WATCH, Face.NO_DATA, Face.NO_DATA
    ]  # fmt: skip
    assert shown[1] == look(0)
    assert shown[5] == look(90, Face.NO_DATA, None)


def test_they_come_back_between_two_instants_oldest_first(store: Store) -> None:
    saved = [look(5 * number) for number in range(5)]
    store.save_looks(reversed(saved))
    assert store.load_looks(FEED, "v1", NOW, NOW + timedelta(days=1)) == saved
    assert store.load_looks(FEED, "v1", saved[1].at, saved[3].at) == saved[1:4]


def test_feeds_and_rule_sets_are_kept_apart(store: Store) -> None:
    store.save_looks([look(), replace(look(), feed_key="live"), replace(look(), rule_set="v2")])
    assert store.load_looks("live", "v1", NOW, NOW) == [replace(look(), feed_key="live")]
    assert store.look_at(FEED, "v3", NOW) is None


def test_what_was_shown_first_stands(store: Store) -> None:
    store.save_looks([look()])
    store.save_looks([look(face=Face.RISK_OFF), look(5)])
    assert store.load_looks(FEED, "v1", NOW, NOW + timedelta(hours=1)) == [look(), look(5)]


def test_what_is_missing_stays_missing(store: Store) -> None:
    store.save_looks([look(score=math.nan)])
    assert store.look_at(FEED, "v1", NOW) == look(score=None)


def test_a_look_keeps_its_first_explanation(store: Store) -> None:
    told = replace(look(), explanation='{"rule":"rising"}')
    store.save_looks([told])
    store.save_looks([replace(told, explanation="another"), replace(told, explanation="")])
    assert store.load_looks(FEED, "v1", NOW, NOW) == [told]
    assert store.look_at(FEED, "v1", NOW) == told


def test_looks_of_the_format_before_explanations_have_none_and_stay_as_they_are(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as connection:
        migrate(connection, migrations()[:3])
        connection.execute(
            "INSERT INTO intraday_light (feed, rule_set, at_ns, session, face, ceiling, reason, score, score_low,"
            " score_up, coverage, state, inputs) VALUES (?, 'v1', ?, ?, 'calm', 'watch', '', 51.25, 40.0, 63.5, 0.9,"
            " '{\"a\":1}', '{}')",
            (FEED, to_ns(NOW), DAY.isoformat()),
        )
    store = open_store(tmp_path, NOW)
    told = replace(look(5), explanation="{}")
    store.save_looks([replace(look(), explanation="later"), told])
    assert store.load_looks(FEED, "v1", NOW, NOW + timedelta(hours=1)) == [look(), told]
    store.close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            connection.execute("UPDATE intraday_light SET explanation = 'made up later'")


def test_the_file_itself_refuses_to_rewrite_or_forget(store: Store) -> None:
    store.save_looks([look()])
    with closing(sqlite3.connect(store.file)) as connection:
        for sql in ("UPDATE intraday_light SET face = 'calm'", "DELETE FROM intraday_light"):
            with pytest.raises(sqlite3.IntegrityError, match="append only"):
                connection.execute(sql)


def test_an_evaluation_keeps_its_first_explanation(store: Store) -> None:
    told = replace(evaluation(), explanation='{"rule":"entered"}')
    store.save_evaluations([told])
    store.save_evaluations([replace(told, explanation="another"), replace(told, explanation="")])
    assert store.load_evaluations(FEED, "v1") == [told]


def test_an_evaluation_of_an_older_format_has_none_and_stays_as_it_is(store: Store) -> None:
    store.save_evaluations([evaluation()])
    assert store.load_evaluations(FEED, "v1")[0].explanation == ""
    store.save_evaluations([replace(evaluation(), explanation="{}")])
    assert store.load_evaluations(FEED, "v1", date(2030, 1, 1)) == [evaluation()]
