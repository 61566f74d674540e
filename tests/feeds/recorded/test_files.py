"""What a folder's files may not do: lead elsewhere, swell, break off, or be no files at all."""

from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path

import pytest

from barograph.feeds.recorded import files
from barograph.feeds.recorded.faults import HistoryError
from barograph.feeds.recorded.folder import HistoryFolder, load_folder
from barograph.market.intervals import Interval
from barograph.market.universe_file import load_universe
from tests.history_builder import BARS_HEADER, write_description, write_table

UNIVERSE = load_universe()
ROW = "2024-08-05,5200,5300,5100,5250,1000"
WHOLE = "expected a whole gzip file"
links = pytest.mark.skipif(sys.platform == "win32", reason="making links needs a privilege there")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    history = tmp_path / "episode"
    write_description(history)
    write_table(history / "bars/ES/1d.csv.gz", BARS_HEADER, [ROW])
    return history


def load(folder: Path) -> HistoryFolder:
    return load_folder(folder, UNIVERSE)


def message(folder: Path) -> str:
    with pytest.raises(HistoryError) as caught:
        load(folder)
    return caught.value.message


# --------------------------------------------------------------------------------------------------- gzip


def test_gzip_of_several_members_is_read_whole(folder: Path) -> None:
    table = folder / "bars/ES/1d.csv.gz"
    table.write_bytes(table.read_bytes() + gzip.compress(b"2024-08-06,1,1,1,1,1\n"))
    assert len(load(folder).bars["ES"][Interval.DAY_1]) == 2


def test_text_named_gz_is_refused(folder: Path) -> None:
    (folder / "bars/ES/1d.csv.gz").write_text(f"{BARS_HEADER}\n{ROW}\n")
    assert message(folder) == f"bars/ES/1d.csv.gz: not gzip, or damaged; {WHOLE}"


@pytest.mark.parametrize("kept", [1, 5, 9, 12, 40, -9, -8, -4, -1])
def test_gzip_that_breaks_off_is_refused(folder: Path, kept: int) -> None:
    table = folder / "bars/ES/1d.csv.gz"
    table.write_bytes(table.read_bytes()[:kept])
    assert message(folder) in {
        f"bars/ES/1d.csv.gz: cut off before its end; {WHOLE}",
        f"bars/ES/1d.csv.gz: not gzip, or damaged; {WHOLE}",
    }


def test_gzip_of_nothing_has_no_header(folder: Path) -> None:
    (folder / "bars/ES/1d.csv.gz").write_bytes(b"")
    assert message(folder).startswith("bars/ES/1d.csv.gz, line 1, column time: found ''")


@pytest.mark.parametrize("at", [20, 50, -6])
def test_damaged_gzip_is_refused(folder: Path, at: int) -> None:
    table = folder / "bars/ES/1d.csv.gz"
    content = bytearray(table.read_bytes())
    content[at] ^= 0xFF
    table.write_bytes(content)
    assert message(folder).startswith("bars/ES/1d.csv.gz: ")


def test_a_gzip_bomb_is_given_up_early(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    read = gzip.GzipFile.read

    def counted(packed: gzip.GzipFile, size: int | None = -1) -> bytes:
        text = read(packed, size)
        asked.append(len(text))
        return text

    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    (folder / "bars/ES/1d.csv.gz").write_bytes(gzip.compress(b"0" * (64 << 20)))
    assert message(folder) == (
        "bars/ES/1d.csv.gz: more than 8388608 bytes when decompressed; "
        "expected at most 100 times the size of the file, and 536870912 bytes"
    )
    assert asked == [(8 << 20) + 1]


def test_a_file_that_is_too_large_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 1_000)
    (folder / "bars/ES/1d.csv.gz").unlink()
    (folder / "bars/ES/1d.csv").write_bytes(b"\0" * 1_001)
    assert message(folder) == "bars/ES/1d.csv: 1001 bytes; expected at most 1000 bytes"


def test_a_compressed_file_keeps_to_the_same_limit(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 1_000)
    (folder / "bars/ES/1d.csv.gz").write_bytes(gzip.compress(b"\0" * 1_001))
    assert message(folder).startswith("bars/ES/1d.csv.gz: more than 1000 bytes when decompressed; ")


# -------------------------------------------------------------------------------------------------- links


@links
def test_links_that_stay_inside_are_followed(folder: Path) -> None:
    (folder / "bars/NQ").symlink_to(folder / "bars/ES", target_is_directory=True)
    (folder / "bars/ES/old.csv").write_text("x")
    (folder / "bars/ES/old.csv").unlink()
    assert set(load(folder).bars) == {"ES", "NQ"}


@links
def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert load(tmp_path / "link").path == folder.resolve()


@links
@pytest.mark.parametrize(
    "link", ["bars/NQ", "bars/ES/1h.csv", "series", "history.toml", "README.txt", "bars/NQ/1d.csv.gz"]
)
def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / link).unlink(missing_ok=True)
    (folder / link).parent.mkdir(exist_ok=True)
    (folder / link).symlink_to(outside)
    assert message(folder) == f"{link}: a link out of the history folder; expected a file inside it"


@links
def test_a_neighbour_with_a_longer_name_is_outside(folder: Path) -> None:
    neighbour = folder.with_name("episode-2")
    neighbour.mkdir()
    (folder / "series").symlink_to(neighbour)
    assert message(folder) == "series: a link out of the history folder; expected a file inside it"


@links
@pytest.mark.parametrize("target", ["nowhere", "1h.csv"])
def test_a_link_to_nowhere_or_itself_is_refused(folder: Path, target: str) -> None:
    (folder / "bars/ES/1h.csv").symlink_to(target)
    assert message(folder) == ("bars/ES/1h.csv: a link that leads nowhere; expected a file inside the history folder")


# --------------------------------------------------------------------------------------------- no files


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_named_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "bars/ES/1h.csv")
    assert message(folder) == "bars/ES/1h.csv: not a regular file; expected a file"


def test_a_folder_named_like_a_table_is_refused(folder: Path) -> None:
    (folder / "bars/ES/1h.csv").mkdir()
    assert message(folder) == "bars/ES/1h.csv: a folder; expected a .csv or .csv.gz"


def test_an_unreadable_file_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert message(folder) == "history.toml: cannot be read (Permission denied); expected a readable file"


def test_an_unreadable_folder_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = os.scandir

    def refuse(path: Path) -> object:
        if path.name == "ES":
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert message(folder) == "bars/ES: cannot be read (Permission denied); expected a readable folder"
