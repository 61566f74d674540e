"""Settings of a profile: a TOML file that a person edits, checked key by key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class SettingsError(ValueError):
    """The settings file cannot be used; the message names file, line, key and what was expected."""


class Settings(BaseModel):
    """What a user may set. Every key has a default; an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Literal["system", "en", "zh_CN"] = "system"
    theme: Literal["dark", "light"] = "dark"
    demo_seed: int = Field(default=7, ge=0, le=2**31 - 1, strict=True)


def load_settings(path: Path) -> Settings:
    """The settings of a file; the defaults where there is none.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or has an unknown key or a wrong value.
    """
    try:
        text = path.read_text("utf-8-sig")  # editors on Windows begin a file with a byte order mark
    except FileNotFoundError:
        return Settings()
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: byte {error.start}: not UTF-8 text; a UTF-8 TOML file was expected") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from error
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f'{path}: {error}; a TOML file such as theme = "dark" was expected') from error
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        known = ", ".join(Settings.model_fields)
        what = f"unknown key; one of {known} was expected" if first["type"] == "extra_forbidden" else first["msg"]
        name = key if key.isprintable() else repr(key)
        value = "a table" if isinstance(first["input"], dict) else f"{first['input']!r:.60}"
        raise SettingsError(f"{path}, line {_line_of(text, key)}: {name} = {value}: {what}") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 5,000 brackets
        raise SettingsError(f"{path}: a value is too long or nested too deep; plain keys were expected") from error


def _line_of(text: str, key: str) -> int:
    pattern = re.compile(rf"^\s*\[*\"?{re.escape(key)}\b")
    return next((number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line)), 1)
