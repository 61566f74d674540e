"""The policy path of a live feed, from the request to the screen, against what the servers' own tables say.

The unmodified client asks a Yahoo on loopback, the source of fixings the three publishers; the path is reckoned here
once more from what those quote, with nothing of the program's own arithmetic.
"""

from __future__ import annotations

import calendar as months_of
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from barograph.engine.chart_series import ChartBoard
from barograph.engine.context.chart_lines import ChartLines
from barograph.engine.context_view import ContextView, PolicyView
from barograph.engine.messages import SeriesKey, SeriesUpdate
from barograph.engine.monitor import Monitor
from barograph.engine.snapshot_json import snapshot_values
from barograph.feeds.book import Book
from barograph.feeds.live.feed import LiveFeed
from barograph.feeds.yahoo.source import YahooSource
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.instants import label_date, label_ns, to_ns
from barograph.market.intervals import Interval
from barograph.market.universe_file import load_universe
from tests.acceptance.shown import Shown
from tests.acceptance.truth import wrong_policy
from tests.engine.runs import RULES
from tests.feeds.fred.asking import Hosts
from tests.feeds.fred.running import Running
from tests.feeds.yahoo.world import World
from tests.loopback.http import HttpServer
from tests.loopback.yahoo import YahooHost
from tests.loopback.yahoo_prices import MadeUpPrices

FEBRUARY = datetime(2026, 2, 27, 0, 12, tzinfo=UTC)
"""The evening of a Thursday in New York; the next decision is on 18 March."""
DECIDED = datetime(2026, 3, 19, 0, 12, tzinfo=UTC)
"""The evening after it: another month trades, and nobody has published a rate of a later day yet."""
AFTER = datetime(2026, 3, 25, 0, 12, tzinfo=UTC)
"""The next decision, on 29 April, lies in the last week of its month."""
SINCE = date(2025, 12, 1)
TABLE = """
version = "path"
symbol = [{ id = "SPX", symbol = "^GSPC", role = "daily", judged = true }]
[fed_funds]
months = 13
suffix = ".CBT"
delay_s = 900
quiet_step = 0.25
"""


def symbol_of(year: int, month: int) -> str:
    """As Chicago names the contract of a month; months beyond December are those of the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return f"ZQ{'FGHJKMNQUVXZ'[month - 1]}{year % 100}.CBT"


class Recent(MadeUpPrices):
    """Quotes since `SINCE` only, so that few sessions are judged."""

    def bars(self, symbol: str, interval: Interval, first_ns: int, last_ns: int, seen_ns: int) -> Bars | None:
        return super().bars(symbol, interval, max(first_ns, label_ns(SINCE)), last_ns, seen_ns)


@dataclass
class Live:
    """A live feed with its servers, and a monitor on it."""

    world: World
    fixings: Running
    source: YahooSource
    feed: LiveFeed
    monitor: Monitor

    def to(self, now: datetime) -> None:
        """Wake in the evening of a session: the sources ask for what is due, and the session is judged."""
        hosts, slept = self.fixings.hosts, now > self.world.at + timedelta(hours=1)
        with hosts.lock:  # nobody is answered before it is known that time made a leap
            self.world.at = now
            hosts.world.today = now.date()
            publish(hosts, now)
            self.fixings.pace.to(now)
            if slept:
                self.feed.woke()
        self.fixings.settle()
        self.feed.renew(now)
        while self.source.step(self.world.at) < 5:
            self.world.at += timedelta(seconds=2)
        for minutes in (0, 70, 140):  # of a first record much is waited for
            self.monitor.refresh(now + timedelta(minutes=minutes))
        self.now = now + timedelta(minutes=140)

    @property
    def context(self) -> ContextView:
        context = self.monitor.snapshot(self.now).context
        assert context is not None
        return context

    @property
    def policy(self) -> PolicyView:
        policy = self.context.policy
        assert policy is not None
        return policy

    @property
    def shown(self) -> Shown:
        return Shown(snapshot_values(self.monitor.snapshot(self.now)))

    def lines(self, *keys: SeriesKey) -> dict[SeriesKey, SeriesUpdate]:
        board = ChartBoard(self.monitor.tape, RULES, ChartLines(self.monitor.around, self.monitor.tape))
        board.watch(keys)
        return {update.key: update for update in board.updates(self.now, {}, self.monitor.evaluations)}

    # ----------------------------------------------------------------------------- what the servers' tables say

    def close(self, symbol: str, session: date) -> float:
        """The server's close of a session."""
        label = label_ns(session)
        bars = self.world.host.prices.bars(symbol, Interval.DAY_1, label, label, to_ns(self.now))
        assert bars is not None
        return float(bars.close[0])

    def effective(self, on: date) -> float:
        """The newest rate that is public in the evening of a session: of the day before it."""
        return self.fixings.hosts.world.values["DFF"][on - timedelta(days=1)]

    def path12(self, session: date) -> float:
        return 100 * (100 - self.close(symbol_of(session.year + 1, session.month), session) - self.effective(session))


