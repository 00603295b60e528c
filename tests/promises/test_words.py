"""Both languages are complete, say the same, and say nothing that hurts."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import hotline
from hotline.base.i18n import catalogues
from hotline.base.paths import templates_dir
from hotline.library.numbers import load_numbers
from tools.words import MessageId, found, missing, obsolete, translated

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
HURTS_IN_CHINESE = (
    "自杀成功", "自杀未遂", "轻生", "想不开", "做傻事", "心理有病", "精神病", "不正常", "患者", "病人",
    "个案", "加油", "坚强", "振作", "别想太多", "想开点", "冷静一点", "别难过", "别哭", "会好起来的",
)  # fmt: skip
"""What nobody says here, not even an invented person: screens.md §6 and what is of the same kind."""

HURTS_IN_ENGLISH = re.compile(
    r"\b(patients?|(commit|commits|committed|committing) suicide|(successful|failed) (suicide|attempt)"
    r"|victims?|mentally ill|crazy|cheer up|calm down|be strong|stay strong|get over it|attention.seeking)\b",
    re.IGNORECASE,
)
PLEADS_IN_ENGLISH = re.compile(r"\b(please|sorry|oops|valid|invalid)\b", re.IGNORECASE)
"""Words that beg or blame, out of place on a page; people in the demo's stories may say them."""

FORMAL_YOU = "您"
FULL_WIDTH_DIGIT = re.compile("[０-９]")
BARE_PERCENT = re.compile(r"%(?!\(\w+\)[sd]|%)")


def parts(message: MessageId) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else message


said = cache(found)
"""Every sentence with its files. To read all of the code takes a second: once for all tests of a process."""


@cache
def chinese() -> list[str]:
    entries = [part for entry in translated().values() for _, text in entry for part in parts(text)]
    data = [words["zh-Hans"] for number in load_numbers() for words in _words(number)]
    return entries + data


def english() -> list[str]:
    sentences = [part for message in said() for part in parts(message)]
    data = [words["en"] for number in load_numbers() for words in _words(number)]
    return sentences + data


def _words(number: object) -> list[dict[str, str]]:
    return [w for name in ("names", "note", "hours") if (w := getattr(number, name)) is not None]


def test_code_and_templates_are_read_by_the_tool() -> None:
    assert "hotline/base/errors.py" in said()["Nothing was changed."]
    assert "templates/shared/caller.html" in said()["Leave quickly"]
    assert "hotline/base/i18n.py" in said()["%(count)s day", "%(count)s days"]


def test_every_sentence_has_a_chinese_translation() -> None:
    assert missing() == {}


def test_no_catalogue_keeps_a_sentence_that_nobody_says() -> None:
    assert obsolete() == {}


def test_every_sentence_stands_in_exactly_one_catalogue() -> None:
    twice = {
        message: [name for name, _ in entries]
        for message, entries in translated().items()
        if len(entries) > 1
    }

    assert twice == {}


def test_no_translation_waits_for_a_second_look() -> None:
    fuzzy = [message.id for _, catalogue in catalogues() for message in catalogue if message.fuzzy]

    assert [text for text in fuzzy if text] == []


def test_both_languages_have_the_same_placeholders() -> None:
    def names(text: str) -> set[str]:
        return {first or second for first, second in PLACEHOLDER.findall(text)}

    different = [
        (message, text)
        for message, entries in translated().items()
        for _, string in entries
        for text in parts(string)
        if names(text) != names(parts(message)[-1])
    ]

    assert different == []


@pytest.mark.parametrize("texts", [chinese, english])
def test_a_percent_sign_is_a_placeholder_or_doubled(texts: Callable[[], list[str]]) -> None:
    assert [text for text in texts() if BARE_PERCENT.search(text)] == []


@cache
def templates() -> list[str]:
    """What stands in the templates themselves, whatever it is in."""
    return [path.read_text("utf-8") for path in sorted(templates_dir().rglob("*.html"))]


@cache
def data_files() -> list[str]:
    """The numbers, the hours and the stories as their files have them."""
    return [path.read_text("utf-8") for path in sorted(Path(hotline.__file__).parent.rglob("*.toml"))]


@pytest.mark.parametrize("phrase", [*HURTS_IN_CHINESE, FORMAL_YOU])
def test_chinese_never_says(phrase: str) -> None:
    assert [text for text in chinese() if phrase in text] == []
    assert [text[:80] for text in [*templates(), *data_files()] if phrase in text] == []


def test_chinese_digits_are_half_width() -> None:
    assert [text for text in chinese() if FULL_WIDTH_DIGIT.search(text)] == []


def test_english_never_pleads_blames_or_hurts() -> None:
    assert [text for text in english() if HURTS_IN_ENGLISH.search(text)] == []
    assert [text for text in english() if PLEADS_IN_ENGLISH.search(text)] == []
    assert [text[:80] for text in [*templates(), *data_files()] if HURTS_IN_ENGLISH.search(text)] == []


def test_what_a_caller_reads_in_english_does_not_order_them_about() -> None:
    said_to_callers = [
        part
        for message, files in said().items()
        if any(
            file.startswith(("templates/caller", "hotline/web/caller", "hotline/intake")) for file in files
        )
        for part in parts(message)
    ]

    assert [text for text in said_to_callers if re.search(r"\b(should|must not|cases?)\b", text)] == []


GLUED = re.compile(r"~ *_\(|_\([^()]*\) *~|\) *\}\}[,:;，：；、] *\{\{ *_\(")
ALLOWED_TO_GLUE = ('code ~ " " ~ _(text)',)
"""A level's code and its name are two things side by side, no sentence."""


def test_no_sentence_is_put_together_from_pieces() -> None:
    """A word order is one language's own: what varies is a placeholder of a whole sentence."""
    glued = [
        line.strip()
        for text in templates()
        for line in text.splitlines()
        if GLUED.search(line) and not any(pair in line for pair in ALLOWED_TO_GLUE)
    ]

    assert glued == []
    assert GLUED.search('{{ _("A") }}, {{ _("b") }}')
    assert GLUED.search('{{ "x" ~ _("b") }}')
