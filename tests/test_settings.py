"""The settings file: defaults, every key, and one sentence for whatever is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from barograph.settings import Settings, SettingsError, load_settings


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
        ("[window]\nwidth = 5\n", ", line 1: window = a table: unknown key; one of language"),
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
        ("theme = light\n", ': Invalid value (at line 1, column 9); a TOML file such as theme = "dark" was expected'),
        ('theme = "dark"\ntheme = "light"\n', ": Cannot overwrite a value (at line 2"),
        ('theme = "dark\n', ": Illegal character"),
        ("{}", ": Invalid statement (at line 1, column 1)"),
    ],
)
def test_what_is_not_toml_is_told_with_its_place(file: Path, content: str, said: str) -> None:
    assert refused(file, content).startswith(said)


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


@pytest.mark.parametrize("content", ["demo_seed = " + "9" * 5_000, "theme = " + "[" * 5_000, "a." * 5_000 + "a = 1"])
def test_hostile_values_are_one_sentence_too(file: Path, content: str) -> None:
    assert len(refused(file, content)) < 300


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
