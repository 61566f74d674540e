"""Logging: to standard error, and to a bounded file in the profile. No note text and no secret is ever logged."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

_MAX_BYTES = 1_000_000
_KEPT = 3


def start_logging(level: str, folder: Path | None = None) -> None:
    """Log at `level` (``debug`` … ``error``); also to a file in `folder` where one is given and can be written."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handlers.append(
                logging.handlers.RotatingFileHandler(
                    folder / "barograph.log", maxBytes=_MAX_BYTES, backupCount=_KEPT, encoding="utf-8"
                )
            )
        except OSError:  # the program runs without a log file; the store will say what is wrong with the folder
            pass
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", handlers=handlers, force=True
    )
