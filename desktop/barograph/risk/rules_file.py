"""Reads a rule set from TOML: every key checked, every mistake named with its file and key."""

from __future__ import annotations

from importlib import resources
from math import fsum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from barograph.market.toml_file import model_of
from barograph.risk.features import INDICATORS, OPTIONAL
from barograph.risk.rules import InputNames, IntradayRules, LightRules, PillarRules, RuleSet, Thresholds, Window

_WEIGHT_TOLERANCE = 1e-9
_Score = Annotated[float, Field(gt=0, lt=100)]
_Share = Annotated[float, Field(gt=0, le=1)]
_Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,24}$")]


class RulesError(ValueError):
    """A rules file cannot be used; the message names file, key, value and what was expected."""


class _Entry(BaseModel):
    # strict: TOML has types, and neither "756" nor true is a number; lists because strict tuples are not TOML's
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


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
    preset: str = Field(pattern=r"^[a-z_]{1,24}$")


class _Intraday(_Entry):
    step_minutes: int = Field(ge=1, le=60)
    watch_minutes: int = Field(ge=0, le=1440)
    risk_off_minutes: int = Field(ge=0, le=1440)
    shock_sigma: float = Field(gt=0)
    shock_half_life: int = Field(ge=10, le=1000)
    shock_minimum: int = Field(ge=10)
    shock_closes: int = Field(ge=1, le=20)
    crypto_sigma: float = Field(gt=0)

    @model_validator(mode="after")
    def _steps(self) -> _Intraday:
        if 60 % self.step_minutes:
            raise ValueError(f"step_minutes: {self.step_minutes} does not divide an hour; 5 or the like was expected")
        return self


class _Indicator(_Entry):
    id: str = Field(pattern=r"^[A-Z][0-9](_[0-9][hm])?$")
    weight: float = Field(gt=0)
    optional: bool = False
    alone: float | None = Field(default=None, gt=0)
    part_of: str | None = None
    window: int | None = Field(default=None, ge=20)
    minimum: int | None = Field(default=None, ge=20)

    @model_validator(mode="after")
    def _whole(self) -> _Indicator:
        if (self.window is None) != (self.minimum is None) or (self.minimum or 0) > (self.window or 0):
            raise ValueError("window and minimum: both, or none, and minimum at most window were expected")
        if self.optional and self.alone is not None:
            raise ValueError("alone: only what is not optional can stand without the optional ones")
        if self.part_of is not None and not self.optional:
            raise ValueError("part_of: a part has to be optional")
        return self


class _Pillar(_Entry):
    name: str = Field(pattern=r"^[a-z_]{1,24}$")
    weight: _Share
    indicators: list[_Indicator] = Field(min_length=1)

    @model_validator(mode="after")
    def _of_two_forms(self) -> _Pillar:
        """Without the optional ones no required indicator may weigh less than with them: the ceiling rests on it."""
        required = {entry.id: entry for entry in self.indicators if not entry.optional}
        if not required:
            raise ValueError("indicators: at least one that is not optional was expected")
        for entry in self.indicators:
            if entry.part_of is not None and entry.part_of not in required:
                raise ValueError(f"part_of: {entry.part_of!r:.80} is none of {', '.join(required)}")
        weights = {name: entry.weight for name, entry in required.items()}
        alone = {name: entry.weight if entry.alone is None else entry.alone for name, entry in required.items()}
        lightest = min((entry.weight for entry in self.indicators if entry.optional and not entry.part_of), default=0.0)
        for name in required:
            with_one = weights[name] / (fsum(weights.values()) + lightest)
            if with_one > alone[name] / fsum(alone.values()) + _WEIGHT_TOLERANCE:
                raise ValueError(f"alone: {name} weighs less alone than with the others; at least as much was expected")
        return self


class _Inputs(_Entry):
    equity_index: _Name
    equity_future: _Name
    growth: _Name
    growth_future: _Name
    volatility_index: _Name
    crypto: _Name
    dollar: _Name
    yield_10y: _Name
    yield_2y: _Name
    leaders: _Name
    breadth: _Name


