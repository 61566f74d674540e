"""Reads what followed days with each face from TOML: every key checked, every mistake named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from math import isfinite
from typing import Any

from barograph.risk.faces import Face
from barograph.risk.measured_odds import FACES, DayOdds, EventOdds, FaceHistory, Measured
from barograph.risk.rules_file import RulesError
from barograph.risk.track_record import Estimate, JointEvent

_ID = re.compile(r"[A-Za-z0-9/.\-]{1,64}")
_KINDS: Mapping[type, str] = {
    str: "a text", int: "a whole number", float: "a decimal number", bool: "true or false", date: "a day",
    dict: "a table", list: "a list of tables",
}  # fmt: skip


def load_measured_odds() -> Measured:
    """The numbers that ship with the program."""
    shipped = resources.files("barograph_resources") / "rules" / "odds_v1.toml"
    return parse_measured_odds(shipped.read_text("utf-8"), "rules/odds_v1.toml")


def parse_measured_odds(text: str, name: str) -> Measured:
    """The numbers of a TOML text; `name` is the file's name in messages.

    Raises:
        RulesError: not TOML, a key that is missing or unknown, or a value that cannot be.
    """
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise RulesError(f"{name}: {error}; a TOML file was expected") from error
    reader = _Reader(name)
    (entries,) = reader.values(table, "", {"measured": list})
    found: dict[tuple[str, Face], FaceHistory] = {}
    for number, entry in enumerate(entries):
        rule_set, histories = reader.measured(entry, f"measured.{number}")
        for history in histories:
            if (rule_set, history.face) in found:
                raise RulesError(f"{name}: measured.{number}: {rule_set} is there twice; once was expected")
            found[rule_set, history.face] = history
    return found


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads tables of the file; every mistake names its place."""

    name: str

    def measured(self, table: object, where: str) -> tuple[str, list[FaceHistory]]:
        kinds = {"rule_set": str, "source": str, "first": date, "last": date, "chosen_in_sight": bool, "events": list}
        rule_set, source, first, last, in_sight, entries = self.values(table, where, kinds)
        if not _ID.fullmatch(rule_set):
            raise self._fault(f"{where}.rule_set", rule_set, "the id of a rule set")
        if first > last or not entries:
            raise self._fault(where, (str(first), str(last), len(entries)), "first <= last and one event or more")
        events = [self._event(entry, f"{where}.events.{number}") for number, entry in enumerate(entries)]
        return rule_set, [
            FaceHistory(face, source, first, last, in_sight, tuple(event[face] for event in events)) for face in FACES
        ]

    def _event(self, table: object, where: str) -> dict[Face, EventOdds]:
        kinds: dict[str, type] = {"id": str, "horizon": int, "stock_fall": float, "coin_fall": float, "episodes": int}
        faces = {face.value: dict for face in FACES}
        id_, horizon, stock, coin, episodes, all_, *each = self.values(table, where, {**kinds, "all": dict, **faces})
        if not (horizon >= 1 and 0 < stock < 1 and 0 < coin < 1 and episodes >= 0):
            raise self._fault(where, (horizon, stock, coin, episodes), "a horizon, two falls in 0-1 and a count")
        event = JointEvent(id_, horizon, stock, coin)
        odds = {"odds": float, "low": float, "high": float, "days": int}
        base = self._odds(self.values(all_, f"{where}.all", odds), f"{where}.all")
        found, begun_in_all = {}, 0
        for face, entry in zip(FACES, each, strict=True):
            place = f"{where}.{face.value}"
            *numbers, begun = self.values(entry, place, {**odds, "begun": int})
            found[face] = EventOdds(event, self._odds(numbers, place), base, episodes, begun)
            begun_in_all += begun
        days = sum(each.after.days for each in found.values())
        if begun_in_all != episodes or days != base.days:
            raise self._fault(
                where, (days, begun_in_all), f"faces that add up to {base.days} days, {episodes} episodes"
            )
        return found

    def _odds(self, numbers: list[Any], where: str) -> DayOdds:
        value, low, high, days = numbers
        if not (all(map(isfinite, (value, low, high))) and 0 <= low <= value <= high <= 1 and days >= 1):
            raise self._fault(where, numbers, "0 <= low <= odds <= high <= 1 and one day or more")
        return DayOdds(Estimate(value, low, high), days)

    def values(self, table: object, where: str, kinds: Mapping[str, type]) -> list[Any]:
        """The values of a table in the order of `kinds`."""
        if not isinstance(table, dict):
            raise self._fault(where, table, "a table")
        for key in table:
            if key not in kinds:
                raise self._fault(where, key, f"one of {', '.join(kinds)}")
        for key, kind in kinds.items():
            if type(table.get(key)) is not kind:
                raise self._fault(f"{where}.{key}".lstrip("."), table.get(key), _KINDS[kind])
        return [table[key] for key in kinds]

    def _fault(self, where: str, found: object, expected: str) -> RulesError:
        return RulesError(f"{self.name}: {where:.80}: {found!r:.80} was found; {expected} was expected")
