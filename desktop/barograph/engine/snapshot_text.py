"""A Snapshot as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from barograph.engine.context_text import context_lines
from barograph.engine.snapshot import FlipSide, LightView, Reading, Snapshot
from barograph.feeds.contract import FeedKind, SourceHealth
from barograph.market.instants import iso_z
from barograph.risk.faces import Face
from barograph.risk.measured_odds import DayOdds, FaceHistory

_WORDS = {Face.CALM: "CALM", Face.WATCH: "WATCH", Face.RISK_OFF: "RISK-OFF", Face.NO_DATA: "NO DATA"}
_REASONS = {
    "warm_up": "the history is too short: {left} more sessions are needed",
    "critical_stale": "the price of the index or of the coin is missing or stale",
    "coverage": "too few inputs are there",
    "no_volatility": "the volatility inputs are missing",
    "no_equity_and_comovement": "the leadership and co-movement inputs are missing",
    "starting": "no session has been judged yet",
    "clock_off": "this computer's clock and the exchanges' differ",
}


def snapshot_text(snapshot: Snapshot) -> str:
    """Light, contributions and readings, one per line."""
    return "\n".join(_lines(snapshot)) + "\n"


def _lines(snapshot: Snapshot) -> Iterator[str]:
    light = snapshot.light
    if snapshot.feed.simulated:
        yield f"SIMULATED: {snapshot.feed.label}"
    else:
        yield f"{snapshot.feed.kind.value.upper()}: {snapshot.feed.label}"
    yield _headline(light)
    if light.as_of is not None:
        yield f"judged {iso_z(light.as_of)} for the session of {light.session}, rules {snapshot.rule_set}"
    yield from _between_closes(light)
    if light.waiting:
        yield f"{'provisional, ' if light.provisional else ''}waiting for {_few(light.waiting)}"
    yield ""
    for pillar in snapshot.pillars:
        points = "-" if pillar.points is None else str(pillar.points)
        value = "" if pillar.value is None else f"percentile {100 * pillar.value:5.1f}"
        yield f"{pillar.name.replace('_', ' '):<18} {points:>3}  {value}"
    yield ""
    yield from (_reading(reading) for reading in snapshot.readings)
    if snapshot.flip is not None:
        yield ""
        for side, word in ((snapshot.flip.worse, "at"), (snapshot.flip.calmer, "below")):
            if side is not None:
                yield _flip(side, word)
    if snapshot.history is not None:
        yield ""
        yield from _history(snapshot.history)
    if snapshot.context is not None:
        yield ""
        yield from context_lines(snapshot.context)
    if snapshot.feed.kind is FeedKind.LIVE:
        yield ""
        yield from (source_line(health) for health in snapshot.health)
    yield from (f"note: {' '.join((each.id, *each.values))}" for each in snapshot.advisories)
    yield from (f"note: {notice}" for notice in snapshot.notices)


def _between_closes(light: LightView) -> Iterator[str]:
    """What is provisional while a session runs."""
    if not light.provisional or light.waiting:
        return
    stocks = "; stocks closed, as of their last close" if light.stocks_closed else ""
    yield f"provisional until the close{stocks}"
    if light.pending is not None and light.pending.minutes_left is not None:
        pending = light.pending
        yield f"{_WORDS[pending.face]} in {pending.minutes_left:.0f} min if the score stays above {pending.threshold:g}"
    if light.crypto_shock:
        yield "CRYPTO SHOCK: bitcoin fell by four usual days in 24 hours"


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def source_line(health: SourceHealth) -> str:
    """One source: its state, what it was asked for in the last hour, and when it is asked next (UTC)."""
    parts = [f"{health.source:<16} {health.state.value:<8}"]
    if health.requests_used is not None:
        allowed = "" if health.requests_allowed is None else f" of {health.requests_allowed}"
        parts.append(f"{health.requests_used}{allowed} requests in the last hour")
    if health.waits_until is not None:
        parts.append(f"waits until {health.waits_until:%H:%M:%S} UTC")
    elif health.next_refresh is not None:
        parts.append(f"next {health.next_refresh:%H:%M:%S} UTC")
    if health.last_error:
        parts.append(" ".join(health.last_error.split()))
    return "; ".join(parts)


def _headline(light: LightView) -> str:
    word = _WORDS[light.face]
    if light.face is Face.NO_DATA:
        return f"{word}: {_REASONS.get(light.reason, light.reason).format(left=light.warm_up_left)}"
    score = f"{light.score:.1f}" if light.score is not None else "-"
    text = f"{word} {score}, {light.fresh} of {light.expected} inputs"
    if light.ceiling is not light.face:
        missing = ", ".join(light.missing) or "part of a basket"
        text += (
            f"; could be {_WORDS[light.ceiling]} ({light.score_low:.1f} to {light.score_up:.1f}), missing: {missing}"
        )
    return text


def _reading(reading: Reading) -> str:
    value = "-" if reading.value is None else f"{reading.value:.4f}"
    rank = "-" if reading.percentile is None else f"{100 * reading.percentile:.1f}"
    points = "-" if reading.contribution is None else f"{reading.contribution:.2f}"
    as_of = "-" if reading.as_of is None else iso_z(reading.as_of)
    numbers = f"{value:>10} {reading.unit:<7} rank {rank:>5}  points {points:>5}"
    return f"{reading.id}  {numbers}  {reading.state.value:<8} {as_of}"


def _flip(side: FlipSide, word: str) -> str:
    if side.points < 0 and word == "below":  # the score is there; the closes are not
        closes = "one more close" if side.closes <= 1 else f"{side.closes} more closes"
        return f"{_WORDS[side.face]} after {closes} below {side.threshold:g}"
    if side.points <= 0 and word == "at":
        return f"{_WORDS[side.face]} at {side.threshold:g}: reached, not yet confirmed"
    alone = f"; alone: {', '.join(name.replace('_', ' ') for name in side.alone)}" if side.alone else ""
    closes = "" if side.closes <= 1 else f" for {side.closes} closes"
    return f"{_WORDS[side.face]} {word} {side.threshold:g}{closes}: {side.points:.1f} points away{alone}"


def _history(history: FaceHistory) -> Iterator[str]:
    """The base rate and n, always: odds of the past are read wrongly without them."""
    seen = "; the rules were chosen in sight of these days" if history.chosen_in_sight else ""
    period = f"{history.first} to {history.last}"
    yield f"history, light of the daily closes {period}: odds, not a forecast{seen}"
    for each in history.events:
        event = each.event
        falls = f"S&P 500 -{100 * event.stock_fall:g} % and bitcoin -{100 * event.coin_fall:g} %"
        yield (
            f"{event.id:<3} {falls} within {event.horizon} sessions: after {_odds(each.after)} {_WORDS[history.face]} "
            f"days, {_odds(each.base)} days in all; n = {each.episodes} episodes, {each.begun} begun on such days"
        )


def _odds(odds: DayOdds) -> str:
    value, low, high = (
        "-" if n is None else f"{100 * n:.1f}" for n in (odds.odds.value, odds.odds.low, odds.odds.high)
    )
    return f"{value} % [{low}, {high}] of {odds.days}"
