"""The window's words: every one translated, none cut off, every control with a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtGui import QAccessible, QAccessibleInterface, QFontMetrics
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDateTimeEdit,
    QDockWidget,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTabBar,
    QTableView,
    QToolBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

import update_translations
from barograph.checklist.steps import Step
from barograph.engine.messages import EngineFailure
from barograph.gui.application import font_for
from barograph.gui.first_start import FirstStartDialog
from barograph.gui.main_window import MainWindow
from barograph.gui.panels.section import Section
from barograph.gui.panels.why_tree import NAME
from barograph.gui.theme import DARK
from barograph.gui.translation import Catalogue, choose_language, read_catalogue, tr
from barograph.risk.faces import Face
from tests.gui.records import record_of_a_year
from tests.gui.screen_text import texts_of
from tests.gui.snapshots import DEMO, LIMITED, LIVE, REPLAY, live_states, make_snapshot, troubled_health

Opens = Callable[[], MainWindow]
PSEUDO = {message: f"⟦{message[1]}⟧" for message in update_translations.all_messages()}
DATA = {
    "barograph",  # the program's name
    *re.findall(r"\w+", LIMITED.lower()),
    *re.findall(r"\w+", " ".join(health.last_error for health in troubled_health()).lower()),
    *(
        "replay",
        "daily",
        "simulated",
        "market",
        "yahoo",
        "finance",
        "binance",
        "okx",
        "bybit",
        "hyperliquid",
        "fred",
        "ice",
    ),
    *(
        "cboe",
        "usd",
        "qqq",
        "vix",
        "btc",
        "spx",
        "dxy",
        "eth",
        *("smh", "igv", "rsp"),
        "rty",
        "hyg",
        "tlt",
        "gld",
        "leaders",
        "breadth",
        "division",
        "zero",
        "apr",
    ),
    *("jan", "feb", "thu", "wed", "tue", "mon", "fri", "sat", "sun"),
}
"""Words that come from feeds, messages and calendars."""


@pytest.fixture
def pseudo(qapp: QApplication) -> Iterator[None]:
    """A language in which every translated text can be told from every other."""
    with_marks = Catalogue(PSEUDO)
    assert qapp.installTranslator(with_marks)
    yield
    qapp.removeTranslator(with_marks)


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    catalogue = Catalogue(read_catalogue("zh_CN"))
    assert qapp.installTranslator(catalogue)
    yield
    qapp.removeTranslator(catalogue)


def filled(window: MainWindow, face: Face = Face.CALM, ticked: int = 3) -> MainWindow:
    """A window with something in every corner."""
    window.resize(1280, 800)
    window.reset_layout()
    feed = {Face.CALM: LIVE, Face.WATCH: REPLAY}.get(face, DEMO)
    missing = ("X2", "M2") if face is Face.CALM else ()
    window.show_snapshot(make_snapshot(face, feed=feed, missing=missing, ticked=ticked, decisions=2, moved=2.0))
    return window


def untranslated(text: str) -> set[str]:
    """Words of a text that no translation has produced."""
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", " ", text)) != text:
        text = shorter
    text = re.sub(r"<[^>]*>|&\w+;", " ", text)
    return {word for word in re.findall(r"[A-Za-z]{3,}", text) if word.lower() not in DATA}


# ------------------------------------------------------------------------------------------------ catalogues


def test_the_chinese_catalogue_is_complete() -> None:
    catalogue = read_catalogue("zh_CN")
    assert set(catalogue) == update_translations.all_messages()
    assert all(text.strip() for text in catalogue.values())


def test_placeholders_survive_translation() -> None:
    for (_, source, _), translation in read_catalogue("zh_CN").items():
        assert sorted(re.findall(r"{\w*}", source)) == sorted(re.findall(r"{\w*}", translation)), source
        mnemonics = source.replace("S&P", "").count("&")
        assert translation.count("&") == mnemonics, source


def test_what_is_written_to_a_catalogue_is_read_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("ts") / "barograph_xx.ts"
    messages = {("a", "one & <two>", ""), ("a", "one & <two>", "other"), ("b", "left", "")}
    translations = {("a", "one & <two>", ""): "eins & <zwei>", ("a", "one & <two>", "other"): "anders"}
    update_translations.write(file, "xx", translations, messages)
    assert update_translations.read(file) == translations


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("tr('a')", {("barograph", "a", "")}),
        ("x = {1: mark('a' 'b')}", {("barograph", "ab", "")}),
        ("tr('a', 'of a day').format(n=1)", {("barograph", "a", "of a day")}),
        ("translate('charts', 'a')", {("charts", "a", "")}),
        ("QCoreApplication.translate('charts', 'a', 'c')", {("charts", "a", "c")}),
        ("tr(table[key])", set()),
        ("dock.mark('word')", set()),
    ],
)
def test_texts_are_found_in_the_source(source: str, found: set[tuple[str, str, str]]) -> None:
    assert update_translations.messages_of(source) == found


def test_a_text_that_nobody_could_find_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        update_translations.messages_of("name = 'a'\nmark(name)")


def test_languages_are_chosen() -> None:
    assert choose_language("zh_CN") == "zh_CN"
    assert choose_language(None) in ("en", "zh_CN")
    with pytest.raises(ValueError, match="'fr'; expected one of en, zh_CN"):
        choose_language("fr")


@pytest.mark.usefixtures("chinese")
def test_an_unknown_text_stays_english() -> None:
    assert tr("CALM") == "平静"
    assert tr("never written") == "never written"
    assert not QTranslator().translate("barograph", "CALM")


# ----------------------------------------------------------------------------------------------- in the window


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("face", list(Face))
def test_every_visible_text_is_translated(open_window: Opens, face: Face) -> None:
    window = filled(open_window(), face)
    window.show_failure(EngineFailure("division by zero", "", fatal=False))
    window.show_engine_down("silent")
    window.checklist.steps[Step.DECISION].title.click()
    found = {(where, text) for where, text in texts_of(window) if untranslated(text)}
    assert found == set()
    assert len(list(texts_of(window))) > 300


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("name", list(live_states()))
@pytest.mark.parametrize("strip", [False, True], ids=["panel", "strip"])
def test_every_text_of_a_live_feed_is_translated(open_window: Opens, name: str, strip: bool) -> None:
    window = filled(open_window())
    window.docks[-1].setVisible(not strip)
    window.show_snapshot(live_states()[name])
    found = {(where, text) for where, text in texts_of(window) if untranslated(text)}
    assert found == set()


@pytest.mark.usefixtures("pseudo")
@pytest.mark.parametrize("face", list(Face))
def test_every_text_of_the_context_is_translated(open_window: Opens, face: Face) -> None:
    """The whole cascade, every coin's leverage, and the track record as well."""
    window = filled(open_window(), face)
    floated(window, WIDTHS[0])
    window.docks.record.show()
    window.record.show_record(record_of_a_year(), 400)
    for section in window.findChildren(Section):
        section.heading.setChecked(True)
    shown = list(texts_of(window.cascade)) + list(texts_of(window.record)) + list(texts_of(window.correlation))
    assert {(where, text) for where, text in shown if untranslated(text)} == set()
    assert not window.cascade.is_strip


