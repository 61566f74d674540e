"""A day of the real program in minutes: `make soak`, or `python -m tests.soak` with SOAK_HOURS and SOAK_SPEED.

The market is on loopback, its clock and the program's run fast, and now and then something goes mildly wrong. Printed
is whether memory, threads and sockets stay flat, what was asked of each host, and how far the program kept up.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from barograph.feeds.exchange.faults import NAMES
from barograph.market.bars import FloatArray
from barograph.store.connection import check_store
from tests.acceptance.fault_cases import Case, published, requests_of, streams_of, yahoo
from tests.acceptance.fault_cases import K as KINDS
from tests.acceptance.program import Program
from tests.acceptance.sockets import Use, use_of
from tests.acceptance.store_rows import rows
from tests.acceptance.traffic import BUDGETS, Traffic
from tests.loopback.exchange_dialects import Forced
from tests.loopback.market import LoopbackMarket
from tests.loopback.publisher import Fault

HOURS = float(os.environ.get("SOAK_HOURS", "24"))
SPEED = float(os.environ.get("SOAK_SPEED", "60"))
_SAMPLE_S = 1.0
_FAULT_EVERY = timedelta(minutes=25)
_FAULT_LASTS = timedelta(minutes=3)
_BURST_EVERY = timedelta(minutes=7)
_BURST = 60
"""Forced orders of each venue at once, as in a fall."""
_MB = 1024 * 1024
FLAT = {"memory": 8.0, "threads": 1.0, "files": 4.0, "sockets": 4.0}
"""The steepest slope that counts as flat, a day: megabytes, and numbers."""
_SHORT_H = 6.0
"""A shorter run is too noisy for a slope a day: what it rises by in its second half is held to the same limits."""


@dataclass(slots=True)
class Record:
    """What was seen, sample by sample: hours since the start, and the use of each process."""

    hours: list[float] = field(default_factory=list)
    use: dict[str, list[Use | None]] = field(default_factory=lambda: {"window": [], "engine": []})
    engines: set[int] = field(default_factory=set)
    lag_s: list[float] = field(default_factory=list)
    """How old the newest snapshot was, in seconds of the market's clock."""

    def column(self, process: str, what: str) -> tuple[FloatArray, FloatArray]:
        """Hours and values, megabytes for memory, where the process ran."""
        scale = _MB if what == "memory" else 1
        pairs = [
            (hour, getattr(use, what) / scale) for hour, use in zip(self.hours, self.use[process], strict=True) if use
        ]
        return np.array([hour for hour, _ in pairs]), np.array([value for _, value in pairs])

    @property
    def short(self) -> bool:
        """Whether it is too short for a slope a day."""
        return self.hours[-1] < _SHORT_H

    def rise(self, process: str, what: str) -> tuple[float, float, float]:
        """The median when it has settled (after a quarter, of a short run after a half), that of the end, and the slope
        in between a day.
        """
        hours, values = self.column(process, what)
        late = hours >= hours[-1] / (2 if self.short else 4)
        slope = float(np.polyfit(hours[late], values[late], 1)[0]) * 24
        if what == "memory" and not self.short:
            slope = _floor_slope(hours[late], values[late]) * 24
        tenth = max(1, int(late.sum() / 10))
        return float(np.median(values[late][:tenth])), float(np.median(values[-tenth:])), slope


def _floor_slope(hours: FloatArray, values: FloatArray) -> float:
    """How fast what is never given back rises, an hour: the median of the slopes between the lowest of each hour (Theil
    and Sen). Memory comes and goes by tens of megabytes, for hours after a night in which years were read again.
    """
    of_hour = hours.astype(int)
    floors = np.array([values[of_hour == hour].min() for hour in np.unique(of_hour)])
    rows, later = np.triu_indices(len(floors), 1)
    return float(np.median((floors[later] - floors[rows]) / (later - rows)))


