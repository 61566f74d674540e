"""Reads the rules of regime, scenarios, stages and plans from TOML: every key checked, every mistake named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from importlib import resources
from math import isfinite
from typing import Any

from barograph.market.toml_file import table_of
from barograph.risk.context_rules import EVENTS, LAMPS, SECTIONS, ContextRules, MeasuredLift
from barograph.risk.rules_file import RulesError

_ID = re.compile(r"[a-z0-9.\-]{1,32}")
_HIGHEST_LIFT = 100.0


def parse_context_rules(text: str, name: str) -> ContextRules:
    """The rules of a TOML text; `name` is the file's name in messages.

    Raises:
        RulesError: not TOML, an unknown or missing key, or a value that cannot be.
    """
    table = table_of(text, name, RulesError)
    try:
        _only(table, {"id", "measured", *SECTIONS}, "")
        rules_id = table.get("id")
        if not isinstance(rules_id, str) or not _ID.fullmatch(rules_id):
            raise _fault("id", rules_id, "a short name of small letters, digits, dots and dashes")
        sections = {section: _section(table.get(section), section, kind) for section, kind in SECTIONS.items()}
        return ContextRules(id=rules_id, measured=_lifts(table.get("measured")), **sections)
    except _MistakeError as fault:
        raise RulesError(f"{name}: {fault}") from fault


def load_context_rules() -> ContextRules:
    """The rules that ship with the program."""
    shipped = resources.files("barograph_resources") / "rules" / "context_v1.toml"
    return parse_context_rules(shipped.read_text("utf-8"), "rules/context_v1.toml")


class _MistakeError(Exception):
    """One mistake, without the file's name."""


def _fault(key: str, found: object, expected: str) -> _MistakeError:
    where = key.encode("unicode_escape").decode()
    try:
        return _MistakeError(f"{where:.80}: {found!r:.80} was found; {expected} was expected")
    except ValueError:
        return _MistakeError(f"{where:.80}: a number of thousands of digits was found; {expected} was expected")


def _only(table: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise _MistakeError(f"{where}{key.encode('unicode_escape').decode():.80}: is not a key of these rules")


def _section(table: object, name: str, kind: type) -> Any:  # noqa: ANN401 - one of the kinds of SECTIONS
    if not isinstance(table, dict):
        raise _MistakeError(f"{name}: a table was expected")
    limits = {entry.name: entry for entry in fields(kind)}
    _only(table, set(limits), f"{name}.")
    values: dict[str, float] = {}
    for key, entry in limits.items():
        whole = entry.type == "int"
        low, high = entry.metadata["low"], entry.metadata["high"]
        values[key] = _number(table.get(key), f"{name}.{key}", low, high, whole=whole)
    return kind(**values)


def _number(value: object, key: str, low: float, high: float, *, whole: bool = False) -> float:
    kinds = int if whole else (int, float)
    expected = f"a {'whole number' if whole else 'number'} from {low:g} to {high:g}"
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise _fault(key, value, expected)
    if not low <= value <= high or not isfinite(value):
        raise _fault(key, value, expected)
    return value


def _lifts(entries: object) -> tuple[MeasuredLift, ...]:
    if not isinstance(entries, list) or not entries:
        raise _MistakeError("measured: one table or more was expected")
    found = tuple(_lift(entry, f"measured.{number}.") for number, entry in enumerate(entries))
    for number, lift in enumerate(found):
        if any((other.lamp, other.event) == (lift.lamp, lift.event) for other in found[:number]):
            raise _MistakeError(f"measured.{number}: {lift.lamp} and {lift.event} are there twice; once was expected")
    return found


def _lift(entry: object, where: str) -> MeasuredLift:
    if not isinstance(entry, dict):
        raise _MistakeError(f"{where}: a table was expected")
    _only(entry, {entry.name for entry in fields(MeasuredLift)}, where)
    for key, known in (("lamp", LAMPS), ("event", EVENTS)):
        if entry.get(key) not in known:
            raise _fault(where + key, entry.get(key), f"one of {', '.join(known)}")
    low, high = (
        None if entry.get(key) is None else _number(entry[key], where + key, 0, _HIGHEST_LIFT)
        for key in ("low", "high")
    )
    lift = _number(entry.get("lift"), f"{where}lift", 0, _HIGHEST_LIFT)
    if (low is None) != (high is None) or (low is not None and high is not None and not low <= lift <= high):
        raise _MistakeError(f"{where}low: low <= lift <= high, or neither low nor high, was expected")
    share = entry.get("share_on")
    return MeasuredLift(
        entry["lamp"],
        entry["event"],
        lift,
        low,
        high,
        None if share is None else _number(share, f"{where}share_on", 0, 1),
    )
