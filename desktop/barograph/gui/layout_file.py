"""The file that keeps the window's geometry, the places of its panels and the way charts are shown."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QDockWidget, QMainWindow

FILE_NAME = "layout.ini"
VERSION = 1
"""Counted up when panels are renamed or leave; a layout of another version is not restored."""


_VIEW = ("theme", "interval", "style", "charts")


@dataclass(frozen=True, slots=True)
class View:
    """How charts and colours are shown, by name, and which charts, with blanks between; empty: nothing was stored."""

    theme: str = ""
    interval: str = ""
    style: str = ""
    charts: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it: the view, whether the layout was restored, the names of the docks it knows (None: it does not
    say), where an unusable file was set aside.
    """

    view: View = View()
    layout: bool = False
    docks: frozenset[str] | None = None
    set_aside: Path | None = None


class LayoutFile:
    """`layout.ini` in the profile's folder. A file that cannot be used is set aside, never deleted."""

    def __init__(self, data_dir: Path) -> None:
        """`data_dir` need not exist yet."""
        self.path = data_dir / FILE_NAME

    def restore(self, window: QMainWindow) -> Restored:
        """Put a window as it was. A layout of another version is left alone, but its view is kept."""
        if not self.path.exists():
            return Restored()
        settings = QSettings(str(self.path), QSettings.Format.IniFormat)
        version = settings.value("version")
        geometry, state = settings.value("window/geometry"), settings.value("window/state")
        view = View(*(_text(settings.value(f"view/{name}")) for name in _VIEW))
        docks = _text(settings.value("window/docks"))
        readable = settings.status() is QSettings.Status.NoError and _text(version).isdigit()
        if readable and int(_text(version)) != VERSION:
            return Restored(view)
        usable = (
            readable
            and isinstance(geometry, QByteArray)
            and isinstance(state, QByteArray)
            and window.restoreState(state, VERSION)
        )
        if usable:
            # refused where the screen has become another one: the window then keeps its own size, and its panels
            window.restoreGeometry(geometry)
            window.restoreState(state, VERSION)
        del settings  # lets go of the file before it is renamed
        if not usable:
            return Restored(set_aside=self._set_aside())
        return Restored(view, layout=True, docks=frozenset(docks.split()) if docks else None)

    def save(self, window: QMainWindow, view: View) -> None:
        """Keep a window's layout; a folder that cannot be written to is logged and costs only the layout."""
        settings = QSettings(str(self.path), QSettings.Format.IniFormat)
        settings.clear()
        settings.setValue("version", VERSION)
        settings.setValue("window/geometry", window.saveGeometry())
        settings.setValue("window/state", window.saveState(VERSION))
        settings.setValue("window/docks", " ".join(dock.objectName() for dock in window.findChildren(QDockWidget)))
        for name in _VIEW:
            settings.setValue(f"view/{name}", getattr(view, name))
        settings.sync()
        if settings.status() is not QSettings.Status.NoError:
            logging.getLogger(__name__).warning("the window's layout was not written to %s", self.path)

    def _set_aside(self) -> Path | None:
        for number in range(1, 1000):
            target = self.path.with_name(f"{FILE_NAME}.unusable-{number}")
            if not target.exists():
                try:
                    self.path.rename(target)
                except OSError as error:
                    logging.getLogger(__name__).warning("%s could not be set aside: %s", self.path, error)
                    return None
                return target
        return None


def _text(value: object) -> str:
    """A stored value as text; what this process has written itself comes back with its own type."""
    return str(value) if isinstance(value, str | int) else ""
