"""Leverage in one coin: funding by venue, open interest against price, liquidations with what is heard of them."""

from __future__ import annotations

from datetime import datetime

from barograph.engine.context_view import CryptoStructure, LiquidationView, VenueFunding
from barograph.gui.context_labels import coverage_words
from barograph.gui.feed_labels import source_name
from barograph.gui.formats import UNKNOWN, moment, number, percentile, quantity
from barograph.gui.labels import state_explanation, state_word
from barograph.gui.panels.cell_grid import CellGrid, Column
from barograph.gui.panels.section import Section
from barograph.gui.text import label, show_text
from barograph.gui.translation import tr

_RIGHT = Column("small", right=True)


class CryptoSection(Section):
    """Folds like any section; beside its heading stand funding and open interest in short."""

    def __init__(self, coin: str, *, folded: bool = False) -> None:
        """Of this coin."""
        super().__init__(f"structure{coin}", tr("{coin} leverage").format(coin=coin), folded=folded)
        self.coin = coin
        self.funding = CellGrid(
            f"funding{coin}",
            (Column("small", stretch=1), _RIGHT, _RIGHT, _RIGHT, _RIGHT),
            (tr("funding"), tr("8 h", "span"), tr("a year"), tr("7 d", "span"), tr("pctl")),
        )
        self.interest = label(f"interest{coin}", wrap=True)
        self.liquidations = label(f"liquidations{coin}", wrap=True)
        self.coverage = label(f"coverage{coin}", "small", wrap=True)
        self.add(self.funding, self.interest, self.liquidations, self.coverage)
        for line in (self.interest, self.liquidations, self.coverage):
            show_text(line, "")

    def show_structure(self, crypto: CryptoStructure, now: datetime) -> None:
        """Show the coin's leverage as known at `now`."""
        rows = [_funding_cells(venue) for venue in crypto.funding]
        tips = [_funding_tip(venue, now) for venue in crypto.funding]
        if len(rows) > 1:
            mean = (tr("mean", "of venues"), _rate(crypto.funding_8h, 4), _rate(crypto.funding_apr, 1), "", "")
            rows, tips = [*rows, mean], [*tips, tr("Mean over venues, weighted by open interest.")]
        self.funding.show_rows(rows, tips)
        show_text(self.interest, _interest_text(crypto))
        show_text(self.liquidations, _liquidations_text(crypto.liquidations))
        show_text(self.coverage, _coverage_text(crypto.liquidations))
        self.summarise(_summary(crypto))


def _rate(value: float | None, decimals: int) -> str:
    return quantity(None if value is None else 100 * value, "%", decimals, signed=True)


def _change(value: float | None) -> str:
    return quantity(value, "share", 1, signed=True)


def _funding_cells(venue: VenueFunding) -> tuple[str, ...]:
    rank = tr("learning") if venue.learning else percentile(venue.percentile)
    name = source_name(venue.venue)
    if venue.shortened:
        name = tr("{venue}, {h} h").format(venue=name, h=number(venue.interval_h, 0))
    return name, _rate(venue.per_8h, 4), _rate(venue.apr, 1), _rate(venue.week_apr, 1), rank


def _funding_tip(venue: VenueFunding, now: datetime) -> str:
    lines = [
        tr("What longs pay shorts at {venue}; settled, on a scale of 8 hours and of a year.").format(
            venue=source_name(venue.venue)
        ),
        tr("As of {time} New York").format(time=moment(venue.as_of, now)),
        tr("Paid each {h} hours.").format(h=number(venue.interval_h, 0)) if venue.interval_h else "",
        tr("The interval was shortened: itself a sign of stress.") if venue.shortened else "",
        tr("Percentile of the 7-day mean among {n} days of its own past.").format(n=venue.percentile_days),
        f"{state_word(venue.state)}: {state_explanation(venue.state)}",
    ]
    return "\n".join(line for line in lines if line)


def _interest_text(crypto: CryptoStructure) -> str:
    if crypto.open_interest_coin is None and crypto.open_interest_day is None:
        return tr("Open interest: not known")
    parts = [
        tr("Open interest {coins} {coin}").format(coins=number(crypto.open_interest_coin, 0), coin=crypto.coin),
        tr("24 h {oi}, price {price}").format(oi=_change(crypto.open_interest_day), price=_change(crypto.price_day)),
        tr("7 d {oi}, price {price}").format(oi=_change(crypto.open_interest_week), price=_change(crypto.price_week)),
    ]
    if crypto.divergence is not None and crypto.divergence > 0:
        parts.append(tr("coins opened into a falling price: {share}").format(share=_change(crypto.divergence)))
    if crypto.flush:
        parts.append(tr("FLUSH: a tenth of the coins left within a day"))
    return " · ".join(parts)


def _liquidations_text(seen: LiquidationView | None) -> str:
    if seen is None or seen.coverage == "none":
        return tr("Liquidations: nobody listens")
    parts = [
        tr("Liquidated in 1 h, observed: longs {longs}, shorts {shorts}").format(
            longs=_millions(seen.long_usd), shorts=_millions(seen.short_usd)
        )
    ]
    if seen.intensity_bp is not None:
        rank = tr("learning") if seen.learning else tr("pctl {n}").format(n=percentile(seen.percentile))
        words = tr("longs {bp} bp of open interest ({rank}), 24 h peak {peak} bp")
        parts.append(
            words.format(bp=number(seen.intensity_bp, 1), rank=rank, peak=number(seen.peak_bp, 1)),
        )
    if seen.busy_share is not None:
        parts.append(tr("busy {share} of its seconds").format(share=quantity(seen.busy_share, "share", 1)))
    if seen.branching is not None:
        words = tr("{share} set off by earlier ones: self-feeding")
        if not seen.self_feeding:
            words = tr("{share} set off by earlier ones")
        parts.append(words.format(share=quantity(seen.branching, "share", 0)))
    return " · ".join(parts)


def _millions(value: float | None) -> str:
    return UNKNOWN if value is None else quantity(value / 1e6, "M USD", 1)


def _coverage_text(seen: LiquidationView | None) -> str:
    if seen is None or seen.coverage == "none":
        return ""
    words = tr("{venue}: {coverage}").format(venue=source_name(seen.venue), coverage=coverage_words(seen.coverage))
    return tr("{words}; heard for a part of the hour only").format(words=words) if seen.part_of_hour else words


def _summary(crypto: CryptoStructure) -> str:
    return tr("funding {rate} · OI 24 h {oi}").format(
        rate=_rate(crypto.funding_8h, 4), oi=_change(crypto.open_interest_day)
    )
