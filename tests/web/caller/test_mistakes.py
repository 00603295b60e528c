"""What cannot be taken as it stands comes back whole, with the reason and in the person's language."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from hotline.app import create_app
from hotline.base import schema
from hotline.base.config import Settings
from hotline.base.db import open_database
from hotline.intake import receipt
from hotline.tickets.models import Ticket
from tests.cast import House
from tests.databases import url_of
from tests.web.caller.pages import (
    code_on,
    enter,
    fill,
    heading_of,
    press,
    problems_on,
    send,
    text_of,
    title_of,
    write,
)
from tests.web.foundation import browse, post_bytes

LIMIT = 4000


def tickets(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(Ticket)) or 0


@pytest.mark.parametrize("text", ["字" * LIMIT, "🕯" * LIMIT, "a\r\n" * (LIMIT // 2)])
def test_four_thousand_characters_are_taken(visitor: httpx.Client, text: str) -> None:
    assert code_on(send(visitor, message=text))


@pytest.mark.parametrize("text", ["字" * (LIMIT + 1), "🕯" * (LIMIT + 1)])
def test_one_more_comes_back_whole_with_the_reason(visitor: httpx.Client, text: str) -> None:
    answer = send(visitor, message=text)

    assert answer.status_code == 422
    assert list(problems_on(answer)) == [
        "Your message must be 4,000 characters or fewer. You have not lost anything."
    ]
    assert fill(answer)["message"] == [text]
    assert title_of(answer).startswith("Error: ")


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({}, "Write a sentence or choose a topic"),
        ({"message": "  \n "}, "Write a sentence or choose a topic"),
        ({"topics": ["mood", "self", "love", "work"], "message": "kept"}, "Choose 3 or fewer."),
        ({"topics": ["mood", "nonsense"], "message": "kept"}, "Choose one of the answers shown."),
        ({"message": ["kept", "twice"]}, "This was answered twice. Choose one answer."),
    ],
)
def test_what_cannot_be_taken_is_said_and_everything_typed_is_still_there(
    visitor: httpx.Client, house: House, answers: dict[str, str | list[str]], problem: str
) -> None:
    answer = send(visitor, "other", **answers)

    assert answer.status_code == 422
    assert list(problems_on(answer)) == [problem]
    assert ("kept" in fill(answer)["message"][0]) == ("kept" in str(answers))
    assert fill(answer)["safety"] == ["other"]
    assert tickets(house) == 0


def test_a_message_with_a_receipt_code_is_given_back_with_the_reason(visitor: httpx.Client) -> None:
    code = receipt.draw()
    text = "my code is " + " ".join(receipt.grouped(code))
    answer = send(visitor, message=text)

    assert answer.status_code == 422
    assert "look like a receipt code" in next(problems_on(answer))
    assert fill(answer)["message"] == [text]


def test_details_that_are_no_answers_are_asked_again(visitor: httpx.Client) -> None:
    page = press(visitor, write(visitor), "Add a few details first", message="kept")
    answer = press(visitor, page, "Go on", age_band="ancient")

    assert answer.status_code == 422
    assert heading_of(answer) == "A few things that help us reply"
    assert fill(answer)["message"] == ["kept"]


def test_text_in_another_encoding_is_shown_readable_before_it_is_sent(
    visitor: httpx.Client, house: House
) -> None:
    body = b"safety=safe&message=" + "我很难过".encode("gb18030")
    answer = post_bytes(visitor, "/write/send", body)

    assert answer.status_code == 422
    assert fill(answer)["message"] == ["我很难过"]
    assert "another encoding" in next(problems_on(answer))
    assert tickets(house) == 0
    assert code_on(press(visitor, answer, "Send now"))


def test_problems_are_told_in_the_persons_language(visit: Callable[..., httpx.Client]) -> None:
    visitor = visit(language="zh-CN")
    answer = visitor.post("/write/send", data={"safety": "safe"})

    assert list(problems_on(answer)) == ["写一句话，或选一个话题"]
    assert title_of(answer) == "错误：第2步 - 留言"


def test_without_a_database_the_message_comes_back_to_be_sent_again(
    visitor: httpx.Client, app: FastAPI, house: House, outage: Callable[[], None]
) -> None:
    page = write(visitor)
    outage()
    answer = press(visitor, page, "Send now", message="not lost", topics="mood")

    assert answer.status_code == 503
    assert "could not be kept just now" in next(problems_on(answer))
    assert 'href="tel:12356"' in answer.text
    assert fill(answer)["message"] == ["not lost"]
    app.state.database = house.database
    assert code_on(press(visitor, answer, "Send now"))


def test_without_a_database_the_code_stays_in_its_field_and_is_not_blamed(
    visitor: httpx.Client, app: FastAPI, house: House, outage: Callable[[], None]
) -> None:
    code = house.send("I wrote this before.").code
    outage()
    answer = enter(visitor, code, stay="tomorrow")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "nothing to do with what you typed" in next(problems_on(answer))
    assert 'href="tel:12356"' in answer.text.partition("<main")[2]
    assert fill(answer)["code"] == [code]
    assert fill(answer)["stay"] == ["tomorrow"]
    app.state.database = house.database
    assert "I wrote this before." in text_of(press(visitor, answer, "Open my conversation"))


def test_a_conversation_that_cannot_be_shown_takes_its_text_along_when_tried_again(
    visitor: httpx.Client, app: FastAPI, house: House, outage: Callable[[], None]
) -> None:
    page = enter(visitor, house.send().code)
    outage()
    answer = press(visitor, page, "Send", message="not lost", safety="thoughts")
    still = press(visitor, answer, "Back to the conversation", form="/conversation")

    for away in (answer, still, visitor.get("/conversation")):
        assert away.status_code == 503
        assert ("Nothing was sent or changed just now" in text_of(away)) == (away is answer)
        assert "your code stays the same." in text_of(away)
        assert 'href="tel:12356"' in away.text.partition("<main")[2]
    app.state.database = house.database
    back = press(visitor, still, "Try again", form="/conversation")
    assert heading_of(back) == "Your conversation"
    assert fill(back)["message"] == ["not lost"]
    assert fill(back)["safety"] == ["thoughts"]


def test_what_was_kept_is_never_called_unsent(
    visitor: httpx.Client, app: FastAPI, house: House, outage: Callable[[], None]
) -> None:
    """The database goes away between the message, which is committed, and the page that shows it."""
    caller = house.send()
    enter(visitor, caller.code)
    kept = visitor.post("/conversation/messages", data={"message": "kept"})
    outage()

    answer = visitor.get(kept.headers["location"])

    assert answer.status_code == 503
    assert "Nothing was sent" not in text_of(answer)
    app.state.database = house.database
    assert "kept" in text_of(visitor.get("/conversation"))


def test_a_huge_form_comes_back_with_its_text(visitor: httpx.Client) -> None:
    answer = send(visitor, message="a" * (1024 * 1024))

    assert answer.status_code == 413
    assert "a" * 1000 in answer.text


def test_before_the_founding_nothing_is_taken_and_nothing_lost(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=url_of(tmp_path), test_stretching=True)
    schema.upgrade(settings.database_url)
    database = open_database(settings.database_url)
    visitor = browse(create_app(settings, database))
    page = visitor.get("/write")
    answer = visitor.post("/write/send", data={"safety": "safe", "message": "kept"})
    ready = visitor.get("/readyz")
    database.dispose()

    assert page.status_code == 503
    assert heading_of(page) == "We cannot take messages right now"
    assert answer.status_code == 503
    assert fill(answer)["message"] == ["kept"]
    assert ready.status_code == 503
    assert "has not been founded" in ready.text


@pytest.mark.parametrize(
    "link", ["What happens to what you write", "Accessibility", "Staying safe on a shared device"]
)
@pytest.mark.parametrize("where", ["message", "conversation"])
def test_reading_about_the_service_in_between_loses_nothing(
    visitor: httpx.Client, house: House, link: str, where: str
) -> None:
    page = write(visitor) if where == "message" else enter(visitor, house.send().code)

    between = press(visitor, page, link, message="half-written", topics=["sleep"])
    assert heading_of(between) == link
    back = press(visitor, between, "Back")

    assert heading_of(back) == heading_of(page)
    assert fill(back)["message"] == ["half-written"]