def publish(hosts: Hosts, now: datetime) -> None:
    """All that is public in the evening of a session; the policy rate is another one each day, at weekends Friday's."""
    for back in range(2, (now.date() - SINCE).days):
        day = now.date() - timedelta(days=back)
        set_on = day - timedelta(days=max(0, day.weekday() - 4))
        hosts.world.publish(day)
        hosts.world.publish(day, "DFF", value=round(3.6 + set_on.toordinal() % 11 / 100, 2))


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    host = YahooHost(lambda: world.at, Recent())
    hosts, book, universe = Hosts(SINCE, FEBRUARY.date(), SINCE), Book(), load_universe()
    publish(hosts, FEBRUARY)
    with HttpServer(host.hosts) as server, Running(hosts, FEBRUARY, book) as fixings:
        world = World(host, server, tmp_path / "yahoo", universe, FEBRUARY)
        source = world.source(book, table=TABLE)
        feed = LiveFeed((source, fixings.source), book, universe, calendar, (), FEBRUARY)
        yield Live(world, fixings, source, feed, Monitor(feed, universe, RULES, calendar))
        for client in world.opened:
            client.close()


def asked_for(live: Live) -> list[str]:
    """The dated months that were asked for since the last look, nearest first."""
    found = {symbol for symbol, _, _ in live.world.host.charts if symbol.endswith(".CBT")}
    live.world.host.charts.clear()
    return sorted(found, key=lambda symbol: (symbol[3:5], "FGHJKMNQUVXZ".index(symbol[2])))


