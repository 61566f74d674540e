"""The order of the four faces."""

from __future__ import annotations

from itertools import pairwise, product

from barograph.risk.faces import Face, worse


def test_not_knowing_is_never_better_than_knowing_the_worst() -> None:
    order = (Face.CALM, Face.WATCH, Face.RISK_OFF, Face.NO_DATA)
    assert set(order) == set(Face)
    assert all(a.severity < b.severity for a, b in pairwise(order))


def test_the_worse_of_two_is_one_of_them_and_not_calmer_than_either() -> None:
    for a, b in product(Face, repeat=2):
        assert worse(a, b) in (a, b)
        assert worse(a, b).severity == max(a.severity, b.severity)
