"""Fixings are a log: what was published stays, a revision is a new row, the newest holds."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.market.intervals import DAY_NS
from barograph.market.observations import Fixings
from barograph.store.connection import Store, open_store
from tests.store.samples import FEED, NOW


def fixings(*rows: tuple[int, float, int]) -> Fixings:
    """Day, value, day from which it was known."""
    time, value, known_at = (list(column) for column in zip(*rows, strict=True))
    return Fixings(np.array(time) * DAY_NS, np.array(value, np.float64), np.array(known_at) * DAY_NS)


def rows_of(found: Fixings) -> list[tuple[int, float, int]]:
    columns = (found.time // DAY_NS, found.value, found.known_at // DAY_NS)
    return [*zip(*(column.tolist() for column in columns), strict=True)]


def test_what_was_saved_comes_back(store: Store) -> None:
    saved = [(3, 4.1, 4), (4, -0.1 - 0.2, 5), (7, 0.0, 8)]
    store.save_fixings(FEED, "DGS10", fixings(*saved), "FRED")
    source, found = store.load_fixings(FEED, "DGS10")
    assert (source, rows_of(found)) == ("FRED", saved)
    assert rows_of(store.load_first_fixings(FEED, "DGS10")) == saved


def test_nothing_is_known_of_another_series_or_feed(store: Store) -> None:
    store.save_fixings(FEED, "DGS10", fixings((3, 4.1, 4)), "FRED")
    for feed, series in (("live", "DGS10"), (FEED, "DGS2")):
        source, found = store.load_fixings(feed, series)
        assert (source, len(found), len(store.load_first_fixings(feed, series))) == ("", 0, 0)
    assert store.fixing_series(FEED) == ["DGS10"]
    assert store.fixing_series("live") == []


def test_a_revision_is_a_new_row_and_the_first_stays(store: Store) -> None:
    store.save_fixings(FEED, "DGS10", fixings((3, 4.1, 4), (4, 4.2, 5)), "FRED")
    store.save_fixings(FEED, "DGS10", fixings((3, 4.15, 9)), "FRED")
    store.save_fixings(FEED, "DGS10", fixings((3, 4.1, 12)), "FRED")  # and back
    assert rows_of(store.load_fixings(FEED, "DGS10")[1]) == [(3, 4.1, 12), (4, 4.2, 5)]
    assert rows_of(store.load_first_fixings(FEED, "DGS10")) == [(3, 4.1, 4), (4, 4.2, 5)]


def test_a_revision_known_at_the_same_instant_holds_all_the_same(store: Store) -> None:
    store.save_fixings(FEED, "DGS10", fixings((3, 4.1, 4)), "FRED")
    store.save_fixings(FEED, "DGS10", fixings((3, 4.2, 4)), "FRED")
    assert rows_of(store.load_fixings(FEED, "DGS10")[1]) == [(3, 4.2, 4)]


def test_a_value_that_is_held_keeps_the_instant_from_which_it_was_known(store: Store) -> None:
    store.save_fixings(FEED, "DGS10", fixings((3, 4.1, 4)), "FRED")
    store.save_fixings(FEED, "DGS10", fixings((3, 4.1, 9), (4, 4.2, 9)), "FRED")
    assert rows_of(store.load_fixings(FEED, "DGS10")[1]) == [(3, 4.1, 4), (4, 4.2, 9)]


def test_a_second_source_fills_in_and_its_rows_are_its_own(store: Store) -> None:
    store.save_fixings(FEED, "DGS10", fixings((3, 4.1, 4), (4, 4.2, 5)), "FRED")
    store.save_fixings(FEED, "DGS10", fixings((4, 4.2, 5), (5, 4.3, 6)), "Treasury")
    source, found = store.load_fixings(FEED, "DGS10")
    assert (source, rows_of(found)) == ("Treasury", [(3, 4.1, 4), (4, 4.2, 5), (5, 4.3, 6)])
    with closing(sqlite3.connect(store.file)) as connection:
        sql = "SELECT source, count(*) FROM fixing JOIN fixing_series s ON s.id = fixing.series GROUP BY source"
        assert connection.execute(sql).fetchall() == [("FRED", 2), ("Treasury", 1)]


def test_nothing_is_overwritten_or_deleted_whatever_a_later_program_tries(store: Store) -> None:
    store.save_fixings(FEED, "DGS10", fixings((3, 4.1, 4)), "FRED")
    for sql in ("UPDATE fixing SET value = 9", "DELETE FROM fixing"):
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            store._connection.execute(sql)


def test_a_value_that_is_not_there_is_a_bug_and_undoes_the_whole(store: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.save_fixings(FEED, "DGS10", fixings((3, 4.1, 4), (4, float("nan"), 5)), "FRED")
    assert store.fixing_series(FEED) == []


SAVES = st.lists(
    st.tuples(
        st.sampled_from(["FRED", "Treasury"]),
        st.dictionaries(st.integers(0, 6), st.sampled_from([4.0, 4.25, 4.5]), min_size=1, max_size=4),
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(saves=SAVES)
def test_against_a_model(tmp_path_factory: pytest.TempPathFactory, saves: list[tuple[str, dict[int, float]]]) -> None:
    """The newest value of each day, known from when that value was first said; and the first."""
    store = open_store(tmp_path_factory.mktemp("model"), NOW)
    newest: dict[int, tuple[float, int]] = {}
    first: dict[int, tuple[float, int]] = {}
    for at, (source, given_now) in enumerate(saves, 100):
        store.save_fixings(
            FEED, "DGS2", fixings(*((day, value, at) for day, value in sorted(given_now.items()))), source
        )
        for day, value in given_now.items():
            if day not in newest or newest[day][0] != value:
                newest[day] = value, at
            first.setdefault(day, (value, at))
    assert rows_of(store.load_fixings(FEED, "DGS2")[1]) == [(day, *newest[day]) for day in sorted(newest)]
    assert rows_of(store.load_first_fixings(FEED, "DGS2")) == [(day, *first[day]) for day in sorted(first)]
    store.close()
