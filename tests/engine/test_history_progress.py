"""What is shown of a fetch that runs: on a terminal one line, elsewhere a line now and then."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

from barograph.engine.history_plan import Job, Kind
from barograph.engine.history_progress import Progress
from barograph.market.intervals import Interval

NOW = datetime(2026, 11, 24, 15, 3, tzinfo=UTC)
PIECE = (NOW, NOW)
ES = Job("bars/ES/5m", Kind.BARS, "ES", (PIECE, PIECE, PIECE, PIECE), Interval.MIN_5)
OI = Job("open_interest/okx/BTC", Kind.OPEN_INTEREST, "BTC", (PIECE,) * 4, Interval.HOUR_1, "okx")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Watched:
    """A progress with clocks that are moved by hand."""

    def __init__(self, out: io.StringIO) -> None:
        self.out = out
        self.real = 0.0
        self.progress = Progress(out, self, lambda: self.real)
        self.progress.expect("Yahoo", [ES])
        self.progress.expect("exchanges", [OI])

    def now(self) -> datetime:
        return NOW

    def real_s(self, seconds: float) -> float:
        return seconds


def test_how_far_it_is_and_what_is_asked_for() -> None:
    watched = Watched(io.StringIO())
    assert watched.progress.text() == "  0 %, 0 of 2 files"
    watched.progress.begins(ES)
    watched.progress.step(ES)
    assert watched.progress.text() == " 12 %, 0 of 2 files, ES 5m"
    watched.progress.ends(ES)
    watched.progress.begins(OI)
    assert watched.progress.text() == " 50 %, 1 of 2 files, open interest of BTC at OKX"
    for _ in range(9):  # one that is asked for again counts once
        watched.progress.step(OI)
    watched.progress.ends(OI)
    assert watched.progress.text().startswith("100 %, 2 of 2 files")


def test_the_time_left_is_that_of_the_slowest() -> None:
    watched = Watched(io.StringIO())
    for job in (ES, OI):
        watched.progress.begins(job)
    watched.real = 120.0
    watched.progress.step(ES)
    assert "left" not in watched.progress.text(), "nobody knows before each has answered"
    watched.progress.step(OI)
    watched.progress.step(OI)
    assert "about 6 min left" in watched.progress.text()
    watched.progress.ends(ES)
    assert "about 2 min left" in watched.progress.text()


def test_who_waits_and_until_when() -> None:
    watched = Watched(io.StringIO())
    for job in (ES, OI):
        watched.progress.begins(job)
        watched.progress.step(job)
    watched.progress.waits("Yahoo", NOW + timedelta(minutes=18))
    watched.progress.waits("OKX", NOW + timedelta(seconds=1))
    assert watched.progress.text().endswith("about 18 min left, Yahoo waits until 15:21 UTC")
    watched.progress.waits("Yahoo", None)
    assert "waits" not in watched.progress.text()


def test_elsewhere_than_on_a_terminal_a_line_comes_now_and_then() -> None:
    watched = Watched(io.StringIO())
    for second in range(40):
        watched.real = float(second)
        watched.progress.draw()
    watched.progress.clear()
    assert watched.out.getvalue() == "  0 %, 0 of 2 files\n" * 3


def test_on_a_terminal_one_line_is_drawn_anew_and_left_empty() -> None:
    watched = Watched(Terminal())
    watched.progress.begins(OI)
    watched.progress.draw()
    watched.progress.ends(OI)
    watched.progress.begins(ES)
    watched.progress.draw()
    watched.progress.clear()
    lines = watched.out.getvalue().split("\r")
    assert "\n" not in watched.out.getvalue()
    assert re.fullmatch(r"\[-{20}\]   0 %, 0 of 2 files, open interest of BTC at OKX", lines[1])
    assert re.fullmatch(r"\[#{10}-{10}\]  50 %, 1 of 2 files, ES 5m +", lines[2])
    assert (lines[3].strip(), lines[4]) == ("", "")
    assert len({len(line) for line in lines[1:3]}) == 1, "what was longer is wiped out"
