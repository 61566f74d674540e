"""The command line: what it prints and writes, its exit codes, and one sentence for whatever cannot be used."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import barograph
from barograph import app, commands
from barograph.__main__ import main
from barograph.engine.history_fetch import Report, Request
from barograph.engine.history_folder import open_folder
from barograph.engine.opening import UnusableInputError
from barograph.paths import Paths
from barograph.settings import Settings
from barograph.store.connection import FILE_NAME, open_store
from barograph.store.folder import LOCK_NAME, lock_folder
from tests.engine.runs import DESK_INSTRUMENTS, MADE_SERIES, UNIVERSE, csv_of, feed_of, judged
from tests.history_builder import write_description, write_history

PROJECT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 2, 5, 14, 30, tzinfo=UTC)
SCHEMA = json.loads((resources.files("barograph_resources") / "schemas" / "snapshot.schema.json").read_text("utf-8"))
AT = "2023-05-05T14:32:00Z"
READINGS = ["V1", "V2", "V3", "E1", "E2", "E3", "X1", "X2", "C1", "C2", "M1", "M2"]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small market of 340 sessions, daily."""
    folder = tmp_path_factory.mktemp("history") / "small"
    return write_history(folder, sessions=340, instruments=DESK_INSTRUMENTS, series=MADE_SERIES, seed=3)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def run(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command in this process: exit code, standard output, standard error. Logging is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: object, data_dir: Path | None = data_dir) -> tuple[int, str, str]:
        words = [str(argument) for argument in arguments]
        try:
            code = main([*words, *([] if data_dir is None else ["--data-dir", str(data_dir)])])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    yield run
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def in_a_process(*arguments: object, data_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "barograph", *(str(each) for each in arguments), "--data-dir", str(data_dir)]
    return subprocess.run(
        command, capture_output=True, check=False, encoding="utf-8", env=os.environ | environment, timeout=110
    )


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_one_sentence(code: int, out: str, err: str, said: str) -> None:
    """Refused: exit code 2, nothing on standard output, one line on standard error."""
    assert code == 2
    assert out == ""
    assert err.startswith("barograph: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert said in err


def the_line(out: str, start: str) -> str:
    (line,) = (each for each in out.splitlines() if each.startswith(start))
    return line


# ------------------------------------------------------------------------------------------------- usage


def test_the_version(run: Run) -> None:
    assert run("--version", data_dir=None) == (0, f"barograph {barograph.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["snapshot", "--at", "2020-03-13T00:15:00"], "'2020-03-13T00:15:00': an instant with its zone such as"),
        (["snapshot", "--at", "yesterday"], "'yesterday': an instant with its zone"),
        (["snapshot", "--at", "2020-13-01"], "'2020-13-01': an instant with its zone"),
        (["snapshot", "--at", "9999-01-01"], "'9999-01-01': an instant"),
        (["snapshot", "--at", "0001-01-01T00:00:00+14:00"], "an instant with its zone"),
        (["replay", "x", "--csv", "y", "--from", "2020-02-30"], "--from: '2020-02-30': a date such as 2020-03-13"),
        (["replay", "x", "--csv", "y", "--to", "9999-12-31"], "--to: '9999-12-31': a date such as"),
        (["replay", "x", "--csv", "y", "--to", "2020-03-13T00:15"], "--to: '2020-03-13T00:15': an instant with"),
        (["replay", "x"], "one of the arguments --csv --check-lookahead is required"),
        (["replay", "--csv", "y"], "the following arguments are required: FOLDER"),
        (["--speed", "0.5"], "--speed: '0.5': a number from 1 to 1000000 was expected"),
        (["--speed", "nan"], "--speed: 'nan': a number"),
        (["--speed", "fast"], "--speed: 'fast': a number"),
        (["--log-level", "loud"], "--log-level: invalid choice: 'loud'"),
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["doctor", "--json"], "unrecognized arguments: --json"),
        (["history"], "the following arguments are required: ACTION"),
        (["history", "fetch", "--from", "2026-01-01", "--to", "2026-02-01"], "are required: --out"),
        (["history", "fetch", "--from", "2026-02-30", "--to", "2026-03-01", "--out", "x"], "'2026-02-30': a date"),
        (
            ["history", "fetch", "--from", "2026-01-01", "--to", "2026-02-01", "--out", "x", "--only", "ES,"],
            "'ES,': ids",
        ),
    ],
)
def test_wrong_usage_is_exit_code_two(run: Run, data_dir: Path, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]
    assert "Traceback" not in err
    assert not data_dir.exists()


