"""Fifty sends of the same form at the same moment, to a real server: one ticket and one code."""

import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from hotline.intake.receipt import read
from tests.browser import Site
from tests.promises.rows import rows_in
from tests.web.caller.pages import code_on, fill
from tests.web.foundation import FROM_OUR_PAGE, NO_TLS

AT_ONCE = 50
PATIENCE = 30.0


@pytest.fixture
def visitors(site: Site) -> list[httpx.Client]:
    """Fifty browsers, each with its connection open already."""
    opened = [
        httpx.Client(
            verify=NO_TLS, base_url=site.base_url, headers=FROM_OUR_PAGE, timeout=PATIENCE, trust_env=False
        )
        for _ in range(AT_ONCE)
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert all(answer.is_success for answer in pool.map(lambda one: one.get("/healthz"), opened))
    return opened


def send_at_once(visitors: list[httpx.Client], forms: list[dict[str, list[str]]]) -> list[httpx.Response]:
    """Each visitor's form, none before all are ready."""
    ready = threading.Barrier(len(visitors))

    def send(visitor: httpx.Client, form: dict[str, list[str]]) -> httpx.Response:
        ready.wait(PATIENCE)
        return visitor.post("/write/send", data=form)

    with ThreadPoolExecutor(len(visitors)) as pool:
        answers = list(pool.map(send, visitors, forms))
    for visitor in visitors:
        visitor.close()
    return answers


def test_fifty_sends_of_one_form_make_one_ticket_and_one_code(
    site: Site, visitors: list[httpx.Client]
) -> None:
    form = fill(visitors[0].get("/write"), safety="safe", message="同一封信，按了五十次。")

    answers = send_at_once(visitors, [form] * AT_ONCE)

    assert Counter(answer.status_code for answer in answers) == {200: AT_ONCE}
    codes = {code_on(answer) for answer in answers}
    assert len(codes) == 1
    code = codes.pop()
    assert code is not None
    assert read(code) == code  # its check digit is right
    stored = rows_in(site.house.database)
    assert {name: stored[name].total() for name in ("tickets", "messages", "receipts", "grants")} == {
        "tickets": 1,
        "messages": 1,
        "receipts": 1,
        "grants": 3,
    }
    counted = [dict(row)["n"] for row in stored["counters"] if dict(row)["dimension"] == "contacts"]
    assert counted == [1]


@pytest.mark.thorough
def test_fifty_different_sends_make_fifty_tickets(site: Site, visitors: list[httpx.Client]) -> None:
    """The other way round: nobody's message is taken for somebody else's."""
    form = fill(visitors[0].get("/write"), safety="safe")
    forms = [{**form, "message": [f"第{number}个人的信。"]} for number in range(AT_ONCE)]

    answers = send_at_once(visitors, forms)

    assert Counter(answer.status_code for answer in answers) == {200: AT_ONCE}
    codes = {code_on(answer) for answer in answers}
    assert len(codes) == AT_ONCE
    assert all(re.fullmatch(r"\d{24}", code or "") for code in codes)
    assert rows_in(site.house.database)["tickets"].total() == AT_ONCE
