"""The safety review beside a first reply and beside closing: looked at early, recorded together."""

import pytest
from sqlalchemy import func, select

from hotline.intake.screening import Safety
from hotline.notes.models import Note
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Draft
from tests import flows
from tests.cast import Caller, House
from tests.web.staff.desks import Desks, form_on, url, words

REPLY = {"text": "谢谢你写下来。 "}
REVIEW = {"safety_asked": "said-no", "safety_thoughts": "想过一次"}
WRONG = [
    ({"safety_asked": ""}, "safety_asked"),
    ({"safety_asked": "maybe"}, "safety_asked"),
    ({"safety_plan": "长" * 301}, "safety_plan"),
    ({"safety_level": "P3"}, "safety_reason"),
    ({"safety_level": "P3", "safety_reason": "more-urgent"}, "safety_reason"),
]
"""What keeps a review of a P1 ticket from being recorded, and where the page says so."""


@pytest.fixture
def taken(house: House) -> Caller:
    """Lin's P1 ticket, with nothing recorded on it yet."""
    caller = house.send("我最近睡不着。", safety=Safety.DANGER)
    flows.take(house, "lin", caller)
    return caller


def reviews(house: House, caller: Caller) -> int:
    with house.database.read() as db:
        wanted = select(Note.id).where(Note.ticket_id == caller.ticket, Note.kind == "safety")
        return len(db.scalars(wanted).all())


def drafts_kept(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(Draft)) or 0


@pytest.mark.parametrize("step", ["preview", "send"])
@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_a_review_that_cannot_be_recorded_comes_back_before_the_preview(
    desks: Desks, house: House, taken: Caller, wrong: dict[str, str], field: str, step: str
) -> None:
    answer = desks.at_desk("lin").post(
        url(taken, "/messages"), data={**REPLY, **REVIEW, **wrong, "step": step}
    )

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert ">\n想过一次</textarea>" in answer.text
    assert wrong.get("safety_plan", "") in answer.text
    assert f">\n{REPLY['text']}</textarea>" in answer.text
    assert reviews(house, taken) == 0
    assert flows.words_of(house, taken.keys, taken) == ["我最近睡不着。"]


def test_a_review_that_can_be_recorded_is_recorded_with_the_reply(
    desks: Desks, house: House, taken: Caller
) -> None:
    lin = desks.at_desk("lin")

    preview = lin.post(url(taken, "/messages"), data={**REPLY, **REVIEW})

    assert preview.status_code == 200
    assert "Record the review and send" in words(preview)
    assert reviews(house, taken) == 0
    lin.post(url(taken, "/messages"), data=form_on(preview, url(taken, "/messages")))
    assert reviews(house, taken) == 1
    assert flows.words_of(house, taken.keys, taken) == ["我最近睡不着。", REPLY["text"]]


@pytest.mark.parametrize("chosen", [{}, {"safety_level": "P2", "safety_reason": "help-there"}])
def test_a_reply_whose_review_is_not_begun_is_previewed(
    desks: Desks, taken: Caller, chosen: dict[str, str]
) -> None:
    preview = desks.at_desk("lin").post(url(taken, "/messages"), data={**REPLY, **chosen})

    assert preview.status_code == 200
    assert "Record the safety review first. What you wrote is kept." in words(preview)


def test_once_recorded_another_review_that_is_half_written_stops_no_reply(
    desks: Desks, house: House, taken: Caller
) -> None:
    flows.review(house, "lin", taken)

    preview = desks.at_desk("lin").post(url(taken, "/messages"), data={**REPLY, "safety_thoughts": "想过"})

    assert preview.status_code == 200
    assert "Send to the caller" in words(preview)


CLOSE = {"outcome": "practical"}
CHOSEN = 'value="practical" autocomplete="off" checked'


def test_a_review_that_is_filled_in_is_recorded_with_closing(
    desks: Desks, house: House, taken: Caller
) -> None:
    lin = desks.at_desk("lin")
    assert "what you enter there is recorded when you close the ticket" in words(lin.get(url(taken)))

    answer = lin.post(url(taken, "/close"), data={**CLOSE, **REVIEW})

    assert (answer.status_code, answer.headers["location"]) == (303, url(taken))
    assert desks.ticket(taken).state == State.CLOSED
    assert desks.ticket(taken).reviewed_at == desks.now
    assert [act for act, _ in desks.acts(taken)][-2:] == ["ticket.safety-reviewed", "ticket.closed"]
    page = lin.get(url(taken))
    assert "Asked: the caller said no" in words(page)
    assert "想过一次" in page.text
    assert drafts_kept(house) == 0


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_closing_brings_back_a_review_that_cannot_be_recorded(
    desks: Desks, house: House, taken: Caller, wrong: dict[str, str], field: str
) -> None:
    answer = desks.at_desk("lin").post(url(taken, "/close"), data={**REPLY, **CLOSE, **REVIEW, **wrong})

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert ">\n想过一次</textarea>" in answer.text
    assert f">\n{REPLY['text']}</textarea>" in answer.text
    assert CHOSEN in answer.text
    assert desks.ticket(taken).state == State.TAKEN
    assert reviews(house, taken) == 0


def test_closing_without_anything_of_the_review_asks_for_it(desks: Desks, taken: Caller) -> None:
    answer = desks.at_desk("lin").post(url(taken, "/close"), data={**CLOSE, "safety_level": "P1"})

    assert answer.status_code == 422
    assert "Record the safety review first. What you wrote is kept." in words(answer)
    assert CHOSEN in answer.text
    assert desks.ticket(taken).state == State.TAKEN


def test_a_close_that_cannot_be_done_records_no_review(desks: Desks, house: House, taken: Caller) -> None:
    answer = desks.at_desk("lin").post(url(taken, "/close"), data=REVIEW)

    assert answer.status_code == 422
    assert 'href="#outcome"' in answer.text
    assert ">\n想过一次</textarea>" in answer.text
    assert reviews(house, taken) == 0


def test_once_recorded_another_review_that_is_half_written_stops_no_closing(
    desks: Desks, house: House, taken: Caller
) -> None:
    flows.review(house, "lin", taken)

    answer = desks.at_desk("lin").post(url(taken, "/close"), data={**CLOSE, "safety_thoughts": "想过"})

    assert answer.status_code == 303
    assert reviews(house, taken) == 1


FOLDED, UNFOLDED = '<details class="more">', '<details class="more" open>'


@pytest.mark.parametrize(
    ("safety", "shown"), [(Safety.SAFE, FOLDED), (Safety.THOUGHTS, UNFOLDED), (Safety.DANGER, UNFOLDED)]
)
def test_where_nobody_spoke_of_danger_the_review_is_short_at_first(
    desks: Desks, house: House, safety: Safety, shown: str
) -> None:
    caller = house.send(safety=safety)
    flows.take(house, "lin", caller)

    page = desks.at_desk("lin").get(url(caller)).text

    assert shown in page
    assert page.index('id="safety_asked') < page.index(shown) < page.index('id="safety_plan"')


@pytest.mark.parametrize("step", ["drafts", "messages"])
def test_a_review_is_never_folded_over_what_stands_in_it(desks: Desks, house: House, step: str) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    lin = desks.at_desk("lin")
    begun = {**REPLY, "safety_plan": "有一个" if step == "drafts" else "长" * 301}

    answer = lin.post(url(caller, f"/{step}"), data=begun)

    page = lin.get(url(caller)) if step == "drafts" else answer
    assert UNFOLDED in page.text
    assert begun["safety_plan"] in page.text
