"""Two pages' words for one draft: what becomes the draft, and what has to make room."""

from uuid import uuid4

import pytest

from hotline.tickets.side_by_side import Begun, Page, is_done, merged, page_of, shown

PROSE = {"text", "brought"}
OWN, THEIRS = uuid4(), uuid4()
STRANGER = Page(uuid4())


@pytest.mark.parametrize(
    ("there", "here", "words", "gone"),
    [
        ({"text": "你好"}, {"text": "你好，我在"}, {"text": "你好，我在"}, {}),
        ({"text": "你好，我在"}, {"text": "你好"}, {"text": "你好，我在"}, {}),
        ({"text": "你好 \n"}, {"text": "你好。"}, {"text": "你好。"}, {}),
        ({"text": "你好"}, {}, {"text": "你好"}, {}),
        ({"text": "你好"}, {"text": "晚安"}, {"text": "晚安"}, {"text": "你好"}),
        ({"brought": "睡眠"}, {"next": "周三"}, {"brought": "睡眠", "next": "周三"}, {}),
        ({"asked": "said-no"}, {"asked": "said-yes"}, {"asked": "said-yes"}, {}),
    ],
)
def test_of_two_pages_words_nothing_is_thrown_away(
    there: dict[str, str], here: dict[str, str], words: dict[str, str], gone: dict[str, str]
) -> None:
    both = merged(STRANGER, OWN, Begun(THEIRS, there), here, PROSE)

    assert (both.words, both.gone) == (words, gone)


@pytest.mark.parametrize("here", [{"text": "晚安"}, {"text": "你"}, {}])
def test_a_draft_that_the_page_saved_or_showed_is_replaced(here: dict[str, str]) -> None:
    there = {"text": "你好"}
    opened = Page(uuid4(), shown(THEIRS, there))

    for page, draft in ((STRANGER, OWN), (opened, THEIRS)):
        both = merged(page, OWN, Begun(draft, there), here, PROSE)
        assert (both.id, both.words, both.gone) == (OWN, here, {})


def test_a_draft_that_says_something_else_since_the_page_showed_it_is_another_pages() -> None:
    opened = Page(uuid4(), shown(THEIRS, {"text": "你好"}))
    there = Begun(THEIRS, {"text": "您好"})

    assert merged(opened, OWN, there, {"text": "你好，我在"}, PROSE).gone == {"text": "您好"}
    assert merged(opened, OWN, there, {"text": "你好"}, PROSE).words == {"text": "您好"}


def test_words_of_both_pages_are_neither_pages_own_draft() -> None:
    both = merged(
        STRANGER, OWN, Begun(THEIRS, {"text": "你好，我在"}), {"text": "你好", "next": "周三"}, PROSE
    )

    assert both.words == {"text": "你好，我在", "next": "周三"}
    assert both.id not in {OWN, THEIRS}


def test_a_draft_ends_with_what_was_done_unless_another_page_says_more() -> None:
    assert is_done(STRANGER, OWN, Begun(OWN, {"text": "晚安"}), {"text": "你好"}, PROSE)
    assert is_done(STRANGER, OWN, Begun(THEIRS, {"text": "你", "asked": "x"}), {"text": "你好"}, PROSE)
    assert not is_done(STRANGER, OWN, Begun(THEIRS, {"text": "晚安"}), {"text": "你好"}, PROSE)


def test_what_does_not_say_its_page_comes_from_none() -> None:
    form = uuid4()

    assert page_of({"form_id": "x"}, "reply") is None
    assert page_of({}, "reply") is None
    assert page_of({"form_id": form.hex, "draft_reply": "1.2"}, "reply") == Page(form, "1.2")
    assert page_of({"form_id": form.hex, "draft_reply": "1.2"}, "note") == Page(form)
