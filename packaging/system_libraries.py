"""Says which system libraries Qt still needs on this Linux machine, and installs them where it may.

Qt names only one library when any of several is missing, so each one is looked up by loading it, as Qt will.
The list was found by experiment on a Debian 12 that had nothing but Python. This runs before the virtual
environment exists: standard library only.

Exit code: 0 nothing is missing (any more), 1 something is, and the command that installs it was printed.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

LIBRARIES = {
    # Qt itself, drawing to memory included
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    # windows on an X11 or Wayland screen
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}
"""Shared object name → the Debian package that holds it."""

FONTS = {
    "DejaVuSans.ttf": "fonts-dejavu-core",
    "NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
}
"""Font file → the Debian package that holds it. Without the second one Chinese text is drawn as boxes."""

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


def loads(library: str) -> bool:
    """Whether the dynamic linker finds `library` and everything that it needs in turn."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def has_font(file_name: str) -> bool:
    """Whether a font file of that name is in one of the usual folders."""
    return any(next(folder.rglob(file_name), None) for folder in FONT_FOLDERS)


def missing_packages(*, with_fonts: bool) -> list[str]:
    """The Debian packages that would bring what is missing, in the order of the tables above."""
    packages = [package for library, package in LIBRARIES.items() if not loads(library)]
    # Debian keeps the part of Python that makes virtual environments in a package of its own.
    if importlib.util.find_spec("ensurepip") is None:
        packages.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if with_fonts:
        packages += [package for font, package in FONTS.items() if not has_font(font)]
    return packages


def install(packages: list[str]) -> None:
    """Install Debian packages as root; what apt-get says is shown only when it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A fresh machine has no package lists at all, and old ones name versions that are gone.
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "--quiet", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            print(done.stdout, file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    """Check, install where that is possible, and say in one sentence what is left to do."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--install", action="store_true", help="install what is missing when running as root")
    parser.add_argument("--fonts", action="store_true", help="ask for the fonts of the screenshots, too")
    options = parser.parse_args(arguments)
    if not sys.platform.startswith("linux"):
        return 0  # the Qt packages for Windows and macOS bring everything
    packages = missing_packages(with_fonts=options.fonts)
    if not packages:
        return 0
    has_apt = shutil.which("apt-get") is not None
    if options.install and has_apt and os.geteuid() == 0:
        print(f"Installing the system packages {' '.join(packages)} ...", flush=True)
        install(packages)
        packages = missing_packages(with_fonts=options.fonts)
        if not packages:
            return 0
    print("System packages that Barograph needs are missing. Install them, then try again:", file=sys.stderr)
    print(f"  sudo apt-get install --no-install-recommends {' '.join(packages)}", file=sys.stderr)
    if not has_apt:
        print("(These are Debian's names; this system calls its packages differently.)", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
