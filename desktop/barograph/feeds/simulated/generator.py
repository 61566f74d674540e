"""The simulated market: five years of daily past, then one UTC day of five-minute steps after another.

Everything is a function of the seed and of simulated time. A day is made from the state at the end of the day before
and from dice of its own, always whole and always in order, so how and when questions are asked changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from barograph.feeds.simulated.assets import (
    ASSETS,
    COIN_TICK,
    INSTRUMENTS,
    bridge_extremes,
    prices,
    score_sd,
    scores,
)
from barograph.feeds.simulated.coins import CoinBars, Coins
from barograph.feeds.simulated.factors import Conditions, Factor, FactorPath, FactorState, evolve, trend
from barograph.feeds.simulated.fixings import NOMINAL, FixingsModel
from barograph.feeds.simulated.implied import ImpliedState, implied_volatility
from barograph.feeds.simulated.sessions import CALENDARS, Placement, Sessions, open_days
from barograph.feeds.simulated.shares import SECTORS, Shares, share_ids
from barograph.feeds.simulated.steps import COARSE_HOURS, Steps, coarse_days, fine_day
from barograph.feeds.simulated.story import CYCLE_DAYS, conditions, past_episodes, story
from barograph.feeds.simulated.tape import INTERVALS, KEEP_NS, SLACK_NS, Table, Tape
from barograph.market.bars import FloatArray, IntArray
from barograph.market.instants import to_ns
from barograph.market.instruments import Universe
from barograph.market.intervals import DAY_NS, Interval

START = datetime(2026, 1, 7, 15, 0, tzinfo=UTC)
"""The instant at which the simulated clock starts: a Wednesday, half an hour after New York's opening."""
PAST_START_NS = to_ns(datetime(2020, 10, 4, tzinfo=UTC))
FINE_START_NS = to_ns(datetime(2025, 11, 2, tzinfo=UTC))
"""A Sunday: the daily past ends and five-minute steps begin between two trading weeks."""
_YEAR_NS = 365.25 * DAY_NS
_DAY_DICE = 44
"""Names the stream of dice of the days; any number would do, this one throws a typical first story for seed 7."""
_CONTAGION = 0.16
"""Share of the coins' forced fall that spreads to stocks under full stress: one book, one margin call."""
_PER_UNIT = np.round(1 / np.array([asset.tick for asset in ASSETS] + [0.01, 0.01] + list(COIN_TICK.values())))
"""Price ticks in one unit of each column's price."""
_VOLUME = np.array([asset.volume for asset in ASSETS] + [np.nan] * 4)
_COLUMN = {asset.id: column for column, asset in enumerate(ASSETS)} | {
    "VIX": len(ASSETS),
    "VIX3M": len(ASSETS) + 1,
    "BTC": len(ASSETS) + 2,
    "ETH": len(ASSETS) + 3,
}
_YIELDS = [Factor.Y10, Factor.Y2, Factor.REAL]