@pytest.mark.parametrize(
    "arguments", [["--help"], ["snapshot", "--help"], ["replay", "-h"], ["history", "fetch", "-h"]]
)
def test_help(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments, data_dir=None)
    assert (code, err) == (0, "")
    assert "--data-dir" in out


# ---------------------------------------------------------------------------------------------- snapshot


def test_a_snapshot_as_text(run: Run, history: Path, data_dir: Path) -> None:
    code, out, err = run("snapshot", "--feed", f"replay:{history}", "--at", AT)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "REPLAY: Made-up history"
    assert re.fullmatch(r"(CALM|WATCH|RISK-OFF) \d+\.\d, \d+ of \d+ inputs.*", lines[1])
    assert lines[2] == "judged 2023-05-05T00:10:00Z for the session of 2023-05-04, rules v1/balanced"
    for pillar in ("volatility", "equity leadership", "co movement", "crypto", "macro"):
        assert the_line(out, pillar)
    for reading in READINGS:
        assert the_line(out, f"{reading} ")
    assert not data_dir.exists()  # a snapshot keeps nothing


def snapshot_values(run: Run, *arguments: object) -> dict[str, Any]:
    """The values of ``snapshot --json``, checked by the schema."""
    code, out, err = run("snapshot", "--json", *arguments)
    assert (code, err) == (0, "")
    values: dict[str, Any] = json.loads(out)
    jsonschema.Draft202012Validator(SCHEMA).validate(values)
    return values


def test_a_snapshot_as_json(run: Run, history: Path) -> None:
    values = snapshot_values(run, "--feed", f"replay:{history}", "--at", AT)
    assert values["now"] == AT
    assert (values["as_of"], values["session"]) == ("2023-05-05T00:10:00Z", "2023-05-04")
    assert values["next_evaluation"] == "2023-05-06T00:10:00Z"
    assert (values["feed_label"], values["simulated"], values["rule_set"]) == ("Made-up history", False, "v1/balanced")
    assert values["feed"].startswith("replay:small:")
    contributions = [pillar["contribution"] for pillar in values["pillars"].values()]
    assert sum(contributions) == pytest.approx(values["score"])
    assert sum(pillar["points"] for pillar in values["pillars"].values()) == int(values["score"] + 0.5)
    assert list(values["pillars"]) == ["volatility", "equity_leadership", "co_movement", "crypto", "macro"]
    assert [reading["id"] for reading in values["readings"]] == READINGS
    assert values["score_low"] <= values["score"] <= values["score_up"]


def test_without_an_instant_the_whole_folder_is_judged(run: Run, history: Path) -> None:
    values = snapshot_values(run, "--feed", f"replay:{history}")
    assert values["session"] == "2023-05-10"
    assert values["now"] == "2023-05-11T00:15:00Z"


def test_no_data_is_valid_json_too(run: Run, history: Path) -> None:
    values = snapshot_values(run, "--feed", f"replay:{history}", "--at", "2022-03-01")
    assert (values["light"], values["ceiling"], values["reason"]) == ("no_data", "no_data", "warm_up")
    assert (values["score"], values["score_low"], values["score_up"], values["flip"]) == (None, None, None, None)
    values = snapshot_values(run, "--feed", f"replay:{history}", "--at", "2014-03-01")
    assert (values["light"], values["reason"], values["as_of"]) == ("no_data", "starting", None)


def test_the_schema_refuses_what_is_not_a_snapshot(run: Run, history: Path) -> None:
    values = snapshot_values(run, "--feed", f"replay:{history}", "--at", AT)
    valid = jsonschema.Draft202012Validator(SCHEMA).is_valid
    assert valid(values)
    for key in values:
        assert not valid({name: value for name, value in values.items() if name != key})
    assert not valid(values | {"more": 1})
    assert not valid(values | {"light": "green"})
    assert not valid(values | {"score": 101})
    assert not valid(values | {"coverage": 1.5})


