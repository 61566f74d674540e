"""What the program shows, as `barograph snapshot --json` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Values = Mapping[str, Any]
_USABLE = ("live", "delayed", "closed", "break")
LATER = ("funding_rank", "oi_div", "liq_intensity", "deleveraging_stage")
"""Rows of the coin's positions hour by hour: not there before a full hour was heard."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One snapshot. `values` is the JSON object."""

    values: Values

    @property
    def now(self) -> datetime:
        """The program's instant."""
        return datetime.fromisoformat(self.values["now"])

    @property
    def light(self) -> str:
        """Its face; ``no_data`` where there is none."""
        return str(self.values["light"])

    @property
    def reason(self) -> str:
        """Why there is no light."""
        return str(self.values["reason"])

    @property
    def advisories(self) -> set[str]:
        """Ids of what the trader is told."""
        return {each["id"] for each in self.values["advisories"]}

    def quote(self, name: str) -> Values:
        """One price."""
        return _one(self.values["quotes"], "instrument", name)

    def source(self, name: str) -> Values:
        """One line of the Feeds panel."""
        return _one(self.values["sources"], "source", name)

    def reading(self, name: str) -> Values:
        """One reading."""
        return _one(self.values["readings"], "id", name)

    def row(self, name: str) -> Values:
        """One row of evidence."""
        rows = [row for step in self.values["evidence"].values() for row in step]
        return _one(rows, "id", name)

    def kind(self, source: str) -> str:
        """Of what kind the last fault of a source is; empty where its last request went well."""
        return str(self.source(source)["error_kind"] or "")

    def well(self, source: str) -> bool:
        """Whether a source answers and has said nothing of a fault."""
        line = self.source(source)
        return line["error_kind"] is None and line["state"] in _USABLE

    def waits_until(self, source: str) -> datetime | None:
        """Until when a source is left alone."""
        until = self.source(source)["waits_until"]
        return None if until is None else datetime.fromisoformat(until)

    @property
    def complete(self) -> bool:
        """Whether the light is final, with every reading, every price and every row there that can be."""
        rows = [row for step in self.values["evidence"].values() for row in step if row["id"] not in LATER]
        states = [each["state"] for each in (*self.values["quotes"], *self.values["readings"], *rows)]
        return self.light != "no_data" and not self.values["waiting"] and "missing" not in states


def usable(line: Values) -> bool:
    """Whether what is shown may be traded upon."""
    return line["state"] in _USABLE


def _one(lines: list[Values], key: str, name: str) -> Values:
    found = [line for line in lines if line[key] == name]
    assert len(found) == 1, f"{name} is there {len(found)} times"
    return found[0]
