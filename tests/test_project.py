"""The rules that the whole project keeps, beyond those that ruff, mypy and import-linter check."""

from __future__ import annotations

import ast
import importlib.resources
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

import barograph
import system_libraries

PROJECT = Path(__file__).resolve().parent.parent
SOURCES = PROJECT / "desktop" / "barograph"
RESOURCES = PROJECT / "resources" / "barograph_resources"
CLOCK = SOURCES / "engine" / "clock.py"

HEAVY = ("pandas", "exchange_calendars", "yfinance", "ccxt")
"""What costs a third of a second or more to import, and would stall the window while it loads."""

WALL_CLOCK = {
    "datetime": {"now", "today", "utcnow"},
    "date": {"today"},
    "time": {"time", "time_ns"},
    "Timestamp": {"now", "today", "utcnow"},
    "QDateTime": {"currentDateTime", "currentDateTimeUtc", "currentMSecsSinceEpoch", "currentSecsSinceEpoch"},
    "QDate": {"currentDate"},
    "QTime": {"currentTime"},
}
"""Class or module → what it can be asked the present time by."""

# The brackets keep this file from being found by its own patterns.
FORBIDDEN_TEXT = {
    "a package index or mirror": re.compile(
        r"py[p]i\.org|python[h]osted\.org|deb\.debia[n]\.org|--(?:extra-)?index-ur[l]|--find-link[s]"
    ),
    "a path of one machine": re.compile(r"(?<![\w.$}~])/(?:hom[e]|roo[t]|User[s]|wor[k]|tm[p]|op[t])/\w"),
}


def project_files() -> list[Path]:
    """Every file that is, or would be, committed."""
    if git := shutil.which("git"):
        command = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listing = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False, text=True)
        if listing.returncode == 0:
            return [path for name in listing.stdout.split("\0") if name and (path := PROJECT / name).is_file()]
    # no git, or not a checkout but a source archive
    return [
        path
        for path in PROJECT.rglob("*")
        if path.is_file()
        and not any(part == "__pycache__" or part.endswith("_cache") for part in path.parts)
        and path.relative_to(PROJECT).parts[0] not in {".git", ".hypothesis", ".venv", "build", "dist"}
    ]


def forbidden_text(text: str) -> list[str]:
    """One sentence for each thing in `text` that belongs to a machine and not to the project."""
    return [
        f"line {number}: {what}: {match.group()}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in FORBIDDEN_TEXT.items()
        if (match := pattern.search(line))
    ]


def wall_clock_uses(source: str) -> list[str]:
    """Where a module asks for the present time, as "line: expression".

    Sees `datetime.now`, `dt.datetime.now`, `from time import time`, whether called or handed on, but not an
    instance or an alias.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if node.attr in WALL_CLOCK.get(owner, ()):
                found.append(f"{node.lineno}: {owner}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            names = {alias.name for alias in node.names} & WALL_CLOCK["time"]
            found += [f"{node.lineno}: from time import {name}" for name in sorted(names)]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("datetime64"):
            asked = [value for value in node.args if ast.unparse(value) in ("'now'", "'today'")]
            found += [f"{node.lineno}: {ast.unparse(node)}"] * bool(asked)
    return found


def modules_after_importing(module: str) -> set[str]:
    """The modules that a fresh interpreter holds once `module` is imported."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules, sep='\\n')"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


# ---------------------------------------------------------------------------------------- import at run time


@pytest.mark.parametrize("module", ["barograph.gui.main_window", "barograph.engine.process"])
def test_what_the_window_imports_does_not_bring_pandas_or_a_client(module: str) -> None:
    assert not modules_after_importing(module).intersection(HEAVY)


def test_the_command_line_starts_without_qt() -> None:
    assert not modules_after_importing("barograph.__main__").intersection({*HEAVY, "PySide6"})


def test_the_window_is_put_together_without_what_opens_a_feed() -> None:
    """It would delay the first paint."""
    opens = {f"barograph.{name}" for name in ("engine.own_recording", "market.universe_file", "risk.rules_file")}
    assert not modules_after_importing("barograph.app").intersection({*HEAVY, *opens, "PySide6"})


def test_an_import_is_seen_when_there_is_one() -> None:
    assert "pandas" in modules_after_importing("pandas.api.types")


# ----------------------------------------------------------------------------------------------------- clock


def test_only_the_engines_clock_knows_the_time() -> None:
    uses = {
        str(path.relative_to(PROJECT)): found
        for path in SOURCES.rglob("*.py")
        if path != CLOCK and (found := wall_clock_uses(path.read_text("utf-8")))
    }
    assert uses == {}


