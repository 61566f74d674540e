"""Words for the context around the light: stages, regimes, scenarios, lamps, plans, and what each of them means."""

from __future__ import annotations

from barograph.gui.translation import mark, tr
from barograph.risk.cascade import CascadeStage, Status
from barograph.risk.deleveraging import Stage
from barograph.risk.plans import Horizon, Note, NoTradeReason, Plan, Trend
from barograph.risk.precursors import LampState
from barograph.risk.regime import Regime
from barograph.risk.scenarios import Scenario

_CASCADE = {
    CascadeStage.SHOCK: mark("shock"),
    CascadeStage.REPRICING: mark("rates, dollar"),
    CascadeStage.LEADERSHIP: mark("leadership"),
    CascadeStage.VOLATILITY: mark("volatility"),
    CascadeStage.DELEVERAGING: mark("deleveraging"),
    CascadeStage.THIN_HOURS: mark("thin hours"),
}
_CASCADE_MEANINGS = {
    CascadeStage.SHOCK: mark("Stocks, growth shares or bitcoin fell unusually far in one day."),
    CascadeStage.REPRICING: mark("The policy path, the dollar or real yields moved fast."),
    CascadeStage.LEADERSHIP: mark("The leading shares broke: most stand below their average, or they lag the index."),
    CascadeStage.VOLATILITY: mark("Volatility rises, and risk models cut exposure."),
    CascadeStage.DELEVERAGING: mark("Crypto sells by force: liquidations, and open interest leaves."),
    CascadeStage.THIN_HOURS: mark("Crypto had a hard hour while stocks could not trade."),
}
_STATUSES = {
    Status.ON: mark("running"),
    Status.PASSED: mark("happened"),
    Status.NOT_YET: mark("not seen"),
    Status.UNKNOWN: mark("not known"),
}
_STAGES = {
    Stage.CALM: mark("calm"),
    Stage.BUILDING: mark("leverage building"),
    Stage.FORCED: mark("forced selling"),
    Stage.EXHAUSTION: mark("exhaustion"),
}
STORY = (Stage.CALM, Stage.BUILDING, Stage.FORCED, Stage.EXHAUSTION)
"""The stages of deleveraging in the order in which they come."""
_STAGE_MEANINGS = {
    Stage.CALM: mark("Neither leverage being built nor forced selling."),
    Stage.BUILDING: mark("Two of three: coins gather, coins against a falling price, dear funding."),
    Stage.FORCED: mark("The price falls hard, and coins leave or liquidations peak."),
    Stage.EXHAUSTION: mark("Forced selling has been quiet for hours, not yet for days."),
}
_REGIMES = {
    Regime.NONE: mark("NONE"),
    Regime.VOLATILITY: mark("VOLATILITY EVENT"),
    Regime.TREND: mark("TREND BREAK"),
    Regime.LIQUIDITY: mark("LIQUIDITY SHOCK"),
}
_REGIME_MEANINGS = {
    Regime.NONE: mark("Neither a liquidity shock nor a trend break nor a volatility event."),
    Regime.VOLATILITY: mark("Volatility jumps. A description: it carried no extra danger when it was tested."),
    Regime.TREND: mark(
        "Stocks and bitcoin stay below their averages, most shares too. A description: it carried no extra danger "
        "when it was tested."
    ),
    Regime.LIQUIDITY: mark(
        "What can be sold is sold, with credit, havens or leverage giving way. The only one that carried extra danger "
        "when it was tested."
    ),
}
_SCENARIOS = {
    Scenario.NORMALISES: mark("A  volatility normalises"),
    Scenario.TIGHTENS: mark("B  liquidity tightens"),
    Scenario.REFLATES: mark("C  policy clarity reflates"),
    Scenario.MIXED: mark("mixed"),
    Scenario.UNKNOWN: mark("not known"),
}
_LAMPS = {
    "P1": mark("Growth volatility rises"),
    "P1_leaders": mark("… and leaders broken"),
    "P2": mark("Dollar up, yields not down"),
    "P3": mark("Open interest up, price down"),
}
_LAMP_STATES = {
    LampState.ON: mark("on"),
    LampState.OFF: mark("off"),
    LampState.UNKNOWN: mark("not known"),
}
_EVENTS = {
    "J5": mark("S&P −2% and BTC −6% within 5 sessions"),
    "J10": mark("S&P −4% and BTC −12% within 10 sessions"),
    "VS5": mark("both one usual move lower within 5 sessions"),
}
_PLANS = {
    Plan.NORMAL: mark("normal"),
    Plan.REBALANCE: mark("rebalance only at the bands"),
    Plan.WAIT: mark("wait"),
    Plan.NO_TRADE: mark("no trade"),
    Plan.REDUCE: mark("reduce"),
    Plan.HEDGE_OR_REDUCE: mark("hedge or reduce"),
    Plan.HOLD_REDUCED: mark("hold the reduced size"),
    Plan.HOLD_TO_PLAN: mark("hold to plan"),
    Plan.WITH_TREND: mark("with the trend only"),
    Plan.TRIM_LEVERAGE: mark("trim leverage"),
}
_PLAN_NOTES = {
    Note.PLANNED_EXITS_ONLY: mark("only exits planned before"),
    Note.PLAN_A_HEDGE: mark("plan a hedge"),
    Note.NO_NEW_LEVERAGE: mark("no new leverage"),
    Note.NO_AVERAGING_DOWN: mark("no averaging down"),
    Note.HEDGE_ABOVE_LIMIT: mark("hedge only what is above the risk limit"),
    Note.HEDGE_IS_DEAR: mark("a hedge is dear now"),
    Note.HEDGE_IS_REASONABLE: mark("an options hedge is reasonable"),
    Note.REENTER_LATER: mark("re-enter in thirds once the light is calm or scenario A has lasted"),
    Note.REENTER_IN_THIRDS: mark("re-enter in thirds"),
    Note.ADD_BACK_ON_DOWNGRADE: mark("add back only when the light has calmed"),
    Note.KEEP_STOPS: mark("keep existing stops"),
    Note.NO_NEW_RISK: mark("no new risk"),
}
_HORIZONS = {
    Horizon.HOURS: mark("hours"),
    Horizon.DAYS_WEEKS: mark("days–weeks"),
    Horizon.MONTHS: mark("months"),
}
_NO_TRADE = {
    NoTradeReason.NO_DATA: mark("there is no light"),
    NoTradeReason.UNDECIDED: mark("scenario mixed and the score between two levels"),
    NoTradeReason.FRAMES_DISAGREE: mark("1h and 4h point in opposite directions"),
    NoTradeReason.EVENT: mark("a Fed decision, CPI or payrolls within half an hour"),
    NoTradeReason.LOSS_BUDGET: mark("the day's loss budget is used"),
}
_OPEN = {
    NoTradeReason.NO_DATA: mark("the light"),
    NoTradeReason.UNDECIDED: mark("the scenario"),
    NoTradeReason.FRAMES_DISAGREE: mark("the trends of 1h and 4h"),
    NoTradeReason.EVENT: mark("the next Fed decision, CPI or payrolls"),
    NoTradeReason.LOSS_BUDGET: mark("the day's loss budget"),
}
_TRENDS = {
    Trend.UP: mark("up"),
    Trend.DOWN: mark("down"),
    Trend.NONE: mark("no trend"),
    Trend.UNKNOWN: mark("not known"),
}
_TREND_ARROWS = {Trend.UP: "↑", Trend.DOWN: "↓", Trend.NONE: "→", Trend.UNKNOWN: "?"}
_COVERAGES = {
    "all": mark("all of this venue's"),
    "at_most_one_per_second": mark("one a second at most: a lower bound"),
    "sampled": mark("a sample: a lower bound"),
    "unstated": mark("coverage not stated: a lower bound"),
    "none": mark("nobody listens"),
}
_UNKNOWN_RHO = {
    "no_bars": mark("no bars"),
    "too_few": mark("too few shared bars"),
    "stale": mark("too old"),
}
_RULES = {
    "A": mark("Sampled at the same instants of the futures' grid; no return across a break or a weekend."),
    "B": mark("Sampled at the same instants of the cash session."),
    "C": mark("Bars that end at different instants: all overlapping returns of a session (Hayashi–Yoshida); no band."),
    "D": mark("Daily closes of both at 16:00 New York."),
}


