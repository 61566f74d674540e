"""The Regime panel: what kind of stress, which way forward, what the plan says, what it was worth, what came before."""

from __future__ import annotations

from barograph.engine.context_view import ContextView, SignView
from barograph.engine.snapshot import Snapshot
from barograph.gui.panels.context_panel import ContextPanel
from barograph.gui.panels.context_state import panel_state
from barograph.gui.panels.lamp_section import LampSection
from barograph.gui.panels.plan_section import BudgetSection, PlanSection
from barograph.gui.panels.regime_section import RegimeSection
from barograph.gui.panels.scenario_section import ScenarioSection
from barograph.gui.panels.similar_section import SimilarSection
from barograph.gui.theme import TextSizes, Theme
from barograph.gui.translation import tr


class RegimePanel(ContextPanel):
    """Sections that fold; each says in its heading what it comes to."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Names alone until the first snapshot."""
        super().__init__("regime", tr("Regime"), theme)
        self.regime = RegimeSection(theme, sizes)
        self.scenarios = ScenarioSection(theme, sizes)
        self.plan = PlanSection()
        self.lamps = LampSection(theme)
        self.budget = BudgetSection()
        self.similar = SimilarSection(theme)
        self.add(self.regime, self.plan, self.scenarios, self.lamps, self.budget, self.similar)
        self.column.addStretch(1)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a snapshot's regime, scenarios and plans."""
        context, now = snapshot.context, snapshot.clock.now
        self.show_state(panel_state(snapshot, _unknown(context)))
        if context is None:
            return
        budget = context.plans.budget if context.plans else None
        if self.shown.is_new("regime", context.regime, now):
            self.regime.show_regime(context.regime, now)
        if self.shown.is_new("scenarios", context.scenarios, now):
            self.scenarios.show_scenarios(context.scenarios)
        if self.shown.is_new("plan", context.plans, now):
            self.plan.show_plans(context.plans)
        if self.shown.is_new("lamps", context.lamps, now):
            self.lamps.show_lamps(context.lamps)
        if self.shown.is_new("budget", budget, now):
            self.budget.show_budget(budget)
        if self.shown.is_new("similar", context.similar, now):
            self.similar.show_similar(context.similar)


def _unknown(context: ContextView | None) -> int:
    if context is None:
        return 0
    signs: list[SignView] = [*context.regime.signs] if context.regime else []
    for scenario in context.scenarios.evidence if context.scenarios else ():
        signs.extend(scenario.signs)
    return len({sign.id for sign in signs if sign.met is None})
