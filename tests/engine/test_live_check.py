"""What the doctor says of the hosts: asked once each, or as a Barograph that runs knows them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from barograph.engine.clock import wall_now
from barograph.engine.last_snapshot import write_last_snapshot
from barograph.engine.live_check import live_checks
from barograph.engine.snapshot_text import source_line
from barograph.feeds.contract import FeedErrorKind, SourceHealth
from barograph.feeds.options import Access, LiveOptions
from barograph.market.freshness import Freshness
from tests.gui.snapshots import LIVE, make_snapshot
from tests.loopback.market import LoopbackMarket
from tests.loopback.publisher import Fault

K = FeedErrorKind
HOSTS = ("Yahoo", "Binance", "Bybit", "OKX", "Hyperliquid", "FRED", "US Treasury", "New York Fed")
BOUND_S = 90.0


@pytest.fixture
def market(tmp_path: Path) -> Iterator[LoopbackMarket]:
    with LoopbackMarket(tmp_path / "market") as here:
        yield here
        assert here.refused == []


def examined(market: LoopbackMarket, profile: Path) -> tuple[int, dict[str, str]]:
    """The command's exit code, and its line about each host."""
    market.write_settings(profile)
    command = [sys.executable, "-m", "barograph", "doctor", "--data-dir", str(profile)]
    done = subprocess.run(
        command, env=market.environment, capture_output=True, encoding="utf-8", check=False, timeout=BOUND_S
    )
    assert done.stderr == ""
    *lines, last = done.stdout.splitlines()
    failed = sum(line.startswith("FAILED") for line in lines)
    assert last == f"{len(lines) - failed} passed, {failed} failed"
    found = (re.fullmatch(r"((?:ok    |FAILED) source (.+?)  .*)", line) for line in lines)
    return done.returncode, {match[2]: match[1] for match in found if match}


def test_every_host_is_asked_and_told(market: LoopbackMarket, tmp_path: Path) -> None:
    code, lines = examined(market, tmp_path / "profile")
    assert (code, tuple(lines)) == (0, HOSTS)
    for line in lines.values():
        assert line.startswith("ok ")
        assert re.search(r"[1-9]\d* of \d+ requests in the last hour; next \d\d:\d\d:\d\d UTC", line), line


def test_each_fault_is_told_with_the_time_until_which_the_host_is_left_alone(
    market: LoopbackMarket, tmp_path: Path
) -> None:
    market.yahoo.fail("429", retry_after="600")
    market.exchanges.fault("binanceusdm", "451")
    market.exchanges.fault("bybit", "429 later")
    market.fred.fault = Fault.UNAVAILABLE
    code, lines = examined(market, tmp_path / "profile")
    assert (code, tuple(lines)) == (1, HOSTS)
    assert {host for host, line in lines.items() if line.startswith("FAILED")} == {"Yahoo", "Bybit", "FRED"}
    words = {
        "Yahoo": "Yahoo asks for a pause: too many requests",
        "Binance": "Binance does not serve this region",  # another one serves
        "Bybit": "Bybit asks to be asked less often",
        "FRED": "FRED has a fault of its own (status 503)",
    }
    for host, said in words.items():
        assert re.search(r"waits until \d\d:\d\d:\d\d UTC[;:] ", lines[host]), lines[host]
        assert lines[host].count(said) == 1


def test_while_one_runs_nobody_is_asked(tmp_path: Path) -> None:
    nowhere = LiveOptions(tmp_path / "cache", Access(proxy="http://127.0.0.1:9"))
    now = wall_now()
    until = now + timedelta(minutes=10)
    limited = SourceHealth("Yahoo", Freshness.STALE, None, now, "a pause", 9, 10, None, K.RATE_LIMITED, until)
    refused = SourceHealth("OKX", Freshness.ERROR, None, None, "not here", 1, 10, None, K.REFUSED, until)
    live = SourceHealth("FRED", Freshness.LIVE, now, now, "late", 4, 60, until, K.UNREACHABLE)
    shown = replace(make_snapshot(feed=LIVE), health=(limited, refused, live))
    write_last_snapshot(tmp_path, shown, now)
    found = list(live_checks(tmp_path, nowhere, now))
    assert found == [
        (f"source {source_line(replace(limited, last_error=''))}", "a pause"),
        (f"source {source_line(refused)}", ""),  # another one serves
        (f"source {source_line(live)}", ""),
    ]
    assert f"waits until {until:%H:%M:%S} UTC" in found[0][0]
    assert not (tmp_path / "cache").exists()
