"""Settings of a profile: a TOML file that a person edits, checked key by key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

_LARGEST_FILE = 64 * 1024
_LONGEST_VALUE = 500
"""Lines; in a longer one no place is looked for, since each of its lines costs a reading."""
_LARGEST_CA_FILE = 4 * 1024 * 1024
_EXAMPLE = 'a TOML file with lines such as theme = "dark" was expected'


Place = tuple[int | str, ...]
"""Keys and places in lists, from the outermost in."""


class SettingsError(ValueError):
    """The settings file cannot be used; the message names file, line, key and what was expected."""


def _address(schemes: tuple[str, ...], text: str) -> str:
    """An address of one of the schemes, without a slash at its end."""
    expected = f"an address such as {schemes[0]}://127.0.0.1:8080 ({', '.join(schemes)}) was expected"
    if len(text) > 500 or not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        raise ValueError(expected)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError(expected) from None
    if parts.scheme not in schemes or not host or port == 0 or parts.query or parts.fragment:
        raise ValueError(expected)
    return text.rstrip("/")


def _web_address(text: str) -> str:
    return _address(("http", "https"), text)


def _proxy(text: str) -> str:
    address = _address(("http", "https"), text)
    if urlsplit(address).path:
        raise ValueError("an address without a path, such as http://127.0.0.1:8080, was expected")
    return address


def _each_once(values: tuple[str, ...]) -> tuple[str, ...]:
    twice = [value for value in values if values.count(value) > 1]
    if twice:
        raise ValueError(f"{twice[0]} is there twice; each once was expected")
    return values


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Network(_Table):
    """How requests leave the machine; without these keys as the environment and the system say.

    `proxy` is an http or https address. `ca_file` is a PEM file with the certificates that are trusted
    instead of the usual ones; in the file, a relative path starts at the folder of the settings.
    """

    proxy: Annotated[str, Field(strict=True), AfterValidator(_proxy)] | None = None
    ca_file: Path | None = None

    @field_validator("ca_file", mode="before")
    @classmethod
    def _certificates(cls, value: object, info: ValidationInfo) -> Path | None:
        if value is None or isinstance(value, Path):
            return value
        if not isinstance(value, str) or not value or "\0" in value:
            raise ValueError("the name of a PEM file was expected")
        folder: Path = (info.context or {}).get("folder", Path())
        try:
            path = folder / Path(value).expanduser()
            if not path.is_file():
                raise ValueError(f"there is no such file ({path}); a readable PEM file was expected")
            with path.open("rb") as file:
                content = file.read(_LARGEST_CA_FILE + 1)
        except (OSError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise ValueError(f"cannot be read: {reason}; a readable PEM file was expected") from error
        if not _is_pem(content):
            raise ValueError("holds no certificates; a PEM file with BEGIN CERTIFICATE lines was expected")
        return path


def _is_pem(content: bytes) -> bool:
    """Whether the TLS library takes the certificates."""
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=content.decode("ascii"))
    except (ssl.SSLError, ValueError):
        return False
    return len(content) <= _LARGEST_CA_FILE


class Refresh(_Table):
    """Seconds between two requests for the same thing while its market is open."""

    quotes_s: int = Field(default=60, ge=30, le=3_600, strict=True)
    others_s: int = Field(default=300, ge=60, le=7_200, strict=True)
    open_interest_s: int = Field(default=60, ge=30, le=3_600, strict=True)
    funding_s: int = Field(default=300, ge=60, le=7_200, strict=True)
    fixings_s: int = Field(default=3_600, ge=900, le=86_400, strict=True)


Venue = Literal["binanceusdm", "bybit", "okx", "hyperliquid"]
VENUES: tuple[Venue, ...] = ("binanceusdm", "bybit", "okx", "hyperliquid")
Ticker = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9.\-]{0,15}$", strict=True)]


class Live(_Table):
    """The live feed. `venues` are asked in this order; `leaders` replace the basket that ships with the program."""

    venues: Annotated[tuple[Venue, ...], Field(min_length=1), AfterValidator(_each_once)] = VENUES
    leaders: Annotated[tuple[Ticker, ...], Field(min_length=5, max_length=60), AfterValidator(_each_once)] | None = None
    refresh: Refresh = Refresh()


class Developer(_Table):
    """For work on the program. `exchange_base`: requests for https://HOST/PATH of an exchange go to BASE/HOST/PATH.
    `clock_start`: what the live feed's clock shows at `clock_since` (the start of the program where that is not given)
    in place of the present; `clock_speed`: its seconds per second.
    """

    exchange_base: Annotated[str, Field(strict=True), AfterValidator(_web_address)] | None = None
    clock_start: AwareDatetime | None = None
    clock_since: AwareDatetime | None = None
    clock_speed: float = Field(default=1.0, ge=1, le=1_000)


class Settings(_Table):
    """What a user may set. Every key has a default; an unknown key is an error."""

    language: Literal["system", "en", "zh_CN"] = "system"
    theme: Literal["dark", "light"] = "dark"
    demo_seed: int = Field(default=7, ge=0, le=2**31 - 1, strict=True)
    network: Network = Network()
    live: Live = Live()
    developer: Developer = Developer()


# ---------------------------------------------------------------------------------------------- reading a file


def load_settings(path: Path) -> Settings:
    """The settings of a file, which is never written to; the defaults where there is none.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or has an unknown key or a wrong value.
    """
    text = _read(path)
    if text is None:
        return Settings()
    try:
        return Settings.model_validate(tomllib.loads(text), context={"folder": path.parent})
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_not_toml(path, text, str(error))) from error
    except ValidationError as error:
        raise SettingsError(f"{path}, {_first_fault(text, error)}") from error
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits, 5,000 brackets
        line = next((part.line for part in _statements(text) if part.table is None), 1)
        raise SettingsError(
            f"{path}, line {line}: a value is too long or nested too deep; plain keys were expected"
        ) from error


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise SettingsError(f"{path}: larger than {_LARGEST_FILE // 1024} kB; {_EXAMPLE}")
        return content.decode("utf-8-sig")  # editors on Windows begin a file with a byte order mark
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: byte {error.start}: not UTF-8 text; a UTF-8 TOML file was expected") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror or error}") from error


def _not_toml(path: Path, text: str, message: str) -> str:
    place = re.fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", message, re.DOTALL)
    if place is None:  # "at end of document": what is not finished began earlier
        *_, last = _statements(text)
        return f"{path}, line {last.line}: {message.replace('at end of document', 'not finished')}; {_EXAMPLE}"
    return f"{path}, line {place[2]}: {place[1]} (column {place[3]}); {_EXAMPLE}"


_WORDS = {
    "tuple_type": 'a list such as ["one", "two"] was expected',
    "model_type": "a table was expected",
}


def _first_fault(text: str, error: ValidationError) -> str:
    """Line, key, value and what was expected, of the first fault."""
    first = error.errors()[0]
    place = first["loc"]
    line = _line_of(text, place)
    if first["type"] == "extra_forbidden":
        what = f"unknown key; one of {', '.join(_known(place[:-1]))} was expected"
    elif first["type"] == "value_error":
        what = str(first["ctx"]["error"])
    else:
        what = _WORDS.get(first["type"], first["msg"])
    value = "a table" if isinstance(first["input"], dict) else f"{first['input']!r:.60}"
    value = re.sub(r"//[^/@]*@", "//***@", value)  # a proxy's password is not for a terminal or a log
    return f"line {line}: {_key_text(place)} = {value}: {what}"


def _known(table: Place) -> list[str]:
    model: Any = Settings
    for key in table:
        model = model.model_fields[key].annotation
    return [*model.model_fields]


def _key_text(place: Place) -> str:
    """``live.refresh.quotes_s``; the second of a list is ``live.venues[1]``; what is no plain key is in quotes."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (part if re.fullmatch(r"[\w-]{1,60}", part) else f"{part!r:.60}")
    return text


