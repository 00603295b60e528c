"""Answering: the preview, sending once, the safety review first, and nothing typed is lost."""

import re

import pytest
from sqlalchemy import select

from hotline.intake.screening import Safety, Topic
from hotline.roster import actions as roster
from hotline.tickets.models import Message
from tests import flows
from tests.cast import Caller, House
from tests.web.staff.desks import Desks, form_on, url, words

HEARD = "谢谢你写下来。\n\n<b>睡不着</b>多久了？ "


@pytest.fixture
def taken(house: House) -> Caller:
    """Lin's ticket, its safety review recorded."""
    caller = house.send("我最近睡不着。", safety=Safety.THOUGHTS, topics=(Topic.SLEEP, Topic.STUDY))
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    return caller


def sent(house: House, caller: Caller) -> list[str]:
    return flows.words_of(house, caller.keys, caller)


def last_message(page: str) -> str:
    """The last message of a thread as it is written in the page, but for its time."""
    message = page.rpartition('<li class="message')[2].partition("</li>")[0]
    return re.sub(r"<time.*?</time>", "", message)


def test_the_preview_is_what_the_caller_will_see(desks: Desks, house: House, taken: Caller) -> None:
    lin = desks.at_desk("lin")

    preview = lin.post(url(taken, "/messages"), data={"text": HEARD, "step": "preview"})
    assert preview.status_code == 200
    assert sent(house, taken) == ["我最近睡不着。"]
    lin.post(url(taken, "/messages"), data={**form_on(preview, url(taken, "/messages")), "step": "send"})

    assert sent(house, taken) == ["我最近睡不着。", HEARD]
    reader = desks.as_caller(taken)
    reader.headers["Accept-Language"] = "zh-CN"
    shown = last_message(reader.get("/conversation").text)
    assert last_message(preview.text) == shown
    assert "咨询老师“木棉”" in shown


def test_the_preview_can_be_edited_and_nothing_is_lost(desks: Desks, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    lin.post(url(taken, "/messages"), data={"text": HEARD})

    page = lin.get(url(taken))

    assert "谢谢你写下来。\n\n&lt;b&gt;睡不着&lt;/b&gt;多久了？ </textarea>" in page.text
    assert "This is your draft" in words(page)


def test_a_sent_reply_leaves_no_draft_behind(desks: Desks, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    lin.post(url(taken, "/messages"), data={"text": HEARD})

    answer = lin.post(url(taken, "/messages"), data={"text": HEARD, "step": "send"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{url(taken)}#latest")
    page = lin.get(url(taken))
    assert "多久了？ </textarea>" not in page.text
    assert "Waiting for the caller" in words(page)


def test_the_same_reply_sent_twice_is_one_reply(desks: Desks, house: House, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    typed = {**form_on(lin.get(url(taken)), url(taken, "/drafts")), "text": HEARD, "step": "send"}

    first, second = (lin.post(url(taken, "/messages"), data=typed) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert sent(house, taken) == ["我最近睡不着。", HEARD]
    assert [act for act, _ in desks.acts(taken)].count("ticket.replied") == 1


def test_going_back_and_writing_something_else_sends_that_too(
    desks: Desks, house: House, taken: Caller
) -> None:
    lin = desks.at_desk("lin")
    typed = {**form_on(lin.get(url(taken)), url(taken, "/drafts")), "step": "send"}

    first, second = (lin.post(url(taken, "/messages"), data={**typed, "text": text}) for text in ("一", "二"))

    assert (first.status_code, second.status_code) == (303, 409)
    assert sent(house, taken) == ["我最近睡不着。", "一"]
    lin.post(url(taken, "/messages"), data=form_on(second, url(taken, "/messages")))
    assert sent(house, taken) == ["我最近睡不着。", "一", "二"]


def test_a_form_id_of_another_ticket_sends_here_and_touches_nothing_there(
    desks: Desks, house: House, taken: Caller
) -> None:
    other = house.send("别的")
    flows.take(house, "mei", other)
    with house.database.read() as db:
        theirs = db.scalars(select(Message.id).where(Message.ticket_id == other.ticket)).one()

    desks.at_desk("lin").post(
        url(taken, "/messages"), data={"text": "你好", "step": "send", "form_id": theirs.hex}
    )

    assert sent(house, taken) == ["我最近睡不着。", "你好"]
    assert sent(house, other) == ["别的"]


def test_what_the_caller_added_meanwhile_is_read_before_anything_is_sent(
    desks: Desks, house: House, taken: Caller
) -> None:
    lin = desks.at_desk("lin")
    typed = {**form_on(lin.get(url(taken)), url(taken, "/drafts")), "text": "晚安", "step": "send"}
    flows.write_again(house, taken, "我现在很害怕。", now=desks.later(minutes=5))

    answer = lin.post(url(taken, "/messages"), data=typed)

    assert answer.status_code == 422
    assert "The caller has written again." in words(answer)
    assert "我现在很害怕。" in answer.text
    assert ">\n晚安</textarea>" in answer.text
    assert sent(house, taken) == ["我最近睡不着。", "我现在很害怕。"]
    again = {**form_on(answer, url(taken, "/drafts")), "text": "我在。", "step": "send"}
    assert lin.post(url(taken, "/messages"), data=again).status_code == 303


def test_the_review_comes_before_the_first_reply_and_the_text_stays(desks: Desks, house: House) -> None:
    caller = house.send("你好")
    flows.take(house, "lin", caller)
    lin = desks.at_desk("lin")

    preview = lin.post(url(caller, "/messages"), data={"text": HEARD})
    assert f'href="{url(caller)}#safety"' in preview.text
    assert "Send to the caller" not in preview.text
    answer = lin.post(url(caller, "/messages"), data={"text": HEARD, "step": "send"})

    assert answer.status_code == 422
    assert "Record the safety review first." in words(answer)
    assert 'href="#safety"' in answer.text
    assert "多久了？ </textarea>" in answer.text
    assert sent(house, caller) == ["你好"]


@pytest.mark.parametrize("step", ["preview", "send"])
@pytest.mark.parametrize(
    ("text", "said"),
    [("", "Write something first"), (" \n ", "Write something first"), ("长" * 4001, "4,000 characters")],
)
def test_a_reply_that_cannot_be_sent_comes_back_as_typed(
    desks: Desks, house: House, taken: Caller, step: str, text: str, said: str
) -> None:
    answer = desks.at_desk("lin").post(url(taken, "/messages"), data={"text": text, "step": step})

    assert answer.status_code == 422
    assert said in words(answer)
    assert "<title>Error: " in answer.text
    assert f">\n{text}</textarea>" in answer.text
    assert sent(house, taken) == ["我最近睡不着。"]


def test_four_thousand_characters_fit(desks: Desks, house: House, taken: Caller) -> None:
    desks.at_desk("lin").post(url(taken, "/messages"), data={"text": "😀" * 4000, "step": "send"})

    assert sent(house, taken)[-1] == "😀" * 4000


def test_answering_ones_own_tickets_needs_no_duty(desks: Desks, house: House, taken: Caller) -> None:
    with house.database.write() as db:
        roster.end_duty(db, house.actor(db, "lin"), now=desks.now)

    answer = desks.at_desk("lin").post(url(taken, "/messages"), data={"text": "你好", "step": "send"})

    assert answer.status_code == 303