def test_an_instant_the_calendars_do_not_cover(run: Run, history: Path) -> None:
    answer = run("snapshot", "--feed", f"replay:{history}", "--at", "2100-01-01")
    assert_one_sentence(*answer, "covers 2010-01-01 to 2040-12-31; 2100-01-01T00:00:00+00:00 is outside")


def test_simulated_data_are_called_so(run: Run, tmp_path: Path) -> None:
    folder = write_history(tmp_path / "simulated", sessions=5, instruments=("SPX", "BTC"), series=(), simulated=True)
    assert run("snapshot", "--feed", f"replay:{folder}")[1].splitlines()[0] == "SIMULATED: Made-up history"
    assert snapshot_values(run, "--feed", f"replay:{folder}")["simulated"] is True
    assert run("replay", folder, "--csv", tmp_path / "out.csv")[1].startswith("SIMULATED Made-up history: 5 sessions")


def test_a_label_that_the_terminal_cannot_show(tmp_path: Path, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_history(tmp_path / "named", sessions=3, instruments=("SPX",), series=())
    write_description(folder, name="Été 日本")
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(["snapshot", "--feed", f"replay:{folder}", "--data-dir", str(data_dir)]) == 0
    terminal.seek(0)
    assert terminal.readline() == "REPLAY: \\xc9t\\xe9 \\u65e5\\u672c\n"


def test_json_is_ascii(run: Run, tmp_path: Path) -> None:
    folder = write_history(tmp_path / "named", sessions=3, instruments=("SPX",), series=())
    write_description(folder, name="Été 日本")
    code, out, _ = run("snapshot", "--json", "--feed", f"replay:{folder}")
    assert code == 0
    assert out.isascii()
    assert json.loads(out)["feed_label"] == "Été 日本"


def test_whoever_reads_may_stop_reading(tmp_path: Path, data_dir: Path) -> None:
    folder = write_history(tmp_path / "short", sessions=3, instruments=("SPX",), series=())
    command = [sys.executable, "-m", "barograph", "snapshot", "--json", "--feed", f"replay:{folder}"]
    with subprocess.Popen(
        [*command, "--data-dir", str(data_dir)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(100) == 0


# ------------------------------------------------------------------------------------------------ replay


@pytest.fixture(scope="module")
def whole_csv(history: Path) -> str:
    from barograph.feeds.recorded.folder import load_folder

    return csv_of(judged(feed_of(load_folder(history, UNIVERSE))))


def test_a_replay_writes_a_row_for_each_session(run: Run, history: Path, tmp_path: Path, whole_csv: str) -> None:
    out_file = tmp_path / "out.csv"
    code, out, err = run("replay", history, "--csv", out_file)
    assert (code, err) == (0, "")
    assert out == f"REPLAY Made-up history: 340 sessions, written to {out_file}\n"
    assert out_file.read_bytes() == whole_csv.encode()
    rows = list(csv.DictReader(whole_csv.splitlines()))
    assert list(rows[0]) == [
        "date", "light", "ceiling", "score", "score_low", "score_up",
        "volatility", "equity_leadership", "co_movement", "crypto", "macro", "coverage", "shock",
    ]  # fmt: skip
    assert (rows[0]["date"], rows[-1]["date"]) == ("2022-01-03", "2023-05-10")
    for row in rows:
        assert (row["score"] == "") == (row["light"] == "no_data")
        if row["score"]:
            assert float(row["score_low"]) <= float(row["score"]) <= float(row["score_up"])
        assert row["shock"] in {"0", "1"}
        assert 0 <= float(row["coverage"]) <= 1


@pytest.mark.parametrize(
    ("bounds", "first", "last"),
    [
        (["--from", "2023-05-01", "--to", "2023-05-05"], "2023-05-01", "2023-05-05"),
        (["--from", "2023-05-06"], "2023-05-08", "2023-05-10"),  # a Saturday
        (["--to", "2022-01-10"], "2022-01-03", "2022-01-10"),
        (["--from", "2023-05-02T00:10:00Z", "--to", "2023-05-06T00:09:59Z"], "2023-05-01", "2023-05-04"),
        (["--from", "2023-05-02T00:10:01Z", "--to", "2023-05-06T02:10:00+02:00"], "2023-05-02", "2023-05-05"),
        (["--from", "1999-01-01", "--to", "2100-01-01"], "2022-01-03", "2023-05-10"),
    ],
)
def test_bounds_are_included(
    run: Run, history: Path, tmp_path: Path, whole_csv: str, bounds: list[str], first: str, last: str
) -> None:
    """A date bounds the sessions, an instant the evaluations; the rows are those of the whole run."""
    out_file = tmp_path / "out.csv"
    assert run("replay", history, *bounds, "--csv", out_file)[0] == 0
    header, *rows = out_file.read_text("utf-8").splitlines()
    assert (rows[0][:10], rows[-1][:10]) == (first, last)
    assert [header, *rows] == [header, *(row for row in whole_csv.splitlines()[1:] if first <= row[:10] <= last)]


@pytest.mark.parametrize("name", ["nowhere/out.csv", "folder"])
def test_a_file_that_cannot_be_written(run: Run, history: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    answer = run("replay", history, "--csv", tmp_path / name)
    assert_one_sentence(*answer, f"{tmp_path / name}: cannot be written: ")


def test_a_folder_without_bars_cannot_be_replayed(run: Run, tmp_path: Path) -> None:
    write_description(tmp_path / "empty")
    out_file = tmp_path / "out.csv"
    answer = run("replay", tmp_path / "empty", "--csv", out_file)
    assert_one_sentence(*answer, "Made-up history: there are no bars to replay")
    assert not out_file.exists()


# ------------------------------------------------------------------------------------ feeds and folders


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("bogus", "feed 'bogus' is not known; demo, live or replay:FOLDER was expected"),
        (" ", "feed ' ' is not known"),
        ("replay:", "feed 'replay:' names no folder"),
        ("replay:nowhere/at/all", "nowhere/at/all: no such folder; expected a folder with a history.toml"),
        (f"replay:{__file__}", "not a folder; expected a folder with a history.toml"),
    ],
)
def test_a_feed_that_cannot_be_used(run: Run, word: str, said: str) -> None:
    assert_one_sentence(*run("snapshot", "--feed", word), said)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("bogus", "feed 'bogus' is not known; demo, live or replay:FOLDER was expected"),
        ("replay:nowhere", "nowhere: no history folder; a folder with a history.toml was expected"),
    ],
)
def test_a_window_on_a_feed_that_cannot_be_used_is_not_opened(run: Run, word: str, said: str) -> None:
    assert_one_sentence(*run("--feed", word), said)


