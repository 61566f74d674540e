"""What `history fetch` prints when it is through: what is there, what cannot be had, and what could not be had now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from barograph.engine.history_fetch import Report
from barograph.engine.history_folder import Held

_MOST = 12
"""Lines of one kind; the description in the folder has more."""


def report_text(report: Report) -> str:
    """The lines, each ended."""
    return "".join(f"{line}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    folder = report.folder
    files = {name: held for name, held in folder.files.items() if held.rows}
    span = folder.span
    rows = sum(held.rows for held in files.values())
    extent = f"{span.start:%Y-%m-%d %H:%M} to {span.until:%Y-%m-%d %H:%M} UTC"
    yield f"{folder.root}: {len(files)} files, {rows:,} rows, {extent}"
    yield from _absent(files)
    notes = [*report.notes, *(f"{name}: {held.note}" for name, held in folder.files.items() if held.note)]
    yield from _listed("Not to be had:", notes)
    yield from _listed("Missing:", [f"{name}: {reason}" for name, reason in sorted(report.missing.items())])
    if report.fault:
        yield f"Failed: {report.fault}"
    if report.missing:
        yield "Run the same command again to go on."


def _absent(files: Mapping[str, Held]) -> Iterator[str]:
    """Gaps in what the vendors gave."""
    gaps = {name: held.absent for name, held in files.items() if held.absent}
    if gaps:
        most = max(gaps, key=gaps.__getitem__)
        count = "1 file" if len(gaps) == 1 else f"{len(gaps)} files"
        total = f"{sum(gaps.values()):,} in {count}, most in {most} ({gaps[most]:,})"
        yield f"Bars missing in between, never filled: {total}"


def _listed(title: str, lines: list[str]) -> Iterator[str]:
    if not lines:
        return
    yield title
    yield from (f"  {line}" for line in lines[:_MOST])
    if len(lines) > _MOST:
        yield f"  and {len(lines) - _MOST} more, listed in history.toml"
