"""The light between two closes: how long a move has to last, what a shock does, and that missing is never safe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import fsum, isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.risk.faces import Face
from barograph.risk.features import INDICATORS, MISSING, OPTIONAL, RawInput, Shock, exact
from barograph.risk.intraday import Dwell, Hold, IntradayEvaluation, IntradayJudge, Reading, dwell
from barograph.risk.judge import Judge
from barograph.risk.rules import RuleSet
from tests.risk.samples import NO_SHOCK, RULES
from tests.risk.test_missing_inputs import Rows, random_rows, random_rules
from tests.risk.worlds import canonical, instant

FIVE, LEVELS = RULES.intraday, RULES.light.thresholds
LETTER = {Face.CALM: "G", Face.WATCH: "A", Face.RISK_OFF: "R", Face.NO_DATA: "-"}
STRUCK = Shock(fired=True, possible=True)
MAYBE = Shock(fired=False, possible=True)


def faces(scores: Sequence[float], start: Face = Face.CALM, closed: Sequence[int] = ()) -> str:
    """One letter for each look, five minutes apart."""
    state, shown = Dwell(start), ""
    for look, score in enumerate(scores):
        state = dwell(state, score, 5 if look else 0, stocks_closed=look in closed, thresholds=LEVELS, rules=FIVE)
        shown += LETTER[state.face]
    return shown


# ---------------------------------------------------------------------------------------------------- machine


def test_watch_takes_half_an_hour_and_risk_off_a_quarter() -> None:
    assert faces([60] * 8) == "GGGGGGAA"
    assert faces([72] * 5) == "GGGRR"
    assert faces([60] * 5 + [72] * 5) == "GGGGGGAARR"  # WATCH on its way, then RISK-OFF
    assert faces([72, 71.9, 72, 72, 72, 72]) == "GGGGGR"


def test_one_look_below_the_level_begins_the_count_again() -> None:
    assert faces([60] * 6 + [59.9] + [60] * 8) == "G" * 13 + "AA"
    assert faces([72] * 3 + [60] + [72] * 5) == "GGGGGGARR"  # above the lower level all along


def test_nothing_gets_calmer_before_the_close() -> None:
    assert faces([80] * 4 + [10] * 6) == "GGGRRRRRRR"
    assert faces([10] * 3, Face.WATCH) == "AAA"


def test_on_crypto_alone_the_light_rises_to_watch_and_no_further() -> None:
    weekend = range(12)
    assert faces([90] * 12, closed=weekend) == "G" * 6 + "A" * 6
    # what was counted while stocks were closed does not count towards RISK-OFF when they open
    assert faces([90] * 12 + [90] * 5, closed=weekend) == "G" * 6 + "A" * 9 + "RR"
    assert faces([90] * 3, Face.RISK_OFF, closed=weekend) == "RRR"


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), st.booleans()), max_size=40), st.data())
def test_a_higher_score_never_makes_a_calmer_face(looks: list[tuple[float, float, bool]], data: st.DataObject) -> None:
    start = data.draw(st.sampled_from([Face.CALM, Face.WATCH]))
    lower, higher = Dwell(start), Dwell(data.draw(st.sampled_from([start, Face.RISK_OFF])))
    for one, other, closed in looks:
        low, high = sorted((one, other))
        elapsed = data.draw(st.sampled_from([0, 5]))
        lower = dwell(lower, low, elapsed, stocks_closed=closed, thresholds=LEVELS, rules=FIVE)
        higher = dwell(higher, high, elapsed, stocks_closed=closed, thresholds=LEVELS, rules=FIVE)
        assert higher.face.severity >= lower.face.severity


def test_a_hold_is_counted_in_closes() -> None:
    hold = Hold().with_shock(STRUCK, FIVE)
    assert [hold.after(closes).fired for closes in range(5)] == [3, 2, 1, 0, 0]
    assert Hold().with_shock(MAYBE, FIVE) == Hold(0, 3)
    assert Hold(1, 3).with_shock(NO_SHOCK, FIVE) == Hold(1, 3)


# ------------------------------------------------------------------------------------------------------ looks

SMALL = replace(RULES, window=40, minimum=10, windows={})
OPEN_AT = datetime(2020, 3, 2, 14, 30, tzinfo=UTC)


def settled(rows: int = 40) -> Judge:
    """A judge of sessions with every input at 39 .. 0, the highest first; the score of a level is then known."""
    judge = Judge(SMALL)
    for row in range(rows):
        raw = {name: exact(float(rows - 1 - row)) for name in INDICATORS}
        judge.evaluate(instant(row).date(), instant(row), raw, NO_SHOCK, critical=True)
    return judge


def reading(level: float | Mapping[str, RawInput], shock: Shock = NO_SHOCK, *, critical: bool = True) -> Reading:
    """All inputs at one level of 0 to 40, or as given."""
    raw = dict(level) if isinstance(level, Mapping) else {name: exact(level - 0.5) for name in INDICATORS}
    raw = {name: raw.get(name, MISSING) for name in RULES.indicator_ids}
    return Reading(raw, {}, critical=critical, stocks_closed=False, shock=shock, crypto_shock=False)


class Desk:
    """Looks five minutes apart, and closes."""

    def __init__(self) -> None:
        self.judge = settled()
        self.intraday = IntradayJudge(SMALL)
        self.at = OPEN_AT
        self.closes = 0

    def look(
        self, level: float | Mapping[str, RawInput], shock: Shock = NO_SHOCK, *, critical: bool = True
    ) -> IntradayEvaluation:
        session = OPEN_AT.date() + timedelta(self.closes)
        found = self.intraday.look(
            self.judge, reading(level, shock, critical=critical), session, self.at, self.pending_closes
        )
        self.pending_closes = 0
        self.at += timedelta(minutes=5)
        return found

    pending_closes = 0

    def close(self, level: float) -> Face:
        """Judge the session for good; answers the daily face."""
        row = 40 + self.closes
        raw = {name: exact(level - 0.5) for name in INDICATORS}
        face = self.judge.evaluate(instant(row).date(), instant(row), raw, NO_SHOCK, critical=True).face
        self.closes, self.pending_closes = self.closes + 1, 1
        self.at += timedelta(hours=12)
        return face

    def faces(self, *levels: float) -> str:
        return "".join(LETTER[self.look(level).evaluation.face] for level in levels)


def test_a_look_says_how_long_it_still_takes() -> None:
    desk = Desk()
    looks = [desk.look(level) for level in (20, 26, 26, 31, 31, 31, 31)]
    assert [look.pending for look in looks] == [
        None, (Face.WATCH, 30), (Face.WATCH, 25), (Face.RISK_OFF, 15), (Face.RISK_OFF, 10), (Face.RISK_OFF, 5), None
    ]  # fmt: skip
    assert [LETTER[look.evaluation.face] for look in looks] == list("GGGGGGR")
    assert looks[-1].evaluation.since == looks[-1].evaluation.at
    assert looks[3].evaluation.since == looks[0].evaluation.since


def test_every_close_begins_again_from_the_daily_light() -> None:
    desk = Desk()
    assert desk.faces(31, 31, 31, 31, 10) == "GGGRR"
    assert desk.close(20) is Face.CALM
    assert desk.faces(31, 31, 31) == "GGG"  # nothing is left of the count either
    assert desk.close(31) is Face.RISK_OFF
    assert desk.faces(10, 10) == "RR"


def test_a_shock_is_risk_off_at_once_and_until_the_close_after_the_next_two() -> None:
    desk = Desk()
    assert LETTER[desk.look(10).evaluation.face] == "G"
    struck = desk.look(10, STRUCK)
    assert (struck.evaluation.face, struck.evaluation.ceiling) == (Face.RISK_OFF, Face.RISK_OFF)
    assert desk.look(10).state.hold == Hold(3, 3)
    shown = []
    for _ in range(4):
        assert desk.close(10) is Face.CALM  # the record is the daily light's and knows nothing of it
        shown.append(desk.faces(10, 10))
    assert shown == ["RR", "RR", "GG", "GG"]


def test_a_shock_that_could_have_been_is_what_the_ceiling_says() -> None:
    desk = Desk()
    look = desk.look(10, MAYBE)
    assert (look.evaluation.face, look.evaluation.ceiling) == (Face.CALM, Face.RISK_OFF)
    desk.close(10)
    assert desk.look(10).evaluation.ceiling is Face.RISK_OFF


def test_looks_that_were_not_made_do_not_count() -> None:
    desk = Desk()
    assert desk.faces(31, 31, 31) == "GGG"
    desk.at += timedelta(minutes=30)
    assert desk.faces(31, 31) == "GR"  # ten minutes before the gap and none in it


def test_without_a_critical_price_there_is_no_light_and_its_looks_do_not_count() -> None:
    desk = Desk()
    assert desk.faces(31, 31, 31) == "GGG"
    blind = [desk.look(31, critical=False) for _ in range(3)]
    assert {(look.evaluation.face, look.evaluation.reason) for look in blind} == {(Face.NO_DATA, "critical_stale")}
    assert blind[-1].pending is None
    assert blind[-1].state.light == Dwell(Face.CALM, 10, 10)
    assert blind[-1].state.worst.face is Face.RISK_OFF
    back = desk.look(31).evaluation
    assert (back.face, back.ceiling) == (Face.RISK_OFF, Face.RISK_OFF)


def test_an_input_that_comes_back_does_not_begin_the_count() -> None:
    """The look at which it is back asks what was there before; from the next one on the score is its own."""
    desk = Desk()
    gone = ("M1", "M2", "C1", "C2")
    desk.look(20)
    without = desk.look({name: MISSING if name in gone else exact(21.5) for name in INDICATORS})
    assert without.evaluation.score.value == pytest.approx(55, abs=2)
    looks = [desk.look({name: exact(38.0 if name in gone else 21.5) for name in INDICATORS}) for _ in range(8)]
    values = {look.evaluation.score.value for look in looks}
    assert len(values) == 1
    assert (values.pop() or 0) > LEVELS.watch_enter
    assert [look.pending and look.pending[1] for look in looks] == [None, 30, 25, 20, 15, 10, 5, None]
    assert looks[-1].evaluation.face is Face.WATCH


def test_the_daily_record_knows_nothing_of_the_looks() -> None:
    rng = np.random.default_rng(4)
    one, two = Desk(), Desk()
    for _ in range(5):
        for _ in range(int(rng.integers(0, 30))):
            one.look(float(rng.uniform(0, 40)), Shock(fired=bool(rng.random() < 0.05), possible=True))
        level = float(rng.uniform(0, 40))
        one.close(level)
        two.close(level)
        assert one.judge.last is not None
        assert two.judge.last is not None
        assert canonical(one.judge.last) == canonical(two.judge.last)


def test_going_on_from_a_stored_state_keeps_the_face_and_the_hold_but_no_count() -> None:
    desk = Desk()
    desk.faces(31, 31, 31, 31)
    state = desk.look(10, STRUCK).state
    desk.intraday = IntradayJudge(SMALL, resumed=state, hold=state.hold)
    again = desk.look(10)
    assert again.evaluation.face is Face.RISK_OFF
    assert again.state.hold == Hold(3, 3)
    # of another day only the hold is left
    other = replace(state, session=state.session - timedelta(1))
    desk.intraday = IntradayJudge(SMALL, resumed=other)
    assert desk.look(10).evaluation.face is Face.CALM


# --------------------------------------------------------------------------------------- missing is never safe

PER_DAY = 5


def looked(stream: Rows, shocks: Sequence[Shock], critical: Sequence[bool], rules: RuleSet) -> list[IntradayEvaluation]:
    """Of every six rows the first is a session's close, the others are looks at the next session."""
    judge, intraday, found = Judge(rules), IntradayJudge(rules), []
    for row in range(len(stream) // (PER_DAY + 1)):
        close, *looks = stream[row * (PER_DAY + 1) : (row + 1) * (PER_DAY + 1)]
        at = instant(row)
        judge.evaluate(at.date(), at, close, NO_SHOCK, critical=True)
        for number, raw in enumerate(looks):
            place = row * PER_DAY + number
            known = replace(reading(raw, shocks[place]), critical=critical[place], stocks_closed=row % 5 == 3)
            later = at + timedelta(minutes=5 * number)
            found.append(intraday.look(judge, known, at.date() + timedelta(1), later, int(row > 0 and number == 0)))
    return found


def thinned(stream: Rows, rng: np.random.Generator) -> Rows:
    """With less of some inputs: nothing at all, holes, or ranges for values. What has a first close keeps it: whoever
    saw an input later than others did not miss it until then.
    """
    gone = [str(name) for name in rng.choice(["V3", "M1", "M2", "E1", "C1", "X2"], 2, replace=False)]
    names = [name for name in stream[-1] if name not in gone]
    holes, ranges = (set(rng.choice(names, 3, replace=False).tolist()) for _ in range(2))
    closes = range(0, len(stream), PER_DAY + 1)
    first = {name: next((row for row in closes if not isnan(stream[row][name].x)), -1) for name in names}
    thin = []
    for row, raw in enumerate(stream):
        found = {**raw, **dict.fromkeys(gone, MISSING)}
        for name in names:
            x = raw[name].x
            if isnan(x) or row == first[name]:
                continue
            if name in holes and rng.random() < 0.2:
                found[name] = MISSING
            elif name in ranges and row > first[name] and name not in OPTIONAL and rng.random() < 0.3:
                found[name] = RawInput(x, x - float(rng.integers(0, 3)), x + float(rng.integers(0, 3)))
        thin.append(found)
    return thin


@pytest.mark.parametrize("seed", range(40))
def test_taking_anything_away_never_makes_the_ceiling_calmer(seed: int) -> None:
    """The same closes and looks twice: whole, and with inputs missing here and there."""
    rng = np.random.default_rng(seed)
    rules = replace(random_rules(rng), intraday=replace(FIVE, watch_minutes=10, risk_off_minutes=5))
    days = int(rng.integers(14, 30))
    stream = random_rows(rng, days * (PER_DAY + 1))
    count = days * PER_DAY
    fired, possible = rng.random((2, count)) < 0.02
    shocks = [Shock(bool(one), bool(one or two)) for one, two in zip(fired, possible, strict=True)]
    critical = [bool(lot > 0.03) for lot in rng.random(count)]
    whole = looked(stream, shocks, critical, rules)
    unsure = [Shock(one.fired, one.possible or bool(rng.random() < 0.02)) for one in shocks]
    part = looked(thinned(stream, rng), unsure, critical, rules)
    for one, two in zip(whole, part, strict=True):
        a, b = one.evaluation, two.evaluation
        assert b.ceiling.severity >= max(a.face.severity, b.face.severity), f"{a.at}: {a.face}, at worst {b.ceiling}"
        if not b.reason:
            assert a.score.value is not None
            assert b.score.low <= a.score.value <= b.score.high
            assert fsum(b.score.contributions.values()) == pytest.approx(b.score.value, abs=1e-9)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_with_nothing_missing_the_ceiling_is_the_light(seed: int) -> None:
    rng = np.random.default_rng(seed)
    desk = Desk()
    for _ in range(4):
        for _ in range(12):
            shock = STRUCK if rng.random() < 0.03 else NO_SHOCK
            shown = desk.look({n: exact(float(rng.uniform(10, 40))) for n in INDICATORS}, shock).evaluation
            assert shown.ceiling is shown.face
            assert shown.score.low == shown.score.value == shown.score.high
        desk.close(float(rng.uniform(0, 40)))
