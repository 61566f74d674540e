"""Runs `history fetch`: the range in instants, one run on a profile at a time, what is printed, the exit code."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TextIO

from barograph.engine.clock import ClockPace, live_clock
from barograph.engine.history_fetch import Request, fetch
from barograph.engine.history_report import report_text
from barograph.engine.opening import UnusableInputError, with_leaders
from barograph.feeds.options import LiveOptions
from barograph.market.calendars import calendar
from barograph.market.universe_file import UniverseError, load_universe
from barograph.store.errors import StoreError
from barograph.store.folder import lock_folder

Bound = date | datetime
"""An instant (UTC), or a date: a UTC day."""


def run_fetch(
    options: LiveOptions,
    span: tuple[Bound, Bound],
    out: Path,
    only: tuple[str, ...] | None,
    printed: TextIO,
    progress: TextIO,
) -> bool:
    """Fill the folder `out` with what the sources serve of `span`, dates in it included. Whether all of it is there.

    Raises:
        UnusableInputError: the range, an id or the folder cannot be used, or another one runs on this profile.
    """
    request = Request(_instant(span[0]), _instant(span[1], days=1), out, only)
    try:
        universe, pace = with_leaders(load_universe(), options), ClockPace(live_clock(options))
        with lock_folder(options.cache_dir / "fetch"):
            report = fetch(request, options, universe, calendar, pace, progress)
    except StoreError as error:
        raise UnusableInputError(
            f"another fetch runs on this profile, or its folder cannot be used: {error}"
        ) from error
    except UniverseError as error:
        raise UnusableInputError(str(error)) from error
    except KeyboardInterrupt:
        progress.write("barograph: interrupted; the same command goes on\n")
        raise
    printed.write(report_text(report))
    return report.complete


def _instant(bound: Bound, days: int = 0) -> datetime:
    """The instant itself, or a date's midnight UTC, so many days later."""
    return bound if isinstance(bound, datetime) else datetime.combine(bound + timedelta(days), time(), UTC)