FAULTS: dict[str, tuple[str, str]] = {
    "bars/SPX/1d.csv": (
        "time,open,high,low,close,volume\n2022-01-03,1,2,1,oops,1\n",
        "line 2, column close: found 'oops'",
    ),
    "bars/SPX/2d.csv": ("time,open,high,low,close,volume\n", "bars/SPX/2d.csv: name '2d'; expected an interval"),
    "bars/BTC/1h.csv": (
        "time,open,high,low,close,volume\n2022-01-03T10:00:00,1,2,1,2,1\n",
        "line 2, column time: found '2022-01-03T10:00:00'",
    ),
    "series/DGS10.csv": ("time,value\n2022-01-04,1\n2022-01-03,1\n", "series/DGS10.csv, line 3, column time"),
    "history.toml": ("name = 'x'\n", "history.toml: key simulated is missing"),
    "bars/SPX/1d.csv.gz": ("not gzip", "bars/SPX/1d.csv.gz: "),
}


@pytest.mark.parametrize("file", FAULTS)
@pytest.mark.parametrize("command", ["snapshot", "replay"])
def test_a_faulty_folder_is_named_with_file_line_and_column(run: Run, tmp_path: Path, file: str, command: str) -> None:
    text, said = FAULTS[file]
    folder = write_history(tmp_path / "bad", sessions=3, instruments=("QQQ",), series=())
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text, "utf-8")
    before = content(folder)
    out_file = tmp_path / "out.csv"
    words = ("--feed", f"replay:{folder}") if command == "snapshot" else (folder, "--csv", out_file)
    assert_one_sentence(*run(command, *words), said)
    assert content(folder) == before
    assert not out_file.exists()


