"""The program as its user starts it: a process that is told where the market is by environment and settings alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from barograph.engine.last_snapshot import FILE_NAME, read_last_snapshot
from tests.acceptance.shown import Shown
from tests.acceptance.sockets import Lookout, children, with_descendants
from tests.loopback.market import LoopbackMarket

PROJECT = Path(__file__).resolve().parents[2]
STARTING_S = 60.0
ENDING_S = 30.0
"""Real seconds that a start and an end may take on a machine that has much else to do."""
_LOOK_EVERY_S = 0.05
_ENGINE = "spawn_main"


class Program:
    """Barograph on the live feed of a market on loopback. Not started before `start`; a context manager that ends it.

    `leaks` is every address outside that it tried to reach: seen by Python's own sockets, or by the system.
    """

    def __init__(self, market: LoopbackMarket, data_dir: Path, settings: str = "") -> None:
        """`settings` are lines for the profile's settings file, before its tables of the developer."""
        self.market = market
        self.data_dir = data_dir
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = threading.Event()
        self._refusals = data_dir.parent / f"{data_dir.name}.leaks"
        self._lookout = Lookout(self._pids)
        self.output = data_dir.parent / f"{data_dir.name}.output"

    # ------------------------------------------------------------------------------------------- lifetime

    def start(self) -> None:
        """Start it, on what an earlier run left in the profile; returns at once."""
        self.market.write_settings(self.data_dir, self._settings)
        command = [sys.executable, "-m", "barograph", "--feed", "live", "--log-level", "info"]
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                [*command, "--data-dir", str(self.data_dir)],
                env=self.environment, stdout=output, stderr=output, cwd=PROJECT,
            )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        """The environment: this one, the way to the market, and the guard at Python's sockets."""
        guard = str(Path(__file__).parent / "guard")
        path = os.pathsep.join([guard, str(PROJECT / "desktop"), str(PROJECT / "resources")])
        return {
            **self.market.environment,
            "PYTHONPATH": path,
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
            "BAROGRAPH_LEAKS": str(self._refusals),
            "PYTHONFAULTHANDLER": "1",
        }

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end, as the end of a session does, and wait; the exit code. No process of it may be left."""
        assert self._process is not None
        family = with_descendants(self._process.pid)
        self._process.send_signal(how)
        code = self._process.wait(ENDING_S)
        self._process = None
        self.until(lambda: not any(_runs(pid) for pid in family), ENDING_S, "processes were left behind")
        return code

    def close(self) -> None:
        """End it however it stands."""
        if self._process is not None:
            family = with_descendants(self._process.pid)
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
                    os.kill(pid, signal.SIGKILL)
            self._process.wait(ENDING_S)
            self._process = None
        self._lookout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ------------------------------------------------------------------------------------------ processes

    @property
    def window(self) -> int:
        """The id of the window's process."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the window's process runs."""
        return self._process is not None and self._process.poll() is None

    def engine(self) -> int | None:
        """The id of the engine's process; None while there is none."""
        if self._process is None:
            return None
        found = [pid for pid, command in children(self._process.pid).items() if _ENGINE in command]
        return found[0] if found else None

    def _pids(self) -> list[int]:
        return with_descendants(self._process.pid) if self._process is not None else []

    def sleep(self, simulated_s: float) -> None:
        """The machine sleeps for so long: no process of the program runs meanwhile."""
        pids = self._pids()
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        self._rest.wait(simulated_s / self.market.clock.speed)
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    @property
    def leaks(self) -> list[str]:
        """Attempts to leave this machine."""
        told = self._refusals.read_text("utf-8").splitlines() if self._refusals.exists() else []
        return [*told, *self.market.refused, *sorted(self._lookout.seen)]

    def log(self) -> str:
        """What its engines have logged."""
        file = self.data_dir / "logs" / "engine.log"
        return file.read_text("utf-8") if file.exists() else ""

    # ------------------------------------------------------------------------------------- what it shows

    def shown(self) -> Shown | None:
        """What it shows now, read where the command `snapshot` reads it; None where it shows nothing."""
        found = read_last_snapshot(self.data_dir, datetime.now(UTC))
        return None if found is None else Shown(found.values)

    def asked(self) -> Shown:
        """What the command `barograph snapshot --feed live --json` prints."""
        command = [sys.executable, "-m", "barograph", "snapshot", "--feed", "live", "--json", "--wait", "0"]
        done = subprocess.run(
            [*command, "--data-dir", str(self.data_dir)],
            env=self.environment, cwd=PROJECT, capture_output=True, timeout=STARTING_S, check=True,
        )  # fmt: skip
        return Shown(json.loads(done.stdout))

    def wait(self, wanted: Callable[[Shown], bool], simulated_s: float, what: str = "") -> Shown:
        """The first snapshot made from now on for which `wanted` holds.

        Raises:
            AssertionError: there was none within `simulated_s` seconds of the market's clock, and ten real ones.
        """
        deadline_s = time.monotonic() + simulated_s / self.market.clock.speed + 10.0
        seen, last = self._stamp(), None
        while time.monotonic() < deadline_s:
            assert self.running, f"the program ended: {self.output.read_text('utf-8', 'replace')[-2000:]}"
            stamp = self._stamp()
            if stamp != seen:
                seen, found = stamp, self.shown()
                last = found or last
                if found is not None and wanted(found):
                    return found
            self._rest.wait(_LOOK_EVERY_S)
        raise AssertionError(f"not shown within {simulated_s:.0f} s: {what}{'' if last is None else _summary(last)}")

    def until(self, condition: Callable[[], bool], real_s: float, otherwise: str) -> None:
        """Wait until something is so; a bounded time."""
        deadline_s = time.monotonic() + real_s
        while not condition():
            assert time.monotonic() < deadline_s, otherwise
            self._rest.wait(_LOOK_EVERY_S)

    def _stamp(self) -> int:
        try:
            return (self.data_dir / FILE_NAME).stat().st_mtime_ns
        except OSError:
            return 0


def _runs(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not yet asked about does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _summary(shown: Shown) -> str:
    values = shown.values
    lines = [f"; light {shown.light} {shown.reason}, waiting {values['waiting'][:5]} at {values['now']}"]
    lines += [f"  {s['source']}: {s['state']} {s['error_kind']} {s['last_error']}" for s in values["sources"]]
    lines += [f"  {q['instrument']}: {q['last']} {q['state']} {q['source']} {q['as_of']}" for q in values["quotes"]]
    return "\n".join(lines)
