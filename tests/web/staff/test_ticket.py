"""A ticket's page: who may open it, what it shows, closing, and what came before."""

import pytest
from sqlalchemy import func, select

from hotline.intake.screening import Safety, Topic
from hotline.keyring.models import Grant
from hotline.tickets import ending
from hotline.tickets.lifecycle import State
from tests import flows
from tests.cast import ZONE, Caller, House
from tests.web.staff.desks import Desks, form_on, url, words


@pytest.fixture
def taken(house: House) -> Caller:
    """Lin's ticket, its safety review recorded."""
    caller = house.send("我最近睡不着。", safety=Safety.THOUGHTS, topics=(Topic.SLEEP, Topic.STUDY))
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    return caller


def test_the_page_shows_the_words_the_answers_and_what_happened(desks: Desks, taken: Caller) -> None:
    page = words(desks.at_desk("lin").get(url(taken)))

    assert "我最近睡不着。" in page
    assert "I have thoughts of ending my life or hurting myself" in page
    assert "Sleep and body" in page
    assert "Study and exams" in page
    assert "Who is writing Not provided Age Not provided" in page
    assert "The caller wrote for the first time." in page
    assert "木棉 took the ticket." in page
    assert "木棉 recorded a safety review." in page


def test_a_ticket_given_back_waits_for_the_others_and_what_was_half_written_is_kept(
    desks: Desks, house: House, taken: Caller
) -> None:
    lin = desks.at_desk("lin")
    typed = {"template": "helpline", "note_brought": "半份记录", "text": "半句回复"}

    went = lin.post(url(taken, "/hand-over"), data=typed)

    assert (went.status_code, went.headers["location"]) == (303, "/staff?done=given-back")
    shift = words(lin.get(went.headers["location"]))
    assert "The ticket is back in the queue." in shift
    assert "You have no open tickets." in shift
    assert desks.shown(taken) in words(desks.at_desk("mei").get("/staff/queue"))
    again = lin.post(url(taken, "/hand-over"), data=typed)
    assert (again.status_code, "is not yours any more" in words(again)) == (404, True)
    assert "What you asked for was not done." not in words(again)
    assert "半句回复" in again.text
    assert ("ticket.given-back", None) in desks.acts(taken)
    flows.take(house, "mei", taken)
    story = words(desks.at_desk("mei").get(url(taken)))
    assert "木棉 gave the ticket back to the queue." in story
    assert "半" not in story
    flows.give_back(house, "mei", taken)
    lin.post(url(taken, "/take"))
    page = lin.get(url(taken)).text
    assert "半份记录" in page
    assert "半句回复" in page


def test_an_answered_ticket_is_not_offered_to_the_others(desks: Desks, house: House, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    assert "Give the ticket back to the queue" in words(lin.get(url(taken)))
    flows.reply(house, "lin", taken, "谢谢你写下来。")

    assert "Give the ticket back to the queue" not in words(lin.get(url(taken)))
    told = lin.post(url(taken, "/hand-over"), data={"text": ""})
    assert (told.status_code, "so it stays with you" in words(told)) == (409, True)


def test_each_message_carries_the_language_it_was_written_in(desks: Desks, reviewed: Caller) -> None:
    lin = desks.at_desk("lin")
    lin.post(url(reviewed, "/messages"), data={"step": "send", "text": "Thank you for telling me."})
    page = lin.get(url(reviewed))

    assert '<div class="message-text" lang="zh-Hans">我最近睡不着。</div>' in page.text
    assert '<div class="message-text" lang="en">Thank you for telling me.</div>' in page.text


def test_a_request_without_text_says_so(desks: Desks, house: House) -> None:
    caller = house.send("", topics=(Topic.MOOD,))
    flows.take(house, "lin", caller)

    page = words(desks.at_desk("lin").get(url(caller)))

    assert "The caller sent no message" in page
    assert "Feelings: sad, anxious, angry, numb" in page


def test_every_reading_is_in_the_trail_and_told_once(desks: Desks, taken: Caller) -> None:
    lin = desks.at_desk("lin")

    for _ in range(3):
        lin.get(url(taken))

    assert [act for act, _ in desks.acts(taken)].count("ticket.conversation-read") == 3
    assert words(lin.get(url(taken))).count("木棉 read the conversation") == 1


@pytest.mark.parametrize("name", ["mei", "supervisor", "administrator", "custodian"])
def test_anybody_elses_ticket_answers_like_none(desks: Desks, house: House, taken: Caller, name: str) -> None:
    waiting, closed, gone = house.send(), house.send(), house.send()
    for caller in (closed, gone):
        flows.take(house, "lin", caller)
        flows.review(house, "lin", caller)
    flows.close(house, "lin", closed)
    with house.database.write() as db:
        ending.delete_as_caller(db, gone.keys, tz=ZONE, now=desks.now)
    desk = desks.at_desk(name)
    nothing = "1234567890"
    expected = desk.get(f"/staff/tickets/{nothing}")

    for caller in (taken, closed, gone, waiting):
        answer = desk.get(url(caller))
        assert answer.status_code == expected.status_code == 404
        assert answer.content.replace(caller.reference.encode(), nothing.encode()) == expected.content
        assert answer.headers == expected.headers


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("/messages", {"text": "你好", "step": "send"}),
        ("/messages", {"text": "你好"}),
        ("/messages", {"text": ""}),
        ("/safety", {"safety_asked": "said-no"}),
        ("/safety", {}),
        ("/level", {"level": "P2", "reason": "practical"}),
        ("/level", {"decision": "agree"}),
        ("/notes", {"template": "dap", "note_data": "笔记", "step": "final"}),
        ("/notes", {}),
        ("/drafts", {"purpose": "reply", "text": "你好"}),
        ("/close", {"outcome": "listened"}),
        ("/close", {}),
    ],
)
def test_nothing_can_be_sent_to_anybody_elses_ticket_either(
    desks: Desks, taken: Caller, part: str, typed: dict[str, str]
) -> None:
    nothing = "1234567890"
    before = desks.acts(taken)
    for name in ("mei", "supervisor", "administrator", "custodian"):
        desk = desks.at_desk(name)
        answer = desk.post(url(taken, part), data=typed)
        expected = desk.post(f"/staff/tickets/{nothing}{part}", data=typed)
        assert answer.status_code == expected.status_code == 404
        assert answer.content.replace(taken.reference.encode(), nothing.encode()) == expected.content
    assert desks.acts(taken) == before


