"""Looking at the help numbers in the middle of writing costs nobody a word."""

import httpx

from tests.cast import Caller, House
from tests.web.caller.pages import code_on, enter, fill, heading_of, press, send, text_of, write

MORE = "More help now"
TYPED = "half of what I want to say"


def numbers_stand_first(page: httpx.Response) -> bool:
    return text_of(page).startswith("120")


def test_on_the_first_question_the_answer_stays(visitor: httpx.Client) -> None:
    shown = press(visitor, visitor.get("/write"), MORE, safety="other")

    assert numbers_stand_first(shown)
    assert fill(shown)["safety"] == ["other"]


def test_on_the_message_page_every_word_stays_and_the_next_page_is_calm_again(visitor: httpx.Client) -> None:
    shown = press(visitor, write(visitor), MORE, message=TYPED, topics=["sleep", "study"])

    assert shown.status_code == 200
    assert numbers_stand_first(shown)
    assert fill(shown)["message"] == [TYPED]
    assert fill(shown)["topics"] == ["sleep", "study"]
    details = press(visitor, shown, "Add a few details first")
    assert not numbers_stand_first(details)


def test_on_the_check_page_nothing_is_sent(visitor: httpx.Client) -> None:
    details = press(visitor, write(visitor), "Add a few details first", message=TYPED)
    check = press(visitor, details, "Go on", age_band="adult")

    shown = press(visitor, check, MORE)

    assert heading_of(shown) == heading_of(check)
    assert numbers_stand_first(shown)
    assert fill(shown)["message"] == [TYPED]


def test_beside_the_code_the_code_stays(visitor: httpx.Client) -> None:
    sent = send(visitor, message=TYPED)

    shown = press(visitor, sent, MORE)

    assert numbers_stand_first(shown)
    assert code_on(shown) == code_on(sent)


def test_at_the_code_entry_nobody_is_signed_in_by_it(visitor: httpx.Client, house: House) -> None:
    caller: Caller = house.send()

    shown = press(visitor, visitor.get("/read"), MORE, code=caller.code)

    assert numbers_stand_first(shown)
    assert fill(shown)["code"] == [caller.code]


def test_in_a_conversation_the_half_written_message_stays_unsent(visitor: httpx.Client, house: House) -> None:
    caller = house.send("the first one")
    page = enter(visitor, caller.code)

    for button in (MORE, "I need help now"):
        shown = press(visitor, page, button, message=TYPED)

        assert numbers_stand_first(shown)
        assert fill(shown)["message"] == [TYPED]
        assert text_of(shown).count(TYPED) == 1
