"""The guards of conftest.py each fail a test that does what they guard against."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

GUILTY = '''
"""Each of these leaves something behind, or leaves this machine; the last one does not."""

import multiprocessing
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
from curl_cffi import requests
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QMainWindow, QWidget

import tests.conftest

tests.conftest.ENDING_S = 0.05
kept = []
done = threading.Event()


def test_widget(qtbot):
    kept.append(QWidget())


def test_timer(qtbot):
    kept.append(QTimer())
    kept[-1].start(60_000)


def test_qthread(qtbot):
    kept.append(QThread())
    kept[-1].start()


def test_thread():
    threading.Thread(target=done.wait).start()


def test_process():
    kept.append(multiprocessing.get_context("spawn").Process(target=time.sleep, args=(60,)))
    kept[-1].start()


@pytest.mark.parametrize("host", ["host.invalid", "192.0.2.1"])
def test_network(host):
    with pytest.raises(OSError, match="stays on its machine"):
        socket.create_connection((host, 80))


def test_network_of_a_library_with_sockets_of_its_own():
    with pytest.raises(requests.exceptions.RequestException):
        requests.get("https://host.invalid/")


@pytest.mark.parametrize("asks", ["socket.getaddrinfo('host.invalid', 80)", "requests.get('https://host.invalid/')"])
def test_network_of_a_child(asks):
    code = f"""if True:
        import socket
        from curl_cffi import requests
        try:
            {asks}
        except OSError:
            print("swallowed")
    """
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout == b"swallowed\\n"


@pytest.fixture(scope="module")
def early():
    with suppress(OSError):
        socket.create_connection(("192.0.2.1", 80))


def test_network_of_a_fixture_that_many_share(early):
    pass


def test_innocent(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    QTimer(window).start(60_000)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


@pytest.fixture(scope="session", autouse=True)
def end():
    yield
    done.set()
    for thing in kept:
        if isinstance(thing, QThread):
            thing.quit()
            thing.wait()
        if isinstance(thing, multiprocessing.process.BaseProcess):
            thing.kill()
            thing.join()
'''


def test_a_test_that_leaves_something_behind_or_uses_the_network_fails(tmp_path: Path) -> None:
    guilty = tmp_path / "test_guilty.py"
    guilty.write_text(GUILTY, "utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        "pyproject.toml",
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
    ]
    done = subprocess.run(
        [*command, "--rootdir", ".", "-v", str(guilty)],
        cwd=PROJECT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        check=False,
        text=True,
    )
    failed = re.findall(r"^ERROR .*::test_(\w+)", done.stdout, flags=re.MULTILINE)
    network = ["network"] * 2 + ["network_of_a_child"] * 2
    network += ["network_of_a_library_with_sockets_of_its_own", "network_of_a_fixture_that_many_share"]
    assert sorted(failed) == sorted(["widget", "timer", "qthread", "thread", "process", *network]), done.stdout
    assert "12 passed, 11 errors" in done.stdout, done.stdout
