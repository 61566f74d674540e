"""Guards for paint methods: an exception that leaves one ends the process, so none may."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

_reported: set[str] = set()


@contextmanager
def painting(widget: QWidget) -> Iterator[QPainter]:
    """A painter on `widget`, ended whatever happens.

    When what is drawn fails, the window lives on: the fault is logged, once for each kind of widget, and what
    could not be drawn stays empty until the next paint.
    """
    painter = QPainter(widget)
    try:
        with drawing(painter, type(widget).__name__):
            yield painter
    finally:
        painter.end()  # a painter left open on a widget that goes ends the process, too


@contextmanager
def drawing(painter: QPainter, owner: str) -> Iterator[None]:
    """The same for a painter that Qt has opened; it is left in the state in which it came."""
    try:
        with saved(painter):
            yield
    except Exception:  # whatever it is, Qt must not see it
        if owner not in _reported:
            _reported.add(owner)
            logging.getLogger(__name__).exception("%s could not be drawn", owner)


@contextmanager
def saved(painter: QPainter) -> Iterator[None]:
    """Put the painter back into its state at the end."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()
