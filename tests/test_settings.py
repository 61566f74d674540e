"""The settings file: defaults, every key, and one sentence for whatever is wrong with it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import BaseModel

from barograph.feeds import options
from barograph.settings import VENUES, Developer, Live, Network, Refresh, Settings, SettingsError, load_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def refused(file: Path, content: bytes | str) -> str:
    """What is said of a file, which stays as it is."""
    written = content if isinstance(content, bytes) else content.encode()
    file.write_bytes(written)
    with pytest.raises(SettingsError) as refusal:
        load_settings(file)
    assert file.read_bytes() == written
    message = str(refusal.value)
    assert message.startswith(str(file))
    assert "\n" not in message
    return message.removeprefix(str(file))


def test_without_a_file_there_are_defaults(file: Path) -> None:
    settings = load_settings(file)
    assert settings == Settings()
    assert (settings.language, settings.theme, settings.demo_seed) == ("system", "dark", 7)
    assert not file.exists()


def test_every_key(file: Path) -> None:
    file.write_text('language = "zh_CN"\ntheme = "light"\ndemo_seed = 12\n', "utf-8")
    assert load_settings(file) == Settings(language="zh_CN", theme="light", demo_seed=12)


def test_a_part_of_the_keys_comments_and_an_empty_file(file: Path) -> None:
    file.write_text('# mine\n\n"theme" = "light" # bright room\n', "utf-8")
    assert load_settings(file) == Settings(theme="light")
    file.write_text("", "utf-8")
    assert load_settings(file) == Settings()


def test_the_mark_that_editors_on_windows_leave_at_the_beginning(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbftheme = "light"\r\n')
    assert load_settings(file) == Settings(theme="light")


def test_settings_are_not_written_to() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().theme = "light"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('theme = "light"\nthem = "dark"\n', ", line 2: them = 'dark': unknown key; one of language, theme,"),
        ('\n\n  "colour" = 1\n', ", line 3: colour = 1: unknown key; one of language"),
        ("\n[window]\nwidth = 5\n", ", line 2: window = a table: unknown key; one of language"),
        ("[__proto__]\n", ", line 1: __proto__ = a table: unknown key; one of language"),
        ("live = 5\n", ", line 1: live = 5: a table was expected"),
        ("[[live]]\n", ", line 1: live = [{}]: a table was expected"),
        ('# theme = "x"\ntheme = "blue"\n', ", line 2: theme = 'blue': Input should be 'dark' or 'light'"),
        ("theme = 3\n", ", line 1: theme = 3: Input should be 'dark' or 'light'"),
        ('theme = "dark"\ndemo_seed = -1\n', ", line 2: demo_seed = -1: Input should be greater than or equal to 0"),
        ("demo_seed = 4294967296\n", ", line 1: demo_seed = 4294967296: Input should be less than or equal to"),
        ("demo_seed = 1.5\n", ", line 1: demo_seed = 1.5: Input should be a valid integer"),
        ("demo_seed = true\n", ", line 1: demo_seed = True: Input should be a valid integer"),
        ('demo_seed = "7"\n', ", line 1: demo_seed = '7': Input should be a valid integer"),
        ('language = "de"\n', ", line 1: language = 'de': Input should be 'system', 'en' or 'zh_CN'"),
    ],
)
def test_a_wrong_key_or_value_is_named_with_its_line(file: Path, content: str, said: str) -> None:
    assert refused(file, content).startswith(said)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("theme = light\n", ", line 1: Invalid value (column 9); a TOML file with lines such as theme = "),
        ('theme = "dark"\ntheme = "light"\n', ", line 2: Cannot overwrite a value (column "),
        ('theme = "dark\n', ", line 1: Illegal character '\\n' (column 14)"),
        ("{}", ", line 1: Invalid statement (column 1)"),
        ("\n[live\n", ", line 2: Expected ']' at the end of a table declaration (column 6)"),
        ("[live]\n\n# mine\nvenues = [\n'okx',\n", ", line 4: Invalid value (not finished); a TOML file"),
        ("[live]\nvenues = ['okx'\nleaders = []\n", ", line 3: Unclosed array (column 1)"),
        ('theme = """dark\n\n', ", line 1: Unterminated string (not finished)"),
        ('theme = "da\0rk"\n', ", line 1: Illegal character '\\x00' (column 12)"),
        ("[live]\n[live]\n", ", line 2: Cannot declare ('live',) twice (column 6)"),
    ],
)
def test_what_is_not_toml_is_told_with_its_place(file: Path, content: str, said: str) -> None:
    assert refused(file, content).startswith(said)


