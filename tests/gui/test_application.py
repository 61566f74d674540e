"""The Qt application: made once in a process, so most of this runs in processes of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from barograph.gui.application import font_for
from barograph.gui.icons import icon, program_icon
from barograph.gui.theme import DARK, LIGHT

CHINESE = QFontDatabase.WritingSystem.SimplifiedChinese


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_application_in_chinese() -> None:
    code = """
from barograph.gui.application import make_application
app = make_application(language="zh_CN")
from PySide6.QtCore import QCoreApplication, QLocale
from datetime import date
from barograph.gui.formats import day
from barograph.gui.labels import face_word
from barograph.risk.faces import Face
print(face_word(Face.RISK_OFF), day(date(2026, 2, 5)), QCoreApplication.translate("QWidgetTextControl", "&Copy"))
print(app.style().objectName(), app.applicationName(), app.windowIcon().isNull())
"""
    first, second = run(code).splitlines()
    assert first == "避险 2月5日 周四 复制(&C)"
    assert second == "fusion barograph False"


def test_an_application_in_english_whatever_the_system_says() -> None:
    code = """
from barograph.gui.application import make_application
app = make_application(language="en")
from barograph.gui.labels import face_word
from barograph.risk.faces import Face
print(face_word(Face.RISK_OFF))
"""
    assert run(code) == "RISK-OFF\n"


def test_a_language_that_is_not_spoken_is_refused_before_anything_is_made() -> None:
    code = """
from PySide6.QtWidgets import QApplication
from barograph.gui.application import make_application
try:
    make_application(language="tlh")
except ValueError as error:
    print(error, QApplication.instance())
"""
    assert run(code) == "language 'tlh'; expected one of en, zh_CN None\n"


def test_chinese_gets_a_font_that_has_it(qapp: QApplication) -> None:
    if not QFontDatabase.families(CHINESE):
        pytest.skip("no font with Chinese characters is installed")
    font = font_for("zh_CN", qapp.font())
    assert CHINESE in QFontDatabase.writingSystems(QFontInfo(font).family())
    assert font.pixelSize() == qapp.font().pixelSize()
    assert font.pointSizeF() == qapp.font().pointSizeF()


def test_english_keeps_the_platforms_font(qapp: QApplication) -> None:
    font = QFont("Serif", 11)
    assert font_for("en", font) == font


@pytest.mark.parametrize("name", ["play", "pause", "step", "candles", "line", "theme"])
def test_icons_are_drawn_in_the_themes_colours(name: str, qapp: QApplication) -> None:
    def colours(drawn: object) -> set[str]:
        image = drawn.pixmap(32, 32).toImage()  # type: ignore[attr-defined]
        pixels = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
        return {pixel.name().upper() for pixel in pixels if pixel.alpha() == 255}

    assert DARK.quiet in colours(icon(name, DARK))
    assert LIGHT.quiet in colours(icon(name, LIGHT))
    assert not program_icon().isNull()
