"""The source in its threads: who serves which series, how often each host is asked, and what a fault leaves behind."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from barograph.feeds.book import Book
from barograph.feeds.contract import Advisory, FeedErrorKind
from barograph.feeds.fred import source as source_module
from barograph.feeds.fred.source import PER_HOUR, FixingsSource
from barograph.feeds.fred.tasks import NewYorkFedTask
from barograph.feeds.options import LiveOptions, Refresh
from barograph.feeds.source import Source
from barograph.market.fomc import shipped_meetings
from barograph.market.freshness import Freshness
from barograph.market.instants import label_ns
from barograph.market.universe_file import load_universe
from tests.feeds.fred.asking import BOUND_S, FRIDAY, MONDAY, TUESDAY, HandPace, Hosts, wait_for
from tests.feeds.fred.running import SERIES, Running
from tests.loopback.fred import HOST as FRED_HOST
from tests.loopback.publisher import FIRST, RETRY_AFTER_S, Fault

RELEASE = datetime(2026, 11, 24, 21, 15, tzinfo=UTC)
"""16:15 in New York that Tuesday: Monday's yields come out."""
YIELDS, POLICY = SERIES[:3], SERIES[3:]


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


@pytest.fixture
def long() -> Hosts:
    """Hosts with all the years that are asked for, and more."""
    return Hosts(first=FIRST)


# ------------------------------------------------------------------------------------------------- who serves


def test_fred_serves_everything_and_the_others_are_looked_at(long: Hosts) -> None:
    hosts = long
    with Running(hosts) as running:
        running.settle()
        for series in SERIES:
            assert running.values(series).items() <= running.truth(series).items()
            assert len(running.values(series)) > (6 * 250 if series in YIELDS else 6 * 365)
            assert running.book.error(series, None) is None
            assert running.book.answered_at(series, None) == TUESDAY
        assert {series: running.served_by(series) for series in YIELDS} == dict.fromkeys(YIELDS, "FRED")
        running.pace.pass_(seconds=10)
        running.settle()
        assert running.requests() == {"FRED": 2, "US Treasury": 2, "New York Fed": 1}
        for line in running.source.health(running.pace.now()):
            assert (line.state, line.last_error, line.error_kind) == (Freshness.LIVE, "", None)
            assert line.last_success is not None
            assert line.requests_used == running.requests()[line.source]
            assert line.requests_allowed == PER_HOUR[line.source]
        assert running.health("FRED").newest == datetime(2026, 11, 21, tzinfo=UTC)


def test_history_reaches_six_years_back(long: Hosts) -> None:
    with Running(long) as running:
        running.settle()
        assert min(running.values("DGS10")) < date(2020, 12, 1)
        assert min(running.values("DGS10")) > FIRST


def test_without_fred_the_publishers_behind_it_serve_all_of_it(long: Hosts) -> None:
    hosts = long
    hosts.dead.add(FRED_HOST)
    with Running(hosts) as running:
        running.settle()
        running.pace.pass_(seconds=10)
        running.settle()
        first = (TUESDAY - timedelta(days=6 * 365)).date()
        for series in YIELDS:
            assert running.served_by(series) == "US Treasury"
            assert (
                running.values(series).items()
                >= {day: value for day, value in running.truth(series).items() if day >= first}.items()
            )
        for series in POLICY:
            assert running.served_by(series) == "New York Fed"
            assert min(running.values(series)) <= first
        for series in SERIES:
            assert running.book.error(series, None) is None
        fred = running.health("FRED")
        assert (fred.state, fred.error_kind) == (Freshness.ERROR, FeedErrorKind.UNREACHABLE)
        assert fred.last_error == "FRED cannot be reached"
        assert fred.waits_until is not None
        for name in ("US Treasury", "New York Fed"):
            assert running.health(name).last_error == ""


def test_when_fred_comes_back_it_serves_again_and_nothing_is_entered_twice(hosts: Hosts) -> None:
    hosts.dead.add(FRED_HOST)
    with Running(hosts) as running:
        running.settle()
        running.book.take_new()
        hosts.dead.clear()
        running.run_until(running.pace.now() + timedelta(minutes=10))
        assert running.health("FRED").last_error == ""
        hosts.world.publish(MONDAY)
        running.run_until(RELEASE + timedelta(minutes=15))
        assert {running.served_by(series) for series in YIELDS} == {"FRED"}
        for series, _, rows in running.book.take_new().fixings:
            if series in YIELDS:
                older = rows.time[rows.time < label_ns(date(2020, 12, 31))]
                assert len(rows) - len(older) <= 1


