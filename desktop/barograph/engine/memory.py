"""Memory that was freed, back to the system."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache


def give_back_memory() -> bool:
    """Hand back what the C library holds without need; whether anything was handed back.

    The GNU library keeps a heap for each of several threads, and of each all that lies below its last live piece:
    over days that is tens of megabytes for nothing. It takes some milliseconds. Elsewhere there is nothing to do.
    """
    trim = _trim()
    return trim is not None and trim(0) == 1


@cache
def _trim() -> Callable[[int], int] | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # another C library
        return None
    return found
