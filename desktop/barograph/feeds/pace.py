"""How time passes for the workers of the live feed: the instant, and how long to wait for real."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Pace(Protocol):
    """Injected, so that a day can pass in minutes. Used from many threads."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        ...

    def real_s(self, seconds: float) -> float:
        """Real seconds in which `seconds` of this clock pass; what is handed to a wait or a sleep."""
        ...
