"""A whole market on 127.0.0.1: Yahoo, four exchanges, FRED, the Treasury and the New York Fed, on one clock.

A program is led there by its environment (a proxy with its own authority) and its settings alone. `python -m
tests.loopback.market FOLDER` opens one to try the program against by hand.
"""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.loopback.exchange import ExchangeServer
from tests.loopback.exchange_streams import StreamHub
from tests.loopback.exchange_world import World as ExchangeWorld
from tests.loopback.fred import FredHost
from tests.loopback.gateway import Gateway
from tests.loopback.ny_fed import NewYorkFedHost
from tests.loopback.publisher import World as PublishedWorld
from tests.loopback.treasury import TreasuryHost
from tests.loopback.yahoo import YahooHost

LISTED = datetime(2020, 1, 1, tzinfo=UTC)
WEDNESDAY = datetime(2026, 2, 4, 16, 0, 30, tzinfo=UTC)
"""11:00 New York on an ordinary day: stocks, futures, rates and the dollar all trade."""


@dataclass(frozen=True, slots=True)
class ShownClock:
    """What the market's clock shows: `start` at the real instant `since`, `speed` seconds a second from then on."""

    start: datetime
    since: datetime
    speed: float = 1.0

    def __call__(self) -> datetime:
        return self.start + self.speed * (datetime.now(UTC) - self.since)

    @property
    def settings(self) -> str:
        """The lines of a settings file that set the program's clock to this one."""
        return (
            f"clock_start = {self.start.isoformat()}\nclock_since = {self.since.isoformat()}\n"
            f"clock_speed = {self.speed}\n"
        )


class LoopbackMarket:
    """Serves from construction to `close`; a context manager. Each part has its own faults.

    `folder` is for certificates. The exchanges' streams tick every `tick_s` real seconds.
    """

    def __init__(self, folder: Path, start: datetime = WEDNESDAY, speed: float = 1.0, tick_s: float = 0.5) -> None:
        self.clock = ShownClock(start, datetime.now(UTC), speed)
        self.yahoo = YahooHost(self.now)
        world = PublishedWorld.until(_published_by(start))
        self.fred, self.treasury, self.new_york_fed = FredHost(world), TreasuryHost(world), NewYorkFedHost(world)
        self.gateway = Gateway(
            {
                **self.yahoo.hosts,
                "fred.stlouisfed.org": self.fred,
                "home.treasury.gov": self.treasury,
                "markets.newyorkfed.org": self.new_york_fed,
            },
            folder,
        )
        self.exchanges = ExchangeServer(self.now, ExchangeWorld(listed_ms=int(LISTED.timestamp() * 1000)))
        self.streams = StreamHub()
        self._tick_s = tick_s
        self._stream()
        self._published = world
        self._closing = threading.Event()
        newest = _published_by(start)
        self._publisher = threading.Thread(target=self._publish, args=(newest,), name="loopback publisher")
        self._publisher.start()

    def _stream(self) -> None:
        self.streams.join(self.exchanges)
        self.streams.play(self.now, self._tick_s)

    def restart(self, down_s: float) -> None:
        """Every server goes down for so many real seconds."""
        self.exchanges.close()
        self.gateway.restart(down_s)
        self.exchanges.restart(0.0)
        self.streams.forget()
        self._stream()

    def now(self) -> datetime:
        """What the clock shows."""
        return self.clock()

    def jump(self, ahead: timedelta) -> None:
        """Time makes a leap for the whole market; a program that runs is not told."""
        self.clock = replace(self.clock, start=self.clock.start + ahead)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a program that is led here."""
        return {**os.environ, **self.gateway.environment}

    def write_settings(self, data_dir: Path, more: str = "") -> None:
        """A profile whose exchanges are here and whose clock is this one; `more` goes before its tables."""
        data_dir.mkdir(parents=True, exist_ok=True)
        developer = f'[developer]\nexchange_base = "{self.exchanges.base}"\n{self.clock.settings}'
        (data_dir / "settings.toml").write_text(more + developer, "utf-8")

    @property
    def refused(self) -> list[str]:
        """Hosts outside that somebody tried to reach."""
        return [*self.gateway.refused, *self.exchanges.refused]

    def _publish(self, day: date) -> None:
        """Each evening's fixings after those of `day`, as the clock goes on."""
        while not self._closing.wait(0.05):
            while day < _published_by(self.clock()):
                day += timedelta(days=1)
                self._published.publish(day)
                self._published.today = day + timedelta(days=1)

    def close(self) -> None:
        """End everything."""
        self._closing.set()
        self._publisher.join()
        self.gateway.close()
        self.exchanges.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _published_by(now: datetime) -> date:
    """The newest day whose fixings are public: yesterday's from the evening (UTC) on."""
    return (now - timedelta(hours=21, minutes=30)).date() - timedelta(days=1)


def main() -> None:
    """Serve until the input ends, and say how to get there."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with LoopbackMarket(folder) as market:
        market.write_settings(folder / "profile")
        words = " ".join(f"{name}={value}" for name, value in market.gateway.environment.items())
        sys.stdout.write(f"{words} python -m barograph --feed live --data-dir {folder / 'profile'}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