def test_the_last_feed_is_the_default(run: Run, history: Path, data_dir: Path) -> None:
    profile = app.Profile(Paths(data_dir), Settings())
    data_dir.mkdir()
    assert app.last_feed(profile) == "demo"
    app.remember_feed(profile, f"replay:{os.path.relpath(history)}")
    assert app.last_feed(profile) == f"replay:{history}"  # wherever it is started next time
    assert snapshot_values(run, "--at", AT)["feed_label"] == "Made-up history"
    app.remember_feed(profile, "demo")
    assert app.last_feed(profile) == "demo"


@pytest.mark.parametrize(("left", "said"), [("replay:gone\n", "gone: no such folder"), ("Käse\n", "feed 'Käse'")])
def test_a_last_feed_that_is_gone(run: Run, data_dir: Path, left: str, said: str) -> None:
    data_dir.mkdir()
    Paths(data_dir).last_feed.write_text(left, "utf-8")
    assert_one_sentence(*run("snapshot"), said)


def test_options_may_stand_before_the_command(run: Run, history: Path, data_dir: Path, tmp_path: Path) -> None:
    """The data folder given there is the one that is used, and so is the feed."""
    data_dir.mkdir()
    Paths(data_dir).settings.write_text("oops = 1\n", "utf-8")
    feed = ("--feed", f"replay:{history}")
    for words in (("--data-dir", data_dir, "snapshot", *feed), ("snapshot", *feed, "--data-dir", data_dir)):
        assert_one_sentence(*run(*words, data_dir=None), "oops = 1: unknown key")
    other = tmp_path / "other"
    code, out, _ = run(*feed, "--at", AT, "snapshot", "--json", data_dir=other)
    assert code == 0
    assert json.loads(out)["now"] == AT


# ------------------------------------------------------------------------------------- the data folder


@pytest.mark.parametrize("command", [["snapshot"], ["doctor", "--offline"], ["replay", "x", "--csv", "y"], []])
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (b'theme = "d\xe4rk"\n', "settings.toml: byte 10: not UTF-8 text; a UTF-8 TOML file was expected"),
        (b"theme = dark\n", "settings.toml, line 1: Invalid value (column 9); a TOML file"),
        (b'\ntheme = "dark"\nfont = 12\n', "settings.toml, line 3: font = 12: unknown key; one of language, theme"),
        (b"# mine\ndemo_seed = -5\n", "settings.toml, line 2: demo_seed = -5: Input should be greater"),
    ],
)
def test_settings_that_cannot_be_used(run: Run, data_dir: Path, command: list[str], settings: bytes, said: str) -> None:
    data_dir.mkdir()
    Paths(data_dir).settings.write_bytes(settings)
    assert_one_sentence(*run(*command), said)
    assert {name: each for name, each in content(data_dir).items() if "log" not in name} == {"settings.toml": settings}


@pytest.mark.parametrize("command", [["snapshot", "--feed", "demo"], ["doctor", "--offline"], ["--feed", "demo"]])
def test_a_data_folder_that_is_a_file(run: Run, data_dir: Path, command: list[str]) -> None:
    data_dir.write_text("mine", "utf-8")
    assert_one_sentence(*run(*command), f"{data_dir / 'settings.toml'}: cannot be read: ")
    assert data_dir.read_text("utf-8") == "mine"


def test_a_home_folder_that_is_not_known(run: Run) -> None:
    answer = run("doctor", "--offline", "--data-dir", "~nobody-of-that-name/x", data_dir=None)
    assert_one_sentence(*answer, "--data-dir ~nobody-of-that-name/x: a home folder that is not known")


def damaged(data_dir: Path, how: str) -> None:
    """A data folder with a store that cannot be used."""
    open_store(data_dir, NOW).close()
    file = data_dir / FILE_NAME
    match how:
        case "garbage":
            file.write_bytes(b"this is not a database" * 300)
        case "torn":
            pages = bytearray(file.read_bytes())
            pages[4_096:12_288] = bytes(8_192)
            file.write_bytes(pages)
        case "newer":
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("PRAGMA user_version = 99")
        case "other":
            file.unlink()
            with closing(sqlite3.connect(file)) as connection:
                connection.execute("CREATE TABLE recipes (name)")
                connection.commit()