# ------------------------------------------------------------------------------------------ finding a key's line


@dataclass(frozen=True, slots=True)
class _Statement:
    """A table's heading or a key with its value: where it begins, its lines, and its table; None where it cannot
    be read.
    """

    line: int
    lines: list[str]
    table: dict[str, Any] | None

    @property
    def heading(self) -> bool:
        return self.lines[0].lstrip().startswith("[")


def _statements(text: str) -> Iterator[_Statement]:
    """The statements of a TOML text one by one, each read by itself: TOML's own reader says where one ends.

    The last one may be unfinished or what could not be read; nothing comes after it.
    """
    begun, held = 1, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        held.append(line)
        try:
            table = tomllib.loads("\n".join(held) + "\n")
        except tomllib.TOMLDecodeError:
            if len(held) > _LONGEST_VALUE:
                break
            continue
        except (ValueError, RecursionError):
            break
        if table:
            yield _Statement(begun, held, table)
        begun, held = number + 1, []
    if any(line.strip() for line in held):
        yield _Statement(begun, held, None)


def _line_of(text: str, place: Place) -> int:
    """The line on which the key or the element of a list at `place` stands; 1 where it is not found."""
    heading: Place = ()
    for part in _statements(text):
        if part.table is None:
            break
        if part.heading:
            heading = _heading_path(part.table)
            if _holds(part.table, place):
                return part.line
        elif place[: len(heading)] == heading and _holds(part.table, place[len(heading) :]):
            return part.line + _lines_before(part.lines, place[len(heading) :])
    return 1


def _heading_path(table: dict[str, Any]) -> tuple[str, ...]:
    path: tuple[str, ...] = ()
    inner: Any = table
    while inner:
        if isinstance(inner, list):
            inner = inner[0]
        else:
            ((key, inner),) = inner.items()
            path = (*path, key)
    return path


def _holds(value: object, place: Place) -> bool:
    for part in place:
        try:
            value = value[part]  # type: ignore[index]
        except (LookupError, TypeError):
            return False
    return True


def _lines_before(lines: list[str], place: Place) -> int:
    """How many lines of a statement come before the one on which `place` begins: the first lines that hold it once
    what they leave open is closed.
    """
    for count in range(1, len(lines)):
        for closing in ("\n]", "\n]}", "\n]}}", '"""', "'''"):
            try:
                if _holds(tomllib.loads("\n".join(lines[:count]) + closing), place):
                    return count - 1
            except (ValueError, RecursionError):
                continue
    return len(lines) - 1
