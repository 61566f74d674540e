"""Reads ``history.toml``: what a history folder says of itself."""

from __future__ import annotations

import re
import tomllib

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr, ValidationError

from barograph.feeds.recorded.faults import HistoryError, file_fault, quoted

DESCRIPTION_FILE = "history.toml"
DESCRIPTION_EXPECTED = "a TOML file with name, description, simulated and [[source]] tables of name, licence and note"
_MAX_BYTES = 1 << 20


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Entry):
    """Where data of the folder come from, and on what terms."""

    name: StrictStr = Field(min_length=1, max_length=500)
    licence: StrictStr = Field(default="", max_length=2_000)
    note: StrictStr = Field(default="", max_length=5_000)


class Description(_Entry):
    """The content of ``history.toml``; `simulated` is True for a folder written from a simulated market."""

    name: StrictStr = Field(max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")
    description: StrictStr = Field(default="", max_length=5_000)
    simulated: StrictBool
    source: tuple[Source, ...] = ()


def parse_description(content: bytes) -> Description:
    """The description in a ``history.toml``.

    Raises:
        HistoryError: not UTF-8, not TOML, over-long, or a key missing, unknown or of the wrong kind.
    """
    if len(content) > _MAX_BYTES:
        raise file_fault(DESCRIPTION_FILE, f"{len(content)} bytes", f"at most {_MAX_BYTES} bytes")
    text = ""
    try:
        text = content.decode("utf-8-sig")
        return Description.model_validate(tomllib.loads(text))
    except UnicodeDecodeError as error:
        raise file_fault(DESCRIPTION_FILE, "not UTF-8 text", DESCRIPTION_EXPECTED) from error
    except ValidationError as error:
        raise _key_fault(error, text) from error
    except tomllib.TOMLDecodeError as error:
        raise file_fault(DESCRIPTION_FILE, str(error), DESCRIPTION_EXPECTED) from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 5,000 brackets
        raise file_fault(
            DESCRIPTION_FILE, "a value that is too long or nested too deep", DESCRIPTION_EXPECTED
        ) from error


def _key_fault(error: ValidationError, text: str) -> HistoryError:
    """The first wrong key, with the line on which it is set where that can be told."""
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "missing":
        return file_fault(DESCRIPTION_FILE, f"key {key} is missing", _expected_of(key))
    set_at = re.search(rf"^[ \t]*{re.escape(key)}[ \t]*=", text, re.MULTILINE)
    where = f"line {text.count(chr(10), 0, set_at.start()) + 1}, " if set_at else ""
    if first["type"] == "extra_forbidden":
        return file_fault(DESCRIPTION_FILE, f"{where}unknown key {quoted(key)}", DESCRIPTION_EXPECTED)
    return file_fault(DESCRIPTION_FILE, f"{where}key {key} is {quoted(str(first['input']))}", _expected_of(key))


def _expected_of(key: str) -> str:
    """What a key holds, for a message."""
    if key == "simulated":
        return "simulated = true or simulated = false"
    if key == "source":
        return "[[source]] tables"
    return "a text in quotes, not empty and not over-long"
