"""A track record as plain text for a terminal: every rate with its interval and the number of episodes beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from barograph.risk.faces import Face
from barograph.risk.track_record import (
    UNKNOWN,
    AlarmRecord,
    Estimate,
    EventRecord,
    JointEvent,
    Ranking,
    TrackRecord,
)

_FACES = {Face.CALM: "CALM", Face.WATCH: "WATCH", Face.RISK_OFF: "RISK-OFF"}
_NAMES = {
    "score": "score",
    "equal_pillars": "pillars in equal weights",
    "volatility_and_leadership": "volatility and leadership only",
    "ciss": "pillars weighted by correlation (CISS)",
    "vix": "VIX level",
    "vix_percentile": "VIX percentile, 3 years",
    "drawdown": "index below its 20-day high",
    "realised_volatility": "realised volatility, 20 days",
    "absorption_shift": "absorption ratio, shift",
    "turbulence": "turbulence, 5 days",
    "fear_greed": "crypto fear & greed (fear)",
    "random": "random numbers",
    "light_watch": "light: WATCH or worse",
    "light_risk_off": "light: RISK-OFF",
    "vix_percentile_watch": "VIX percentile as WATCH",
    "vix_percentile_risk_off": "VIX percentile as RISK-OFF",
}
_NO = "-"
_WIDTH = 120


def name_of(id_: str) -> str:
    """A predictor or alarm in words."""
    if id_ in _NAMES:
        return _NAMES[id_]
    kind, _, rest = id_.partition("_")
    return {"pillar": f"pillar: {rest.replace('_', ' ')}", "vix": f"VIX at {rest} or above"}.get(kind, id_)


def event_words(event: JointEvent, stock: str, coin: str) -> str:
    """What the event is, one clause."""
    if event.scaled:
        return f"within {event.horizon} sessions {stock} and {coin} both close one usual move below today"
    falls = f"{stock} closes {100 * event.stock_fall:g} % and {coin} {100 * event.coin_fall:g} % below today"
    return f"within {event.horizon} sessions {falls}"


def report_text(record: TrackRecord) -> str:
    """The whole record."""
    return "\n".join(_lines(record)) + "\n"


def _lines(record: TrackRecord) -> Iterator[str]:
    dark = sum(face is Face.NO_DATA for face in record.faces)
    yield f"{record.word or 'LIVE'}: {record.label}"
    yield (
        f"the light of rules {record.rule_set} on {len(record.sessions)} sessions, {record.sessions[0]} to "
        f"{record.sessions[-1]}; {dark} of them NO DATA and left out"
    )
    yield (
        f"in brackets 95 % of {record.draws} draws of a stationary block bootstrap, mean block "
        f"{record.mean_block} sessions, seed {record.seed}"
    )
    yield ""
    yield from _markets(record)
    for event in record.events:
        yield ""
        yield from _event(event, record)
    yield ""
    yield from _caveats(record)


def _markets(record: TrackRecord) -> Iterator[str]:
    stock, coin = record.stock, record.coin
    header = ("days with", "days", "share", f"{stock} volatility, next 10", f"{stock}, next 5", f"{coin}, next 5")
    rows = [
        (
            _FACES[each.face],
            str(each.days),
            _percent(each.share),
            _percent(each.stock_volatility),
            _percent(each.stock_change, signed=True),
            _percent(each.coin_change, signed=True),
        )
        for each in record.markets
    ]
    yield from _table(header, rows)
    yield f"changes of the light: {_number(record.changes_a_year, 1)} a year. The faces tell volatility, not direction."


def _event(event: EventRecord, record: TrackRecord) -> Iterator[str]:
    yield f"{event.event.id}  {event_words(event.event, record.stock, record.coin)}"
    if not event.event_days:
        yield f"on none of {event.days} days: nothing can be said about it"
        return
    yield (
        f"on {_share(event.base_rate)} of {event.days} days (the base rate), n = {event.episodes} episodes; "
        f"the last {event.event.horizon} sessions are unknown"
    )
    yield ""
    yield from _ranking_table(event.rankings, event.days)
    yield from _verdicts(event)
    yield ""
    header = ("after days with", "days", "odds", "lift", "episodes begun", "")
    rows = [
        (
            _FACES[each.face],
            str(each.days),
            _share(each.odds),
            _bracketed(each.lift, 2),
            f"{each.episodes_begun} of {event.episodes}",
            "",
        )
        for each in event.faces
    ]
    yield from _table(header, rows)
    yield from _brier(event)
    yield ""
    yield from _alarm_table(event.alarms)


def _ranking_table(rankings: Sequence[Ranking], days: int) -> Iterator[str]:
    header = ("predictor", "AUC, forecast", "avg. precision", "placebo p", "score better by", "AUC, nowcast", "")
    rows = [
        (
            name_of(each.predictor),
            _bracketed(each.auc, 3),
            _number(each.average_precision, 3),
            "<0.001" if each.placebo_p is not None and each.placebo_p < 0.001 else _number(each.placebo_p, 3),
            "" if each.advantage is None else _bracketed(each.advantage, 3, signed=True),
            _number(each.nowcast_auc, 2),
            f"{each.days} days" if each.days != days else "",
        )
        for each in rankings
    ]
    yield from _table(header, rows)


def _verdicts(event: EventRecord) -> Iterator[str]:
    groups: dict[str, list[str]] = {"same": [], "better": [], "worse": []}
    for each in event.rankings:
        if each.advantage is not None and each.advantage.value is not None:
            told = each.advantage.excludes(0)
            group = "same" if not told else "better" if each.advantage.value > 0 else "worse"
            groups[group].append(name_of(each.predictor))
    words = {group: "; ".join(names) or "none" for group, names in groups.items()}
    yield from _wrapped(
        f"The score is not distinguishable (the interval of the difference holds 0) from: {words['same']}."
    )
    yield from _wrapped(f"It is better than: {words['better']}. It is worse than: {words['worse']}.")
    if len(event.from_calm) > 1:
        score, vix = event.from_calm[:2]
        yield (
            f"from calm days only ({score.days}): score {_bracketed(score.auc, 3)}, VIX {_bracketed(vix.auc, 3)}, "
            f"difference {_bracketed(vix.advantage or UNKNOWN, 3, signed=True)}"
        )
    years = (f"{each.year} {_number(each.auc, 2)} ({each.event_days})" for each in event.years)
    yield from _wrapped(f"the score's AUC by year (event days): {', '.join(years)}")
    blocks = (f"{_bracketed(each, 3)} with {block}" for block, each in event.block_sensitivity.items())
    yield f"the score's AUC with other mean blocks: {', '.join(blocks)}"


def _brier(event: EventRecord) -> Iterator[str]:
    odds = event.odds
    if odds.face_brier is None:
        return
    words = "" if odds.gain.excludes(0) else ", not distinguishable from none"
    yield from _wrapped(
        f"Brier score of the odds that each face had shown by then {odds.face_brier:.4f}, of the base rate by then "
        f"{_number(odds.base_brier, 4)}; gain {_bracketed(odds.gain, 4, signed=True)}{words}"
    )


def _alarm_table(alarms: Sequence[AlarmRecord]) -> Iterator[str]:
    header: tuple[str, ...] = (
        "alarm",
        "on",
        "true positive",
        "false positive",
        "noise/signal",
        "odds while on",
        "lift",
    )
    rows = [
        (
            name_of(each.alarm),
            _percent(each.on_share),
            _share(each.true_positive_rate),
            _share(each.false_positive_rate),
            _bracketed(each.noise_to_signal, 2),
            _share(each.odds_on),
            _bracketed(each.lift, 2),
        )
        for each in alarms
    ]
    yield from _table(header, rows)
    yield ""
    header = (
        "the same alarms",
        "runs a year",
        "false",
        "median length",
        "changes a year",
        "episodes hit",
        "on at their start",
        "lead",
    )
    counts = [
        (
            name_of(each.alarm),
            _number(each.runs_a_year, 1),
            _number(each.false_runs_a_year, 1),
            _number(each.median_run, 1),
            _number(each.changes_a_year, 1),
            f"{each.episodes_hit} of {each.episodes}",
            str(each.episodes_at_start),
            _number(each.lead, 1),
        )
        for each in alarms
    ]
    yield from _table(header, counts)


def _caveats(record: TrackRecord) -> Iterator[str]:
    yield "How to read it:"
    yield "- nowcast: the AUC for a joint fall that has happened by then. It is no forecast and is kept apart from it."
    yield "- episodes: event days at most a horizon apart are one. A handful of them carries every number above."
    yield "- a false run holds no event day. Lead: median sessions from a run's first day until the fall was complete."
    yield "- dozens of comparisons: about one in twenty excludes 0 by luck alone."
    if record.absent:
        yield f"- not in these data: {'; '.join(name_of(each) for each in record.absent)}."
    if record.seen:
        yield (
            f"- rules {record.rule_set} were chosen in sight of a part of these sessions: read every number as "
            "optimistic."
        )
    yield "- the past of shares is told by companies that are still there. This is no investment advice."


def _wrapped(text: str) -> list[str]:
    return wrap(text, _WIDTH, subsequent_indent="    ", break_long_words=False)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as they need be, the first to the left and the others to the right."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        cells = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        yield "  ".join([line[0].ljust(widths[0]), *cells]).rstrip()


def _number(value: float | None, decimals: int) -> str:
    return _NO if value is None else f"{value:.{decimals}f}"


def _percent(value: float | None, *, signed: bool = False) -> str:
    return _NO if value is None else f"{100 * value:{'+' if signed else ''}.1f} %"


def _share(estimate: Estimate) -> str:
    if estimate.value is None:
        return _NO
    ends = ""
    if estimate.low is not None and estimate.high is not None:
        ends = f" [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"
    return f"{100 * estimate.value:.1f} %{ends}"


def _bracketed(estimate: Estimate, decimals: int, *, signed: bool = False) -> str:
    if estimate.value is None:
        return _NO
    sign = "+" if signed else ""
    ends = ""
    if estimate.low is not None and estimate.high is not None:
        ends = f" [{estimate.low:{sign}.{decimals}f}, {estimate.high:{sign}.{decimals}f}]"
    return f"{estimate.value:{sign}.{decimals}f}{ends}"
