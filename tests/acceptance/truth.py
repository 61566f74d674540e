"""What is true at the servers, reckoned from their own tables: nothing else may be shown."""

from __future__ import annotations

import math
from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from barograph.engine.monitor import Monitor
from barograph.engine.snapshot import Snapshot
from barograph.feeds.exchange.bar_plan import DEPTH_DAYS
from barograph.feeds.exchange.faults import NAMES
from barograph.feeds.yahoo.limits import DAILY_BACK
from barograph.feeds.yahoo.symbols import YahooSymbols, load_symbols
from barograph.market.bars import Bars
from barograph.market.calendars import calendar
from barograph.market.fomc import shipped_meetings
from barograph.market.instants import label_ns, to_ns
from barograph.market.intervals import DAY_NS, Interval
from barograph.market.observations import Fixings
from barograph.market.publication import known_at
from barograph.market.universe_file import load_universe
from barograph.risk.rules_file import load_rules
from tests.acceptance.shown import Shown, Values
from tests.engine.hand_made import folder
from tests.engine.runs import feed_of
from tests.loopback.exchange_asked import HOST_OF
from tests.loopback.exchange_world import default_rate
from tests.loopback.market import LoopbackMarket
from tests.loopback.yahoo_prices import NEW_YORK, Prices, market_of, price_at

UNIVERSE = load_universe()
COINS = ("BTC", "ETH")
_FIXED = {"us2y": "DGS2", "real10y": "DFII10"}
_QUOTED_ROWS = {"us10y": "US10Y", "dxy": "DXY", "vix": "VIX", "btc": "BTC", "eth": "ETH"}
_NEW_YORK = ZoneInfo(NEW_YORK)
_BEFORE = timedelta(seconds=2)
_ROUNDED = {"BTC": 0.06, "ETH": 0.06}
"""Half of the last digit that the coarsest venue tells, and a hair."""
_HOURS = {"hyperliquid": 1}
"""Between two settlements of funding, where it is not eight."""


def symbols() -> YahooSymbols:
    """What Yahoo is asked for."""
    groups = UNIVERSE.groups
    return load_symbols((name, True) for name in dict.fromkeys((*groups["leaders"], *groups["breadth"])))


_SYMBOLS = symbols()


# ---------------------------------------------------------------------------------- judged from the tables


def judged(market: LoopbackMarket, now: datetime) -> Snapshot:
    """What is to be shown of the sessions that are over at `now`: judged from the servers' daily tables alone, without
    any feed in between.
    """
    since = to_ns(now - DAILY_BACK) // DAY_NS * DAY_NS
    daily: dict[str, Bars] = {}
    for symbol in _SYMBOLS.at(now):
        bars = market.yahoo.prices.bars(symbol.symbol, Interval.DAY_1, since, to_ns(now), to_ns(now))
        if bars is not None and Interval.DAY_1 in symbol.intervals:
            daily[symbol.id] = bars
    for coin in COINS:
        daily[coin] = _coin_days(market, coin, now)
    series = {name: _fixings(market, name) for name in ("DGS10", "DGS2", "DFII10", "DFF")}
    monitor = Monitor(feed_of(folder(daily=daily, series=series)), UNIVERSE, load_rules(), calendar)
    monitor.refresh(now)
    return monitor.snapshot(now)


