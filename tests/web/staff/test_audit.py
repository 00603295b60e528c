"""The trail as custodians and administrators read it."""

import re

import httpx
import pytest

from hotline.accounts import people
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.audit.queries import PAGE
from hotline.permissions import Role
from hotline.web.staff.desk import shown_reference
from tests.cast import House
from tests.flows import take
from tests.web.staff.doors import browse_as
from tests.web.staff.office import Office

ROW = re.compile(r"<tr role=\"row\">.*?</tr>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
NUMBER = re.compile(r'class="num">(\d+)</th>')


def rows(page: httpx.Response) -> list[str]:
    """The lines as they read, without markup."""
    return [" ".join(TAG.sub(" ", row).split()) for row in ROW.findall(page.text)[1:]]


def numbers(page: httpx.Response) -> list[int]:
    return [int(number) for number in NUMBER.findall(page.text)]


@pytest.mark.parametrize("who", ["custodian", "administrator"])
def test_a_line_says_who_did_what_to_which_ticket(office: Office, house: House, who: str) -> None:
    caller = house.send()
    take(house, "lin", caller, now=office.now)

    page = browse_as(office, who).get("/staff/audit")

    assert page.status_code == 200
    about = shown_reference(caller.reference)
    assert any("木棉" in row and "Took the ticket" in row and about in row for row in rows(page))


def test_acts_and_codes_are_in_the_readers_language(office: Office, house: House) -> None:
    with house.database.write() as db:
        roles = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
        actor, person = house.actor(db, "administrator"), house.person("supervisor")
        people.change_roles(db, actor, person.id, roles, now=office.now)

    english = rows(browse_as(office, "custodian").get("/staff/audit"))[0]
    chinese = rows(browse_as(office, "custodian", "zh-Hans").get("/staff/audit"))[0]

    assert "Changed a person's roles" in english.replace("&#39;", "'")
    assert "银杏" in english
    assert "Supervisor" in english
    assert "Administrator" in english
    assert "更改了一位成员的角色" in chinese
    assert "督导" in chinese


def test_the_newest_come_first_and_older_ones_a_page_at_a_time(office: Office, house: House) -> None:
    with house.database.write() as db:
        for _ in range(2 * PAGE):
            lin = house.person("lin").id
            record(db, Act.SIGNED_IN, actor=lin, subject=lin, now=office.now)
    browser = browse_as(office, "custodian")

    first = browser.get("/staff/audit")
    older = browser.get(f"/staff/audit?before={numbers(first)[-1]}")

    assert numbers(first) == sorted(numbers(first), reverse=True)
    assert len(numbers(first)) == len(numbers(older)) == PAGE
    assert numbers(older)[0] == numbers(first)[-1] - 1
    assert f"/staff/audit?before={numbers(first)[-1]}" in first.text
    assert "The newest" in older.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [("take", "Take the ticket"), ("level", "Change the level"), ("admission", "Admit the person")],
)
def test_a_refusal_says_in_words_what_was_asked_for(
    office: Office, house: House, asked: str, said: str
) -> None:
    with house.database.write() as db:
        lin = house.person("lin").id
        record(db, Act.REFUSED, actor=lin, subject=lin, now=office.now, detail=asked)

    (line,) = rows(browse_as(office, "custodian").get("/staff/audit"))[:1]

    assert "Was refused" in line
    assert line.endswith(said)


def test_before_the_first_line_there_is_nothing(office: Office) -> None:
    page = browse_as(office, "custodian").get("/staff/audit?before=1")

    assert page.status_code == 200
    assert "No older lines." in page.text


@pytest.mark.parametrize("before", ["x", "1.5", "0", "9" * 40])
def test_a_number_that_is_none_is_not_found(office: Office, before: str) -> None:
    assert browse_as(office, "custodian").get(f"/staff/audit?before={before}").status_code == 404
