"""A ticket in two tabs, or a page come back to: nothing is sent twice without a word, nothing typed lost."""

import httpx
import pytest
from sqlalchemy import select

from hotline.accounts.models import LatePost
from hotline.notes import late
from hotline.tickets.models import Draft, Message
from tests import flows
from tests.cast import Caller, House
from tests.web.staff.desks import Desks, form_on, url, words


def sent(house: House, caller: Caller) -> list[str]:
    return flows.words_of(house, caller.keys, caller)


ANOTHER = "You have sent another reply since this page was opened"


def test_the_preview_shows_what_was_sent_from_another_tab_meanwhile(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    first, second = (form_on(lin.get(url(reviewed)), url(reviewed, "/drafts")) for _ in range(2))
    lin.post(url(reviewed, "/messages"), data={**first, "text": "你好，我在。", "step": "send"})
    acts = len(desks.acts(reviewed))

    preview = lin.post(url(reviewed, "/messages"), data={**second, "text": "我在，你好。"})

    assert preview.status_code == 200
    assert ANOTHER in words(preview)
    assert "Already sent" in words(preview)
    assert (
        preview.text.index("你好，我在。")
        < preview.text.index("Your new reply")
        < preview.text.index("我在，你好。")
    )
    assert [act for act, _ in desks.acts(reviewed)][acts:] == ["ticket.conversation-read"]
    lin.post(url(reviewed, "/messages"), data=form_on(preview, url(reviewed, "/messages")))
    assert sent(house, reviewed) == ["我最近睡不着。", "你好，我在。", "我在，你好。"]


def test_the_preview_says_nothing_of_what_stood_on_the_page(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    flows.reply(house, "lin", reviewed, "你好，我在。")
    lin = desks.at_desk("lin")
    page = form_on(lin.get(url(reviewed)), url(reviewed, "/drafts"))
    flows.write_again(house, reviewed, "我现在很害怕。", now=desks.later(minutes=5))
    acts = desks.acts(reviewed)

    previews = [
        lin.post(url(reviewed, "/messages"), data={**hidden, "text": "我在。"})
        for hidden in (page, {}, {"seen": ""})
    ]

    assert [preview.status_code for preview in previews] == [200, 200, 200]
    assert not any(ANOTHER in words(preview) for preview in previews)
    assert desks.acts(reviewed) == acts


def two_previews(lin: httpx.Client, reviewed: Caller) -> list[dict[str, str]]:
    """What stands in the previews of two tabs, each with words of its own."""
    to = url(reviewed, "/messages")
    tabs = [form_on(lin.get(url(reviewed)), url(reviewed, "/drafts")) for _ in range(2)]
    return [
        form_on(lin.post(to, data={**tab, "text": text}), to)
        for tab, text in zip(tabs, ("你好，我在。", "我在，你好。"), strict=True)
    ]


def test_nothing_is_sent_from_an_older_preview_before_its_counselor_was_told(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin, to = desks.at_desk("lin"), url(reviewed, "/messages")
    first, second = two_previews(lin, reviewed)
    lin.post(to, data=first)

    told = lin.post(to, data=second)

    assert told.status_code == 409
    assert ANOTHER in words(told)
    assert (
        told.text.index("你好，我在。") < told.text.index("Your new reply") < told.text.index("我在，你好。")
    )
    assert sent(house, reviewed) == ["我最近睡不着。", "你好，我在。"]
    again = form_on(told, to)
    assert [lin.post(to, data=again).headers["location"] for _ in range(2)] == [f"{url(reviewed)}#latest"] * 2
    assert sent(house, reviewed) == ["我最近睡不着。", "你好，我在。", "我在，你好。"]


def test_whoever_was_told_is_told_again_of_what_was_sent_after_that(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin, to = desks.at_desk("lin"), url(reviewed, "/messages")
    first, second = two_previews(lin, reviewed)
    third = form_on(lin.get(url(reviewed)), url(reviewed, "/drafts"))
    lin.post(to, data=first)
    told = form_on(lin.post(to, data=second), to)
    lin.post(to, data={**third, "text": "晚安。", "step": "send", "told": "2"})

    again = lin.post(to, data=told)

    assert again.status_code == 409
    assert "晚安。" in again.text
    assert sent(house, reviewed) == ["我最近睡不着。", "你好，我在。", "晚安。"]
    assert lin.post(to, data=form_on(again, to)).status_code == 303


def test_what_the_caller_added_comes_before_what_was_sent_from_another_tab(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin, to = desks.at_desk("lin"), url(reviewed, "/messages")
    first, second = two_previews(lin, reviewed)
    lin.post(to, data=first)
    flows.write_again(house, reviewed, "我现在很害怕。", now=desks.later(minutes=5))

    answer = lin.post(to, data=second)

    assert answer.status_code == 422
    assert "The caller has written again." in words(answer)
    assert sent(house, reviewed) == ["我最近睡不着。", "你好，我在。", "我现在很害怕。"]


def test_a_reply_sent_twice_is_one_reply_also_when_another_followed(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin, to = desks.at_desk("lin"), url(reviewed, "/messages")
    first, second = two_previews(lin, reviewed)
    lin.post(to, data=first)
    lin.post(to, data=form_on(lin.post(to, data=second), to))

    again = lin.post(to, data=first)

    assert again.headers["location"] == f"{url(reviewed)}#latest"
    assert len(sent(house, reviewed)) == 3


def replies_begun(house: House) -> int:
    with house.database.read() as db:
        return len(db.scalars(select(Draft).where(Draft.purpose == "reply")).all())


def send_one(lin: httpx.Client, reviewed: Caller) -> dict[str, str]:
    """Lin has previewed a reply and sent it; what her pages before that posted."""
    to = url(reviewed, "/messages")
    typed = {**form_on(lin.get(url(reviewed)), url(reviewed, "/drafts")), "text": "你好，我在。"}
    lin.post(to, data=form_on(lin.post(to, data=typed), to))
    return typed


def test_the_preview_of_what_was_sent_leads_to_the_ticket(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    typed = send_one(lin, reviewed)

    again = lin.post(url(reviewed, "/messages"), data={**typed, "step": "preview"})

    assert (again.status_code, again.headers["location"]) == (303, f"{url(reviewed)}#latest")
    assert replies_begun(house) == 0
    assert sent(house, reviewed) == ["我最近睡不着。", "你好，我在。"]


@pytest.mark.parametrize(
    ("part", "press"),
    [
        ("/drafts", {}),
        ("/level", {"level": "P2", "reason": "more-urgent"}),
        ("/safety", {"safety_asked": "said-no"}),
        ("/notes", {"note_brought": "睡眠", "step": "final"}),
        ("/messages", {"step": "send"}),
    ],
)
def test_what_was_sent_becomes_no_draft_again_by_any_button(
    desks: Desks, house: House, reviewed: Caller, part: str, press: dict[str, str]
) -> None:
    lin = desks.at_desk("lin")
    typed = send_one(lin, reviewed)

    assert lin.post(url(reviewed, part), data={**typed, **press}).status_code in {204, 303}

    assert replies_begun(house) == 0
    assert "Not finished yet" not in words(lin.get("/staff"))


def test_what_was_sent_and_comes_again_too_late_becomes_no_draft(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    typed = send_one(lin, reviewed)
    lin.post("/staff/lock", data={**typed, "belongs_to": url(reviewed, "/messages")})

    with house.database.write() as db:
        actor, keys = house.actor(db, "lin"), house.person("lin").keys
        late.make_drafts(db, house.deployment, actor, keys, now=desks.now)

    assert replies_begun(house) == 0
    with house.database.read() as db:
        assert db.scalars(select(LatePost)).all() == []


def test_going_back_to_write_something_else_keeps_that_as_a_draft(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    typed = send_one(lin, reviewed)

    preview = lin.post(url(reviewed, "/messages"), data={**typed, "text": "还有一句。"})

    assert preview.status_code == 200
    assert replies_begun(house) == 1
    assert ">\n还有一句。</textarea>" in lin.get(url(reviewed)).text


def test_coming_back_to_a_preview_after_the_ticket_was_closed_leads_to_it(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    typed = send_one(lin, reviewed)
    flows.close(house, "lin", reviewed)

    assert lin.post(url(reviewed, "/messages"), data=typed).headers["location"] == f"{url(reviewed)}#latest"


def test_somebody_elses_words_are_a_draft_like_any_other(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    with house.database.read() as db:
        first = db.scalars(select(Message.id).where(Message.ticket_id == reviewed.ticket)).one()

    typed = {"form_id": first.hex, "text": "我最近睡不着。"}
    assert desks.at_desk("lin").post(url(reviewed, "/messages"), data=typed).status_code == 200

    assert replies_begun(house) == 1