# ------------------------------------------------------------------------------------------------ tables

MIXED = """
theme = "light"

[network]            # the office
proxy = "http://127.0.0.1:3128/"

[live]
venues = [
    "okx",           # first
    'bybit',
]
refresh = { quotes_s = 30, "others_s" = 120 }
"""


def test_tables(file: Path) -> None:
    file.write_text(MIXED, "utf-8")
    settings = load_settings(file)
    assert settings.network == Network(proxy="http://127.0.0.1:3128")
    assert settings.live.venues == ("okx", "bybit")
    assert settings.live.refresh == Refresh(quotes_s=30, others_s=120, open_interest_s=60)
    assert settings.live.leaders is None
    assert settings.theme == "light"


def test_what_is_not_set_is_as_the_feeds_have_it() -> None:
    told, used = Settings().live, options.LiveOptions(Path())
    assert told.venues == VENUES == used.venues == options.VENUES
    assert told.refresh.model_dump() == asdict(used.refresh)
    assert Settings().network.proxy is used.access.proxy is None


@pytest.mark.parametrize(
    "content",
    [
        "# one\n\n[live.refresh]\n\nquotes_s = 29\n",
        "\n\n\n\nlive.refresh.quotes_s = 29\n",
        "[live]\n\n# quotes_s = 1\nvenues = ['okx']\nrefresh.quotes_s = 29\n",
        "[live]\nvenues = [\n'okx',\n]\nrefresh = { others_s = 60, quotes_s = 29 }\n",
        "theme = 'dark'\n\n\n\nlive = { refresh = { quotes_s = 29 } }\n",
        "['live']\n[ \"live\" . refresh ]\n\n\n'quotes_s' = 29\n",
        "[network]\n[developer]\n[live.'refresh']\nothers_s = 60\n\"quotes\\u005fs\" = 29 # low\n",
        "[live]\n\n\n[live.refresh]\nquotes_s = 29\n",
        "[live]\r\n\r\n\r\n[live.refresh]\r\nquotes_s = 29\r\n",
        "\ufeff[live]\n\nleaders = ['A', 'B', 'C', 'D', 'E']\n\nrefresh.quotes_s = 29\n",
    ],
)
def test_the_line_is_found_however_the_key_is_written(file: Path, content: str) -> None:
    said = ", line 5: live.refresh.quotes_s = 29: Input should be greater than or equal to 30"
    assert refused(file, content) == said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[live]\nvenues = [\n  'okx',\n  'kraken',\n]\n", ", line 4: live.venues[1] = 'kraken': Input should be"),
        ("[live]\nvenues = [ 'okx',\n  'bybit', 'x' ]\n", ", line 3: live.venues[2] = 'x': Input should be 'bin"),
        ("live = { venues = [\n'okx',\n7 ] }\n", ", line 3: live.venues[1] = 7: Input should be 'binanceusdm'"),
        ("[live]\nvenues = []\n", ", line 2: live.venues = []: Tuple should have at least 1 item"),
        ("[live]\nvenues = 'okx'\n", ', line 2: live.venues = \'okx\': a list such as ["one", "two"] was expected'),
        ("[live]\n\nvenues = [\n'okx',\n'okx']\n", ", line 3: live.venues = ['okx', 'okx']: okx is there twice;"),
        ("[live]\nvenue = ['okx']\n", ", line 2: live.venue = ['okx']: unknown key; one of venues, leaders, refresh"),
        ("[live.refreshs]\n", ", line 1: live.refreshs = a table: unknown key; one of venues, leaders, refresh was"),
        (
            "[live.refresh]\nquotes = 60\n",
            ", line 2: live.refresh.quotes = 60: unknown key; one of quotes_s, others_s, open_interest_s, ",
        ),
        ("[live]\n'a b.c' = 1\n", ", line 2: live.'a b.c' = 1: unknown key"),
        ("[live]\nleaders = ['NVDA', 'AMD', 'AVGO', 'TSM']\n", ", line 2: live.leaders = ['NVDA', 'AMD', 'AVGO',"),
        ("[live]\nleaders = ['A','B','C','D',\n'../e']\n", ", line 3: live.leaders[4] = '../e': String should match"),
        ("[live]\nleaders = ['A','B','C','D','e']\n", ", line 2: live.leaders[4] = 'e': String should match"),
        ('[live]\nleaders = ["A","B","C","D","E\\n"]\n', ", line 2: live.leaders[4] = 'E\\n': String should match"),
        (
            "[live]\nleaders = ['A','B','C','D','E','A']\n",
            ", line 2: live.leaders = ['A', 'B', 'C', 'D', 'E',",
        ),
        (
            "[developer]\nexchange_base = 'ftp://a'\n",
            ", line 2: developer.exchange_base = 'ftp://a': an address",
        ),
        ("[developer]\nexchange_base = 1\n", ", line 2: developer.exchange_base = 1: Input should be a valid string"),
        ("[network]\nca_file = 5\n", ", line 2: network.ca_file = 5: the name of a PEM file was expected"),
        ("[network]\nca_file = ''\n", ", line 2: network.ca_file = '': the name of a PEM file was expected"),
        ('[network]\nca_file = "a\\u0000"\n', ", line 2: network.ca_file = 'a\\x00': the name of a PEM file"),
    ],
)
def test_a_wrong_key_or_value_in_a_table_is_named_in_full(file: Path, content: str, said: str) -> None:
    assert refused(file, content).startswith(said)


