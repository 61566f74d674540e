"""How a history folder is refused: one sentence with file, line, column, value and what was expected."""

from __future__ import annotations

_SHOWN = 60
"""Characters of a bad value that a message repeats."""


class HistoryError(ValueError):
    """A history folder cannot be used; `message` is one sentence for the person who made it."""

    def __init__(self, message: str) -> None:
        """`message` names the file relative to the folder and, inside a table, line, column and value."""
        super().__init__(message)
        self.message = message


def file_fault(file: str, found: str, expected: str) -> HistoryError:
    """The fault of a file or folder as a whole. `file` is relative to the history folder."""
    return HistoryError(f"{plain(file)}: {found}; expected {expected}")


def field_fault(file: str, line: int, column: str, found: str, expected: str) -> HistoryError:
    """The fault of one field. `line` counts from 1, which is the header; `found` is the text as written."""
    return HistoryError(f"{plain(file)}, line {line}, column {column}: found {quoted(found)}; expected {expected}")


def quoted(text: str) -> str:
    """The text in quotes on one line: what cannot be printed is escaped, a long one is cut off."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def plain(name: str) -> str:
    """A file name on one line, without quotes: what cannot be printed is escaped."""
    return name if name.isprintable() else repr(name)[1:-1]
