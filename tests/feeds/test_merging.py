"""Unions of what was held and what is new: times increase, the new row stands, and nothing else changes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from barograph.feeds.merging import changed, merged_bars, merged_fixings, new_fixings, put_rows, with_liquidations
from barograph.market.bars import Bars
from barograph.market.observations import Coverage, Fixings, Funding, Liquidations
from tests.feeds.tables import (
    Row,
    bars_of,
    fixings_of,
    rows_of,
    some_bars,
    some_fixings,
    some_funding,
    some_liquidations,
)


def union(held: list[Row], new: list[Row]) -> list[Row]:
    """By time, the new row where both have one."""
    both = {row[0]: row for row in (*held, *new)}
    return [both[time] for time in sorted(both, key=lambda time: time or 0)]


def increasing(rows: list[Row]) -> bool:
    return all((before[0] or 0) < (after[0] or 0) for before, after in pairwise(rows))


# -------------------------------------------------------------------------------------------------------- bars


@given(some_bars(), some_bars())
def test_the_union_of_bars_has_every_time_once_and_the_new_bar_stands(held: Bars, new: Bars) -> None:
    before = rows_of(held), rows_of(new)
    both = rows_of(merged_bars(held, new))
    assert both == union(*before)
    assert increasing(both)
    assert (rows_of(held), rows_of(new)) == before  # what was handed out is not written to


@given(some_bars(), some_bars())
def test_changed_are_the_bars_that_are_not_held_as_they_are(held: Bars, given_: Bars) -> None:
    new = changed(held, given_)
    assert rows_of(new) == [row for row in rows_of(given_) if row not in rows_of(held)]
    assert rows_of(merged_bars(held, new)) == rows_of(merged_bars(held, given_))
    assert not len(changed(merged_bars(held, given_), given_))


def test_a_bar_whose_open_becomes_known_is_a_change() -> None:
    held = bars_of([(1, None, 6.0, 5.0, 5.5, None)])
    assert rows_of(changed(held, bars_of([(1, 5.0, 6.0, 5.0, 5.5, None)]))) == [(1, 5.0, 6.0, 5.0, 5.5, None)]
    assert not len(changed(held, held))


# ----------------------------------------------------------------------------------------------------- fixings


@given(some_fixings(), some_fixings())
def test_the_union_of_fixings_has_every_date_once_and_the_new_value_stands(held: Fixings, new: Fixings) -> None:
    both = rows_of(merged_fixings(held, new))
    assert both == union(rows_of(held), rows_of(new))
    assert increasing(both)


@given(some_fixings(), some_fixings())
def test_a_fixing_that_is_held_keeps_the_instant_from_which_it_was_known(held: Fixings, given_: Fixings) -> None:
    values = {row[0]: row[1] for row in rows_of(held)}
    new = new_fixings(held, given_)
    assert rows_of(new) == [row for row in rows_of(given_) if values.get(row[0]) != row[1]]
    both = {row[0]: row for row in rows_of(merged_fixings(held, new))}
    for row in rows_of(held):
        if row[0] not in {revised[0] for revised in rows_of(new)}:
            assert both[row[0]] == row


def test_a_revision_is_known_from_its_own_instant() -> None:
    held = fixings_of([(1, 4.1, 10), (2, 4.2, 20)])
    new = new_fixings(held, fixings_of([(1, 4.15, 90), (2, 4.2, 90)]))
    assert rows_of(merged_fixings(held, new)) == [(1, 4.15, 90), (2, 4.2, 20)]


# ------------------------------------------------------------------------------------------------- other tables


@given(st.lists(some_funding(), max_size=5), st.integers(1, 6))
def test_a_settlement_is_taken_in_once_and_the_newest_are_kept(pieces: list[Funding], kept: int) -> None:
    table: dict[tuple[str, str], Funding] = {}
    first: dict[float | None, Row] = {}
    for piece in pieces:
        held = {row[0] for row in rows_of(table["BTC", "venue"])} if table else set()
        added = rows_of(put_rows(table, "BTC", piece, kept))
        assert added == [row for row in rows_of(piece) if row[0] not in held]
        if not any(row[0] in first for row in added):  # what fell out of the newest may come again
            first.update({row[0]: row for row in added})
        assert increasing(rows_of(table["BTC", "venue"]))
        assert len(table["BTC", "venue"]) <= kept
    if pieces:
        newest = sorted({row[0] or 0 for piece in pieces for row in rows_of(piece)})[-kept:]
        assert [row[0] for row in rows_of(table["BTC", "venue"])] == newest
        assert table["BTC", "venue"].source == "venue"


@given(some_liquidations(), some_liquidations(), st.integers(1, 20))
def test_forced_orders_that_share_an_instant_are_all_kept_in_order(
    held: Liquidations, new: Liquidations, kept: int
) -> None:
    both = with_liquidations(held, new, kept)
    expected = sorted([*rows_of(held), *rows_of(new)], key=lambda row: row[0] or 0)  # stable, as the union is
    assert rows_of(both) == expected[-kept:]


def test_how_much_a_venue_publishes_is_kept_until_it_says_otherwise() -> None:
    held = Liquidations.of([1], [1], [1.0], [1.0], [1.0], "venue", Coverage.ALL)
    silent = Liquidations.of([2], [1], [1.0], [1.0], [1.0], "venue")
    assert with_liquidations(held, silent, 9).coverage is Coverage.ALL
    sampled = Liquidations.of([3], [1], [1.0], [1.0], [1.0], "venue", Coverage.SAMPLED)
    assert with_liquidations(held, sampled, 9).coverage is Coverage.SAMPLED