def untouched(before: dict[str, bytes], data_dir: Path) -> bool:
    """Whether everything is as it was; only the lock and SQLite's two working files beside a store may be new."""
    after = content(data_dir)
    new = set(after) - set(before)
    return new <= {LOCK_NAME, f"{FILE_NAME}-shm", f"{FILE_NAME}-wal"} and before.items() <= after.items()


DAMAGES = {
    "garbage": "is damaged (file is not a database) and was left as it is.",
    "torn": "is damaged (",
    "newer": "was written by a newer Barograph (format 99; this one reads 4) and was left as it is.",
    "other": "is damaged (it is a database of another program) and was left as it is.",
}


@pytest.mark.parametrize("how", DAMAGES)
def test_a_store_that_cannot_be_used_is_told_and_left_as_it_is(
    run: Run, history: Path, data_dir: Path, how: str
) -> None:
    damaged(data_dir, how)
    before = content(data_dir)
    said = f"The store {data_dir / FILE_NAME} {DAMAGES[how]}"
    assert_one_sentence(*run("snapshot", "--feed", f"replay:{history}", "--at", AT), said)
    assert untouched(before, data_dir)
    code, out, err = run("doctor", "--offline")
    assert (code, err) == (1, "")
    assert said in the_line(out, "FAILED store: ")
    assert re.fullmatch(r"\d+ passed, 1 failed", out.splitlines()[-1])
    assert untouched(before, data_dir)


def test_a_sound_store_is_in_nobodys_way(run: Run, history: Path, data_dir: Path) -> None:
    open_store(data_dir, NOW).close()
    before = content(data_dir)
    assert run("snapshot", "--feed", f"replay:{history}", "--at", AT)[0] == 0
    assert content(data_dir)[FILE_NAME] == before[FILE_NAME]


# ------------------------------------------------------------------------------------------------ doctor


def test_the_doctor_looks_and_counts(run: Run, data_dir: Path) -> None:
    code, out, err = run("doctor", "--offline")
    *lines, last = out.splitlines()
    assert (code, err) == (0, "")
    assert {line[:7] for line in lines} == {"ok     "}
    assert last == f"{len(lines)} passed, 0 failed"
    for what in ("Python 3.", "package numpy", f"data folder {data_dir}", "store", "calendar GLOBEX", "universe",
                 "rules", "settings file", "demo feed"):  # fmt: skip
        assert the_line(out, f"ok     {what}")


def test_the_doctor_says_when_a_window_holds_the_data_folder(run: Run, data_dir: Path) -> None:
    with lock_folder(data_dir):
        code, out, _ = run("doctor", "--offline")
    assert code == 1
    assert the_line(out, "FAILED data folder").endswith("is in use by another Barograph.")


# ------------------------------------------------------------------------ the whole path, as a script does it


