"""The words of the charts: names, states and moments, and why a chart is empty."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QLocale

from barograph.engine.snapshot import LightView
from barograph.feeds.contract import FeedKind, SourceHealth
from barograph.gui.charts.specs import SCORE
from barograph.gui.charts.time_ticks import date_words, zone_words
from barograph.gui.feed_labels import last_error, source_name
from barograph.gui.formats import age
from barograph.gui.labels import face_word, state_word
from barograph.gui.translation import mark, tr
from barograph.market.freshness import Freshness
from barograph.market.intervals import Interval
from barograph.risk.faces import Face

_LONG_NAMES = {
    "US10Y": mark("US 10-year yield"),
    "DXY": mark("dollar index"),
    "UUP": mark("dollar ETF"),
    "VIX": mark("S&P volatility"),
    "ES": mark("S&P 500 futures"),
    "SPX": mark("S&P 500"),
    "SPY": mark("S&P 500 ETF"),
    "NQ": mark("Nasdaq-100 futures"),
    "NDX": mark("Nasdaq-100"),
    "QQQ": mark("Nasdaq-100 ETF"),
    "SMH/SPX": mark("semis / S&P"),
    "SOXX/SPX": mark("semis / S&P"),
    "SMH/SPY": mark("semis / S&P"),
    "BTC": mark("bitcoin"),
    "ETH": mark("ether"),
    "VIX/VIX3M": mark("near / far fear"),
    "IGV/SPX": mark("software / S&P"),
    "IGV/SPY": mark("software / S&P"),
    "RSP/SPX": mark("equal / cap weight"),
    "RSP/SPY": mark("equal / cap weight"),
    "POLICY PATH": mark("12 months out less policy rate"),
    "POLICY 2Y": mark("2Y less policy rate"),
    "FUNDING BTC": mark("settled, per 8 h"),
    "OI BTC": mark("in coins"),
    "LIQ LONG BTC": mark("observed, per hour"),
    "LIQ SHORT BTC": mark("observed, per hour"),
    SCORE: mark("market pressure, 0 to 100"),
}
_SHORT_NAMES = {
    SCORE: mark("Score"),
    "POLICY PATH": mark("Policy path"),
    "POLICY 2Y": mark("Policy path"),
    "FUNDING BTC": mark("Funding BTC"),
    "OI BTC": mark("OI BTC"),
    "LIQ LONG BTC": mark("Liq. longs BTC"),
    "LIQ SHORT BTC": mark("Liq. shorts BTC"),
}
_CORRELATED = "RHO "
_CORRELATED_ON = (Interval.HOUR_1, Interval.HOUR_4, Interval.DAY_1)
_STATES_WITH_AGE = {
    Freshness.DELAYED: mark("delayed {age}"),
    Freshness.CLOSED: mark("closed, {moment}"),
    Freshness.BREAK: mark("break, {moment}"),
    Freshness.STALE: mark("stale {age}"),
    Freshness.ERROR: mark("error, {age} old"),
}
_NO_BARS = {
    FeedKind.REPLAY: mark("No {interval} bars of {name} in this folder"),
    FeedKind.DEMO: mark("No {interval} bars of {name} in the simulated market"),
    FeedKind.LIVE: mark("No {interval} bars of {name} from these sources"),
    None: mark("No {interval} bars of {name}"),
}


def short_name(series_id: str) -> str:
    """The bold word at the head of a chart."""
    if series_id in _SHORT_NAMES:
        return tr(_SHORT_NAMES[series_id])
    if series_id.startswith(_CORRELATED):
        return f"ρ {series_id.removeprefix(_CORRELATED).replace('/', '–')}"
    return series_id.replace("/", " / ")


def long_name(series_id: str) -> str:
    """What a series is; empty where the id says it already."""
    if series_id.startswith(_CORRELATED):
        return tr("correlation, 95% band")
    return tr(_LONG_NAMES[series_id]) if series_id in _LONG_NAMES else ""


def light_words(light: LightView) -> str:
    """The light in short: its face, and what missing inputs may hide."""
    if light.ceiling.severity > light.face.severity and light.ceiling is not Face.NO_DATA:
        return tr("{face}, could be {worse}").format(face=face_word(light.face), worse=face_word(light.ceiling))
    return face_word(light.face)


def threshold_words(threshold_id: str) -> str:
    """The name beside a threshold line: the face that it leads to, where it leads to one."""
    if threshold_id.startswith("watch"):
        return face_word(Face.WATCH)
    if threshold_id.startswith("risk"):
        return face_word(Face.RISK_OFF)
    return threshold_id.replace("_", " ")


def moment_words(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A past instant on the zone's clock, as far away as it needs: "16:00", "Fri 16:00", "2 Aug"."""
    local = instant.astimezone(zone)
    days = (now.astimezone(zone).date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if 0 < days < 7:
        return f"{_weekday(local)} {local:%H:%M}"
    return date_words(local.date())


def instant_words(instant: datetime, *, daily: bool) -> str:
    """The crosshair's instant in full; only its date on the axis of daily bars."""
    day = f"{_weekday(instant)} {date_words(instant.date())}"
    return f"{day} {instant.year}" if daily else f"{day} {instant:%H:%M}"


def _weekday(instant: datetime) -> str:
    return QLocale().standaloneDayName(instant.isoweekday(), QLocale.FormatType.ShortFormat)


def state_words(state: Freshness, as_of: datetime | None, now: datetime | None, zone: ZoneInfo) -> str:
    """A state with the age or the moment that matters in it. LIVE has no age: it would never stand still."""
    if as_of is None or now is None or state not in _STATES_WITH_AGE:
        return state_word(state)
    moment = moment_words(as_of, now, zone)
    return tr(_STATES_WITH_AGE[state]).format(age=age(as_of, now), moment=moment)


def empty_words(reason: str, series_id: str, interval: Interval, feed: FeedKind | None) -> str:
    """One sentence that says why a chart has no bars."""
    if series_id == SCORE:
        return tr("No score yet")
    if series_id.startswith(_CORRELATED) and interval not in _CORRELATED_ON:
        return tr("Rolling correlations are worked out on 1h, 4h and 1d")
    if reason != "no_bars":
        return tr("Waiting for the first bars of {name}").format(name=short_name(series_id))
    shown = interval.value if interval.intraday else tr("daily")
    return tr(_NO_BARS[feed]).format(interval=shown, name=short_name(series_id))


def out_of_sight_words(last: datetime | None, *, daily: bool) -> str:
    """Why a chart shows none of its bars: `last` is when the last of them opened, None where all come later."""
    if last is None:
        return tr("Its bars begin later")
    return tr("No newer bar than that of {moment}").format(moment=instant_words(last, daily=daily))


def failure_words(health: SourceHealth, now: datetime) -> str:
    """What a source did, and what happens next."""
    sentence = f"{source_name(health.source)}: {last_error(health)}"
    again = health.waits_until or health.next_refresh
    if again is None or again <= now:
        return sentence
    return f"{sentence}\n" + tr("Next try in {age}").format(age=age(now, again))


def provenance(source: str, as_of: datetime | None, unit: str, zone: ZoneInfo) -> str:
    """The lines of a chart's tooltip that say where its value comes from."""
    lines = [tr("Source: {source}").format(source=source_name(source))] if source else []
    if as_of is not None:
        local = as_of.astimezone(zone)
        moment = f"{_weekday(local)} {date_words(local.date())} {local.year} {local:%H:%M}"
        lines.append(tr("As of: {moment} {zone}").format(moment=moment, zone=zone_words(zone)))
    if unit:
        lines.append(tr("Unit: {unit}").format(unit=unit))
    return "\n".join(lines)
