"""The caller's conversation: what it says of the state, writing again, finishing and deleting."""

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.assignment import actions as assignment
from hotline.intake import receipt
from hotline.notes import actions as notes
from hotline.permissions import Actor
from hotline.tickets import actions as tickets
from hotline.tickets import ending
from hotline.tickets.lifecycle import Outcome, State
from hotline.tickets.models import Message, Ticket
from tests import flows
from tests.browser import Watch
from tests.cast import NOON, ZONE, Caller, House
from tests.web.caller.pages import (
    buttons_of,
    enter,
    fill,
    heading_of,
    press,
    problems_on,
    switch_language,
    text_of,
    title_of,
)


def take(house: House, reply: str = "", *, close: bool = False) -> None:
    """Lin takes what waits and looks at safety; she may reply and close."""
    house.go_on_duty("lin")
    lin = house.person("lin")
    with house.database.write() as db:
        actor = house.actor(db, "lin")
        taken = assignment.take_next(db, house.deployment, actor, lin.keys, now=NOON).id

    def mine(db: Session) -> tuple[Actor, Ticket]:
        return house.actor(db, "lin"), db.get_one(Ticket, taken)

    with house.database.write() as db:
        actor, ticket = mine(db)
        answers = {"asked": "said-no"}
        notes.review_safety(db, house.deployment, actor, lin.keys, ticket, answers, now=NOON)
    if reply:
        with house.database.write() as db:
            actor, ticket = mine(db)
            tickets.reply(db, house.deployment, actor, lin.keys, ticket, reply, tz=ZONE, now=NOON)
    if close:
        with house.database.write() as db:
            ending.close(db, *mine(db), Outcome.LISTENED, tz=ZONE, now=NOON)


def ticket_of(house: House, caller: Caller) -> Ticket:
    with house.database.read() as db:
        return db.get_one(Ticket, caller.ticket)


def messages(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(Message)) or 0


def test_a_request_that_waits_has_arrived(visitor: httpx.Client, house: House) -> None:
    said = text_of(enter(visitor, house.send().code))

    assert "Arrived No reply yet. We expect to write by Tue 12:00." in said


def test_once_taken_somebody_has_read_it(visitor: httpx.Client, house: House) -> None:
    caller = house.send()
    take(house)

    assert "Someone has read your message. We expect to write by Tue 12:00." in text_of(
        enter(visitor, caller.code)
    )


def test_a_reply_is_shown_with_its_counselors_alias_and_language(visitor: httpx.Client, house: House) -> None:
    caller = house.send("我睡不着。")
    take(house, "谢谢你写下来。")
    page = enter(visitor, caller.code)

    assert "Reply waiting There is a reply for you." in text_of(page)
    assert "Counselor 木棉" in text_of(page)
    assert page.text.index("我睡不着。") < page.text.index("谢谢你写下来。")
    assert page.text.count('<div class="message-text" lang="zh-Hans">') == 2


def test_after_a_reply_it_is_the_last_message_that_waits_for_one(visitor: httpx.Client, house: House) -> None:
    caller = house.send()
    take(house, "谢谢你写下来。")
    flows.write_again(house, caller, "还有一句。")

    said = text_of(enter(visitor, caller.code))

    assert "Arrived No reply to your last message yet. We expect to write by Tue 12:00." in said


def test_what_is_late_says_so_without_blame_and_can_be_reminded_of(
    visitor: httpx.Client, house: House, watch: Watch
) -> None:
    caller = house.send()
    watch.forward(hours=25)
    page = enter(visitor, caller.code)
    reminded = press(visitor, page, "Send a reminder", message="half a thought")

    assert "We are taking longer than we said. It is not because of anything you wrote." in text_of(page)
    assert "Your message is back on top." in text_of(reminded)
    assert fill(reminded)["message"] == ["half a thought"]


def test_while_nothing_is_late_there_is_nothing_to_remind_of(visitor: httpx.Client, house: House) -> None:
    page = enter(visitor, house.send().code)

    assert "Send a reminder" not in buttons_of(page)
    assert visitor.post("/conversation/remind").status_code == 409


def test_a_finished_conversation_opens_again_by_writing(visitor: httpx.Client, house: House) -> None:
    caller = house.send()
    take(house, "回复", close=True)
    page = enter(visitor, caller.code)
    again = press(visitor, page, "Send", message="One more thing.")

    assert "Finished This conversation is finished for now." in text_of(page)
    assert "Arrived" in text_of(again)
    assert ticket_of(house, caller).state == State.WAITING


def test_closed_hours_are_said_beside_a_promise(visitor: httpx.Client, house: House, watch: Watch) -> None:
    watch.forward(hours=11)

    assert "We start again at 08:00." in text_of(enter(visitor, house.send(now=watch.now).code))


def test_a_caller_writes_again(visitor: httpx.Client, house: House) -> None:
    page = enter(visitor, house.send("first").code)
    again = press(visitor, page, "Send", message="second\nline")

    assert again.url.path == "/conversation"
    assert "second\nline" in again.text
    assert fill(again)["message"] == [""]


def test_a_double_click_or_a_reload_sends_once(visitor: httpx.Client, house: House) -> None:
    page = enter(visitor, house.send().code)
    for _ in range(3):
        press(visitor, page, "Send", message="only once")

    assert messages(house) == 2


