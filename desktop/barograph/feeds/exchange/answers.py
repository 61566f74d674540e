"""What an exchange's server said beside the data: status, headers, the beginning of the body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_BANNED_UNTIL = re.compile(r"until (\d{13})\b")


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; names of headers are in lower case, `body` is its beginning."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    def date(self) -> datetime | None:
        """The server's clock (UTC, whole seconds, rounded down); None when it does not tell."""
        return _http_date(self.headers.get("date", ""))

    def retry_after_s(self, now: datetime) -> float | None:
        """For how long the server wants to be left alone, in seconds; None when it does not say."""
        text = self.headers.get("retry-after", "").strip()
        if text.isdigit():
            return float(text[:9])
        if (instant := _http_date(text)) is not None:
            return max(0.0, (instant - (self.date() or now)).total_seconds())
        if banned := _BANNED_UNTIL.search(self.body):
            until = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(banned.group(1)))
            return max(0.0, (until - (self.date() or now)).total_seconds())
        return None

    def used_weight(self) -> int | None:
        """What Binance has counted in this minute for this address; None where it is not told."""
        text = self.headers.get("x-mbx-used-weight-1m", "")
        return int(text) if text.isdigit() else None


def _http_date(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
