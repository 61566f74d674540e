"""Correlations of stocks and coins on hours, four hours and days, the gap while stocks are closed, and heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from barograph.engine.context.daily_pairs import DAILY_MARKETS, daily_heat_map, daily_pair, heat_map
from barograph.engine.context.last_trades import has_hours, last_trades
from barograph.engine.context.mismatched import mismatched_pair, wanted_returns
from barograph.engine.context.pair_history import FRAMES, Frame, PairHistory, Past, judged_pair
from barograph.engine.context.shared_grid import SharedGrid, returns
from barograph.engine.context_view import GapMove, HeatMap, PairCorrelation
from barograph.engine.daily_table import DailyTable
from barograph.engine.tape import Tape
from barograph.feeds.contract import FeedKind
from barograph.indicators.correlation_matrix import ewma_matrix
from barograph.market.calendars import Phase
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import DAY_NS, SECOND_NS, Interval

COINS = ("BTC", "ETH")
STOCKS = {"ES": ("ES", "SPY"), "NQ": ("NQ", "QQQ")}
"""What is followed, and what it is taken from: the future, or the fund that stands in where there is none."""
DAILY_STOCKS = {"ES": ("SPX", "SPY", "ES"), "NQ": ("NDX", "QQQ", "NQ")}
"""Rule D asks for the close of the stock exchange."""
_INTRADAY = (Interval.HOUR_1, Interval.HOUR_4)
_GAP_NS = 4 * Interval.HOUR_1.ns
"""A closure that is shorter than this (the hour's halt of the futures) is no gap worth telling."""
_GAP_SHOWN_NS = 7 * 24 * Interval.HOUR_1.ns
_STALE_S = {Interval.HOUR_1: 4 * 3_600, Interval.HOUR_4: 12 * 3_600}
"""Judgement: trading time after which the newest shared return is too old to speak of now."""
_LOOKED_BACK = 2
"""Hourly ends that are looked at for one return of Rule C: a fund's session has seven ends and five such returns."""
_LIVE_LOOK_NS = 30 * SECOND_NS


class Correlations:
    """Follows the pairs; `update` is cheap while no hour has ended."""

    def __init__(self, tape: Tape, table: DailyTable) -> None:
        """Nothing is asked yet."""
        self._tape = tape
        self._table = table
        self._live = tape.feed.info.kind is FeedKind.LIVE
        self._coins = tuple(name for name in COINS if name in tape.feed.instruments())
        self._grids: list[SharedGrid] = []
        self._pairs: dict[tuple[str, str, Interval], PairHistory] = {}
        self._daily: dict[tuple[str, str], tuple[PairCorrelation, Past]] = {}
        self._intraday_views: dict[tuple[str, str, Interval], PairCorrelation] = {}
        self._heat: dict[Interval, HeatMap] = {}
        self._row: int | None = None
        self._due = 0
        self.gap: GapMove | None = None
        self._chosen = 0

    def update(self, now: datetime, row: int | None) -> bool:
        """Take in the hours that have ended and the session of `row` (the last one judged); whether any did."""
        changed = self._update_days(row)
        now_ns = to_ns(now)
        if now_ns >= self._due:
            changed = self._update_hours(now) or changed
            self._due = self._next_look(now)
        return changed

    def views(self, now: datetime) -> tuple[PairCorrelation, ...]:
        """Every pair on every interval, the stock index against the first coin first."""
        found: list[PairCorrelation] = []
        for coin in self._coins:
            for stock in STOCKS:
                found += [self._intraday_view(stock, coin, interval, now) for interval in _INTRADAY]
                daily = self._daily.get((stock, coin))
                found.append(daily[0] if daily else _none(stock, coin, Interval.DAY_1))
        return tuple(found)

    def heat_maps(self) -> tuple[HeatMap, ...]:
        """One for each interval that has one, shortest first."""
        return tuple(self._heat[interval] for interval in Interval if interval in self._heat)

    def past(self, stock: str, coin: str, interval: Interval) -> tuple[Past, str] | None:
        """The rolling correlation's past and its source, for a chart; None where it is not followed."""
        view = self._intraday_views.get((stock, coin, interval))
        if interval is Interval.DAY_1:
            daily = self._daily.get((stock, coin))
            return None if daily is None else (daily[1], daily[0].source)
        held = self._pairs.get((stock, coin, interval))
        return None if held is None or view is None else (held.past, view.source)

    @property
    def rebuilt(self) -> int:
        """Changes when the past of the intraday correlations was made anew."""
        return self._chosen + sum(grid.rebuilt for grid in self._grids)

    # ------------------------------------------------------------------------------------------ days

    def _update_days(self, row: int | None) -> bool:
        if row is None or row == self._row:
            return False
        self._row = row
        have = set(self._tape.feed.instruments())
        for stock, names in DAILY_STOCKS.items():
            used = next((name for name in names if name in have and len(self._tape.daily.get(name, ()))), None)
            for coin in self._coins:
                if used is None:
                    continue
                source = self._sources((used, coin))
                pair, past = daily_pair(self._table, row, (stock, coin), used, source)
                fresh = pair.as_of is not None and to_ns(pair.as_of) == int(self._table.labels[row]) + DAY_NS
                pair = pair if fresh or pair.rho is None else _stale(pair)
                self._daily[(stock, coin)] = replace(pair, rule="D"), past
        markets = [name for name in DAILY_MARKETS if name in have and len(self._tape.daily.get(name, ()))]
        heat = daily_heat_map(self._table, row, markets)
        if heat is not None:
            self._heat[Interval.DAY_1] = heat
        return True

    def _sources(self, names: Sequence[str]) -> str:
        words = (self._tape.sources.get(name, "") for name in names)
        return ", ".join(dict.fromkeys(word for word in words if word))

    # ----------------------------------------------------------------------------------------- hours

    def _next_look(self, now: datetime) -> int:
        now_ns = to_ns(now)
        hour = now_ns - now_ns % Interval.HOUR_1.ns + Interval.HOUR_1.ns
        if self._live:
            return min(hour, now_ns + _LIVE_LOOK_NS)
        return min([hour, *(grid.next_end(now) for grid in self._grids)])

    def _update_hours(self, now: datetime) -> bool:
        if not self._coins:
            return False
        changed = self._choose(now)
        for grid in self._grids:
            if grid.advance(now) and len(grid.end):
                self._follow(grid, now)
                changed = True
        gap = self._gap(now)
        changed = changed or gap != self.gap
        self.gap = gap
        return changed

    def _choose(self, now: datetime) -> bool:
        """Set up the grids: of futures where they have bars, else of funds; tried again while it is the latter."""
        feed = self._tape.feed
        wanted = {stock: [name for name in names if has_hours(feed, name)] for stock, names in STOCKS.items()}
        used = {name for grid in self._grids if len(grid.end) for name in grid.stocks}
        if all(not names or names[0] in used for names in wanted.values()):
            return False
        chosen: list[str] = []
        for names in wanted.values():
            with_bars = next((name for name in names if self._has_bars(name, now)), None)
            if with_bars is not None:
                chosen.append(with_bars)
        if set(chosen) == used:
            return False
        by_calendar: dict[str, list[str]] = {}
        for name in chosen:
            by_calendar.setdefault(self._tape.universe.instrument(name).calendar, []).append(name)
        self._grids = [
            SharedGrid(feed, self._tape.universe, self._tape.calendars, names, self._coins)
            for names in by_calendar.values()
        ]
        self._pairs, self._intraday_views = {}, {}
        self._chosen += 1_000
        return True

    def _has_bars(self, name: str, now: datetime) -> bool:
        calendar = self._tape.calendars(self._tape.universe.instrument(name).calendar)
        trades, _ = last_trades(self._tape.feed, calendar, name, None, now)
        return len(trades.end) > 0

    def _follow(self, grid: SharedGrid, now: datetime) -> None:
        rule = "B" if grid.calendar.id == "XNYS" else "A"
        for stock, names in STOCKS.items():
            used = next((name for name in names if name in grid.stocks), None)
            if used is None:
                continue
            for coin in self._coins:
                for interval in _changed_intervals(grid):
                    key = stock, coin, interval
                    pair = self._pairs.setdefault(key, PairHistory(used, coin, FRAMES[interval]))
                    pair.follow(grid)
                    source = ", ".join(dict.fromkeys(grid.sources.get(name, "") for name in (used, coin)))
                    view = judged_pair((stock, coin), used, pair.frame, pair.past, (pair.x, pair.y), source)
                    view = replace(view, rule=rule)
                    if view.rho is None and interval is Interval.HOUR_1:
                        view = self._without_grid(view, pair.frame, grid, now)
                    self._intraday_views[key] = view
        if grid is self._grids[0]:
            self._follow_heat(grid)

    def _without_grid(self, view: PairCorrelation, frame: Frame, grid: SharedGrid, now: datetime) -> PairCorrelation:
        """Rule C, for hours that end at other instants than the grid's. Four hours would be the same hours again."""
        end = grid.end[-_LOOKED_BACK * wanted_returns(frame) :]
        after = int(end[0]) - 2 * Interval.HOUR_1.ns
        calendars = (self._tape.universe.instrument(name).calendar for name in (view.stock_used, view.crypto))
        first, second = (
            last_trades(self._tape.feed, self._tape.calendars(calendar), name, after, now)[0]
            for name, calendar in zip((view.stock_used, view.crypto), calendars, strict=True)
        )
        return mismatched_pair(view, frame, (end, grid.trade_date[-len(end) :]), (first, second))

    def _follow_heat(self, grid: SharedGrid) -> None:
        for interval in _changed_intervals(grid):
            frame = FRAMES[interval]
            rows = np.arange(len(grid.end)) if interval is Interval.HOUR_1 else np.flatnonzero(grid.four)
            rows = rows[-frame.rows - 1 :]
            if len(rows):
                moves = returns(grid.price[rows], grid.end[rows], grid.trade_date[rows])
                matrix = ewma_matrix(moves, frame.lam, frame.minimum)
                self._heat[interval] = heat_map(interval, grid.names, matrix, int(grid.end[rows[-1]]))

    def _intraday_view(self, stock: str, coin: str, interval: Interval, now: datetime) -> PairCorrelation:
        view = self._intraday_views.get((stock, coin, interval))
        if view is None:
            return _none(stock, coin, interval)
        grid = next(grid for grid in self._grids if view.stock_used in grid.stocks)
        old = view.as_of is None or grid.calendar.trading_s(view.as_of, now) > _STALE_S[interval]
        return _stale(view) if old and view.rho is not None else view

    # ------------------------------------------------------------------------------------------- gap

    def _gap(self, now: datetime) -> GapMove | None:
        """What the first coin did since the futures closed, or in the last closure of hours that ended."""
        grid = next((grid for grid in self._grids if len(grid.end)), None)
        if grid is None:
            return None
        stock, coin = grid.stocks[0], self._coins[0]
        prices = grid.column(coin)
        valid = np.flatnonzero(np.isfinite(grid.column(stock)) & np.isfinite(prices))
        if not valid.size:
            return None
        if grid.calendar.phase(now) is Phase.CLOSED:
            last = int(valid[-1])
            closed_at = grid.calendar.last_closed(now)
            if closed_at is None or int(grid.end[last]) != to_ns(closed_at.close):
                return None  # the price at the close itself is not known
            calendar = self._tape.calendars(self._tape.universe.instrument(coin).calendar)
            trades, _ = last_trades(self._tape.feed, calendar, coin, int(grid.end[last]) - _GAP_NS, now)
            if not len(trades.end) or int(trades.end[-1]) <= int(grid.end[last]):
                return None
            move = float(trades.price[-1] / prices[last] - 1)
            return GapMove(stock, coin, move, from_ns(int(grid.end[last])), from_ns(int(trades.end[-1])), running=True)
        ends = grid.end[valid]
        gaps = np.flatnonzero((np.diff(ends) > _GAP_NS) & (np.diff(grid.trade_date[valid]) > 0))
        if not gaps.size or to_ns(now) - int(ends[gaps[-1] + 1]) > _GAP_SHOWN_NS:
            return None
        before, after = int(valid[gaps[-1]]), int(valid[gaps[-1] + 1])
        move = float(prices[after] / prices[before] - 1)
        return GapMove(stock, coin, move, from_ns(int(grid.end[before])), from_ns(int(grid.end[after])), running=False)


def _changed_intervals(grid: SharedGrid) -> tuple[Interval, ...]:
    """Without four hours where no row of theirs is new or was sampled anew."""
    first = int(np.searchsorted(grid.end, grid.changed_from))
    return _INTRADAY if grid.four[first:].any() else _INTRADAY[:1]


def _none(stock: str, coin: str, interval: Interval) -> PairCorrelation:
    return PairCorrelation(stock, coin, interval, reason="no_bars")


def _stale(pair: PairCorrelation) -> PairCorrelation:
    """A correlation that is too old to speak of now: what was counted stays, the number goes."""
    gone = PairCorrelation(pair.stock, pair.crypto, pair.interval, pair.stock_used, pair.rule)
    return replace(gone, n=pair.n, median=pair.median, median_days=pair.median_days, as_of=pair.as_of,
                   source=pair.source, reason="stale")  # fmt: skip
