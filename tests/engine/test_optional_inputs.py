"""Inputs that only some feeds have: judged where they are, missed when they go, and no matter where they never were."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from barograph.engine.evaluation_codec import evaluation_of, inputs_text, state_text
from barograph.engine.optional_inputs import OptionalInputs
from barograph.engine.tape import Tape
from barograph.feeds.recorded.folder import HistoryFolder, Recorded, load_folder
from barograph.market.calendars import calendar
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Coverage, Funding, Liquidations, OpenInterest
from barograph.risk.features import OPTIONAL
from barograph.risk.judge import Evaluation
from barograph.risk.score import Availability
from tests.engine import hand_made
from tests.engine.cutting import cut
from tests.engine.hand_made import picked
from tests.engine.runs import RULES, UNIVERSE, csv_of, feed_of, judged, new_monitor, texts
from tests.engine.test_missing_inputs import assert_never_calmer
from tests.feeds.live.scripted import VENUE, live_feed

Rows = TypeVar("Rows", Funding, OpenInterest, Liquidations)
_ByVenue = Mapping[str, Mapping[str, Recorded[Rows]]]


def bare(folder: HistoryFolder) -> HistoryFolder:
    """Without anything that makes an optional input."""
    bars = {name: {Interval.DAY_1: intervals[Interval.DAY_1]} for name, intervals in folder.bars.items()
            if Interval.DAY_1 in intervals}  # fmt: skip
    return replace(folder, bars=bars, funding={}, open_interest={}, liquidations={})


def states(evaluation: Evaluation) -> dict[str, str]:
    return {name: evaluation.percentiles[name].availability.value for name in OPTIONAL}


def kept(recorded: _ByVenue[Rows], until: int, since: int = 2**62) -> dict[str, dict[str, Recorded[Rows]]]:
    """The rows before `until` and from `since` on."""
    found: dict[str, dict[str, Recorded[Rows]]] = {}
    for name, venues in recorded.items():
        found[name] = {}
        for venue, each in venues.items():
            rows = (each.rows.time < until) | (each.rows.time >= since)
            columns: dict[str, Any] = {
                field.name: column[rows]
                for field in fields(each.rows)
                if isinstance(column := getattr(each.rows, field.name), np.ndarray)
            }
            found[name][venue] = Recorded(replace(each.rows, **columns), each.known_at[rows])
    return found


def silenced(folder: HistoryFolder, kind: str, until: int, since: int = 2**62) -> HistoryFolder:
    """Without what one kind of table says between two instants."""
    changed: dict[str, Any] = {kind: kept(getattr(folder, kind), until, since)}
    return replace(folder, **changed)


def test_each_begins_when_its_window_is_filled(rich_run: list[Evaluation]) -> None:
    learned: dict[str, int] = {}
    for row, evaluation in enumerate(rich_run):
        for name, state in states(evaluation).items():
            if state == "available":
                learned.setdefault(name, row)
    born = {name: min(row for row, one in enumerate(rich_run) if states(one)[name] != "absent") for name in OPTIONAL}
    assert {name: learned[name] - born[name] + 1 for name in OPTIONAL} == {
        name: RULES.window_of(name).minimum for name in OPTIONAL
    }
    assert max(born.values()) < 20
    last = rich_run[-1]
    assert set(states(last).values()) == {"available"}
    assert last.missing == ()
    assert last.score.value == pytest.approx(sum(last.score.contributions.values()))
    assert set(OPTIONAL) < set(last.score.contributions)


def test_nothing_is_missing_so_no_light_is_qualified(rich_run: list[Evaluation]) -> None:
    lit = [one for one in rich_run if not one.reason]
    assert len(lit) > 60
    assert [one.session for one in lit if one.ceiling is not one.face or one.missing] == []


def test_a_feed_without_them_gives_what_it_always_gave(rich: HistoryFolder, rich_run: list[Evaluation]) -> None:
    """Also byte by byte in the store, until the first of them counts."""
    without = judged(feed_of(bare(rich)))
    counts = next(row for row, one in enumerate(rich_run) if "available" in states(one).values())
    assert [one.score for one in without[:counts]] == [one.score for one in rich_run[:counts]]
    assert [one.score.value for one in without[counts:]] != [one.score.value for one in rich_run[counts:]]
    assert {state for one in without for state in states(one).values()} == {"absent"}
    assert not any(name in inputs_text(one) for one in without[-3:] for name in OPTIONAL)
    for one in without:
        for pillar in ("co_movement", "crypto"):
            us = [one.percentiles[name].u for name in {"co_movement": ("X1", "X2"), "crypto": ("C1", "C2")}[pillar]]
            if None not in us:
                assert one.score.pillars[pillar] == sum(u or 0 for u in us) / 2


def test_what_was_there_and_went_is_missed(rich: HistoryFolder, rich_run: list[Evaluation]) -> None:
    """The venue falls silent, and later the futures."""
    silent = label_ns(rich_run[300].session)
    folder = rich
    for kind in ("funding", "open_interest", "liquidations"):
        folder = silenced(folder, kind, silent)
    hours = folder.bars["ES"][Interval.HOUR_1]
    until = int(np.searchsorted(hours.time, silent + 14 * DAY_NS))
    folder = replace(folder, bars={**folder.bars, "ES": {**folder.bars["ES"], Interval.HOUR_1: hours[:until]}})
    run = judged(feed_of(folder))
    assert_never_calmer(rich_run, run)
    assert run[299].missing == ()
    assert set(run[302].missing) == {"C3", "C4", "C5"}
    assert set(run[-1].missing) == set(OPTIONAL)
    assert run[-1].score.low < run[-1].score.high
    assert run[-1].percentiles["C1"].u is not None
    assert run[-1].score.pillars["crypto"] == (run[-1].percentiles["C1"].u + (run[-1].percentiles["C2"].u or 0)) / 2


@pytest.mark.parametrize("seed", range(3))
def test_holes_of_hours_and_days_never_make_the_ceiling_calmer(
    rich: HistoryFolder, rich_run: list[Evaluation], seed: int
) -> None:
    dice = random.Random(seed)
    folder = rich
    for kind in ("funding", "open_interest", "liquidations"):
        for _ in range(3):
            since = label_ns(rich_run[dice.randrange(150, 380)].session)
            folder = silenced(folder, kind, since, since + dice.choice([2, 30, 200]) * Interval.HOUR_1.ns)
    hours = folder.bars["ES"][Interval.HOUR_1]
    gone = {dice.randrange(2_000, len(hours)) for _ in range(30)}
    gone |= set(range(first := dice.randrange(3_000, len(hours) - 90), first + 80))
    thinner = picked(hours, np.array([row for row in range(len(hours)) if row not in gone]))
    folder = replace(folder, bars={**folder.bars, "ES": {**folder.bars["ES"], Interval.HOUR_1: thinner}})
    run = judged(feed_of(folder))
    assert_never_calmer(rich_run, run)
    assert sum(bool(one.missing) for one in run) > 10


@pytest.mark.parametrize("last", [date(2022, 9, 7), date(2023, 3, 11)])
def test_cutting_the_folder_off_changes_no_earlier_row(
    rich_folder: Path, rich_run: list[Evaluation], tmp_path: Path, last: date
) -> None:
    found = judged(feed_of(load_folder(cut(rich_folder, tmp_path / "rich", last), UNIVERSE)))
    assert texts(found) == texts([one for one in rich_run if one.session <= last])


def test_looking_at_any_time_is_the_same(rich: HistoryFolder, rich_run: list[Evaluation]) -> None:
    monitor = new_monitor(feed_of(rich), rich_run[:280])
    for row in (281, 282, 290, len(rich_run) - 1):
        monitor.refresh(rich_run[row].at)
    assert texts(monitor.evaluations) == texts(rich_run)


def test_they_come_back_from_the_store_and_an_older_text_has_none_of_them(rich_run: list[Evaluation]) -> None:
    for one in (rich_run[0], rich_run[70], rich_run[-1]):
        back = evaluation_of(one.session, one.rule_set, state_text(one), inputs_text(one))
        assert texts([back]) == texts([one])
        assert back.percentiles == one.percentiles
    first = rich_run[0]
    assert Counter(states(first).values())["absent"] >= 3
    assert first.percentiles["X1_4h"].availability is Availability.ABSENT
    assert csv_of([first]).count("\n") == 2


@pytest.mark.parametrize("heard_h", [24, 23])
def test_a_whole_day_that_was_heard_without_any_forced_order_is_calm(heard_h: int) -> None:
    midnight = datetime(2024, 6, 13, tzinfo=UTC)
    feed, source = live_feed(feed_of(hand_made.folder(daily={})), UNIVERSE, midnight)
    hours = to_ns(midnight) - Interval.HOUR_1.ns * np.arange(24, 0, -1)
    source.book.put_open_interest("BTC", OpenInterest.of(hours, np.ones(24), np.full(24, 8e9), VENUE))
    since, until = midnight - timedelta(hours=heard_h), midnight + timedelta(minutes=10)
    source.book.heard_liquidations("BTC", VENUE, Coverage.ALL, since, until)
    optional = OptionalInputs(Tape(feed, UNIVERSE, calendar), "ES", "BTC")
    found = optional.of_coin(to_ns(midnight) - 1, until, 60_000.0, 60_000.0)
    assert found == ({"C5": 0.0} if heard_h == 24 else {})
