"""`barograph history fetch` as a process that its environment leads to loopback: killed, interrupted, gone on with."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from barograph.engine.history_folder import STATE_FILE
from tests.engine.history_sources import files_of, loaded
from tests.engine.runs import feed_of
from tests.loopback.market import LoopbackMarket

NOON = datetime(2026, 11, 18, 12, 0, 30, tzinfo=UTC)
"""Far from the end of the day, which the folder notes."""
SPEED = 25.0
ARGUMENTS = ("--from", "2026-11-09", "--to", "2026-11-13", "--only", "ES,SPX,NVDA,BTC,DGS10")
BOUND_S = 90.0

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as Unix knows them")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoopbackMarket]:
    with LoopbackMarket(tmp_path_factory.mktemp("certificates"), NOON, SPEED) as here:
        yield here
        assert here.refused == []


@pytest.fixture(scope="module")
def whole(market: LoopbackMarket, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What comes of a run that nobody disturbs."""
    root = tmp_path_factory.mktemp("whole")
    done = fetch(market, root)
    out, error = done.communicate(timeout=BOUND_S)
    assert (done.returncode, error.count("Traceback")) == (0, 0), error
    assert "19 files" in out
    assert "Run the same command again" not in out
    assert "of 19 files" in error
    return root / "out"


def fetch(market: LoopbackMarket, root: Path) -> subprocess.Popen[str]:
    market.write_settings(root / "profile", '[live]\nvenues = ["binanceusdm", "bybit"]\n')
    command = [sys.executable, "-m", "barograph", "history", "fetch", *ARGUMENTS]
    command += ["--out", str(root / "out"), "--data-dir", str(root / "profile")]
    environment = {**market.environment, "PYTHONWARNINGS": "default"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment)


def requests(market: LoopbackMarket) -> int:
    return len(market.gateway.requests) + len(market.exchanges.requests)


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> bool:
    """Whether it came to be so while the process ran."""
    pause = threading.Event()
    while process.poll() is None:
        if condition():
            return True
        pause.wait(0.002)
    return False


def test_the_folder_can_be_replayed(whole: Path) -> None:
    folder = loaded(whole)
    assert sorted(folder.bars) == ["BTC", "ES", "NVDA", "SPX"]
    assert feed_of(folder).info.label == "Fetched 2026-11-09 to 2026-11-13"


def test_killed_at_any_moment_it_goes_on_to_the_same_folder(
    market: LoopbackMarket, whole: Path, tmp_path: Path
) -> None:
    random = Random(11)
    for _ in range(2):
        process = fetch(market, tmp_path)
        begun, after = requests(market), random.randint(1, 14)
        wait_until(lambda begun=begun, after=after: requests(market) - begun >= after, process)  # type: ignore[misc]
        process.kill()
        process.communicate(timeout=BOUND_S)
        for name, content in files_of(tmp_path / "out").items():
            if name.endswith(".csv.gz") and not Path(name).name.startswith("."):
                assert content == (whole / name).read_bytes(), "half a file"
    process = fetch(market, tmp_path)
    out, error = process.communicate(timeout=BOUND_S)
    assert process.returncode == 0, out + error
    assert files_of(tmp_path / "out") == files_of(whole)


def test_control_c_is_130_and_leaves_nothing_unfinished(market: LoopbackMarket, tmp_path: Path) -> None:
    process = fetch(market, tmp_path)
    begun = requests(market)
    assert wait_until(lambda: requests(market) - begun >= 6, process)
    process.send_signal(signal.SIGINT)
    out, error = process.communicate(timeout=BOUND_S)
    assert (process.returncode, out) == (130, ""), error
    assert error.splitlines()[-1] == "barograph: interrupted; the same command goes on"
    assert "Traceback" not in error
    left = files_of(tmp_path / "out")
    assert STATE_FILE in left
    assert not [name for name in left if name.endswith(".part")]
