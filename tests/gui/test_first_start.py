"""The first start: both choices by mouse and keyboard, all of it readable, nothing chosen when it is closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from barograph.feeds.fred import source as fixings
from barograph.gui.application import font_for
from barograph.gui.first_start import FirstStartDialog, ask_for_feed
from barograph.gui.theme import DARK, LIGHT, Theme
from barograph.gui.translation import Catalogue, read_catalogue
from tests.gui.screen_text import texts_of
from tests.gui.snapshots import NOW
from tests.loopback.exchange_asked import HOST_OF
from tests.loopback.exchange_dialects import DIALECTS
from tests.loopback.yahoo import YahooHost


def opened(qtbot: QtBot, theme: Theme = DARK, venues: tuple[str, ...] | None = None) -> FirstStartDialog:
    dialog = FirstStartDialog(theme) if venues is None else FirstStartDialog(theme, venues)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> Callable[[], None]:
    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, FirstStartDialog)
        QTest.keyClick(dialog.focusWidget(), key, modifier)

    return act


def click(name: str) -> Callable[[], None]:
    def act() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        button = dialog.findChild(QPushButton, name)
        assert button is not None
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    return act


def close() -> None:
    dialog = QApplication.activeModalWidget()
    assert dialog is not None
    dialog.close()


def tab_and_enter() -> None:
    press(Qt.Key.Key_Tab)()
    press(Qt.Key.Key_Return)()


@pytest.mark.parametrize(
    ("act", "answer"),
    [
        (click("firstStartLive"), "live"),
        (click("firstStartDemo"), "demo"),
        (press(Qt.Key.Key_Return), "live"),
        (press(Qt.Key.Key_Space), "live"),
        (tab_and_enter, "demo"),
        (press(Qt.Key.Key_Escape), None),
        (close, None),
    ],
    ids=["click live", "click demo", "enter", "space", "tab enter", "escape", "close"],
)
def test_the_choice(qtbot: QtBot, act: Callable[[], None], answer: str | None) -> None:
    QTimer.singleShot(0, act)
    assert ask_for_feed(DARK) == answer


def test_it_tells_what_is_contacted_and_what_is_not_sent(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    told = "\n".join(text for _, text in texts_of(dialog))
    for words in (
        *("Yahoo Finance", "yahoo.com", "Binance", "binance.com", "Bybit", "bybit.com", "OKX", "okx.com"),
        *("Hyperliquid", "hyperliquid.xyz", "FRED", "stlouisfed.org", "US Treasury", "home.treasury.gov"),
        *("New York Fed", "newyorkfed.org", "No account", "Nothing about you is sent", "your IP address"),
        *("do not serve some countries", "personal use", "--feed demo", "not investment advice"),
    ):
        assert words in told
    for button, words in ((dialog.live, "newyorkfed.org"), (dialog.demo, "contacts nothing")):
        assert button.accessibleName()
        assert words in button.accessibleDescription()


def test_only_the_exchanges_of_the_settings_are_named(qtbot: QtBot) -> None:
    told = "\n".join(text for _, text in texts_of(opened(qtbot, venues=("okx",))))
    assert "okx.com" in told
    assert "Binance" not in told
    assert "bitcoin and ether" in told


def test_no_host_is_contacted_that_is_not_named(qtbot: QtBot) -> None:
    """Against what the sources really ask for: the hosts that the servers of the tests have to play."""
    told = tuple(text for name, text in texts_of(opened(qtbot)) if name.startswith("firstStartAddress"))
    asked = {*YahooHost(lambda: NOW).hosts, *fixings.HOSTS.values(), *(each.host for each in DIALECTS.values())}
    asked |= set(HOST_OF.values())
    assert len(asked) >= 14
    for host in asked:
        plain = host.partition(":")[0]
        assert any(plain == address or plain.endswith(f".{address}") for address in told), host


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_nothing_is_cut_off(qapp: QApplication, qtbot: QtBot, language: str, theme: Theme) -> None:
    catalogue, font = Catalogue(read_catalogue(language) if language != "en" else {}), qapp.font()
    qapp.installTranslator(catalogue)
    qapp.setFont(font_for(language, font))
    try:
        dialog = opened(qtbot, theme)
        assert dialog.height() < 700
        for label in dialog.findChildren(QLabel):
            width, height = label.width(), label.height()
            if label.wordWrap():
                assert label.heightForWidth(width) <= height, label.text()
            else:
                assert label.sizeHint().width() <= width, label.text()
                assert label.sizeHint().height() <= height, label.text()
        for button in dialog.findChildren(QPushButton):
            assert button.sizeHint().width() <= button.width()
    finally:
        qapp.setFont(font)
        qapp.removeTranslator(catalogue)


def test_the_focus_can_be_seen(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    dialog.activateWindow()
    dialog.live.setFocus()
    qtbot.waitUntil(dialog.live.hasFocus)
    focused = dialog.live.grab().toImage()
    dialog.demo.setFocus()
    qtbot.waitUntil(dialog.demo.hasFocus)
    assert dialog.live.grab().toImage() != focused


def test_a_key_that_means_nothing_chooses_nothing(qtbot: QtBot) -> None:
    dialog = opened(qtbot)
    QApplication.sendEvent(dialog, QKeyEvent(QKeyEvent.Type.KeyPress, Qt.Key.Key_X, Qt.KeyboardModifier.NoModifier))
    assert dialog.choice is None
    assert dialog.isVisible()
