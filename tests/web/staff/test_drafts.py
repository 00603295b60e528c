"""What is half-written survives: saved by script or button, through lock and another sign-in."""

import httpx
import pytest
from sqlalchemy import func, select

from hotline.notes import late
from hotline.tickets.models import Draft
from tests import flows
from tests.cast import Caller, House
from tests.web.staff.desks import Desks, form_on, url, words

SAVED_BY_BUTTON = {"Accept": "text/html,application/xhtml+xml"}


def drafts_kept(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(Draft)) or 0


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({"purpose": "reply", "text": "写到一半"}, ">\n写到一半</textarea>"),
        ({"purpose": "note", "template": "birp", "note_behaviour": "半份记录"}, ">\n半份记录</textarea>"),
        ({"purpose": "safety", "safety_plan": "半份评估"}, ">\n半份评估</textarea>"),
        ({"purpose": "safety", "safety_asked": "said-yes"}, 'value="said-yes" autocomplete="off" checked'),
        (
            {"purpose": "safety", "safety_plan": "x", "safety_level": "P1"},
            'value="P1" autocomplete="off" checked',
        ),
        (
            {"purpose": "note", "note_done": ["listened", "coping"]},
            'value="coping" autocomplete="off" checked',
        ),
    ],
)
def test_what_was_typed_is_offered_again_after_the_lock(
    desks: Desks, house: House, taken: Caller, typed: dict[str, str | list[str]], shown: str
) -> None:
    lin = desks.at_desk("lin")
    assert shown not in lin.get(url(taken)).text

    kept = lin.post(url(taken, "/drafts"), data=typed)
    assert (kept.status_code, kept.content) == (204, b"")
    lin.post("/staff/lock")
    assert lin.get(url(taken)).status_code != 200

    page = desks.at_desk("lin").get(url(taken))
    assert shown in page.text
    assert "This is your draft of" in words(page)
    assert drafts_kept(house) == 1


@pytest.mark.parametrize(
    ("purpose", "place"), [("reply", "#reply"), ("note", "#note"), ("safety", "#safety")]
)
def test_the_button_leads_back_to_where_the_text_is(
    desks: Desks, taken: Caller, purpose: str, place: str
) -> None:
    typed = {"purpose": purpose, "text": "a", "note_brought": "b", "safety_plan": "c"}

    answer = desks.at_desk("lin").post(url(taken, "/drafts"), data=typed, headers=SAVED_BY_BUTTON)

    assert (answer.status_code, answer.headers["location"]) == (303, url(taken) + place)


def test_a_newer_draft_replaces_the_older_and_an_empty_one_ends_it(
    desks: Desks, house: House, taken: Caller
) -> None:
    lin = desks.at_desk("lin")
    for text in ("一", "一二"):
        lin.post(url(taken, "/drafts"), data={"purpose": "reply", "text": text})
    assert ">\n一二</textarea>" in lin.get(url(taken)).text
    assert drafts_kept(house) == 1

    lin.post(url(taken, "/drafts"), data={"purpose": "reply", "text": " "})

    assert drafts_kept(house) == 0


