"""Instants: conversion between aware datetimes, int64 nanoseconds and session dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from barograph.market.intervals import DAY_NS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DATE = date(1970, 1, 1)


def to_ns(instant: datetime) -> int:
    """Nanoseconds since 1970-01-01 UTC of an aware datetime (microsecond resolution).

    Raises:
        ValueError: the datetime is naive.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; an aware instant was expected")
    delta = instant - _EPOCH
    return ((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds) * 1_000


def from_ns(ns: int) -> datetime:
    """The UTC datetime of an instant in nanoseconds since 1970-01-01 UTC."""
    return _EPOCH + timedelta(microseconds=int(ns) // 1_000)


def label_ns(session: date) -> int:
    """The label of a session date: its midnight UTC, in nanoseconds (how daily bars are indexed)."""
    return (session - _EPOCH_DATE).days * DAY_NS


def label_date(ns: int) -> date:
    """The session date of a label made by `label_ns`."""
    return _EPOCH_DATE + timedelta(days=int(ns) // DAY_NS)


def iso_z(instant: datetime) -> str:
    """ISO 8601 in UTC with a trailing Z and whole seconds, as written to files and JSON."""
    return instant.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ")