def mild() -> Iterator[Case]:
    """Small troubles, one after the other, the same ones each time."""
    chosen = [
        yahoo("429", KINDS.RATE_LIMITED),
        yahoo("500", KINDS.UNREACHABLE),
        yahoo("truncated", KINDS.BAD_DATA),
        yahoo("hole"),
        *(case for name in NAMES.values() for case in (*requests_of(name)[::4], *streams_of(name))),
        *(published(name, fault) for name in ("FRED", "US Treasury", "New York Fed")
          for fault in (Fault.ARCHIVE, Fault.UNAVAILABLE)),
    ]  # fmt: skip
    order = random.Random(1)
    while True:
        order.shuffle(chosen)
        yield from chosen


class Soak:
    """One run."""

    def __init__(self, market: LoopbackMarket, program: Program) -> None:
        self.record = Record()
        self.traffic = Traffic(market)
        self.troubles = 0
        self.slept = 0
        self.forced = 0
        self._market = market
        self._program = program
        self._rest = threading.Event()

    def run(self, hours: float) -> None:
        """From the first light on for so many hours of the market."""
        market, begun = self._market, self._market.clock()
        trouble: Case | None = None
        troubles, next_at, burst_at, told = mild(), begun + _FAULT_EVERY, begun, 0.0
        while (now := market.clock()) - begun < timedelta(hours=hours):
            self._sample((now - begun) / timedelta(hours=1))
            if now >= next_at:
                if trouble is None:
                    trouble, next_at = next(troubles), now + _FAULT_LASTS
                    trouble.strike(market)
                    self.troubles += 1
                else:
                    trouble.heal(market)
                    trouble, next_at = None, now + _FAULT_EVERY
                    if self.troubles % 20 == 10:
                        self._program.sleep(600)
                        self.slept += 1
            if now >= burst_at:
                burst_at = now + _BURST_EVERY
                self._force()
            if time.monotonic() - told > 30:
                told = time.monotonic()
                self._tell((now - begun) / timedelta(hours=1))
            self._rest.wait(_SAMPLE_S)
        if trouble is not None:
            trouble.heal(market)

    def _force(self) -> None:
        """Forced orders of a fall, each at an instant of its own."""
        at_ms = int(self._market.clock().timestamp() * 1_000)
        for venue in self._market.streams.manners:
            coin, price = (("BTC", 60_000.0), ("ETH", 2_500.0))[self.forced % 2]
            self._market.streams.forced(venue, [Forced(coin, "long", price, 0.1, at_ms + row) for row in range(_BURST)])
        self.forced += 1

    def _sample(self, hour: float) -> None:
        program, record = self._program, self.record
        assert program.running, f"the program ended: {program.output.read_text('utf-8', 'replace')[-2000:]}"
        engine = program.engine()
        record.hours.append(hour)
        for name, pid in (("window", program.window), ("engine", engine)):
            try:
                record.use[name].append(None if pid is None else use_of(pid))
            except OSError:
                record.use[name].append(None)
        if engine is not None:
            record.engines.add(engine)
        shown = program.shown()
        if shown is not None:
            record.lag_s.append((self._market.clock() - shown.now).total_seconds())

    def _tell(self, hour: float) -> None:
        uses = [f"{name} {use[-1].memory / _MB:.0f} MB, {use[-1].threads} threads, {use[-1].sockets} sockets"
                for name, use in self.record.use.items() if use[-1] is not None]  # fmt: skip
        shown = self._program.shown()
        light = "nothing" if shown is None else f"{shown.light} {shown.reason}".strip()
        _say(f"  {hour:5.1f} h  {'; '.join(uses)}; shows {light}")


