"""What the acceptance rests on: an attempt to leave this machine is seen, and where sockets lead is read rightly."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.sockets import outside, peers, use_of, with_descendants

GUARD = Path(__file__).parent / "guard"
AWAY = "192.0.2.1"
"""An address that is nobody's."""


@pytest.mark.parametrize(
    "attempt",
    [
        f"socket.create_connection(({AWAY!r}, 80), 1)",
        "socket.getaddrinfo('query1.finance.yahoo.com', 443)",
        f"socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ({AWAY!r}, 53))",
    ],
)
def test_an_attempt_is_refused_and_written_down_even_when_it_is_swallowed(attempt: str, tmp_path: Path) -> None:
    """By a child of the guarded process, as the engine is one of the window's."""
    child = f"import socket\ntry:\n    {attempt}\nexcept OSError:\n    pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    leaks = tmp_path / "leaks"
    environment = {**os.environ, "PYTHONPATH": str(GUARD), "BAROGRAPH_LEAKS": str(leaks)}
    subprocess.run([sys.executable, "-c", parent], env=environment, check=True, timeout=60)
    assert AWAY in leaks.read_text() or "yahoo" in leaks.read_text()


def test_where_sockets_lead() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        accepted, _ = server.accept()
        with accepted:
            assert "127.0.0.1" in peers([os.getpid()])
    assert outside({"127.0.0.1", "::1", "::ffff:127.0.0.1", AWAY, "2001:db8::1"}) == {AWAY, "2001:db8::1"}
    assert peers([2**22 + 1]) == set()


def test_what_a_process_holds() -> None:
    before = use_of(os.getpid())
    with socket.socket():
        during = use_of(os.getpid())
    assert during.sockets == before.sockets + 1
    assert before.memory > 10_000_000
    assert before.threads >= 1
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in with_descendants(os.getpid())
        child.communicate(b"\n")
