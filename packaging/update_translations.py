"""Brings the catalogues of the translations in line with the texts of the window.

Every text handed to `tr`, `mark` or `translate` under desktop/barograph/gui is written into each catalogue:
translations are kept, new texts are marked unfinished, texts that are gone leave. Exit code: 0 nothing is left to
translate, 1 something is, and it was printed.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from xml.etree import ElementTree

PROJECT = Path(__file__).resolve().parent.parent
WINDOW = PROJECT / "desktop" / "barograph" / "gui"
CATALOGUES = PROJECT / "resources" / "barograph_resources" / "translations"
CONTEXT = "barograph"

Message = tuple[str, str, str]
"""Context, English text, comment."""


def messages_of(source: str) -> set[Message]:
    """The texts of a module that are to be translated.

    Raises:
        ValueError: a text is not written out where it is marked, so that nobody could find it.
    """
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).removeprefix("QCoreApplication.")
        texts = [value.value for value in node.args if isinstance(value, ast.Constant)]
        if name == "translate" and len(texts) >= 2:
            found.add((str(texts[0]), str(texts[1]), str(texts[2]) if len(texts) > 2 else ""))
        elif name in ("tr", "mark") and texts:
            found.add((CONTEXT, str(texts[0]), str(texts[1]) if len(texts) > 1 else ""))
        elif name == "mark":
            raise ValueError(f"line {node.lineno}: mark() needs the text itself, not {ast.unparse(node)}")
    return found


def all_messages() -> set[Message]:
    """The texts of all modules of the window."""
    return set().union(*(messages_of(path.read_text("utf-8")) for path in sorted(WINDOW.rglob("*.py"))))


def read(catalogue: Path) -> dict[Message, str]:
    """The finished translations of a catalogue."""
    if not catalogue.exists():
        return {}
    translations = {}
    for context in ElementTree.parse(catalogue).iter("context"):
        for message in context.iter("message"):
            text = message.findtext("translation", "")
            if text:
                key = (
                    context.findtext("name", ""),
                    message.findtext("source", ""),
                    message.findtext("comment", ""),
                )
                translations[key] = text
    return translations


def write(catalogue: Path, language: str, translations: dict[Message, str], messages: set[Message]) -> None:
    """Write a catalogue in the form of Qt Linguist, in a fixed order."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    for context in sorted({message[0] for message in messages}):
        element = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(element, "name").text = context
        for message in sorted(message for message in messages if message[0] == context):
            entry = ElementTree.SubElement(element, "message")
            ElementTree.SubElement(entry, "source").text = message[1]
            if message[2]:
                ElementTree.SubElement(entry, "comment").text = message[2]
            translation = ElementTree.SubElement(entry, "translation")
            if message in translations:
                translation.text = translations[message]
            else:
                translation.set("type", "unfinished")
    ElementTree.indent(root, "    ")
    text = ElementTree.tostring(root, "unicode")
    catalogue.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', "utf-8")


def main() -> int:
    """Update every catalogue; print what is left to translate."""
    messages, left = all_messages(), 0
    for catalogue in sorted(CATALOGUES.glob("barograph_*.ts")):
        translations = read(catalogue)
        write(catalogue, catalogue.stem.removeprefix("barograph_"), translations, messages)
        for message in sorted(messages - set(translations)):
            left += 1
            print(f"{catalogue.name}: {message[0]}: {message[1]!r}" + (f" ({message[2]})" if message[2] else ""))
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
