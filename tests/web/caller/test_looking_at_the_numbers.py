"""Looking at the help numbers in the middle of writing costs nobody a word."""

import httpx

from tests.cast import Caller, House
from tests.web.caller.pages import (
    code_on,
    enter,
    fill,
    heading_of,
    press,
    send,
    switch_language,
    text_of,
    write,
)

MORE = "More help now"
HIDE = "Hide the numbers"
TYPED = "half of what I want to say"


def numbers_stand_first(page: httpx.Response) -> bool:
    return text_of(page).startswith("Help now 120")


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


def test_the_numbers_are_hidden_again_and_every_word_stays(visitor: httpx.Client) -> None:
    shown = press(visitor, write(visitor), MORE, message=TYPED, topics=["sleep", "study"])

    calm = press(visitor, shown, HIDE)

    assert HIDE in text_of(shown)
    assert (calm.status_code, HIDE in text_of(calm)) == (200, False)
    assert heading_of(calm) == heading_of(shown)
    assert fill(calm)["message"] == [TYPED]
    assert fill(calm)["topics"] == ["sleep", "study"]


def test_hiding_them_sends_nothing_anywhere(visitor: httpx.Client, house: House) -> None:
    sent = send(visitor, message=TYPED)
    beside_code = press(visitor, press(visitor, sent, MORE), HIDE)
    entry = press(visitor, press(visitor, visitor.get("/read"), MORE, code=code_on(sent) or ""), HIDE)
    page = enter(visitor, house.send("the first one").code)
    conversation = press(visitor, press(visitor, page, MORE, message=TYPED), HIDE)

    assert code_on(beside_code) == code_on(sent)
    assert fill(entry)["code"] == [code_on(sent)]
    assert fill(conversation)["message"] == [TYPED]
    assert text_of(conversation).count(TYPED) == 1
    for calm in (beside_code, entry, conversation):
        assert HIDE not in text_of(calm)


def first_number(page: httpx.Response) -> str:
    return next(word for word in text_of(page).split() if word in {"110", "120"})


def test_who_is_being_hurt_reads_first_whom_to_call_against_somebody(
    visitor: httpx.Client, house: House
) -> None:
    question = press(visitor, visitor.get("/write"), MORE, safety="harmed")
    message = press(visitor, write(visitor, "harmed"), MORE, message=TYPED)
    conversation = press(
        visitor, enter(visitor, house.send("the first one").code), MORE, message=TYPED, safety="harmed"
    )

    assert [first_number(page) for page in (question, message, conversation)] == ["110"] * 3
    assert first_number(press(visitor, write(visitor, "danger"), MORE, message=TYPED)) == "120"


def test_beside_the_code_too_and_when_it_is_shown_again(visitor: httpx.Client) -> None:
    assert first_number(send(visitor, "danger", message="another text")) == "120"
    sent = send(visitor, "harmed", message=TYPED)
    with_help = press(visitor, sent, MORE)
    again = switch_language(visitor, press(visitor, with_help, HIDE))

    assert [first_number(page) for page in (sent, with_help, again)] == ["110"] * 3
    assert code_on(again) == code_on(sent)
