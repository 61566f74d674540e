"""Two engines never share a data folder, and a dead one does not keep it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from barograph.store.errors import StoreError
from barograph.store.folder import LOCK_NAME, lock_folder
from tests.store.processes import child, kill, line


def refused(folder: Path) -> None:
    sentence = f"The data folder {folder} is in use by another Barograph."
    with pytest.raises(StoreError, match=f"^{re.escape(sentence)}$"):
        lock_folder(folder)


def test_a_folder_is_held_once_and_again_when_released(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "profile"
    lock = lock_folder(folder)
    refused(folder)
    lock.release()
    lock.release()
    with lock_folder(folder):
        refused(folder)
    lock_folder(folder).release()


def test_folders_are_held_apart(tmp_path: Path) -> None:
    with lock_folder(tmp_path / "one"), lock_folder(tmp_path / "two"):
        refused(tmp_path / "one")


def test_another_process_holds_it_until_it_is_killed(tmp_path: Path) -> None:
    with child("hold_folder", tmp_path) as process:
        assert line(process) == "held"
        refused(tmp_path)
        kill(process)
        process.wait()
        lock_folder(tmp_path).release()


def test_another_process_holds_it_until_it_ends(tmp_path: Path) -> None:
    with child("hold_folder", tmp_path) as process:
        assert line(process) == "held"
        refused(tmp_path)
        process.communicate()
    lock_folder(tmp_path).release()


def test_a_process_that_is_refused_does_not_take_it_from_the_holder(tmp_path: Path) -> None:
    with lock_folder(tmp_path), child("hold_folder", tmp_path) as process:
        assert line(process) == ""
        process.communicate()
        assert process.returncode == 1
        refused(tmp_path)


def test_a_folder_in_the_place_of_the_lock(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).mkdir()
    with pytest.raises(StoreError, match=rf"^The data folder {re.escape(str(tmp_path))} cannot be used: .+\.$"):
        lock_folder(tmp_path)


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "profile").touch()
    with pytest.raises(StoreError, match="cannot be made"):
        lock_folder(tmp_path / "profile")
