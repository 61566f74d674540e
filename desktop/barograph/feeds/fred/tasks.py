"""What is asked of each publisher and when: the newest values, the years behind them, and what others leave out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Protocol
from zoneinfo import ZoneInfo

from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred.answer import FRED, NEW_YORK_FED, TREASURY, Column, column_of
from barograph.feeds.fred.fred_csv import fetch_fred
from barograph.feeds.fred.ledger import Ledger
from barograph.feeds.fred.ny_fed import SERIES as NY_FED_SERIES
from barograph.feeds.fred.ny_fed import fetch_newest, fetch_range
from barograph.feeds.fred.schedule import last_release
from barograph.feeds.fred.treasury_csv import MATURITIES, Curve, fetch_treasury
from barograph.feeds.fred.web import Web
from barograph.market.instants import label_ns
from barograph.market.publication import NEXT_BUSINESS_DAY
from barograph.market.wall_clock import NEW_YORK

BACK_FILL = timedelta(days=6 * 365 + 30)
"""How far back the first answer reaches."""
RECENT = timedelta(days=45)
"""How far back later ones do."""
_WHOLE_AGAIN = timedelta(days=7)
"""How often everything is read again, for revisions."""
_DAILY = timedelta(days=1)
_SOON = timedelta(hours=1)
"""Between two questions while a value is due and not there, whatever the usual period: FRED is slow at times, and
is not to be asked more often. So it goes …"""
_RELEASE_LASTS = timedelta(hours=4)
"""… up to this long after its hour: there are days without a value, such as Good Friday."""
_JITTER = 0.1
_HEAD_START = timedelta(seconds=5)
"""By how much FRED goes before the source that stands behind it."""
_NEWEST_DAYS = 20
_NOTHING = column_of([], [])
_NOT_THIS_SERIES = frozenset({FeedErrorKind.UNSUPPORTED, FeedErrorKind.EMPTY})


class Task(Protocol):
    """One kind of question to one publisher; used from that publisher's thread."""

    newest: int | None
    """The label of the newest value that this publisher gave."""

    def due(self, now: datetime) -> datetime:
        """When it is to be asked next: `now`, earlier or later."""
        ...

    def ask(self, now: datetime) -> None:
        """Ask once, and enter the answer.

        Raises:
            FeedError: the publisher failed, for all or for one of the series.
        """
        ...


class Timetable:
    """The usual period of a task, a little longer each time."""

    def __init__(self, period_s: float, random: Random) -> None:
        """`period_s`: the shortest period, in seconds."""
        self._period_s = period_s
        self._random = random
        self._longer = 1.0
        self.last: datetime | None = None

    def went_well(self, now: datetime) -> None:
        """It was asked at `now`."""
        self.last = now
        self._longer = 1 + _JITTER * self._random.random()

    def usual(self, now: datetime, longer: timedelta | None = None) -> datetime:
        """When it is due; `now` before the first time, and after the clock was set back."""
        if self.last is None or self.last > now:
            return now
        return self.last + (longer or timedelta(seconds=self._period_s)) * self._longer


class FredTask:
    """Series of one frequency from FRED, asked for together; apart where FRED does not answer for them so."""

    def __init__(self, web: Web, ledger: Ledger, series: Sequence[str], timetable: Timetable) -> None:
        """`series`: our ids."""
        self.newest: int | None = None
        self._web = web
        self._ledger = ledger
        self._series = tuple(series)
        self._timetable = timetable
        self._batches: list[tuple[str, ...]] = [self._series]
        self._whole_at: datetime | None = None

    def due(self, now: datetime) -> datetime:
        """Every period; sooner after the hour of a release, until its value is there."""
        usual, last = self._timetable.usual(now), self._timetable.last
        released = last_release(now, NEXT_BUSINESS_DAY)
        if last is None or released is None or now > released + _RELEASE_LASTS:
            return usual
        if not any(self._ledger.overdue(name, now) for name in self._series):
            return usual
        return min(usual, max(released, last + _SOON))

    def ask(self, now: datetime) -> None:
        """The newest weeks, or once a week everything."""
        whole = self._whole_at is None or not timedelta(0) <= now - self._whole_at < _WHOLE_AGAIN
        if whole:
            self._batches = [self._series]
        start = (now - (BACK_FILL if whole else RECENT)).date()
        fault: FeedError | None = None
        waiting, answered = self._batches, list[tuple[str, ...]]()
        while waiting:
            batch, *waiting = waiting
            try:
                left_out = self._ask_for(batch, start, now)
            except FeedError as error:
                if error.kind in _NOT_THIS_SERIES and len(batch) > 1:
                    left_out = batch
                else:
                    for name in batch:
                        self._ledger.fail(name, error)
                    if error.kind not in _NOT_THIS_SERIES:
                        raise
                    fault, left_out = error, ()
                    continue
            answered.append(tuple(name for name in batch if name not in left_out))
            waiting += [(name,) for name in left_out]
        self._batches = [batch for batch in answered if batch]
        self._timetable.went_well(now)
        if whole:
            self._whole_at = now
        if fault is not None:
            raise fault

    def _ask_for(self, batch: tuple[str, ...], start: date, now: datetime) -> tuple[str, ...]:
        """Enter the answer for a batch; which of it FRED left out."""
        table = fetch_fred(self._web, batch, start, now.date())
        for name, column in table.columns.items():
            self._ledger.take(name, FRED, column, label_ns(start), now)
            self.newest = newer(self.newest, column)
        return table.left_out


