"""Starts the roles of children.py, and never leaves one running."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

Child = subprocess.Popen[str]


@contextmanager
def child(role: str, folder: Path, *arguments: str) -> Iterator[Child]:
    """A running role; killed when the block is left."""
    command = [sys.executable, str(Path(__file__).with_name("children.py")), role, str(folder), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: Child) -> str:
    """The next line that the role says; empty when it has ended."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def kill(process: Child) -> list[str]:
    """Kill the role where it stands; what it had said and was not read yet."""
    process.kill()
    assert process.stdout is not None
    return [text.strip() for text in process.stdout if text.endswith("\n")]


def said(role: str, folder: Path, *arguments: str) -> list[str]:
    """All that a role says until it ends by itself, without a fault."""
    with child(role, folder, *arguments) as process:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0
    return output.splitlines()
