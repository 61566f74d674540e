"""The folder that `history fetch` fills: what it holds already, and each file put into it whole.

A hidden file beside the tables, which the reader passes over, says for which range the folder was begun and what is
in it, so that the same command goes on where it was.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from barograph.engine.history_plan import Job, Span
from barograph.engine.opening import UnusableInputError
from barograph.feeds.recorded.description import Description
from barograph.feeds.recorded.writer import HistoryWriter
from barograph.market.instants import iso_z

STATE_FILE = ".barograph-fetch.json"
_FORMAT = 1
_LARGEST = 16 << 20
_LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_EXPECTED = "a new or empty folder, or one that this command began, was expected"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Held(_Entry):
    """What is known of one file: who gave it, on which day (UTC) and how many rows; none where there is nothing to be
    had, which `note` explains. `absent` rows are missing inside. `digest` is that of the file as it was written.
    """

    source: str
    day: date
    rows: int = Field(default=0, ge=0)
    first: AwareDatetime | None = None
    last: AwareDatetime | None = None
    absent: int = Field(default=0, ge=0)
    note: str = ""
    digest: str = ""


class _State(_Entry):
    format: int
    start: AwareDatetime
    to: AwareDatetime
    until: AwareDatetime
    notes: tuple[str, ...] = ()
    files: dict[str, Held]


class FetchFolder:
    """Used from many threads; a file belongs to one of them."""

    def __init__(self, root: Path, span: Span, files: Mapping[str, Held], notes: Sequence[str] = ()) -> None:
        """As `open_folder` finds it. `notes` say what of the range nobody serves."""
        self.root = root
        self.span = span
        self.notes = tuple(notes)
        self._files = dict(files)
        self._writer = HistoryWriter(root)
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    @property
    def files(self) -> Mapping[str, Held]:
        """All that is settled, by the names of the jobs, in their order."""
        with self._lock:
            return dict(sorted(self._files.items()))

    def held(self, job: Job) -> Held | None:
        """What is held of a job; None while it is to be asked for. A file that was changed since is asked for again."""
        with self._lock:
            known = self._files.get(job.name)
        if known is None or not known.rows:
            return known
        return known if _digest(self._path(job)) == known.digest else None

    def put(self, job: Job, held: Held, write: Callable[[HistoryWriter], Path]) -> None:
        """Write a file, and note it once it is there.

        Raises:
            HistoryError: the reader would not take its rows, or it cannot be written.
            UnusableInputError: what is in the folder cannot be noted.
        """
        with self._writing:  # the text of a long table takes a few hundred megabytes
            written = write(self._writer)
        self._note(job, held.model_copy(update={"digest": _digest(written)}))

    def nothing(self, job: Job, held: Held) -> None:
        """Note that there is nothing to be had."""
        self._path(job).unlink(missing_ok=True)
        self._note(job, held)

    def forget(self, job: Job) -> None:
        """Take a file out again: what belongs with it has to come from elsewhere."""
        with self._lock:
            if self._files.pop(job.name, None) is not None:
                self._save()
        self._path(job).unlink(missing_ok=True)

    def describe(self, description: Description) -> None:
        """Write what the folder says of itself, which makes it one that can be replayed.

        Raises:
            HistoryError: it cannot be written.
        """
        self._writer.write_description(description)

    def begin(self, notes: Sequence[str]) -> None:
        """Make the folder, with the range and further `notes` in it, and clear away what a killed run left unfinished.

        Raises:
            UnusableInputError: it cannot be made.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for left in self.root.rglob(".*.part"):
                left.unlink(missing_ok=True)
        except OSError as error:
            raise _cannot_write(self.root, error) from error
        with self._lock:
            self.notes = tuple(dict.fromkeys((*self.notes, *notes)))
            self._save()

    # --------------------------------------------------------------------------------------------- private

    def _path(self, job: Job) -> Path:
        return self.root / f"{job.name}.csv.gz"

    def _note(self, job: Job, held: Held) -> None:
        with self._lock:
            self._files[job.name] = held
            self._save()

    def _save(self) -> None:
        """Beside its place first, so that a kill leaves the one before."""
        span = self.span
        state = _State(
            format=_FORMAT,
            start=span.start,
            to=span.to,
            until=span.until,
            notes=self.notes,
            files=dict(sorted(self._files.items())),
        )
        text = state.model_dump_json(indent=1, exclude_defaults=True).encode()
        target = self.root / STATE_FILE
        beside = target.with_name(f"{STATE_FILE}.part")
        try:
            with beside.open("wb") as out:
                out.write(text + b"\n")
                out.flush()
                os.fsync(out.fileno())
            beside.replace(target)
        except OSError as error:
            raise _cannot_write(self.root, error) from error


def open_folder(root: Path, start: datetime, to: datetime, now: datetime) -> FetchFolder:
    """The folder to fill with `start` to `to` (UTC); nothing is written yet. A new one ends at `now` at the latest, one
    that was begun where it ended then.

    Raises:
        UnusableInputError: a file, a folder with something else in it, or one that was begun for another range.
    """
    try:
        names = {entry.name for entry in root.iterdir()} if root.exists() or root.is_symlink() else set()
    except NotADirectoryError as error:
        raise UnusableInputError(f"--out {root}: a file; {_EXPECTED}") from error
    except OSError as error:
        raise UnusableInputError(f"--out {root}: cannot be read ({error.strerror or error}); {_EXPECTED}") from error
    if STATE_FILE in names:
        return _begun(root, start, to)
    others = sorted(names - _LEFT_BY_SYSTEMS - {f"{STATE_FILE}.part"})
    if others:
        raise UnusableInputError(f"--out {root}: holds {others[0]!r:.60} already; {_EXPECTED}")
    return FetchFolder(root, Span(start, to, min(to, now)), {})


def _begun(root: Path, start: datetime, to: datetime) -> FetchFolder:
    path = root / STATE_FILE
    try:
        with path.open("rb") as file:
            state = _State.model_validate_json(file.read(_LARGEST))
    except (OSError, ValidationError) as error:
        raise UnusableInputError(f"{path}: cannot be read; another folder was expected") from error
    if state.format != _FORMAT:
        raise UnusableInputError(f"{path}: written by a newer Barograph; another folder was expected")
    if (state.start, state.to) != (start, to):
        held = f"{iso_z(state.start)} to {iso_z(state.to)}"
        raise UnusableInputError(f"--out {root}: was begun for {held}; that range, or another folder, was expected")
    return FetchFolder(root, Span(start, to, state.until), state.files, state.notes)


def _digest(path: Path) -> str:
    """Of a file as it lies there; empty where it cannot be read."""
    try:
        return blake2b(path.read_bytes(), digest_size=8).hexdigest()
    except OSError:
        return ""


def _cannot_write(root: Path, error: OSError) -> UnusableInputError:
    return UnusableInputError(
        f"--out {root}: cannot be written ({error.strerror or error}); a folder with room expected"
    )
