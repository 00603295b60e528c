"""Safety reviews and session notes: four forms, drafts, final ones, and levels that follow."""

import pytest
from sqlalchemy import func, select

from hotline.intake.screening import Safety
from hotline.notes.models import Note
from hotline.notes.templates import FIELDS, Template
from tests import flows
from tests.cast import Caller, House
from tests.web.staff.desks import Desks, form_on, url, words

FORMS = [Template.HELPLINE, Template.DAP, Template.SOAP, Template.BIRP]


@pytest.fixture
def taken(house: House) -> Caller:
    """Lin's ticket, with nothing recorded on it yet."""
    caller = house.send("我最近睡不着。", safety=Safety.THOUGHTS)
    flows.take(house, "lin", caller)
    return caller


def notes_of(house: House, caller: Caller) -> list[tuple[str, bool]]:
    with house.database.read() as db:
        kept = db.scalars(select(Note).where(Note.ticket_id == caller.ticket).order_by(Note.number))
        return [(note.kind, note.is_final) for note in kept]


def test_one_answer_is_a_review_and_opens_the_way_to_reply(desks: Desks, house: House, taken: Caller) -> None:
    lin = desks.at_desk("lin")

    answer = lin.post(url(taken, "/safety"), data={"safety_asked": "said-no", "safety_level": "P2"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"{url(taken)}#safety")
    assert notes_of(house, taken) == [("safety", True)]
    assert desks.ticket(taken).reviewed_at == desks.now
    page = words(lin.get(url(taken)))
    assert "Asked: the caller said no" in page
    assert [act for act, _ in desks.acts(taken)].count("ticket.level-set") == 0


def test_a_review_can_change_the_level_with_a_reason(desks: Desks, taken: Caller) -> None:
    typed = {"safety_asked": "said-yes", "safety_level": "P1", "safety_reason": "more-urgent"}

    desks.at_desk("lin").post(url(taken, "/safety"), data={**typed, "safety_level_reason": "今晚"})

    assert desks.ticket(taken).level == "P1"
    assert ("ticket.level-set", "P1 more-urgent") in desks.acts(taken)
    page = words(desks.at_desk("lin").get(url(taken)))
    assert "木棉 set the level to P1 (At once). More urgent than it looked" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "safety_asked"),
        ({"safety_asked": "maybe"}, "safety_asked"),
        ({"safety_asked": "said-no", "safety_plan": "长" * 301}, "safety_plan"),
        ({"safety_asked": "said-no", "safety_level": "P1"}, "safety_reason"),
        ({"safety_asked": "said-no", "safety_level": "P9"}, "safety_level"),
        ({"safety_asked": "said-no", "safety_reason": "whim"}, "safety_reason"),
        (
            {"safety_asked": "said-no", "safety_level": "P1", "safety_reason": "nonsense"},
            "safety_reason",
        ),
    ],
)
def test_a_review_that_cannot_be_kept_comes_back_as_typed(
    desks: Desks, house: House, taken: Caller, typed: dict[str, str], field: str
) -> None:
    kept = {"safety_thoughts": "想过一次", **typed}

    answer = desks.at_desk("lin").post(url(taken, "/safety"), data=kept)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert ">\n想过一次</textarea>" in answer.text
    assert kept.get("safety_plan", "") in answer.text
    assert notes_of(house, taken) == []
    assert desks.ticket(taken).level == "P2"


def test_a_question_answered_twice_is_asked_again(desks: Desks, house: House, taken: Caller) -> None:
    answer = desks.at_desk("lin").post(url(taken, "/safety"), data={"safety_asked": ["said-no", "said-yes"]})

    assert answer.status_code == 422
    assert "This was answered twice." in words(answer)
    assert notes_of(house, taken) == []


