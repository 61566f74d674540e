"""Hours of a fund that end at half past beside hours of a coin that end at the full hour (SIGNALS 2, Rule C)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from math import log

import jsonschema
import numpy as np
import pytest

from barograph.engine.context.correlations import Correlations
from barograph.engine.context_json import context_values
from barograph.engine.context_text import context_lines
from barograph.engine.context_view import PairCorrelation
from barograph.engine.daily_table import DailyTable
from barograph.engine.tape import Tape
from barograph.indicators.alignment import Covariation, hayashi_yoshida
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import to_ns
from barograph.market.intervals import Interval
from tests.engine.context.hand_made_hours import FIRST, LAST, coin_bars, session_bars
from tests.engine.context.views import fresh
from tests.engine.hand_made import bars, folder, sessions
from tests.engine.runs import RULES, UNIVERSE, feed_of

SCHEMA = json.loads((resources.files("barograph_resources") / "schemas" / "snapshot.schema.json").read_text("utf-8"))
HOUR = Interval.HOUR_1
EVENING = datetime(2024, 6, 14, 22, tzinfo=UTC)
SPY = session_bars("XNYS", HOUR, 530.0, 2)


def linked_coin(interval: Interval) -> Bars:
    """A coin that has moved with the fund by the end of each of its bars, and on its own besides."""
    alone = coin_bars(interval)
    market = calendar("XNYS")
    known = np.searchsorted(market.bar_ends(SPY.time, HOUR), alone.time + interval.ns, side="right") - 1
    closes = 110 * SPY.close[np.maximum(known, 0)] * (alone.close / 60_000) ** 0.3
    return bars(alone.time, closes)


HOURLY = {"SPY": {HOUR: SPY}, "BTC": {HOUR: linked_coin(HOUR)}}


def followed(recorded: dict[str, dict[Interval, Bars]], now: datetime) -> Correlations:
    tape = Tape(feed_of(folder(intraday_bars=recorded)), UNIVERSE, calendar)
    found = Correlations(tape, DailyTable(sessions(2), (), UNIVERSE, RULES))
    found.update(now, None)
    return found


def pair(recorded: dict[str, dict[Interval, Bars]], now: datetime, interval: Interval = HOUR) -> PairCorrelation:
    views = followed(recorded, now).views(now)
    return next(each for each in views if (each.stock, each.interval) == ("ES", interval))


def by_sessions(coin: Bars, count: int) -> tuple[Covariation, int]:
    """The golden estimator on the hours that end within each of the last sessions, added up, and the returns."""
    total, n = Covariation(0.0, 0.0, 0.0), 0
    market = calendar("XNYS")
    for session in market.sessions(FIRST, LAST)[-count:]:
        sides = []
        for times, each in ((market.bar_ends(SPY.time, HOUR), SPY), (coin.time + HOUR.ns, coin)):
            inside = (times > to_ns(session.open)) & (times <= to_ns(session.close))
            sides.append((times[inside], each.close[inside]))
        (tx, px), (ty, py) = sides
        total += hayashi_yoshida(tx, px, ty, py)
        n += 5  # of the coin, from 11:00 to 16:00 New York; the fund's are six, from 10:30
    return total, n


def test_bars_that_share_no_instant_give_the_estimator_that_needs_none() -> None:
    """As many returns as weigh in the exponentially weighted estimate: 70, of fourteen sessions."""
    found = pair(HOURLY, EVENING)
    golden, n = by_sessions(HOURLY["BTC"][HOUR], 14)
    assert found.rho == pytest.approx(golden.rho, rel=1e-9)
    assert 0.3 < golden.rho < 1  # the two are linked, and not one and the same
    assert (found.rule, found.stock_used, found.reason, found.n, found.n_effective) == ("C", "SPY", "", n, n)
    assert found.as_of == datetime(2024, 6, 14, 20, tzinfo=UTC)


def test_it_has_no_band_so_nothing_is_said_of_what_is_normal() -> None:
    found = pair(HOURLY, EVENING)
    assert found.rho is not None
    assert (found.low, found.high, found.median, found.wording) == (None, None, None, "unknown")
    assert (found.spearman, found.semicorrelation, found.forbes_rigobon, found.few_days) == (None,) * 4
    assert found.compressed is (found.rho >= 0.7)


def test_bars_on_one_grid_keep_to_their_own_rule() -> None:
    shared = pair(HOURLY | {"BTC": {Interval.MIN_30: linked_coin(Interval.MIN_30)}}, EVENING)
    assert (shared.rule, shared.wording) == ("B", "normal")
    assert shared.low is not None


def test_four_hours_and_a_week_of_hours_are_too_few() -> None:
    assert pair(HOURLY, EVENING, Interval.HOUR_4).reason == "too_few"
    until = to_ns(datetime(2024, 5, 16, 22, tzinfo=UTC))
    early = {
        name: {HOUR: each[HOUR][: int(np.searchsorted(each[HOUR].time, until))]} for name, each in HOURLY.items()
    }  # nine sessions of five returns
    found = pair(early, datetime(2024, 5, 16, 22, tzinfo=UTC))
    assert (found.rho, found.reason, found.rule) == (None, "too_few", "B")
    assert pair(HOURLY, datetime(2024, 5, 17, 22, tzinfo=UTC)).n == 50


def test_text_and_json_name_the_rule() -> None:
    context = fresh(feed_of(folder(intraday_bars=HOURLY)), EVENING)
    line = next(each for each in context_lines(context) if "ES-BTC 1h" in each)
    assert line.endswith(" n 70, no band, so not known whether that is normal (SPY, rule C)")
    values = context_values(context)
    assert values is not None
    told = next(each for each in values["correlations"] if (each["stock"], each["interval"]) == ("ES", "1h"))
    valid = jsonschema.Draft202012Validator(SCHEMA["$defs"]["PairCorrelation"])
    valid.validate(told)
    assert told["rule"] == "C"
    assert not valid.is_valid(told | {"rule": "E"})


def test_a_value_of_another_day_is_too_old() -> None:
    found = pair(HOURLY, EVENING + timedelta(days=4))
    assert (found.rho, found.reason, found.rule) == (None, "stale", "C")


def test_hour_by_hour_it_is_the_same_as_for_one_that_has_just_begun() -> None:
    now = datetime(2024, 6, 12, 12, 20, tzinfo=UTC)
    tape = Tape(feed_of(folder(intraday_bars=HOURLY)), UNIVERSE, calendar)
    kept = Correlations(tape, DailyTable(sessions(2), (), UNIVERSE, RULES))
    seen = set()
    while now < EVENING:
        kept.update(now, None)
        assert kept.views(now) == followed(HOURLY, now).views(now)
        seen.add(kept.views(now)[0].rho)
        now += timedelta(minutes=20)
    assert len(seen) > 10


def test_a_market_that_did_not_move_has_no_correlation() -> None:
    still = bars(SPY.time, np.full(len(SPY.time), 530.0))
    found = pair(HOURLY | {"SPY": {HOUR: still}}, EVENING)
    assert (found.rho, found.reason) == (None, "too_few")


def test_the_sign_is_that_of_the_markets() -> None:
    coin = HOURLY["BTC"][HOUR]
    turned = bars(coin.time, np.exp(2 * log(60_000.0) - np.log(coin.close)))
    up, down = pair(HOURLY, EVENING).rho, pair(HOURLY | {"BTC": {HOUR: turned}}, EVENING).rho
    assert up is not None
    assert down == pytest.approx(-up)


def test_hours_of_the_last_day_alone_are_not_asked_to_stand_for_weeks() -> None:
    """The coin's hours begin on the last day: five returns."""
    coin = HOURLY["BTC"][HOUR]
    begins = to_ns(datetime.combine(date(2024, 6, 14), datetime.min.time(), UTC))
    late = coin[int(np.searchsorted(coin.time, begins)) :]
    assert pair(HOURLY | {"BTC": {HOUR: late}}, EVENING).reason == "too_few"
