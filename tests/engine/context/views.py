"""Contexts of a feed at an instant, and every value in one by its path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from barograph.engine.context_view import ContextView
from barograph.engine.monitor import Monitor
from barograph.feeds.contract import Feed
from barograph.risk.judge import Evaluation
from tests.engine.runs import new_monitor


def at(day: int, hour: int, minute: int = 0, month: int = 8) -> datetime:
    """An instant of summer 2024, UTC."""
    return datetime(2024, month, day, hour, minute, tzinfo=UTC)


def context_of(monitor: Monitor, now: datetime) -> ContextView:
    """What a monitor shows at `now`, after a refresh."""
    monitor.refresh(now)
    context = monitor.snapshot(now).context
    assert context is not None
    return context


def fresh(feed: Feed, now: datetime, past: Sequence[Evaluation] = ()) -> ContextView:
    """What one shows that has only just started, with the evaluations of `past` that were made by then."""
    return context_of(new_monitor(feed, [each for each in past if each.at <= now]), now)


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - whatever stands in a view
    """Every value with its path."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from flat(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from flat(each, f"{path}[{place}]")
    else:
        yield path, value


def differences(first: ContextView, second: ContextView) -> dict[str, tuple[Any, Any]]:
    """What is not the same to the last bit."""
    a, b = dict(flat(first)), dict(flat(second))
    return {path: (a.get(path), b.get(path)) for path in sorted(a.keys() | b.keys()) if a.get(path) != b.get(path)}
