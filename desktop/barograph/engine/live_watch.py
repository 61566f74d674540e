"""What a desk does for a live feed beside judging: records what is heard, notices sleep, shows its last snapshot."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from barograph.engine.clock import wall_now
from barograph.engine.last_snapshot import remove_last_snapshot, write_last_snapshot
from barograph.engine.recordings import restore_book, save_recording
from barograph.engine.snapshot import Snapshot
from barograph.feeds.book import Recording
from barograph.feeds.live.feed import LiveFeed
from barograph.store.connection import Store

SAVE_EVERY = timedelta(seconds=5)
"""What is heard is written together this often: each commit waits for the disk."""
ASLEEP = timedelta(seconds=60)
"""A refresh comes every second; one that comes so much later slept, or somebody set the clock."""
_BACKWARD = timedelta(seconds=5)
_PRUNE_EVERY = timedelta(hours=6)
MOST_UNSAVED = 2_000
"""Recordings that are held for a store that cannot be written to: some hours; then the oldest are given up."""

_log = logging.getLogger(__name__)


class LiveWatch:
    """Of one live feed and the store it is recorded in. Used from the engine's thread."""

    def __init__(self, feed: LiveFeed, store: Store) -> None:
        """Nothing is restored and nothing asked before `begin`."""
        self._feed = feed
        self._store = store
        self._unsaved: list[Recording] = []
        self._given_up = 0
        self._last: datetime | None = None
        self._saved_at: datetime | None = None
        self._shown_at: datetime | None = None
        self._pruned_at: datetime | None = None

    def begin(self, now: datetime) -> None:
        """Fill the book with what earlier runs recorded, and let the sources go on from there.

        Raises:
            StoreError: the store cannot be read.
        """
        restore_book(self._store, self._feed.info.key, self._feed.book, now)
        self._feed.start()

    def follow(self, now: datetime) -> bool:
        """Once a refresh, first of all: whether time made a leap, which the sources are told. What the feed offers is
        what there is by now.
        """
        self._feed.renew(now)
        last, self._last = self._last, now
        if last is None or -_BACKWARD <= now - last <= ASLEEP:
            return False
        _log.info("time went from %s to %s: the sources connect anew", last, now)
        self._feed.woke()
        self._saved_at = self._shown_at = self._pruned_at = None
        return True

    def due(self, now: datetime) -> bool:
        """Whether what was heard is to be written now."""
        return self._saved_at is None or now - self._saved_at >= SAVE_EVERY

    def save(self, now: datetime) -> None:
        """Write what was heard, in the caller's transaction; `saved` tells that it was committed.

        Raises:
            StoreError: because of what the environment did.
        """
        self._saved_at = now
        recording = self._feed.take_new()
        if recording:
            self._unsaved.append(recording)
        if len(self._unsaved) > MOST_UNSAVED:
            self._given_up += 1
            del self._unsaved[0]
        for each in self._unsaved:
            save_recording(self._store, self._feed.info.key, each)
        if self._pruned_at is None or now - self._pruned_at >= _PRUNE_EVERY:
            self._pruned_at = None if self._store.prune(now) else now

    def saved(self) -> None:
        """What `save` wrote is on the disk."""
        self._unsaved = []

    @property
    def notice(self) -> str:
        """What was lost because the store could not be written to; empty where nothing was."""
        if not self._given_up:
            return ""
        return f"The store could not be written to for so long that {self._given_up} recordings were given up."

    def show(self, snapshot: Snapshot, now: datetime) -> None:
        """Leave the snapshot for the commands that are asked while the program runs."""
        if self._shown_at is not None and now - self._shown_at < SAVE_EVERY:
            return
        self._shown_at = now
        try:
            write_last_snapshot(self._store.file.parent, snapshot, wall_now())
        except OSError as error:
            _log.warning("the last snapshot cannot be written: %s", error)

    def end(self, now: datetime) -> None:
        """Stop the sources and write what they still brought.

        Raises:
            StoreError: because of what the environment did.
        """
        self._feed.close()
        try:
            remove_last_snapshot(self._store.file.parent)
        except OSError as error:
            _log.warning("the last snapshot cannot be removed: %s", error)
        with self._store.transaction():
            self.save(now)
