"""A body that grows a thousandfold when it is decompressed; made once."""

from __future__ import annotations

import gzip

BOMB = gzip.compress(bytes(64 << 20), compresslevel=1)
BOMB_HEADERS = {"Content-Encoding": "gzip"}