@pytest.mark.parametrize(
    "reference", ["0", "abc", "12345-6789", "%00", "１２３", "9" * 300, "%F0%9F%98%80", "-", "1%2F2"]
)
def test_a_malformed_reference_is_no_ticket(desks: Desks, reference: str) -> None:
    assert desks.at_desk("lin").get(f"/staff/tickets/{reference}").status_code == 404


def test_a_reference_may_be_typed_as_it_is_shown(desks: Desks, taken: Caller) -> None:
    assert desks.at_desk("lin").get(f"/staff/tickets/{desks.shown(taken)}").status_code == 200


def test_an_assigned_ticket_opens_by_a_button_and_not_by_looking(desks: Desks, house: House) -> None:
    caller = house.send("我最近睡不着。")
    house.go_on_duty("lin")
    desks.at_desk("supervisor").post(url(caller, "/assign"), data={"counselor": str(house.person("lin").id)})
    lin = desks.at_desk("lin")

    page = lin.get(url(caller))

    assert page.status_code == 200
    assert "我最近睡不着。" not in page.text
    assert desks.ticket(caller).state == State.ASSIGNED
    assert form_on(page, url(caller, "/take")) == {}
    assert lin.post(url(caller, "/take")).status_code == 303
    assert "我最近睡不着。" in lin.get(url(caller)).text


def test_closing_ends_the_work_and_keeps_the_page(desks: Desks, taken: Caller) -> None:
    lin = desks.at_desk("lin")

    answer = lin.post(url(taken, "/close"), data={"outcome": "listened"})

    assert answer.headers["location"] == url(taken)
    page = lin.get(url(taken))
    assert "This ticket is closed." in words(page)
    assert "木棉 closed the ticket. Listened" in words(page)
    assert f'action="{url(taken, "/messages")}"' not in page.text
    assert f'action="{url(taken, "/notes")}"' in page.text
    late = lin.post(url(taken, "/messages"), data={"text": "还有一句", "step": "send"})
    assert late.status_code == 403
    assert "还有一句" in late.text


@pytest.mark.parametrize("outcome", ["", "solved"])
def test_closing_needs_an_outcome(desks: Desks, taken: Caller, outcome: str) -> None:
    answer = desks.at_desk("lin").post(url(taken, "/close"), data={"outcome": outcome})

    assert answer.status_code == 422
    assert 'href="#outcome"' in answer.text
    assert desks.ticket(taken).state == State.TAKEN


def test_closing_needs_the_review_too(desks: Desks, house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)

    answer = desks.at_desk("lin").post(url(caller, "/close"), data={"outcome": "practical"})

    assert answer.status_code == 422
    assert "Record the safety review first." in words(answer)
    assert 'value="practical" autocomplete="off" checked' in answer.text


def test_a_reopened_ticket_is_nobodys_until_it_is_taken_again(
    desks: Desks, house: House, taken: Caller
) -> None:
    flows.note(house, "lin", taken, "林的记录")
    flows.close(house, "lin", taken)

    flows.write_again(house, taken, "我又来了。", now=desks.later(days=1))
    assert desks.at_desk("lin").get(url(taken)).status_code == 404
    house.go_on_duty("mei", now=desks.now)
    mei = desks.at_desk("mei")
    mei.post(url(taken, "/take"))

    page = mei.get(url(taken))
    assert "我又来了。" in page.text
    assert "林的记录" not in page.text
    assert "木棉 wrote a note on" in words(page)
    assert "The caller wrote again." in words(page)


def test_a_deleted_conversation_leaves_the_notes_and_says_so(
    desks: Desks, house: House, taken: Caller
) -> None:
    flows.note(house, "lin", taken, "林的记录")
    with house.database.write() as db:
        ending.delete_as_caller(db, taken.keys, tz=ZONE, now=desks.now)

    page = desks.at_desk("lin").get(url(taken))

    assert page.status_code == 200
    assert "The caller has deleted this conversation." in words(page)
    assert "林的记录" in page.text
    assert "我最近睡不着。" not in page.text
    assert f'action="{url(taken, "/messages")}"' not in page.text


def test_looking_changes_nothing_but_the_trail(desks: Desks, house: House, taken: Caller) -> None:
    before = vars(desks.ticket(taken)).copy()
    with house.database.read() as db:
        grants = db.scalar(select(func.count()).select_from(Grant))

    for path in ("", "?note=soap", "?note=nonsense"):
        assert desks.at_desk("lin").get(url(taken, path)).status_code == 200

    after = vars(desks.ticket(taken)).copy()
    assert {k: v for k, v in after.items() if k[0] != "_"} == {k: v for k, v in before.items() if k[0] != "_"}
    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Grant)) == grants