@pytest.mark.usefixtures("pseudo")
def test_a_short_record_is_translated(open_window: Opens) -> None:
    window = filled(open_window())
    window.docks.record.show()
    for days in (None, 37):
        if days is not None:
            window.record.show_record(None, days)
        assert {text for _, text in texts_of(window.record) if untranslated(text)} == set()


@pytest.mark.usefixtures("pseudo")
def test_the_first_start_is_translated(qtbot: QtBot) -> None:
    dialog = FirstStartDialog(DARK)
    qtbot.addWidget(dialog)
    found = {text for _, text in texts_of(dialog) if untranslated(re.sub(r"\b[a-z]+(\.[a-z]+)+\b", "", text))}
    assert found == set()
    assert dialog.live.accessibleDescription().startswith("⟦")


def test_an_untranslated_text_would_be_found() -> None:
    assert untranslated("⟦since ⟦Thu⟧ x⟧ · forgotten") == {"forgotten"}
    assert untranslated("<p>⟦fine⟧<br>\nYahoo 12</p>") == set()


def cut_off(window: QWidget) -> Iterator[str]:
    """Labels, buttons, headers and tool bars whose contents have not enough room."""
    for widget in window.findChildren(QWidget):
        if widget.isVisibleTo(window) and (what := _short_of_room(widget)):
            yield f"{widget.objectName() or type(widget).__name__}: {what}"


