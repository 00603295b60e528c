"""The guides quote what there is: words on the screen, addresses, commands, settings and files.

In a guide **bold** is what stands on the screen, `code` what is typed, set or opened. So a button
that is renamed, or a command that goes, is found here and not by a reader.
"""

import re
from pathlib import Path

import click
import pytest

from hotline.base.config import Settings, variable
from hotline.cli import main
from hotline.keyring.founding import FILE_NAME
from hotline.notifications.postman import FOLDER as MAIL
from hotline.upkeep.backup import FOLDER as BACKUPS
from tests.promises.doors import DOORS
from tests.terminal import ROOT
from tools.words import MessageId, translated

DOCS = ROOT / "docs"
LANGUAGES = ("en", "zh")
FOR_WHOM = {"callers.md", "counselors.md", "supervisors.md", "operators.md"}
GUIDES = sorted(DOCS.glob("*/*.md"))
LINKED = [*GUIDES, ROOT / "README.md"]

BOLD = re.compile(r"\*\*(.+?)\*\*")
FENCED = re.compile(r"^```\n(.+?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)

IN_THE_DATA_FOLDER = {FILE_NAME, MAIL, BACKUPS, "hours.toml", "numbers.toml"}
EXAMPLES = {"https://talk.example.org"}
PICTURE = re.compile(r'<img src="([^"]+)"[^>]* alt="([^"]+)">')
PICTURES_WEIGH = 200_000  # bytes, all of them together


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def parts(words: MessageId) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else words


def on_the_screen(language: str) -> set[str]:
    """Every sentence of the pages in this language; in English they are the catalogues' ids."""
    known = translated()
    if language == "en":
        return {text for message in known for text in parts(message)}
    return {text for entries in known.values() for _name, string in entries for text in parts(string)}


def quoted(text: str) -> list[str]:
    """Everything in code: between backticks, and each line of a block."""
    blocks = FENCED.findall(text)
    lines = [line for block in blocks for line in block.splitlines()]
    return [*lines, *CODE.findall(FENCED.sub("", text))]


def is_there(code: str) -> bool:
    """Whether there is such a command, address, setting or file."""
    name, _, _value = code.partition("=")
    if code.startswith("HOTLINE_"):
        return name in {variable(field) for field in Settings.model_fields}
    if code.startswith("/"):
        return code in {door.path for door in DOORS}
    if code.startswith("make "):
        return code.split()[1] in TARGET.findall((ROOT / "Makefile").read_text("utf-8"))
    if code.startswith(("hotline", "python -m hotline")) and "/" not in code:
        return is_command(code.removeprefix("python -m ").split()[1:])
    return code in IN_THE_DATA_FOLDER | EXAMPLES or (ROOT / code).is_file()


def is_command(words: list[str]) -> bool:
    """Whether the words name a command of ours and options that it has."""
    command: click.Command = main
    for word in words:
        if word.startswith("--"):
            if word not in {name for option in command.params for name in option.opts}:
                return False
        elif isinstance(command, click.Group):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return False
            command = found
    return True


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_guide_is_there_in_both_languages(language: str) -> None:
    assert {file.name for file in (DOCS / language).glob("*.md")} >= FOR_WHOM
    assert {file.name for file in (DOCS / language).iterdir()} == {
        file.name for file in (DOCS / LANGUAGES[0]).iterdir()
    }


@pytest.mark.parametrize("guide", GUIDES, ids=place)
def test_bold_words_stand_on_the_screen(guide: Path) -> None:
    screen = on_the_screen(guide.parent.name)
    bold = BOLD.findall(guide.read_text("utf-8"))

    assert bold
    assert [words for words in bold if words.rstrip(".") not in screen] == []


@pytest.mark.parametrize("guide", GUIDES, ids=place)
def test_code_is_something_that_there_is(guide: Path) -> None:
    assert [code for code in quoted(guide.read_text("utf-8")) if not is_there(code)] == []


@pytest.mark.parametrize(
    "wrong", ["/staff/nowhere", "make gold", "hotline sing", "HOTLINE_X=1", "hotline serve --deaf"]
)
def test_what_there_is_not_is_noticed(wrong: str) -> None:
    assert not is_there(wrong)


@pytest.mark.parametrize("name", sorted(FOR_WHOM))
def test_both_languages_tell_the_same_things(name: str) -> None:
    english, chinese = ((DOCS / language / name).read_text("utf-8") for language in LANGUAGES)

    assert set(quoted(english)) == set(quoted(chinese))
    assert len(HEADING.findall(english)) == len(HEADING.findall(chinese))
    screen = {english: chinese for english, entries in translated().items() for _, chinese in entries}
    in_chinese = {screen[words.rstrip(".")] for words in BOLD.findall(english)}
    assert in_chinese == set(BOLD.findall(chinese))


@pytest.mark.parametrize("page", LINKED, ids=place)
def test_links_lead_to_files_that_there_are(page: Path) -> None:
    links = LINK.findall(page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link.partition("#")[0]).exists()] == []
    for link in (link for link in links if "#" in link):
        file, _, anchor = link.partition("#")
        headings = HEADING.findall((page.parent / file).read_text("utf-8"))
        assert anchor in {heading.lower().replace(" ", "-") for heading in headings}


def test_the_readmes_pictures_are_there_small_and_said_in_words() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    shown = {ROOT / source for source, _alt in PICTURE.findall(text)}

    assert len(shown) == text.count("<img") == 4
    assert shown == set((DOCS / "pictures").iterdir())
    assert sum(file.stat().st_size for file in shown) <= PICTURES_WEIGH
