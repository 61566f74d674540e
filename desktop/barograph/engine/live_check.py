"""What the doctor looks at in the live feed: every host once, or what a Barograph that runs says of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from barograph.engine.clock import live_clock
from barograph.engine.last_snapshot import read_last_snapshot
from barograph.engine.opening import open_live_feed
from barograph.engine.snapshot_text import source_line
from barograph.feeds.contract import FeedErrorKind, SourceHealth
from barograph.feeds.options import LiveOptions
from barograph.market.freshness import Freshness
from barograph.market.universe_file import load_universe

LONGEST_S = 25.0
"""Real seconds in which a host has to answer."""
_LOOK_EVERY_S = 0.25


def live_checks(data_dir: Path, options: LiveOptions, now: datetime) -> Iterator[tuple[str, str]]:
    """A line for each host: (what is known of it, the fault or an empty string).

    A host that does not serve this region is no fault of this machine; another one serves.
    """
    running = read_last_snapshot(data_dir, now)
    lines = [_health(each) for each in running.values["sources"]] if running else _asked(options)
    for health in lines:
        served = health.last_success is not None or health.error_kind is FeedErrorKind.REFUSED
        fault = "" if served else health.last_error or f"did not answer within {LONGEST_S:.0f} seconds"
        told = replace(health, last_error="") if fault else health  # the fault is said once
        yield f"source {source_line(told)}", fault


def _asked(options: LiveOptions) -> tuple[SourceHealth, ...]:
    """The health of every source once each has answered or failed."""
    clock = live_clock(options)
    feed, _ = open_live_feed(load_universe(), options, clock)
    try:
        feed.start()
        deadline_s = time.monotonic() + LONGEST_S
        while True:
            lines = feed.health(clock.now())
            if all(line.last_success or line.last_error for line in lines) or time.monotonic() >= deadline_s:
                return lines
            time.sleep(_LOOK_EVERY_S)
    finally:
        feed.close()


def _health(values: dict[str, str | int | None]) -> SourceHealth:
    """A source's health from the JSON of a snapshot."""

    def instant(key: str) -> datetime | None:
        text = values[key]
        return datetime.fromisoformat(text) if isinstance(text, str) else None

    def count(key: str) -> int | None:
        number = values[key]
        return number if isinstance(number, int) else None

    kind = values["error_kind"]
    return SourceHealth(
        str(values["source"]),
        Freshness(str(values["state"])),
        instant("last_success"),
        instant("newest"),
        str(values["last_error"]),
        count("requests_used"),
        count("requests_allowed"),
        instant("next_refresh"),
        FeedErrorKind(kind) if isinstance(kind, str) else None,
        instant("waits_until"),
    )