def _coin_days(market: LoopbackMarket, coin: str, now: datetime) -> Bars:
    now_ms, day_ms = int(now.timestamp() * 1_000), DAY_NS // 1_000_000
    first = now_ms - DEPTH_DAYS[Interval.DAY_1] * day_ms
    rows = np.array(market.exchanges.world.bars(coin, first, now_ms // day_ms * day_ms - 1, day_ms, now_ms))
    return Bars.of(rows[:, 0].astype(np.int64) * 1_000_000, *(rows[:, column] for column in range(1, 6)))


def _fixings(market: LoopbackMarket, series: str) -> Fixings:
    values = market.fred.world.values[series]
    days = sorted(values)
    labels = np.array([label_ns(day) for day in days], np.int64)
    rule = UNIVERSE.series[series].publication
    return Fixings(labels, np.array([values[day] for day in days]), known_at(labels, rule))


# --------------------------------------------------------------------------------------- shown, and untrue


def untrue(shown: Shown, market: LoopbackMarket, source: str = "") -> list[str]:
    """Every price, fixing, funding rate and open interest on screen that no server gave for its instant; only what
    comes from hosts like `source` where one is given.
    """
    prices, fixings = _wrong_prices(shown, market), _wrong_fixings(shown, market)
    coins = [each for each in prices if each[0] in COINS]
    policy = wrong_policy(shown, market.yahoo.prices, market.fred.world.values)
    found = {
        "Yahoo": [*(each for each in prices if each[0] not in COINS), *policy],
        "venue": [*coins, *_wrong_derivatives(shown, market)],
        "publisher": fixings,
    }
    kind = "Yahoo" if source == "Yahoo" else "venue" if source in NAMES.values() else "publisher"
    lines = found[kind] if source else [line for each in found.values() for line in each]
    return [f"{what} shows {value!r} of {as_of}: {words}" for what, value, as_of, words in lines]


_Wrong = tuple[str, object, object, str]
Published = Mapping[str, Mapping[date, float]]
"""Published values by FRED's ids and days."""


def _wrong_prices(shown: Shown, market: LoopbackMarket) -> list[_Wrong]:
    return list(_each_wrong_price(shown, market))


def _each_wrong_price(shown: Shown, market: LoopbackMarket) -> Iterator[_Wrong]:
    for name, line in _prices(shown):
        value = line.get("last", line.get("value"))
        if value is None:
            continue
        as_of = datetime.fromisoformat(line["as_of"])
        if as_of > shown.now + timedelta(seconds=1):
            yield name, value, as_of, "that is yet to come"
        low, high = _range(name, as_of, market)
        if not low <= value <= high:
            yield name, value, as_of, f"from {low:.4f} to {high:.4f} was given"


def _prices(shown: Shown) -> Iterator[tuple[str, Values]]:
    yield from ((line["instrument"], line) for line in shown.values["quotes"])
    yield from ((name, shown.row(row)) for row, name in _QUOTED_ROWS.items())


def _range(name: str, as_of: datetime, market: LoopbackMarket) -> tuple[float, float]:
    """What a price was around `as_of`: until an answer of that instant may have been written, some real time later, for
    the program asks before the server looks at its clock; and for coins from the last tick of the stream on, which a
    busy server sends late.
    """
    real_s = timedelta(seconds=market.clock.speed)
    begin = as_of - _BEFORE - (4 * real_s if name in COINS else timedelta())
    span = np.linspace(to_ns(begin), to_ns(as_of + _BEFORE + 3 * real_s), 64)
    if name in COINS:
        values = np.array([market.exchanges.world.price(name, int(each) // 1_000_000) for each in span])
        spare = _ROUNDED[name]
    else:
        symbol = _SYMBOLS.find(name).symbol
        values = price_at(symbol, span)
        spare = 0.6 * 10.0 ** -market_of(symbol).digits
    return float(values.min()) - spare, float(values.max()) + spare


def _wrong_fixings(shown: Shown, market: LoopbackMarket) -> list[_Wrong]:
    return list(_each_wrong_fixing(shown, market))


def _each_wrong_fixing(shown: Shown, market: LoopbackMarket) -> Iterator[_Wrong]:
    world = market.fred.world.values
    for row, series in _FIXED.items():
        line = shown.row(row)
        if line["value"] is not None:
            day = datetime.fromisoformat(line["as_of"]).date()
            if world[series].get(day) != line["value"]:
                yield row, line["value"], day, f"{world[series].get(day)} was published"
    gap = shown.row("policy_gap")
    if gap["value"] is not None:
        day = datetime.fromisoformat(gap["as_of"]).date()
        near = [day + timedelta(days=each) for each in range(8)]
        given = {(world["DGS2"][two] - world["DFF"][policy]) * 100 for two in near for policy in near
                 if two in world["DGS2"] and policy in world["DFF"] and day in (two, policy)}  # fmt: skip
        if not any(math.isclose(gap["value"], each, abs_tol=1e-9) for each in given):
            yield "policy_gap", gap["value"], day, f"one of {sorted(given)} was published"


def wrong_policy(shown: Shown, prices: Prices, published: Published) -> list[_Wrong]:
    """What is shown of the path of the policy rate, reckoned from the quotes of the dated futures and the rates that
    were published in the last days.
    """
    return list(_each_wrong_of_policy(shown, prices, published))


def _each_wrong_of_policy(shown: Shown, prices: Prices, published: Published) -> Iterator[_Wrong]:
    rows = {name: shown.row(name) for name in ("policy_path12", "fomc_move", "repricing_10d")}
    today = shown.now.astimezone(_NEW_YORK).date()
    rates = {published["DFF"][day] for day in (today - timedelta(days=each) for each in range(8))
             if day in published["DFF"]}  # fmt: skip
    given: dict[str, list[float]] = {name: [] for name in rows}
    for close in _closes(prices, _dated(today.year + 1, today.month), shown.now, 6):
        given["policy_path12"] += [100 * (100 - close - rate) for rate in rates]
    decided = next(each.decision for each in shipped_meetings().meeting if each.decided_at > shown.now)
    days = monthrange(decided.year, decided.month)[1]
    late = decided.day > days - 7
    for close in _closes(prices, _dated(decided.year, decided.month + late), shown.now, 6):
        for rate in rates:
            after = 100 - close if late else ((100 - close) * days - decided.day * rate) / (days - decided.day)
            given["fomc_move"].append(100 * abs(rate - after) / 0.25)
    if rows["repricing_10d"]["source"] == "fed funds futures":
        judged_at = datetime.fromisoformat(rows["repricing_10d"]["as_of"])
        session = (judged_at - timedelta(days=1)).date()
        labels = calendar("XNYS").session_labels(session - timedelta(days=30), session)[-11:].tolist()
        bars = prices.bars(_dated(session.year + 1, session.month), Interval.DAY_1, labels[0], labels[-1],
                           to_ns(judged_at))  # fmt: skip
        if bars is not None:
            ends = [float(bars.close[bars.time == label][0]) for label in (labels[0], labels[-1])]
            given["repricing_10d"].append(100 * (ends[0] - ends[1]))
    for name, row in rows.items():
        reckoned = given[name] or name != "repricing_10d"  # the stand-in is no future's
        if row["value"] is not None and reckoned and not _near(row["value"], given[name]):
            yield name, row["value"], row["as_of"], f"one of {sorted(given[name])} was to be reckoned"


def _near(value: float, given: list[float]) -> bool:
    return any(math.isclose(value, each, rel_tol=0, abs_tol=1e-5) for each in given)


def _dated(year: int, month: int) -> str:
    """Yahoo's name of a month's fed funds future; the month after December is the next year's first."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return f"ZQ{'FGHJKMNQUVXZ'[month - 1]}{year % 100:02d}.CBT"


def _closes(prices: Prices, symbol: str, now: datetime, count: int) -> list[float]:
    """The last closes of sessions that are over."""
    bars = prices.bars(symbol, Interval.DAY_1, to_ns(now - timedelta(days=2 * count)), to_ns(now), to_ns(now))
    if bars is None:
        return []
    over = calendar("GLOBEX").close_ns(bars.time) <= to_ns(now)
    return [float(close) for close in bars.close[over][-count:]]


def _wrong_derivatives(shown: Shown, market: LoopbackMarket) -> Iterator[_Wrong]:
    funding = shown.row("funding_8h")
    if funding["value"] is not None:
        ms = _ms(funding)
        hours = _HOURS.get(funding["source"], 8)
        if ms % (hours * 3_600_000) or not math.isclose(funding["value"], default_rate(ms) * 8 / hours * 100):
            yield "funding_8h", funding["value"], funding["as_of"], f"{default_rate(ms) * 8 / hours * 100} was settled"
    held = shown.row("oi_coin")
    if held["value"] is not None:
        ms = _ms(held)
        spread_ms = int(1_000 * (10 + 1.5 * market.clock.speed))
        given = [market.exchanges.world.coins_held("BTC", ms + each) for each in (-spread_ms, 0, spread_ms)]
        if not min(given) * 0.999_99 - 0.01 <= held["value"] <= max(given) * 1.000_01 + 0.01:
            yield "oi_coin", held["value"], held["as_of"], f"about {given[1]} was held"
        if held["source"] not in HOST_OF:
            yield "oi_coin", held["value"], held["as_of"], f"{held['source']} is no venue"


def _ms(line: Values) -> int:
    return int(datetime.fromisoformat(line["as_of"]).astimezone(UTC).timestamp() * 1_000)
