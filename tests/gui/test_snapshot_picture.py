"""The picture of a snapshot: drawn without a window, and marked where the market is not the live one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QWidget
from pytestqt.qtbot import QtBot

from barograph.feeds.contract import FeedInfo
from barograph.gui.snapshot_picture import SIZE, picture_sheet, render_snapshot
from barograph.gui.theme import DARK, LIGHT, Theme
from barograph.risk.faces import Face
from tests.gui.screen_text import texts_of
from tests.gui.snapshots import DEMO, LIVE, REPLAY, make_snapshot

BOTH = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


def row(picture: QImage, y: int) -> list[str]:
    return [picture.pixelColor(x, y).name().upper() for x in range(picture.width())]


@BOTH
@pytest.mark.parametrize("feed", [DEMO, REPLAY], ids=["demo", "replay"])
def test_stripes_on_all_four_sides(theme: Theme, feed: FeedInfo, qtbot: QtBot) -> None:
    picture = render_snapshot(make_snapshot(feed=feed), theme)
    wide, high = picture.width(), picture.height()
    column = [picture.pixelColor(0, y).name().upper() for y in range(high)]
    far = [picture.pixelColor(wide - 1, y).name().upper() for y in range(high)]
    for edge in (row(picture, 0), row(picture, high - 1), column, far):
        assert 0.3 < edge.count(theme.accent) / len(edge) < 0.7


def test_the_live_market_has_no_stripes(qtbot: QtBot) -> None:
    picture = render_snapshot(make_snapshot(feed=LIVE), DARK)
    assert set(row(picture, 0)) == {DARK.ground}


@BOTH
@pytest.mark.parametrize("face", list(Face))
def test_the_light_is_there_in_full(theme: Theme, face: Face, qtbot: QtBot) -> None:
    """Not half way through the fading of a change: the same pixels as the face drawn by itself."""
    picture = render_snapshot(make_snapshot(face, feed=LIVE), theme)
    colours = [picture.pixelColor(x, y).name().upper() for x in range(8, 90) for y in range(40, 110)]
    assert colours.count(theme.face(face)) > 400


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_a_scale_makes_more_pixels_of_the_same_size(scale: float, qtbot: QtBot) -> None:
    picture = render_snapshot(make_snapshot(), DARK, QSize(900, 700), scale)
    assert picture.size() == QSize(int(900 * scale), int(700 * scale))
    assert picture.devicePixelRatio() == scale
    assert picture.deviceIndependentSize().toSize() == QSize(900, 700)


def test_two_snapshots_make_two_pictures_and_one_makes_one(qtbot: QtBot) -> None:
    first = render_snapshot(make_snapshot(Face.WATCH), DARK)
    assert render_snapshot(make_snapshot(Face.WATCH), DARK) == first
    assert render_snapshot(make_snapshot(Face.CALM), DARK) != first
    assert first.width() == SIZE.width()


def shown(sheet: QWidget, name: str) -> str:
    """The text of a label that is in the picture; empty where it is not."""
    found = sheet.findChild(QLabel, name)
    return found.text() if isinstance(found, QLabel) and found.isVisibleTo(sheet) else ""


def test_what_stands_around_the_light_is_in_the_picture(qtbot: QtBot) -> None:
    """Stages with their times, crypto's stage since when, the kind of stress, ρ with its band, the plan."""
    sheet = picture_sheet(make_snapshot(Face.RISK_OFF, feed=REPLAY), DARK)
    qtbot.addWidget(sheet)
    assert shown(sheet, "timelineTitle-shock") == "1 shock"
    assert shown(sheet, "timelineTime-shock") == "Tue 3 Feb 11:32"
    assert shown(sheet, "deleveragingStory").startswith("BTC: calm → leverage building → ● forced selling")
    assert (shown(sheet, "regimeWord"), shown(sheet, "regimeCryptoLed")) == ("LIQUIDITY SHOCK", "crypto-led")
    assert [shown(sheet, f"pair0Number{column}") for column in range(3)] == ["1h", "0.74", "0.61…0.83"]
    assert shown(sheet, "pictureGap").startswith("BTC moved −4.1% while ES was closed")
    texts = [text for _, text in texts_of(sheet)]
    assert {"no trade", "× 0.3"} <= set(texts)


def test_the_picture_shows_one_pair_and_nothing_to_press(qtbot: QtBot) -> None:
    sheet = picture_sheet(make_snapshot(Face.WATCH), DARK)
    qtbot.addWidget(sheet)
    assert [shown(sheet, f"pair{place}Name") for place in range(3)] == ["ES – BTC", "", ""]
    assert sheet.findChild(QLabel, "pair3Name") is None
    assert [button for button in sheet.findChildren(QAbstractButton) if button.isVisibleTo(sheet)] == []
    titles = {"Cascade", "Crypto deleveraging", "Kind of stress", "Stocks against coins", "Plan"}
    assert titles <= {text for _, text in texts_of(sheet)}


def test_without_any_context_the_picture_says_so(qtbot: QtBot) -> None:
    """What is not known is not calm."""
    sheet = picture_sheet(replace(make_snapshot(Face.CALM), context=None), DARK)
    qtbot.addWidget(sheet)
    assert shown(sheet, "regimeWord") == "not known"
    assert shown(sheet, "timelineTime-shock") == "not known"
    assert "nothing of them is known" in shown(sheet, "deleveragingStory")
    assert shown(sheet, "pairsEmpty")
    assert shown(sheet, "pictureGap") == ""


def test_nothing_is_hidden_unless_a_size_was_asked_for(qtbot: QtBot) -> None:
    snapshot = make_snapshot(Face.WATCH, feed=REPLAY)
    sheet = picture_sheet(snapshot, DARK)
    qtbot.addWidget(sheet)
    sheet.resize(render_snapshot(snapshot, DARK).size())
    sheet.show()
    for view in sheet.findChildren(QAbstractScrollArea):
        assert view.verticalScrollBar().maximum() == 0


def test_a_snapshot_without_anything_is_drawn_too(qtbot: QtBot) -> None:
    empty = replace(
        make_snapshot(Face.NO_DATA), pillars=(), readings=(), movers=(), flip=None, steps=(), health=(), quotes=()
    )
    picture = render_snapshot(empty, DARK)
    assert DARK.panel in row(picture, 300)


def test_the_word_and_the_time_are_in_the_picture(qtbot: QtBot) -> None:
    sheet = picture_sheet(make_snapshot(feed=REPLAY), DARK)
    qtbot.addWidget(sheet)
    texts = [text for _, text in texts_of(sheet)]
    for words in ("REPLAY", "Replay: daily", "Barograph · Thu 5 Feb 2026 14:32 New York · rules balanced-1"):
        assert words in texts