def _short_of_room(widget: QWidget) -> str:
    size, wanted = widget.size(), widget.sizeHint()
    match widget:
        case QLabel() if widget.wordWrap():
            return widget.text() if widget.heightForWidth(size.width()) > size.height() else ""
        case QLabel():
            fits = wanted.width() <= size.width() and wanted.height() <= size.height()
            return "" if fits else widget.text()
        case QAbstractButton():
            return widget.text() if wanted.width() > size.width() else ""
        case QToolBar():
            more = widget.findChild(QToolButton, "qt_toolbar_ext_button")
            return "tools that do not fit" if more is not None and more.isVisibleTo(widget) else ""
        case QHeaderView() if widget.orientation() is Qt.Orientation.Horizontal:
            columns = [column for column in range(widget.count()) if not widget.isSectionHidden(column)]
            short = [column for column in columns if widget.sectionSizeHint(column) > widget.sectionSize(column)]
            return f"columns {short}" if short else ""
    return ""


def cut_names(window: MainWindow) -> Iterator[str]:
    """Names in the evidence tables and the tree that have not enough room."""
    for box in window.checklist.steps.values():
        table = box.table
        metrics = QFontMetrics(table.font())
        for row in range(table.rowCount() if table.isVisibleTo(window) else 0):
            text = str(table.model().index(row, 0).data())
            if metrics.horizontalAdvance(text) + 6 > table.columnWidth(0):
                yield text
    tree = window.why.tree
    metrics = QFontMetrics(tree.font())
    room = tree.columnWidth(NAME) - 2 * tree.indentation() - 6
    for pillar in (tree.model().index(row, NAME) for row in range(tree.topLevelItemCount())):
        for row in range(tree.model().rowCount(pillar)):
            text = str(tree.model().index(row, NAME, pillar).data())
            if metrics.horizontalAdvance(text) > room:
                yield text


def settled(window: MainWindow, qtbot: QtBot) -> list[str]:
    """What is cut off once the layouts have come to rest."""
    for _ in range(3):
        with qtbot.waitSignal(window.destroyed, timeout=20, raising=False):
            pass
    return [*cut_off(window), *cut_names(window)]


@pytest.mark.parametrize("face", list(Face))
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("ticked", [0, 5])
def test_no_text_is_cut_off_at_1280_by_800(
    open_window: Opens, qapp: QApplication, qtbot: QtBot, face: Face, language: str, ticked: int
) -> None:
    catalogue, font = Catalogue(read_catalogue(language) if language != "en" else {}), qapp.font()
    qapp.installTranslator(catalogue)
    qapp.setFont(font_for(language, font))
    try:
        window = filled(open_window(), face, ticked)
        for step, box in window.checklist.steps.items():
            if not box.body.isVisibleTo(window):
                box.title.click()
            assert (step, settled(window, qtbot)) == (step, [])
        assert window.width() == 1280
    finally:
        qapp.setFont(font)
        qapp.removeTranslator(catalogue)


@pytest.mark.parametrize("name", list(live_states()))
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("strip", [False, True], ids=["panel", "strip"])
def test_no_text_of_a_live_feed_is_cut_off(
    open_window: Opens, qapp: QApplication, qtbot: QtBot, name: str, language: str, strip: bool
) -> None:
    catalogue, font = Catalogue(read_catalogue(language) if language != "en" else {}), qapp.font()
    qapp.installTranslator(catalogue)
    qapp.setFont(font_for(language, font))
    try:
        window = filled(open_window())
        window.docks[-1].setVisible(not strip)
        window.show_snapshot(live_states()[name])
        assert settled(window, qtbot) == []
    finally:
        qapp.setFont(font)
        qapp.removeTranslator(catalogue)


WIDTHS = (300, 460, 900)


def floated(window: MainWindow, width: int) -> None:
    """The cascade whole, in a window of its own."""
    window.docks.cascade.setFloating(True)
    window.docks.cascade.resize(width, 900)


