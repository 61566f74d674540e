"""The rows of evidence beside each step of the checklist, from the tape and the last evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite, nan
from typing import TypeVar

import numpy as np

from barograph.checklist.evidence import EvidenceRow
from barograph.checklist.steps import Step
from barograph.engine.tape import NOTHING, Latest, Tape
from barograph.feeds.contract import FeedError
from barograph.indicators.breadth import above_average, basket_growth
from barograph.indicators.correlation import effective_sample, fisher_band, log_change
from barograph.market.bars import FloatArray, IntArray
from barograph.market.freshness import (
    LIQUIDATION_LIMITS,
    OPEN_INTEREST_LIMITS,
    Freshness,
    funding_limits,
    judge_age,
)
from barograph.market.instants import from_ns, to_ns
from barograph.market.intervals import DAY_NS, HOUR_NS
from barograph.market.observations import Liquidations
from barograph.risk.features import DAILY_LAMBDA
from barograph.risk.judge import Evaluation

_RATE_MATERIAL = 0.05
_PERCENT = 100.0
_DERIVATIVES_BACK = timedelta(days=3)
"""How far back funding, open interest and liquidations are asked for: two days of daily open interest and more."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class DailyCloses:
    """Closes of the same sessions, newest last, NaN where there is no bar: of the equity index (sessions,), of the
    leaders and of the breadth members (sessions, members).
    """

    index: FloatArray
    leaders: FloatArray
    breadth: FloatArray


class Evidence:
    """Builds evidence rows; stateless but for what it reads."""

    def __init__(self, tape: Tape, crypto: str) -> None:
        """`crypto` is the id of the coin whose structure step 3 shows."""
        self._tape = tape
        self._crypto = crypto

    def steps(
        self,
        latest: Mapping[str, Latest],
        closes: DailyCloses,
        evaluation: Evaluation | None,
        now: datetime,
    ) -> dict[Step, tuple[EvidenceRow, ...]]:
        """Rows of every step as of `now`; `closes` end with the session of `evaluation`."""
        return {
            Step.MACRO: self._macro(latest, now),
            Step.LEADERSHIP: self._leadership(closes, evaluation, now),
            Step.CRYPTO: self._crypto_structure(latest, now),
            Step.CORRELATION: _correlation(evaluation),
            Step.DECISION: (),
        }

    def _macro(self, latest: Mapping[str, Latest], now: datetime) -> tuple[EvidenceRow, ...]:
        real, two, policy = (self._tape.fixing(name, now) for name in ("DFII10", "DGS2", "DFF"))
        vix, vix3m = latest.get("VIX", NOTHING), latest.get("VIX3M", NOTHING)
        return (
            _rate_row("us10y", latest.get("US10Y", NOTHING)),
            _rate_row("us2y", two),
            _rate_row("real10y", real),
            _price_row("dxy", latest.get("DXY", NOTHING), "index", 2, material=0.5),
            _combined_row("policy_gap", two, policy, lambda a, b: (a - b) * _PERCENT, "bp", 0, 10.0),
            _price_row("vix", vix, "points", 2, material=1.0, relative=False),
            _combined_row("vix_term", vix, vix3m, lambda a, b: a / b, "ratio", 2, 0.05),
        )

    def _leadership(self, closes: DailyCloses, evaluation: Evaluation | None, now: datetime) -> tuple[EvidenceRow, ...]:
        as_of = evaluation.at if evaluation else None
        rows = [
            self._relative("semis_spx", "SMH", now),
            self._relative("software_spx", "IGV", now),
            _basket_relative("leaders_spx", closes, as_of),
            self._relative("equal_weight_spx", "RSP", now),
        ]
        above: dict[str, float] = {}
        for id_, members, window in (
            ("leaders_above_20", closes.leaders, 20),
            ("leaders_above_50", closes.leaders, 50),
            ("breadth_above_20", closes.breadth, 20),
            ("breadth_above_50", closes.breadth, 50),
        ):
            above[id_] = 1 - above_average(members, window).share_below
            rows.append(_plain(id_, above[id_] * _PERCENT, "%", 0, as_of, "daily closes", material=5.0))
        flag = _index_holds_alone(closes.index, above["breadth_above_50"])
        rows.append(_plain("breadth_flag", flag, "flag", 0, as_of, "daily closes", material=1.0))
        return tuple(rows)

    def _relative(self, id_: str, name: str, now: datetime) -> EvidenceRow:
        """Log performance against the S&P 500 over 20 sessions in percent, with that over 5 beside it."""
        ours, index = self._tape.daily.get(name), self._tape.daily.get("SPX")
        if ours is None or index is None:
            return _plain(id_, nan, "%", 1, None, "", material=1.0)
        both, at_ours, at_index = np.intersect1d(ours.time, index.time, assume_unique=True, return_indices=True)
        ratio = ours.close[at_ours] / index.close[at_index]
        value = log_change(ratio, 20)
        if not isfinite(value):
            return _plain(id_, nan, "%", 1, None, "", material=1.0)
        as_of, state = self._tape.close_state(name, int(both[-1]), now)
        return EvidenceRow(
            id=id_,
            value=value * _PERCENT,
            unit="%",
            decimals=1,
            state=state,
            source=self._tape.sources.get(name, ""),
            as_of=as_of,
            changes=(("5d", log_change(ratio, 5) * _PERCENT),),
            change_unit="%",
            material=1.0,
        )

    def _crypto_structure(self, latest: Mapping[str, Latest], now: datetime) -> tuple[EvidenceRow, ...]:
        return (
            _price_row("btc", latest.get("BTC", NOTHING), "USD", 0, material=2.0),
            _price_row("eth", latest.get("ETH", NOTHING), "USD", 0, material=2.0),
            self._funding(now),
            self._open_interest(now),
            *self._liquidations(now),
        )

    def _ask(self, fetch: Callable[[str, int, datetime], T], now: datetime) -> T | None:
        """What the feed has of the coin's derivatives; None where it failed."""
        try:
            return fetch(self._crypto, to_ns(now - _DERIVATIVES_BACK), now)
        except FeedError as error:
            self._tape.errors[f"{self._crypto} {error.subject}"] = error
            return None

    def _funding(self, now: datetime) -> EvidenceRow:
        """The last settled rate, scaled to eight hours whatever its own interval."""
        found = self._ask(self._tape.feed.fetch_funding, now)
        if found is None or not len(found.time):
            return _plain("funding_8h", nan, "% per 8h", 4, None, "", material=0.01)
        interval_h = float(found.interval_h[-1])
        rate = float(found.rate[-1]) * 8 / interval_h * _PERCENT
        as_of = from_ns(int(found.time[-1]))
        row = _plain("funding_8h", rate, "% per 8h", 4, as_of, found.source or "perpetual", material=0.01)
        return replace(row, state=judge_age(as_of, now, funding_limits(interval_h))) if row.value is not None else row

    def _open_interest(self, now: datetime) -> EvidenceRow:
        """In coins, with its change over a day: in dollars it would fall with the price alone."""
        found = self._ask(self._tape.feed.fetch_open_interest, now)
        if found is None or not len(found.time):
            return _plain("oi_coin", nan, self._crypto, 0, None, "", material=None)
        as_of = from_ns(int(found.time[-1]))
        source = found.source or "perpetual"
        row = _plain("oi_coin", float(found.coin[-1]), self._crypto, 0, as_of, source, material=None)
        if row.value is None:
            return row
        step_s = (found.time[-1] - found.time[-2]) / 1e9 if len(found.time) > 1 else 0.0
        # A row may be named by the beginning of its period, and is the newest until the next one is over.
        state = judge_age(as_of, now, OPEN_INTEREST_LIMITS.widened(2 * float(step_s)))
        change = _day_change(found.coin, found.time) * _PERCENT
        return _with_changes(replace(row, state=state), (("1d", _known(change)),), "%")

    def _liquidations(self, now: datetime) -> list[EvidenceRow]:
        """What was observed in the last hour, long and short, in millions of dollars."""
        found = self._ask(self._tape.feed.fetch_liquidations, now)
        totals, as_of = ((nan, nan), None) if found is None else _last_hour(found, to_ns(now))
        source = found.source if found is not None and found.source else "observed"
        rows = [
            _plain(id_, total / 1e6, "M USD per h", 1, as_of, source, material=None)
            for id_, total in zip(("liq_long", "liq_short"), totals, strict=True)
        ]
        if found is None or found.until_ns is None:
            return rows
        state = judge_age(as_of, now, LIQUIDATION_LIMITS)
        note = _shortfall(found, to_ns(now))
        return [replace(row, state=state, note=note) if row.value is not None else row for row in rows]


