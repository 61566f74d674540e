"""Words in the user's language: English in the source, other languages from the catalogues in the resources.

A catalogue is a Qt Linguist ``.ts`` file and is read as it is: nothing is compiled, so an edited catalogue
shows at the next start and no generated file can be out of date.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from xml.etree import ElementTree

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

CONTEXT = "barograph"
LANGUAGES = ("en", "zh_CN")


def tr(text: str, comment: str = "") -> str:
    """`text` in the user's language; `comment` tells two uses of one English text apart."""
    return QCoreApplication.translate(CONTEXT, text, comment or None)


def mark(text: str) -> str:
    """Mark a text of a table for translation by `tr` where it is used."""
    return text


class Catalogue(QTranslator):
    """Translations by context, English text and comment; a text that is not in it stays English."""

    def __init__(self, messages: Mapping[tuple[str, str, str], str], parent: QObject | None = None) -> None:
        """`messages` maps (context, English text, comment) to the translation."""
        super().__init__(parent)
        self._messages = dict(messages)

    def isEmpty(self) -> bool:
        """Qt asks before it installs a translator."""
        return not self._messages

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """The translation; None, Qt's null string, asks the next translator."""
        return self._messages.get((context, source, disambiguation or ""))


def read_catalogue(language: str) -> dict[tuple[str, str, str], str]:
    """The finished translations of a language by (context, English text, comment).

    Raises:
        FileNotFoundError: there is no catalogue of that language.
    """
    file = importlib.resources.files("barograph_resources") / "translations" / f"barograph_{language}.ts"
    messages = {}
    for context in ElementTree.fromstring(file.read_text("utf-8")).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is not None and translation.get("type") is None and translation.text:
                key = (context.findtext("name", ""), message.findtext("source", ""), message.findtext("comment", ""))
                messages[key] = translation.text
    return messages


def choose_language(wanted: str | None) -> str:
    """The language to use: the one asked for, else the system's, else English.

    Raises:
        ValueError: `wanted` is not a language the program speaks.
    """
    if wanted is not None:
        if wanted not in LANGUAGES:
            raise ValueError(f"language {wanted!r}; expected one of {', '.join(LANGUAGES)}")
        return wanted
    system = QLocale.system()
    simplified = system.script() in (QLocale.Script.AnyScript, QLocale.Script.SimplifiedHanScript)
    return "zh_CN" if system.language() is QLocale.Language.Chinese and simplified else "en"


def install_language(app: QCoreApplication, language: str) -> None:
    """Make `language` the one of this program, Qt's own words and the names of days and months included."""
    QLocale.setDefault(QLocale(language))
    if language == "en":
        return
    of_qt = QTranslator(app)
    if of_qt.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(of_qt)
    app.installTranslator(Catalogue(read_catalogue(language), app))