def main() -> int:
    """Run, print, and answer 1 where something was not flat or not within its budget."""
    folder = Path(tempfile.mkdtemp(prefix="barograph-soak-"))
    _say(f"{HOURS:g} hours at {SPEED:g} seconds a second, about {HOURS * 60 / SPEED:.0f} minutes")
    try:
        with (
            LoopbackMarket(folder, speed=SPEED, tick_s=min(0.5, 6 / SPEED)) as market,
            Program(market, folder / "profile") as program,
        ):
            return _run(market, program)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(market: LoopbackMarket, program: Program) -> int:
    program.start()
    program.wait(lambda shown: shown.light != "no_data", 4 * 3_600, "a light")
    soak = Soak(market, program)
    begun = market.clock()
    soak.run(HOURS)
    code = program.stop()
    soak.traffic.close()
    bad = [*flatness(soak.record), *_asked(soak.traffic, begun), *_kept_up(soak, market, begun)]
    bad += [f"exit code {code}"] if code else []
    bad += [f"reached for {leak}" for leak in program.leaks]
    check_store(program.data_dir, whole=True)
    _say("recorded: " + ", ".join(f"{count:,} {table}" for table, count in rows(program.data_dir).items()))
    _say(
        f"{soak.troubles} troubles, {soak.forced} bursts of forced orders, {soak.slept} sleeps of ten minutes, "
        f"{len(soak.record.engines)} engine(s)"
    )
    bad += _logged(program)
    _say("\n".join(["", *(f"NOT AS IT SHOULD BE: {each}" for each in bad)]) if bad else "\nflat")
    return 1 if bad else 0


def _logged(program: Program) -> list[str]:
    log, window = program.log(), (program.data_dir / "logs" / "barograph.log").read_text("utf-8")
    ends = [line for line in window.splitlines() if "exit code" in line and " stopped" not in line]
    _say(f"log: {log.count('connect anew')} leaps of time noticed, {log.count('the streams ended')} streams ended, "
         f"{log.count(' ERROR ')} errors")  # fmt: skip
    for line in [*ends, *(line for line in log.splitlines() if " ERROR " in line)][:9]:
        _say(f"  {line}")
    return [f"{len(ends)} engines ended before their time"] if ends else []


def flatness(record: Record) -> list[str]:
    bad = []
    _say(f"\n{'':<18}{'settled':>10}{'at the end':>12}{'slope a day':>13}")
    for process in record.use:
        for what, most in FLAT.items():
            first, last, slope = record.rise(process, what)
            verdict = ""
            # Of a whole day the end has to be higher too: a hump that comes after a night and goes tilts a slope.
            if (last - first if record.short else min(slope, 2 * (last - first))) > most:
                verdict = "  NOT FLAT"
                bad.append(f"{what} of the {process} rises from {first:.1f} to {last:.1f}")
            unit = " MB" if what == "memory" else ""
            _say(f"{process + ' ' + what:<18}{first:>10.1f}{last:>12.1f}{slope:>13.2f}{unit}{verdict}")
    return bad


def _asked(traffic: Traffic, begun: datetime) -> list[str]:
    _say(f"\n{'requests':<14}{'budget':>8}{'most in 60 min':>16}   by hour")
    for source, budget in BUDGETS.items():
        hours = " ".join(str(count) for count in traffic.by_hour(source, begun))
        _say(f"{source:<14}{budget:>8}{traffic.most_in_an_hour(source):>16}   {hours}")
    return traffic.over_budget()


def _kept_up(soak: Soak, market: LoopbackMarket, begun: datetime) -> list[str]:
    lags = np.array(soak.record.lag_s)
    _say(f"\nthe snapshot is {np.median(lags):.0f} s old (median), {np.percentile(lags, 99):.0f} s (99 of 100), "
         f"{lags.max():.0f} s at most")  # fmt: skip
    hours = (market.clock() - begun) / timedelta(hours=1)
    dials = ", ".join(
        f"{NAMES[venue]} {count} ({count / hours:.1f} an hour)" for venue, count in market.streams.dials.items()
    )
    _say(f"streams dialled: {dials}")
    return []


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
