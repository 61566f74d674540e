"""The odds that stand beside the light are what the program measures on the recorded days, to the last digit kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from barograph.engine.replay import judged_at
from barograph.evaluation.record import make_record
from barograph.risk.measured_odds_file import load_measured_odds
from barograph.risk.track_record import Estimate
from tests.evaluation.conftest import RULES, feed_of, track_of


def test_what_is_told_is_what_is_measured(history_folder: Path) -> None:
    folder = history_folder / "daily"
    if not folder.is_dir():
        pytest.skip(f"no daily history at {folder}")
    feed = feed_of(folder)
    record = make_record(track_of(feed, judged_at(date(2018, 12, 1))), feed.info, RULES)
    measured = load_measured_odds()
    events = {each.event.id: each for each in record.events}
    for face in ("calm", "watch", "risk_off"):
        told = next(each for (rules, shown), each in measured.items() if (rules, shown.value) == (RULES.id, face))
        assert (told.first, told.last) == (record.sessions[0], record.sessions[-1])
        assert told.chosen_in_sight is record.seen
        assert [each.event.id for each in told.events] == ["J5", "J10"]
        for one in told.events:
            found = events[one.event.id]
            after = next(each for each in found.faces if each.face is told.face)
            assert one.event == found.event
            assert (one.after.days, one.begun) == (after.days, after.episodes_begun)
            assert (one.base.days, one.episodes) == (found.days, found.episodes)
            assert four(one.after.odds) == four(after.odds)
            assert four(one.base.odds) == four(found.base_rate)


def four(estimate: Estimate) -> list[float]:
    """Value and interval with the four decimals that are kept."""
    return [round(each, 4) for each in (estimate.value, estimate.low, estimate.high) if each is not None]
