"""The context of the demo: everything is there, told in text and JSON, and the checklist has its rows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from importlib import resources

import jsonschema
import pytest

from barograph.checklist.steps import Step
from barograph.engine.monitor import Monitor
from barograph.engine.opening import open_feed, opening_instant
from barograph.engine.snapshot import Snapshot
from barograph.engine.snapshot_json import snapshot_json
from barograph.engine.snapshot_text import snapshot_text
from barograph.market.calendars import calendar
from barograph.market.intervals import Interval
from tests.engine.runs import RULES

SCHEMA = json.loads((resources.files("barograph_resources") / "schemas" / "snapshot.schema.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    feed, universe = open_feed("demo", 7)
    now = opening_instant(feed) + timedelta(hours=5, minutes=7)
    monitor = Monitor(feed, universe, RULES, calendar)
    monitor.refresh(now)
    return monitor.snapshot(now)


def test_every_part_is_there(snapshot: Snapshot) -> None:
    context = snapshot.context
    assert context is not None
    assert all(pair.rho is not None for pair in context.correlations)
    assert [heat.interval for heat in context.heat_maps] == [Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1]
    assert context.heat_maps[-1].average is not None
    assert [coin.coin for coin in context.crypto] == ["BTC", "ETH"]
    assert all(coin.funding[0].percentile is not None and coin.divergence is not None for coin in context.crypto)
    for part in (context.gap, context.deleveraging, context.regime, context.scenarios, context.plans, context.similar,
                 context.leadership, context.policy):  # fmt: skip
        assert part is not None
    assert len(context.cascade) == 6
    assert len(context.lamps) == 4
    assert context.term is not None
    assert context.term.ratio is not None


def test_the_steps_have_their_rows_with_number_and_band(snapshot: Snapshot) -> None:
    rows = {step.step: {row.id: row for row in step.rows} for step in snapshot.steps}
    assert {"vix_term", "repricing_10d"} <= rows[Step.MACRO].keys()
    assert {"funding_rank", "oi_div", "liq_intensity", "deleveraging_stage"} <= rows[Step.CRYPTO].keys()
    last = rows[Step.CORRELATION]
    for interval in ("1h", "4h"):
        value, low, high = (last[f"corr_{interval}{end}"].value for end in ("", "_low", "_high"))
        assert value is not None
        assert low is not None
        assert high is not None
        assert low < value < high
        assert (last[f"corr_{interval}_n"].value or 0) > 100
    assert {
        "compression_zone",
        "trend_es_1h",
        "trend_es_4h",
        "trend_btc_1h",
        "trend_btc_4h",
        "frames_disagree",
    } <= last.keys()
    assert last["corr_daily"].value is not None  # the rows that were there before still are
    ids = [row.id for step in snapshot.steps for row in step.rows]
    assert len(ids) == len(set(ids))


def test_json_keeps_its_schema_and_text_a_line_for_each_part(snapshot: Snapshot) -> None:
    valid = jsonschema.Draft202012Validator(SCHEMA)
    values = json.loads(snapshot_json(snapshot))
    valid.validate(values)
    valid.validate(json.loads(snapshot_json(replace(snapshot, context=None))))
    values["context"]["regime"]["regime"] = "calm"
    assert not valid.is_valid(values)
    begun = [line.split("  ")[0] for line in snapshot_text(snapshot).splitlines()]
    for word in ("regime", "deleveraging", "cascade", "scenario", "precursor", "correlation", "gap", "policy path",
                 "plan", "risk budget", "size", "similar days"):  # fmt: skip
        assert word in begun