class _RulesFile(_Entry):
    id: str = Field(pattern=r"^[a-z0-9.\-]{1,32}$")
    window: int = Field(ge=60, le=5000)
    minimum: int = Field(ge=20)
    coverage: _Share
    pillar_share: _Share
    warm_up_pillars: list[str]
    required_pillar: str
    either_pillar: list[str] = Field(min_length=1)
    fixing_max_age_days: int = Field(ge=1, le=30)
    light: _Light
    intraday: _Intraday
    presets: dict[str, _Thresholds]
    inputs: _Inputs
    pillar: list[_Pillar]

    @model_validator(mode="after")
    def _consistent(self) -> _RulesFile:
        total = fsum(pillar.weight for pillar in self.pillar)
        if abs(total - 1) > _WEIGHT_TOLERANCE:
            raise ValueError(f"pillar.weight: the weights add up to {total:g}; 1 was expected")
        if self.light.preset not in self.presets:
            raise ValueError(f"light.preset: {self.light.preset!r:.80} is none of {sorted(self.presets)}")
        for own in (entry for pillar in self.pillar for entry in pillar.indicators):
            if (own.window or 0) > self.window:
                raise ValueError(f"pillar.indicators.window: {own.window} is more than window; less was expected")
        if self.minimum > self.window:
            raise ValueError(f"minimum: {self.minimum} is more than window; at most {self.window} was expected")
        names = [pillar.name for pillar in self.pillar]
        used = [indicator.id for pillar in self.pillar for indicator in pillar.indicators]
        for key, given, known in (
            ("warm_up_pillars", self.warm_up_pillars, names),
            ("required_pillar", [self.required_pillar], names),
            ("either_pillar", self.either_pillar, names),
            ("pillar.indicators.id", used, (*INDICATORS, *OPTIONAL)),
        ):
            unknown = sorted(set(given).difference(known))
            if unknown:
                raise ValueError(f"{key}: {unknown[0]!r:.80} is none of {', '.join(known)}")
        for key, given in (("pillar.name", names), ("pillar.indicators.id", used)):
            twice = sorted(one for one in set(given) if given.count(one) > 1)
            if twice:
                raise ValueError(f"{key}: {twice[0]!r} is there twice; each once was expected")
        return self


def parse_rules(text: str, name: str) -> RuleSet:
    """The rule set of a TOML text; `name` is the file's name in messages.

    The id carries the preset (``v1/balanced``): two presets are two rule sets.

    Raises:
        RulesError: not TOML, an unknown or missing key, or a value that cannot be.
    """
    content = model_of(text, name, _RulesFile, RulesError)
    light = content.light
    return RuleSet(
        id=f"{content.id}/{light.preset}",
        window=content.window,
        minimum=content.minimum,
        coverage=content.coverage,
        pillar_share=content.pillar_share,
        warm_up_pillars=tuple(content.warm_up_pillars),
        required_pillar=content.required_pillar,
        either_pillar=tuple(content.either_pillar),
        fixing_max_age_days=content.fixing_max_age_days,
        light=LightRules(
            thresholds=Thresholds(**content.presets[light.preset].model_dump()),
            **light.model_dump(exclude={"preset"}),
        ),
        intraday=IntradayRules(**content.intraday.model_dump()),
        inputs=InputNames(**content.inputs.model_dump()),
        pillars=tuple(_pillar(pillar) for pillar in content.pillar),
        windows={
            entry.id: Window(entry.window, entry.minimum)
            for pillar in content.pillar
            for entry in pillar.indicators
            if entry.window is not None and entry.minimum is not None
        },
    )


def _pillar(pillar: _Pillar) -> PillarRules:
    entries = pillar.indicators
    return PillarRules(
        pillar.name,
        pillar.weight,
        {entry.id: entry.weight for entry in entries},
        optional=frozenset(entry.id for entry in entries if entry.optional),
        alone={entry.id: entry.alone for entry in entries if entry.alone is not None},
        parts={entry.id: entry.part_of for entry in entries if entry.part_of is not None},
    )


def load_rules() -> RuleSet:
    """The rule set that ships with the program."""
    shipped = resources.files("barograph_resources") / "rules" / "v1.toml"
    return parse_rules(shipped.read_text("utf-8"), "rules/v1.toml")