@pytest.mark.parametrize("template", FORMS)
def test_each_form_asks_its_own_questions_and_is_shown_as_finished(
    desks: Desks, house: House, taken: Caller, template: Template
) -> None:
    lin = desks.at_desk("lin")
    page = lin.get(url(taken, f"?note={template}"))
    texts = [field for field in FIELDS[template] if not field.options]
    assert all(f'id="note_{field.name}"' in page.text for field in FIELDS[template])

    answers = {field: str(n) if field.most else f"答{n}" for n, field in enumerate(texts)}
    typed = {f"note_{field.name}": answer for field, answer in answers.items()}
    answer = lin.post(url(taken, "/notes"), data={**typed, "template": template, "step": "final"})

    assert answer.headers["location"] == f"{url(taken)}#notes"
    shown = words(lin.get(url(taken)))
    assert all(f"{field.label} {answer}" in shown for field, answer in answers.items())
    assert notes_of(house, taken) == [("note", True)]


def test_choices_of_a_note_are_shown_in_words(desks: Desks, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    typed = {"note_contact": "first", "note_done": ["listened", "referral"], "note_follow_up": "yes"}

    lin.post(url(taken, "/notes"), data={**typed, "template": "helpline", "step": "final"})

    page = words(lin.get(url(taken)))
    assert "Kind of contact First contact" in page
    assert "What we did Listened Referral" in page
    assert "Follow-up wanted Yes" in page


def test_a_draft_is_continued_and_replaced_until_it_is_finished(
    desks: Desks, house: House, taken: Caller
) -> None:
    lin = desks.at_desk("lin")
    lin.post(url(taken, "/notes"), data={"template": "soap", "note_plan": "先看看", "step": "draft"})
    page = lin.get(url(taken))
    assert "Go on with your draft" in words(page)
    assert 'name="template" value="soap"' in page.text
    assert ">\n先看看</textarea>" in page.text

    lin.post(url(taken, "/notes"), data={"template": "soap", "note_plan": "周三", "step": "draft"})
    assert notes_of(house, taken) == [("note", False)]
    lin.post(url(taken, "/notes"), data={"template": "soap", "note_plan": "周三", "step": "final"})

    assert notes_of(house, taken) == [("note", True)]
    assert "Go on with your draft" not in words(lin.get(url(taken)))


def test_a_finished_note_is_never_changed_again(desks: Desks, house: House, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    typed = {"template": "dap", "step": "final"}
    first = form_on(lin.get(url(taken)), url(taken, "/drafts"))
    lin.post(url(taken, "/notes"), data={**first, **typed, "note_data": "第一次"})

    lin.post(url(taken, "/notes"), data={**first, **typed, "note_data": "改过的"})
    lin.post(url(taken, "/notes"), data={**first, **typed, "note_data": "草稿", "step": "draft"})

    page = words(lin.get(url(taken)))
    assert "第一次" in page
    assert "改过的" in page
    assert notes_of(house, taken) == [("note", True), ("note", True), ("note", False)]


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("/notes", {"template": "dap", "note_data": "一次", "step": "final"}),
        ("/safety", {"safety_asked": "said-no"}),
    ],
)
def test_the_same_form_sent_twice_is_kept_once(
    desks: Desks, house: House, taken: Caller, part: str, typed: dict[str, str]
) -> None:
    lin = desks.at_desk("lin")
    hidden = form_on(lin.get(url(taken)), url(taken, "/drafts"))

    answers = [lin.post(url(taken, part), data={**hidden, **typed}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(notes_of(house, taken)) == 1


@pytest.mark.parametrize("step", ["draft", "final"])
@pytest.mark.parametrize("typed", [{}, {"note_data": " \n"}, {"note_data": "长" * 1501}])
def test_a_note_that_cannot_be_kept_comes_back_as_typed(
    desks: Desks, house: House, taken: Caller, step: str, typed: dict[str, str]
) -> None:
    sent = {"note_plan": "明天", **typed} if typed.get("note_data", "").strip() else typed

    answer = desks.at_desk("lin").post(url(taken, "/notes"), data={"template": "dap", "step": step, **sent})

    assert answer.status_code == 422
    assert 'href="#note_data"' in answer.text
    assert sent.get("note_data", "").strip() in answer.text
    assert ("明天" in answer.text) == ("note_plan" in sent)
    assert notes_of(house, taken) == []


def test_changing_to_another_form_takes_along_what_both_ask(desks: Desks, taken: Caller) -> None:
    lin = desks.at_desk("lin")
    lin.headers["Accept"] = "text/html"
    typed = {"purpose": "note", "template": "dap", "note_data": "资料", "note_plan": "计划"}

    there = lin.post(url(taken, "/drafts"), data={**typed, "next": "soap"})
    assert there.headers["location"] == f"{url(taken)}?note=soap#note"
    soap = lin.get(there.headers["location"])
    back = {"purpose": "note", "template": "soap", "note_plan": "新计划", "next": "dap"}
    again = lin.get(lin.post(url(taken, "/drafts"), data=back).headers["location"])

    assert ">\n计划</textarea>" in soap.text
    assert "资料" not in soap.text
    assert ">\n资料</textarea>" in again.text
    assert ">\n新计划</textarea>" in again.text


def test_raising_a_level_takes_one_person(desks: Desks, taken: Caller) -> None:
    answer = desks.at_desk("lin").post(url(taken, "/level"), data={"level": "P1", "reason": "more-urgent"})

    assert answer.status_code == 303
    assert desks.ticket(taken).level == "P1"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "level"),
        ({"level": "P1"}, "reason"),
        ({"reason": "practical"}, "level"),
        ({"level": "P0", "reason": "practical"}, "level"),
        ({"level": "P3", "reason": "why not"}, "reason"),
    ],
)
def test_a_level_needs_a_level_and_a_reason(
    desks: Desks, taken: Caller, typed: dict[str, str], field: str
) -> None:
    answer = desks.at_desk("lin").post(url(taken, "/level"), data=typed)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert desks.ticket(taken).level == "P2"


