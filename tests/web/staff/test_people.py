"""Inviting, changing, disabling and admitting people; who sees what of it."""

from uuid import uuid4

import pytest
from sqlalchemy import func, select

from hotline.accounts import queries
from hotline.accounts.models import Account, Invitation
from hotline.accounts.people import NewPerson
from hotline.base.i18n import Language
from hotline.permissions import Role
from tests import flows
from tests.cast import House, Person, invite_and_enrol
from tests.web.staff.doors import browse_as, shown_code
from tests.web.staff.office import Office

PEOPLE = "/staff/people"
NEW = {"name": "newcomer", "alias": "白杨", "speaks": "zh-Hans", "roles": ["counselor"]}


def newcomer(house: House, *roles: Role, by: str = "administrator") -> Person:
    """Somebody who has enrolled and waits for an admission."""
    person = NewPerson("newcomer", "白杨", Language.CHINESE, frozenset(roles or {Role.COUNSELOR}))
    return invite_and_enrol(house.database, house.folder, house.person(by), person)


def page_of(house: House, name: str) -> str:
    return f"{PEOPLE}/{house.person(name).id}"


def account_count(house: House) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(Account)) or 0


@pytest.mark.parametrize("who", ["lin", "supervisor"])
@pytest.mark.parametrize("address", [PEOPLE, "/staff/audit"])
def test_counselors_and_supervisors_find_nothing_there(office: Office, who: str, address: str) -> None:
    browser = browse_as(office, who)

    assert browser.get(address).status_code == 404
    assert address not in browser.get("/staff/account").text


def test_each_role_sees_what_it_can_do(office: Office, house: House) -> None:
    newcomer(house)
    administrator = browse_as(office, "administrator").get(PEOPLE).text
    custodian = browse_as(office, "custodian").get(PEOPLE).text

    assert "Invite somebody" in administrator
    assert "Waiting to be admitted" not in administrator
    assert "Invite somebody" not in custodian
    assert "Waiting to be admitted" in custodian


def test_who_invites_is_told_that_callers_see_the_alias(office: Office) -> None:
    page = browse_as(office, "administrator").get(PEOPLE).text

    assert "What callers and colleagues see instead of a name" in page
    assert "Choose nothing that identifies the person." in page


def test_the_list_tells_what_counts_from_what_is_written(office: Office, house: House) -> None:
    newcomer(house, Role.COUNSELOR, Role.SUPERVISOR)

    page = browse_as(office, "administrator").get(PEOPLE).text
    row = page[page.index("白杨") : page.index("</tr>", page.index("白杨"))]

    assert "Waiting for admission" in row
    assert '<span class="badge badge-quiet">Supervisor</span>' in row
    assert '<span class="badge badge-wait">Counselor</span>' in row


def test_an_invitation_shows_its_address_once(office: Office, house: House) -> None:
    browser = browse_as(office, "administrator")

    answer = browser.post(PEOPLE, data=NEW)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    code = shown_code(answer)
    assert f"http://127.0.0.1:8000<wbr>/staff/enrol/{code}" in answer.text
    assert code not in browser.get(PEOPLE).text
    assert office.stranger().get(f"/staff/enrol/{code}").status_code == 200
    with house.database.read() as db:
        assert code.encode() not in db.scalars(select(Invitation.code_hash)).one()


def test_inviting_the_same_name_twice_says_so_and_keeps_what_was_typed(office: Office, house: House) -> None:
    browser = browse_as(office, "administrator")
    browser.post(PEOPLE, data=NEW)
    before = account_count(house)

    answer = browser.post(PEOPLE, data={**NEW, "name": "NEWCOMER", "mail": "poplar@example.org"})

    assert answer.status_code == 422
    assert "This sign-in name is in use" in answer.text
    assert 'value="NEWCOMER"' in answer.text
    assert 'value="poplar@example.org"' in answer.text
    assert account_count(house) == before


def test_bad_answers_are_named_one_by_one(office: Office, house: House) -> None:
    before = account_count(house)

    answer = browse_as(office, "administrator").post(
        PEOPLE, data={"name": "", "alias": "白杨", "speaks": "zh-Hans", "mail": "nonsense"}
    )

    assert answer.status_code == 422
    for said in ("Enter a sign-in name", "Choose at least one role", "Enter a mail address such as"):
        assert said in answer.text
    assert 'value="nonsense"' in answer.text
    assert account_count(house) == before


def test_a_role_that_does_not_exist_is_refused(office: Office) -> None:
    answer = browse_as(office, "administrator").post(PEOPLE, data={**NEW, "roles": ["king"]})

    assert answer.status_code == 422
    assert "Choose one of the answers shown." in answer.text