class TreasuryTask:
    """One curve of the Treasury: looked at once a day, and every period while FRED fails or is late."""

    def __init__(self, web: Web, ledger: Ledger, curve: Curve, timetable: Timetable) -> None:
        """Of a curve only the maturities that we have a series for are read."""
        self.newest: int | None = None
        self._web = web
        self._ledger = ledger
        self._curve = curve
        self._series = tuple(MATURITIES[curve])
        self._timetable = timetable
        self._begun: datetime | None = None
        self._years: list[int] = []
        self._read: set[int] = set()

    def due(self, now: datetime) -> datetime:
        """At once while years are to be read; else after a period or a day."""
        if self._years:
            return now
        if self._begun is None or self._begun > now:
            self._begun = now
        needed = any(self._ledger.needs(name, now) for name in self._series)
        if self._timetable.last is None and not needed:
            return self._begun + _HEAD_START
        return self._timetable.usual(now, None if needed else _DAILY)

    def ask(self, now: datetime) -> None:
        """One year: this one first, then the one before it in January, then those that are not held."""
        today = now.astimezone(ZoneInfo(NEW_YORK)).date()
        if not self._years:
            self._years = [today.year, *self._older_years(today, now)]
        year = self._years[0]
        try:
            columns = fetch_treasury(self._web, self._curve, year, today)
        except FeedError as error:
            if error.kind is not FeedErrorKind.EMPTY:
                self._failed(year, today, error)
                raise
            columns = dict.fromkeys(self._series, _NOTHING)
        self._years.pop(0)
        self._read.add(year)
        for name, column in columns.items():
            self._ledger.take(name, TREASURY, column, label_ns(date(year, 1, 1)), now)
            self.newest = newer(self.newest, column)
        if year == today.year:
            self._timetable.went_well(now)

    def _older_years(self, today: date, now: datetime) -> list[int]:
        first = (now - BACK_FILL).date()
        years = [today.year - 1] if today.month == 1 else []
        wanted = any(
            self._ledger.needs(name, now) and not self._ledger.reaches(name, label_ns(first)) for name in self._series
        )
        if wanted:
            years += [year for year in range(today.year - 1, first.year - 1, -1) if year not in {*years, *self._read}]
        return years

    def _failed(self, year: int, today: date, error: FeedError) -> None:
        """A year that cannot be read is left out for now, so that the others are."""
        if error.kind in (FeedErrorKind.BAD_DATA, FeedErrorKind.UNSUPPORTED):
            self._years.pop(0)
        if year == today.year:
            for name in self._series:
                self._ledger.fail(name, error)


class NewYorkFedTask:
    """The policy rate and the target range: a day newer than FRED's each morning; all of it where FRED has nothing."""

    def __init__(self, web: Web, ledger: Ledger, timetable: Timetable) -> None:
        """Everything that is published is read."""
        self.newest: int | None = None
        self._web = web
        self._ledger = ledger
        self._timetable = timetable
        self._whole = False

    def due(self, now: datetime) -> datetime:
        """Every period; at once when FRED turns out to be missing."""
        return now if self._wants_all(now) else self._timetable.usual(now)

    def ask(self, now: datetime) -> None:
        """The newest days, or all of them."""
        start, whole = (now - BACK_FILL).date(), self._wants_all(now)
        try:
            if whole:
                columns = fetch_range(self._web, start, now.date())
            else:
                columns = fetch_newest(self._web, _NEWEST_DAYS, (now - RECENT).date(), now.date())
        except FeedError as error:
            for name in NY_FED_SERIES:
                self._ledger.fail(name, error)
            raise
        since = int(columns["DFF"].time[0])
        for name, column in columns.items():
            self._ledger.take(name, NEW_YORK_FED, column, label_ns(start) if whole else since, now)
            self.newest = newer(self.newest, column)
        self._whole = self._whole or whole
        self._timetable.went_well(now)

    def _wants_all(self, now: datetime) -> bool:
        if self._whole:
            return False
        first = label_ns((now - BACK_FILL).date())
        return self._ledger.needs("DFF", now) and not self._ledger.reaches("DFF", first)


def newer(newest: int | None, column: Column) -> int | None:
    """The later of a label and a column's last one."""
    return newest if not len(column) else max(newest or 0, int(column.time[-1]))
