"""What yfinance keeps between calls and between starts, put into our own folder and cleared when it does harm.

yfinance keeps one session, cookie and crumb for the whole process, remembers even failed answers about the past, and
holds time zones and cookies in SQLite files. Most of this has no public handle; everything that reaches inside it is
in this file.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curl_cffi.requests import Response, Session


def use_folder(folder: Path) -> None:
    """Keep the files in `folder` from now on; whatever was open is let go of."""
    import yfinance
    from yfinance import cache

    close_files()
    yfinance.set_tz_cache_location(str(folder))
    cache._TzCacheManager._tz_cache = None
    cache._CookieCacheManager._Cookie_cache = None
    cache._ISINCacheManager._isin_cache = None


def close_files() -> None:
    """Close this thread's connections to the files."""
    from yfinance import cache

    for manager in (cache._TzDBManager, cache._CookieDBManager, cache._ISINDBManager):
        manager.close_db()


def delete_folder(folder: Path) -> None:
    """Begin with empty files: the old ones cannot be used."""
    close_files()
    shutil.rmtree(folder, ignore_errors=True)
    use_folder(folder)


def damaged(error: Exception) -> bool:
    """Whether an error is that of the files."""
    import peewee

    return isinstance(error, peewee.PeeweeException)


def forget_answers() -> None:
    """Forget answers about the past: a failed one among them would be given again until the process ends."""
    from yfinance.data import YfData

    YfData().cache_get.cache_clear()


def do_without_cookie() -> None:
    """Ask for no cookie any more, after bars have come without one.

    Until it has stored a cookie, yfinance fetches one before every request: where its host is blocked that doubles the
    traffic, or costs a time-out each time.
    """
    from yfinance.data import YfData

    data = YfData()
    if data._cookie is None:
        data._cookie = True


def forget_visitor(session: Session[Response]) -> None:
    """Become a new visitor: another cookie and another crumb with the next request."""
    from yfinance import cache
    from yfinance.data import YfData

    data = YfData(session=session)
    data._crumb = None
    data._cookie = None
    data._cookie_strategy = "basic"
    session.cookies.clear()
    with suppress(Exception):  # a file that cannot be written is met, and mended, by the next request
        cache.get_cookie_cache().store("curlCffi", None)
