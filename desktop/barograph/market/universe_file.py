"""Reads a universe from TOML: every key checked, every mistake named with its file and key."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from barograph.market.instruments import AssetClass, Instrument, SeriesInfo, Universe
from barograph.market.toml_file import model_of

_ID = r"^[A-Z0-9][A-Z0-9.\-]{0,15}$"


class UniverseError(ValueError):
    """A universe file cannot be used; the message names file, key, value and what was expected."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Instrument(_Entry):
    id: str = Field(pattern=_ID)
    name: str = Field(min_length=1, max_length=80)
    asset_class: AssetClass = Field(alias="class")
    calendar: Literal["XNYS", "GLOBEX", "CBOE_RATES", "CBOE_VIX", "ICE_DX", "CRYPTO"]
    unit: str = Field(min_length=1, max_length=12)
    decimals: int = Field(ge=0, le=8)
    served_by: str | None = None
    listed: date | None = None


class _Series(_Entry):
    id: str = Field(pattern=r"^[A-Z0-9_]{1,24}$")
    name: str = Field(min_length=1, max_length=80)
    unit: str = Field(min_length=1, max_length=12)
    publication: Literal["next_business_day_1615_ny", "same_day_end_utc"]


class _Group(_Entry):
    name: str = Field(pattern=r"^[a-z_]{1,24}$")
    as_of: date
    note: str = ""
    members: tuple[str, ...] = Field(min_length=1)


class _UniverseFile(_Entry):
    version: str = Field(pattern=r"^[a-z0-9.\-]{1,32}$")
    instrument: tuple[_Instrument, ...]
    series: tuple[_Series, ...]
    group: tuple[_Group, ...]

    @model_validator(mode="after")
    def _consistent(self) -> _UniverseFile:
        for what, ids in (
            ("instrument", [entry.id for entry in self.instrument]),
            ("series", [entry.id for entry in self.series]),
            ("group", [entry.name for entry in self.group]),
        ):
            twice = {i for i in ids if ids.count(i) > 1}
            if twice:
                raise ValueError(f"{what} {min(twice)!r} is there twice; each id once was expected")
        known = {entry.id for entry in self.series}
        for entry in self.instrument:
            if entry.served_by is not None and entry.served_by not in known:
                raise ValueError(f"instrument {entry.id!r} is served by {entry.served_by!r}, which is no series here")
        missing = {"leaders", "breadth"} - {entry.name for entry in self.group}
        if missing:
            raise ValueError(f"group {min(missing)!r} is missing")
        return self


def parse_universe(text: str, name: str) -> Universe:
    """The universe of a TOML text; `name` is the file's name in messages.

    Raises:
        UniverseError: not TOML, an unknown or missing key, or a value that cannot be.
    """
    content = model_of(text, name, _UniverseFile, UniverseError)
    return Universe(
        version=content.version,
        instruments={entry.id: Instrument(**entry.model_dump()) for entry in content.instrument},
        series={entry.id: SeriesInfo(**entry.model_dump()) for entry in content.series},
        groups={entry.name: entry.members for entry in content.group},
    )


def load_universe(path: Path | None = None) -> Universe:
    """The universe of a file, or the one that ships with the program.

    Raises:
        UniverseError: the file cannot be read or is not a universe.
    """
    if path is None:
        shipped = resources.files("barograph_resources") / "universe" / "default.toml"
        return parse_universe(shipped.read_text("utf-8"), "universe/default.toml")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UniverseError(f"{path.name}: cannot be read ({error}); a UTF-8 TOML file was expected") from error
    return parse_universe(text, path.name)
