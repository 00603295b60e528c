"""A ticket that was closed, deleted or given back to the queue while its page stood open says so."""

import pytest

from hotline.tickets import ending
from hotline.tickets.lifecycle import State
from tests import flows
from tests.cast import ZONE, Caller, House
from tests.web.staff.desks import Desks, url, words

REPLY, NOTE, REVIEW = "谢谢你写下来。", "今天谈了睡眠。", "想过一次"
TYPED = {"text": REPLY, "template": "helpline", "note_brought": NOTE, "safety_thoughts": REVIEW}
CLOSED = "The ticket was closed in the meantime. You can still read it and write notes."
DELETED = "The caller has deleted this conversation in the meantime. Your notes stay."
BACK = "This ticket went back to the queue in the meantime and is not yours any more."
KEPT = "The note that you had begun is kept as a draft on the ticket's page."
PRESSED = [
    ("/messages", {"step": "preview"}),
    ("/messages", {"step": "send"}),
    ("/drafts", {"purpose": "reply"}),
    ("/safety", {"safety_asked": "said-no"}),
    ("/level", {"level": "P1", "reason": "more-urgent"}),
    ("/close", {"outcome": "listened"}),
    ("/hand-over", {}),
]
"""Everything that is sent from an open page and needs a ticket that is still reviewed."""


def delete(house: House, caller: Caller, desks: Desks) -> None:
    with house.database.write() as db:
        ending.delete_as_caller(db, caller.keys, tz=ZONE, now=desks.now)


@pytest.mark.parametrize(("part", "pressed"), PRESSED)
def test_a_ticket_closed_in_another_tab_says_so_and_keeps_the_note(
    desks: Desks, house: House, reviewed: Caller, part: str, pressed: dict[str, str]
) -> None:
    lin = desks.at_desk("lin")
    lin.headers["Accept"] = "text/html"
    flows.close(house, "lin", reviewed)

    answer = lin.post(url(reviewed, part), data={**TYPED, **pressed})

    assert answer.status_code == 403
    said = words(answer)
    assert f"{CLOSED} What you asked for was not done. {KEPT}" in said
    assert "Copy it before you go on." in said
    assert (f">\n{REPLY}</textarea>" in answer.text, f">\n{REVIEW}</textarea>" in answer.text) == (True, True)
    assert NOTE not in answer.text
    assert f'href="{url(reviewed)}">Open the ticket' in answer.text
    assert 'href="/staff">Back to my shift' in answer.text
    assert f">\n{NOTE}</textarea>" in lin.get(url(reviewed)).text
    assert flows.words_of(house, reviewed.keys, reviewed) == ["我最近睡不着。"]


@pytest.mark.parametrize(("part", "pressed"), [*PRESSED, ("/follow-ups", {"when": "1-week"})])
def test_a_conversation_its_caller_has_deleted_says_so(
    desks: Desks, house: House, reviewed: Caller, part: str, pressed: dict[str, str]
) -> None:
    lin = desks.at_desk("lin")
    lin.headers["Accept"] = "text/html"
    delete(house, reviewed, desks)

    answer = lin.post(url(reviewed, part), data={**TYPED, **pressed})

    assert answer.status_code == 403
    assert f"{DELETED} What you asked for was not done. {KEPT}" in words(answer)
    assert f">\n{REPLY}</textarea>" in answer.text
    assert f'href="{url(reviewed)}">Open the ticket' in answer.text
    assert f">\n{NOTE}</textarea>" in lin.get(url(reviewed)).text


@pytest.mark.parametrize(("part", "pressed"), [*PRESSED[:-1], ("/notes", {"step": "final"})])
def test_a_ticket_that_went_back_to_the_queue_says_so_to_who_had_it(
    desks: Desks, house: House, reviewed: Caller, part: str, pressed: dict[str, str]
) -> None:
    flows.close(house, "lin", reviewed)
    flows.write_again(house, reviewed, "我又来了。", now=desks.now)

    answer = desks.at_desk("lin").post(url(reviewed, part), data={**TYPED, **pressed})

    assert answer.status_code == 404
    assert BACK in words(answer)
    assert "What you asked for was not done." in words(answer)
    assert KEPT not in words(answer)
    for text in (REPLY, NOTE, REVIEW):
        assert f">\n{text}</textarea>" in answer.text
    assert url(reviewed) not in answer.text
    assert 'href="/staff">Back to my shift' in answer.text
    assert desks.ticket(reviewed).state == State.WAITING


def test_looking_again_at_a_ticket_that_went_back_says_so_too(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    flows.close(house, "lin", reviewed)
    flows.write_again(house, reviewed, "我又来了。", now=desks.now)

    answer = desks.at_desk("lin", language="zh-CN").get(url(reviewed))

    assert answer.status_code == 404
    assert "这个来访在这期间回到了等待列表" in words(answer)
    assert "刚才的操作没有执行" not in words(answer)
    assert "我又来了。" not in answer.text


@pytest.mark.parametrize("name", ["mei", "supervisor", "administrator", "custodian"])
def test_whoever_never_had_it_learns_nothing(desks: Desks, house: House, reviewed: Caller, name: str) -> None:
    flows.close(house, "lin", reviewed)
    flows.write_again(house, reviewed, "我又来了。", now=desks.now)
    desk = desks.at_desk(name)

    answer = desk.post(url(reviewed, "/messages"), data=TYPED)
    nothing = desk.post("/staff/tickets/1234567890/messages", data=TYPED)

    assert answer.status_code == nothing.status_code == 404
    assert answer.content.replace(reviewed.reference.encode(), b"1234567890") == nothing.content


def test_without_a_note_nothing_is_said_of_one(desks: Desks, house: House, reviewed: Caller) -> None:
    flows.close(house, "lin", reviewed)

    answer = desks.at_desk("lin").post(url(reviewed, "/close"), data={"outcome": "safety-plan", "text": ""})

    assert answer.status_code == 403
    assert CLOSED in words(answer)
    assert KEPT not in words(answer)
    assert "Copy it before you go on." not in words(answer)


def test_a_second_press_on_close_leads_where_the_first_one_did(desks: Desks, reviewed: Caller) -> None:
    lin = desks.at_desk("lin")

    presses = [lin.post(url(reviewed, "/close"), data={"outcome": "listened"}) for _ in range(2)]

    assert [one.headers["location"] for one in presses] == [url(reviewed)] * 2


def test_a_draft_kept_by_the_script_keeps_the_note_and_owns_up_to_the_reply(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    flows.close(house, "lin", reviewed)

    assert lin.post(url(reviewed, "/drafts"), data=TYPED).status_code == 403

    page = lin.get(url(reviewed)).text
    assert NOTE in page
    assert REPLY not in page


def test_planning_alone_on_a_deleted_conversation_says_so_too(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    delete(house, reviewed, desks)

    answer = desks.at_desk("lin").post(
        url(reviewed, "/follow-ups"), data={"when": "1-week", "about": "再问问"}
    )

    assert answer.status_code == 403
    assert DELETED in words(answer)
