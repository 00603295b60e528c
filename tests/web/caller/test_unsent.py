"""What stands in the box of a conversation when something else is pressed: it is never lost unasked."""

import httpx
import pytest
from fastapi import FastAPI

from hotline.intake.screening import Safety
from hotline.tickets.lifecycle import State
from tests.cast import House
from tests.followups.plans import plan, taken, ticket_of
from tests.web.caller.pages import enter, fill, heading_of, press, text_of, title_of
from tests.web.foundation import browse

HALF = "half a thought"
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

    stopped = press(visitor, page, "Do not write again", message=HALF)

    assert fill(stopped)["message"] == [HALF]
    assert "We do not write again on our own." in text_of(stopped)


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
