"""The command line: parse, call, exit code. 0 done, 1 the work failed, 2 usage or unusable input."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from barograph import __version__

if TYPE_CHECKING:
    from barograph.app import Profile

LEVELS = ("debug", "info", "warning", "error")
UNUSABLE = 2
_DEFAULTS = {"data_dir": None, "log_level": "warning", "feed": None, "at": None}
"""Of the options that may stand before a command or after it: argparse would let the command's own default win."""
_YEARS = range(1970, 2200)
_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may not have every character of a label
    options = _parser().parse_args(arguments, argparse.Namespace(**_DEFAULTS))
    from barograph import app
    from barograph.engine.opening import UnusableInputError
    from barograph.logs import start_logging
    from barograph.paths import Paths, default_data_dir

    try:
        data_dir = _expanded(options.data_dir or default_data_dir())
        with_window = options.command is None
        start_logging(options.log_level, Paths(data_dir).logs if with_window else None)
        code = _run(options, app.open_profile(data_dir))
        sys.stdout.flush()
        return code
    except UnusableInputError as error:
        print(f"barograph: {error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed there at the end
        return 0


def _expanded(data_dir: Path) -> Path:
    from barograph.engine.opening import UnusableInputError

    try:
        return data_dir.expanduser()
    except RuntimeError as error:
        raise UnusableInputError(f"--data-dir {data_dir}: a home folder that is not known") from error


def _run(options: argparse.Namespace, profile: Profile) -> int:
    from barograph import app

    if options.command is None:
        return app.window(profile, options.feed, options.speed, options.at)
    from barograph import commands

    match options.command:
        case "snapshot":
            return commands.snapshot(
                profile,
                options.feed or app.last_feed(profile),
                options.at,
                as_json=options.json,
                png=options.png,
                wait_s=options.wait,
            )
        case "replay" if options.check_lookahead:
            every = options.every is not None
            return commands.check_lookahead(options.folder, options.start, options.end, between_closes=every)
        case "replay":
            return commands.replay(profile, options.folder, options.start, options.end, options.csv, options.every)
        case "evaluate":
            return commands.evaluate(
                profile, options.folder, options.start, options.end, as_json=options.json, png=options.png
            )
        case "history":
            return commands.history_fetch(profile, options.start, options.end, options.out, options.only)
        case _:
            return commands.doctor(profile, offline=options.offline)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", type=Path, default=argparse.SUPPRESS, metavar="DIR", help="a separate profile")
    common.add_argument("--log-level", choices=LEVELS, default=argparse.SUPPRESS)
    parser = argparse.ArgumentParser(
        prog="barograph",
        parents=[common],
        description="Tells whether US stocks and crypto are about to be sold together. Without a command: the window.",
    )
    parser.add_argument("--version", action="version", version=f"barograph {__version__}")
    _add_feed(parser, "where a replay starts")
    parser.add_argument("--speed", type=_speed, help="seconds of a simulated or replayed clock per second")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    shot = commands.add_parser("snapshot", parents=[common], help="one refresh without a window")
    _add_feed(shot, "as of this instant")
    shot.add_argument("--json", action="store_true", help="print JSON")
    shot.add_argument("--png", type=Path, metavar="FILE", help="write a picture")
    shot.add_argument(
        "--wait", type=_wait, default=180.0, metavar="SECONDS", help="how long a live feed may take to answer"
    )
    run = commands.add_parser("replay", parents=[common], help="drive the engine over recorded history")
    run.add_argument("folder", type=Path, metavar="FOLDER")
    run.add_argument("--from", dest="start", type=_bound, metavar="ISO", help="first session or instant")
    run.add_argument("--to", dest="end", type=_bound, metavar="ISO", help="last session or instant")
    written = run.add_mutually_exclusive_group(required=True)
    written.add_argument("--csv", type=Path, metavar="FILE", help="one row per session")
    written.add_argument(
        "--check-lookahead", action="store_true", help="whether what was recorded later changes what was judged earlier"
    )
    run.add_argument("--every", choices=("5m", "15m", "1h"), help="also the light between two closes, as often")
    good = commands.add_parser("evaluate", parents=[common], help="how good the light was, against simpler rules")
    good.add_argument("folder", type=Path, metavar="FOLDER")
    good.add_argument("--from", dest="start", type=_bound, metavar="ISO", help="first session or instant")
    good.add_argument("--to", dest="end", type=_bound, metavar="ISO", help="last session or instant")
    good.add_argument("--json", action="store_true", help="print JSON")
    good.add_argument("--png", type=Path, metavar="FILE", help="write a picture")
    _add_history(commands, common)
    doctor = commands.add_parser("doctor", parents=[common], help="check what the program needs")
    doctor.add_argument("--offline", action="store_true", help="ask no host of the live feed")
    return parser


def _add_history(commands: _Commands, common: argparse.ArgumentParser) -> None:
    history = commands.add_parser("history", parents=[common], help="history folders, which replay reads")
    actions = history.add_subparsers(dest="action", metavar="ACTION", required=True)
    fetch = actions.add_parser("fetch", parents=[common], help="write one from the live sources")
    fetch.add_argument("--from", dest="start", type=_bound, required=True, metavar="ISO", help="first day or instant")
    fetch.add_argument("--to", dest="end", type=_bound, required=True, metavar="ISO", help="last day or instant")
    fetch.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a new one, or one to go on with")
    fetch.add_argument("--only", type=_ids, metavar="ID,ID", help="these instruments and series only")


def _add_feed(parser: argparse.ArgumentParser, at: str) -> None:
    feed = "demo, live or replay:FOLDER (default: the last one)"
    parser.add_argument("--feed", default=argparse.SUPPRESS, metavar="FEED", help=feed)
    parser.add_argument("--at", type=_instant, default=argparse.SUPPRESS, metavar="ISO", help=at)


def _instant(text: str) -> datetime:
    """An ISO 8601 instant with its zone; a bare date is its midnight UTC."""
    try:
        if len(text) == len("2020-01-01"):
            return datetime.combine(_date(text), time(), UTC)
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is not None and instant.year in _YEARS:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(f"{text!r}: an instant with its zone such as 2020-03-13T00:15:00Z was expected")


def _date(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in _YEARS:
        raise ValueError(f"{day} is outside {_YEARS}")
    return day


def _bound(text: str) -> datetime | date:
    """A session date, or an instant with its zone."""
    try:
        return _date(text) if len(text) == len("2020-01-01") else _instant(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: a date such as 2020-03-13 was expected") from None


def _ids(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    if all(names):
        return names
    raise argparse.ArgumentTypeError(f"{text!r}: ids such as ES,BTC,DGS10 were expected")


def _wait(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3_600:
        raise argparse.ArgumentTypeError(f"{text!r}: a number of seconds from 0 to 3600 was expected")
    return seconds


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 1 <= speed <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r}: a number from 1 to 1000000 was expected")
    return speed


if __name__ == "__main__":
    sys.exit(main())
