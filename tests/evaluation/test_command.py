"""The command `barograph evaluate`: what it prints and writes, and one sentence for whatever cannot be used."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from functools import partial
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from barograph import app
from barograph.__main__ import main
from barograph.evaluation.record import make_record
from barograph.gui.evaluation_picture import SIZE
from tests.evaluation.conftest import LEADERS
from tests.history_builder import write_description, write_history, write_table

SCHEMA = json.loads((resources.files("barograph_resources") / "schemas" / "evaluation.schema.json").read_text("utf-8"))

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small market: no shares but the leaders, so that a part of what the light reads is missing."""
    instruments = ("SPX", "QQQ", "VIX", "UUP", "BTC", "ETH", "HYG", "GLD", *LEADERS)
    path = tmp_path_factory.mktemp("history") / "small"
    return write_history(path, sessions=480, instruments=instruments, series=("DGS10", "DGS2"), seed=5)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs the command in this process, with few draws: exit code, standard output, standard error."""
    monkeypatch.setattr("barograph.evaluation.run.make_record", partial(make_record, draws=40))
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def run(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main(["evaluate", *map(str, arguments), "--data-dir", str(tmp_path / "profile")])
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    yield run
    root.handlers[:] = handlers
    root.setLevel(level)


def assert_one_sentence(answer: tuple[int, str, str], said: str) -> None:
    code, out, err = answer
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert err.startswith("barograph: ")


def test_the_record_as_text(run: Run, folder: Path, tmp_path: Path) -> None:
    code, out, err = run(folder)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "REPLAY: Made-up history"
    for id_ in ("J5", "J10", "VS5"):
        assert any(line.startswith(f"{id_}  within") for line in lines)
    assert not (tmp_path / "profile").exists()  # nothing is kept


def test_the_record_as_json(run: Run, folder: Path) -> None:
    code, out, err = run(folder, "--json", "--from", "2023-04-03", "--to", "2023-10-31")
    assert (code, err) == (0, "")
    values = json.loads(out)
    jsonschema.Draft202012Validator(SCHEMA).validate(values)
    assert (values["first_session"], values["last_session"]) == ("2023-04-03", "2023-10-31")
    assert values["sessions"] == 147
    assert values["draws"] == 40


def test_an_instant_bounds_the_evaluations(run: Run, folder: Path) -> None:
    code, out, _ = run(folder, "--json", "--from", "2023-04-04T00:10:01Z", "--to", "2023-11-01T00:09:59Z")
    values = json.loads(out)
    assert code == 0
    assert (values["first_session"], values["last_session"]) == ("2023-04-04", "2023-10-30")


def test_the_picture(run: Run, folder: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtWidgets import QApplication

    class Application:
        """The one of the tests, which goes on."""

        def quit(self) -> None:
            assert QApplication.instance() is not None

    monkeypatch.setattr(app, "_qt_application", lambda _: Application())
    file = tmp_path / "record.png"
    code, out, err = run(folder, "--png", file)
    assert (code, err) == (0, "")
    assert out.startswith("REPLAY: Made-up history")
    assert QImage(str(file)).size() == SIZE
    assert_one_sentence(run(folder, "--png", tmp_path / "nowhere" / "x.png"), "the picture cannot be written")


def test_a_folder_that_is_none(run: Run, tmp_path: Path) -> None:
    assert_one_sentence(run(tmp_path / "nowhere"), "nowhere")
    write_description(tmp_path / "empty")
    assert_one_sentence(run(tmp_path / "empty"), "there are no bars to replay")


def test_a_bad_file_is_named(run: Run, tmp_path: Path) -> None:
    bad = write_history(tmp_path / "bad", sessions=3, instruments=("SPX",), series=())
    write_table(bad / "series" / "DGS10.csv", "time,value", ["2022-01-03,much"])
    assert_one_sentence(run(bad), "DGS10.csv")


def test_bounds_the_wrong_way_round(run: Run, folder: Path) -> None:
    answer = run(folder, "--from", "2024-01-02", "--to", "2023-01-02")
    assert_one_sentence(answer, "--from 2024-01-02 is later than --to 2023-01-02")


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (["--from", "2023-08-01"], "Made-up history: 85 sessions with a light in the range asked for; 126 or more"),
        (["--to", "2022-06-01"], "Made-up history: 0 sessions with a light"),
        (["--from", "2099-01-01"], "Made-up history: 0 sessions with a light"),
        (["--to", "2021-06-01"], "Made-up history: there is no session before 2021-06-02"),
    ],
)
def test_too_few_sessions(run: Run, folder: Path, bounds: list[str], said: str) -> None:
    assert_one_sentence(run(folder, *bounds), said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: FOLDER"),
        (["x", "--from", "soon"], "--from: 'soon'"),
        (["x", "--csv", "y"], "unrecognized arguments: --csv y"),
    ],
)
def test_wrong_usage(run: Run, arguments: list[str], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err.splitlines()[-1]
