"""What the live feed is told: how to get out, whom to ask, how often. Plain values that reach the engine process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

VENUES = ("binanceusdm", "bybit", "okx", "hyperliquid")
"""The exchanges that are known, under ccxt's ids, in the order in which they serve."""


@dataclass(frozen=True, slots=True)
class Access:
    """How requests leave the machine. None: as the environment says (`https_proxy` and the like).

    `proxy` is an address such as ``http://proxy.example:3128``; `ca_file` a PEM file of certificates that are trusted
    in place of the usual ones; `exchange_base` sends what is meant for ``https://HOST/PATH`` of an exchange to
    ``exchange_base/HOST/PATH`` (and its streams likewise), for development against a server of one's own.
    """

    proxy: str | None = None
    ca_file: Path | None = None
    exchange_base: str | None = None


@dataclass(frozen=True, slots=True)
class Refresh:
    """Seconds between two requests for the same thing while its market is open."""

    quotes_s: float = 60.0
    """Shortest bars of what is quoted on screen."""
    others_s: float = 300.0
    """Shortest bars of what is only charted."""
    open_interest_s: float = 60.0
    funding_s: float = 300.0
    fixings_s: float = 3_600.0


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """`venues` are ccxt ids in order of preference; `leaders` replace the basket of the universe where given;
    `cache_dir` is a folder for what the clients keep between starts (cookies, time zones, market tables). For
    development, the clock shows `clock_start` (None: the present) at `clock_since` (None: at the start), and runs at
    `clock_speed`.
    """

    cache_dir: Path
    access: Access = Access()
    refresh: Refresh = Refresh()
    venues: tuple[str, ...] = VENUES
    leaders: tuple[str, ...] | None = None
    clock_start: datetime | None = None
    clock_since: datetime | None = None
    clock_speed: float = 1.0
