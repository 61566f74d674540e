"""From a feed to its track record: judge every session, then hold what was shown against what followed."""

from __future__ import annotations

from datetime import datetime

from barograph.engine.opening import UnusableInputError
from barograph.engine.replay import evaluations
from barograph.evaluation.record import make_record
from barograph.evaluation.track import make_track
from barograph.feeds.contract import Feed
from barograph.market.instruments import Universe
from barograph.risk.rules import RuleSet
from barograph.risk.track_record import TrackRecord


def evaluate(
    feed: Feed, universe: Universe, rules: RuleSet, start: datetime | None, until: datetime | None
) -> TrackRecord:
    """The record of the evaluations made from `start` to `until`, both included; None: from the first, to the last.

    The sessions before `start` warm the light and its benchmarks up; nothing after `until` is looked at.

    Raises:
        UnusableInputError: the folder holds no bars, or too few sessions with a light lie between.
    """
    made = evaluations(feed, universe, rules, until)
    if not made:
        raise UnusableInputError(f"{feed.info.label}: there is no session before {until}; a later end was expected")
    return make_record(make_track(feed, rules, made, start), feed.info, rules)
