"""Numbers, signs and instants as the context view holds them: what is unknown is None."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import isfinite

from barograph.engine.context_view import SignView
from barograph.market.instants import from_ns
from barograph.risk.signs import Sign


def known(value: float | None) -> float | None:
    """The value, or None where it is not a finite number."""
    return float(value) if value is not None and isfinite(value) else None


def instant(ns: int | None) -> datetime | None:
    """The instant, or None."""
    return None if ns is None else from_ns(ns)


def sign_views(signs: Iterable[Sign]) -> tuple[SignView, ...]:
    """Signs with what is not a number left out."""
    return tuple(SignView(sign.id, known(sign.value), known(sign.threshold), sign.met) for sign in signs)
