"""Python runs this first in a program whose PYTHONPATH names this folder, and in all that it starts: a socket that
would leave this machine is refused, and written down in the file that BAROGRAPH_LEAKS names.

It watches and changes nothing else: the program that is tested is the program. The tests' own process does the same
(tests/conftest.py).
"""

from __future__ import annotations

import ipaddress
import os
import sys
from typing import Any


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not host or host == "localhost":  # no host at all is this machine
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        return False


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook that sees every socket of a process, whichever library opened it through Python."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # else: a Unix socket, or one that is connected
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not _is_here(host):
        write_down(f"{event} {host!r}")
        raise OSError(f"this program stays on its machine, but {event} was called for {host!r}")


def write_down(leak: str) -> None:
    """Add a line to the file."""
    with open(os.environ["BAROGRAPH_LEAKS"], "a", encoding="utf-8") as file:  # noqa: PTH123 - nothing is imported here
        file.write(f"{leak}\n")


if "BAROGRAPH_LEAKS" in os.environ:
    sys.addaudithook(watch)
