"""The commands that open no window: snapshot, replay, evaluate, history fetch, doctor. Each answers the exit code."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from barograph.app import Profile, engine_config, live_options, write_picture
from barograph.engine.clock import wall_now
from barograph.engine.last_snapshot import read_last_snapshot
from barograph.engine.monitor import Monitor
from barograph.engine.opening import UnusableInputError, closing_instant, open_feed, open_recorded, recorded_feed
from barograph.engine.replay import evaluations, judged_at, write_csv
from barograph.engine.snapshot import Snapshot
from barograph.engine.snapshot_json import snapshot_json
from barograph.engine.snapshot_text import snapshot_text
from barograph.feeds.contract import FeedKind
from barograph.market.calendars import CalendarError, calendar
from barograph.risk.rules_file import RulesError, load_rules
from barograph.store.connection import check_store
from barograph.store.errors import StoreError

if TYPE_CHECKING:
    from barograph.feeds.contract import Feed
    from barograph.feeds.recorded.folder import HistoryFolder
    from barograph.market.instruments import Universe
    from barograph.risk.rules import RuleSet

FAILED = 1


def take_snapshot(profile: Profile, feed_word: str, at: datetime | None) -> Snapshot:
    """One refresh of a feed as of `at`, without a window.

    Raises:
        UnusableInputError: the feed, the folder, the rules, the instant or the profile's store cannot be used.
    """
    _check_store(profile)
    feed, universe = open_feed(feed_word, profile.settings.demo_seed)
    try:
        now = at or closing_instant(feed)
        monitor = Monitor(feed, universe, load_rules(), calendar)
        monitor.refresh(now)
        return monitor.snapshot(now)
    except (RulesError, CalendarError) as error:
        raise UnusableInputError(str(error)) from error
    finally:
        feed.close()


def _check_store(profile: Profile) -> None:
    """Refuse a profile whose store is damaged: whoever asks should hear it, and nothing is touched."""
    try:
        check_store(profile.paths.data_dir)
    except StoreError as error:
        raise UnusableInputError(str(error)) from error


def snapshot(
    profile: Profile, feed_word: str, at: datetime | None, *, as_json: bool, png: Path | None, wait_s: float
) -> int:
    """Print, or write as a picture, one refresh of a feed. Of a live feed that a running Barograph follows already,
    what that one shows is printed: two would ask everything twice.

    Raises:
        UnusableInputError: as `take_snapshot`, or the picture cannot be written.
    """
    if feed_word == FeedKind.LIVE:
        return _live_snapshot(profile, at, as_json=as_json, png=png, wait_s=wait_s)
    return _put_out(profile, take_snapshot(profile, feed_word, at), as_json=as_json, png=png)


def _live_snapshot(profile: Profile, at: datetime | None, *, as_json: bool, png: Path | None, wait_s: float) -> int:
    if at is not None:
        raise UnusableInputError("--at: the live market is what it is now; a demo or replay feed was expected")
    running = read_last_snapshot(profile.paths.data_dir, wall_now())
    if running is not None:
        if png is not None:
            raise UnusableInputError(
                f"--png: a Barograph that runs on {profile.paths.data_dir} shows this feed already"
            )
        values = json.dumps(running.values, indent=2, allow_nan=False) + "\n"
        sys.stdout.write(values if as_json else running.text)
        return 0
    from barograph.engine.once import heard_anything, live_snapshot

    taken = live_snapshot(engine_config(profile, FeedKind.LIVE.value, None, None), wait_s)
    code = _put_out(profile, taken, as_json=as_json, png=png)
    if heard_anything(taken):
        return code
    sys.stderr.write("barograph: no source answered; the lines above say why\n")
    return FAILED


def _put_out(profile: Profile, taken: Snapshot, *, as_json: bool, png: Path | None) -> int:
    if png is not None:
        write_picture(taken, png, profile.settings)
    if as_json:
        sys.stdout.write(snapshot_json(taken) + "\n")
    else:
        sys.stdout.write(snapshot_text(taken))
    return 0


def replay(
    profile: Profile,
    folder: Path,
    start: date | datetime | None,
    end: date | datetime | None,
    out: Path,
    every: str | None = None,
) -> int:
    """Drive the engine over a recorded folder and write one CSV row for each session judged; with `every` (``5m``,
    ``15m``, ``1h``) also one for each look at the light between two closes.

    A date bounds the sessions, an instant the evaluations; both ends are included.

    Raises:
        UnusableInputError: the folder or the rules cannot be used, or the file cannot be written.
    """
    first, last = _bounds(start, end)
    feed, universe = open_feed(f"replay:{folder}", profile.settings.demo_seed)
    try:
        rules = load_rules()
        if every is not None:
            return _replay_looks(feed, universe, rules, (start, end), out, every)
        made = evaluations(feed, universe, rules, last)
        with out.open("w", encoding="utf-8", newline="") as file:
            count = write_csv(made, rules, first, file)
    except OSError as error:
        raise UnusableInputError(f"{out}: cannot be written: {error.strerror or error}") from error
    except RulesError as error:
        raise UnusableInputError(str(error)) from error
    finally:
        feed.close()
    word = "SIMULATED" if feed.info.simulated else "REPLAY"
    sys.stdout.write(f"{word} {feed.info.label}: {count} sessions, written to {out}\n")
    return 0


def check_lookahead(
    folder: Path,
    start: date | datetime | None,
    end: date | datetime | None,
    *,
    between_closes: bool,
) -> int:
    """Judge a recorded folder and copies of it that end early, and say whether anything judged was changed by what was
    recorded later. Answers 1 where something was, and prints the first of it.

    Raises:
        UnusableInputError: the folder or the rules cannot be used, or there is nothing to judge in that stretch.
    """
    from barograph.engine.lookahead import compare, report

    first, last = _bounds(start, end)
    recorded, universe = open_recorded(folder)
    try:
        rules = load_rules()
    except RulesError as error:
        raise UnusableInputError(str(error)) from error

    def feed_of(each: HistoryFolder) -> Feed:
        return recorded_feed(each, universe)

    found = compare(recorded, universe, rules, feed_of, first, last, between_closes=between_closes)
    word = "SIMULATED" if recorded.description.simulated else "REPLAY"
    sys.stdout.write(f"{word} {recorded.description.name}: " + report(found))
    return FAILED if found.differences else 0


def _replay_looks(
    feed: Feed,
    universe: Universe,
    rules: RuleSet,
    bounds: tuple[date | datetime | None, date | datetime | None],
    out: Path,
    every: str,
) -> int:
    from barograph.engine.replay_looks import EVERY, looks, write_looks

    start, end = bounds
    _bounds(start, end)
    # The looks at a session begin when the one before it is judged, at most four days earlier; its own come after.
    first = start if isinstance(start, datetime) or start is None else judged_at(start - timedelta(days=5))
    last = end if isinstance(end, datetime) or end is None else judged_at(end)
    rows = looks(feed, universe, rules, first, last)
    if start is not None and not isinstance(start, datetime):
        rows = (each for each in rows if each.session >= start)
    if end is not None and not isinstance(end, datetime):
        rows = (each for each in rows if each.session <= end)
    with out.open("w", encoding="utf-8", newline="") as file:
        count = write_looks(rows, rules, EVERY[every], file)
    word = "SIMULATED" if feed.info.simulated else "REPLAY"
    sys.stdout.write(f"{word} {feed.info.label}: {count} rows, written to {out}\n")
    return 0


def evaluate(
    profile: Profile,
    folder: Path,
    start: date | datetime | None,
    end: date | datetime | None,
    *,
    as_json: bool,
    png: Path | None,
) -> int:
    """Print how good the light was on a recorded folder, and draw it where a picture is asked for.

    A date bounds the sessions, an instant the evaluations; both ends are included.

    Raises:
        UnusableInputError: the folder or the rules cannot be used, too few sessions have a light, or the picture
            cannot be written.
    """
    from barograph.evaluation.report_json import report_json
    from barograph.evaluation.report_text import report_text
    from barograph.evaluation.run import evaluate as evaluate_feed

    first, last = _bounds(start, end)
    feed, universe = open_feed(f"replay:{folder}", profile.settings.demo_seed)
    try:
        record = evaluate_feed(feed, universe, load_rules(), first, last)
    except RulesError as error:
        raise UnusableInputError(str(error)) from error
    finally:
        feed.close()
    if png is not None:
        write_picture(record, png, profile.settings)
    sys.stdout.write(report_json(record) + "\n" if as_json else report_text(record))
    return 0


def _bounds(start: date | datetime | None, end: date | datetime | None) -> tuple[datetime | None, datetime | None]:
    first, last = _instant(start), _instant(end)
    if first is not None and last is not None and first > last:
        raise UnusableInputError(f"--from {start} is later than --to {end}; the earlier one first was expected")
    return first, last


def _instant(bound: date | datetime | None) -> datetime | None:
    return bound if bound is None or isinstance(bound, datetime) else judged_at(bound)


def history_fetch(
    profile: Profile, start: date | datetime, end: date | datetime, out: Path, only: tuple[str, ...] | None
) -> int:
    """Fill a history folder from the live sources; progress goes to standard error.

    Raises:
        UnusableInputError: the range, an id or the folder cannot be used.
    """
    from barograph.engine.history_command import run_fetch

    complete = run_fetch(live_options(profile), (start, end), out, only, sys.stdout, sys.stderr)
    return 0 if complete else FAILED


def doctor(profile: Profile, *, offline: bool) -> int:
    """Check what the program needs and print one line for each; the last line counts. `offline`: no host is asked."""
    from barograph.engine.doctor import checks

    passed = failed = 0
    for name, fault in checks(profile.paths.data_dir, wall_now(), None if offline else live_options(profile)):
        passed, failed = passed + (not fault), failed + bool(fault)
        sys.stdout.write(f"{'FAILED' if fault else 'ok    '} {name}{': ' + fault if fault else ''}\n")
    sys.stdout.write(f"{passed} passed, {failed} failed\n")
    return FAILED if failed else 0
