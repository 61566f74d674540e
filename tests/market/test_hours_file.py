"""The hours files that ship, and what is said about one that cannot be used."""

from __future__ import annotations

from datetime import date, time

import pytest

from barograph.market.hours_file import HoursError, load_hours, parse_hours

GOOD = """
format = 1
id = "GLOBEX"
zone = "America/New_York"
note = "for a test"
longest_halt_min = 60
never_on = ["christmas"]
[[version]]
from = 2020-01-01
open = 18:00:00
opens_on_eve = true
close = 17:00:00
[[version]]
from = 2021-01-01
open = 18:00:00
opens_on_eve = true
close = 16:00:00
[[exception]]
date = 2022-01-03
"""


def test_a_good_file_is_read_as_it_stands() -> None:
    hours = parse_hours(GOOD, "hours.toml")
    assert [(version.since, version.close) for version in hours.version] == [
        (date(2020, 1, 1), time(17)),
        (date(2021, 1, 1), time(16)),
    ]
    assert hours.exception[0].close is None


@pytest.mark.parametrize("calendar_id", ["GLOBEX", "CBOE_RATES", "CBOE_VIX", "ICE_DX"])
def test_shipped_files_state_their_rule_and_their_doubts(calendar_id: str) -> None:
    hours = load_hours(calendar_id)
    assert hours.id == calendar_id
    assert "Rule:" in hours.note
    assert "Less sure:" in hours.note


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format = 1", "format = 2", "hours.toml: format 2 is not known to this program; format 1 was expected"),
        ("format = 1\n", "", "hours.toml: format None is not known"),
        ("close = 17:00:00", "closes = 17:00:00", r"hours.toml: version.0.close: Field required"),
        ("close = 16:00:00", "close = 16:00:00\nlunch = 12:00:00", r"version.1.lunch: Extra inputs are not permitted"),
        ("close = 16:00:00", 'close = "16:00"', r"version.1.close: .*time.* \(found '16:00'\)"),
        ("close = 17:00:00", "close = 25:00:00", "hours.toml: .*; a TOML file was expected"),
        ("from = 2021-01-01", "from = 2020-01-01", "version 2020-01-01 stands after 2020-01-01; rising dates"),
        ("from = 2021-01-01", "from = 2019-01-01", "version 2019-01-01 stands after 2020-01-01; rising dates"),
        ("America/New_York", "Europe/Berlin", r"zone: Input should be .*America/Chicago.* \(found 'Europe/Berlin'\)"),
        ('["christmas"]', '["easter"]', r"never_on.0: .* \(found 'easter'\)"),
        ("longest_halt_min = 60", "longest_halt_min = -1", "longest_halt_min: .*greater than or equal to 0"),
        ("close = 17:00:00", "close = 17:00:00\nbreak_start = 16:15:00", "break_start and break_end come together"),
        (
            "close = 17:00:00",
            "close = 17:00:00\nbreak_start = 16:30:00\nbreak_end = 16:15:00",
            "break_start, break_end and close in this order were expected",
        ),
        ("opens_on_eve = true\nclose = 17", "close = 17", "open before break_start and close was expected"),
        ("[[exception]]", "[[exception]]\ndate = 2022-01-04\n[[exception]]", "exception 2022-01-03 stands after"),
        ("[[version]]", "[[versions]]", "hours.toml: version: Field required"),
    ],
)
def test_a_mistake_is_one_sentence_with_file_and_key(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(HoursError, match=message) as raised:
        parse_hours(GOOD.replace(old, new), "hours.toml")
    assert "\n" not in str(raised.value)
