"""Leaving: at once, everywhere, and nothing typed can be seen or sent afterwards."""

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from hotline.accounts.models import SessionRow
from hotline.intake.models import SentForm
from hotline.tickets.models import Ticket
from tests.cast import House
from tests.web.caller.conftest import EXIT
from tests.web.caller.pages import code_on, enter, fill, heading_of, press, send, write
from tests.web.foundation import browse, values_of

HOME = "Talk to someone about what is troubling you"
TYPED = "what-nobody-may-see"
STEPS = (
    "/write",
    "/write/message",
    "/write/details",
    "/write/check",
    "/write/send",
    "/privacy",
    "/accessibility",
    "/safety",
    "/read",
    "/conversation",
    "/conversation/messages",
    "/conversation/finish",
    "/conversation/remind",
    "/conversation/delete",
)


def sessions(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(SessionRow)) or 0


def test_leaving_goes_to_the_everyday_page_and_says_nothing_about_us(visitor: httpx.Client) -> None:
    answer = visitor.get("/exit")

    assert (answer.status_code, answer.headers["Location"]) == (303, EXIT)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Clear-Site-Data"] == '"storage"'


def test_our_cookies_are_expired_by_name_and_the_journey_is_over(visitor: httpx.Client, house: House) -> None:
    enter(visitor, house.send().code)
    gone = values_of(visitor.get("/exit"), "Set-Cookie")

    assert len(gone) == 3
    assert any(line.startswith("journey=ended; HttpOnly") for line in gone)
    assert any(line.startswith('visit="";') and "Max-Age=0" in line for line in gone)
    assert any(line.startswith('language="";') and "Max-Age=0" in line for line in gone)


def test_a_colleague_signed_in_elsewhere_in_the_browser_stays_signed_in(visitor: httpx.Client) -> None:
    visitor.cookies.set("session", "00" * 32)
    visitor.get("/exit")

    assert visitor.cookies["session"] == "00" * 32


def test_the_session_is_gone_on_the_server(visitor: httpx.Client, house: House) -> None:
    enter(visitor, house.send().code)
    before, visit = sessions(house), visitor.cookies["visit"]
    visitor.get("/exit")
    visitor.cookies.set("visit", visit)

    assert sessions(house) == before - 1
    assert visitor.get("/conversation").headers["Location"] == "/read"


def test_the_code_is_not_shown_again(visitor: httpx.Client, house: House) -> None:
    send(visitor, message="x")
    visitor.get("/exit")

    with house.database.read() as db:
        assert db.scalars(select(SentForm.sealed_code)).all() == [None]


@pytest.mark.parametrize("path", STEPS)
def test_whatever_a_step_sends_afterwards_the_empty_home_is_shown(
    visitor: httpx.Client, house: House, path: str
) -> None:
    fields = fill(write(visitor), message=TYPED)
    code = house.send().code
    visitor.get("/exit")
    for again in (fields, {**fields, "journey": []}, {**fields, "code": [code]}):
        answer = visitor.post(path, data=again)

        assert answer.status_code == 200
        assert heading_of(answer) == HOME
        assert TYPED not in answer.text
        assert code not in answer.text
    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Ticket)) == 1  # the one before


def test_the_language_switch_shows_nothing_of_it_either(visitor: httpx.Client) -> None:
    fields = fill(write(visitor), message=TYPED, language="zh-Hans")
    visitor.get("/exit")
    answer = visitor.post("/language", data=fields, follow_redirects=True)

    assert TYPED not in answer.text
    assert heading_of(answer) == "有心事，可以在这里说一说"


def test_no_error_page_gives_a_text_back_afterwards(visitor: httpx.Client) -> None:
    fields = fill(write(visitor), message=TYPED * 100_000)
    visitor.get("/exit")
    answer = visitor.post("/write/send", data=fields)

    assert TYPED not in answer.text


def test_a_new_journey_does_not_bring_an_old_form_back(visitor: httpx.Client) -> None:
    old = fill(write(visitor), message=TYPED)
    visitor.get("/exit")
    new = write(visitor)
    answer = visitor.post("/write/details", data=old)

    assert heading_of(answer) == HOME
    assert TYPED not in answer.text
    assert code_on(press(visitor, new, "Send now", message="new"))


def test_a_second_tab_does_not_end_the_first(visitor: httpx.Client) -> None:
    first, second = write(visitor), write(visitor)
    visitor.get("/read")

    assert fill(first)["journey"] == fill(second)["journey"]
    assert code_on(press(visitor, first, "Send now", message="one"))
    assert code_on(press(visitor, second, "Send now", message="two"))


def test_without_cookies_every_step_still_works(app: FastAPI) -> None:
    def person() -> httpx.Client:
        return browse(app)

    page = press(person(), person().get("/write"), "Go on", safety="safe")
    details = press(person(), page, "Add a few details first", message="hello")
    check = press(person(), details, "Go on")

    assert code_on(press(person(), check, "Send my message"))


def test_leaving_works_with_the_database_away(visitor: httpx.Client, outage: Callable[[], None]) -> None:
    write(visitor)
    outage()
    answer = visitor.get("/exit")

    assert (answer.status_code, answer.headers["Location"]) == (303, EXIT)
    assert visitor.cookies["journey"] == "ended"


def test_leaving_the_conversation_ends_it_calmly(visitor: httpx.Client, house: House) -> None:
    page = enter(visitor, house.send().code)
    before = sessions(house)
    last = press(visitor, page, "Sign out and leave")

    assert "You can close this window now." in last.text
    assert sessions(house) == before - 1
    assert visitor.cookies["journey"] == "ended"
    assert "visit" not in visitor.cookies


def test_leaving_twice_is_no_mistake(visitor: httpx.Client) -> None:
    assert visitor.post("/conversation/leave").status_code == 200