class Market:
    """Everything simulated so far. `horizon_ns` is the end of what has been made; `advance` makes more."""

    def __init__(self, universe: Universe, seed: int) -> None:
        """Make the daily past and the fine past, up to the day of `START`."""
        self._seed = seed
        self._start_ns = to_ns(START)
        self._factors = FactorState.at_rest()
        self._implied = ImpliedState.at_rest()
        self._level = trend(_years(np.array([PAST_START_NS])))[0]
        self.coins = Coins(self._level, FINE_START_NS)
        self.shares = share_ids(universe)
        self._share_model = Shares(self.shares, seed)
        self.share_tape = Table(5, len(self.shares))
        self.fixings = FixingsModel(universe)
        self._sessions = {calendar_id: Sessions(calendar_id) for calendar_id in CALENDARS}
        self._columns: dict[str, IntArray] = {}
        self.tapes: dict[str, Tape] = {}
        for calendar_id in CALENDARS:
            members = tuple(i for i in INSTRUMENTS if universe.instrument(i).calendar == calendar_id)
            self.tapes[calendar_id] = Tape(members)
            self._columns[calendar_id] = np.array([_COLUMN[member] for member in members], np.int64)
        self._log_implied = np.log(np.array([14.0, 16.5]))
        self._reference = np.zeros(len(Factor))
        self._often_from_ns = self._start_ns - KEEP_NS[Interval.MIN_5]
        self.horizon_ns = FINE_START_NS
        self._make_past()
        self.advance(self._start_ns)

    def advance(self, now_ns: int) -> None:
        """Make whole days until `now_ns` is reached."""
        while self.horizon_ns < now_ns:
            self._make_day(self.horizon_ns)
            self.horizon_ns += DAY_NS
            if self.forgets:
                self._forget()

    @property
    def forgets(self) -> bool:
        """Whether rows that no present question reaches have been dropped; never in the first weeks."""
        return self.horizon_ns > self._start_ns + SLACK_NS

    def _forget(self) -> None:
        for tape in self.tapes.values():
            tape.forget(self.horizon_ns)
        self.share_tape.forget(self.horizon_ns - KEEP_NS[Interval.DAY_1] - SLACK_NS)
        self.fixings.forget(self.horizon_ns)
        self.coins.forget(self.horizon_ns)

    # ------------------------------------------------------------------------------------------------ past

    def _make_past(self) -> None:
        days = (FINE_START_NS - PAST_START_NS) // DAY_NS
        sessions = open_days(PAST_START_NS, days)
        starts = PAST_START_NS + DAY_NS * np.arange(days, dtype=np.int64)
        steps = coarse_days(PAST_START_NS, days, _is_weekday(starts) & ~np.isin(starts, sessions))
        rng = np.random.default_rng([self._seed, 0])
        now = conditions(past_episodes(self._seed, PAST_START_NS, FINE_START_NS), steps.edges[1:])
        before = self._level
        path, coin_bars = self._move(steps, now, rng)
        # Where the past ends is where the instruments' usual prices hold.
        self._reference = path.level[-1].copy()
        self.coins.centre()
        values = self._bars(steps, now, path, coin_bars, before, rng)
        self._record({i: rows.place_coarse(steps) for i, rows in self._sessions.items()}, values)
        self.coins.record(coin_bars, steps.edges[1:], self._often_from_ns)
        bond_close = np.searchsorted(steps.edges, sessions + int(COARSE_HOURS[4] * Interval.HOUR_1.ns)) - 1
        self._close_sessions(steps, sessions, bond_close, path, now, rng)

    # ---------------------------------------------------------------------------------------------- one day

    def _make_day(self, day_ns: int) -> None:
        steps = fine_day(day_ns, quiet=bool(_is_weekday(day_ns)) and not len(open_days(day_ns, 1)))
        rng = np.random.default_rng([self._seed, _DAY_DICE, (day_ns - FINE_START_NS) // DAY_NS])
        cycle = max(0, (day_ns - self._start_ns) // (CYCLE_DAYS * DAY_NS))
        stories = [story(self._seed, self._start_ns, number) for number in (cycle, cycle + 1)]
        now = conditions(stories, steps.edges[1:])
        before = self._level
        path, coin_bars = self._move(steps, now, rng)
        values = self._bars(steps, now, path, coin_bars, before, rng)
        self._record({i: rows.place_fine(steps, INTERVALS) for i, rows in self._sessions.items()}, values)
        self.coins.record(coin_bars, steps.edges[1:], self._often_from_ns)
        bonds = self.tapes["CBOE_RATES"].daily()
        closed = (bonds.end > steps.edges[0]) & (bonds.end <= steps.edges[-1])
        bond_close = np.searchsorted(steps.edges, bonds.end[closed]) - 1
        self._close_sessions(steps, bonds.time[closed], bond_close, path, now, rng)

    # --------------------------------------------------------------------------------------------- in common

    def _move(self, steps: Steps, now: Conditions, rng: np.random.Generator) -> tuple[FactorPath, dict[str, CoinBars]]:
        """Factors and coins over `steps`; the coins' forced fall spreads to stocks as stress is high."""
        path = evolve(self._factors, steps, now, _years(steps.edges[1:]), rng)
        coin_bars = self.coins.run(steps, now, path, rng)
        path.level[:, Factor.SPX] += _CONTAGION * now.stress * coin_bars["BTC"].path.displacement
        self._level = path.level[-1].copy()
        return path, coin_bars

    def _bars(
        self,
        steps: Steps,
        now: Conditions,
        path: FactorPath,
        coin_bars: dict[str, CoinBars],
        before: FloatArray,
        rng: np.random.Generator,
    ) -> FloatArray:
        """Open, high, low, close, volume of every step and instrument: (5, n, instruments)."""
        n = len(steps)
        values = np.empty((5, n, len(_COLUMN)))
        assets, indices, coins = (slice(0, len(ASSETS)), slice(-4, -2), slice(-2, None))
        path_score = scores(np.concatenate([before[None], path.level]) - self._reference)
        start, end = path_score[:-1], path_score[1:]
        high, low = bridge_extremes(start, end, score_sd(path), rng)
        values[:4, :, assets] = prices(np.stack([start, high, low, end]))

        index_steps = np.diff(np.concatenate([before[None], path.level])[:, Factor.SPX])
        implied, sd = implied_volatility(self._implied, steps, path.vol, index_steps, rng)
        start = np.concatenate([self._log_implied[None], implied[:-1]])
        self._log_implied = implied[-1].copy()
        high, low = bridge_extremes(start, implied, sd, rng)
        values[:4, :, indices] = np.exp(np.stack([start, high, low, implied]))

        values[:4, :, coins] = self.coins.prices(coin_bars)
        _round(values)
        busy = steps.equity * now.vol**0.7
        values[4] = np.round(_VOLUME * busy[:, None] * np.exp(0.25 * rng.standard_normal((n, len(_COLUMN)))))
        values[4, :, coins] = np.stack([bars.volume for bars in coin_bars.values()], axis=-1)
        return values

    def _record(self, placements: dict[str, Placement], values: FloatArray) -> None:
        for calendar_id, placement in placements.items():
            self.tapes[calendar_id].record(placement, values[:, :, self._columns[calendar_id]])

    def _close_sessions(
        self,
        steps: Steps,
        bond_days: IntArray,
        bond_close: IntArray,
        path: FactorPath,
        now: Conditions,
        rng: np.random.Generator,
    ) -> None:
        """The shares' bars and the fixings of the sessions that closed within `steps`.

        `bond_days` are their labels and `bond_close` the steps in which the bond market closed.
        """
        if len(bond_days):
            yields = NOMINAL + (path.level[bond_close][:, _YIELDS] - self._reference[_YIELDS]) / 100
            self.fixings.publish(bond_days, yields, rng)
        stocks = self.tapes["XNYS"].daily()
        done = (stocks.end > steps.edges[0]) & (stocks.end <= steps.edges[-1])
        if not done.any():
            return
        members = self.tapes["XNYS"].instruments
        sector = [members.index(i) for i in SECTORS]
        open_, high, low, close = np.log(stocks.values[:4][:, done][:, :, sector])
        usual = np.log([asset.price for i in SECTORS for asset in ASSETS if asset.id == i])
        vol = now.vol[np.searchsorted(steps.edges, stocks.end[done]) - 1]
        bars = self._share_model.sessions(open_ - usual, close - usual, high - low, vol, rng)
        instants = np.stack([stocks.time[done], stocks.start[done], stocks.end[done]])
        self.share_tape.append(instants, bars)


def _years(time_ns: IntArray) -> FloatArray:
    """Years from the end of the daily past, where trend is zero."""
    return (time_ns - FINE_START_NS) / _YEAR_NS


def _is_weekday(day_ns: IntArray | int) -> NDArray[np.bool_]:
    return np.asarray((day_ns // DAY_NS + 3) % 7 < 5)


def _round(values: FloatArray) -> None:
    """Prices to their ticks: open and close to the nearest, high up, low down, so that the bar still holds."""
    values[0], values[3] = np.round(values[0] * _PER_UNIT) / _PER_UNIT, np.round(values[3] * _PER_UNIT) / _PER_UNIT
    values[1], values[2] = np.ceil(values[1] * _PER_UNIT) / _PER_UNIT, np.floor(values[2] * _PER_UNIT) / _PER_UNIT
