"""From the first question to the check page: short, skippable, and nothing is stored on the way."""

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import func, select

from hotline.intake.models import SentForm
from hotline.intake.privacy import CURRENT
from hotline.tickets.models import Ticket
from tests.cast import House
from tests.web.caller.pages import (
    code_on,
    fill,
    forms_of,
    heading_of,
    press,
    problems_on,
    text_of,
    title_of,
    write,
)

CLOSEST = "Choose the answer closest to how things are, or “I would rather not say”"
DETAILS = "Add a few details first"


def to_check(visitor: httpx.Client, message: str = "I cannot sleep.", **answers: str) -> httpx.Response:
    page = press(visitor, write(visitor), DETAILS, message=message)
    return press(visitor, page, "Go on", **answers)


def test_the_shortest_way_is_one_question_one_page_and_the_code(visitor: httpx.Client) -> None:
    first = visitor.get("/write")
    second = press(visitor, first, "Go on", safety="skip")
    third = press(visitor, second, "Send now", topics="study")

    assert heading_of(first) == "How are things right now?"
    assert heading_of(second) == "What would you like to tell us?"
    assert third.status_code == 200
    assert code_on(third)


def test_no_safety_answer_is_chosen_beforehand(visitor: httpx.Client) -> None:
    assert "safety" not in forms_of(visitor.get("/write"))["step"].fields


def test_titles_are_neutral_and_numbered(visitor: httpx.Client) -> None:
    check = to_check(visitor)

    assert title_of(visitor.get("/write")) == "Step 1 - Begin"
    assert title_of(write(visitor)) == "Step 2 - Message"
    assert title_of(check) == "Step 4 - Check"


@pytest.mark.parametrize("answer", [{}, {"safety": "fine"}, {"safety": ["safe", "danger"]}])
def test_without_a_clear_safety_answer_the_question_is_asked_again(
    visitor: httpx.Client, answer: dict[str, str]
) -> None:
    again = visitor.post("/write/message", data={**answer, "message": "still here"})

    assert again.status_code == 422
    assert heading_of(again) == "How are things right now?"
    assert title_of(again) == "Error: Step 1 - Begin"
    assert len(list(problems_on(again))) == 1
    assert forms_of(again)["step"].fields["message"] == ["still here"]


def test_what_to_choose_is_said_kindly(visitor: httpx.Client) -> None:
    again = press(visitor, visitor.get("/write"), "Go on")

    assert list(problems_on(again)) == [CLOSEST]


@pytest.mark.parametrize("path", ["message", "details", "check", "send", "kept"])
def test_a_later_step_without_answers_begins_at_the_beginning(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(f"/write/{path}")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/write")


def test_nothing_is_stored_before_sending(visitor: httpx.Client, house: House) -> None:
    to_check(visitor, audience="student", age_band="adult", follow_up="yes")

    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Ticket)) == 0
        assert db.scalar(select(func.count()).select_from(SentForm)) == 0


def test_details_can_all_be_skipped_and_the_check_page_says_so(visitor: httpx.Client) -> None:
    check = to_check(visitor)

    assert check.status_code == 200
    assert text_of(check).count("Not provided") == 4  # topics, who, age, follow-up
    assert "Nothing has been sent yet." in text_of(check)


def test_the_check_page_says_every_answer_in_words_and_hides_the_message(visitor: httpx.Client) -> None:
    page = press(visitor, write(visitor), DETAILS, message="I cannot sleep.", topics=["sleep", "study"])
    check = press(visitor, page, "Go on", audience="family", age_band="14to17", follow_up="no")

    said = text_of(check)
    for answer in (
        "I am safe right now",
        "Sleep and body, Study and exams",
        "Family of a student or member of staff",
        "14 to 17",
    ):
        assert answer in said
    closed = check.text.partition("<details")[2].partition("</details>")[0]
    assert not closed.startswith(" open")
    assert "I cannot sleep." in closed


@pytest.mark.parametrize(
    ("change", "heading", "field", "answer"),
    [
        ("Change How are things right now?", "How are things right now?", "safety", "other"),
        ("Change Your message", "What would you like to tell us?", "message", "Another text."),
        ("Change Which of these fits you?", "A few things that help us reply", "audience", "public"),
    ],
)
def test_a_change_leads_back_to_the_check_page(
    visitor: httpx.Client, change: str, heading: str, field: str, answer: str
) -> None:
    question = press(visitor, to_check(visitor), change)
    check = press(visitor, question, "Go on", **{field: answer})

    assert heading_of(question) == heading
    assert heading_of(check) == "Check what you will send"
    assert forms_of(check)["step"].fields[field] == [answer]
    assert forms_of(check)["step"].fields["safety" if field != "safety" else "message"]


