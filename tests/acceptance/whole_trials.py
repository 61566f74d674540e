"""What befalls the whole program or the whole market at once, tried on the program that runs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from barograph.store.connection import check_store
from tests.acceptance.fault_cases import Act, Case
from tests.acceptance.program import ENDING_S, Program
from tests.acceptance.shown import Shown
from tests.acceptance.store_rows import rows
from tests.acceptance.traffic import BUDGETS, VENUES, Traffic
from tests.acceptance.trial import Outcome, Trials
from tests.acceptance.truth import COINS
from tests.loopback.market import LoopbackMarket
from tests.loopback.publisher import Fault

ALL = "all"
EQUITIES = ("ES", "SPX", "NQ")
_LONG_S = 3_600.0
Trial = Callable[[], Outcome]
Seen = Callable[[Shown], bool]


def venues_down(market: LoopbackMarket) -> None:
    """No exchange answers, and no stream can be dialled."""
    for venue in VENUES.values():
        market.exchanges.fault(venue, "drop")
        market.streams.manners[venue].refuse = 503
        market.streams.reset(venue)


def venues_up(market: LoopbackMarket) -> None:
    """All exchanges are well."""
    for venue in VENUES.values():
        market.exchanges.heal(venue)
        market.streams.manners[venue].refuse = None


def yahoo_down(market: LoopbackMarket) -> None:
    """Yahoo closes every connection."""
    market.yahoo.fail("drop")


def yields_down(market: LoopbackMarket) -> None:
    """FRED and the Treasury do not answer."""
    market.fred.fault = market.treasury.fault = Fault.UNAVAILABLE


def all_down(market: LoopbackMarket) -> None:
    """No host answers."""
    yahoo_down(market)
    venues_down(market)
    market.fred.fault = market.treasury.fault = market.new_york_fed.fault = Fault.DROPPED


def all_up(market: LoopbackMarket) -> None:
    """All is well again."""
    market.yahoo.heal()
    venues_up(market)
    market.fred.fault = market.treasury.fault = market.new_york_fed.fault = None


def clocks_off(market: LoopbackMarket) -> None:
    """Every exchange's clock is three hours ahead of the program's."""
    for venue in VENUES.values():
        market.exchanges.fault(venue, "wrong clock")


def has_light(shown: Shown) -> bool:
    """Whether there is a light, and every source is well."""
    return shown.light != "no_data" and all(shown.well(source) for source in BUDGETS)


def blind(shown: Shown, names: tuple[str, ...]) -> bool:
    """Whether there is no light because these prices are stale, and they are shown as what they are."""
    states = {shown.quote(name)["state"] for name in names}
    return (shown.light, shown.reason) == ("no_data", "critical_stale") and states == {"stale"}


class WholeTrials:
    """Of one program, one after the other."""

    def __init__(self, trials: Trials, program: Program) -> None:
        self._trials = trials
        self._program = program
        self._market = program.market

    def all(self) -> Iterator[Trial]:
        """What takes minutes."""
        struck = self._struck
        yield partial(struck, "the exchanges' clocks three hours ahead", clocks_off, venues_up,
                      lambda shown: shown.reason == "clock_off" and "clock_off" in shown.advisories)  # fmt: skip
        yield partial(struck, "no exchange answers", venues_down, venues_up, lambda shown: blind(shown, COINS))
        yield partial(struck, "Yahoo does not answer", yahoo_down,
                      lambda market: market.yahoo.heal(), lambda shown: blind(shown, EQUITIES))  # fmt: skip
        yield partial(struck, "nobody answers", all_down, all_up, lambda shown: blind(shown, COINS))
        yield self.restarted_servers
        yield self.killed_engine
        yield self.hung_engine

    def _struck(self, name: str, strike: Act, heal: Act, seen: Seen) -> Outcome:
        def attempt(outcome: Outcome) -> None:
            begun = self._market.clock()
            strike(self._market)
            shown = self._trials.wait(outcome, seen, _LONG_S, "shown")
            self._note(outcome, shown, (self._market.clock() - begun).total_seconds())
            heal(self._market)

        return self._tried(Case(name, ALL, strike, heal), attempt)

    def first_start(self) -> Outcome:
        """Started while those who have the yields are down: the light says what it lacks, until they are there.

        To look at years takes seconds, in which minutes pass here: so prices are not held to the truth meanwhile.
        """

        def lacks_yields(shown: Shown) -> bool:
            waits = {"DGS2", "DGS10"} <= set(shown.values["waiting"])
            none = shown.row("us2y")["value"] is None and shown.reading("M2")["value"] is None
            return shown.light != "no_data" and waits and none and {"M1", "M2"} <= set(shown.values["missing"])

        outcome = Outcome(Case("first start, nobody has the yields", ALL, yields_down, all_up))
        try:
            begun = self._market.clock()
            shown = self._program.wait(lacks_yields, 4 * _LONG_S, "a light that says what it lacks")
            self._note(outcome, shown, (self._market.clock() - begun).total_seconds())
            all_up(self._market)
            healed = self._market.clock()
            self._program.wait(
                lambda each: has_light(each) and not lacks_yields(each) and "M2" not in each.values["missing"],
                _LONG_S,
                "all of it",
            )
            outcome.recovered_after_s = (self._market.clock() - healed).total_seconds()
        except AssertionError as error:
            outcome.bad.append(str(error)[:1_500])
        return outcome

    def restarted_servers(self) -> Outcome:
        """Every server is down for some seconds; whoever was connected is cut off."""

        def attempt(outcome: Outcome) -> None:
            self._market.restart(3.0)

        return self._tried(Case("every server restarts", ALL, _nothing, _nothing), attempt)

    def killed_engine(self) -> Outcome:
        """The engine's process dies."""
        return self._engine_ends("the engine is killed", signal.SIGKILL)

    def hung_engine(self) -> Outcome:
        """The engine's process hangs: it lives, and says nothing more."""
        return self._engine_ends("the engine hangs", signal.SIGSTOP)

    def _engine_ends(self, name: str, how: signal.Signals) -> Outcome:
        def attempt(outcome: Outcome) -> None:
            program, before = self._program, rows(self._program.data_dir)
            engine = program.engine()
            assert engine is not None
            begun = self._market.clock()
            os.kill(engine, how)
            program.until(lambda: program.engine() not in (None, engine), 2 * ENDING_S, "no new engine")
            outcome.shown = "a new engine"
            outcome.shown_after_s = (self._market.clock() - begun).total_seconds()
            lost = {table: count for table, count in before.items() if rows(program.data_dir)[table] < count}
            if lost:
                outcome.bad.append(f"recorded and lost: {lost}")

        return self._tried(Case(name, ALL, _nothing, _nothing), attempt)

    def slept(self, hours: float) -> Outcome:
        """The machine sleeps."""

        def attempt(outcome: Outcome) -> None:
            before = self._program.log().count("connect anew")
            self._program.sleep(hours * 3_600)
            begun = self._market.clock()
            shown = self._trials.wait(
                outcome, lambda each: self._market.clock() - each.now < timedelta(minutes=10), _LONG_S, "awake"
            )
            self._note(outcome, shown, (self._market.clock() - begun).total_seconds())
            if not self._program.log().count("connect anew") > before:
                outcome.bad.append("the leap of time was not noticed")

        return self._tried(Case(f"the machine sleeps for {hours:g} hours", ALL, _nothing, _nothing), attempt)

    def _tried(self, case: Case, attempt: Callable[[Outcome], None]) -> Outcome:
        outcome = Outcome(case)
        try:
            self._trials.wait(outcome, has_light, _LONG_S, "well before")
            attempt(outcome)
            healed = self._market.clock()
            shown = self._trials.wait(outcome, has_light, _LONG_S, "the light again")
            outcome.recovered_after_s = (self._market.clock() - healed).total_seconds()
            outcome.shown = outcome.shown or shown.light
        except AssertionError as error:
            outcome.bad.append(str(error)[:1_500])
        finally:
            case.heal(self._market)
        return outcome

    def _note(self, outcome: Outcome, shown: Shown, after_s: float) -> None:
        outcome.shown = f"{shown.light.upper()} {shown.reason}".strip()
        outcome.shown_after_s = after_s


def cycles(program: Program, traffic: Traffic, times: int) -> Outcome:
    """Started, and ended while it is asking, again and again."""
    outcome = Outcome(Case(f"{times} starts, ended while asking", ALL, _nothing, _nothing))
    try:
        for _ in range(times):
            start_and_stop_while_asking(program, traffic)
        check_store(program.data_dir, whole=True)
        outcome.shown = "exit code 0, nothing left behind"
    except AssertionError as error:
        outcome.bad.append(str(error)[:1_500])
    outcome.requests = sum(traffic.count(source) for source in BUDGETS)
    return outcome


def start_and_stop_while_asking(program: Program, traffic: Traffic) -> None:
    """Ended in the middle of its first questions."""
    before = traffic.count("FRED")
    program.start()
    program.until(lambda: traffic.count("FRED") > before, 2 * ENDING_S, "it asks nobody")
    code = program.stop()
    assert code == 0, f"exit code {code}"


def _nothing(_: LoopbackMarket) -> None:
    """Strikes and heals by what is done to the program."""