@pytest.mark.parametrize(
    ("key", "lowest", "highest"),
    [
        ("quotes_s", 30, 3_600),
        ("others_s", 60, 7_200),
        ("open_interest_s", 30, 3_600),
        ("funding_s", 60, 7_200),
        ("fixings_s", 900, 86_400),
    ],
)
def test_refresh_periods_have_bounds(file: Path, key: str, lowest: int, highest: int) -> None:
    for value in (lowest, highest):
        file.write_text(f"[live.refresh]\n{key} = {value}\n", "utf-8")
        assert getattr(load_settings(file).live.refresh, key) == value
    for wrong in (lowest - 1, highest + 1, "nan", "inf", "true", '"60"', "60.5", "10000000000000000000000"):
        assert f", line 2: live.refresh.{key} = " in refused(file, f"[live.refresh]\n{key} = {wrong}\n")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("http://proxy.example:3128", "http://proxy.example:3128"),
        ("https://proxy.example/", "https://proxy.example"),
        ("http://[::1]:1080", "http://[::1]:1080"),
        ("http://ann:secret@proxy.example:3128", "http://ann:secret@proxy.example:3128"),
    ],
)
def test_addresses_of_proxies(file: Path, text: str, address: str) -> None:
    file.write_text(f'network.proxy = "{text}"\n', "utf-8")
    assert load_settings(file).network.proxy == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "proxy.example:3128", "http://", "socks5://a:1", "file:///etc/passwd", "http://a:0", "http://a:99999"),
        *("http://a b", "http://a\\nhttp://b", "http://a:1/path", "http://a?x=1", "http://[::1", "http://ü.example"),
        *("http://" + "a" * 600, "javascript:alert(1)", "HTTP", " http://a", "http://a\\u0000"),
    ],
)
def test_what_is_no_address_of_a_proxy(file: Path, text: str) -> None:
    message = refused(file, f'[network]\nproxy = "{text}"\n')
    assert message.startswith(", line 2: network.proxy = '")
    assert message.endswith("was expected")


def test_the_password_of_a_proxy_is_not_told(file: Path) -> None:
    message = refused(file, "network.proxy = 'ftp://ann:secret@proxy.example'")
    assert "secret" not in message
    assert "ftp://***@proxy.example" in message


# ---------------------------------------------------------------------------------------- file of certificates


