"""The context as lines of plain text: what stands behind the light, in a screenful."""

from __future__ import annotations

from collections.abc import Iterator

from barograph.engine.context_view import (
    BudgetView,
    ContextView,
    CryptoStructure,
    PairCorrelation,
    PlansView,
    PolicyView,
    RegimeView,
)
from barograph.market.instants import iso_z
from barograph.risk.cascade import Status

_WORDINGS = {"elevated": "elevated", "normal": "not distinguishable from normal", "unknown": "no median yet"}
_REASONS = {"no_bars": "no bars of both", "too_few": "too few shared returns", "stale": "too old"}


def context_lines(context: ContextView) -> Iterator[str]:
    """One thing a line; what is not known says so."""
    yield f"around the light, rules {context.rules}"
    if context.regime is not None:
        yield _regime(context.regime)
    if context.deleveraging is not None:
        stage = context.deleveraging
        since = f" since {iso_z(stage.since)}" if stage.since else ""
        worst = "" if stage.worst is stage.stage else f", could be {_words(stage.worst.value)}"
        known = "" if stage.known else " (not enough is known)"
        yield f"deleveraging  {_words(stage.stage.value)}{since}{worst}{known}"
    if context.cascade:
        yield "cascade       " + ", ".join(
            f"{_words(mark.stage.value)} {_words(mark.status.value)}"
            + (f" since {iso_z(mark.since)}" if mark.since and mark.status in (Status.ON, Status.PASSED) else "")
            for mark in context.cascade
        )
    if context.scenarios is not None:
        counts = ", ".join(f"{each.scenario.value} {each.met} of {each.known}" for each in context.scenarios.evidence)
        yield f"scenario      {context.scenarios.dominant.value} ({counts}; counts, not odds)"
    for lamp in context.lamps:
        lifts = ", ".join(
            f"{each.event} lift {each.lift:g}" + (f" [{each.low:g}, {each.high:g}]" if each.low is not None else "")
            for each in lamp.measured
        )
        proven = "" if lamp.significant else ", not significant"
        yield f"precursor     {lamp.id} {lamp.state.value} ({lifts}{proven})"
    yield from (_pair(pair) for pair in context.correlations)
    if context.gap is not None:
        gap = context.gap
        move = "an unknown amount" if gap.move is None else f"{100 * gap.move:+.1f} %"
        yield (
            f"gap           {gap.crypto} moved {move} while {gap.stock} was closed, "
            f"{iso_z(gap.since)} to {iso_z(gap.until)}"
        )
    yield from (_coin(coin) for coin in context.crypto)
    if context.policy is not None:
        yield _policy(context.policy)
    if context.plans is not None:
        yield from _plans(context.plans)
    if context.similar is not None:
        yield "similar days  " + ", ".join(each.session.isoformat() for each in context.similar.days)
        for after in context.similar.followed:
            spread = ", ".join(f"{100 * change:+.1f}" for change in after.changes)
            yield f"  then {after.instrument} in {after.sessions} sessions, %: {spread}"


def _regime(regime: RegimeView) -> str:
    worst = "" if regime.worst is regime.regime else f", could be {regime.worst.value}"
    led = ", crypto-led" if regime.crypto_led else ""
    provisional = ", provisional" if regime.provisional else ""
    tested = f"; by daily data alone {regime.tested.value}" if regime.tested not in (None, regime.regime) else ""
    return f"regime        {regime.regime.value}{led}{provisional}{worst}{tested}; session {regime.session}"


def _pair(pair: PairCorrelation) -> str:
    name = f"correlation   {pair.stock}-{pair.crypto} {pair.interval}"
    if pair.rho is None:
        return f"{name}  - ({_REASONS.get(pair.reason, pair.reason)})"
    band = "-" if pair.low is None or pair.high is None else f"[{pair.low:.2f}, {pair.high:.2f}]"
    median = "-" if pair.median is None else f"{pair.median:.2f} of {pair.median_days} d"
    rule = f"{pair.stock_used}, rule {pair.rule}"
    if pair.rule == "C":
        return f"{name} {pair.rho:5.2f} n {pair.n}, no band, so not known whether that is normal ({rule})"
    return f"{name} {pair.rho:5.2f} {band} n {pair.n}, median {median}, {_WORDINGS[pair.wording]} ({rule})"