def cascade_name(stage: CascadeStage) -> str:
    """A stage of the cascade in a word or two."""
    return tr(_CASCADE[stage])


def cascade_meaning(stage: CascadeStage) -> str:
    """What a stage of the cascade is, one sentence."""
    return tr(_CASCADE_MEANINGS[stage])


def status_word(status: Status) -> str:
    """Where a stage stands."""
    return tr(_STATUSES[status])


def stage_name(stage: Stage) -> str:
    """A stage of deleveraging."""
    return tr(_STAGES[stage])


def stage_meaning(stage: Stage) -> str:
    """What a stage of deleveraging rests on, one sentence."""
    return tr(_STAGE_MEANINGS[stage])


def regime_name(regime: Regime) -> str:
    """The label of a regime."""
    return tr(_REGIMES[regime])


def regime_meaning(regime: Regime) -> str:
    """What a regime is, and whether it was worth anything when it was tested."""
    return tr(_REGIME_MEANINGS[regime])


def scenario_name(scenario: Scenario) -> str:
    """A scenario with its letter, or what stands in place of a dominant one."""
    return tr(_SCENARIOS[scenario])


def lamp_name(lamp_id: str) -> str:
    """What a lamp looks at; an id without words stands for itself, here and below."""
    return tr(_LAMPS[lamp_id]) if lamp_id in _LAMPS else lamp_id


def lamp_word(state: LampState) -> str:
    """Whether a lamp is lit."""
    return tr(_LAMP_STATES[state])


def event_meaning(event: str) -> str:
    """What has to happen for an event of the track record."""
    return tr(_EVENTS[event]) if event in _EVENTS else event


def plan_word(plan: Plan) -> str:
    """The table's words."""
    return tr(_PLANS[plan])


def plan_note(note: Note) -> str:
    """What goes with a plan."""
    return tr(_PLAN_NOTES[note])


def plan_horizon(horizon: Horizon) -> str:
    """The horizon of a plan."""
    return tr(_HORIZONS[horizon])


def no_trade_reason(reason: NoTradeReason) -> str:
    """Why no trade is the answer."""
    return tr(_NO_TRADE[reason])


def not_judged(reason: NoTradeReason) -> str:
    """What would have to be known to judge a reason."""
    return tr(_OPEN[reason])


def trend_word(trend: Trend) -> str:
    """A direction in words."""
    return tr(_TRENDS[trend])


def trend_arrow(trend: Trend) -> str:
    """A direction as an arrow."""
    return _TREND_ARROWS[trend]


def coverage_words(coverage: str) -> str:
    """How much of a venue's liquidations is heard."""
    return tr(_COVERAGES[coverage]) if coverage in _COVERAGES else coverage.replace("_", " ")


def unknown_reason(reason: str) -> str:
    """Why a correlation is not known."""
    return tr(_UNKNOWN_RHO[reason]) if reason in _UNKNOWN_RHO else reason.replace("_", " ")


def rule_words(rule: str) -> str:
    """How two markets were put on the same instants; empty where they were not."""
    return tr(_RULES[rule]) if rule in _RULES else ""
