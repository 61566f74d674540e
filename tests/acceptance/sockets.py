"""What the system itself says of a process: its children, its memory, and where its sockets lead. Linux only.

Libraries that open sockets on their own are seen as well, as long as a socket lives for one look.
"""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY_S = 0.5
"""The tables are long on a machine that does much, and the kernel writes all of each."""
_PROC = Path("/proc")
_TABLES = ("tcp", "tcp6", "udp")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Use:
    """What a process holds: memory in bytes, and counts."""

    memory: int
    threads: int
    files: int
    sockets: int


def use_of(pid: int) -> Use:
    """Its use now.

    Raises:
        OSError: no such process.
    """
    targets = _files(pid)
    pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
    threads = sum(1 for _ in (_PROC / str(pid) / "task").iterdir())
    return Use(pages * _PAGE, threads, len(targets), sum(target.startswith("socket:") for target in targets))


def children(pid: int) -> dict[int, str]:
    """Command lines of the children by their ids; none where there is no such process."""
    try:
        ids = [
            int(child)
            for task in (_PROC / str(pid) / "task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return {}
    return {child: command_of(child) for child in ids}


def command_of(pid: int) -> str:
    """The command line; empty for a process that has ended, or has only just begun."""
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return ""


def with_descendants(pid: int) -> list[int]:
    """The process, its children, and theirs."""
    return [pid, *(each for child in children(pid) for each in with_descendants(child))]


def peers(pids: Iterable[int]) -> set[str]:
    """The addresses that the sockets of these processes lead to; one that has ended has none."""
    own: set[str] = set()
    for pid in pids:
        with suppress(OSError):
            own |= {target[8:-1] for target in _files(pid) if target.startswith("socket:[")}
    lines = [line for name in _TABLES for line in (_PROC / "self/net" / name).read_text().splitlines()[1:]]
    fields = (line.split() for line in lines)
    found = (_address(parts[2].split(":")[0]) for parts in fields if parts[9] in own)
    return {str(address) for address in found if not address.is_unspecified}


def outside(addresses: Iterable[str]) -> set[str]:
    """Those that are not on this machine."""
    return {address for address in addresses if not _is_here(ipaddress.ip_address(address))}


def _is_here(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """As the kernel writes it: words of four bytes in the machine's order."""
    raw = bytes.fromhex(text)
    words = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    return ipaddress.ip_address(words)


def _files(pid: int) -> list[str]:
    folder = _PROC / str(pid) / "fd"
    found = []
    for file in folder.iterdir():
        with suppress(OSError):  # closed meanwhile
            found.append(str(file.readlink()))
    return found


class Lookout:
    """Looks again and again where the sockets of some processes lead, until closed; `seen` are those outside."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        """`pids` is asked before each look."""
        self.seen: set[str] = set()
        self.looks = 0
        self._pids = pids
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._look, name="lookout", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._ending.wait(LOOK_EVERY_S):
            self.seen |= outside(peers(self._pids()))
            self.looks += 1

    def close(self) -> None:
        """Look no more."""
        self._ending.set()
        self._thread.join()
