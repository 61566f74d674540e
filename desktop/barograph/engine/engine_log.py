"""The log of the engine process, in a file of its own: two processes that turn one file over would lose lines."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

FILE_NAME = "engine.log"
_MAX_BYTES = 1_000_000
_KEPT = 3


def start_engine_log(folder: Path, level: str) -> None:
    """Log at `level` (``DEBUG`` … ``ERROR``) to standard error, and to a bounded file in `folder` where that can be
    written: what the sources met in months without anybody looking on.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE_NAME
        handlers.append(logging.handlers.RotatingFileHandler(path, "a", _MAX_BYTES, _KEPT, encoding="utf-8"))
    except OSError:  # the store will say what is wrong with the folder
        pass
    words = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level, format=words, handlers=handlers, force=True)