def test_the_same_words_may_be_written_again_later(visitor: httpx.Client, house: House) -> None:
    page = enter(visitor, house.send().code)
    page = press(visitor, page, "Send", message="Hello?")
    press(visitor, page, "Send", message="Hello?")

    assert messages(house) == 3


@pytest.mark.parametrize(("safety", "level"), [("danger", "P1"), ("harmed", "P1"), ("thoughts", "P2")])
def test_a_worse_moment_makes_it_more_urgent_and_shows_the_numbers(
    visitor: httpx.Client, house: House, safety: str, level: str
) -> None:
    caller = house.send()
    page = enter(visitor, caller.code)
    answer = press(visitor, page, "Send", message="It is worse.", safety=safety)

    assert heading_of(answer) == "We have your message"
    assert 'href="tel:120"' in answer.text
    assert ticket_of(house, caller).level == level
    assert "It is worse." in text_of(visitor.get("/conversation"))


@pytest.mark.parametrize("safety", ["safe", "other", "skip"])
def test_a_calmer_answer_lowers_nothing(visitor: httpx.Client, house: House, safety: str) -> None:
    caller = house.send()
    page = enter(visitor, caller.code)
    press(visitor, page, "Send", message="worse", safety="danger")
    press(visitor, visitor.get("/conversation"), "Send", message="better", safety=safety)

    assert ticket_of(house, caller).level == "P1"


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"message": " "}, "Write something first"),
        (
            {"message": "长" * 4001},
            "Your message must be 4,000 characters or fewer. You have not lost anything.",
        ),
        ({"message": "kept", "safety": "fine"}, "Choose the answer closest to how things are"),
        ({"message": ["kept", "kept"]}, "This was answered twice. Choose one answer."),
    ],
)
def test_what_cannot_be_sent_stays_in_the_box(
    visitor: httpx.Client, house: House, answers: dict[str, str | list[str]], problem: str
) -> None:
    answer = press(visitor, enter(visitor, house.send().code), "Send", form="step", **answers)

    assert answer.status_code == 422
    assert next(problems_on(answer)).startswith(problem)
    assert title_of(answer) == "Error: Conversation"
    assert fill(answer)["message"][0] in answers["message"]
    assert messages(house) == 1


def test_a_code_in_the_text_is_given_back(visitor: httpx.Client, house: House) -> None:
    code = house.send().code
    text = f"My code: {' '.join(receipt.grouped(code))}"
    answer = press(visitor, enter(visitor, code), "Send", message=text)

    assert answer.status_code == 422
    assert fill(answer)["message"] == [text]
    assert messages(house) == 1


def test_the_language_switch_keeps_a_half_written_text_and_sends_nothing(
    visitor: httpx.Client, house: House
) -> None:
    page = enter(visitor, house.send().code)
    chinese = switch_language(visitor, page, message="half a", safety="other")

    assert heading_of(chinese) == "你的对话"
    assert fill(chinese)["message"] == ["half a"]
    assert fill(chinese)["safety"] == ["other"]
    assert messages(house) == 1


def test_finishing_is_the_callers_choice(visitor: httpx.Client, house: House) -> None:
    caller = house.send()
    page = enter(visitor, caller.code)
    finished = press(visitor, page, "Finish for now")

    assert "This conversation is finished for now." in text_of(finished)
    assert "Finish for now" not in buttons_of(finished)
    assert ticket_of(house, caller).outcome == Outcome.STOPPED_BY_CALLER


def test_deleting_asks_first_and_says_what_goes_and_what_stays(visitor: httpx.Client, house: House) -> None:
    caller = house.send()
    enter(visitor, caller.code)
    said = text_of(visitor.get("/conversation/delete"))

    assert "Your messages, our replies and what you answered. The receipt code stops working." in said
    assert "The counselor's own notes, and a record without your words" in said
    assert "Copies in backups" in said
    assert ticket_of(house, caller).state == State.WAITING


def test_after_deleting_nothing_can_be_read_any_more(visitor: httpx.Client, house: House) -> None:
    caller = house.send()
    enter(visitor, caller.code)
    page = visitor.get("/conversation/delete")
    last = press(visitor, page, "Delete the conversation")

    assert heading_of(last) == "The conversation is deleted"
    assert messages(house) == 0
    assert ticket_of(house, caller).state == State.DELETED
    assert visitor.get("/conversation").headers["Location"] == "/read"
    assert enter(visitor, caller.code).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/conversation", 303),
        ("GET", "/conversation/delete", 303),
        ("POST", "/conversation", 403),
        ("POST", "/conversation/messages", 403),
        ("POST", "/conversation/finish", 403),
        ("POST", "/conversation/remind", 403),
        ("POST", "/conversation/delete", 403),
    ],
)
def test_without_a_session_nothing_of_a_conversation_opens(
    visitor: httpx.Client, method: str, path: str, status: int
) -> None:
    visitor.cookies.set("visit", "ab" * 32)
    answer = visitor.request(method, path)

    assert answer.status_code == status


@pytest.mark.parametrize("path", ["messages", "finish", "remind", "leave"])
def test_what_is_only_posted_leads_back_to_the_conversation(visitor: httpx.Client, path: str) -> None:
    assert visitor.get(f"/conversation/{path}").headers["Location"] == "/conversation"


def test_a_staff_session_is_no_callers_session(visitor: httpx.Client, house: House) -> None:
    visitor.cookies.set("visit", house.session_of("lin").hex())

    assert visitor.get("/conversation").headers["Location"] == "/read"
