"""The first start: what Barograph is, what each feed contacts, and the choice between live and demo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from barograph.feeds.contract import FeedKind
from barograph.feeds.options import VENUES
from barograph.gui.feed_labels import source_name
from barograph.gui.icons import program_icon
from barograph.gui.style_sheet import style_sheet
from barograph.gui.text import label
from barograph.gui.theme import SPACE, TextSizes, Theme, palette, text_sizes
from barograph.gui.translation import mark, tr

_WIDTH = 56
"""Text heights."""
_ICON_PX = 40
_VENUE_HOSTS = {
    "binanceusdm": "binance.com",
    "bybit": "bybit.com",
    "okx": "okx.com",
    "hyperliquid": "hyperliquid.xyz",
}
_OTHERS = (
    ("Yahoo Finance", "yahoo.com", mark("prices of yields, dollar, futures, VIX, funds and shares")),
    ("FRED", "stlouisfed.org", mark("yields and policy rate")),
    ("US Treasury", "home.treasury.gov", mark("yields, as a second source")),
    ("New York Fed", "newyorkfed.org", mark("policy rate")),
)
_COINS = mark("bitcoin and ether: prices, funding, open interest, liquidations")
_FACTS = (
    mark("No account and no key is needed."),
    mark(
        "Nothing about you is sent: only requests for public prices go out. "
        "These hosts see your IP address, as every website does."
    ),
    mark("Some exchanges do not serve some countries; Barograph then uses the next one."),
    mark("Yahoo's data is for personal use, under Yahoo's own terms."),
)


class FirstStartDialog(QDialog):
    """One screen, two choices; closed without one, `choice` stays None."""

    def __init__(self, theme: Theme, venues: Sequence[str] = VENUES, parent: QWidget | None = None) -> None:
        """`venues` are the ids of the exchanges that would be asked, in their order."""
        super().__init__(parent)
        self.choice: str | None = None
        self.setObjectName("firstStart")
        self.setWindowTitle("Barograph")
        self.setWindowIcon(program_icon())
        self.setAccessibleName(tr("Choose a feed"))
        sizes = text_sizes(self.font())
        self.setPalette(palette(theme))
        self.setStyleSheet(style_sheet(theme, sizes))
        self.live = self._button("firstStartLive", tr("&Live market"), FeedKind.LIVE)
        self.demo = self._button("firstStartDemo", tr("&Simulated market (demo)"), FeedKind.DEMO)
        column = QVBoxLayout(self)
        column.setContentsMargins(6 * SPACE, 6 * SPACE, 6 * SPACE, 5 * SPACE)
        column.setSpacing(3 * SPACE)
        column.addLayout(_head())
        column.addWidget(_card(self.live, self._live_words(venues)))
        column.addWidget(_card(self.demo, self._demo_words()))
        later = tr("You can change this later: start Barograph with --feed live or --feed demo.")
        column.addWidget(label("firstStartLater", "quiet", later, wrap=True))
        self._fit(sizes)
        self.live.setFocus()

    def _button(self, name: str, text: str, feed: FeedKind) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setProperty("choice", True)
        button.setAccessibleName(text.replace("&", ""))
        button.clicked.connect(lambda: self._choose(feed))
        return button

    def _choose(self, feed: FeedKind) -> None:
        self.choice = feed.value
        self.accept()

    def _live_words(self, venues: Sequence[str]) -> QVBoxLayout:
        hosts = [_OTHERS[0], *((source_name(v), _VENUE_HOSTS.get(v, ""), _COINS) for v in venues), *_OTHERS[1:]]
        column = QVBoxLayout()
        column.setSpacing(SPACE)
        column.addWidget(label("firstStartContacts", "heading", tr("Contacts these hosts, and no others:")))
        column.addLayout(_host_rows(hosts))
        column.addSpacing(SPACE)
        facts = [tr(fact) for fact in _FACTS]
        for number, fact in enumerate(facts):
            column.addWidget(label(f"firstStartFact{number}", text=fact, wrap=True))
        names = ", ".join(f"{source_name(name)} ({host})" for name, host, _ in hosts)
        self.live.setAccessibleDescription(f"{tr('Contacts these hosts, and no others:')} {names}. {' '.join(facts)}")
        return column

    def _demo_words(self) -> QVBoxLayout:
        words = tr(
            "A made-up market that goes from calm through a joint fall to recovery. It contacts nothing, and says "
            "SIMULATED wherever it is shown."
        )
        column = QVBoxLayout()
        column.addWidget(label("firstStartDemoWords", text=words, wrap=True))
        self.demo.setAccessibleDescription(words)
        return column

    def _fit(self, sizes: TextSizes) -> None:
        """As wide as is good to read, and as high as its words then need."""
        layout = self.layout()
        if layout is not None:
            width = max(_WIDTH * sizes.body, layout.totalMinimumSize().width())
            self.setFixedSize(width, layout.totalHeightForWidth(width))


def ask_for_feed(theme: Theme, venues: Sequence[str] = VENUES, parent: QWidget | None = None) -> str | None:
    """Ask, and wait for the answer: ``live``, ``demo``, or None when the window was closed without one."""
    dialog = FirstStartDialog(theme, venues, parent)
    dialog.exec()
    choice = dialog.choice
    dialog.deleteLater()
    return choice


def _head() -> QHBoxLayout:
    picture = QLabel()
    picture.setObjectName("firstStartIcon")
    picture.setPixmap(program_icon().pixmap(_ICON_PX))
    words = QVBoxLayout()
    words.setSpacing(SPACE)
    words.addWidget(label("firstStartTitle", "title", tr("Which market shall Barograph show?")))
    sentence = tr(
        "Barograph shows at a glance whether US stocks and crypto are about to be sold together, and why. "
        "It places no orders and is not investment advice."
    )
    words.addWidget(label("firstStartSentence", text=sentence, wrap=True))
    row = QHBoxLayout()
    row.setSpacing(4 * SPACE)
    row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(words, 1)
    return row


def _card(button: QPushButton, words: QVBoxLayout) -> QFrame:
    card = QFrame()
    card.setObjectName(f"{button.objectName()}Card")
    card.setProperty("card", True)
    column = QVBoxLayout(card)
    column.setContentsMargins(4 * SPACE, 4 * SPACE, 4 * SPACE, 4 * SPACE)
    column.setSpacing(3 * SPACE)
    column.addWidget(button)
    column.addLayout(words)
    return card


def _host_rows(hosts: Sequence[tuple[str, str, str]]) -> QGridLayout:
    """Name, address and purpose; a purpose that neighbours share is said once."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(4 * SPACE)
    grid.setVerticalSpacing(SPACE // 2)
    grid.setColumnStretch(2, 1)
    said = ""
    for row, (name, host, purpose) in enumerate(hosts):
        grid.addWidget(label(f"firstStartHost{row}", text=source_name(name)), row, 0)
        grid.addWidget(label(f"firstStartAddress{row}", "quiet", host), row, 1)
        if purpose != said:
            grid.addWidget(label(f"firstStartPurpose{row}", "quiet", tr(purpose)), row, 2)
            said = purpose
    return grid
