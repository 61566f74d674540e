"""One fault tried on the program that runs: what it shows, how soon, what it asks meanwhile, how it gets over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from barograph.feeds.exchange.faults import NAMES
from tests.acceptance.fault_cases import Case
from tests.acceptance.program import Program
from tests.acceptance.shown import Shown
from tests.acceptance.traffic import BUDGETS, VENUES, Traffic
from tests.acceptance.truth import untrue


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds of the market's clock. `noticed`: until a fault is shown, for a source is asked only so often;
    `harmless`: for how long one that is not shown is left to strike; `recovered`: until all is well again once the
    source may be asked.
    """

    noticed: float
    harmless: float
    recovered: float


YAHOO = Bounds(180, 90, 400)
VENUE = Bounds(480, 150, 480)
"""While the stream is well, bars are asked for every five minutes only."""
PUBLISHER = Bounds(1_300, 1_100, 4_500)
"""Where fixings are asked for every quarter of an hour; the budget of an hour may be used up by then."""


@dataclass(slots=True)
class Outcome:
    """What came of it. `bad` are sentences about what is not as it should be; the rest is for the table."""

    case: Case
    shown: str = ""
    shown_after_s: float | None = None
    recovered_after_s: float | None = None
    requests: int = 0
    bad: list[str] = field(default_factory=list)


class Trials:
    """Tries faults on one program. Several sources may be tried at the same time, each from a thread of its own."""

    def __init__(self, program: Program, traffic: Traffic, *, prices: bool = True) -> None:
        """`prices`: whether prices are held to the truth; at a very fast clock a busy machine's stalls are minutes."""
        self._prices = prices
        self._program = program
        self._market = program.market
        self._traffic = traffic

    def run(self, case: Case, bounds: Bounds) -> Outcome:
        """Strike, watch, heal, watch."""
        outcome = Outcome(case)
        try:
            self.wait(outcome, lambda shown: shown.well(case.source), bounds.recovered, "well before the fault")
            begun, dials = self._market.clock(), self._dials(case)
            case.strike(self._market)
            self._struck(outcome, bounds, begun, dials)
            waits_until = self._left_alone(outcome)
            case.heal(self._market)
            healed = self._market.clock()
            rest_s = 0.0 if waits_until is None else max(0.0, (waits_until - healed).total_seconds())
            self.wait(outcome, lambda shown: self._over(shown, outcome), rest_s + bounds.recovered, "got over it")
            outcome.recovered_after_s = (self._market.clock() - healed).total_seconds()
            outcome.requests = self._traffic.since(case.source, begun)
        except AssertionError as error:
            outcome.bad.append(f"{str(error).splitlines()[0][:300]}; {self._line(case.source)}")
        finally:
            case.heal(self._market)
        return outcome

    def _struck(self, outcome: Outcome, bounds: Bounds, begun: datetime, dials: int) -> None:
        case = outcome.case
        if case.dials and not case.kinds:
            self.wait(outcome, lambda _: self._dials(case) > dials, bounds.noticed, "dialled anew")
            shown = self.wait(outcome, lambda _: True, bounds.noticed)
        elif case.kinds:
            shown = self.wait(outcome, lambda each: each.kind(case.source) in case.kinds, bounds.noticed, "shown")
        else:
            until = begun + timedelta(seconds=bounds.harmless)
            before = self._traffic.count(case.source)
            shown = self.wait(outcome, lambda each: each.now >= until, bounds.harmless + 300)
            if not self._traffic.count(case.source) > before:
                outcome.bad.append("it was not even asked")
        outcome.shown_after_s = (shown.now - begun).total_seconds()
        line = shown.source(case.source)
        outcome.shown = f"{line['state']}: {line['last_error']}" if line["last_error"] else str(line["state"])
        if not case.kinds and shown.kind(case.source) and not case.dials:
            outcome.bad.append(f"a fault is shown: {shown.kind(case.source)}")

    def _left_alone(self, outcome: Outcome) -> datetime | None:
        """Until when the source is left alone, as shown; it must be true, and as long as the source asked for."""
        case = outcome.case
        if not case.kinds or case.dials:
            return None
        shown = self.wait(outcome, lambda _: True, 60)
        until, begun = shown.waits_until(case.source), self._market.clock()
        if case.pause_s and (until is None or until < begun + timedelta(seconds=case.pause_s - 120)):
            outcome.bad.append(f"asked to wait {case.pause_s:.0f} s, it waits until {until}")
        if until is None or until < begun + timedelta(seconds=20):
            return until
        before = self._traffic.count(case.source)
        quiet = min(until - timedelta(seconds=10), begun + timedelta(seconds=60))
        self.wait(outcome, lambda _: self._market.clock() >= quiet, 120)
        if self._market.clock() < until:  # a busy machine may look too late to tell
            asked = self._traffic.count(case.source) - before
            if asked > 1:  # one may have been on its way
                outcome.bad.append(f"{asked} requests while it waits until {until:%H:%M:%S}")
        return until

    def _line(self, source: str) -> str:
        shown = self._program.shown()
        return "nothing is shown" if shown is None else ", ".join(str(each) for each in shown.source(source).values())

    def _over(self, shown: Shown, outcome: Outcome) -> bool:
        case = outcome.case
        if not shown.well(case.source):
            return False
        return not case.dials or self._market.streams.open(VENUES[case.source]) > 0

    def _dials(self, case: Case) -> int:
        return self._market.streams.dials[VENUES[case.source]] if case.source in VENUES else 0

    def wait(
        self, outcome: Outcome, wanted: Callable[[Shown], bool], simulated_s: float, what: str = "a snapshot"
    ) -> Shown:
        """As the program's, and every snapshot that is seen meanwhile is held to the truth."""
        source = outcome.case.source if outcome.case.source in BUDGETS else ""

        def looked_at(shown: Shown) -> bool:
            for line in untrue(shown, self._market, source if self._prices else "publisher"):
                if line not in outcome.bad and len(outcome.bad) < 5:
                    outcome.bad.append(line)
            return wanted(shown)

        return self._program.wait(looked_at, simulated_s, f"{outcome.case.source}, {outcome.case.name}: {what}")


def bounds_of(source: str) -> Bounds:
    """How soon a source shows and gets over its faults."""
    return YAHOO if source == "Yahoo" else VENUE if source in NAMES.values() else PUBLISHER
