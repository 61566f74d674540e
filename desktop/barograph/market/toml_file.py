"""TOML files that a person may edit: read into a checked model, with the first mistake in one sentence."""

from __future__ import annotations

import tomllib
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

_Model = TypeVar("_Model", bound=BaseModel)


def table_of(text: str, name: str, fault: type[Exception]) -> dict[str, Any]:
    """The table of a TOML text; `name` is the file's name in messages.

    Raises:
        fault: it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a ValueError also for a number of thousands of digits
        raise fault(f"{name}: {error}; a TOML file was expected") from error


def model_of(text: str, name: str, model: type[_Model], fault: type[Exception]) -> _Model:
    """What a TOML text says, checked; `name` is the file's name in messages.

    Raises:
        fault: not TOML, an unknown or missing key, or a value that cannot be.
    """
    table = table_of(text, name, fault)
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise fault(f"{name}: {_sentence(error)}") from error


def of_format(content: dict[str, object], known: int) -> dict[str, object]:
    """The same content; for a validator before all others, since another format has other keys.

    Raises:
        ValueError: another format than the one that is known.
    """
    found = content.get("format")
    if found != known:
        raise ValueError(f"format {found!r:.80} is not known to this program; format {known} was expected")
    return content


def _sentence(error: ValidationError) -> str:
    """The first mistake: key, what was expected, and what stood there where that is short."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]).encode("unicode_escape").decode()
    words = first["msg"].removeprefix("Value error, ")
    if isinstance(first["input"], dict | list):
        return f"{where:.80}: {words}" if where else words
    try:
        return f"{where:.80}: {words} (found {first['input']!r:.80})"
    except ValueError:
        return f"{where:.80}: {words} (found a number of thousands of digits)"
