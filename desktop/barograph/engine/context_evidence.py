"""Rows of evidence that the context adds to the steps of the checklist."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from barograph.checklist.evidence import EvidenceRow
from barograph.checklist.steps import Step
from barograph.engine.context.policy_view import FUTURES
from barograph.engine.context_view import (
    ContextView,
    CryptoStructure,
    DeleveragingView,
    FramesView,
    LiquidationView,
    PairCorrelation,
    PolicyView,
)
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.market.observations import Coverage

_PERCENT = 100.0
_COMPLETE = Coverage.ALL.value


def context_rows(context: ContextView) -> dict[Step, tuple[EvidenceRow, ...]]:
    """Rows by step, to stand after those that are there already."""
    coin = context.crypto[0] if context.crypto else None
    hour, four_hours = (context.correlation("ES", "BTC", each) for each in (Interval.HOUR_1, Interval.HOUR_4))
    return {
        Step.MACRO: _policy(context.policy),
        Step.CRYPTO: _crypto(coin, context.deleveraging),
        Step.CORRELATION: (
            *_pair("corr_1h", hour),
            *_pair("corr_4h", four_hours),
            _compression(hour, four_hours),
            *_trends(context.frames, context.as_of),
        ),
    }


def _policy(policy: PolicyView | None) -> tuple[EvidenceRow, ...]:
    """The path itself only where futures are served; its change over ten sessions always."""
    if policy is None:
        return ()
    change = _row(
        "repricing_10d", policy.repricing_bp, "bp", 0, policy.repricing_source, policy.repricing_as_of, 5.0
    )  # fmt: skip
    if policy.reason == "no_futures":
        return (change,)
    likelier = max(policy.cut, policy.rise) if policy.cut is not None and policy.rise is not None else None
    return (
        _of_month("policy_path12", policy.path12_bp, "bp", policy, policy.path12_month),
        change,
        _of_month("fomc_move", _scaled(likelier), "%", policy, policy.meeting_month),
    )


def _of_month(id_: str, value: float | None, unit: str, policy: PolicyView, month: date | None) -> EvidenceRow:
    """A value made of one month's futures and the effective rate; as old as the older one."""
    read = next((each for each in policy.months if each.month == month), None)
    if value is None or read is None or policy.effective_as_of is None:
        return _row(id_, None, unit, 0, FUTURES, None, 10.0)
    row = _row(id_, value, unit, 0, FUTURES, min(read.as_of, policy.effective_as_of), 10.0)
    return replace(row, state=read.state)


def _crypto(coin: CryptoStructure | None, stage: DeleveragingView | None) -> tuple[EvidenceRow, ...]:
    venue = coin.funding[0] if coin and coin.funding else None
    funding = _row(
        "funding_rank", _scaled(venue.percentile) if venue else None, "%", 0, venue.venue if venue else "",
        venue.as_of if venue else None, 10.0,
    )  # fmt: skip
    if venue is not None and venue.learning:
        funding = replace(funding, state=Freshness.LEARNING)
    against = _row(
        "oi_div", _scaled(coin.divergence) if coin else None, "%", 1, coin.open_interest_source if coin else "",
        coin.open_interest_as_of if coin else None, 2.0,
    )  # fmt: skip
    told = stage is not None and stage.known
    return (
        funding,
        against,
        _intensity(coin.liquidations if coin else None),
        _row(
            "deleveraging_stage", float(stage.stage.severity) if stage is not None and told else None, "stage", 0,
            "judgement", stage.as_of if stage else None, 1.0,
        ),
    )  # fmt: skip


def _intensity(seen: LiquidationView | None) -> EvidenceRow:
    """Longs liquidated in the hour in basis points of open interest; a lower bound unless the venue gives them all."""
    if seen is None:
        return _row("liq_intensity", None, "bp of OI per h", 1, "", None, None)
    row = _row("liq_intensity", seen.intensity_bp, "bp of OI per h", 1, seen.venue or "observed", seen.as_of, None)
    note = "part_of_hour" if seen.part_of_hour else "" if seen.coverage == _COMPLETE else "lower_bound"
    return row if row.value is None else replace(row, note=note)


def _pair(id_: str, pair: PairCorrelation | None) -> tuple[EvidenceRow, ...]:
    """Value, band and number of shared observations."""
    source = f"{pair.stock_used or pair.stock}, {pair.crypto}; {pair.source}" if pair is not None else ""
    as_of = pair.as_of if pair is not None else None
    values = (pair.rho, pair.low, pair.high) if pair is not None else (None, None, None)
    rows = [
        _row(name, value, "", 2, source, as_of, material)
        for name, value, material in zip((id_, f"{id_}_low", f"{id_}_high"), values, (0.1, None, None), strict=True)
    ]
    count = None if pair is None or pair.rho is None else float(pair.n)
    rows.append(_row(f"{id_}_n", count, "", 0, source, as_of, None))
    if pair is not None and pair.reason == "stale":
        rows = [replace(row, state=Freshness.STALE) for row in rows]
    return tuple(rows)


def _compression(*pairs: PairCorrelation | None) -> EvidenceRow:
    """Whether either correlation lies in the zone where stocks and crypto are one book."""
    known = [pair for pair in pairs if pair is not None and pair.compressed is not None]
    value = float(any(pair.compressed for pair in known)) if known else None
    times = [pair.as_of for pair in known if pair.as_of is not None]
    return _row("compression_zone", value, "flag", 0, "0.7 and above", min(times, default=None), 1.0)


def _trends(frames: FramesView, now: datetime) -> tuple[EvidenceRow, ...]:
    """Strength of the trend of stocks and of the coin on both intervals, and whether one disagrees with itself."""
    rows = [
        _row(f"trend_{trend.instrument.lower()}_{trend.interval}", trend.strength, "sigma", 1, trend.instrument,
             trend.as_of, 1.0)
        for trend in frames.trends
    ]  # fmt: skip
    disagree = None if frames.disagree is None else float(frames.disagree)
    source = ", ".join(frames.disagreeing) or "1h and 4h"
    return (*rows, _row("frames_disagree", disagree, "flag", 0, source, now if frames.trends else None, 1.0))


def _row(
    id_: str, value: float | None, unit: str, decimals: int, source: str, as_of: datetime | None, material: float | None
) -> EvidenceRow:
    state = Freshness.MISSING if value is None else Freshness.CLOSED
    return EvidenceRow(id_, value, unit, decimals, state, source, as_of, material=material)


def _scaled(value: float | None) -> float | None:
    return None if value is None else value * _PERCENT
