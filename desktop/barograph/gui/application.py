"""The Qt application: its style, its name and its language."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication, QStyleFactory

from barograph.gui.icons import program_icon
from barograph.gui.translation import choose_language, install_language

_CHINESE_FONTS = ("PingFang SC", "Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC")


def make_application(arguments: Sequence[str] = (), language: str | None = None) -> QApplication:
    """The application, once per process; widgets are made after it, so that they speak its language.

    Raises:
        ValueError: `language` is not a language the program speaks.
    """
    chosen = choose_language(language)
    # Without it a style sheet keeps the theme's palette from what is drawn without one, such as check boxes.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_UseStyleSheetPropagationInWidgetStyles)
    app = QApplication(["barograph", *arguments])
    app.setApplicationName("barograph")
    app.setApplicationDisplayName("Barograph")
    app.setDesktopFileName("barograph")
    app.setStyle(QStyleFactory.create("Fusion"))  # the one style that a theme's palette reaches everywhere
    app.setWindowIcon(program_icon())
    install_language(app, chosen)
    app.setFont(font_for(chosen, app.font()))
    return app


def font_for(language: str, font: QFont) -> QFont:
    """The platform's own font; for Chinese, where that has no Chinese characters, one that has.

    Left to Qt, each such character would come from a fallback font, whose lines are higher than the room that
    the platform's font asks for.
    """
    chinese = QFontDatabase.WritingSystem.SimplifiedChinese
    if language != "zh_CN" or chinese in QFontDatabase.writingSystems(QFontInfo(font).family()):
        return font
    installed = set(QFontDatabase.families(chinese))
    family = next((name for name in _CHINESE_FONTS if name in installed), None)
    if family is None:
        return font
    made = QFont(font)
    made.setFamilies([family, *font.families()])
    return made
