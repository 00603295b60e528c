"""Sending: one ticket and one code however often, nothing typed is lost, and the code stays until kept."""

import anyio
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from hotline.intake import receipt
from hotline.keyring import stretching
from hotline.tickets.models import Ticket
from tests.browser import Watch
from tests.cast import House
from tests.web.caller.pages import (
    code_on,
    enter,
    fill,
    forms_of,
    heading_of,
    press,
    send,
    switch_language,
    text_of,
    write,
)
from tests.web.foundation import browse_at_once


def tickets(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(Ticket)) or 0


def test_the_code_is_shown_in_groups_of_four_and_opens_the_conversation(visitor: httpx.Client) -> None:
    page = send(visitor, message="I cannot sleep.")
    code = code_on(page)

    assert code is not None
    assert receipt.read(code) == code
    assert page.text.count("<span>" + code[:4] + "</span>") == 1
    assert "I cannot sleep." in text_of(enter(visitor, code))


def test_the_page_with_the_code_holds_no_word_of_the_message(visitor: httpx.Client) -> None:
    assert "sleepless" not in send(visitor, message="I am sleepless.").text


def test_the_panel_with_the_code_holds_no_link(visitor: httpx.Client) -> None:
    page = send(visitor, message="x")
    panel = page.text.partition('class="panel receipt"')[2].partition("</div>")[0]

    assert "<a " not in panel


@pytest.mark.parametrize("answers", [{"topics": "mood"}, {"message": "one line"}])
def test_a_topic_or_a_sentence_is_enough(visitor: httpx.Client, answers: dict[str, str]) -> None:
    assert code_on(send(visitor, "skip", **answers))


def test_the_same_form_sent_again_shows_the_same_code(visitor: httpx.Client, house: House) -> None:
    page = write(visitor)
    first = press(visitor, page, "Send now", message="x", topics=["mood", "self"])
    again = press(visitor, page, "Send now", message="x", topics=["self", "mood"])

    assert code_on(again) == code_on(first)
    assert tickets(house) == 1


def test_a_resend_costs_no_second_hash(visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = write(visitor)
    press(visitor, page, "Send now", message="x")

    def never(*_: object) -> bytes:
        raise AssertionError("stretched again")

    monkeypatch.setattr("hotline.web.caller.sending.stretch_code", never)
    assert code_on(press(visitor, page, "Send now", message="x"))


def test_a_form_with_a_mistake_costs_no_hash(visitor: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("stretched for nothing")

    monkeypatch.setattr("hotline.web.caller.sending.stretch_code", never)
    assert press(visitor, write(visitor), "Send now").status_code == 422


def test_fifty_sends_at_once_make_one_ticket_and_one_code(
    app: FastAPI, visitor: httpx.Client, house: House
) -> None:
    fields = fill(write(visitor), message="only once")
    answers: list[httpx.Response] = []

    async def send_one(browser: httpx.AsyncClient) -> None:
        answers.append(await browser.post("/write/send", data=fields))

    async def send_all() -> None:
        async with browse_at_once(app) as browser, anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(send_one, browser)

    anyio.run(send_all)

    assert [answer.status_code for answer in answers] == [200] * 50
    assert len({code_on(answer) for answer in answers}) == 1
    assert tickets(house) == 1


def test_once_the_code_is_kept_a_resend_leads_to_where_it_is_entered(
    visitor: httpx.Client, house: House
) -> None:
    page = write(visitor)
    sent = press(visitor, page, "Send now", message="x")
    kept = press(visitor, sent, "I have kept the code")
    again = press(visitor, page, "Send now", message="x")

    assert "You can close this window now." in text_of(kept)
    assert code_on(kept) is None
    assert heading_of(again) == "Your message has already arrived"
    assert code_on(again) is None
    assert 'href="/read"' in again.text
    assert tickets(house) == 1


def test_pressing_kept_twice_changes_nothing(visitor: httpx.Client) -> None:
    sent = send(visitor, message="x")
    press(visitor, sent, "I have kept the code")

    assert press(visitor, sent, "I have kept the code").status_code == 200


def test_after_fifteen_minutes_the_code_is_not_shown_again(visitor: httpx.Client, watch: Watch) -> None:
    page = write(visitor)
    first = code_on(press(visitor, page, "Send now", message="x"))
    watch.forward(minutes=14)
    assert code_on(press(visitor, page, "Send now", message="x")) == first
    watch.forward(minutes=1)

    assert code_on(press(visitor, page, "Send now", message="x")) != first


def test_coming_back_with_the_code_hides_it_as_well(visitor: httpx.Client) -> None:
    page = write(visitor)
    code = code_on(press(visitor, page, "Send now", message="x"))
    enter(visitor, code or "")

    assert code_on(press(visitor, page, "Send now", message="x")) is None


def test_the_language_switch_shows_the_same_code_and_sends_nothing(
    visitor: httpx.Client, house: House
) -> None:
    sent = send(visitor, message="x")
    chinese = switch_language(visitor, sent)

    assert heading_of(chinese) == "你的留言已送达"
    assert code_on(chinese) == code_on(sent)
    assert tickets(house) == 1


def test_the_switch_never_shows_a_kept_code(visitor: httpx.Client) -> None:
    sent = send(visitor, message="x")
    press(visitor, sent, "I have kept the code")

    assert code_on(switch_language(visitor, sent)) is None


def test_finish_and_leave_keeps_the_code_and_ends_the_journey(visitor: httpx.Client) -> None:
    page = write(visitor)
    sent = press(visitor, page, "Send now", message="x")
    last = press(visitor, sent, "Finish and leave")

    assert heading_of(last) == "Your message has arrived"
    assert "Come back with your receipt code" in text_of(last)
    assert "You can close this window now." in text_of(last)
    assert visitor.cookies["journey"] == "ended"
    again = press(visitor, page, "Send now", message="x")
    assert heading_of(again) == "Talk to someone about what is troubling you"


@pytest.mark.parametrize(
    ("hours_later", "promise"), [(0, "We aim to reply by Tue 12:00."), (12, "We aim to reply by Wed 00:00.")]
)
def test_a_time_is_promised_and_closed_hours_are_said(
    visitor: httpx.Client, watch: Watch, hours_later: int, promise: str
) -> None:
    watch.forward(hours=hours_later)
    said = text_of(send(visitor, message="x"))

    assert promise in said
    assert ("Nobody is reading messages right now. We start again at 08:00." in said) == bool(hours_later)


def test_the_code_is_stretched_with_the_deployments_own_cost(
    visitor: httpx.Client, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[bytes, int]] = []

    def watched(code: str, salt: bytes, version: int) -> bytes:
        asked.append((salt, version))
        return stretching.stretch_code(code, salt, version)

    monkeypatch.setattr("hotline.web.caller.sending.stretch_code", watched)
    send(visitor, message="x")

    assert asked == [(house.deployment.salt, house.deployment.stretching)]


def test_only_what_shows_the_code_again_is_in_the_form_of_its_page(visitor: httpx.Client) -> None:
    carried = forms_of(send(visitor, message="x"))["step"].fields

    assert set(carried) == {"step", "token", "journey", "request"}