def _coin(coin: CryptoStructure) -> str:
    venue = coin.funding[0] if coin.funding else None
    rank = "-" if venue is None or venue.percentile is None else f"{100 * venue.percentile:.0f}"
    seen = coin.liquidations
    liquidated = "-" if seen is None or seen.intensity_bp is None else f"{seen.intensity_bp:.1f} bp of OI"
    coverage = f" ({seen.coverage})" if seen is not None else ""
    return (
        f"{coin.coin:<13} funding {_percent(coin.funding_8h, 4)} per 8h, rank {rank}; open interest in coins "
        f"{_percent(coin.open_interest_day, 1)} in 24 h, OI_div {_percent(coin.divergence, 1)}; "
        f"longs liquidated in 1 h {liquidated}{coverage}"
    )


def _policy(policy: PolicyView) -> str:
    path = "-" if policy.path12_bp is None else f"{policy.path12_bp:+.0f} bp"
    gap = "-" if policy.two_year_gap_bp is None else f"{policy.two_year_gap_bp:+.0f} bp"
    meeting = f"; next decision {policy.next_meeting}" if policy.next_meeting else "; next decision not known"
    odds = (
        ""
        if policy.cut is None or policy.rise is None
        else f", cut {100 * policy.cut:.0f} %, rise {100 * policy.rise:.0f} %"
    )
    return f"policy path   12 months {path}, 2Y less policy rate {gap}{meeting}{odds}"


def _plans(plans: PlansView) -> Iterator[str]:
    for each in plans.plans:
        notes = f" ({', '.join(map(_words, each.notes))})" if each.notes else ""
        yield f"plan          {_words(each.horizon.value)}: {_words(each.plan.value)}, size {each.size:g}{notes}"
    if plans.by_known:
        words = "; ".join(f"{_words(each.horizon.value)}: {_words(each.plan.value)}" for each in plans.by_known)
        yield f"by known      {words}, if nothing that is missing made it worse"
    if plans.no_trade:
        yield f"no trade      {', '.join(_words(reason.value) for reason in plans.no_trade)}"
    if plans.no_trade_open:
        yield f"not known     {', '.join(_words(reason.value) for reason in plans.no_trade_open)}"
    if plans.budget is not None:
        yield _budget(plans.budget)
        yield from _sizes(plans.budget)


def _budget(budget: BudgetView) -> str:
    crowded = _percent(budget.volatility_crowded, 1)
    lost = _percent(budget.diversification_lost, 1)
    return (
        f"risk budget   {_percent(budget.volatility_now, 1)} a year now, {crowded} as one book ({lost} lost); "
        f"exposure {_percent(budget.exposure, 0)} of {budget.equity_weight:.0%} {budget.equity} and "
        f"{budget.crypto_weight:.0%} {budget.crypto} for {budget.budget:.0%}"
    )


def _sizes(budget: BudgetView) -> Iterator[str]:
    """Coins, and the index at a dollar a point."""
    for each in budget.sizes:
        if each.units is None:
            yield f"size          {each.instrument} - (mean true range not known)"
        else:
            risk = f"{budget.risk_share:.1%} of {budget.account:,.0f} times {budget.multiplier:g}"
            stop = f"{each.stop:,.1f} away ({budget.stop_multiple:g} ATR)"
            yield f"size          {each.instrument} {each.units:,.3f} units: {risk}, stop {stop}"


def _percent(value: float | None, decimals: int) -> str:
    return "-" if value is None else f"{100 * value:.{decimals}f} %"


def _words(id_: str) -> str:
    return id_.replace("_", " ")