@pytest.fixture(scope="module")
def pem() -> bytes:
    """A certificate of nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def test_a_file_of_certificates_is_found_beside_the_settings(file: Path, pem: bytes) -> None:
    ca = file.parent / "company ca.pem"
    ca.write_bytes(pem)
    for name in ("company ca.pem", str(ca)):
        file.write_text(f"network.ca_file = {name!r}\n", "utf-8")
        assert load_settings(file).network.ca_file == ca


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\xff" * 99, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END"])
def test_a_file_without_certificates_is_refused(file: Path, content: bytes) -> None:
    (file.parent / "ca.pem").write_bytes(content)
    message = refused(file, "[network]\n\nca_file = 'ca.pem'\n")
    assert message.startswith(", line 3: network.ca_file = 'ca.pem': ")
    assert "PEM file" in message


def test_a_file_of_certificates_that_is_not_there(file: Path) -> None:
    (file.parent / "folder.pem").mkdir()
    for name in ("none.pem", "folder.pem"):
        message = refused(file, f"network.ca_file = {name!r}\n")
        assert message.startswith(f", line 1: network.ca_file = {name!r}: there is no such file (")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'theme = "d\xe4rk"\n', ": byte 10: not UTF-8 text; a UTF-8 TOML file was expected"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", ": byte 0: not UTF-8 text"),
        ('theme = "dark"\n'.encode("utf-16"), ": byte 0: not UTF-8 text"),
    ],
)
def test_what_is_not_text_is_told(file: Path, content: bytes, said: str) -> None:
    assert refused(file, content).startswith(said)


@pytest.mark.parametrize(
    "content",
    [
        "demo_seed = " + "9" * 5_000,
        "theme = " + "[" * 5_000,
        "a." * 5_000 + "a = 1",
        "theme = " + "[" * 5_000 + "]" * 5_000,
        "live = " + "{a=" * 5_000 + "1" + "}" * 5_000,
        "demo_seed = 1e999999",
        "theme = '" + "x" * 60_000 + "'",
        "'" + "k" * 60_000 + "' = 1",
        "x = [\n" + "1,\n" * 15_000 + "]",
        'x = """' + "\n" * 60_000,
        "\n".join(f"k{n} = 1" for n in range(4_000)),
    ],
    ids=range(11),
)
def test_hostile_values_are_one_sentence_too(file: Path, content: str) -> None:
    message = refused(file, "\n\n" + content)
    assert message.startswith((", line 3: ", ", line 1: x = [1, 1, "))
    assert len(message) < 400


def test_a_file_that_is_too_large_is_not_read(file: Path) -> None:
    assert refused(file, "#" * 70_000).startswith(": larger than 64 kB")


def test_a_key_that_cannot_be_printed_is_escaped(file: Path) -> None:
    assert refused(file, '"a\\nb\\u001b[31m" = 1\n').startswith(", line 1: 'a\\nb\\x1b[31m' = 1: unknown key")


def test_a_folder_in_its_place_or_a_path_through_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "settings.toml"
    folder.mkdir()
    with pytest.raises(SettingsError, match=r"settings\.toml: cannot be read: "):
        load_settings(folder)
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"settings\.toml: cannot be read: "):
        load_settings(tmp_path / "file" / "settings.toml")


# ------------------------------------------------------------------------------------------------------ manual

MANUAL = (Path(__file__).resolve().parent.parent / "docs" / "settings.md").read_text("utf-8")


def test_the_example_of_the_manual_can_be_used(file: Path, pem: bytes) -> None:
    (file.parent / "company-ca.pem").write_bytes(pem)
    file.write_text(MANUAL.partition("```toml\n")[2].partition("```")[0], "utf-8")
    settings = load_settings(file)
    assert settings.live.venues == ("okx", "hyperliquid")
    assert settings.network.ca_file == file.parent / "company-ca.pem"


@pytest.mark.parametrize("table", [Settings, Network, Live, Refresh, Developer])
def test_every_key_is_in_the_manual_with_its_default(table: type[BaseModel]) -> None:
    for name, field in table.model_fields.items():
        match field.default:
            case BaseModel():
                assert f"## `[{name}]`" in MANUAL or f"## `[live.{name}]`" in MANUAL
            case None:
                assert re.search(rf"^\| `{name}` \| [^`|]+ \|", MANUAL, re.MULTILINE)
            case default:
                assert f"| `{name}` | `{json.dumps(default)}` |" in MANUAL