@pytest.mark.parametrize(
    "source",
    [
        "import datetime\nwhen = datetime.datetime.now(tz)",
        "from datetime import datetime\nnow = datetime.now",
        "import datetime as dt\ndt.date.today()",
        "import time\ntime.time()",
        "from time import sleep, time_ns",
        "import pandas as pd\npd.Timestamp.utcnow()",
        "import numpy as np\nnp.datetime64('now')",
        "QtCore.QDateTime.currentDateTimeUtc()",
    ],
)
def test_a_look_at_the_clock_is_found(source: str) -> None:
    assert len(wall_clock_uses(source)) == 1


def test_a_duration_and_a_given_time_are_no_look_at_the_clock() -> None:
    assert wall_clock_uses("import time\ntime.monotonic(); clock.now(); datetime.fromisoformat(text)") == []


# -------------------------------------------------------------------------------------------- text and files


def test_no_file_names_a_machine_or_a_package_index() -> None:
    found = {}
    for path in project_files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        if sentences := forbidden_text(text):
            found[str(path.relative_to(PROJECT))] = sentences
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "see https://py" + "pi.org/simple",
        "--extra-index" + "-url x",
        "open('/hom" + "e/ann/x')",
        "/tm" + "p/b",
    ],
)
def test_the_name_of_a_machine_is_found(text: str) -> None:
    assert len(forbidden_text(text)) == 1


@pytest.mark.parametrize("text", ["/usr/bin/env bash", "$HOME/work/x", "~/work/x", "framework/roots", "a/tmp/b"])
def test_a_path_that_every_machine_has_is_fine(text: str) -> None:
    assert forbidden_text(text) == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_locked_requirement_has_an_exact_version_and_a_hash(name: str) -> None:
    text = (PROJECT / "packaging" / name).read_text("utf-8")
    requirements = text.replace("\\\n", " ").strip().splitlines()
    assert len(requirements) > 10
    for requirement in requirements:
        assert re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", requirement), requirement[:80]


def test_what_runs_is_what_was_tested() -> None:
    def pins(name: str) -> set[str]:
        text = (PROJECT / "packaging" / name).read_text("utf-8")
        return {line.removesuffix(" \\") for line in text.splitlines() if not line.startswith(" ")}

    assert pins("requirements.txt") < pins("requirements-test.txt")


def test_every_direct_dependency_and_its_licence_is_listed() -> None:
    listed = (PROJECT / "packaging" / "THIRD_PARTY.md").read_text("utf-8").lower()
    text = (PROJECT / "packaging" / "requirements.txt").read_text("utf-8")
    names = set(re.findall(r"^([a-z0-9-]+)==", text, flags=re.MULTILINE))
    assert {name for name in names if f"| {name} |" not in listed} == set()


# --------------------------------------------------------------------------------------------------- package


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == barograph.__version__


def resource_names(folder: Traversable, prefix: str = "") -> set[str]:
    names: set[str] = set()
    for entry in folder.iterdir():
        if entry.is_dir():
            names |= resource_names(entry, f"{prefix}{entry.name}/") if entry.name != "__pycache__" else set()
        elif entry.read_bytes():
            names.add(prefix + entry.name)
    return names


def test_every_resource_is_readable_through_importlib() -> None:
    in_the_folder = {
        path.relative_to(RESOURCES).as_posix() for path in project_files() if path.is_relative_to(RESOURCES)
    }
    assert resource_names(importlib.resources.files("barograph_resources")) == in_the_folder


def test_the_wheel_holds_every_module_and_data_file(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("barograph-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        path.relative_to(root).as_posix()
        for root in (PROJECT / "desktop", PROJECT / "resources")
        for path in project_files()
        if path.is_relative_to(root)
    }
    assert packed == expected


# ------------------------------------------------------------------------------------------ system libraries


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux looks libraries up in the system")
def test_the_library_check_lists_what_qt_is_linked_with_and_nothing_else() -> None:
    import PySide6

    qt = Path(PySide6.__file__).parent
    binaries = [*qt.glob("*.so"), *(qt / "Qt" / "plugins" / "platforms").glob("*.so")]
    linked = subprocess.run(["ldd", *map(str, binaries)], capture_output=True, check=True, text=True).stdout
    assert re.findall(r"\S+ => not found", linked) == []
    wanted = set(re.findall(r"^\t(\S+) =>", linked, flags=re.MULTILINE))
    assert set(system_libraries.LIBRARIES) <= wanted


def test_a_missing_library_and_font_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_libraries, "LIBRARIES", {"libc.so.6": "libc6", "libnone.so.1": "libnone1"})
    monkeypatch.setattr(system_libraries, "FONTS", {"none.ttf": "fonts-none"})
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
    assert system_libraries.missing_packages(with_fonts=False) == ["libnone1"]
    assert system_libraries.missing_packages(with_fonts=True) == ["libnone1", "fonts-none"]


def test_without_root_the_exact_command_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(system_libraries, "missing_packages", lambda **_: ["libgl1", "libegl1"])
    assert system_libraries.main(["--install"]) == 1
    assert "  sudo apt-get install --no-install-recommends libgl1 libegl1\n" in capsys.readouterr().err
