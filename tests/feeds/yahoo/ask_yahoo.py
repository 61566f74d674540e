"""A program that asks Yahoo with nothing pointed anywhere: only its environment says how it leaves the machine.

Arguments: a folder for yfinance's files, and an instant. Prints what came, as JSON.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from barograph.feeds.budget import HostBudget
from barograph.feeds.contract import FeedError
from barograph.feeds.options import Access
from barograph.feeds.yahoo.client import YahooClient
from barograph.feeds.yahoo.symbols import load_symbols
from barograph.market.calendars import calendar
from barograph.market.intervals import Interval
from barograph.market.universe_file import load_universe


def main() -> None:
    """Ask for days, short bars and an unknown symbol; a second time for the short bars."""
    now = datetime.fromisoformat(sys.argv[2])
    budget = HostBudget("Yahoo", 1_800, Random(1))
    symbols = load_symbols([("GONE", True)])
    client = YahooClient(Access(), Path(sys.argv[1]), budget, symbols, load_universe(), calendar)
    found: dict[str, object] = {}
    asked = (("SPX", Interval.DAY_1, None), ("SPX", Interval.MIN_5, now), ("GONE", Interval.DAY_1, None))
    for name, interval, start in (*asked, ("SPX", Interval.MIN_5, now - timedelta(minutes=30))):
        before = budget.view(now).used
        try:
            bars = client.bars(name, interval, start, now)
        except FeedError as error:
            found[f"{name} {interval}"] = [error.kind, error.message]
        else:
            found[f"{name} {interval}"] = [len(bars.closed), bars.closed.close[-1], budget.view(now).used - before]
    client.close()
    print(json.dumps(found))  # noqa: T201 - it is how the parent hears


if __name__ == "__main__":
    main()
