"""When there is something to ask for: a market's sessions as they arrive through a delayed feed."""

from __future__ import annotations

from datetime import datetime, timedelta

from barograph.market.calendars import CalendarError, Session, TradingCalendar
from barograph.market.instants import label_ns

SETTLED = timedelta(seconds=90)
"""After the close and the known delay: then the last short bars are whole."""
DAILY_SETTLED = timedelta(seconds=615)
"""The same for a day's bar; just longer than it takes until one is taken for closed."""
FINAL = timedelta(hours=2, minutes=30)
"""After the close: what was corrected by then stands, and the day is judged later still."""
_FAR = timedelta(days=7)


class Hours:
    """A calendar seen `delay_s` late. Every instant is UTC."""

    def __init__(self, calendar: TradingCalendar, delay_s: float) -> None:
        """`delay_s`: by how much the vendor is known to be behind."""
        self._calendar = calendar
        self._delay = timedelta(seconds=delay_s)

    def settles(self, now: datetime) -> datetime:
        """When the last bars of the session that opened last are whole; long ago where there is none."""
        opened = [each for each in self._around(now) if each.open <= now]
        return opened[-1].close + self._delay + SETTLED if opened else now - _FAR

    def opens(self, now: datetime) -> datetime:
        """When the next session opens; in a week where no calendar tells."""
        try:
            return self._calendar.next_open(now) or now + _FAR
        except CalendarError:
            return now + _FAR

    def newest_day(self, now: datetime) -> int | None:
        """The label of the newest session whose daily bar should be there by `now`; None where there is none."""
        closed = [each for each in self._around(now) if not each.holiday and self._day_settles(each) <= now]
        return label_ns(closed[-1].date) if closed else None

    def final(self, now: datetime) -> datetime:
        """When the newest day that closed counts as final; long ago where there is none."""
        closed = [each for each in self._around(now) if not each.holiday and each.close <= now]
        return closed[-1].close + FINAL if closed else now - _FAR

    def next_day(self, now: datetime) -> datetime:
        """When the next daily bar should be there."""
        to_come = (self._day_settles(each) for each in self._around(now) if not each.holiday)
        return min((instant for instant in to_come if instant > now), default=now + _FAR)

    def _day_settles(self, session: Session) -> datetime:
        return session.close + self._delay + DAILY_SETTLED

    def _around(self, now: datetime) -> tuple[Session, ...]:
        first, last = max(self._calendar.start, (now - _FAR).date()), min(self._calendar.end, (now + _FAR).date())
        return self._calendar.sessions(first, last) if first <= last else ()
