"""The colours: legible, in one place, and the faces told apart without them."""

from __future__ import annotations

import itertools
import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from barograph.gui.face_glyph import paint_face
from barograph.gui.style_sheet import style_sheet
from barograph.gui.theme import DARK, LIGHT, THEMES, Theme, palette, text_sizes
from barograph.risk.faces import Face

WINDOW = Path(__file__).resolve().parents[2] / "desktop" / "barograph" / "gui"
BOTH = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)

VISION = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}
"""Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency"
(2009), severity 1, on linear RGB; and luminance alone."""


def linear(colour: str) -> NDArray[np.float64]:
    """A colour as linear RGB, 0 to 1."""
    rgb = QColor(colour)
    return decoded(np.array([rgb.redF(), rgb.greenF(), rgb.blueF()]))


def decoded(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light from sRGB values, 0 to 1."""
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    return float(linear(colour) @ np.array([0.2126, 0.7152, 0.0722]))


def contrast(first: str, second: str) -> float:
    """Contrast ratio as WCAG 2 defines it, 1 to 21."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_published() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@BOTH
@pytest.mark.parametrize("token", ["text", "quiet", "accent", "calm", "watch", "risk_off", "no_data", "up", "down"])
def test_what_informs_is_legible_on_every_ground(theme: Theme, token: str) -> None:
    for ground in (theme.ground, theme.panel, theme.raised):
        assert contrast(getattr(theme, token), ground) >= 4.5


@BOTH
def test_curves_are_visible_and_faint_is_more_than_nothing(theme: Theme) -> None:
    assert all(contrast(colour, theme.panel) >= 4.5 for colour in theme.series)
    assert len(set(theme.series)) == 8
    assert contrast(theme.faint, theme.panel) >= 3


@BOTH
def test_badges_are_legible(theme: Theme) -> None:
    assert contrast(theme.ground, theme.accent) >= 4.5
    assert contrast(theme.panel, theme.risk_off) >= 4.5


@BOTH
def test_every_colour_is_six_hexadecimal_digits(theme: Theme) -> None:
    names = [field.name for field in fields(theme) if field.name not in ("name", "series")]
    for colour in (*(getattr(theme, name) for name in names), *theme.series):
        assert re.fullmatch(r"#[0-9A-F]{6}", colour)


def test_no_colour_stands_outside_the_theme() -> None:
    literal = re.compile(r"#[0-9A-Fa-f]{6}\b|QColor\(\s*\d|GlobalColor\.(?!transparent)\w+|rgba?\(|QColor\(\s*[\"']")
    found = [
        f"{path.name}: {line.strip()}"
        for path in WINDOW.rglob("*.py")
        if path != WINDOW / "theme.py"
        for line in path.read_text("utf-8").splitlines()
        if literal.search(line)
    ]
    assert found == []


@BOTH
def test_the_style_sheet_and_the_palette_take_their_colours_from_the_theme(theme: Theme, qapp: QApplication) -> None:
    known = {getattr(theme, field.name) for field in fields(theme) if field.name not in ("name", "series")}
    sheet = style_sheet(theme, text_sizes(qapp.font()))
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", sheet)) <= known
    assert "$" not in sheet
    assert palette(theme).windowText().color().name().upper() == theme.text


def test_text_grows_with_the_platforms_own(qapp: QApplication) -> None:
    font = QFont(qapp.font())
    font.setPixelSize(13)
    usual = text_sizes(font)
    assert (usual.small, usual.body, usual.title, usual.large, usual.huge) == (11, 13, 16, 28, 48)
    font.setPixelSize(26)
    assert text_sizes(font).huge == 96


# --------------------------------------------------------------------------------------------------- faces


def drawn(face: Face, theme: Theme, side: int = 48) -> NDArray[np.float64]:
    """A face on the panel as linear RGB, side × side × 3."""
    image = QImage(side, side, QImage.Format.Format_RGB888)
    image.fill(QColor(theme.panel))
    painter = QPainter(image)
    paint_face(painter, QRectF(0, 0, side, side), face, theme)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(side, image.bytesPerLine())
    return decoded(rows[:, : 3 * side].reshape(side, side, 3) / 255)


@BOTH
@pytest.mark.parametrize("vision", list(VISION))
@pytest.mark.parametrize("pair", list(itertools.combinations(Face, 2)), ids=lambda pair: f"{pair[0]}-{pair[1]}")
def test_faces_differ_for_every_eye(theme: Theme, vision: str, pair: tuple[Face, Face], qapp: QApplication) -> None:
    matrix = np.array(VISION[vision])
    first, second = (np.clip(drawn(face, theme) @ matrix.T, 0, 1) for face in pair)
    differ = np.abs(first - second).max(axis=2) > 0.1
    assert differ.mean() > 0.05


@pytest.mark.parametrize("pair", list(itertools.combinations(Face, 2)), ids=lambda pair: f"{pair[0]}-{pair[1]}")
def test_faces_differ_in_shape_alone(pair: tuple[Face, Face], qapp: QApplication) -> None:
    first, second = (np.abs(drawn(face, DARK) - linear(DARK.panel)).max(axis=2) > 0.02 for face in pair)
    assert (first ^ second).mean() > 0.03


def test_themes_are_found_by_name() -> None:
    assert THEMES == {"dark": DARK, "light": LIGHT}
