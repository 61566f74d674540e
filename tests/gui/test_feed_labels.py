"""Words for what a feed says with fixed ids; what has none stands for itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from barograph.feeds.contract import Advisory, FeedErrorKind, SourceHealth, derivatives_of
from barograph.feeds.options import VENUES
from barograph.gui import feed_labels
from barograph.gui.translation import Catalogue, read_catalogue
from barograph.market.freshness import Freshness
from tests.gui.snapshots import ADVISORIES, DEMO, LIVE, NOW, REPLAY


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[None]:
    catalogue = Catalogue(read_catalogue("zh_CN"))
    assert qapp.installTranslator(catalogue)
    yield
    qapp.removeTranslator(catalogue)


def test_feeds_by_their_titles() -> None:
    titles = [feed_labels.feed_title(feed) for feed in (LIVE, DEMO, REPLAY)]
    assert titles == ["Live market", "Demo: simulated market, seed 7", "Replay: daily"]


@pytest.mark.usefixtures("chinese")
def test_what_is_made_of_ids_is_in_the_users_language() -> None:
    assert feed_labels.feed_title(DEMO) == "演示\uff1a模拟市场\uff0c种子 7"
    assert feed_labels.source_name("Simulated market") == "模拟市场"
    assert feed_labels.source_name("FRED, US Treasury") == "FRED、美国财政部"
    assert feed_labels.advisory_text(ADVISORIES[3]).startswith("Bybit 不向本地区提供服务")
    assert feed_labels.waiting_text(("VIX", "DGS2", "SPX"), 2) == "VIX、美国 2 年期 等另 1 项"
    assert feed_labels.waiting_text((derivatives_of("BTC"),), 1) == "BTC 资金费率和持仓量"


def test_every_venue_has_a_name() -> None:
    assert [feed_labels.source_name(venue) for venue in VENUES] == ["Binance", "Bybit", "OKX", "Hyperliquid"]
    assert feed_labels.source_name("okx, somewhere") == "OKX, somewhere"
    assert feed_labels.source_name("") == ""


def test_every_kind_of_fault_has_its_own_words_and_an_explanation() -> None:
    for words in ([*map(feed_labels.error_words, FeedErrorKind)], [*map(feed_labels.error_explanation, FeedErrorKind)]):
        assert all(words)
        assert len(set(words)) == len(FeedErrorKind)
    assert feed_labels.error_words(None) == feed_labels.error_explanation(None) == ""


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        ("", None, ""),
        ("Something\nelse", None, "Something else"),
        ("It was late", FeedErrorKind.UNREACHABLE, "not reachable · It was late"),
        ("", FeedErrorKind.REFUSED, "access refused"),
    ],
)
def test_the_last_fault_in_a_line(error: str, kind: FeedErrorKind | None, text: str) -> None:
    health = SourceHealth("okx", Freshness.ERROR, NOW, NOW, error, error_kind=kind)
    assert feed_labels.last_error(health) == text


def test_a_source_starts_until_it_has_answered_or_failed() -> None:
    health = SourceHealth("okx", Freshness.MISSING, None, None)
    assert feed_labels.source_state(health) == "starting"
    assert feed_labels.source_state(SourceHealth("okx", Freshness.MISSING, NOW, None)) == "missing"
    assert feed_labels.source_state(SourceHealth("okx", Freshness.MISSING, None, None, "late")) == "missing"


def test_advisories_are_sentences() -> None:
    for advisory in ADVISORIES:
        text = feed_labels.advisory_text(advisory)
        assert text.endswith(".")
        assert "{" not in text
    assert "183 s apart" in feed_labels.advisory_text(ADVISORIES[0])
    assert feed_labels.advisory_text(ADVISORIES[2]).startswith("Binance connects but")


@pytest.mark.parametrize(
    ("advisory", "text"),
    [
        (Advisory("something_new", ("a", "{0}")), "something new a {0}"),
        (Advisory("clock_off"), "clock off"),
        (Advisory("fomc_dates_end", ("{evil}", "more")), "The Fed's meeting dates in this version end on {evil}; "),
    ],
)
def test_an_advisory_that_is_not_as_expected_is_told_all_the_same(advisory: Advisory, text: str) -> None:
    assert feed_labels.advisory_text(advisory).startswith(text)


@pytest.mark.parametrize(
    ("names", "shown", "text"),
    [
        (("VIX",), 1, "VIX"),
        (("VIX", "DGS2", "DFII10", "QQQ"), 1, "VIX and 3 more"),
        (("VIX", "DGS2"), 2, "VIX, US 2Y"),
        (("SPX", "QQQ", "A"), 2, "SPX, QQQ and 1 more"),
    ],
)
def test_what_is_waited_for(names: tuple[str, ...], shown: int, text: str) -> None:
    assert feed_labels.waiting_text(names, shown) == text
