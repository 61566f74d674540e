"""The four faces of the light and their order of severity."""

from __future__ import annotations

from enum import StrEnum


class Face(StrEnum):
    """What the light shows."""

    CALM = "calm"
    WATCH = "watch"
    RISK_OFF = "risk_off"
    NO_DATA = "no_data"

    @property
    def severity(self) -> int:
        """0 for calm to 3 for no data: not knowing is never better than knowing the worst."""
        return _ORDER.index(self)


_ORDER = (Face.CALM, Face.WATCH, Face.RISK_OFF, Face.NO_DATA)


def worse(first: Face, second: Face) -> Face:
    """The more severe of two faces."""
    return first if first.severity >= second.severity else second
