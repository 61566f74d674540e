"""The guard against looking ahead: it finds nothing where there is nothing, and every way to cheat that is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from barograph.__main__ import main
from barograph.engine.lookahead import Comparison, compare, report
from barograph.engine.opening import UnusableInputError
from barograph.feeds.contract import BarsAnswer
from barograph.feeds.recorded.feed import RecordedFeed
from barograph.feeds.recorded.folder import HistoryFolder
from barograph.feeds.recorded.truncation import known_by
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Fixings
from tests.engine.runs import RULES, UNIVERSE, feed_of

FAR = datetime(2030, 1, 1, tzinfo=UTC)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2023, 4, day, hour, minute, tzinfo=UTC)


class Honest(RecordedFeed):
    """What the others cheat on."""

    def __init__(self, folder: HistoryFolder) -> None:
        super().__init__(folder, UNIVERSE, calendar)


class YieldsBeforePublication(Honest):
    """A fixing is answered on its own date, as tables of today show it."""

    def fetch_fixings(self, series_id: str, after_ns: int | None, now: datetime) -> Fixings:
        found = super().fetch_fixings(series_id, after_ns, FAR)
        known = found.time + DAY_NS
        there = known <= to_ns(now)
        return Fixings(found.time[there], found.value[there], known[there])


class TomorrowsClose(Honest):
    """Each session has the close of the next one."""

    def fetch_bars(self, instrument_id: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        answer = super().fetch_bars(instrument_id, interval, after_ns, now)
        if instrument_id != "VIX" or interval is not Interval.DAY_1:
            return answer
        every = super().fetch_bars(instrument_id, interval, None, FAR).closed
        shifted = np.append(every.close[1:], every.close[-1])
        rows = np.searchsorted(every.time, answer.closed.time)
        return replace(answer, closed=replace(answer.closed, close=shifted[rows]))


class ScaledByTheWholeSample(Honest):
    """Prices are divided by the mean of all that there will ever be."""

    def fetch_bars(self, instrument_id: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        answer = super().fetch_bars(instrument_id, interval, after_ns, now)
        mean = float(np.mean(super().fetch_bars("VIX", Interval.DAY_1, None, FAR).closed.close))
        if instrument_id != "VIX":
            return answer
        return replace(answer, closed=scaled(answer.closed, 1 / mean))


class TheNextHour(Honest):
    """A short bar is answered an hour before it has closed."""

    def fetch_bars(self, instrument_id: str, interval: Interval, after_ns: int | None, now: datetime) -> BarsAnswer:
        if instrument_id != "BTC" or not interval.intraday:
            return super().fetch_bars(instrument_id, interval, after_ns, now)
        early = super().fetch_bars(instrument_id, interval, None, now + timedelta(hours=1))
        times = early.closed.time - Interval.HOUR_1.ns
        moved = replace(early.closed, time=times)
        return replace(early, closed=moved if after_ns is None else moved.after(after_ns), forming=Bars.empty())


def scaled(bars: Bars, factor: float) -> Bars:
    open_, high, low, close = (factor * column for column in (bars.open, bars.high, bars.low, bars.close))
    return Bars(bars.time, open_, high, low, close, bars.volume)


def compared(folder: HistoryFolder, feed: type[Honest], first: datetime | None = None) -> Comparison:
    return compare(folder, UNIVERSE, RULES, feed, first, cuts=2)


@pytest.fixture(scope="module")
def late(made: HistoryFolder) -> datetime:
    """From here on the light is on."""
    return datetime(2023, 3, 1, tzinfo=UTC)


def test_an_honest_feed_is_found_to_be_one(made: HistoryFolder) -> None:
    found = compared(made, Honest)
    assert found.differences == ()
    assert len(found.cuts) == 3
    assert found.rows > 800
    assert found.values > 30 * found.rows
    assert "none was changed by what came later" in report(found)


@pytest.mark.parametrize(
    ("feed", "column"),
    [(YieldsBeforePublication, "M2 x"), (TomorrowsClose, "V3 x"), (ScaledByTheWholeSample, "V3 x")],
)
def test_a_feed_that_cheats_is_found_out(made: HistoryFolder, late: datetime, feed: type[Honest], column: str) -> None:
    found = compared(made, feed, late)
    assert column in {each.column for each in found.differences}
    for each in found.differences:
        assert each.whole != each.copy
        assert each.when <= each.cut.date().isoformat()
    said = report(found).splitlines()
    assert said[0].endswith("were changed by what came later")
    assert len(said) <= 22
    first = found.differences[0]
    assert said[1].startswith(f"{first.when}  {first.column}: {first.whole}, but {first.copy} in the copy that ends ")


def test_a_feed_that_cheats_between_two_closes_is_found_out(
    busy: HistoryFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barograph.engine.lookahead.LOOK_DAYS", timedelta(days=1))
    bounds = utc(17, 12), utc(18, 18)
    honest = compare(busy, UNIVERSE, RULES, Honest, *bounds, between_closes=True, cuts=1)
    assert honest.differences == ()
    assert honest.rows > 300
    found = compare(busy, UNIVERSE, RULES, TheNextHour, *bounds, between_closes=True, cuts=1)
    assert {"C1 x", "score"} <= {each.column for each in found.differences}
    assert any("T" in each.when for each in found.differences)


def test_a_stretch_without_anything_to_judge_is_refused(made: HistoryFolder) -> None:
    with pytest.raises(UnusableInputError, match="there is nothing to judge in that stretch of time"):
        compared(made, Honest, FAR)


def test_a_copy_holds_what_was_known_and_nothing_else(rich: HistoryFolder) -> None:
    cut = datetime(2022, 9, 8, 0, 10, tzinfo=UTC)
    copy = known_by(rich, to_ns(cut), UNIVERSE, calendar)
    day = label_ns(date(2022, 9, 7))
    assert int(copy.bars["BTC"][Interval.DAY_1].time[-1]) == day
    assert int(copy.bars["SPX"][Interval.DAY_1].time[-1]) == day
    assert int(copy.bars["BTC"][Interval.HOUR_1].time[-1]) == day + 23 * Interval.HOUR_1.ns
    assert int(copy.series["DGS10"].known_at[-1]) <= to_ns(cut)
    assert int(copy.series["DGS10"].time[-1]) == day - DAY_NS
    for venues in (copy.funding, copy.open_interest, copy.liquidations):
        for each in venues["BTC"].values():
            assert len(each.rows.time) == len(each.known_at)
            assert int(each.known_at[-1]) <= to_ns(cut)
    assert len(feed_of(copy).fetch_bars("ES", Interval.HOUR_4, None, cut).closed) > 100
    whole = known_by(rich, to_ns(FAR), UNIVERSE, calendar)
    assert len(whole.bars["ES"][Interval.HOUR_1]) == len(rich.bars["ES"][Interval.HOUR_1])


def test_the_command_says_what_it_compared(
    made_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["replay", str(made_folder), "--check-lookahead", "--from", "2023-06-01", "--data-dir", str(tmp_path)]
    assert main(words) == 0
    said = capsys.readouterr().out
    assert said.startswith("REPLAY Made-up history: 9 copies that end between 2023-06-")
    assert said.endswith("values compared: none was changed by what came later\n")


def test_the_command_fails_where_something_was_changed(
    made_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("barograph.commands.recorded_feed", lambda folder, _: TomorrowsClose(folder))
    words = ["replay", str(made_folder), "--check-lookahead", "--from", "2023-06-01", "--data-dir", str(tmp_path)]
    assert main(words) == 1
    assert "V3 x" in capsys.readouterr().out
