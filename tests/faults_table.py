"""Every way in which the sources go wrong, tried on the real program: `make faults` prints what came of each.

Two programs run at the same time, each on a market of its own: one at twenty seconds a second for what is asked for
again and again, one at sixty for what takes hours, such as a host that refuses, or a night's sleep.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.acceptance.fault_cases import (
    REFUSALS,
    YAHOO_HARMLESS,
    YAHOO_PASSING,
    YAHOO_REFUSING,
    Case,
    publications_of,
    refusal_of,
    requests_of,
    rows_of,
    streams_of,
)
from tests.acceptance.program import Program
from tests.acceptance.traffic import Traffic
from tests.acceptance.trial import Outcome, Trials, bounds_of
from tests.acceptance.whole_trials import WholeTrials, cycles, yields_down
from tests.loopback.market import LoopbackMarket
from tests.loopback.publisher import Fault

_FILLED_S = 4 * 3_600.0
_SELDOM = """[live.refresh]
quotes_s = 300
others_s = 7200
open_interest_s = 600
funding_s = 3600
fixings_s = 900
"""
PROGRAMS = ("often", "seldom", "again_and_again")
_BEGUN_S = time.monotonic()


class Table:
    """The rows as they are finished. Used from several threads."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self._lock = threading.Lock()

    def add(self, outcome: Outcome) -> None:
        """Print a row."""
        with self._lock:
            self.outcomes.append(outcome)
            _say(_row(outcome))


HEADER = f"{'real':>5} {'source':<13}{'fault':<45}{'shown':<52}{'after':>7}{'recovered':>11}{'requests':>9}  verdict"


def _row(outcome: Outcome) -> str:
    def seconds(value: float | None) -> str:
        return "-" if value is None else f"{value:.0f} s"

    verdict = "as it should be" if not outcome.bad else "BAD: " + "; ".join(outcome.bad)
    return (
        f"{time.monotonic() - _BEGUN_S:>4.0f}s {outcome.case.source:<13}{outcome.case.name[:44]:<45}"
        f"{outcome.shown[:51]:<52}{seconds(outcome.shown_after_s):>7}{seconds(outcome.recovered_after_s):>11}"
        f"{outcome.requests:>9}  {verdict}"
    )


def _in_lanes(trials: Trials, table: Table, lanes: Sequence[Sequence[Case]]) -> None:
    """Each lane's cases one after the other, the lanes at the same time: sources that must not hinder each other."""

    def lane(cases: Sequence[Case]) -> None:
        for case in cases:
            table.add(trials.run(case, bounds_of(case.source)))

    threads = [threading.Thread(target=lane, args=(cases,), name=f"lane {cases[0].source}") for cases in lanes if cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def often(folder: Path, table: Table) -> list[str]:
    """What is asked for again and again: Yahoo's charts, the exchanges' requests and streams."""
    with LoopbackMarket(folder, speed=20, tick_s=0.2) as market, Program(market, folder / "profile") as program:
        traffic = Traffic(market)
        yields_down(market)
        program.start()
        trials = Trials(program, traffic)
        table.add(WholeTrials(trials, program).first_start())
        others = [case for name in ("Bybit", "OKX", "Hyperliquid") for case in (*requests_of(name), *streams_of(name))]
        lanes = [
            [*YAHOO_PASSING, *YAHOO_HARMLESS],
            [*rows_of("Binance"), *streams_of("Binance"), *requests_of("Binance")],
            others,
        ]
        _in_lanes(trials, table, lanes)
        for trial in WholeTrials(trials, program).all():
            table.add(trial())
        return _ended(program, traffic)


def seldom(folder: Path, table: Table) -> list[str]:
    """What takes hours: publishers, hosts that refuse."""
    with (
        LoopbackMarket(folder, speed=60, tick_s=0.1) as market,
        Program(market, folder / "profile", _SELDOM) as program,
    ):
        traffic = Traffic(market)
        program.start()
        program.wait(lambda shown: shown.light != "no_data", _FILLED_S, "a light")
        trials = Trials(program, traffic, prices=False)
        fred, treasury, new_york = (publications_of(name) for name in ("FRED", "US Treasury", "New York Fed"))
        lanes = [[*fred], [*new_york], [*YAHOO_REFUSING]]
        lanes += [[refusal_of(name, fault)] for name, fault in zip(("Binance", "Bybit", "OKX"), REFUSALS, strict=True)]
        _in_lanes(trials, table, lanes)
        market.fred.fault = Fault.UNAVAILABLE  # the Treasury stands behind it, and is asked once a day otherwise
        _in_lanes(trials, table, [treasury])
        market.fred.fault = None
        table.add(WholeTrials(trials, program).slept(3))
        return _ended(program, traffic)


def again_and_again(folder: Path, table: Table) -> list[str]:
    """Fifty starts on one profile. Each start has a budget of its own, so it is not counted."""
    with LoopbackMarket(folder, speed=20, tick_s=0.2) as market, Program(market, folder / "profile") as program:
        traffic = Traffic(market)
        table.add(cycles(program, traffic, 50))
        traffic.close()
        return [f"reached for {leak}" for leak in program.leaks]


def _ended(program: Program, traffic: Traffic) -> list[str]:
    code = program.stop()
    traffic.close()
    bad = [f"over its budget: {each}" for each in traffic.over_budget()]
    bad += [f"reached for {leak}" for leak in program.leaks]
    return [*bad, f"exit code {code}"] if code else bad


def main() -> int:
    """Print the table; 1 where anything is not as it should be. Arguments name the programs that run (all)."""
    table, bad = Table(), list[str]()
    programs = [work for work in (often, seldom, again_and_again) if work.__name__ in (sys.argv[1:] or PROGRAMS)]
    _say(HEADER)
    with tempfile.TemporaryDirectory(prefix="barograph-faults-") as name:

        def program(work: Callable[[Path, Table], list[str]]) -> None:
            folder = Path(name) / work.__name__
            try:
                bad.extend(work(folder, table))
            except AssertionError as error:
                bad.append(f"{work.__name__}: {error}")

        threads = [threading.Thread(target=program, args=(work,), name=work.__name__) for work in programs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    wrong = [outcome for outcome in table.outcomes if outcome.bad]
    _say(f"\n{len(table.outcomes)} faults, {len(wrong)} not as they should be, {time.monotonic() - _BEGUN_S:.0f} s")
    for outcome in wrong:
        _say(f"  {outcome.case.source}, {outcome.case.name}: {'; '.join(outcome.bad)}")
    for line in bad:
        _say(f"  {line}")
    return 1 if wrong or bad else 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
