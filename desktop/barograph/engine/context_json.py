"""The context as JSON values, field by field: the schema in the resources names every one of them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from barograph.engine.context_view import ContextView
from barograph.market.instants import iso_z


def context_values(context: ContextView | None) -> dict[str, Any] | None:
    """Objects for dataclasses, lists for tuples, ids for closed sets, ISO 8601 for dates and instants (UTC)."""
    if context is None:
        return None
    values: dict[str, Any] = _value(context)
    return values


def _value(value: Any) -> Any:  # noqa: ANN401 - whatever stands in a view
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _value(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return iso_z(value)
    if isinstance(value, date):
        return value.isoformat()
    return value