def test_path_odds_and_repricing_are_what_the_servers_quote(live: Live) -> None:
    live.to(FEBRUARY)
    policy, session = live.policy, date(2026, 2, 26)
    assert asked_for(live) == [symbol_of(2026, 2 + ahead) for ahead in range(13)]
    assert [month.month for month in policy.months] == [date(2026 + (m - 1) // 12, (m - 1) % 12 + 1, 1)
                                                        for m in range(2, 15)]  # fmt: skip
    for ahead, month in enumerate(policy.months):
        assert month.rate == pytest.approx(100 - live.close(symbol_of(2026, 2 + ahead), session), abs=1e-9)
    assert policy.path12_bp == pytest.approx(live.path12(session), abs=1e-6)

    effective, days = live.effective(session), months_of.monthrange(2026, 3)[1]
    mean = 100 - live.close("ZQH26.CBT", session)
    after = (mean * days - 18 * effective) / (days - 18)
    assert (policy.next_meeting, policy.read_next_month) == (date(2026, 3, 18), False)
    assert policy.rate_after == pytest.approx(after, abs=1e-9)
    assert policy.cut == pytest.approx(max(0.0, (effective - after) / 0.25), abs=1e-7)
    assert policy.rise == pytest.approx(max(0.0, (after - effective) / 0.25), abs=1e-7)

    sessions = [label_date(label) for label in calendar("XNYS").session_labels(SINCE, session).tolist()]
    change = 100 * (live.close("ZQG27.CBT", sessions[-11]) - live.close("ZQG27.CBT", session))
    assert policy.repricing_bp == pytest.approx(change, abs=1e-6)
    assert policy.fast is (abs(change) >= 15)


def test_what_is_shown_of_it_is_what_was_reckoned(live: Live) -> None:
    """Evidence rows, the signs of scenarios and cascade, and the chart on every interval."""
    live.to(FEBRUARY)
    policy, context, shown, session = live.policy, live.context, live.shown, date(2026, 2, 26)
    assert policy.repricing_bp is not None
    assert wrong_policy(shown, live.world.host.prices, live.fixings.hosts.world.values) == []
    rows = {name: shown.row(name) for name in ("policy_path12", "repricing_10d", "fomc_move")}
    assert rows["policy_path12"]["value"] == pytest.approx(live.path12(session), abs=1e-6)
    assert rows["repricing_10d"]["value"] == policy.repricing_bp
    assert rows["repricing_10d"]["source"] == "fed funds futures"
    assert rows["fomc_move"]["value"] == pytest.approx(100 * max(policy.cut or 0, policy.rise or 0))
    assert {row["state"] for row in rows.values()} == {"closed"}
    assert datetime.fromisoformat(rows["policy_path12"]["as_of"]).date() == session - timedelta(days=1)  # of the rate
    assert context.scenarios is not None
    signs = {sign.id: sign.value for each in context.scenarios.evidence for sign in each.signs}
    assert signs["policy_dearer"] == signs["policy_cheaper"] == policy.repricing_bp

    day, hour = (SeriesKey("POLICY PATH", each) for each in (Interval.DAY_1, Interval.HOUR_1))
    lines = live.lines(day, hour, SeriesKey("POLICY 2Y", Interval.DAY_1))
    drawn = dict(zip(lines[day].time.tolist(), lines[day].close.tolist(), strict=True))
    assert len(drawn) > 50
    of_the_year = [label for label in drawn if label_date(label).year == 2026]  # offices were closed at Christmas
    for label in of_the_year:
        assert drawn[label] == pytest.approx(live.path12(label_date(label)), abs=1e-6), label_date(label)
    assert len(of_the_year) > 35
    assert label_date(max(drawn)) == session
    assert lines[hour].close.tolist() == lines[day].close.tolist()
    assert (lines[hour].time - lines[day].time).max() < 24 * Interval.HOUR_1.ns
    assert (lines[day].unit, lines[day].source, lines[day].empty_reason) == ("bp", "Yahoo, DFF fixing", "")
    two_year = lines[SeriesKey("POLICY 2Y", Interval.DAY_1)]
    newest = label_date(int(two_year.time[-1]))
    world = live.fixings.hosts.world.values
    assert two_year.close[-1] == pytest.approx(100 * (world["DGS2"][newest] - world["DFF"][newest]))


def test_a_month_that_is_over_is_left_and_the_new_one_is_followed(live: Live) -> None:
    live.to(FEBRUARY)
    key = SeriesKey("POLICY PATH", Interval.DAY_1)
    before = live.lines(key)[key]
    asked_for(live)
    live.to(DECIDED)
    session = date(2026, 3, 18)
    assert asked_for(live) == [symbol_of(2026, 3 + ahead) for ahead in range(13)]
    assert [month.instrument for month in live.policy.months][::12] == ["ZQH26", "ZQH27"]
    assert live.policy.path12_bp == pytest.approx(live.path12(session), abs=1e-6)
    assert live.source.health(live.now)[0].last_error == ""
    after = live.lines(key)[key]
    assert np.array_equal(after.close[: len(before.close)], before.close)
    for label, value in zip(after.time[-14:].tolist(), after.close[-14:].tolist(), strict=True):
        assert value == pytest.approx(live.path12(label_date(label)), abs=1e-6)
    sessions = [label_date(label) for label in calendar("XNYS").session_labels(SINCE, session).tolist()]
    change = 100 * (live.close("ZQH27.CBT", sessions[-11]) - live.close("ZQH27.CBT", session))
    assert live.policy.repricing_bp == pytest.approx(change, abs=1e-6), "a roll is no repricing"


def test_odds_wait_for_a_rate_of_after_the_last_decision(live: Live) -> None:
    """On the evening of a decision the published rate is that of before it, and says nothing of the next one."""
    live.to(DECIDED)
    assert live.policy.next_meeting == date(2026, 4, 29)
    assert (live.policy.cut, live.policy.rise) == (None, None)
    assert (live.shown.row("fomc_move")["value"], live.shown.row("fomc_move")["state"]) == (None, "missing")
    live.to(AFTER)
    session = date(2026, 3, 24)
    assert (live.policy.next_meeting, live.policy.read_next_month) == (date(2026, 4, 29), True)
    mean = 100 - live.close("ZQK26.CBT", session)  # May's: there is no meeting in it
    assert live.policy.rate_after == pytest.approx(mean, abs=1e-9)
    assert live.policy.cut == pytest.approx(max(0.0, (live.effective(session) - mean) / 0.25), abs=1e-7)
    assert wrong_policy(live.shown, live.world.host.prices, live.fixings.hosts.world.values) == []


def test_months_that_yahoo_does_not_serve_are_told_as_missing_and_the_two_year_yield_stands_in(live: Live) -> None:
    live.world.host.prices = Recent(frozenset(symbol_of(2026, 2 + ahead) for ahead in range(13)))
    live.to(FEBRUARY)
    assert (live.policy.months, live.policy.path12_bp, live.policy.reason) == ((), None, "no_data")
    assert live.policy.repricing_bp is not None
    assert live.shown.row("policy_path12")["state"] == "missing"
    assert live.shown.row("repricing_10d")["source"] == "DGS2 fixing"
    line = next(iter(live.lines(SeriesKey("POLICY PATH", Interval.DAY_1)).values()))
    assert (len(line.time), line.empty_reason) == (0, "no_bars")