@pytest.mark.parametrize("face", list(Face))
@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_text_of_the_context_is_cut_off(
    open_window: Opens, qapp: QApplication, qtbot: QtBot, face: Face, language: str, width: int
) -> None:
    """Behind the tabs of a narrow column, and in windows of their own; nothing has to be scrolled sideways."""
    catalogue, font = Catalogue(read_catalogue(language) if language != "en" else {}), qapp.font()
    qapp.installTranslator(catalogue)
    qapp.setFont(font_for(language, font))
    try:
        window = filled(open_window(), face)
        floated(window, width)
        window.record.show_record(record_of_a_year(), 400)
        for name in ("regime", "correlation", "record"):
            dock = getattr(window.docks, name)
            dock.show()
            dock.raise_()
            if width > WIDTHS[0]:
                dock.setFloating(True)
                dock.resize(width, 900)
        for section in window.findChildren(Section):
            section.heading.setChecked(True)
        window.docks.regime.raise_()
        settled(window, qtbot)
        for panel in (window.regime, window.correlation, window.record, window.cascade.whole):
            assert list(cut_off(panel)) == []
            assert (panel.objectName(), panel.area.horizontalScrollBar().maximum()) == (panel.objectName(), 0)
    finally:
        qapp.setFont(font)
        qapp.removeTranslator(catalogue)


@pytest.mark.parametrize("width", [1280, 1920, 2560])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_strip_has_room_for_every_stage(
    open_window: Opens, qapp: QApplication, qtbot: QtBot, width: int, language: str
) -> None:
    catalogue, font = Catalogue(read_catalogue(language) if language != "en" else {}), qapp.font()
    qapp.installTranslator(catalogue)
    qapp.setFont(font_for(language, font))
    try:
        window = filled(open_window(), Face.WATCH)
        window.resize(width, 800)
        window.reset_layout()
        settled(window, qtbot)
        assert window.cascade.is_strip
        assert list(cut_off(window.cascade)) == []
        timed = [name.text() for name in window.cascade.strip.names.values() if "·" in name.text()]
        assert width == 1280 or len(timed) == 5
    finally:
        qapp.setFont(font)
        qapp.removeTranslator(catalogue)


def test_a_text_that_is_cut_off_would_be_found(window: MainWindow, qtbot: QtBot) -> None:
    filled(window)
    window.light.word.setFixedWidth(20)
    assert settled(window, qtbot) == ["lightWord: CALM"]


# ------------------------------------------------------------------------------------------------------ names

INTERACTIVE = {
    QAccessible.Role.Button,
    QAccessible.Role.ButtonMenu,
    QAccessible.Role.CheckBox,
    QAccessible.Role.ComboBox,
    QAccessible.Role.EditableText,
    QAccessible.Role.List,
    QAccessible.Role.MenuItem,
    QAccessible.Role.RadioButton,
    QAccessible.Role.Slider,
    QAccessible.Role.SpinBox,
    QAccessible.Role.Table,
    QAccessible.Role.Tree,
}


def nodes(interface: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    yield interface
    for number in range(interface.childCount()):
        if (child := interface.child(number)).isValid():
            yield from nodes(child)


@pytest.mark.parametrize("face", [Face.WATCH, Face.NO_DATA])
def test_every_control_has_a_name(open_window: Opens, face: Face) -> None:
    window = filled(open_window(), face)
    root = QAccessible.queryAccessibleInterface(window)
    assert root.isValid()
    controls = [node for node in nodes(root) if node.role() in INTERACTIVE and not node.state().invisible]
    assert len(controls) > 30
    nameless = [node for node in controls if not node.text(QAccessible.Text.Name)]
    assert [(node.role(), node.object()) for node in nameless] == []


def test_every_part_has_a_fixed_name_of_its_own(window: MainWindow) -> None:
    filled(window)
    kinds = (QLabel, QAbstractButton, QLineEdit, QTableView, QToolBar)
    parts = [part for kind in kinds for part in window.findChildren(kind) if not _qts_own(part)]
    assert len(parts) > 60
    assert [part for part in parts if not part.objectName()] == []
    names = [part.objectName() for part in parts]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def _qts_own(part: QWidget) -> bool:
    in_qts_widget = isinstance(part.parent(), QToolBar | QTableView | QDateTimeEdit | QDockWidget | QTabBar)
    return part.objectName().startswith("qt_") or (in_qts_widget and isinstance(part, QAbstractButton | QLineEdit))
