"""The memory of this process, and what the C library does with what was freed, where it is the GNU one."""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from pathlib import Path

_ARENA_MAX = -8
"""``M_ARENA_MAX`` of malloc.h."""


def share_one_heap() -> bool:
    """Let all threads that start from now on share one heap; whether they do.

    Each would get one of its own, which keeps its own freed memory: over days of answers, parsed in one thread and
    kept by another, that is tens of megabytes for nothing.
    """
    library = _gnu_library()
    return library is not None and library.mallopt(_ARENA_MAX, 1) == 1


def give_back_memory() -> bool:
    """Hand back to the system what lies freed within the heap; whether there was any. It takes some milliseconds."""
    library = _gnu_library()
    return library is not None and library.malloc_trim(0) == 1


def resident_mb() -> float | None:
    """What of this process lies in memory, in megabytes; None where the system does not tell it in a file."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@cache
def _gnu_library() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "malloc_trim") and hasattr(library, "mallopt") else None
