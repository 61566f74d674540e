"""The light while a session runs: what it reads when, and that it is the same however one gets there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from barograph.engine.monitor import Monitor
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.market.bars import IntArray
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import Interval
from barograph.risk.faces import Face
from barograph.risk.features import INDICATORS
from barograph.risk.intraday import IntradayEvaluation
from tests.engine.hand_made import picked
from tests.engine.looks import as_text, watched
from tests.engine.runs import feed_of, judged, new_monitor, texts

HOUR_1, DAY_1 = Interval.HOUR_1, Interval.DAY_1


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of April 2023: New York is four hours behind, stocks trade from 13:30 to 20:00."""
    return datetime(2023, 4, day, hour, minute, tzinfo=UTC)


START, END = utc(12, 0, 10), utc(20, 0, 10)
"""From the close before the first day on which bitcoin has short bars to the last close; the 15th is a Saturday."""


@pytest.fixture(scope="module")
def watching(busy: HistoryFolder) -> tuple[Monitor, list[IntradayEvaluation]]:
    return watched(feed_of(busy), START, END)


@pytest.fixture(scope="module")
def looks(watching: tuple[Monitor, list[IntradayEvaluation]]) -> list[IntradayEvaluation]:
    return watching[1]


def at(looks: Sequence[IntradayEvaluation], instant: datetime) -> IntradayEvaluation:
    return looks[(instant - START) // timedelta(minutes=5)]


def values(look: IntradayEvaluation, *names: str) -> list[float]:
    return [look.evaluation.raw[name].x for name in names]


def with_bars(folder: HistoryFolder, name: str, keep: object, interval: Interval = HOUR_1) -> HistoryFolder:
    """With some of the bars of an instrument: a mask over their ends (ns)."""
    held = folder.bars[name][interval]
    rows: IntArray = np.flatnonzero(np.asarray(keep(held.time + interval.ns)))  # type: ignore[operator]
    intervals = {**folder.bars[name], interval: picked(held, rows)}
    return replace(folder, bars={**folder.bars, name: intervals})


def silent(folder: HistoryFolder, name: str, since: datetime, until: datetime) -> HistoryFolder:
    """No bar of an instrument that ended after `since` and by `until`."""
    for interval in (each for each in folder.bars[name] if each.intraday):
        folder = with_bars(folder, name, lambda ends: (ends <= to_ns(since)) | (ends > to_ns(until)), interval)
    return folder


def _without_since(look: IntradayEvaluation) -> str:
    """Since when a face is shown depends on the days before, of which nothing else is left."""
    return as_text(look).replace(repr(look.evaluation.since), "")


def level(folder: HistoryFolder, name: str, instant: datetime) -> float:
    """The close of the hourly bar that ended at an instant."""
    bars = folder.bars[name][HOUR_1]
    return float(bars.close[int(np.searchsorted(bars.time, to_ns(instant) - HOUR_1.ns))])


def close_of(folder: HistoryFolder, name: str, day: int) -> float:
    bars = folder.bars[name][DAY_1]
    return float(bars.close[int(np.searchsorted(bars.time, label_ns(utc(day, 0).date())))])


# ------------------------------------------------------------------------------------------------- what is read


def test_there_is_a_look_every_five_minutes_and_most_have_a_light(looks: list[IntradayEvaluation]) -> None:
    assert [look.evaluation.at for look in looks] == [START + timedelta(minutes=5 * n) for n in range(2305)]
    assert sum(not look.evaluation.reason for look in looks) > 2200
    assert {look.evaluation.face for look in looks if not look.evaluation.reason} == {
        Face.CALM, Face.WATCH, Face.RISK_OFF
    }  # fmt: skip


def test_the_daily_record_is_the_same_with_the_looks_and_without(
    busy: HistoryFolder, watching: tuple[Monitor, list[IntradayEvaluation]]
) -> None:
    assert texts(watching[0].evaluations) == texts(judged(feed_of(busy)))


def test_a_look_is_for_the_session_that_runs_and_goes_on_from_the_close_before(
    looks: list[IntradayEvaluation],
) -> None:
    for instant, session, base in (
        (utc(14, 20), 14, 13),
        (utc(15, 0, 5), 14, 13),
        (utc(15, 0, 10), 17, 14),
        (utc(17, 12), 17, 14),
    ):
        look = at(looks, instant)
        assert look.evaluation.session == utc(session, 0).date()
        assert look.state.session == utc(base, 0).date()


def test_over_the_weekend_only_crypto_moves(looks: list[IntradayEvaluation]) -> None:
    closed = [look for look in looks if look.reading.stocks_closed]
    assert (closed[0].evaluation.at, closed[-1].evaluation.at) == (utc(14, 21), utc(16, 21, 55))
    weekend = [look for look in closed if look.evaluation.at >= utc(15, 0, 10)]
    base = weekend[0].evaluation.raw
    for name in INDICATORS:
        seen = {look.evaluation.raw[name].x for look in weekend}
        assert (len(seen) > 300) if name in ("C1", "C2") else seen == {base[name].x}, name
    assert {look.reading.times["V1"] for look in weekend} == {utc(14, 20)}
    assert {look.evaluation.reason for look in weekend} == {""}


def test_at_night_the_index_goes_on_with_its_future_from_its_own_close(busy: HistoryFolder) -> None:
    night = utc(13, 6)
    index = close_of(busy, "SPX", 12) * level(busy, "ES", night) / level(busy, "ES", utc(12, 20))
    monitor, seen = watched(feed_of(busy), utc(13, 0, 10), night)
    frozen = [close_of(busy, name, 12) for name in ("SPX", "BTC")]
    coin = level(busy, "BTC", night)
    returns = np.log([index / frozen[0], coin / frozen[1]])
    # a month of closes, and this return as the newest
    names = ("SPX", "BTC")
    labels = busy.bars["SPX"][DAY_1].time
    rows = np.flatnonzero(labels <= label_ns(utc(12, 0).date()))[-60:]
    closes = [
        np.array([busy.bars[n][DAY_1].close[np.searchsorted(busy.bars[n][DAY_1].time, labels[rows])]]) for n in names
    ]
    x, y = (np.append(np.diff(np.log(c[0])), r) for c, r in zip(closes, returns, strict=True))
    wanted = np.mean(np.minimum(x, 0) * np.minimum(y, 0)) / np.sqrt(np.mean(x * x) * np.mean(y * y))
    assert seen[-1].evaluation.raw["X2"].x == pytest.approx(wanted, rel=1e-9)
    assert seen[-1].reading.times["X2"] == night
    assert monitor.snapshot(night).light.session == night.date()


def test_in_the_session_its_own_prices_count_and_not_the_future(busy: HistoryFolder) -> None:
    noon = utc(13, 17)
    one = watched(feed_of(busy), utc(13, 0, 10), noon)[1][-1]
    without = watched(feed_of(silent(busy, "ES", utc(13, 15), END)), utc(13, 0, 10), noon)[1][-1]
    assert values(one, "V1", "V2", "X1", "X2") == values(without, "V1", "V2", "X1", "X2")
    assert one.reading.times["X1"] == utc(13, 16, 30)  # hours of stocks end at half past
    assert one.reading.times["V3"] <= noon


def test_the_leadership_of_shares_is_as_of_their_closes(looks: list[IntradayEvaluation]) -> None:
    for look in looks[::50]:
        assert look.reading.times["E1"].hour == 20
        assert look.reading.times["E1"] < look.evaluation.at


def test_a_yield_counts_from_its_publication_on(looks: list[IntradayEvaluation]) -> None:
    """That of the 12th is published on the 13th at 16:15 in New York."""
    before, after = at(looks, utc(13, 20, 10)), at(looks, utc(13, 20, 15))
    assert values(before, "M2") == values(at(looks, utc(13, 0, 10)), "M2")
    assert values(before, "M2") != values(after, "M2")


def test_when_the_day_is_over_the_look_reads_what_the_close_reads(
    busy: HistoryFolder, looks: list[IntradayEvaluation]
) -> None:
    """But for the futures of the evening, which the close does not know, and the last minutes of the coin's day."""
    daily = {one.session: one for one in judged(feed_of(busy))}
    for day, before in ((12, 11), (13, 12), (17, 14), (18, 17)):
        look = at(looks, utc(day, 20, 5)).evaluation
        for name in ("E1", "E2", "E3"):
            assert look.raw[name] == daily[utc(before, 0).date()].raw[name]
        for name in ("V1", "V2", "V3"):
            assert look.raw[name].x == pytest.approx(daily[utc(day, 0).date()].raw[name].x, rel=0.02), name


# ------------------------------------------------------------------------------------------------ what is missing


def test_a_price_that_is_too_old_in_its_session_is_not_held(busy: HistoryFolder) -> None:
    fell_silent = utc(13, 15)
    folder = silent(busy, "VIX", fell_silent, END)
    seen = watched(feed_of(folder), utc(13, 0, 10), utc(13, 18))[1]
    gone = [look.evaluation.at for look in seen if "V3" in look.evaluation.missing]
    assert gone[0] > fell_silent + timedelta(hours=1)
    assert gone == [look.evaluation.at for look in seen if look.evaluation.at >= gone[0]]
    assert at_(seen, gone[0]).evaluation.reason == ""


def at_(looks: Sequence[IntradayEvaluation], instant: datetime) -> IntradayEvaluation:
    return next(look for look in looks if look.evaluation.at == instant)


@pytest.mark.parametrize(("names", "reason"), [(("BTC",), "critical_stale"), (("SPX", "ES"), "critical_stale")])
def test_without_a_critical_price_there_is_no_light(busy: HistoryFolder, names: tuple[str, ...], reason: str) -> None:
    folder = busy
    for name in names:
        folder = silent(folder, name, utc(13, 15), utc(13, 18))
    seen = watched(feed_of(folder), utc(13, 0, 10), utc(13, 20))[1]
    dark = [look.evaluation for look in seen if look.evaluation.reason]
    assert {(one.face, one.ceiling, one.reason) for one in dark} == {(Face.NO_DATA, Face.NO_DATA, reason)}
    assert utc(13, 15) < dark[0].at < utc(13, 17)
    assert utc(13, 18) <= dark[-1].at <= utc(13, 19)
    assert not seen[-1].evaluation.reason


@pytest.mark.parametrize(
    "gone",
    [
        (("VIX", utc(13, 14), utc(13, 19)),),
        (("BTC", utc(15, 3), utc(15, 9)), ("BTC", utc(17, 15), utc(17, 16))),
        (("ES", utc(17, 2), utc(17, 9)), ("NQ", utc(17, 2), utc(17, 5))),
        (("QQQ", utc(18, 15), utc(18, 17)), ("NQ", utc(18, 15), utc(18, 17)), ("VIX", utc(18, 8), utc(19, 8))),
    ],
)
def test_holes_never_make_the_ceiling_calmer(
    busy: HistoryFolder, looks: list[IntradayEvaluation], gone: tuple[tuple[str, datetime, datetime], ...]
) -> None:
    folder, unsure = busy, set()
    for name, since, until in gone:
        folder = silent(folder, name, since, until)
        # for so long the last price is young enough to be used, and the light is as old as that
        unsure |= {since + timedelta(minutes=5 * n) for n in range(1, 26)}
    since, until = min(each[1] for each in gone), max(each[2] for each in gone)
    start = datetime.combine(since.date(), START.timetz())
    seen = watched(feed_of(folder), start, min(END, until + timedelta(hours=9)))[1]
    first = (seen[0].evaluation.at - START) // timedelta(minutes=5)
    for one, two in zip(looks[first:], seen, strict=False):
        whole, part = one.evaluation, two.evaluation
        assert part.at == whole.at
        if part.at in unsure:
            continue
        assert part.ceiling.severity >= max(whole.face.severity, part.face.severity), part.at
        if not part.reason and whole.score.value is not None:
            assert part.score.low <= whole.score.value <= part.score.high, part.at
    assert any(two.evaluation.missing for two in seen)


# ------------------------------------------------------------------------------------------------ when one looks


@pytest.mark.parametrize("instant", [utc(13, 14, 37), utc(15, 12), utc(18, 0, 10), utc(18, 3, 2)])
def test_coming_later_gives_the_same_light(
    busy: HistoryFolder, looks: list[IntradayEvaluation], instant: datetime
) -> None:
    """Of the days before only the record and what is held by a shock matter."""
    monitor = new_monitor(feed_of(busy))
    monitor.refresh(instant)
    found = monitor.intraday.last
    assert found is not None
    same = at(looks, instant)
    assert _without_since(found) == _without_since(same)


def test_looking_at_any_time_is_the_same(busy: HistoryFolder, looks: list[IntradayEvaluation]) -> None:
    rng = np.random.default_rng(3)
    monitor, now = new_monitor(feed_of(busy)), START
    seen: list[IntradayEvaluation] = []
    monitor.intraday.observer = seen.append
    monitor.refresh(now)
    while now < utc(14, 6):
        now += timedelta(minutes=float(rng.choice([1, 4, 11, 75, 400])))
        monitor.refresh(now)
    assert [as_text(look) for look in seen] == [as_text(look) for look in looks[: len(seen)]]


@pytest.mark.parametrize("instant", [utc(13, 16, 40), utc(16, 22, 30), utc(18, 9)])
def test_what_comes_later_changes_no_look(
    busy: HistoryFolder, looks: list[IntradayEvaluation], instant: datetime
) -> None:
    """Everything recorded after an instant is taken out of the folder."""
    folder = busy
    for name, intervals in busy.bars.items():
        for interval in (each for each in intervals if each.intraday):
            folder = with_bars(folder, name, lambda ends: ends <= to_ns(instant), interval)
        daily = intervals[DAY_1]
        over = daily.time + (1 if name == "BTC" else 20 / 24) * 86_400 * 10**9
        kept = {**folder.bars[name], DAY_1: picked(daily, np.flatnonzero(over <= to_ns(instant)))}
        folder = replace(folder, bars={**folder.bars, name: kept})
    start = datetime.combine(instant.date(), START.timetz())
    seen = watched(feed_of(folder), start, instant)[1]
    first = (seen[0].evaluation.at - START) // timedelta(minutes=5)
    assert [_without_since(look) for look in seen] == [
        _without_since(each) for each in looks[first : first + len(seen)]
    ]
    assert seen[-1].evaluation.at > instant - timedelta(minutes=5)


# ------------------------------------------------------------------------------------------------------- offered


@pytest.mark.parametrize("name", ["BTC", "SPX", "QQQ"])
def test_without_hours_of_what_is_critical_the_daily_light_stays(busy: HistoryFolder, name: str) -> None:
    """A future may stand in for its index."""
    names = {"SPX": ("SPX", "ES"), "QQQ": ("QQQ", "NQ")}.get(name, (name,))
    bars = {n: {DAY_1: each[DAY_1]} if n in names else each for n, each in busy.bars.items()}
    monitor, seen = watched(feed_of(replace(busy, bars=bars)), START, utc(12, 12))
    assert seen == []
    light = monitor.snapshot(utc(12, 12)).light
    assert (light.as_of, light.provisional) == (START, False)
    only = {n: {DAY_1: each[DAY_1]} if n in names[:1] else each for n, each in busy.bars.items()}
    if len(names) > 1:
        assert watched(feed_of(replace(busy, bars=only)), START, utc(12, 12))[1]


def test_without_hours_of_the_vix_the_light_is_looked_at_and_says_that_it_lacks_them(
    busy: HistoryFolder, looks: list[IntradayEvaluation]
) -> None:
    days = {n: {DAY_1: each[DAY_1]} if n == "VIX" else each for n, each in busy.bars.items()}
    without = {n: each for n, each in busy.bars.items() if n != "VIX"}
    night, noon = utc(12, 6), utc(12, 16)
    seen = watched(feed_of(replace(busy, bars=days)), START, noon)[1]
    assert values(at(seen, night), "V3") == values(at(looks, night), "V3")
    assert np.isnan(values(at(seen, noon), "V3")).all()
    assert np.isnan(values(watched(feed_of(replace(busy, bars=without)), START, noon)[1][-1], "V3")).all()
    for mine, whole in zip(seen, looks, strict=False):
        assert mine.evaluation.ceiling.severity >= whole.evaluation.ceiling.severity
        assert mine.evaluation.raw["V1"] == whole.evaluation.raw["V1"]


def test_the_snapshot_shows_the_newest_look(busy: HistoryFolder, looks: list[IntradayEvaluation]) -> None:
    now = utc(13, 17, 3)
    monitor, _ = watched(feed_of(busy), START, now)
    shown, look = monitor.snapshot(now), at(looks, utc(13, 17)).evaluation
    assert (shown.light.face, shown.light.score, shown.light.as_of) == (look.face, look.score.value, look.at)
    assert shown.light.provisional
    assert not shown.light.stocks_closed
    assert shown.light.next_evaluation == utc(14, 0, 10)
    assert sum(pillar.contribution or 0 for pillar in shown.pillars) == pytest.approx(shown.light.score)
    assert sum(reading.contribution or 0 for reading in shown.readings) == pytest.approx(shown.light.score)
    assert all(reading.as_of is None or reading.as_of <= now for reading in shown.readings)
    moved = sum(mover.points for mover in shown.movers)
    daily = monitor.evaluations[-1].score.value or 0
    assert moved == pytest.approx((shown.light.score or 0) - daily)
    weekend = watched(feed_of(busy), utc(15, 0, 10), utc(15, 6))[0].snapshot(utc(15, 6)).light
    assert weekend.stocks_closed
    assert weekend.provisional


def test_a_long_leap_looks_at_the_last_day_only(busy: HistoryFolder) -> None:
    monitor = new_monitor(feed_of(busy))
    seen: list[IntradayEvaluation] = []
    monitor.intraday.observer = seen.append
    monitor.refresh(START)
    monitor.refresh(utc(19, 3))
    assert [look.evaluation.at for look in seen][:2] == [START, utc(19, 0, 10)]


def test_a_face_that_has_risen_is_withdrawn_by_the_next_close_that_does_not_confirm_it(busy: HistoryFolder) -> None:
    """Not by the exit level and two closes of a face that a close has had."""
    feed, start = feed_of(busy), utc(18, 0, 10)
    _, seen = watched(feed, start, utc(20, 0, 10))
    risen = next(
        look
        for look in seen
        if look.state.light.face is not look.state.base.face
        and not look.state.hold.fired
        and not look.evaluation.reason
    )
    at, value = risen.evaluation.at, risen.evaluation.score.value or 0.0
    monitor, _ = watched(feed, start, at)
    shown = monitor.snapshot(at)
    assert shown.light.face is risen.state.light.face
    assert shown.flip is not None
    calmer = shown.flip.calmer
    assert calmer is not None
    level = {Face.WATCH: 60.0, Face.RISK_OFF: 72.0}[shown.light.face]
    assert (calmer.threshold, calmer.closes) == (level, 1)
    assert calmer.points == pytest.approx(value - level)
