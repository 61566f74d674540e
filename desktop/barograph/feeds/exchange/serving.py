"""Which venue serves the bars: the first that is fit, without changing to and fro."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class ElectionLimits:
    """Seconds. `start_s`: how long at the start the venues that are preferred may take to answer. `return_s`: how long
    a preferred venue has to be fit again before it serves again; doubled each time it lost the service, up to
    `longest_return_s`, until it kept it for `forgiven_s`.
    """

    start_s: float = 15.0
    return_s: float = 900.0
    longest_return_s: float = 14_400.0
    forgiven_s: float = 86_400.0


@dataclass(slots=True)
class _Candidate:
    known: bool = False
    fit_since: datetime | None = None
    losses: int = 0
    served_since: datetime | None = None


class Election:
    """Fed with what is known of each venue; answers who is to serve. One that serves is replaced only when it is unfit
    or when one that is preferred to it has been fit for long enough.
    """

    def __init__(self, venues: Sequence[str], limits: ElectionLimits, begun: datetime) -> None:
        """`venues` in the order of preference."""
        self._limits = limits
        self._begun = begun
        self._candidates = {venue: _Candidate() for venue in venues}
        self.serving: str | None = None

    def step(self, fit: Mapping[str, bool | None], now: datetime) -> str | None:
        """Who is to serve at `now`: None before any venue is fit. `fit` is None for a venue that is not known yet."""
        for venue, candidate in self._candidates.items():
            self._note(candidate, fit.get(venue), now)
        chosen = self._first(now) if self.serving is None else self._next(self.serving, now)
        if chosen != self.serving and chosen is not None:
            if self.serving is not None and self._candidates[self.serving].fit_since is None:
                self._lost(self._candidates[self.serving], now)
            self._candidates[chosen].served_since = now
            self.serving = chosen
        return self.serving

    def woke(self, now: datetime) -> None:
        """The clock jumped: how long anybody was fit is not known any more."""
        for candidate in self._candidates.values():
            if candidate.fit_since is not None:
                candidate.fit_since = now

    def _note(self, candidate: _Candidate, fit: bool | None, now: datetime) -> None:
        candidate.known |= fit is not None
        if not fit:
            candidate.fit_since = None
        elif candidate.fit_since is None:
            candidate.fit_since = now

    def _first(self, now: datetime) -> str | None:
        patient = (now - self._begun).total_seconds() < self._limits.start_s
        for venue, candidate in self._candidates.items():
            if candidate.fit_since is not None:
                return venue
            if patient and not candidate.known:
                return None
        return None

    def _next(self, serving: str, now: datetime) -> str:
        if self._candidates[serving].fit_since is None:
            fit = [venue for venue, candidate in self._candidates.items() if candidate.fit_since is not None]
            return fit[0] if fit else serving
        for venue, candidate in self._candidates.items():
            if venue == serving:
                break
            if candidate.fit_since is not None and now - candidate.fit_since >= self._probation(candidate):
                return venue
        return serving

    def _probation(self, candidate: _Candidate) -> timedelta:
        doubled = self._limits.return_s * 2.0 ** max(0, min(candidate.losses - 1, 20))
        return timedelta(seconds=min(doubled, self._limits.longest_return_s))

    def _lost(self, candidate: _Candidate, now: datetime) -> None:
        kept = candidate.served_since is not None and now - candidate.served_since
        if kept and kept >= timedelta(seconds=self._limits.forgiven_s):
            candidate.losses = 0
        candidate.losses += 1
