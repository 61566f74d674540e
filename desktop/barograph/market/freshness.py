"""How old a value is, judged by its own instrument's session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from barograph.market.calendars import Phase, TradingCalendar
from barograph.market.instants import from_ns
from barograph.market.instruments import AssetClass
from barograph.market.intervals import DAY_NS


class Freshness(StrEnum):
    """The state of an observed value.

    LIVE within its age limit; DELAYED past the first limit or known to be a delayed feed; CLOSED its market
    is closed and the last close is there; BREAK inside a daily break; STALE older than its session allows;
    ERROR the source answered with a fault and nothing usable is held; LEARNING its percentile window is not
    filled yet; MISSING there is no value at all.
    """

    LIVE = "live"
    DELAYED = "delayed"
    CLOSED = "closed"
    BREAK = "break"
    STALE = "stale"
    ERROR = "error"
    LEARNING = "learning"
    MISSING = "missing"

    @property
    def usable(self) -> bool:
        """Whether a value in this state may enter the score."""
        return self in _USABLE


_USABLE = frozenset({Freshness.LIVE, Freshness.DELAYED, Freshness.CLOSED, Freshness.BREAK})
_AT_REST = {Phase.CLOSED: Freshness.CLOSED, Phase.BREAK: Freshness.BREAK}

CLOCK_TOLERANCE = timedelta(seconds=5)
"""How far a value may lie in the future before it is an error: two clocks never agree quite."""


@dataclass(frozen=True, slots=True)
class AgeLimits:
    """A value older than `warn_s` is DELAYED, one older than `stale_s` is STALE."""

    warn_s: float
    stale_s: float

    def widened(self, by_s: float) -> AgeLimits:
        """Limits for a value that is renewed only every `by_s` seconds, such as an hourly bar."""
        return AgeLimits(self.warn_s + by_s, self.stale_s + by_s)


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """A daily value that lacks more than `warn` sessions is DELAYED, more than `stale` STALE."""

    warn: int
    stale: int


_MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400

_TRADED = AgeLimits(3 * _MINUTE_S, 10 * _MINUTE_S)
_PUBLISHED = AgeLimits(30 * _MINUTE_S, 60 * _MINUTE_S)
_PRICE_LIMITS = {
    AssetClass.CRYPTO: _TRADED,
    AssetClass.INDEX_FUTURE: _TRADED,
    AssetClass.ETF: _TRADED,
    AssetClass.SHARE: _TRADED,
    AssetClass.EQUITY_INDEX: _TRADED,
    AssetClass.VOLATILITY_INDEX: _PUBLISHED,
    # Judgement: these come from the same vendors with the same quarter of an hour's delay as the VIX.
    AssetClass.RATE: _PUBLISHED,
    AssetClass.CURRENCY_INDEX: _PUBLISHED,
    AssetClass.RATE_FUTURE: _PUBLISHED,
}

OPEN_INTEREST_LIMITS = AgeLimits(15 * _MINUTE_S, 60 * _MINUTE_S)
LIQUIDATION_LIMITS = AgeLimits(30, 60)
"""For the stream of forced orders: none is valid data, a stream that is not heard is not."""
FIXING_LIMITS = AgeLimits(4 * _DAY_S, 6 * _DAY_S)
"""For yields: calendar days since the end of the observation date; an ordinary weekend is no alarm."""
POLICY_PATH_LIMITS = SessionLimits(warn=1, stale=3)
DAILY_LIMITS = SessionLimits(warn=0, stale=0)


def price_limits(asset_class: AssetClass) -> AgeLimits:
    """The age limits of a price within its session: a price five minutes old is delayed, not yet stale."""
    return _PRICE_LIMITS[asset_class]


def funding_limits(interval_h: float) -> AgeLimits:
    """The age limits of a settled funding rate: one interval and ten minutes, and two intervals."""
    interval_s = interval_h * _HOUR_S
    return AgeLimits(interval_s + 10 * _MINUTE_S, 2 * interval_s)


def daily_grace_s(asset_class: AssetClass) -> float:
    """How long after its session's close a daily bar may still be on its way.

    Two hours (18:00 New York for stocks): vendors need a while, but the day is judged at 00:10 UTC, and by
    then a bar that is missing has to be stale, so that the close before is not passed off as the day's. A
    crypto day closes ten minutes before that judgement, so there the limit of its price has to do.
    """
    return _TRADED.stale_s if asset_class is AssetClass.CRYPTO else 2 * _HOUR_S


def judge(as_of: datetime | None, now: datetime, calendar: TradingCalendar, limits: AgeLimits) -> Freshness:
    """The state at `now` of a value observed at `as_of`, both aware.

    Age is counted in trading time: hours in which the market pauses or is closed make no value older. So
    Friday's last trade is CLOSED all weekend, while a feed that fell silent well before the close is STALE
    after it. A value from before the market last opened is DELAYED from the opening on, until it is STALE.

    Raises:
        CalendarError: `now` is outside the dates that the calendar covers.
    """
    if as_of is None:
        return Freshness.MISSING
    if as_of > now + CLOCK_TOLERANCE:
        return Freshness.ERROR
    age_s = calendar.trading_s(as_of, now)
    if age_s > limits.stale_s:
        return Freshness.STALE
    phase = calendar.phase(now)
    if phase in _AT_REST:
        return _AT_REST[phase]
    shut_since = (now - as_of).total_seconds() > age_s
    return Freshness.DELAYED if age_s > limits.warn_s or shut_since else Freshness.LIVE


def judge_age(as_of: datetime | None, now: datetime, limits: AgeLimits) -> Freshness:
    """The state of a value that knows no session: funding, open interest. Age is counted by the clock."""
    if as_of is None:
        return Freshness.MISSING
    if as_of > now + CLOCK_TOLERANCE:
        return Freshness.ERROR
    age_s = (now - as_of).total_seconds()
    if age_s > limits.stale_s:
        return Freshness.STALE
    return Freshness.DELAYED if age_s > limits.warn_s else Freshness.LIVE


def judge_fixing(last_label: int | None, now: datetime, limits: AgeLimits = FIXING_LIMITS) -> Freshness:
    """The state of a fixing by its observation date (`instants.label_ns`); age counts from that date's end.

    A fixing of today is public only where its publication is the same day: it counts as of age 0.
    """
    if last_label is None:
        return Freshness.MISSING
    if from_ns(last_label) > now + CLOCK_TOLERANCE:
        return Freshness.ERROR
    return judge_age(min(from_ns(last_label + DAY_NS), now), now, limits)


def judge_daily(
    last_label: int | None,
    now: datetime,
    calendar: TradingCalendar,
    grace_s: float,
    limits: SessionLimits = DAILY_LIMITS,
) -> Freshness:
    """The state of the newest closed daily bar, by its label (`instants.label_ns`).

    With the bar of the last closed session there, it is CLOSED while the market is closed, BREAK in a break,
    and LIVE while the next session runs: nothing newer can exist. Without it, it is DELAYED until `grace_s`
    (see `daily_grace_s`) after that close and STALE from then on. `limits` let some sessions be missing, as
    for the policy path. A bar whose session has not closed yet is an ERROR.

    Raises:
        CalendarError: `now` is outside the dates that the calendar covers.
    """
    if last_label is None:
        return Freshness.MISSING
    if not calendar.label_closed(last_label, now + CLOCK_TOLERANCE):
        return Freshness.ERROR
    phase = calendar.phase(now)
    if calendar.closed_since(last_label, now - timedelta(seconds=grace_s)) > limits.stale:
        return Freshness.STALE
    if calendar.closed_since(last_label, now) > limits.warn:
        return Freshness.DELAYED
    return _AT_REST.get(phase, Freshness.LIVE)
