"""The style sheet: the theme's colours and sizes put on Qt's widgets."""

from __future__ import annotations

from string import Template

from barograph.gui.theme import RADIUS, TextSizes, Theme

# `role` is a dynamic property that `text.label` sets.
_SHEET = Template("""
QWidget { color: $text; font-size: ${body}px; font-weight: 400; }
QMainWindow, QDialog, QWidget#central { background: $ground; }
QWidget[panel="true"] { background: $panel; }
QFrame[card="true"] { background: $panel; border: 1px solid $line; border-radius: ${radius}px; }
QStatusBar { background: $panel; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
QWidget[notice="true"] { background: $raised; border-bottom: 1px solid $line; }
QMainWindow::separator { background: $ground; width: 4px; height: 4px; }
QMainWindow::separator:hover { background: $accent; }

QLabel { background: transparent; }
QLabel[role="quiet"] { color: $quiet; }
QLabel[role="small"] { color: $quiet; font-size: ${small}px; }
QLabel[role="heading"] { color: $quiet; font-size: ${small}px; font-weight: 600; }
QLabel[role="title"] { font-size: ${title}px; font-weight: 600; }
QLabel[role="word"] { font-size: ${large}px; font-weight: 600; }
QLabel[role="score"] { font-size: ${huge}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="waiting"] { color: $quiet; font-weight: 600; }
QLabel[role="badge"] { color: $ground; background: $accent; border-radius: ${radius}px; padding: 2px 8px;
    font-weight: 700; }
QLabel[role="alarm"] { color: $panel; background: $risk_off; border-radius: ${radius}px; padding: 2px 8px;
    font-weight: 700; }

QDockWidget { color: $quiet; font-size: ${small}px; font-weight: 600; }
QDockWidget::title { background: $panel; padding: 5px 8px; border-bottom: 1px solid $line; }
QMainWindow > QTabBar { background: $ground; font-size: ${small}px; qproperty-elideMode: ElideNone; }
QMainWindow > QTabBar::tab { background: $ground; color: $quiet; padding: 4px 8px; border: none;
    border-bottom: 2px solid transparent; }
QMainWindow > QTabBar::tab:hover { color: $text; }
QMainWindow > QTabBar::tab:selected { background: $panel; color: $text; border-bottom-color: $accent; }
QMainWindow > QTabBar::tab:focus { color: $accent; }
QToolBar { background: $panel; border: none; border-bottom: 1px solid $line; padding: 3px 6px; spacing: 2px; }
QToolBar::separator { background: $line; width: 1px; margin: 4px 6px; }
QMenuBar { background: $panel; border-bottom: 1px solid $line; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected, QMenu::item:selected { background: $raised; }
QMenu { background: $panel; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 20px; border-radius: ${radius}px; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px; }

QToolButton { background: transparent; color: $quiet; border: 1px solid transparent;
    border-radius: ${radius}px; padding: 3px 6px; }
QToolButton:hover { background: $raised; color: $text; }
QToolButton:checked { background: $raised; color: $text; border-color: $line; }
QToolButton:disabled { color: $faint; }
QToolButton:focus, QPushButton:focus { border-color: $accent; }
QToolButton[heading="true"], QToolButton[heading="true"]:checked { background: transparent; color: $text;
    border-color: transparent; font-weight: 600; padding: 1px 4px 1px 0; }
QToolButton[heading="true"]:hover { background: $raised; }
QToolButton[heading="true"]:focus { border-color: $accent; }
QPushButton { background: $raised; border: 1px solid $line; border-radius: ${radius}px; padding: 4px 12px; }
QPushButton:hover { border-color: $quiet; }
QPushButton:disabled { color: $faint; }
QPushButton[choice="true"] { font-size: ${title}px; font-weight: 600; padding: 10px 16px; text-align: left; }
QPushButton[choice="true"]:hover { border-color: $accent; }
QPushButton[flat="true"] { background: transparent; border-color: transparent; padding: 2px 6px; }
QPushButton[flat="true"]:hover { background: $raised; }
QPushButton[flat="true"]:focus { border-color: $accent; }

QLineEdit, QPlainTextEdit { background: $ground; border: 1px solid $line;
    border-radius: ${radius}px; padding: 3px 6px; selection-background-color: $accent;
    selection-color: $ground; }
QLineEdit:focus, QPlainTextEdit:focus { border-color: $accent; }

QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $line; outline: none;
    selection-background-color: $raised; selection-color: $text; }

QRadioButton { spacing: 6px; }
QRadioButton::indicator { width: 12px; height: 12px; border: 1px solid $quiet; border-radius: 7px;
    background: $ground; }
QRadioButton::indicator:hover, QRadioButton::indicator:focus { border-color: $accent; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid $accent; background: $ground; }
QRadioButton:checked { font-weight: 600; }
QRadioButton:focus { color: $accent; }

QTreeView, QTableView { background: $panel; border: none; outline: none; selection-background-color: $raised;
    selection-color: $text; }
QTableView#feedsTable::item { padding: 0 4px; }
QTableView#feedsTable QHeaderView::section { padding: 2px 7px; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section { background: $panel; color: $quiet; border: none; border-bottom: 1px solid $line;
    padding: 2px 6px; font-size: ${small}px; }
QScrollArea { background: transparent; border: none; }
QScrollArea QLabel#feedsNotices { background: $panel; }
QScrollArea > QWidget > QWidget { background: $panel; }
QScrollBar:vertical { background: transparent; width: 10px; }
QScrollBar:horizontal { background: transparent; height: 10px; }
QScrollBar::handle { background: $line; border-radius: 3px; min-height: 24px; min-width: 24px; margin: 2px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 6px; }
""")


def style_sheet(theme: Theme, sizes: TextSizes) -> str:
    """The style sheet of the window and of everything in it."""
    return _SHEET.substitute(
        ground=theme.ground,
        panel=theme.panel,
        raised=theme.raised,
        line=theme.line,
        text=theme.text,
        quiet=theme.quiet,
        faint=theme.faint,
        accent=theme.accent,
        risk_off=theme.risk_off,
        small=sizes.small,
        body=sizes.body,
        title=sizes.title,
        large=sizes.large,
        huge=sizes.huge,
        radius=RADIUS,
    )
