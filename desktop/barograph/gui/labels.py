"""Words for the fixed ids that a snapshot carries: faces, states, steps, actions, reasons."""

from __future__ import annotations

from barograph.checklist.decision import Action, Horizon
from barograph.checklist.steps import Step
from barograph.feeds.contract import FeedInfo, FeedKind
from barograph.gui.translation import mark, tr
from barograph.market.freshness import Freshness
from barograph.risk.faces import Face

_FACES = {
    Face.CALM: mark("CALM"),
    Face.WATCH: mark("WATCH"),
    Face.RISK_OFF: mark("RISK-OFF"),
    Face.NO_DATA: mark("NO DATA"),
}
_STATES = {
    Freshness.LIVE: mark("live"),
    Freshness.DELAYED: mark("delayed"),
    Freshness.CLOSED: mark("closed"),
    Freshness.BREAK: mark("daily break"),
    Freshness.STALE: mark("stale"),
    Freshness.ERROR: mark("error"),
    Freshness.LEARNING: mark("learning"),
    Freshness.MISSING: mark("missing"),
}
_STATE_EXPLANATIONS = {
    Freshness.LIVE: mark("Newer than its age limit."),
    Freshness.DELAYED: mark("Past its first age limit, or from a feed that is known to be delayed. Still used."),
    Freshness.CLOSED: mark("Its market is closed and the last close is here."),
    Freshness.BREAK: mark("Its market is in its daily break."),
    Freshness.STALE: mark("Older than its session allows; not used."),
    Freshness.ERROR: mark("The source answered with a fault, and nothing usable is held."),
    Freshness.LEARNING: mark("Not enough past yet for a percentile."),
    Freshness.MISSING: mark("There is no value."),
}
_STEPS = {
    Step.MACRO: mark("Macro"),
    Step.LEADERSHIP: mark("Leadership"),
    Step.CRYPTO: mark("Crypto structure"),
    Step.CORRELATION: mark("Correlation"),
    Step.DECISION: mark("Decision"),
}
_ACTIONS = {
    Action.HEDGE: mark("hedge"),
    Action.REDUCE: mark("reduce"),
    Action.WAIT: mark("wait"),
}
_HORIZONS = {
    Horizon.HOURS: mark("hours"),
    Horizon.DAYS_WEEKS: mark("days–weeks"),
    Horizon.MONTHS: mark("months"),
}
_REASONS = {
    "warm_up": mark("Not enough past yet: {left} more sessions are needed before the light can be judged."),
    "coverage": mark("Too few inputs are usable: less than 70% of the weight is covered."),
    "no_volatility": mark("The volatility pillar has no usable input."),
    "no_equity_and_comovement": mark("Neither equity leadership nor co-movement has a usable input."),
    "critical_stale": mark("The price of the S&P 500 or of bitcoin is missing or too old for this session."),
    "clock_off": mark("This computer's clock and the exchanges' differ; there is no light until it is set right."),
    "engine": mark("The engine is not answering. What is shown below is from its last answer."),
    "starting": mark("The engine is starting."),
}
_DOWN = {
    "died": mark("The engine stopped unexpectedly; it is being started again."),
    "silent": mark("The engine has not answered for a while; it is being started again."),
    "fatal": mark("The engine stopped and will not start again with the same input."),
}
_NOTES = {
    "proxy": mark("proxy: a related instrument stands in"),
    "lower_bound": mark("lower bound: the venue does not publish all of them"),
    "part_of_hour": mark("lower bound: heard for a part of the hour only"),
    "index_holds_breadth_does_not": mark("the index holds, breadth does not"),
    "disagree": mark("the intervals disagree"),
    "compression": mark("in the compression zone 0.7–0.9"),
}


def face_word(face: Face) -> str:
    """The word of a face, as on the light."""
    return tr(_FACES[face])


def state_word(state: Freshness) -> str:
    """A freshness state in one word or two."""
    return tr(_STATES[state])


def state_explanation(state: Freshness) -> str:
    """What a freshness state means, one sentence."""
    return tr(_STATE_EXPLANATIONS[state])


def step_name(step: Step) -> str:
    """The name of a step."""
    return tr(_STEPS[step])


def action_word(action: Action) -> str:
    """The action as the trader says it."""
    return tr(_ACTIONS[action])


def horizon_word(horizon: Horizon) -> str:
    """The horizon as the trader says it."""
    return tr(_HORIZONS[horizon])


def no_data_reason(reason: str, sessions_left: int) -> str:
    """Why there is no light, one sentence; empty where there is no reason to tell."""
    if not reason:
        return ""
    return tr(_REASONS[reason]).format(left=sessions_left) if reason in _REASONS else reason


def engine_down_reason(reason: str) -> str:
    """What happened to the engine and what follows, one sentence."""
    return tr(_DOWN[reason]) if reason in _DOWN else reason


def note_text(note: str) -> str:
    """A remark on a row of evidence; an id without words stands for itself."""
    return tr(_NOTES[note]) if note in _NOTES else note.replace("_", " ")


def feed_word(feed: FeedInfo) -> str:
    """The word that marks data which is not the live market; empty for the live market."""
    if feed.kind is FeedKind.REPLAY:
        return tr("REPLAY")
    return tr("SIMULATED") if feed.simulated or feed.kind is FeedKind.DEMO else ""