def test_a_host_that_hangs_delays_no_other(hosts: Hosts) -> None:
    hosts.fred.fault = Fault.SLOW
    with Running(hosts) as running:
        running.settle("FRED")
        running.pace.pass_(seconds=10)
        running.settle("FRED")
        assert len(hosts.fred.asked) == 1  # and it is still out
        assert {running.served_by(series) for series in YIELDS} == {"US Treasury"}
        assert {running.served_by(series) for series in POLICY} == {"New York Fed"}
        hosts.fred.fault = None
        hosts.fred.released.set()


def test_the_rate_of_the_new_york_fed_is_a_day_ahead_of_freds(hosts: Hosts) -> None:
    with Running(hosts) as running:
        running.settle()
        hosts.world.publish(MONDAY, "DFF", value=3.66)
        hosts.fred.fault = Fault.UNAVAILABLE
        running.run_until(TUESDAY + timedelta(hours=2))
        assert running.values("DFF")[MONDAY] == 3.66
        assert running.served_by("DFF") == "New York Fed"
        assert running.known("DFF", MONDAY) == RELEASE  # its rule says so, and it came before


@pytest.mark.parametrize("fred", [True, False])
def test_in_january_the_year_before_is_read_as_well(fred: bool) -> None:
    hosts = Hosts(date(2026, 12, 31), date(2027, 1, 4))
    if not fred:
        hosts.dead.add(FRED_HOST)
    with Running(hosts, datetime(2027, 1, 4, 15, tzinfo=UTC)) as running:
        running.settle()
        running.pace.pass_(seconds=10)
        running.settle()
        assert running.newest("DGS10") == date(2026, 12, 31)
        assert running.health("US Treasury").last_error == ""
        assert running.health("US Treasury").newest == datetime(2027, 1, 1, tzinfo=UTC)
        assert {request.query["field_tdr_date_value"] for request in hosts.treasury.asked} >= {"2026", "2027"}


def test_a_fault_of_fred_sends_the_treasury_out_at_once(hosts: Hosts) -> None:
    hosts.fred.fault = Fault.SLOW
    running = Running(hosts)
    running.pace.wait_s = 3 * BOUND_S  # who rests looks again only when told to
    with running:
        wait_for(lambda: running.pace.rests.get("fixings US Treasury", 0) > 0, "the Treasury rests")
        hosts.fred.released.set()
        wait_for(lambda: running.newest("DGS10") == FRIDAY, "the Treasury's value is there")


# -------------------------------------------------------------------------------------------------- how often


def test_a_value_that_is_due_is_asked_for_every_hour_and_no_sooner(hosts: Hosts) -> None:
    """Whatever the usual period: FRED is slow at times, and is left alone for an hour."""
    with Running(hosts, refresh=Refresh(fixings_s=86_400.0)) as running:
        running.settle()
        running.run_until(RELEASE - timedelta(minutes=1))
        before = len(hosts.fred.asked)
        running.run_until(RELEASE + timedelta(minutes=150))
        assert 4 <= len(hosts.fred.asked) - before <= 2 * 3
        hosts.world.publish(MONDAY)
        running.run_until(RELEASE + timedelta(minutes=215))
        assert running.newest("DGS10") == MONDAY
        there = len(hosts.fred.asked)
        running.run_until(RELEASE + timedelta(hours=12))
        assert len(hosts.fred.asked) == there


def test_a_value_that_fred_is_late_with_comes_from_the_treasury(hosts: Hosts) -> None:
    with Running(hosts) as running:
        running.settle()
        running.run_until(RELEASE)
        hosts.world.publish(MONDAY)
        hosts.fred.world = Hosts().world  # FRED stands still
        running.run_until(RELEASE + timedelta(minutes=60))
        assert {running.newest(series) for series in YIELDS} == {MONDAY}
        assert running.served_by("DGS10") == "US Treasury"
        assert running.known("DGS10", MONDAY) >= RELEASE + timedelta(minutes=45)


def test_a_day_costs_few_requests_and_a_day_without_values_not_many_more(hosts: Hosts) -> None:
    with Running(hosts) as running:
        running.settle()
        running.pace.pass_(minutes=5)
        running.settle()
        start = running.requests()
        running.run_until(TUESDAY + timedelta(days=1), timedelta(minutes=10))
        asked = {name: count - start[name] for name, count in running.requests().items()}
        assert 40 <= asked["FRED"] <= 2 * 24  # every hour for two groups
        assert asked["US Treasury"] <= 2 * 24
        assert 20 <= asked["New York Fed"] <= 24