def test_a_change_to_danger_shows_the_numbers_and_then_the_check_page(visitor: httpx.Client) -> None:
    question = press(visitor, to_check(visitor), "Change How are things right now?")
    numbers = press(visitor, question, "Go on", safety="danger")
    check = press(visitor, numbers, "Send my message as well")

    assert heading_of(numbers) == "If you are in danger, call now"
    assert heading_of(check) == "Check what you will send"


def test_who_only_asks_for_practical_help_is_not_asked_about_a_check_in(visitor: httpx.Client) -> None:
    practical = press(visitor, write(visitor), DETAILS, topics=["money", "needs"])
    mixed = press(visitor, write(visitor), DETAILS, topics=["money", "mood"])

    assert "May we write again" not in text_of(practical)
    assert "May we write again" in text_of(mixed)


def test_under_14_the_guardian_note_is_shown_before_sending(visitor: httpx.Client) -> None:
    assert "a parent or guardian is usually asked to agree" in text_of(to_check(visitor, age_band="under14"))
    assert "guardian" not in text_of(to_check(visitor, age_band="14to17"))


def test_back_in_the_page_keeps_every_answer(visitor: httpx.Client) -> None:
    details = press(visitor, write(visitor), DETAILS, message="Not lost.", topics="love")
    message = press(visitor, details, "Back", audience="staff")
    safety = press(visitor, message, "Back")

    assert "Not lost.</textarea>" in message.text
    assert fill(safety)["audience"] == ["staff"]
    assert fill(safety)["safety"] == ["safe"]
    assert fill(safety)["topics"] == ["love"]


def test_an_unknown_form_token_is_replaced_and_turns_nobody_away(visitor: httpx.Client) -> None:
    visitor.get("/write")
    for token in ("", "00" * 64, "not hex", "汉字"):
        page = visitor.post("/write/message", data={"safety": "safe", "token": token})
        assert page.status_code == 200
        assert fill(page)["token"] != [token]
        assert code_on(press(visitor, page, "Send now", message="hello"))


def test_a_good_form_token_stays_the_same_through_all_steps(visitor: httpx.Client) -> None:
    first = visitor.get("/write")
    message = press(visitor, first, "Go on", safety="safe")
    check = press(visitor, press(visitor, message, DETAILS, message="x"), "Go on")

    assert fill(check)["token"] == fill(first)["token"]


def test_the_accepted_privacy_wording_is_carried_and_kept(visitor: httpx.Client, house: House) -> None:
    page = write(visitor)
    assert fill(page)["privacy"] == [CURRENT]
    press(visitor, page, "Send now", message="x", privacy="1999-01")

    with house.database.read() as db:
        assert db.scalars(select(Ticket.privacy_version)).all() == [CURRENT]


def test_a_form_opened_before_the_wording_changed_keeps_the_version_it_was_shown_with(
    visitor: httpx.Client, house: House
) -> None:
    press(visitor, write(visitor), "Send now", message="x", privacy="2026-11")

    with house.database.read() as db:
        assert db.scalars(select(Ticket.privacy_version)).all() == ["2026-11"]


@pytest.mark.parametrize("page", ["/before", "/privacy"])
def test_what_is_agreed_to_has_the_same_purpose_in_both_languages(
    visit: Callable[..., httpx.Client], page: str
) -> None:
    assert "what you write in order to help you" in text_of(visit(language="en").get(page))
    assert "为了帮助你而阅读和保存" in text_of(visit(language="zh-CN").get(page))


def test_no_step_loads_htmx_or_lets_the_browser_judge(visitor: httpx.Client) -> None:
    for page in (visitor.get("/write"), write(visitor), to_check(visitor)):
        assert "htmx" not in page.text
        assert "novalidate" in page.text
        assert "required" not in page.text


def test_before_writing_the_limits_of_confidentiality_are_named(visitor: httpx.Client) -> None:
    said = text_of(visitor.get("/before"))

    for limit in ("you ask us to", "a life is in danger", "a child is being hurt", "the law requires it"):
        assert limit in said
    assert "we cannot find you or send help unless you tell us" in said
    assert 'href="/write"' in visitor.get("/before").text
