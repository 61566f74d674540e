"""The picture of a track record: whole, marked, in both themes, and nothing cut off in either language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from barograph.gui import evaluation_forest, evaluation_picture, evaluation_timeline
from barograph.gui.evaluation_picture import SIZE, render_track_record
from barograph.gui.evaluation_timeline import log_ticks
from barograph.gui.theme import DARK, LIGHT, Theme
from barograph.gui.translation import Catalogue, read_catalogue
from barograph.risk.faces import Face
from barograph.risk.track_record import UNKNOWN, TrackRecord
from tests.gui.records import record_of_a_year

BOTH = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


def track_record(word: str = "REPLAY") -> TrackRecord:
    """400 days on which every face is shown, with numbers as wide as they come."""
    record = record_of_a_year(word)
    return replace(record, events=tuple(replace(each, episodes=1_040) for each in record.events))


def colours(picture: QImage, area: tuple[int, int, int, int]) -> list[str]:
    left, top, right, bottom = area
    return [picture.pixelColor(x, y).name().upper() for x in range(left, right, 3) for y in range(top, bottom)]


@BOTH
def test_what_is_not_the_live_market_is_framed(theme: Theme, qtbot: QtBot) -> None:
    picture = render_track_record(track_record(), theme)
    top = [picture.pixelColor(x, 0).name().upper() for x in range(picture.width())]
    assert 0.3 < top.count(theme.accent) / len(top) < 0.7
    live = render_track_record(track_record(word=""), theme)
    assert {live.pixelColor(x, 0).name().upper() for x in range(live.width())} == {theme.ground}


@BOTH
def test_every_face_and_both_prices_are_drawn(theme: Theme, qtbot: QtBot) -> None:
    picture = render_track_record(track_record(), theme)
    found = set(colours(picture, (20, 60, SIZE.width() - 20, SIZE.height() // 2)))
    assert {theme.face(face) for face in Face} | {theme.series[0], theme.series[1], theme.text} <= found


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_scale_makes_more_pixels_of_the_same_size(scale: float, qtbot: QtBot) -> None:
    picture = render_track_record(track_record(), DARK, scale)
    assert picture.size() == SIZE * scale
    assert picture.deviceIndependentSize().toSize() == SIZE


def test_one_record_makes_one_picture_and_another_another(qtbot: QtBot) -> None:
    first = render_track_record(track_record(), DARK)
    assert render_track_record(track_record(), DARK) == first
    assert render_track_record(replace(track_record(), faces=(Face.CALM,) * 400), DARK) != first


def test_what_is_unknown_is_drawn_too(qtbot: QtBot) -> None:
    empty = track_record().events[0]
    empty = replace(
        empty,
        event_days=0,
        base_rate=UNKNOWN,
        rankings=tuple(replace(each, auc=UNKNOWN, advantage=UNKNOWN) for each in empty.rankings),
        faces=tuple(replace(each, odds=UNKNOWN) for each in empty.faces),
    )
    nothing = np.full(400, np.nan)
    record = replace(track_record(), events=(empty,), stock_close=nothing, coin_close=nothing.copy(), markets=())
    record.coin_close[7] = 100.0
    picture = render_track_record(record, DARK)
    assert picture.size() == SIZE
    assert render_track_record(replace(record, events=()), DARK).size() == SIZE


@pytest.fixture(params=["en", "zh_CN"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    if request.param == "en":
        yield "en"
        return
    catalogue = Catalogue(read_catalogue("zh_CN"))
    assert qapp.installTranslator(catalogue)
    yield "zh_CN"
    qapp.removeTranslator(catalogue)


def test_no_text_is_cut_off_and_none_covers_another(
    language: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every text lies inside the picture and in the room it was given; texts do not overlap."""
    drawn: list[tuple[str, QRectF]] = []

    class Recorder(QPainter):
        """A painter that keeps where texts come to stand."""

        def drawText(self, *arguments: object) -> None:  # type: ignore[override]  # the one form in use
            area, flags, text = arguments
            assert isinstance(area, QRectF)
            assert isinstance(flags, int)
            assert isinstance(text, str)
            place = QFontMetricsF(self.font()).boundingRect(area, flags, text)
            assert place.width() <= area.width() + 1.5, text
            drawn.append((text, place))
            QPainter.drawText(self, area, flags, text)

    for module in (evaluation_picture, evaluation_forest, evaluation_timeline):
        monkeypatch.setattr(module, "QPainter", Recorder)
    render_track_record(track_record(), DARK)
    assert len(drawn) > 40
    page = QRectF(0, 0, SIZE.width(), SIZE.height())
    for number, (text, place) in enumerate(drawn):
        assert page.contains(place), text
        for other, behind in drawn[:number]:
            shared = place.intersected(behind)
            assert shared.width() < 1 or shared.height() < 3, f"{text!r} over {other!r}"


def test_a_long_label_is_shortened(qtbot: QtBot) -> None:
    long = replace(track_record(), label="A label that somebody made far too long " * 10)
    assert render_track_record(long, DARK).size() == SIZE


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (2_200, 6_200, (3_000, 4_000, 5_000, 6_000)),
        (3_000, 110_000, (5_000, 10_000, 20_000, 50_000, 100_000)),
        (0.9, 2_000, (1, 10, 100, 1_000)),
        (101, 103, ()),
    ],
)
def test_round_prices_on_a_logarithmic_scale(low: float, high: float, found: tuple[float, ...]) -> None:
    assert log_ticks(low, high) == found