def _index_holds_alone(index: FloatArray, breadth_above: float) -> float:
    """1 where the index is at or above its 50-session average while less than half of its members are, else 0."""
    recent = index[-50:]
    if len(recent) < 50 or not np.isfinite(recent).all() or not isfinite(breadth_above):
        return nan
    return float(recent[-1] >= recent.mean() and breadth_above < 0.5)


def _basket_relative(id_: str, closes: DailyCloses, as_of: datetime | None) -> EvidenceRow:
    """The equally weighted leaders against the index, over 20 sessions and over 5, in percent."""
    month, week = (
        (basket_growth(closes.leaders, rows).log_change - log_change(closes.index, rows)) * _PERCENT for rows in (20, 5)
    )
    row = _plain(id_, month, "%", 1, as_of, "daily closes", material=1.0)
    return _with_changes(row, (("5d", _known(week)),), "%")


def _last_hour(forced: Liquidations, now_ns: int) -> tuple[tuple[float, float], datetime | None]:
    """Dollars of liquidated longs and shorts in the last hour, and the instant up to which.

    Rows that all lie on the full hour are hourly sums: then it is the last whole hour. Nothing recorded in days is
    not a quiet market but no record, and so is an hour without a sum: both are unknown.
    """
    time: IntArray = forced.time
    if not len(time) and forced.until_ns is None:
        return (nan, nan), None
    end_ns = now_ns
    if forced.until_ns is not None:  # a stream that is listened to
        end_ns = min(now_ns, forced.until_ns)
        inside = (time > end_ns - HOUR_NS) & (time <= end_ns)
    elif (time % HOUR_NS == 0).all():
        end_ns = now_ns - now_ns % HOUR_NS
        inside = time == end_ns - HOUR_NS
        if not inside.any():
            return (nan, nan), None
    else:
        inside = time > now_ns - HOUR_NS
    usd = np.where(np.isnan(forced.usd), forced.coin * forced.price, forced.usd)
    long, short = (_sum_of_known(usd[inside & (forced.side == side)]) for side in (1, -1))
    return (long, short), from_ns(end_ns)