def test_no_hour_of_a_dead_network_has_more_requests_than_its_budget(hosts: Hosts) -> None:
    for publisher in hosts.publishers:
        publisher.fault = Fault.DROPPED
    with Running(hosts) as running:
        running.settle()
        for _ in range(3):
            before = running.requests()
            running.run_until(running.pace.now() + timedelta(hours=1), timedelta(minutes=1))
            for name, count in running.requests().items():
                assert 0 < count - before[name] <= PER_HOUR[name]


def test_retry_after_is_waited_for_and_shown(hosts: Hosts) -> None:
    hosts.fred.fault = Fault.TOO_MANY
    with Running(hosts) as running:
        running.settle()
        line = running.health("FRED")
        assert (line.error_kind, line.last_error) == (FeedErrorKind.RATE_LIMITED, "FRED asks for a pause")
        assert line.waits_until is not None
        assert line.waits_until >= TUESDAY + timedelta(seconds=RETRY_AFTER_S)
        running.run_until(TUESDAY + timedelta(seconds=RETRY_AFTER_S - 1))
        assert len(hosts.fred.asked) == 1


def test_everything_is_read_again_after_a_week_and_a_revision_found(hosts: Hosts) -> None:
    with Running(hosts) as running:
        running.settle()
        running.book.take_new()
        hosts.world.values["DGS10"][date(2026, 3, 2)] = 9.99
        running.run_until(TUESDAY + timedelta(days=2), timedelta(hours=4))
        assert running.values("DGS10")[date(2026, 3, 2)] != 9.99
        running.run_until(TUESDAY + timedelta(days=7, hours=3), timedelta(hours=4))
        assert running.values("DGS10")[date(2026, 3, 2)] == 9.99
        assert running.known("DGS10", date(2026, 3, 2)) >= TUESDAY + timedelta(days=7)
        revised = [rows for series, _, rows in running.book.take_new().fixings if series == "DGS10"]
        assert sum(len(rows) for rows in revised) == 1


# ----------------------------------------------------------------------------------------------------- faults


CONNECTION = {Fault.SLOW, Fault.BOMB, Fault.ENDLESS, Fault.ODD_ENCODING}
"""These concern the connection, which there is none of here: see test_connected."""


@pytest.mark.parametrize("fault", sorted({*Fault} - CONNECTION))
def test_whatever_the_hosts_do_nothing_is_invented_and_they_are_asked_again(fault: Fault, hosts: Hosts) -> None:
    for publisher in hosts.publishers:
        publisher.fault = fault
    with Running(hosts) as running:
        running.settle()
        running.run_until(TUESDAY + timedelta(minutes=20))
        for series in SERIES:
            if running.newest(series) is not None:
                assert running.values(series).items() <= running.truth(series).items()
        for publisher in hosts.publishers:
            publisher.fault = None
        hosts.world.publish(MONDAY)
        running.run_until(TUESDAY + timedelta(hours=2, minutes=30))
        for series in SERIES:
            assert running.newest(series) == MONDAY
            assert running.values(series).items() <= running.truth(series).items()
        for line in running.source.health(running.pace.now()):
            assert line.last_error == ""


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.PAGE, FeedErrorKind.BAD_DATA),
        (Fault.NOT_FOUND, FeedErrorKind.UNSUPPORTED),
        (Fault.BROKEN_OFF, FeedErrorKind.BAD_DATA),
        (Fault.CUT, FeedErrorKind.UNREACHABLE),
        (Fault.REPEATED, FeedErrorKind.BAD_DATA),
        (Fault.BACKWARD, FeedErrorKind.BAD_DATA),
        (Fault.NOT_A_NUMBER, FeedErrorKind.BAD_DATA),
        (Fault.HUGE, FeedErrorKind.BAD_DATA),
        (Fault.FUTURE, FeedErrorKind.BAD_DATA),
        (Fault.NOTHING, FeedErrorKind.EMPTY),
        (Fault.REFUSED, FeedErrorKind.REFUSED),
        (Fault.UNAVAILABLE, FeedErrorKind.UNREACHABLE),
        (Fault.AWAY, FeedErrorKind.BAD_DATA),
    ],
)
def test_faults_of_fred_are_told_apart_while_the_others_serve(fault: Fault, kind: FeedErrorKind, hosts: Hosts) -> None:
    hosts.fred.fault = fault
    with Running(hosts) as running:
        running.settle()
        running.pace.pass_(seconds=10)
        running.settle()
        assert running.health("FRED").error_kind is kind
        for series in YIELDS:
            assert running.newest(series) == FRIDAY
            assert running.served_by(series) == "US Treasury"


