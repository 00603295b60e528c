"""Help now: before anything else, never in the way of a message, and without a database."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from hotline.tickets.models import Ticket
from tests.browser import Watch
from tests.cast import NOON, House
from tests.web.caller.pages import code_on, fill, forms_of, heading_of, press, send, text_of, write

CALL = "If you are in danger, call now"


@pytest.mark.parametrize("answer", ["danger", "harmed"])
def test_the_numbers_come_before_anything_else(visitor: httpx.Client, answer: str) -> None:
    page = press(visitor, visitor.get("/write"), "Go on", safety=answer)

    assert heading_of(page) == CALL
    assert 'href="tel:120"' in page.text
    assert 'href="tel:12356"' in page.text
    assert "textarea" not in page.text


@pytest.mark.parametrize("path", ["message", "details", "check"])
def test_they_come_even_before_what_is_wrong_with_the_message(visitor: httpx.Client, path: str) -> None:
    page = visitor.post(f"/write/{path}", data={"safety": "danger", "message": "x" * 4001})

    assert heading_of(page) == CALL
    assert fill(page)["message"] == ["x" * 4001]


def test_going_on_leads_to_the_message_and_asks_nothing_twice(visitor: httpx.Client) -> None:
    page = press(visitor, visitor.get("/write"), "Go on", safety="danger")
    message = press(visitor, page, "Send my message as well")
    details = press(visitor, message, "Add a few details first", message="here")
    check = press(visitor, details, "Go on")

    assert heading_of(message) == "What would you like to tell us?"
    assert heading_of(check) == "Check what you will send"
    assert code_on(press(visitor, check, "Send my message"))


def test_a_different_danger_shows_its_own_numbers(visitor: httpx.Client) -> None:
    message = write(visitor, "danger")
    question = press(visitor, message, "Back")

    assert heading_of(press(visitor, question, "Go on", safety="harmed")) == CALL


def test_who_is_harmed_by_somebody_is_warned_about_the_phone(visitor: httpx.Client) -> None:
    harmed = press(visitor, visitor.get("/write"), "Go on", safety="harmed")
    danger = press(visitor, visitor.get("/write"), "Go on", safety="danger")

    numbers = text_of(harmed).partition(CALL)[2]
    assert numbers.index("110") < numbers.index("120")
    warning = "If the person hurting you may look at this phone"
    assert warning in text_of(harmed)
    assert warning not in text_of(danger)


def test_thoughts_show_the_short_form_above_the_message(visitor: httpx.Client) -> None:
    page = write(visitor, "thoughts")

    assert heading_of(page) == "What would you like to tell us?"
    assert text_of(page).index("You do not have to get through this") < text_of(page).index("What would you")


def test_worry_about_somebody_else_gets_its_own_hint(visitor: httpx.Client) -> None:
    assert "You can describe what you have seen and heard." in text_of(write(visitor, "other"))


def test_a_message_in_danger_is_never_held_back_at_sending(visitor: httpx.Client, house: House) -> None:
    answer = visitor.post("/write/send", data={"safety": "danger", "message": "help"})

    assert code_on(answer)
    assert 'href="tel:120"' in answer.text
    with house.database.read() as db:
        assert db.scalars(select(Ticket.level)).all() == ["P1"]


@pytest.mark.parametrize(
    ("hours_later", "said"),
    [
        (0, "We will read your message first. Right now that may take 15 minutes ."),
        (12, "Nobody is here until 08:00. Use the numbers on this page now."),
    ],
)
def test_a_wait_is_promised_only_while_somebody_is_there(
    visitor: httpx.Client, watch: Watch, hours_later: int, said: str
) -> None:
    watch.forward(hours=hours_later)
    page = press(visitor, visitor.get("/write"), "Go on", safety="danger")

    assert said in text_of(page)
    assert said in text_of(send(visitor, "danger", message="help"))


def test_ten_minutes_before_closing_no_quarter_of_an_hour_is_promised(
    visitor: httpx.Client, watch: Watch
) -> None:
    watch.now = NOON + timedelta(hours=9, minutes=50)
    page = press(visitor, visitor.get("/write"), "Go on", safety="danger")

    assert "We may not get to your message before we stop at 22:00 today." in text_of(page)


@pytest.mark.parametrize(
    "path", ["/", "/before", "/help-now", "/privacy", "/accessibility", "/safety", "/no-such-page"]
)
def test_these_pages_need_no_database(visitor: httpx.Client, outage: Callable[[], None], path: str) -> None:
    outage()
    page = visitor.get(path)

    assert page.status_code in {200, 404}
    assert 'href="tel:120"' in page.text


def test_without_a_database_the_first_question_is_the_numbers(
    visitor: httpx.Client, outage: Callable[[], None]
) -> None:
    outage()
    page = visitor.get("/write")

    assert page.status_code == 503
    assert heading_of(page) == "We cannot take messages right now"
    assert 'href="tel:12356"' in page.text
    assert "step" not in forms_of(page)


def test_help_now_is_complete_in_both_languages(visit: Callable[..., httpx.Client]) -> None:
    for language, said in (("zh-CN", "如果有危险，请马上打电话"), ("en", CALL)):
        page = visit(language=language).get("/help-now")
        assert heading_of(page) == said
        for number in ("120", "110", "12356", "12355"):
            assert f'href="tel:{number}"' in page.text
