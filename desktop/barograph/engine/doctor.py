"""What the doctor looks at: each check has a name and answers a fault in one sentence, or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from barograph.engine.last_snapshot import read_last_snapshot
from barograph.engine.live_check import live_checks
from barograph.engine.opening import UnusableInputError, open_feed
from barograph.feeds.contract import FeedError
from barograph.feeds.options import LiveOptions
from barograph.market.calendars import CalendarError, calendar
from barograph.market.intervals import Interval
from barograph.market.universe_file import UniverseError, load_universe
from barograph.risk.rules_file import RulesError, load_rules
from barograph.store.connection import check_store
from barograph.store.errors import StoreError
from barograph.store.folder import lock_folder
from barograph.store.retention import RETENTION

_PACKAGES = (
    "PySide6-Essentials", "pyqtgraph", "numpy", "pandas", "pydantic", "platformdirs", "exchange-calendars", "yfinance",
    "ccxt", "requests",
)  # fmt: skip
_CALENDARS = ("XNYS", "CRYPTO", "GLOBEX", "CBOE_RATES", "CBOE_VIX", "ICE_DX")
_AHEAD = timedelta(days=30)
_FAULTS = (UnusableInputError, FeedError, CalendarError, UniverseError, RulesError, StoreError, OSError)


def checks(data_dir: Path, now: datetime, live: LiveOptions | None) -> Iterator[tuple[str, str]]:
    """Every check in order: (what was looked at, the fault or an empty string). `live` None: no host is asked.

    Nothing is made or changed in the data folder.
    """
    running = read_last_snapshot(data_dir, now) is not None
    found: list[tuple[str, Callable[[], str]]] = [
        (f"Python {sys.version_info.major}.{sys.version_info.minor}", _python),
        *((f"package {name}", partial(_package, name)) for name in _PACKAGES),
        ("settings file", lambda: ""),  # it was read before anything else
        (f"data folder {data_dir}", lambda: "" if running else _folder(data_dir)),
        ("store", lambda: _store(data_dir)),
        (f"kept in the store: {RETENTION}", lambda: ""),
        *((f"calendar {name}", partial(_calendar, name, now)) for name in _CALENDARS),
        ("universe", lambda: _loads(load_universe)),
        ("rules", lambda: _loads(load_rules)),
        ("demo feed", partial(_demo, now)),
    ]
    for name, check in found:
        try:
            yield name, check()
        except _FAULTS as error:
            yield name, str(error)
    if live is not None:
        yield from live_checks(data_dir, live, now)


def _python() -> str:
    return "" if sys.version_info >= (3, 11) else "3.11 or newer was expected"


def _package(name: str) -> str:
    try:
        version(name)
    except PackageNotFoundError:
        return "is not installed"
    return ""


def _folder(data_dir: Path) -> str:
    lock_folder(data_dir).release()
    return ""


def _store(data_dir: Path) -> str:
    check_store(data_dir, whole=True)
    return ""


def _calendar(name: str, now: datetime) -> str:
    return "" if calendar(name).next_open(now + _AHEAD) is not None else f"ends before {now + _AHEAD:%Y-%m-%d}"


def _loads(load: Callable[[], object]) -> str:
    load()
    return ""


def _demo(now: datetime) -> str:
    feed, _ = open_feed("demo", 7)
    try:
        answer = feed.fetch_bars("BTC", Interval.DAY_1, None, feed.info.start or now)
        return "" if len(answer.closed) else "answers no bars"
    finally:
        feed.close()
