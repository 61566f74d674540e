"""Fetches one series between two dates, for whoever wants a history rather than the newest values."""

from __future__ import annotations

from datetime import date
from random import Random

import numpy as np

from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError, FeedErrorKind
from barograph.feeds.fred import ny_fed
from barograph.feeds.fred.answer import FRED, NEW_YORK_FED, TREASURY, Column
from barograph.feeds.fred.fred_csv import GROUPS, fetch_fred
from barograph.feeds.fred.source import HOSTS, PER_HOUR
from barograph.feeds.fred.transport import SecureGet
from barograph.feeds.fred.treasury_csv import CURVE_OF, fetch_treasury
from barograph.feeds.fred.web import Get, Web
from barograph.feeds.options import Access
from barograph.feeds.pace import Pace
from barograph.market.instants import label_ns
from barograph.market.instruments import Universe
from barograph.market.observations import Fixings
from barograph.market.publication import known_at


class FixingsHistory:
    """Asks FRED, and the publisher behind it where FRED fails. For one thread; to be closed."""

    def __init__(
        self,
        access: Access,
        universe: Universe,
        pace: Pace,
        *,
        random: Random | None = None,
        get: Get | None = None,
    ) -> None:
        """`universe` gives the series and their publication rules; `get` is the way out, by default over HTTPS."""
        self._universe = universe
        self._pace = pace
        self._get = get or SecureGet(access)
        chance = random or Random()
        self._web = {
            name: Web(name, host, HostBudget(host, PER_HOUR[name], chance), pace, self._get)
            for name, host in HOSTS.items()
        }

    def series(self) -> tuple[str, ...]:
        """Ids of the series that can be fetched."""
        return tuple(name for group in GROUPS for name in group if name in self._universe.series)

    def fetch(self, series: str, start: date, end: date) -> tuple[str, Fixings]:
        """The source and the values dated `start` to `end`, public as the rule of the series says.

        Raises:
            FeedError: nobody has them; `retry_at` says when it can be tried again. No such series (UNSUPPORTED), or no
                value in these days (EMPTY).
        """
        if series not in self.series():
            raise FeedError(FeedErrorKind.UNSUPPORTED, "", series, f"nobody here publishes {series}")
        end = min(end, self._pace.now().date())
        try:
            source, column = FRED, fetch_fred(self._web[FRED], [series], start, end).columns[series]
        except FeedError as fault:
            try:
                source, column = self._from_behind(series, start, end)
            except FeedError:
                raise fault from None
        inside = (column.time >= label_ns(start)) & (column.time <= label_ns(end))
        if not inside.any():
            raise FeedError(FeedErrorKind.EMPTY, source, series, f"{source} has no {series} for these days")
        time = column.time[inside]
        return source, Fixings(time, column.value[inside], known_at(time, self._universe.series[series].publication))

    def close(self) -> None:
        """Let go of the connection; idempotent."""
        self._get.close()

    def _from_behind(self, series: str, start: date, end: date) -> tuple[str, Column]:
        if series not in CURVE_OF:
            return NEW_YORK_FED, ny_fed.fetch_range(self._web[NEW_YORK_FED], start, end)[series]
        years: list[Column] = []
        today = self._pace.now().date()
        for year in range(start.year, end.year + 1):
            try:
                years.append(fetch_treasury(self._web[TREASURY], CURVE_OF[series], year, today)[series])
            except FeedError as error:
                if error.kind is not FeedErrorKind.EMPTY:
                    raise
        if not years:
            raise FeedError(FeedErrorKind.EMPTY, TREASURY, series, f"{TREASURY} has no {series} for these days")
        return TREASURY, Column(
            np.concatenate([year.time for year in years]), np.concatenate([year.value for year in years])
        )
