"""The two coins: their flywheels side by side, and the funding, open interest and liquidations these produce."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from barograph.feeds.simulated.assets import COIN_PRICE, bridge_extremes
from barograph.feeds.simulated.factors import Conditions, Factor, FactorPath
from barograph.feeds.simulated.flywheel import FUNDING_HOURS, Flywheel, FlywheelPath, Pressure
from barograph.feeds.simulated.steps import Steps
from barograph.feeds.simulated.tape import KEEP_NS, SLACK_NS, Table
from barograph.market.bars import FloatArray, IntArray
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Coverage, Funding, Liquidations, OpenInterest

COINS = tuple(COIN_PRICE)
BASE_OPEN_INTEREST = {"BTC": 98_000.0, "ETH": 2_050_000.0}
"""Ordinary open interest, coins."""
_DEPTH_SHARE = {"BTC": 0.10, "ETH": 0.13}
"""Coins that move the price by one per cent in a calm, thick hour, as a share of ordinary open interest."""
_THINNING = 0.74
"""Share of the depth that is gone under full stress."""
_DAILY_TURNOVER = 2.6
"""Coins traded on an ordinary day over ordinary open interest."""
_ETHER_BETA = 1.12
_ETHER_FOLLOWS = 0.8
"""Share of bitcoin's displacement that ether's own fair price follows."""
_LONG_STEP_NS = Interval.HOUR_1.ns


@dataclass(frozen=True, slots=True, eq=False)
class CoinBars:
    """Logs of open, high, low, close (n,) and the volume in coins of one coin, with the path behind them."""

    path: FlywheelPath
    volume: FloatArray


class Coins:
    """Both coins' markets and what they have published so far."""

    def __init__(self, factors: FloatArray, fine_from_ns: int) -> None:
        """`factors` (factors,) where they stand at first; `fine_from_ns` where five-minute steps begin."""
        self._fine_from_ns = fine_from_ns
        self._fair = {coin: float(_outside(coin, factors)) for coin in COINS}
        self._flywheels = {coin: Flywheel(self._fair[coin], BASE_OPEN_INTEREST[coin]) for coin in COINS}
        self._log_scale = {coin: float(np.log(price)) for coin, price in COIN_PRICE.items()}
        self._daily_interest = {coin: Table(2, 1) for coin in COINS}
        self._open_interest = {coin: Table(2, 1) for coin in COINS}
        self._funding = {coin: Table(1, 1) for coin in COINS}
        self._liquidations = {coin: Table(4, 1) for coin in COINS}

    def run(self, steps: Steps, now: Conditions, factors: FactorPath, rng: np.random.Generator) -> dict[str, CoinBars]:
        """Move both markets through `steps`; ether's outside path follows part of bitcoin's forced moves."""
        made: dict[str, CoinBars] = {}
        follows = np.zeros(len(steps))
        for coin in COINS:
            fair, sd = _outside(coin, factors.level) + follows, _outside_sd(coin, factors.sd)
            start = np.concatenate([[self._fair[coin]], fair[:-1]])
            high, low = bridge_extremes(start, fair, sd, rng)
            self._fair[coin] = float(fair[-1])
            size = BASE_OPEN_INTEREST[coin]
            pressure = Pressure(
                time=steps.edges[:-1],
                fair=fair,
                low=low,
                high=high,
                hours=steps.hours,
                depth=_DEPTH_SHARE[coin] * size * steps.depth * (1 - _THINNING * now.stress),
                appetite=now.appetite,
                bias=now.bias,
                stress=now.stress,
                noise=np.exp(0.35 * rng.standard_normal(len(steps)) - 0.06),
                kick=rng.standard_normal(len(steps)),
            )
            path = self._flywheels[coin].run(pressure, int(steps.edges[-1]))
            busy = steps.crypto * now.coin_vol * np.exp(0.3 * rng.standard_normal(len(steps)))
            made[coin] = CoinBars(path, np.round(_DAILY_TURNOVER * size * busy + 2 * path.forced_coin, 1))
            follows = _ETHER_FOLLOWS * path.displacement
        return made

    def centre(self) -> None:
        """Let the coins' usual prices hold where they stand now."""
        for coin, price in COIN_PRICE.items():
            self._log_scale[coin] = float(np.log(price)) - self._flywheels[coin].log_price

    def prices(self, made: dict[str, CoinBars]) -> FloatArray:
        """Open, high, low, close of both coins: (4, n, 2)."""
        return np.stack(
            [
                np.exp(np.stack([made[c].path.open, made[c].path.high, made[c].path.low, made[c].path.close]) + s)
                for c, s in self._log_scale.items()
            ],
            axis=-1,
        )

    def record(self, made: dict[str, CoinBars], ends: IntArray, often_from_ns: int) -> None:
        """Publish the run: open interest at the steps' ends (hourly up to `often_from_ns`, for long steps daily
        only), funding at its settlements, liquidations one by one.
        """
        fine = ends[1] - ends[0] < Interval.HOUR_1.ns
        told = fine & ((ends % Interval.HOUR_1.ns == 0) | (ends > often_from_ns))
        midnight = ends % DAY_NS == 0
        for coin, bars in made.items():
            scale = np.exp(self._log_scale[coin])
            held = bars.path.open_interest
            columns = np.stack([held, held * np.exp(bars.path.close) * scale])
            _append(self._daily_interest[coin], ends[midnight], columns[:, midnight])
            _append(self._open_interest[coin], ends[told], columns[:, told])
            if bars.path.funding:
                time, rate = zip(*bars.path.funding, strict=True)
                _append(self._funding[coin], np.array(time, np.int64), np.array([rate]))
            if bars.path.liquidations:
                forced = bars.path.liquidations
                price = np.array([order.price for order in forced]) * scale
                size = np.array([order.coin for order in forced])
                side = np.array([float(order.side) for order in forced])
                time_ns = np.array([order.time for order in forced], np.int64)
                _append(self._liquidations[coin], time_ns, np.stack([side, price, size, price * size]))

    def forget(self, horizon_ns: int) -> None:
        """Drop what no question at or after `horizon_ns` less the slack can reach."""
        for coin in COINS:
            self._open_interest[coin].forget(horizon_ns - KEEP_NS[Interval.HOUR_1] - SLACK_NS)
            for tables in (self._daily_interest, self._funding, self._liquidations):
                tables[coin].forget(horizon_ns - KEEP_NS[Interval.DAY_1] - SLACK_NS)

    # --------------------------------------------------------------------------------------------- answers

    def funding(self, coin: str, after_ns: int, now_ns: int) -> Funding:
        """Rates settled after `after_ns` and by `now_ns`."""
        table = self._funding[coin]
        rows = _between(table, after_ns, now_ns)
        rate = table.values[0, rows, 0].copy()
        return Funding(table.time[rows].copy(), rate, np.full(len(rate), float(FUNDING_HOURS)))

    def open_interest(self, coin: str, after_ns: int, now_ns: int) -> OpenInterest:
        """Open interest after `after_ns` and by `now_ns`: daily up to what is kept of the finer rows, then these."""
        daily, fine = self._daily_interest[coin], self._open_interest[coin]
        since = max(now_ns - KEEP_NS[Interval.HOUR_1], self._fine_from_ns)
        old = _between(daily, after_ns, min(since, now_ns))
        new = _between(fine, max(after_ns, since), now_ns)
        time = np.concatenate([daily.time[old], fine.time[new]])
        coins, usd = np.concatenate([daily.values[:, old, 0], fine.values[:, new, 0]], axis=1)
        return OpenInterest(time, coins, usd)

    def liquidations(self, coin: str, from_ns: int, now_ns: int) -> Liquidations:
        """Forced orders from `from_ns` on and by `now_ns`; every one since the simulation began was heard."""
        table = self._liquidations[coin]
        rows = _between(table, from_ns - 1, now_ns)
        side, price, size, usd = table.values[:, rows, 0].copy()
        found = Liquidations(table.time[rows].copy(), side.astype(np.int64), price, size, usd, coverage=Coverage.ALL)
        begun = self._daily_interest[coin].time
        return replace(found, since_ns=int(begun[0]), until_ns=now_ns) if len(begun) else found


def _outside(coin: str, level: FloatArray) -> FloatArray:
    """A coin's log price without forced orders, of factors (..., factors)."""
    made: FloatArray = level[..., Factor.COIN]
    return made if coin == "BTC" else _ETHER_BETA * made + level[..., Factor.ETHER]


def _outside_sd(coin: str, sd: FloatArray) -> FloatArray:
    """Standard deviation of its steps."""
    made: FloatArray = sd[..., Factor.COIN]
    return made if coin == "BTC" else np.hypot(_ETHER_BETA * made, sd[..., Factor.ETHER])


def _append(table: Table, time: IntArray, columns: FloatArray) -> None:
    table.append(np.stack([time, time, time]), columns[:, :, None])


def _between(table: Table, after_ns: int, now_ns: int) -> slice:
    """Rows later than `after_ns`, and than what is kept, by `now_ns`."""
    after_ns = max(after_ns, now_ns - KEEP_NS[Interval.DAY_1])
    first = int(np.searchsorted(table.time, after_ns, side="right"))
    return slice(first, max(first, int(np.searchsorted(table.time, now_ns, side="right"))))
