"""A Snapshot as the JSON that `barograph snapshot --json` prints; its schema lies in the resources, schemas/."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from barograph.checklist.evidence import EvidenceRow
from barograph.engine.context_json import context_values
from barograph.engine.snapshot import Flip, FlipSide, Pending, Quote, Reading, Snapshot
from barograph.feeds.contract import SourceHealth
from barograph.market.instants import iso_z
from barograph.risk.measured_odds import DayOdds, FaceHistory


def snapshot_json(snapshot: Snapshot) -> str:
    """Indented JSON text in ASCII; unknown numbers are null, instants ISO 8601 in UTC."""
    return json.dumps(snapshot_values(snapshot), indent=2, allow_nan=False)


def snapshot_values(snapshot: Snapshot) -> dict[str, Any]:
    """The values of the JSON object."""
    light, feed = snapshot.light, snapshot.feed
    return {
        "light": light.face.value,
        "ceiling": light.ceiling.value,
        "reason": light.reason,
        "score": light.score,
        "score_low": light.score_low,
        "score_up": light.score_up,
        "coverage": light.coverage,
        "as_of": _instant(light.as_of),
        "session": light.session.isoformat() if light.session else None,
        "since": _instant(light.since),
        "shock": light.shock,
        "missing": list(light.missing),
        "now": iso_z(snapshot.clock.now),
        "next_evaluation": _instant(light.next_evaluation),
        "feed": feed.key,
        "feed_label": feed.label,
        "simulated": feed.simulated,
        "rule_set": snapshot.rule_set,
        "pillars": {
            pillar.name: {
                "value": pillar.value,
                "contribution": pillar.contribution,
                "points": pillar.points,
                "weight": pillar.weight,
            }
            for pillar in snapshot.pillars
        },
        "readings": [_reading(reading) for reading in snapshot.readings],
        "movers": [{"id": mover.id, "points": mover.points} for mover in snapshot.movers],
        "flip": _flip(snapshot.flip),
        "notices": list(snapshot.notices),
        "provisional": light.provisional,
        "pending": _pending(light.pending),
        "stocks_closed": light.stocks_closed,
        "crypto_shock": light.crypto_shock,
        "waiting": list(light.waiting),
        "advisories": [{"id": each.id, "values": list(each.values)} for each in snapshot.advisories],
        "quotes": [_quote(quote) for quote in snapshot.quotes],
        "evidence": {step.step.value: [_evidence(row) for row in step.rows] for step in snapshot.steps},
        "sources": [_source(health) for health in snapshot.health],
        "history": _history(snapshot.history),
        "context": context_values(snapshot.context),
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "instrument": quote.instrument,
        "last": quote.last,
        "change": quote.change,
        "change_unit": quote.change_unit,
        "as_of": _instant(quote.as_of),
        "state": quote.state.value,
        "source": quote.source,
    }


def _evidence(row: EvidenceRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "value": row.value,
        "unit": row.unit,
        "changes": dict(row.changes),
        "as_of": _instant(row.as_of),
        "state": row.state.value,
        "source": row.source,
    }


def _source(health: SourceHealth) -> dict[str, Any]:
    return {
        "source": health.source,
        "state": health.state.value,
        "last_success": _instant(health.last_success),
        "newest": _instant(health.newest),
        "error_kind": health.error_kind.value if health.error_kind else None,
        "last_error": health.last_error,
        "requests_used": health.requests_used,
        "requests_allowed": health.requests_allowed,
        "next_refresh": _instant(health.next_refresh),
        "waits_until": _instant(health.waits_until),
    }


def _instant(instant: datetime | None) -> str | None:
    return iso_z(instant) if instant else None


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "id": reading.id,
        "pillar": reading.pillar,
        "value": reading.value,
        "unit": reading.unit,
        "percentile": reading.percentile,
        "contribution": reading.contribution,
        "as_of": _instant(reading.as_of),
        "known_at": _instant(reading.known_at),
        "source": reading.source,
        "inputs": list(reading.inputs),
        "state": reading.state.value,
    }


def _flip(flip: Flip | None) -> dict[str, Any] | None:
    if flip is None:
        return None
    return {"worse": _side(flip.worse), "calmer": _side(flip.calmer)}


def _pending(pending: Pending | None) -> dict[str, Any] | None:
    if pending is None:
        return None
    return {
        "light": pending.face.value,
        "threshold": pending.threshold,
        "closes": pending.closes_left,
        "minutes": pending.minutes_left,
    }


def _side(side: FlipSide | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "light": side.face.value,
        "threshold": side.threshold,
        "points": side.points,
        "closes": side.closes,
        "alone": list(side.alone),
    }


def _history(history: FaceHistory | None) -> dict[str, Any] | None:
    if history is None:
        return None
    return {
        "light": history.face.value,
        "source": history.source,
        "first": history.first.isoformat(),
        "last": history.last.isoformat(),
        "rules_chosen_on_these_sessions": history.chosen_in_sight,
        "events": [
            {
                "id": each.event.id,
                "horizon": each.event.horizon,
                "stock_fall": each.event.stock_fall,
                "coin_fall": each.event.coin_fall,
                "after": _odds(each.after),
                "all": _odds(each.base),
                "episodes": each.episodes,
                "episodes_begun": each.begun,
            }
            for each in history.events
        ],
    }


def _odds(odds: DayOdds) -> dict[str, Any]:
    return {"odds": odds.odds.value, "low": odds.odds.low, "high": odds.odds.high, "days": odds.days}
