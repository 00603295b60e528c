"""Two windows with different half-written words on one ticket: one is the draft, the other is kept too."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from hotline.accounts import late_posts
from hotline.accounts.models import LatePost
from hotline.notes import late
from hotline.tickets.models import Draft
from tests.cast import Caller, House
from tests.web.staff.desks import Desks, form_on, url, words

BUTTON = {"Accept": "text/html"}
AND_SAYS = "Another window had written something else. It is kept under My account."

Tab = Callable[..., httpx.Response]


def open_tab(lin: httpx.Client, caller: Caller, at: str = "") -> Tab:
    """A page of the ticket as it is now; `tab("/drafts", text=…)` posts it with what is typed there."""
    hidden = form_on(lin.get(url(caller, at)), url(caller, "/drafts"))

    def post(part: str = "/drafts", *, by: dict[str, str] | None = None, **typed: str) -> httpx.Response:
        return lin.post(url(caller, part), data={**hidden, **typed}, headers=by)

    return post


def set_aside(house: House) -> list[dict[str, str]]:
    """The words that wait for Lin under her account."""
    lin = house.person("lin")
    with house.database.read() as db:
        waiting = late_posts.waiting_for(db, lin.id)
        return [late_posts.open_one(db, lin.keys, post.id)[1] for post in waiting]


def is_shown(page: httpx.Response, text: str) -> bool:
    return f">\n{text}</textarea>" in page.text


def test_a_reply_that_another_window_replaces_is_kept_and_said(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    first, second = (open_tab(lin, reviewed) for _ in range(2))
    assert "hotline-set-aside" not in first(text="你好，我在。").headers

    answer = second(text="我在，你好。")

    assert (answer.status_code, answer.headers["hotline-set-aside"]) == (204, "yes")
    assert set_aside(house) == [{"text": "你好，我在。"}]
    page = lin.get(url(reviewed))
    assert is_shown(page, "我在，你好。")
    assert AND_SAYS in words(page)
    account = lin.get("/staff/account")
    assert "Texts kept for you" in words(account)
    assert is_shown(account, "你好，我在。")
    assert "Something you wrote is kept for you under My account." in words(lin.get("/staff"))
    with house.database.read() as db:
        assert "你好".encode() not in db.scalars(select(LatePost)).one().sealed


def test_the_preview_says_what_was_set_aside(desks: Desks, house: House, reviewed: Caller) -> None:
    lin = desks.at_desk("lin")
    first, second = (open_tab(lin, reviewed) for _ in range(2))
    first(text="你好，我在。")

    assert AND_SAYS in words(second("/messages", text="我在，你好。"))
    assert AND_SAYS not in words(second("/messages", text="我在，你好吗？"))
    assert len(set_aside(house)) == 1


@pytest.mark.parametrize(
    ("theirs", "mine", "draft"),
    [
        ("你好", "你好，我在。", "你好，我在。"),
        ("你好，我在。", "你好", "你好，我在。"),
        ("你好，我在。", "", "你好，我在。"),
    ],
)
def test_of_two_replies_that_begin_alike_the_longer_one_is_the_draft(
    desks: Desks, house: House, reviewed: Caller, theirs: str, mine: str, draft: str
) -> None:
    lin = desks.at_desk("lin")
    first, second = (open_tab(lin, reviewed) for _ in range(2))
    first(text=theirs)

    second(text=mine)

    assert is_shown(lin.get(url(reviewed)), draft)
    assert set_aside(house) == []


def test_a_window_in_which_the_reply_was_not_touched_takes_nothing_back(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    open_tab(lin, reviewed)(text="你好，我在。")
    first, second = (open_tab(lin, reviewed) for _ in range(2))
    first(text="您好，我在。")

    second(text="你好，我在。", note_brought="睡眠")

    page = lin.get(url(reviewed))
    assert is_shown(page, "您好，我在。")
    assert is_shown(page, "睡眠")
    assert set_aside(house) == []


@pytest.mark.parametrize("part", ["/drafts", "/notes"])
def test_a_reply_that_one_window_has_sent_is_no_draft_again_in_the_other(
    desks: Desks, reviewed: Caller, part: str
) -> None:
    """The other one shows it as it was half-written. What is changed there, or written later, is kept."""
    lin = desks.at_desk("lin")
    open_tab(lin, reviewed)(text="你好，我在。")
    first, second, third = (open_tab(lin, reviewed) for _ in range(3))
    first("/messages", text="你好，我在。", step="send", seen="1")

    second(part, text="你好，我在。", note_brought="睡眠", note_contact="first", step="draft")

    page = lin.get(url(reviewed))
    assert not is_shown(page, "你好，我在。")
    assert is_shown(page, "睡眠")
    third(text="你好，我在。还有一句。")
    assert is_shown(lin.get(url(reviewed)), "你好，我在。还有一句。")


@pytest.mark.parametrize(
    ("part", "press", "typed"),
    [
        (
            "/notes",
            {"step": "final"},
            {"note_brought": "睡眠", "note_contact": "first", "note_minutes": "20"},
        ),
        ("/safety", {}, {"safety_asked": "said-no", "safety_plan": "没有", "safety_level": "P3"}),
    ],
)
def test_a_note_that_one_window_has_finished_is_no_draft_again_in_the_other(
    desks: Desks, house: House, reviewed: Caller, part: str, press: dict[str, str], typed: dict[str, str]
) -> None:
    lin = desks.at_desk("lin")
    open_tab(lin, reviewed)(**typed)
    first, second, third = (open_tab(lin, reviewed) for _ in range(3))
    assert first(part, **press, **typed).status_code == 303

    second(**typed, text="你好，我在。")

    assert is_shown(lin.get(url(reviewed)), "你好，我在。")
    with house.database.read() as db:
        assert db.scalars(select(Draft.purpose)).all() == ["reply"]
    third(**{name: f"{text}。" for name, text in typed.items()})
    with house.database.read() as db:
        assert len(db.scalars(select(Draft.purpose)).all()) == 2


@pytest.mark.parametrize("by", [{}, BUTTON])
def test_writing_in_one_window_alone_sets_nothing_aside(
    desks: Desks, house: House, reviewed: Caller, by: dict[str, str]
) -> None:
    """One page for a while, Preview and Back, then Save draft, the page that this leads to, and so on."""
    lin = desks.at_desk("lin")
    page = open_tab(lin, reviewed)
    for text in ("你好", "您好", "", "晚安"):
        page(text=text, note_brought=text, safety_plan=text, about=text, by=by)
    assert page("/messages", text="早", note_brought="早").status_code == 200
    page(text="晚", note_brought="晚", by=by)
    for text in ("你", "我", "她"):
        page = open_tab(lin, reviewed)
        page(text=text, note_brought=text, safety_plan=text, about=text, by=by)
        page(text=text * 2, note_brought=text * 2, safety_plan=text * 2, about="", by=by)
    page = open_tab(lin, reviewed, "?note=dap")
    page(text="你", note_data="你", by=by)

    assert set_aside(house) == []
    assert is_shown(lin.get(url(reviewed, "?note=dap")), "你")
    assert AND_SAYS not in words(lin.get(url(reviewed)))


def test_a_page_that_came_back_with_a_problem_goes_on_with_its_draft(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    wrong = open_tab(lin, reviewed)("/messages", text="长" * 4001, note_brought="一")
    again = form_on(wrong, url(reviewed, "/drafts"))

    lin.post(url(reviewed, "/drafts"), data={**again, "text": "短", "note_brought": "二"})

    assert set_aside(house) == []


def test_a_page_goes_on_after_what_it_held_came_too_late_and_became_the_draft(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    tab = open_tab(lin, reviewed)
    tab(text="你好")
    typed = {**form_on(lin.get(url(reviewed)), url(reviewed, "/drafts")), "text": "您好"}
    desks.later(minutes=1)
    lin.post("/staff/lock", data=typed)
    with house.database.write() as db:
        actor, keys = house.actor(db, "lin"), house.person("lin").keys
        assert late.make_drafts(db, house.deployment, actor, keys, now=desks.later(minutes=1)) == 1

    lin = desks.at_desk("lin")
    lin.post(url(reviewed, "/drafts"), data={**typed, "text": "晚安"})
    open_tab(lin, reviewed)(text="早安")

    assert set_aside(house) == []


def test_words_set_aside_grow_in_one_place_and_never_become_a_draft_by_themselves(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    first, second = (open_tab(lin, reviewed) for _ in range(2))
    for more in ("", "吗", "吗？"):
        first(text=f"你好{more}")
        second(text=f"我在{more}")

    assert set_aside(house) == [{"text": "我在吗"}, {"text": "你好吗？"}]
    second("/messages", text="我在吗？", step="send")
    with house.database.write() as db:
        actor, keys, now = house.actor(db, "lin"), house.person("lin").keys, desks.now + timedelta(days=1)
        assert late.make_drafts(db, house.deployment, actor, keys, now=now) == 0
        assert db.scalars(select(Draft)).all() == []


def test_a_note_and_a_review_in_another_window_are_kept_field_by_field(
    desks: Desks, house: House, reviewed: Caller
) -> None:
    lin = desks.at_desk("lin")
    first, second = (open_tab(lin, reviewed) for _ in range(2))
    first(note_brought="睡眠", note_promised="周三", safety_plan="没有", safety_asked="said-no")

    second(note_brought="学习", note_promised="", safety_plan="没有说", safety_asked="said-yes")

    page = lin.get(url(reviewed))
    assert [is_shown(page, text) for text in ("学习", "周三", "没有说")] == [True] * 3
    assert set_aside(house) == [{"note_brought": "睡眠"}]
    assert AND_SAYS in words(page)


@pytest.mark.parametrize(
    ("part", "press", "field"),
    [
        ("/messages", {"step": "send", "text": "我在，你好。"}, "text"),
        ("/notes", {"step": "final", "note_brought": "学习"}, "note_brought"),
        ("/safety", {"safety_asked": "said-no", "safety_plan": "没有"}, "safety_plan"),
        ("/follow-ups", {"step": "plan", "when": "3-days", "about": "睡眠"}, "about"),
    ],
)
def test_what_is_sent_or_finished_in_one_window_leaves_the_others_draft(
    desks: Desks, house: House, reviewed: Caller, part: str, press: dict[str, str], field: str
) -> None:
    lin = desks.at_desk("lin")
    first, second = (open_tab(lin, reviewed) for _ in range(2))
    first(**{field: "另一个窗口里的话"})

    assert second(part, **press).status_code == 303

    page = lin.get(url(reviewed))
    kept = [text for fields in set_aside(house) for text in fields.values()]
    assert is_shown(page, "另一个窗口里的话") or "另一个窗口里的话" in kept


@pytest.mark.parametrize(
    ("part", "press", "field"),
    [
        ("/messages", {"step": "send"}, "text"),
        ("/notes", {"step": "final"}, "note_brought"),
    ],
)
def test_what_was_set_aside_waits_no_longer_once_it_is_sent_or_finished(
    desks: Desks, house: House, reviewed: Caller, part: str, press: dict[str, str], field: str
) -> None:
    lin = desks.at_desk("lin")
    first, second = (open_tab(lin, reviewed) for _ in range(2))
    first(**{field: "你好，我在。"})
    second(**{field: "我在，你好。"})
    assert set_aside(house) == [{field: "你好，我在。"}]

    first(part, **press, **{field: "你好，我在。"})

    assert set_aside(house) == []
    assert is_shown(lin.get(url(reviewed)), "我在，你好。")
