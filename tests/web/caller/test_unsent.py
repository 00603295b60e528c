"""What stands in the box of a conversation when something else is pressed: it is never lost unasked."""

import re

import httpx
import pytest
from fastapi import FastAPI

from hotline.intake.screening import Safety
from hotline.tickets.lifecycle import State
from tests.cast import House
from tests.followups.plans import plan, taken, ticket_of
from tests.promises.rows import rows_in
from tests.web.caller.pages import buttons_of, enter, fill, heading_of, press, text_of, title_of
from tests.web.foundation import browse

HALF = "half a thought"
BACK = "Back to the conversation"
ASKED = "What you wrote has not been sent"


@pytest.mark.parametrize(
    ("button", "go_on"),
    [("Finish for now", "Finish without sending"), ("Sign out and leave", "Leave without sending")],
)
def test_leaving_and_finishing_ask_first(
    visitor: httpx.Client, house: House, button: str, go_on: str
) -> None:
    caller = house.send()
    asked = press(visitor, enter(visitor, caller.code), button, message=HALF, safety="other")

    assert (heading_of(asked), title_of(asked)) == (ASKED, "Not sent yet")
    assert fill(asked)["message"] == [HALF]
    assert fill(asked)["safety"] == ["other"]
    assert ticket_of(house, caller).is_open
    assert visitor.get("/conversation").status_code == 200

    done = press(visitor, asked, go_on)
    assert HALF not in done.text
    assert heading_of(done) in {"Your conversation", "You are signed out"}


@pytest.mark.parametrize("button", ["Finish for now", "Sign out and leave"])
def test_what_was_asked_about_can_be_sent_or_written_on(
    visitor: httpx.Client, house: House, button: str
) -> None:
    asked = press(visitor, enter(visitor, house.send().code), button, message=HALF)

    back = press(visitor, asked, "Back to the conversation")
    assert fill(back)["message"] == [HALF]
    sent = press(visitor, asked, "Send", message=f"{HALF}, and the rest")
    assert f"{HALF}, and the rest" in text_of(sent)
    assert fill(sent)["message"] == [""]


def test_with_an_empty_box_nobody_is_asked(visitor: httpx.Client, house: House) -> None:
    caller = house.send()
    finished = press(visitor, enter(visitor, caller.code), "Finish for now", message=" \n")

    assert heading_of(finished) == "Your conversation"
    assert ticket_of(house, caller).state == State.CLOSED


def test_looking_for_news_keeps_what_is_typed(visitor: httpx.Client, house: House) -> None:
    page = enter(visitor, house.send().code)

    again = press(visitor, page, "Look again", message=HALF)
    assert fill(again)["message"] == [HALF]
    assert visitor.post("/conversation").headers["Location"] == "/conversation"


def test_a_word_on_being_written_to_again_keeps_what_is_typed(visitor: httpx.Client, house: House) -> None:
    caller = taken(house)
    plan(house, "lin", caller)
    page = enter(visitor, caller.code)

    stopped = press(visitor, page, "Do not write to me again", message=HALF)

    assert fill(stopped)["message"] == [HALF]
    assert "We do not write again on our own." in text_of(stopped)


def test_an_answer_beside_an_empty_box_stays_as_well(visitor: httpx.Client, house: House) -> None:
    caller = taken(house)
    plan(house, "lin", caller)
    page = enter(visitor, caller.code)

    assert fill(press(visitor, page, "Do not write to me again", safety="other"))["safety"] == ["other"]


def test_the_question_about_deleting_deletes_nothing_and_keeping_keeps_what_is_typed(
    visitor: httpx.Client, house: House
) -> None:
    caller = house.send()
    page = enter(visitor, caller.code)
    before = rows_in(house.database)
    asked = press(visitor, page, "Delete this conversation", message=HALF, safety="other")
    assert (heading_of(asked), title_of(asked)) == ("Delete this conversation?", "Delete")

    kept = press(visitor, asked, "Keep it")

    assert heading_of(kept) == "Your conversation"
    assert (fill(kept)["message"], fill(kept)["safety"]) == ([HALF], ["other"])
    assert rows_in(house.database) == before