def test_lowering_p1_waits_for_a_second_person(desks: Desks, house: House) -> None:
    caller = house.send(safety=Safety.DANGER)
    flows.take(house, "lin", caller)
    lin = desks.at_desk("lin")
    typed = {"level": "P3", "reason": "safe-now"}

    for _ in range(2):
        assert lin.post(url(caller, "/level"), data=typed).status_code == 303

    assert desks.ticket(caller).level == "P1"
    assert "You asked to lower it to P3." in words(lin.get(url(caller)))
    assert [act for act, _ in desks.acts(caller)].count("ticket.level-proposed") == 1
    assert lin.post(url(caller, "/level"), data={"decision": "agree"}).status_code == 404
    assert desks.ticket(caller).level == "P1"


def test_more_urgent_is_no_reason_to_lower(desks: Desks, house: House) -> None:
    caller = house.send(safety=Safety.DANGER)
    flows.take(house, "lin", caller)

    answer = desks.at_desk("lin").post(url(caller, "/level"), data={"level": "P3", "reason": "more-urgent"})

    assert answer.status_code == 422
    assert "does not fit a less urgent level" in words(answer)


def test_a_review_of_p1_asks_for_lowering_without_lowering(desks: Desks, house: House) -> None:
    caller = house.send(safety=Safety.DANGER)
    flows.take(house, "lin", caller)
    typed = {"safety_asked": "said-no", "safety_level": "P2", "safety_reason": "help-there"}

    desks.at_desk("lin").post(url(caller, "/safety"), data=typed)

    assert desks.ticket(caller).level == "P1"
    assert ("ticket.level-proposed", "P2 help-there") in desks.acts(caller)


def test_notes_are_finished_after_closing_too(desks: Desks, house: House, taken: Caller) -> None:
    flows.review(house, "lin", taken)
    flows.close(house, "lin", taken)

    answer = desks.at_desk("lin").post(
        url(taken, "/notes"), data={"template": "dap", "note_data": "补记", "step": "final"}
    )

    assert answer.status_code == 303
    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Note)) == 2