def test_a_draft_may_be_longer_than_what_can_be_sent(desks: Desks, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    text = "长" * 9000

    assert lin.post(url(taken, "/messages"), data={"text": text}).status_code == 422

    assert f">\n{text}</textarea>" in lin.get(url(taken)).text


@pytest.mark.parametrize("typed", [{}, {"purpose": "letter", "words": "一句话"}])
def test_what_belongs_to_no_draft_is_refused(
    desks: Desks, house: House, taken: Caller, typed: dict[str, str]
) -> None:
    assert desks.at_desk("lin").post(url(taken, "/drafts"), data=typed).status_code == 422
    assert drafts_kept(house) == 0


HALVES = {
    "text": "半封回复",
    "template": "helpline",
    "note_brought": "半份记录",
    "safety_plan": "半份评估",
    "safety_level": "P3",
    "about": "问问睡得怎么样",
    "when": "3-days",
}
"""What somebody has begun everywhere on a ticket's page."""


def shown_on(page: httpx.Response) -> set[str]:
    return {text for text in HALVES.values() if f">\n{text}</textarea>" in page.text}


BEGUN = {"半封回复", "半份记录", "半份评估", "问问睡得怎么样"}


@pytest.mark.parametrize(
    ("part", "press", "ends"),
    [
        ("/drafts", {}, set()),
        ("/drafts", {"language": "en"}, set()),
        ("/messages", {"step": "preview"}, set()),
        ("/messages", {"step": "send"}, set()),
        ("/notes", {"step": "final"}, {"半份记录"}),
        ("/safety", {}, set()),
        ("/safety", {"safety_asked": "said-no"}, {"半份评估"}),
        ("/level", {"level": "P2", "reason": "more-urgent"}, set()),
        ("/level", {}, set()),
        ("/close", {"outcome": "listened"}, set()),
        ("/follow-ups", {"step": "plan"}, {"问问睡得怎么样"}),
        ("/follow-ups", {"step": "plan", "when": "", "day": "x"}, set()),
    ],
)
def test_no_button_drops_what_is_typed_beside_it(
    desks: Desks, taken: Caller, part: str, press: dict[str, str], ends: set[str]
) -> None:
    lin = desks.at_desk("lin")

    lin.post(url(taken, part), data={**HALVES, **press})

    assert shown_on(lin.get(url(taken))) == BEGUN - ends


@pytest.mark.parametrize("way", ["/staff/lock", "/staff/sign-out"])
def test_leaving_the_desk_keeps_everything_that_is_typed(desks: Desks, taken: Caller, way: str) -> None:
    lin = desks.at_desk("lin")
    typed = {**form_on(lin.get(url(taken)), url(taken, "/drafts")), **HALVES}

    lin.post(way, data=typed)

    with desks.house.database.write() as db:
        house, person = desks.house, desks.house.person("lin")
        late.make_drafts(db, house.deployment, house.actor(db, "lin"), person.keys, now=desks.now)
    assert shown_on(desks.at_desk("lin").get(url(taken))) == BEGUN


def test_a_review_beside_the_first_reply_is_recorded_when_it_is_sent(
    desks: Desks, house: House, taken: Caller
) -> None:
    lin = desks.at_desk("lin")
    typed = {**HALVES, "safety_asked": "said-no", "step": "preview"}
    preview = lin.post(url(taken, "/messages"), data=typed)
    assert "The safety review is recorded with it, as you filled it in." in words(preview)
    assert desks.ticket(taken).reviewed_at is None

    lin.post(url(taken, "/messages"), data={**form_on(preview, url(taken, "/messages")), "step": "send"})

    assert desks.ticket(taken).reviewed_at == desks.now
    assert flows.words_of(house, taken.keys, taken)[-1] == "半封回复"
    assert shown_on(lin.get(url(taken))) == {"半份记录", "问问睡得怎么样"}


def test_a_review_that_cannot_be_recorded_sends_nothing(desks: Desks, house: House, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    typed = {**HALVES, "safety_asked": "said-no", "safety_plan": "长" * 301, "step": "send"}

    answer = lin.post(url(taken, "/messages"), data=typed)

    assert answer.status_code == 422
    assert 'href="#safety_plan"' in answer.text
    assert ">\n半封回复</textarea>" in answer.text
    assert flows.words_of(house, taken.keys, taken) == ["我最近睡不着。"]


def test_finishing_ends_the_draft(desks: Desks, house: House, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    lin.post(url(taken, "/drafts"), data={"purpose": "safety", "safety_plan": "半"})
    lin.post(url(taken, "/drafts"), data={"purpose": "note", "note_brought": "半"})
    assert drafts_kept(house) == 2

    lin.post(url(taken, "/safety"), data={"safety_asked": "said-no", "safety_plan": "没有"})
    lin.post(url(taken, "/notes"), data={"note_brought": "全", "step": "final"})

    assert drafts_kept(house) == 0


def test_a_draft_is_sealed(desks: Desks, house: House, taken: Caller) -> None:
    desks.at_desk("lin").post(url(taken, "/drafts"), data={"purpose": "reply", "text": "canary-text"})

    with house.database.read() as db:
        draft = db.scalars(select(Draft)).one()
    assert b"canary" not in draft.body


def test_a_colleague_who_takes_over_sees_no_half_written_reply(
    desks: Desks, house: House, taken: Caller
) -> None:
    flows.review(house, "lin", taken)
    desks.at_desk("lin").post(url(taken, "/drafts"), data={"purpose": "reply", "text": "林的半句"})
    flows.close(house, "lin", taken)
    flows.write_again(house, taken, "又来了", now=desks.now)
    flows.take(house, "mei", taken)

    page = desks.at_desk("mei").get(url(taken))

    assert page.status_code == 200
    assert "林的半句" not in page.text


def test_on_a_closed_ticket_nothing_is_kept_for_sending(desks: Desks, house: House, taken: Caller) -> None:
    flows.review(house, "lin", taken)
    flows.close(house, "lin", taken)

    answer = desks.at_desk("lin").post(
        url(taken, "/drafts"), data={"purpose": "reply", "text": "晚了"}, headers=SAVED_BY_BUTTON
    )

    assert answer.status_code == 403
    assert "晚了" in answer.text