def test_series_that_fred_sends_as_an_archive_are_asked_for_apart(hosts: Hosts) -> None:
    hosts.by_name[FRED_HOST] = _Frequencies(hosts)
    with Running(hosts) as running:
        running.settle()
        assert running.newest("DFF") == FRIDAY
        assert running.served_by("DGS2") == "FRED"
        assert running.health("FRED").last_error == ""
        first = len(hosts.fred.asked)
        running.run_until(TUESDAY + timedelta(hours=1, minutes=15))
        assert len(hosts.fred.asked) - first == 4  # the archive is not asked for again


def test_an_archive_in_answer_to_everything_is_asked_for_less_and_less_often(hosts: Hosts) -> None:
    with Running(hosts) as running:
        running.settle()
        hosts.fred.fault = Fault.ARCHIVE
        hour = TUESDAY + timedelta(hours=1)
        running.run_until(hour + timedelta(minutes=10))
        asked = len(hosts.fred.asked)
        running.run_until(hour + timedelta(minutes=70), timedelta(minutes=1))
        assert 3 <= len(hosts.fred.asked) - asked <= 16
        line = running.health("FRED")
        assert line.error_kind is FeedErrorKind.BAD_DATA
        assert "archive" in line.last_error


class _Frequencies:
    """A FRED to which the policy rate and the target range are of different frequencies."""

    def __init__(self, hosts: Hosts) -> None:
        self.fred = hosts.fred

    def __call__(self, request):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN204
        if "DFF," in request.query["id"]:
            self.fred.fault = Fault.ARCHIVE
            reply = self.fred(request)
            self.fred.fault = None
            self.fred.asked.pop()
            return reply
        return self.fred(request)


def test_a_series_that_fred_gives_up_is_told_and_the_others_go_on(hosts: Hosts) -> None:
    hosts.fred.unknown.add("DFII10")
    with Running(hosts) as running:
        running.settle()
        line = running.health("FRED")
        assert (line.error_kind, line.last_error) == (FeedErrorKind.UNSUPPORTED, "FRED does not know DFII10")
        assert running.served_by("DGS10") == "FRED"
        running.pace.pass_(seconds=10)
        running.settle()
        assert running.served_by("DFII10") == "US Treasury"
        asked = len(hosts.fred.asked)
        running.run_until(TUESDAY + timedelta(hours=1, minutes=15))
        assert len(hosts.fred.asked) - asked == 2


def test_a_range_is_asked_for_where_the_newest_days_are_refused(hosts: Hosts) -> None:
    hosts.new_york.refuses_last = True
    with Running(hosts) as running:
        running.settle()
        assert [request.path.rpartition("/")[2] for request in hosts.new_york.asked] == ["20.json", "search.json"]
        assert running.health("New York Fed").last_error == ""


def test_a_mistake_of_ours_is_logged_once_and_shown_and_the_threads_go_on(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls = []

    def broken(_task: NewYorkFedTask, now: datetime) -> None:
        calls.append(now)
        raise RuntimeError("a mistake")

    monkeypatch.setattr(NewYorkFedTask, "ask", broken)
    with caplog.at_level(logging.ERROR), Running(hosts) as running:
        running.settle()
        running.run_until(TUESDAY + timedelta(minutes=45))
        assert 2 <= len(calls) <= 5
        assert "New York Fed" in running.health("New York Fed").last_error
        assert running.newest("DGS10") == FRIDAY
    assert len(caplog.records) == 1


# ------------------------------------------------------------------------------------------ sleep, clock, end


def test_after_a_sleep_everything_is_asked_for_at_once(hosts: Hosts) -> None:
    with Running(hosts) as running:
        running.settle()
        running.pace.pass_(seconds=10)
        running.settle()
        before = running.requests()
        hosts.world.publish(MONDAY)
        running.pace.pass_(minutes=3)
        running.source.woke()
        wait_for(lambda: running.newest("DGS10") == MONDAY, "Monday's value is there")
        running.settle()
        asked = {name: count - before[name] for name, count in running.requests().items()}
        assert asked == {"FRED": 2, "US Treasury": 2, "New York Fed": 1}


def test_waking_ends_the_pause_of_a_network_that_was_not_there(hosts: Hosts) -> None:
    hosts.dead.update(hosts.by_name)
    with Running(hosts) as running:
        running.settle()
        hosts.dead.clear()
        assert running.newest("DGS10") is None
        running.source.woke()
        wait_for(lambda: running.newest("DGS10") == FRIDAY, "the values are there, at the same instant")


@pytest.mark.parametrize("back", [timedelta(hours=3), timedelta(days=30)])
@pytest.mark.parametrize("fault", [None, Fault.NOTHING, Fault.PAGE])
def test_a_clock_that_is_set_back_does_not_silence_the_source(
    fault: Fault | None, back: timedelta, hosts: Hosts
) -> None:
    hosts.new_york.fault = fault
    with Running(hosts) as running:
        running.settle()
        running.pace.to(TUESDAY - back)
        before = len(hosts.new_york.asked)
        running.run_until(TUESDAY - back + timedelta(hours=2))
        assert len(hosts.new_york.asked) > before


def fixings_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("fixings")]