@pytest.mark.parametrize("part", ["roles", "disable", "enable", "code"])
def test_only_an_administrator_changes_people(office: Office, house: House, part: str) -> None:
    for who in ("lin", "supervisor", "custodian"):
        answer = browse_as(office, who).post(
            f"{page_of(house, 'mei')}/{part}", data={"roles": ["supervisor"]}
        )
        assert answer.status_code == 404
    with house.database.read() as db:
        mei = db.get_one(Account, house.person("mei").id)
    assert (mei.roles, mei.disabled_at) == ("counselor", None)


def test_somebody_who_does_not_exist_is_not_found(office: Office) -> None:
    browser = browse_as(office, "administrator")

    assert browser.get(f"{PEOPLE}/{uuid4()}").status_code == 404
    assert browser.get(f"{PEOPLE}/nobody").status_code == 404
    assert browser.post(f"{PEOPLE}/{uuid4()}/disable").status_code == 404


def test_disabled_and_enabled_again(office: Office, house: House) -> None:
    browser, lin = browse_as(office, "administrator"), browse_as(office, "lin")

    answer = browser.post(f"{page_of(house, 'lin')}/disable")

    assert "every session has ended" in browser.get(answer.headers["location"]).text
    assert lin.get("/staff").status_code == 303
    assert office.sign_in(office.stranger(), "lin").status_code == 422
    browser.post(f"{page_of(house, 'lin')}/enable")
    assert office.sign_in(office.stranger(), "lin").status_code == 303


def test_before_and_after_disabling_the_page_says_who_waits_for_this_person(
    office: Office, house: House
) -> None:
    browser, given = browse_as(office, "administrator"), house.send()
    assert "open ticket" not in browser.get(page_of(house, "lin")).text
    for caller in (house.send(), house.send()):
        flows.take(house, "lin", caller)
    flows.assign(house, given, "lin")
    assert "2 tickets of theirs wait for an answer, and nobody" in browser.get(page_of(house, "lin")).text

    answer = browser.post(f"{page_of(house, 'lin')}/disable")

    page = browser.get(answer.headers["location"]).text
    assert "2 tickets of theirs wait for an answer. Each goes back to the queue" in page
    flows.take(house, "mei", given)


def test_a_person_whose_tickets_are_all_answered_leaves_nobody_waiting(office: Office, house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    flows.reply(house, "lin", caller, "谢谢你写下来。")

    page = browse_as(office, "administrator").get(page_of(house, "lin")).text

    assert "They have 1 open ticket, which is answered." in page


def test_a_new_code_makes_the_old_one_useless(office: Office) -> None:
    browser = browse_as(office, "administrator")
    first = shown_code(browser.post(PEOPLE, data=NEW))
    with office.house.database.read() as db:
        account = queries.by_name(db, "newcomer")
        assert account is not None

    second = shown_code(browser.post(f"{PEOPLE}/{account.id}/code"))

    assert office.stranger().get(f"/staff/enrol/{first}").status_code == 404
    assert office.stranger().get(f"/staff/enrol/{second}").status_code == 200


def test_an_administrator_cannot_change_their_own_roles(office: Office, house: House) -> None:
    browser = browse_as(office, "administrator")

    answer = browser.post(
        f"{page_of(house, 'administrator')}/roles", data={"roles": ["administrator", "counselor"]}
    )

    assert answer.status_code == 403
    assert "Nobody changes their own roles" in browser.get(page_of(house, "administrator")).text


def test_the_second_factor_takes_an_administrator_and_a_custodian(office: Office, house: House) -> None:
    address = f"{page_of(house, 'lin')}/second-factor"
    answer = browse_as(office, "administrator").post(address)
    one = browse_as(office, "administrator").get(answer.headers["location"]).text
    assert "Your order is kept." in one
    assert "Request a new second factor" in one
    assert '<span class="badge badge-wait">Administrator</span>' in one
    assert office.sign_in(office.stranger(), "lin", digits="").status_code == 422

    answer = browse_as(office, "custodian").post(address)

    both = browse_as(office, "custodian").get(answer.headers["location"]).text
    assert "Both requests are in." in both
    assert "Request a new second factor" not in both
    assert '<span class="badge badge-good">Custodian</span>' in both
    answer = office.sign_in(office.stranger(), "lin", digits="")
    assert answer.headers["location"] == "/staff/sign-in/second-factor"


def test_a_role_without_keys_is_changed_at_once(office: Office, house: House) -> None:
    browser = browse_as(office, "administrator")

    browser.post(f"{page_of(house, 'supervisor')}/roles", data={"roles": ["administrator"]})

    assert browse_as(office, "supervisor").get(PEOPLE).status_code == 200
    nothing = browser.post(f"{page_of(house, 'supervisor')}/roles", data={})
    assert nothing.status_code == 422
    assert "Choose at least one role" in nothing.text
