"""Where a profile keeps its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Paths:
    """The files of one profile, all below its data folder."""

    data_dir: Path

    @property
    def settings(self) -> Path:
        """What the user may edit."""
        return self.data_dir / "settings.toml"

    @property
    def last_feed(self) -> Path:
        """The word of the feed that was opened last."""
        return self.data_dir / "last_feed.txt"

    @property
    def cache(self) -> Path:
        """What the clients of the live feed keep between starts; nothing of it is missed."""
        return self.data_dir / "cache"

    @property
    def logs(self) -> Path:
        """The folder of the log files."""
        return self.data_dir / "logs"


def default_data_dir() -> Path:
    """The user's data folder for Barograph, as the platform has it."""
    import platformdirs

    return Path(platformdirs.user_data_dir("barograph", appauthor=False))
