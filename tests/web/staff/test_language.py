"""The language switch on a page for signed-in people shows the same part of it."""

import pytest

from tests import flows
from tests.cast import House
from tests.web.staff.desks import Desks, form_on, url, words

CHINESE = {"language": "zh-Hans"}


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("supervisor", "/staff/board/week?from=2026-11-30"),
        ("supervisor", "/staff/board?after=1234567890"),
        ("lin", "/staff/queue?after=1234567890&said=others"),
        ("administrator", "/staff/audit?before=896"),
    ],
)
def test_the_switch_keeps_what_the_address_asks_for(desks: Desks, who: str, address: str) -> None:
    desk = desks.at_desk(who)

    answer = desk.post("/language", data={**form_on(desk.get(address), "/language"), **CHINESE})

    assert (answer.status_code, answer.headers["Location"]) == (303, address)


@pytest.mark.parametrize("hostile", ["//evil.example", "%0d%0aSet-Cookie:a=b", '"><script>', "a b"])
def test_what_no_page_of_ours_asks_for_is_left_out(desks: Desks, hostile: str) -> None:
    desk = desks.at_desk("supervisor")

    page = desk.get("/staff/board/week", params={"from": hostile})

    assert form_on(page, "/language") == {"step": "/staff/board/week"}


def test_the_other_language_shows_the_same_week(desks: Desks) -> None:
    desk = desks.at_desk("supervisor")
    fields = form_on(desk.get("/staff/board/week?from=2026-11-30"), "/language")

    answer = desk.post("/language", data={**fields, **CHINESE}, follow_redirects=True)

    assert "2026年11月30日起一周的值班" in words(answer)


def test_on_a_ticket_the_form_for_the_note_stays(desks: Desks, house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    lin = desks.at_desk("lin")
    page = lin.get(url(caller, "?note=soap"))
    assert f'formaction="{url(caller, "/drafts?note=soap")}" name="language"' in page.text

    answer = lin.post(
        url(caller, "/drafts?note=soap"),
        data={"text": "", "purpose": "reply", **CHINESE},
        headers={"Accept": "text/html"},
    )

    assert answer.headers["Location"] == url(caller, "?note=soap#note")