def _shortfall(forced: Liquidations, now_ns: int) -> str:
    """Why a total is a lower bound: the stream was heard for a part of the hour only, or its venue keeps some back."""
    if forced.since_ns is None or forced.since_ns > now_ns - HOUR_NS:
        return "part_of_hour"
    return "" if forced.complete else "lower_bound"


def _sum_of_known(values: FloatArray) -> float:
    """A lower bound where some are unknown; unknown where all are; 0 for none."""
    known = values[np.isfinite(values)]
    return nan if len(values) and not len(known) else float(known.sum())


def _correlation(evaluation: Evaluation | None) -> tuple[EvidenceRow, ...]:
    rho = evaluation.raw["X1"].x if evaluation else nan
    down = evaluation.raw["X2"].x if evaluation else nan
    low, high = fisher_band(rho, effective_sample(DAILY_LAMBDA)) if isfinite(rho) else (nan, nan)
    as_of = evaluation.at if evaluation else None
    return tuple(
        _plain(
            id_,
            value,
            "",
            2,
            as_of,
            "daily returns, EWMA 0.94" if "semi" not in id_ else "daily returns, 60 d",
            material=material,
        )
        for id_, value, material in (
            ("corr_daily", rho, 0.1),
            ("corr_low", low, None),
            ("corr_high", high, None),
            ("semicorr_60d", down, 0.1),
        )
    )


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _day_change(values: FloatArray, time: IntArray) -> float:
    """Relative change since a day before the last value; NaN where there was none then, or in the hour before."""
    since = int(time[-1]) - DAY_NS
    row = int(np.searchsorted(time, since, side="right")) - 1
    if row < 0 or since - int(time[row]) > HOUR_NS or not values[row] > 0:
        return nan
    return float(values[-1] / values[row] - 1)


def _plain(
    id_: str, value: float, unit: str, decimals: int, as_of: datetime | None, source: str, *, material: float | None
) -> EvidenceRow:
    state = Freshness.CLOSED if isfinite(value) else Freshness.MISSING
    return EvidenceRow(id_, _known(value), unit, decimals, state, source, as_of, material=material)


def _with_changes(row: EvidenceRow, changes: tuple[tuple[str, float | None], ...], unit: str) -> EvidenceRow:
    return replace(row, changes=changes, change_unit=unit)


def _rate_row(id_: str, latest: Latest) -> EvidenceRow:
    """A yield in percent with its changes in basis points."""
    value = latest.value
    changes = tuple(
        (span, None if value is None or not isfinite(base) else (value - base) * _PERCENT)
        for span, base in (("1d", latest.base), ("5d", latest.base_5))
    )
    return EvidenceRow(id_, value, "%", 2, latest.state, latest.source, latest.as_of, changes, "bp", _RATE_MATERIAL)


def _price_row(
    id_: str, latest: Latest, unit: str, decimals: int, *, material: float, relative: bool = True
) -> EvidenceRow:
    """A price with its changes in percent, or in its own unit; `material` is in percent of it where relative."""
    value = latest.value
    changes = tuple(
        (
            span,
            None
            if value is None or not isfinite(base)
            else ((value / base - 1) * _PERCENT if relative else value - base),
        )
        for span, base in (("1d", latest.base), ("5d", latest.base_5))
    )
    move = material if value is None or not relative else value * material / _PERCENT
    return EvidenceRow(
        id_,
        value,
        unit,
        decimals,
        latest.state,
        latest.source,
        latest.as_of,
        changes,
        "%" if relative else unit,
        move,
    )


def _combined_row(
    id_: str, first: Latest, second: Latest, combine: object, unit: str, decimals: int, material: float
) -> EvidenceRow:
    """A value made of two; as old as the older one."""
    if first.value is None or second.value is None or not callable(combine):
        return EvidenceRow(id_, None, unit, decimals, Freshness.MISSING, "", None, material=material)
    times = [t for t in (first.as_of, second.as_of) if t is not None]
    state = first.state if not first.state.usable else second.state
    changes: list[tuple[str, float | None]] = []
    for span, a, b in (("1d", first.base, second.base), ("5d", first.base_5, second.base_5)):
        known = isfinite(a) and isfinite(b)
        changes.append((span, combine(first.value, second.value) - combine(a, b) if known else None))
    return EvidenceRow(
        id_,
        float(combine(first.value, second.value)),
        unit,
        decimals,
        state,
        f"{first.source}, {second.source}",
        min(times) if times else None,
        tuple(changes),
        unit,
        material,
    )
