"""Reads a rule set from TOML: every key checked, every mistake named with its file and key."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from barograph.risk.rules import InputNames, LightRules, PillarRules, RuleSet, Thresholds

_WEIGHT_TOLERANCE = 1e-9
_Score = Annotated[float, Field(gt=0, lt=100)]
_Share = Annotated[float, Field(gt=0, le=1)]


class RulesError(ValueError):
    """A rules file cannot be used; the message names file, key, value and what was expected."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Thresholds(_Entry):
    watch_enter: _Score
    watch_exit: _Score
    risk_off_enter: _Score
    risk_off_exit: _Score

    @model_validator(mode="after")
    def _ordered(self) -> _Thresholds:
        if not self.watch_exit < self.watch_enter < self.risk_off_enter:
            raise ValueError("watch_exit < watch_enter < risk_off_enter was expected")
        if not self.watch_exit < self.risk_off_exit < self.risk_off_enter:
            raise ValueError("watch_exit < risk_off_exit < risk_off_enter was expected")
        return self


class _Light(_Entry):
    downgrade_closes: int = Field(ge=1, le=20)
    shock_hold: int = Field(ge=1, le=20)
    shock_window: int = Field(ge=10, le=260)
    shock_equity_sigma: float = Field(gt=0)
    shock_crypto_sigma: float = Field(gt=0)
    preset: str


class _Indicator(_Entry):
    id: str = Field(pattern=r"^[A-Z][0-9]$")
    weight: float = Field(gt=0)


class _Pillar(_Entry):
    name: str
    weight: _Share
    indicators: tuple[_Indicator, ...] = Field(min_length=1)


class _Inputs(_Entry):
    equity_index: str
    growth: str
    volatility_index: str
    crypto: str
    dollar: str
    yield_10y: str
    yield_2y: str
    leaders: str
    breadth: str


class _RulesFile(_Entry):
    id: str = Field(pattern=r"^[a-z0-9.\-]{1,32}$")
    window: int = Field(ge=60, le=5000)
    minimum: int = Field(ge=20)
    coverage: _Share
    pillar_share: _Share
    warm_up_pillars: tuple[str, ...]
    required_pillar: str
    either_pillar: tuple[str, ...]
    fixing_max_age_days: int = Field(ge=1, le=30)
    light: _Light
    presets: dict[str, _Thresholds]
    inputs: _Inputs
    pillar: tuple[_Pillar, ...]

    @model_validator(mode="after")
    def _consistent(self) -> _RulesFile:
        if abs(sum(pillar.weight for pillar in self.pillar) - 1) > _WEIGHT_TOLERANCE:
            raise ValueError("pillar weights must add up to 1")
        if self.light.preset not in self.presets:
            raise ValueError(f"light.preset {self.light.preset!r} is none of {sorted(self.presets)}")
        names = {pillar.name for pillar in self.pillar}
        for name in (*self.warm_up_pillars, self.required_pillar, *self.either_pillar):
            if name not in names:
                raise ValueError(f"{name!r} is no pillar of this file")
        if self.minimum > self.window:
            raise ValueError("minimum must not exceed window")
        return self


def parse_rules(text: str, name: str) -> RuleSet:
    """The rule set of a TOML text; `name` is the file's name in messages.

    The id carries the preset (``v1/balanced``): two presets are two rule sets.

    Raises:
        RulesError: not TOML, an unknown or missing key, or a value that cannot be.
    """
    try:
        content = _RulesFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"{name}: {error}; a TOML file was expected") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RulesError(f"{name}: {where or 'file'}: {first['msg']} (found {first['input']!r:.80})") from error
    light = content.light
    return RuleSet(
        id=f"{content.id}/{light.preset}",
        window=content.window,
        minimum=content.minimum,
        coverage=content.coverage,
        pillar_share=content.pillar_share,
        warm_up_pillars=content.warm_up_pillars,
        required_pillar=content.required_pillar,
        either_pillar=content.either_pillar,
        fixing_max_age_days=content.fixing_max_age_days,
        light=LightRules(
            thresholds=Thresholds(**content.presets[light.preset].model_dump()),
            **light.model_dump(exclude={"preset"}),
        ),
        inputs=InputNames(**content.inputs.model_dump()),
        pillars=tuple(
            PillarRules(pillar.name, pillar.weight, {entry.id: entry.weight for entry in pillar.indicators})
            for pillar in content.pillar
        ),
    )


def load_rules() -> RuleSet:
    """The rule set that ships with the program."""
    shipped = resources.files("barograph_resources") / "rules" / "v1.toml"
    return parse_rules(shipped.read_text("utf-8"), "rules/v1.toml")
