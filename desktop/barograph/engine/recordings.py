"""What the live feed hears, into the store and back into the book of the next start."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from barograph.feeds.book import KEPT_FORCED_ORDERS, KEPT_ROWS, OPEN_INTEREST_WHOLE, BarsPiece, Book, Recording
from barograph.market.bars import BarError
from barograph.market.instants import to_ns
from barograph.store.connection import Store
from barograph.store.liquidations import Span

DERIVATIVES_BACK = timedelta(days=400)
"""How far back funding and open interest are held in memory: a year to compare with, and a month more."""
LIQUIDATIONS_BACK = timedelta(days=35)

_log = logging.getLogger(__name__)


def save_recording(store: Store, feed_key: str, recording: Recording) -> None:
    """Keep what is new, all or nothing; a part of the caller's transaction where there is one.

    Raises:
        StoreError: nothing was saved, because of what the environment did.
    """
    with store.transaction():
        for piece in recording.bars:
            store.save_bars(feed_key, piece.instrument, piece.interval, piece.closed, piece.source)
        for series, source, fixings in recording.fixings:
            store.save_fixings(feed_key, series, fixings, source)
        for instrument, funding in recording.funding:
            store.save_funding(feed_key, instrument, funding)
        for instrument, readings in recording.open_interest:
            store.save_open_interest(feed_key, instrument, readings)
        for instrument, forced in recording.liquidations:
            store.save_liquidations(feed_key, instrument, forced)
        for instrument, venue, coverage, since_ns, until_ns in recording.heard:
            store.save_span(feed_key, instrument, venue, Span(since_ns, until_ns, coverage))


def restore_book(store: Store, feed_key: str, book: Book, now: datetime) -> None:
    """Fill a book with what earlier runs recorded, as far as it has room. The source that was written last serves
    its instrument, and each keeps its own bars.

    Raises:
        StoreError: the store cannot be read.
    """
    for instrument, interval, source, serving in store.bar_series(feed_key):
        newest = KEPT_ROWS if interval.intraday else None
        bars = store.load_bars(feed_key, instrument, interval, limit=newest, source=source)
        try:
            book.put_bars(BarsPiece(instrument, interval, source, bars), record=False)
        except BarError as error:  # the disk changed a number: the source will give these bars again
            _log.warning("the stored %s bars of %s from %s are left out: %s", interval, instrument, source, error)
        if serving:
            book.serve(instrument, source)
    for series in store.fixing_series(feed_key):
        source, fixings = store.load_fixings(feed_key, series)
        book.put_fixings(series, source, fixings, record=False)
    _restore_derivatives(store, feed_key, book, now)


def _restore_derivatives(store: Store, feed_key: str, book: Book, now: datetime) -> None:
    since_ns = to_ns(now - DERIVATIVES_BACK)
    whole_ns = to_ns(now - OPEN_INTEREST_WHOLE)
    for instrument, venue in store.perpetuals(feed_key):
        funding = store.load_funding(feed_key, instrument, venue, since_ns)
        if len(funding):
            book.put_funding(instrument, funding, record=False)
        readings = store.load_open_interest(feed_key, instrument, venue, since_ns, hourly_until_ns=whole_ns)
        if len(readings):
            book.put_open_interest(instrument, readings, record=False)
        back_ns = to_ns(now - LIQUIDATIONS_BACK)
        forced = store.load_liquidations(feed_key, instrument, venue, back_ns, limit=KEPT_FORCED_ORDERS)
        if len(forced) or forced.until_ns is not None:
            book.put_liquidations(instrument, forced, record=False)
