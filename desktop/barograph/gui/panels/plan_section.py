"""What the table of actions says for three horizons, when no trade is the answer, and the risk budget behind it."""

from __future__ import annotations

from barograph.engine.context_view import BudgetView, PlansView, PlanView, SizeView
from barograph.gui.context_labels import no_trade_reason, not_judged, plan_horizon, plan_note, plan_word
from barograph.gui.formats import decimals_for, number, quantity
from barograph.gui.panels.cell_grid import CellGrid, Column
from barograph.gui.panels.section import Section
from barograph.gui.text import label, show_text
from barograph.gui.translation import mark, tr

_METHODS = {"har": mark("HAR forecast"), "ewma": mark("EWMA forecast")}


class PlanSection(Section):
    """Words of a table; the trader decides."""

    def __init__(self) -> None:
        """Empty until `show_plans`."""
        super().__init__("plan", tr("Plan"))
        self.no_trade = label("planNoTrade", "strong", wrap=True)
        self.open = label("planOpen", "small", wrap=True)
        self.plans = CellGrid(
            "planRows", (Column("small"), Column("strong", wrap=True, stretch=1), Column("", right=True))
        )
        self.by_known = label("planByKnown", "small", wrap=True)
        self.note = label(
            "planNote", "small", tr("What the table says; no orders are placed. The shares are judgement."), wrap=True
        )
        self.add(self.no_trade, self.plans, self.by_known, self.open, self.note)
        self.show_plans(None)

    def show_plans(self, view: PlansView | None) -> None:
        """Show the plans; None where no session has been judged."""
        if view is None:
            show_text(self.no_trade, "")
            show_text(self.open, tr("No session has been judged yet."))
            show_text(self.by_known, "")
            self.plans.show_rows(())
            self.summarise("")
            return
        reasons = tr("; ", "between reasons").join(no_trade_reason(reason) for reason in view.no_trade)
        show_text(self.no_trade, tr("NO TRADE: {reasons}.").format(reasons=reasons) if reasons else "")
        unjudged = tr(", ", "between names").join(not_judged(reason) for reason in view.no_trade_open)
        show_text(self.open, tr("Could not be judged: {inputs}.").format(inputs=unjudged) if unjudged else "")
        self.plans.show_rows([_cells(plan) for plan in view.plans])
        show_text(self.by_known, _by_known_text(view))
        first = view.plans[0] if view.plans else None
        self.summarise(tr("no trade") if view.no_trade else plan_word(first.plan) if first else "")


class BudgetSection(Section):
    """Volatility of the book at the correlation of now, and as one book; and the share of it to hold."""

    def __init__(self) -> None:
        """Empty until `show_budget`."""
        super().__init__("budget", tr("Risk budget"))
        self.rows = CellGrid("budgetRows", (Column("small", stretch=1, wrap=True), Column("", right=True)))
        self.note = label("budgetNote", "small", wrap=True)
        units = tr("Units are coins, or the index at one dollar a point. Risk and stop are judgement.")
        self.units = label("budgetUnits", "small", units, wrap=True)
        self.add(self.rows, self.note, self.units)
        self.show_budget(None)

    def show_budget(self, view: BudgetView | None) -> None:
        """Show the budget; None where nothing is known of either market."""
        self.units.setVisible(view is not None and bool(view.sizes))
        if view is None:
            self.rows.show_rows(())
            show_text(self.note, tr("Not known: neither market has enough past."))
            self.summarise("")
            return
        self.rows.show_rows(_budget_rows(view))
        show_text(self.note, _budget_note(view))
        self.summarise(quantity(view.exposure, "share", 0))


def _cells(plan: PlanView) -> tuple[str, str, str]:
    words = tr(", ", "between names").join((plan_word(plan.plan), *(plan_note(note) for note in plan.notes)))
    return plan_horizon(plan.horizon), words, f"× {number(plan.size, 1)}"


def _by_known_text(view: PlansView) -> str:
    if not view.by_known:
        return ""
    each = tr("{horizon}: {plan}")
    plans = tr("; ", "between reasons").join(
        each.format(horizon=plan_horizon(plan.horizon), plan=plan_word(plan.plan)) for plan in view.by_known
    )
    return tr("If nothing that is missing made it worse: {plans}.").format(plans=plans)


def _budget_rows(view: BudgetView) -> list[tuple[str, str]]:
    share = quantity(view.exposure, "share", 0)
    at_now = tr("Volatility a year at ρ now, {rho}").format(rho=number(view.rho, 2))
    crowded = tr("as one book, ρ {rho}").format(rho=number(view.crowded_rho, 2))
    scale = tr("k = budget {budget} / volatility {volatility}, 1 at most")
    return [
        (tr("Share of the book to hold, k × {m}").format(m=number(view.multiplier, 1)), share),
        (
            scale.format(budget=quantity(view.budget, "share", 0), volatility=quantity(view.volatility, "share", 1)),
            number(view.scale, 2),
        ),
        (at_now, quantity(view.volatility_now, "share", 1)),
        (crowded, quantity(view.volatility_crowded, "share", 1)),
        (tr("Diversification lost, from one to the other"), quantity(view.diversification_lost, "share", 1)),
        (_market_text(view.equity, view.equity_weight, view.equity_method), _volatility(view.equity_volatility)),
        (_market_text(view.crypto, view.crypto_weight, view.crypto_method), _volatility(view.crypto_volatility)),
        *((_size_text(view, each), number(each.units, decimals_for(each.units))) for each in view.sizes),
    ]


def _size_text(view: BudgetView, size: SizeView) -> str:
    words = tr("Units of {market} that lose {risk} of {account} × {m} at a stop {stop} away, {n} × ATR")
    return words.format(
        market=size.instrument,
        risk=quantity(view.risk_share, "share", 1),
        account=number(view.account, 0),
        m=number(view.multiplier, 1),
        stop=number(size.stop, decimals_for(size.stop)),
        n=number(view.stop_multiple, 0),
    )


def _market_text(market: str, weight: float, method: str) -> str:
    words = tr("{market}, {weight} of the book").format(market=market, weight=quantity(weight, "share", 0))
    return f"{words}, {tr(_METHODS[method])}" if method in _METHODS else words


def _volatility(value: float | None) -> str:
    return quantity(value, "share", 1)


def _budget_note(view: BudgetView) -> str:
    used = number(view.rho_used, 2)
    if view.assumed:
        return tr("Worked out at ρ {rho}: assumed, stocks and crypto as one book.").format(rho=used)
    return tr("Worked out at ρ {rho}, as measured.").format(rho=used)
