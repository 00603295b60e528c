"""Both languages are complete, say the same, and say nothing that hurts."""

import re
from collections.abc import Callable

import pytest

from hotline.base.i18n import catalogues
from hotline.library.numbers import load_numbers
from tools.words import MessageId, found, missing, obsolete, translated

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
NEVER_IN_CHINESE = (
    "自杀成功", "轻生", "想不开", "做傻事", "心理有病", "患者", "个案",
    "加油", "坚强", "别想太多", "冷静一点",
)  # fmt: skip
NEVER_IN_ENGLISH = re.compile(
    r"\b(please|sorry|oops|valid|invalid|patients?|(commit|commits|committed) suicide|successful suicide)\b",
    re.IGNORECASE,
)
FORMAL_YOU = "您"
FULL_WIDTH_DIGIT = re.compile("[０-９]")
BARE_PERCENT = re.compile(r"%(?!\(\w+\)[sd]|%)")


def parts(message: MessageId) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else message


def chinese() -> list[str]:
    entries = [part for entry in translated().values() for _, text in entry for part in parts(text)]
    data = [words["zh-Hans"] for number in load_numbers() for words in _words(number)]
    return entries + data


def english() -> list[str]:
    said = [part for message in found() for part in parts(message)]
    data = [words["en"] for number in load_numbers() for words in _words(number)]
    return said + data


def _words(number: object) -> list[dict[str, str]]:
    return [w for name in ("names", "note", "hours") if (w := getattr(number, name)) is not None]


def test_code_and_templates_are_read_by_the_tool() -> None:
    said = found()

    assert "hotline/base/errors.py" in said["You cannot do this."]
    assert "templates/shared/caller.html" in said["Leave quickly"]
    assert "hotline/base/i18n.py" in said["%(count)s day", "%(count)s days"]


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


@pytest.mark.parametrize("phrase", [*NEVER_IN_CHINESE, FORMAL_YOU])
def test_chinese_never_says(phrase: str) -> None:
    assert [text for text in chinese() if phrase in text] == []


def test_chinese_digits_are_half_width() -> None:
    assert [text for text in chinese() if FULL_WIDTH_DIGIT.search(text)] == []


def test_english_never_pleads_blames_or_hurts() -> None:
    assert [text for text in english() if NEVER_IN_ENGLISH.search(text)] == []