def test_stop_ends_the_threads_and_lets_go_of_the_connections(hosts: Hosts) -> None:
    with Running(hosts) as running:
        running.settle()
        running.source.start()  # a second time: nothing
        assert len(fixings_threads()) == 3
    assert fixings_threads() == []
    assert hosts.closed == 3
    running.source.stop()


def test_stop_does_not_wait_for_a_host_that_hangs_and_nothing_is_asked_after_it(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_module, "_STOP_S", 0.05)
    hosts.fred.fault = Fault.SLOW
    with Running(hosts) as running:
        wait_for(lambda: len(hosts.fred.asked) == 1, "FRED is asked")
        running.source.stop()
        assert "fixings FRED" in fixings_threads()
        assert all(thread.daemon for thread in threading.enumerate() if thread.name == "fixings FRED")
        hosts.fred.released.set()
        wait_for(lambda: fixings_threads() == [], "the thread ends by itself")
        assert len(hosts.fred.asked) == 1


def test_stop_before_start_is_harmless(hosts: Hosts) -> None:
    running = Running(hosts)
    running.source.stop()
    assert running.requests() == {"FRED": 0, "US Treasury": 0, "New York Fed": 0}


def test_what_the_store_held_is_there_from_the_start_and_only_what_is_new_is_recorded(hosts: Hosts) -> None:
    with Running(hosts) as running:
        running.settle()
        recording = running.book.take_new()
    book = Book()
    for series, source, fixings in recording.fixings:
        book.put_fixings(series, source, fixings, record=False)
    hosts.world.publish(MONDAY)
    with Running(hosts, TUESDAY + timedelta(days=1), book) as running:
        running.settle()
        new = {series: rows for series, _, rows in running.book.take_new().fixings}
        assert set(new) == set(SERIES)
        assert all(len(rows) == 1 for rows in new.values())


# ------------------------------------------------------------------------------------------- what it is, advice


def test_it_is_a_source_of_series_only(hosts: Hosts) -> None:
    source: Source = Running(hosts).source
    assert source.instruments(TUESDAY) == {}
    assert set(source.series()) == set(SERIES)
    assert [line.state for line in source.health(TUESDAY)] == [Freshness.MISSING] * 3


def test_series_that_a_universe_lacks_are_not_asked_for(hosts: Hosts) -> None:
    shipped = load_universe()
    only = type(shipped)("x", shipped.instruments, {"DGS10": shipped.series["DGS10"]}, shipped.groups)
    source = FixingsSource(Book(), LiveOptions(Path("unused")), only, HandPace(), get=hosts)
    assert source.series() == ("DGS10",)
    source.start()
    wait_for(lambda: len(hosts.fred.asked) == 1, "FRED is asked")
    source.stop()
    assert hosts.fred.asked[0].query["id"] == "DGS10"


def test_the_trader_is_told_when_the_meeting_dates_run_out(hosts: Hosts) -> None:
    source, ends = Running(hosts).source, shipped_meetings().ends
    assert source.advisories(TUESDAY) == ()
    told = (Advisory("fomc_dates_end", (ends.isoformat(),)),)
    for days in (-59, 0, 400):
        assert source.advisories(datetime(ends.year, ends.month, ends.day, 17, tzinfo=UTC) + timedelta(days)) == told