def test_the_worst_day_of_2020_from_the_command_line(history_folder: Path, data_dir: Path) -> None:
    folder = history_folder / "daily"
    if not folder.is_dir():
        pytest.skip(f"no daily history at {folder}")
    done = in_a_process(
        "snapshot", "--feed", f"replay:{folder}", "--at", "2020-03-13T00:15:00Z", "--json", data_dir=data_dir
    )
    assert (done.returncode, done.stderr) == (0, "")
    values = json.loads(done.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(values)
    assert (values["light"], values["ceiling"], values["shock"]) == ("risk_off", "risk_off", True)
    assert values["score"] == pytest.approx(86.3, abs=1.5)
    assert {reading["state"] for reading in values["readings"]} == {"closed"}
    assert values["missing"] == []


def test_a_script_sees_the_exit_code_and_the_sentence(data_dir: Path) -> None:
    done = in_a_process("snapshot", "--feed", "replay:nowhere", data_dir=data_dir)
    assert_one_sentence(done.returncode, done.stdout, done.stderr, "nowhere: no such folder")
    assert not data_dir.exists()


# ------------------------------------------------------------------------------------- demo and pictures


def test_a_snapshot_of_the_demo(run: Run) -> None:
    values = snapshot_values(run, "--feed", "demo")
    assert values["simulated"] is True
    assert values["feed"].startswith("demo:7")
    assert (values["light"], values["missing"]) == ("calm", [])
    assert values["ceiling"] == "calm"


def test_the_demos_dice_are_a_setting(run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data_dir.mkdir()
    Paths(data_dir).settings.write_text("demo_seed = 11\n", "utf-8")

    def open_feed(word: str, seed: int) -> None:
        raise UnusableInputError(f"{word} with seed {seed}")

    monkeypatch.setattr(commands, "open_feed", open_feed)
    assert_one_sentence(*run("snapshot", "--feed", "demo"), "demo with seed 11")
    assert app.engine_config(app.open_profile(data_dir), "demo", None, None).seed == 11


def _without_qts_remarks(err: str) -> str:
    """Qt's screen in memory has no window manager to give hints to, and mentions it."""
    return "".join(
        line for line in err.splitlines(keepends=True) if not line.startswith("This plugin does not support")
    )


def test_a_picture(history: Path, tmp_path: Path, data_dir: Path) -> None:
    picture = tmp_path / "light.png"
    picture.write_bytes(b"an older one")
    done = in_a_process("snapshot", "--feed", f"replay:{history}", "--at", AT, "--png", picture, data_dir=data_dir)
    assert (done.returncode, _without_qts_remarks(done.stderr)) == (0, "")
    assert picture.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    assert picture.stat().st_size > 5_000
    assert done.stdout.startswith("REPLAY: Made-up history\n")


def test_nothing_here_writes_into_the_users_own_profile() -> None:
    from barograph.paths import default_data_dir

    assert not default_data_dir().exists()


def test_a_replay_that_ends_before_it_begins_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    code = main(["replay", str(tmp_path), "--from", "2024-02-01", "--to", "2024-01-01", "--csv", str(out)])
    assert code == 2
    assert "--from 2024-02-01 is later than --to 2024-01-01" in capsys.readouterr().err
    assert not out.exists()


# ---------------------------------------------------------------------------------------------- history fetch


def fetch_arguments(out: Path, start: str = "2026-01-01", end: str = "2026-02-01") -> list[object]:
    return ["history", "fetch", "--from", start, "--to", end, "--out", out]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-02-02", "2026-02-01", "--from 2026-02-02T00:00:00Z is not before --to 2026-02-02T00:00:00Z"),
        ("2199-01-01", "2199-02-01", "--from 2199-01-01T00:00:00Z is not before the present"),
    ],
)
def test_a_range_that_cannot_be_fetched(run: Run, tmp_path: Path, start: str, end: str, said: str) -> None:
    assert_one_sentence(*run(*fetch_arguments(tmp_path / "out", start, end)), said)
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_fetched_into(run: Run, tmp_path: Path, history: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert_one_sentence(*run(*fetch_arguments(tmp_path / "file")), "a file; a new or empty folder")
    before = content(history)
    assert_one_sentence(*run(*fetch_arguments(history)), "holds 'bars' already")
    assert content(history) == before


def test_an_id_that_nobody_has_is_not_fetched(run: Run, tmp_path: Path) -> None:
    said = "--only 'EURUSD': no source of the live feed has it"
    assert_one_sentence(*run(*fetch_arguments(tmp_path / "out"), "--only", "ES,EURUSD"), said)
    assert not (tmp_path / "out").exists()


def test_two_fetches_on_one_profile(run: Run, data_dir: Path, tmp_path: Path) -> None:
    with lock_folder(Paths(data_dir).cache / "fetch"):
        assert_one_sentence(*run(*fetch_arguments(tmp_path / "out")), "another fetch runs on this profile")


@pytest.mark.parametrize(("missing", "code"), [({}, 0), ({"bars/ES/5m": "Yahoo asks for a pause"}, 1)])
def test_what_is_fetched_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: dict[str, str], code: int
) -> None:
    def fetched(request: Request, *_: object) -> Report:
        return Report(open_folder(request.out, request.start, request.to, request.to), missing, ("a note",))

    monkeypatch.setattr("barograph.engine.history_command.fetch", fetched)
    done, out, err = run(*fetch_arguments(tmp_path / "out"))
    assert (done, err) == (code, "")
    lines = out.splitlines()
    assert lines[0] == f"{tmp_path / 'out'}: 0 files, 0 rows, 2026-01-01 00:00 to 2026-02-02 00:00 UTC"
    assert lines[1:3] == ["Not to be had:", "  a note"]
    told = ["Missing:", "  bars/ES/5m: Yahoo asks for a pause", "Run the same command again to go on."]
    assert lines[3:] == (told if missing else [])