@pytest.mark.parametrize("looks_at", ["Help now", "简体中文", "What happens to what you write"])
def test_what_is_typed_stays_whatever_is_looked_at_beside_the_question(
    visitor: httpx.Client, house: House, looks_at: str
) -> None:
    caller = house.send()
    asked = press(visitor, enter(visitor, caller.code), "Delete this conversation", message=HALF)

    shown = press(visitor, asked, looks_at)
    if looks_at.startswith("What"):
        shown = press(visitor, shown, "Back")

    assert heading_of(shown) in {"Delete this conversation?", "要删除这次对话吗？"}
    words = "Keep it" if "Keep it" in buttons_of(shown) else "不删除"
    assert fill(press(visitor, shown, words))["message"] == [HALF]
    assert ticket_of(house, caller).is_open


def test_after_deleting_what_stood_in_the_box_is_shown_nowhere(visitor: httpx.Client, house: House) -> None:
    caller = house.send()
    page = enter(visitor, caller.code)
    asked = press(visitor, page, "Delete this conversation", message=HALF)

    deleted = press(visitor, asked, "Delete the conversation")

    assert heading_of(deleted) == "The conversation is deleted"
    assert ticket_of(house, caller).state == State.DELETED
    again = [press(visitor, asked, button) for button in ("Keep it", "Delete the conversation", "Help now")]
    again += [press(visitor, page, "Delete this conversation", message=HALF)]
    assert not [answer for answer in (deleted, *again) if HALF in answer.text]


def test_with_an_empty_box_the_question_can_be_left_by_its_back(visitor: httpx.Client, house: House) -> None:
    page = enter(visitor, house.send().code)

    asked = press(visitor, page, "Delete this conversation")

    assert '<a class="back" href="/conversation">' in asked.text
    assert heading_of(press(visitor, asked, "Keep it")) == "Your conversation"


def test_what_was_refused_because_something_changed_leads_back_to_the_conversation(
    visitor: httpx.Client, house: House
) -> None:
    page = enter(visitor, house.send().code)
    fields = fill(page, message=HALF, safety="other")

    refused = visitor.post("/conversation/remind", data=fields)

    assert (refused.status_code, heading_of(refused)) == (409, "This has changed")
    assert "Home page" in text_of(refused)
    back = press(visitor, refused, BACK, form="/conversation")
    assert heading_of(back) == "Your conversation"
    assert (fill(back)["message"], fill(back)["safety"]) == ([HALF], ["other"])

    with_nothing = press(visitor, visitor.post("/conversation/remind"), BACK, form="/conversation")
    assert heading_of(with_nothing) == "Your conversation"
    visitor.get("/exit")
    assert HALF not in press(visitor, refused, BACK, form="/conversation").text


def test_after_leaving_quickly_nothing_of_it_is_shown(visitor: httpx.Client, house: House) -> None:
    page = enter(visitor, house.send().code)
    visitor.get("/exit")

    assert HALF not in press(visitor, page, "Sign out and leave", message=HALF).text


def test_whoever_finishes_in_danger_is_told_that_somebody_still_reads(
    visitor: httpx.Client, house: House, app: FastAPI
) -> None:
    caller = house.send(safety=Safety.DANGER)
    finished = press(visitor, enter(visitor, caller.code), "Finish for now")

    assert "What you wrote last is urgent to us, so somebody will still read it." in text_of(finished)
    assert ticket_of(house, caller).state == State.WAITING
    calm = browse(app)
    assert (
        "somebody will still read" not in press(calm, enter(calm, house.send().code), "Finish for now").text
    )


def test_no_link_of_a_page_with_something_half_written_leads_away_from_it(
    visitor: httpx.Client, house: House
) -> None:
    pages = [visitor.get("/write"), enter(visitor, house.send().code)]
    pages.append(visitor.post("/write/message", data={**fill(pages[0]), "safety": "safe"}))

    for page in pages:
        found = {href for href in re.findall(r'<a [^>]*href="([^"]+)"', page.text) if href.startswith("/")}
        assert found == {"/exit"} | (found & {"/before"})
    assert '<a class="brand" href="/">' in visitor.get("/help-now").text
