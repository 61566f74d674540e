"""Small random markets with holes, late listings, stale fixings and shock days, judged session by session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from barograph.engine.daily_table import DailyTable
from barograph.market.bars import Bars, FloatArray, IntArray
from barograph.market.instants import from_ns, label_date, label_ns
from barograph.market.instruments import AssetClass, Instrument, SeriesInfo, Universe
from barograph.market.intervals import DAY_NS
from barograph.market.observations import Fixings
from barograph.risk.features import RawInput, Shock, raw_inputs, shock
from barograph.risk.judge import Evaluation, Judge
from barograph.risk.rules import RuleSet

SINGLES = ("SPX", "QQQ", "VIX", "BTC", "UUP")
SERIES = ("DGS10", "DGS2")
_START = date(2020, 1, 1)
_CLASSES = {"VIX": AssetClass.VOLATILITY_INDEX, "BTC": AssetClass.CRYPTO, "SPX": AssetClass.EQUITY_INDEX}


@dataclass(frozen=True, slots=True)
class Roughness:
    """How a world departs from complete data. Probabilities are for each session and instrument."""

    hole: float = 0.0
    member_hole: float = 0.0
    fixing_hole: float = 0.0
    late_member: float = 0.0
    late_single: float = 0.0
    shock: float = 0.01


@dataclass(frozen=True, slots=True)
class World:
    """Daily bars and fixings of one invented market, and the universe they belong to."""

    universe: Universe
    labels: IntArray
    bars: Mapping[str, Bars]
    fixings: Mapping[str, Fixings]

    def without(self, name: str) -> World:
        """The same market for somebody whose feed lacks one instrument or series."""
        return replace(
            self,
            bars={key: bars for key, bars in self.bars.items() if key != name},
            fixings={key: fixings for key, fixings in self.fixings.items() if key != name},
        )

    def until(self, end_ns: int) -> World:
        """What of this market was known at an instant (bars: sessions up to it)."""
        return replace(
            self,
            bars={key: bars[: int(np.searchsorted(bars.time, end_ns))] for key, bars in self.bars.items()},
            fixings={
                key: fixings[: int(np.searchsorted(fixings.known_at, end_ns, side="right"))]
                for key, fixings in self.fixings.items()
            },
        )

    def table(self, rules: RuleSet) -> DailyTable:
        """The table that the daily evaluation reads, filled."""
        table = DailyTable(self.labels, tuple(self.bars), self.universe, rules)
        for name, bars in self.bars.items():
            table.put_bars(name, bars)
        for name, fixings in self.fixings.items():
            table.put_fixings(name, fixings)
        return table


def session_labels(count: int, start: date = _START) -> IntArray:
    """Labels of that many weekdays."""
    days = (start + timedelta(days) for days in range(2 * count + 7))
    return np.array([label_ns(day) for day in days if day.weekday() < 5][:count], dtype=np.int64)


def random_world(rng: np.random.Generator, sessions: int, roughness: Roughness, members: int = 5) -> World:
    """A market of random walks with one common factor; `members` leaders and as many further shares."""
    labels = session_labels(sessions)
    days = np.arange(labels[0], labels[-1] + DAY_NS, DAY_NS, dtype=np.int64)
    factor = np.sin(np.arange(len(days)) / rng.uniform(8, 40) + rng.uniform(0, 6)) * rng.uniform(0, 0.012)
    factor = factor + rng.normal(0, 0.01, len(days)) * np.exp(rng.normal(0, 0.3, len(days)))
    struck = rng.random(len(days)) < roughness.shock
    leaders = [f"L{n}" for n in range(members)]
    others = [f"B{n}" for n in range(members)]
    listed: dict[str, date | None] = {}
    bars: dict[str, Bars] = {}
    for name in (*SINGLES, *leaders, *others):
        beta = {"VIX": -4.0, "UUP": -0.3, "BTC": rng.uniform(0, 2.5)}.get(name, rng.uniform(0.5, 1.5))
        own = rng.normal(0, {"UUP": 0.004, "BTC": 0.03}.get(name, 0.008), len(days))
        blow = np.where(struck, {"SPX": -0.06, "BTC": -0.15, "VIX": 0.3, "UUP": 0.0}.get(name, -0.05), 0.0)
        member = name not in SINGLES
        if member and rng.random() < roughness.late_member:
            born = int(rng.integers(len(days)))
            listed[name] = label_date(int(days[born])) if rng.random() < 0.7 else None
        elif not member and rng.random() < roughness.late_single:
            born = int(rng.integers(len(days) // 2))
        else:
            born = 0
        there = rng.random(len(days)) >= (roughness.member_hole if member else roughness.hole)
        there[:born] = False
        if name != "BTC":
            there &= np.isin(days, labels)
        bars[name] = _bars(rng, days, beta * factor + own + blow, 20.0 if name == "VIX" else 100.0)
        bars[name] = _where(bars[name], there)
    return World(
        universe=_universe(leaders, others, listed),
        labels=labels,
        bars=bars,
        fixings={name: _fixings(rng, labels, roughness) for name in SERIES},
    )


def _bars(rng: np.random.Generator, days: IntArray, returns: FloatArray, level: float) -> Bars:
    close = level * np.exp(np.cumsum(returns))
    open_ = np.concatenate(([level], close[:-1])) * np.exp(rng.normal(0, 0.003, len(days)))
    high = np.maximum(open_, close) * np.exp(np.abs(rng.normal(0, 0.004, len(days))))
    low = np.minimum(open_, close) * np.exp(-np.abs(rng.normal(0, 0.004, len(days))))
    return Bars.of(days, open_, high, low, close, np.full(len(days), 1e6))


def _where(bars: Bars, mask: np.ndarray) -> Bars:
    columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume)
    return Bars(*(column[mask] for column in columns))


def _fixings(rng: np.random.Generator, labels: IntArray, roughness: Roughness) -> Fixings:
    """A yield, public at 21:15 UTC of the next session; now and then nothing for two weeks."""
    value = 2 + np.cumsum(rng.normal(0, 0.05, len(labels)))
    there = np.ones(len(labels), dtype=bool)
    for row in np.flatnonzero(rng.random(len(labels)) < roughness.fixing_hole):
        there[row : row + int(rng.integers(1, 12))] = False
    if rng.random() < roughness.late_single:
        there[: int(rng.integers(len(labels) // 2))] = False
    known_at = np.append(labels[1:], labels[-1] + DAY_NS) + 21 * DAY_NS // 24
    return Fixings(labels[there], value[there], known_at[there])


def _universe(leaders: list[str], others: list[str], listed: Mapping[str, date | None]) -> Universe:
    instruments = {
        name: Instrument(name, name, _CLASSES.get(name, AssetClass.ETF), "XNYS", "USD", 2) for name in SINGLES
    } | {
        name: Instrument(name, name, AssetClass.SHARE, "XNYS", "USD", 2, listed=listed.get(name))
        for name in (*leaders, *others)
    }
    return Universe(
        version="test",
        instruments=instruments,
        series={name: SeriesInfo(name, name, "%", "next_business_day_1615_ny") for name in SERIES},
        groups={"leaders": tuple(leaders), "breadth": (*leaders, *others)},
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """What the judge is given for one session."""

    session: date
    at: datetime
    raw: Mapping[str, RawInput]
    shock: Shock
    critical: bool


def observed(world: World, rules: RuleSet) -> list[Judged]:
    """What every session of a world gives the judge, as the engine prepares it."""
    table = world.table(rules)
    names = rules.inputs
    given: list[Judged] = []
    for row in range(len(world.labels)):
        window = table.window(row)
        prices = (window.bars[names.equity_index].close[-1], window.bars[names.crypto].close[-1])
        given.append(
            Judged(
                label_date(int(world.labels[row])),
                from_ns(int(table.evaluated_at[row])),
                raw_inputs(window, rules),
                shock(window, rules),
                bool(np.isfinite(prices).all()),
            )
        )
    return given


def judged(given: Iterable[Judged], rules: RuleSet, past: Iterable[Evaluation] = ()) -> list[Evaluation]:
    """The evaluations of sessions in order, going on from `past`."""
    judge = Judge(rules, tuple(past))
    return [judge.evaluate(one.session, one.at, one.raw, one.shock, critical=one.critical) for one in given]


def instant(row: int) -> datetime:
    """Some instant of evaluation for an invented session."""
    return datetime(2020, 1, 2, 0, 10, tzinfo=UTC) + timedelta(days=row)


def canonical(evaluation: Evaluation) -> str:
    """All that an evaluation holds, to the last bit, as text: NaN equals NaN and sets have an order."""
    return repr(replace(evaluation, steady=frozenset(), scored_with=None)) + repr(
        (sorted(evaluation.steady), None if evaluation.scored_with is None else sorted(evaluation.scored_with))
    )
