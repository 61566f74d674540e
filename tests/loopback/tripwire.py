"""A proxy on 127.0.0.1 that lets nothing through and tells what was asked of it.

For clients whose sockets Python does not see, such as curl: whatever they would ask of a host outside, they ask here.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from socketserver import StreamRequestHandler, ThreadingTCPServer

_LONGEST_LINE = 2_000


class Tripwire(ThreadingTCPServer):
    """Serves from construction to the end of the process; `told` is called with the first line of each request."""

    daemon_threads = True

    def __init__(self, told: Callable[[str], None]) -> None:
        """From any thread."""
        self.told = told
        super().__init__(("127.0.0.1", 0), _Handler)
        threading.Thread(target=self.serve_forever, name="tripwire", daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """What leads the clients of this process, and of those it starts, here; but not to servers on this machine."""
        base = f"http://127.0.0.1:{self.server_address[1]}"
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), base)
        return {**proxies, "no_proxy": "127.0.0.1,localhost"}


class _Handler(StreamRequestHandler):
    server: Tripwire

    def handle(self) -> None:
        line = self.rfile.readline(_LONGEST_LINE).decode("ascii", "replace").strip()
        self.server.told(line)
        self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
