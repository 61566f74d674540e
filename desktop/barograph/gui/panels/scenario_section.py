"""Three ways forward: which of their signs are met, and whether one of them dominates."""

from __future__ import annotations

from barograph.engine.context_view import ScenariosView, ScenarioView
from barograph.gui.context_labels import scenario_name
from barograph.gui.panels.section import Section
from barograph.gui.panels.sign_table import SignTable
from barograph.gui.text import label, show_text
from barograph.gui.theme import TextSizes, Theme
from barograph.gui.translation import tr
from barograph.risk.scenarios import Scenario

_THREE = (Scenario.NORMALISES, Scenario.TIGHTENS, Scenario.REFLATES)


class ScenarioSection(Section):
    """Counts of evidence, not probabilities, and it says so."""

    def __init__(self, theme: Theme, sizes: TextSizes) -> None:
        """Names alone until `show_scenarios`."""
        super().__init__("scenarios", tr("Scenarios"))
        self.verdict = label("scenarioVerdict", wrap=True)
        self.add(self.verdict)
        self.counts = {scenario: label(f"scenarioCount-{scenario}", "heading", wrap=True) for scenario in _THREE}
        self.tables: dict[Scenario, SignTable] = {}
        for scenario in _THREE:
            self.tables[scenario] = SignTable(f"scenarioSigns-{scenario}", scenario_name(scenario), theme, sizes)
            self.add(self.counts[scenario], self.tables[scenario])
        self.show_scenarios(None)

    def show_scenarios(self, view: ScenariosView | None) -> None:
        """Show the evidence for each; None where no session has been judged."""
        show_text(self.verdict, _verdict(view))
        evidence = {entry.scenario: entry for entry in view.evidence} if view else {}
        for scenario in _THREE:
            entry = evidence.get(scenario)
            show_text(self.counts[scenario], _count_text(scenario, entry))
            self.tables[scenario].show_signs(entry.signs if entry else ())
        self.summarise("" if view is None else scenario_name(view.dominant))

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        for table in self.tables.values():
            table.set_theme(theme)


def _verdict(view: ScenariosView | None) -> str:
    if view is None:
        return tr("No session has been judged yet.")
    if view.dominant is Scenario.UNKNOWN:
        return tr("Too few signs are known to say which way the evidence points.")
    if view.dominant is Scenario.MIXED:
        return tr("No scenario dominates. Counts of evidence, not probabilities.")
    words = tr("{scenario} dominates, for {n} sessions. Counts of evidence, not probabilities.")
    if view.sessions <= 1:
        words = tr("{scenario} dominates. Counts of evidence, not probabilities.")
    return words.format(scenario=scenario_name(view.dominant), n=view.sessions)


def _count_text(scenario: Scenario, entry: ScenarioView | None) -> str:
    name = scenario_name(scenario)
    if entry is None:
        return name
    if entry.share is None:
        words = tr("{name}: {met} of {known} known signs, too few to say")
    else:
        words = tr("{name}: {met} of {known} signs")
    return words.format(name=name, met=entry.met, known=entry.known)
