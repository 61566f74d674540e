"""The title row: what matters most is the last to go, and nothing is ever drawn over anything else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from barograph.gui.charts.header import HeaderFonts, Piece, place_pieces
from barograph.gui.charts.titles import LastValue, last_pieces

LAST = LastValue("4,905.25", "+0.31%", rising=True, state="closed, Fri 16:00", reliable=True)


@pytest.fixture(scope="module")
def fonts(qapp: QApplication) -> HeaderFonts:
    return HeaderFonts.of(QFont())


@given(
    st.lists(
        st.builds(
            Piece,
            text=st.text("abc 123.", max_size=20),
            weight=st.integers(0, 10),
            bold=st.booleans(),
            small=st.booleans(),
            right=st.booleans(),
        ),
        max_size=8,
    ),
    st.floats(0, 900),
)
def test_pieces_never_overlap_nor_leave_the_row(fonts: HeaderFonts, pieces: list[Piece], width: float) -> None:
    placed = sorted(place_pieces(pieces, width, fonts), key=lambda place: place[1])
    edge = 0.0
    for _, left, piece_width in placed:
        assert left >= edge - 1e-6
        edge = left + piece_width
    assert edge <= width + 1e-6


def test_a_narrow_row_keeps_name_and_value(fonts: HeaderFonts) -> None:
    pieces = last_pieces("ES", LAST)
    shown = {
        width: [piece.text for piece, _, _ in place_pieces(pieces, width, fonts)] for width in (600, 300, 200, 130)
    }
    assert "S&P 500 futures" in shown[600]
    assert "closed, Fri 16:00" in shown[600]
    assert "S&P 500 futures" not in shown[300]
    assert shown[200] == ["ES", "4,905.25", "+0.31%"]
    assert shown[130] == ["ES", "4,905.25"]


def test_a_doubtful_value_keeps_its_state_rather_than_its_change(fonts: HeaderFonts) -> None:
    doubtful = LastValue("4,905.25", "+0.31%", rising=True, state="stale 3 h", reliable=False)
    shown = [piece.text for piece, _, _ in place_pieces(last_pieces("ES", doubtful), 190, fonts)]
    assert shown == ["ES", "4,905.25", "stale 3 h"]
    assert [piece.colour for piece in last_pieces("ES", doubtful) if piece.text == "+0.31%"] == ["quiet"]
