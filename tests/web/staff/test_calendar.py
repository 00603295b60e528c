"""The calendar address over HTTP: shown once, content-free, and silent about everything else."""

import re

import httpx
import pytest
from icalendar import Calendar

from tests.cast import NOON
from tests.followups import plans
from tests.followups.plans import plan, taken
from tests.web.foundation import browse
from tests.web.staff.desks import Desks, words

ACCOUNT = "/staff/account"
ADDRESS = re.compile(r"http://127\.0\.0\.1:8000<wbr>(/staff/calendar/([0-9a-f]{64})\.ics)")


def made(desks: Desks, name: str = "lin") -> str:
    """The path of a new calendar address."""
    desk = desks.at_desk(name)
    answer = desk.post(f"{ACCOUNT}/calendar", data=asked(desk))
    found = ADDRESS.search(answer.text)
    assert found is not None, answer.text
    return found.group(1)


def asked(desk: httpx.Client) -> dict[str, str]:
    """The form as the person's account shows it."""
    found = re.search(r'name="fresh" value="([0-9a-f]{64})"', desk.get(ACCOUNT).text)
    assert found is not None
    return {"step": "make", "fresh": found[1]}


def fetch(desks: Desks, path: str) -> httpx.Response:
    """As a calendar program does: without a cookie."""
    return browse(desks.app).get(path)


def test_a_calendar_program_gets_the_moments_without_signing_in(desks: Desks) -> None:
    plan(desks.house, "lin", taken(desks.house))

    answer = fetch(desks, made(desks))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 1


def test_the_address_is_shown_once_and_a_new_one_ends_it(desks: Desks) -> None:
    first = made(desks)
    page = desks.at_desk("lin").get(ACCOUNT)
    assert ADDRESS.search(page.text) is None
    assert "You have had an address since 23 November 2026, 12:00." in words(page)

    second = made(desks)

    assert fetch(desks, first).status_code == 404
    assert fetch(desks, second).status_code == 200


def test_the_page_sent_again_shows_the_same_address(desks: Desks) -> None:
    desk = desks.at_desk("lin")
    form = asked(desk)
    first, again = (desk.post(f"{ACCOUNT}/calendar", data=form).text for _ in range(2))

    paths = [found[1] for text in (first, again) if (found := ADDRESS.search(text))]
    assert len(paths) == 2
    assert paths[0] == paths[1]
    assert fetch(desks, paths[0]).status_code == 200


@pytest.mark.parametrize("form", [{}, {"step": "nothing"}, {"step": "make"}, {"step": "make", "fresh": "1"}])
def test_a_form_that_says_nothing_ends_no_address(desks: Desks, form: dict[str, str]) -> None:
    path = made(desks)

    answer = desks.at_desk("lin").post(f"{ACCOUNT}/calendar", data=form)

    assert answer.headers["location"] == f"{ACCOUNT}#calendar"
    assert fetch(desks, path).status_code == 200


def test_it_can_be_ended(desks: Desks) -> None:
    path = made(desks)

    answer = desks.at_desk("lin").post(f"{ACCOUNT}/calendar", data={"step": "end"})

    assert answer.headers["location"] == f"{ACCOUNT}?done=calendar"
    assert fetch(desks, path).status_code == 404
    page = words(desks.at_desk("lin").get(answer.headers["location"]))
    assert "The calendar address leads nowhere any more." in page
    assert "You have had an address" not in page


def test_a_disabled_persons_address_and_an_unknown_one_look_the_same(desks: Desks) -> None:
    known, unknown = made(desks), f"/staff/calendar/{'0' * 64}.ics"
    plans.disable(desks.house, "lin", now=NOON)

    theirs, nobodys = fetch(desks, known), fetch(desks, unknown)

    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.text.replace(known, "PATH") == nobodys.text.replace(unknown, "PATH")
    assert dict(theirs.headers) == dict(nobodys.headers)


def test_whoever_has_no_tickets_is_offered_none(desks: Desks) -> None:
    answer = desks.at_desk("supervisor").post(f"{ACCOUNT}/calendar", data={"step": "make"})

    assert answer.status_code == 404
    assert "Calendar" not in words(desks.at_desk("supervisor").get(ACCOUNT))
    assert "Calendar" in words(desks.at_desk("lin").get(ACCOUNT))
