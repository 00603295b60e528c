"""A custodian compares and admits; what nobody has admitted opens nothing, whoever wrote it down."""

from uuid import UUID

import httpx
import pytest
from sqlalchemy import func, select, update

from hotline.accounts import queries
from hotline.accounts.models import Account, Credential
from hotline.accounts.people import NewPerson
from hotline.base.i18n import Language
from hotline.keyring import team
from hotline.keyring.models import Admission, TeamShare
from hotline.permissions import Role
from tests.cast import House, Person, admit, digits_of, invite_and_enrol
from tests.web.staff.doors import browse_as, shown_digits
from tests.web.staff.office import Office

PEOPLE = "/staff/people"


def newcomer(house: House, *roles: Role, by: str = "administrator") -> Person:
    """Somebody who has enrolled and waits for an admission."""
    person = NewPerson("newcomer", "白杨", Language.CHINESE, frozenset(roles or {Role.COUNSELOR}))
    return invite_and_enrol(house.database, house.folder, house.person(by), person)


def page_of(house: House, name: str) -> str:
    return f"{PEOPLE}/{house.person(name).id}"


def admission(house: House, person: UUID, **other: str) -> dict[str, str | list[str]]:
    """The form that a custodian sends after comparing: what the page shows of the person."""
    with house.database.read() as db:
        shown = queries.fingerprint_of(db, house.deployment, person)
        roles = sorted(db.get_one(Account, person).named_roles)
    return {"fingerprint": " ".join(shown or ()), "roles": [*roles], "compared": "yes", **other}


def test_a_custodian_compares_the_digits_and_admits(office: Office, house: House) -> None:
    person = newcomer(house)
    custodian = browse_as(office, "custodian")
    form = admission(house, person.id)
    assert " ".join(shown_digits(custodian.get(PEOPLE))) == form["fingerprint"]

    answer = custodian.post(f"{PEOPLE}/{person.id}/admission", data=form)

    assert answer.headers["location"] == f"{PEOPLE}?done=admitted"
    with house.database.read() as db:
        account = db.get_one(Account, person.id)
        assert Role.COUNSELOR in queries.effective_roles(db, house.deployment, account)
    assert "Nobody is waiting to be admitted." in custodian.get(PEOPLE).text


def test_without_the_tick_nobody_is_admitted(office: Office, house: House) -> None:
    person = newcomer(house)
    form = admission(house, person.id)
    del form["compared"]

    answer = browse_as(office, "custodian").post(f"{PEOPLE}/{person.id}/admission", data=form)

    assert answer.status_code == 422
    assert "Compare the digits first" in answer.text
    assert " ".join(shown_digits(answer)) == form["fingerprint"]
    assert admissions(house, person.id) == 0


def test_other_digits_than_the_keys_have_admit_nobody(office: Office, house: House) -> None:
    person = newcomer(house)
    form = admission(house, person.id, fingerprint="00000 11111 22222 33333 44444 55555")

    answer = browse_as(office, "custodian").post(f"{PEOPLE}/{person.id}/admission", data=form)

    assert answer.status_code == 409
    assert admissions(house, person.id) == 0


def test_roles_changed_while_the_digits_were_compared_admit_nobody(office: Office, house: House) -> None:
    person = newcomer(house)
    form = admission(house, person.id)
    give_more = {Role.COUNSELOR.value, Role.CUSTODIAN.value}
    with house.database.write() as db:
        written = ",".join(sorted(give_more))
        db.execute(update(Account).where(Account.id == person.id).values(roles=written))

    answer = browse_as(office, "custodian").post(f"{PEOPLE}/{person.id}/admission", data=form)

    assert answer.status_code == 409
    assert admissions(house, person.id) == 0


def admissions(house: House, person: UUID) -> int:
    with house.database.read() as db:
        wanted = select(func.count()).select_from(Admission).where(Admission.account_id == person)
        return db.scalar(wanted) or 0


def give_roles(house: House, name: str, *roles: Role) -> None:
    """Write roles past every rule, as somebody with the database in their hands would."""
    with house.database.write() as db:
        written = ",".join(sorted(role.value for role in roles))
        db.execute(update(Account).where(Account.id == house.person(name).id).values(roles=written))


def test_whoever_invited_somebody_cannot_admit_them(office: Office, house: House) -> None:
    give_roles(house, "custodian", Role.CUSTODIAN, Role.ADMINISTRATOR)
    person = newcomer(house, by="custodian")
    inviter = browse_as(office, "custodian")

    answer = inviter.post(f"{PEOPLE}/{person.id}/admission", data=admission(house, person.id))

    assert answer.status_code == 403
    assert admissions(house, person.id) == 0
    assert "another custodian admits them" in inviter.get(PEOPLE).text
    second = browse_as(office, "second_custodian")
    second.post(f"{PEOPLE}/{person.id}/admission", data=admission(house, person.id))
    assert admissions(house, person.id) == 1


def test_no_custodian_admits_themselves(office: Office, house: House) -> None:
    give_roles(house, "custodian", Role.CUSTODIAN, Role.COUNSELOR)
    own = house.person("custodian").id

    answer = browse_as(office, "custodian").post(f"{PEOPLE}/{own}/admission", data=admission(house, own))

    assert answer.status_code == 403
    assert admissions(house, own) == 0


@pytest.mark.parametrize("who", ["administrator", "lin", "supervisor"])
def test_only_a_custodian_admits(office: Office, house: House, who: str) -> None:
    person = newcomer(house)

    answer = browse_as(office, who).post(f"{PEOPLE}/{person.id}/admission", data=admission(house, person.id))

    assert answer.status_code == 404
    assert admissions(house, person.id) == 0


def opens_nothing(browser: httpx.Client, reference: str) -> None:
    assert browser.get("/staff/queue").status_code == 404
    assert browser.get(f"/staff/tickets/{reference}").status_code == 404
    assert browser.post("/staff/queue/next").status_code == 404
    assert browser.post(f"/staff/tickets/{reference}/take").status_code == 404


def test_an_administrator_who_writes_counselor_beside_their_name_sees_no_queue(
    office: Office, house: House
) -> None:
    caller = house.send()
    give_roles(house, "administrator", Role.ADMINISTRATOR, Role.COUNSELOR)
    browser = browse_as(office, "administrator")

    opens_nothing(browser, caller.reference)

    assert "/staff/queue" not in browser.get("/staff/account").text


def test_an_administrators_puppet_reads_nothing(office: Office, house: House) -> None:
    caller = house.send()
    puppet = newcomer(house, Role.COUNSELOR)
    browser = office.stranger()
    office.wait(minutes=1)
    typed = {"name": puppet.name, "passphrase": puppet.passphrase}

    answer = browser.post("/staff/sign-in", data={**typed, "digits": digits_of(puppet.seed, office.now)})

    assert answer.headers["location"] == "/staff"
    opens_nothing(browser, caller.reference)


def test_a_supervisor_made_counselor_is_told_to_enrol_anew_when_the_passphrase_was_chosen(
    office: Office, house: House
) -> None:
    with house.database.write() as db:
        db.get_one(Credential, house.person("supervisor").id).generated = False
    administrator = browse_as(office, "administrator")
    administrator.post(f"{page_of(house, 'supervisor')}/roles", data={"roles": ["supervisor", "counselor"]})
    custodian = browse_as(office, "custodian")

    assert "chose their own passphrase" in custodian.get(PEOPLE).text
    supervisor = house.person("supervisor").id
    answer = custodian.post(f"{PEOPLE}/{supervisor}/admission", data=admission(house, supervisor))
    assert answer.status_code == 409
    assert admissions(house, supervisor) == 0


def test_whoever_waits_is_led_to_their_digits_and_told_when_tickets_open(
    office: Office, house: House
) -> None:
    person = newcomer(house)
    browser = office.stranger()
    digits = digits_of(person.seed, office.now)
    typed = {"name": person.name, "passphrase": person.passphrase, "digits": digits}
    browser.post("/staff/sign-in", data=typed)
    browser.cookies.set("language", "en")

    shift = browser.get("/staff").text

    assert '<a href="/staff/account#fingerprint">The digits to compare' in shift
    assert "as soon as another counselor signs in, saves or sends something" in shift
    account = browser.get("/staff/account")
    assert 'id="fingerprint"' in account.text
    assert len(shown_digits(account)) == 6


def test_a_colleague_who_signs_in_shares_the_teams_key_with_whoever_was_admitted(
    office: Office, house: House
) -> None:
    person = newcomer(house)
    admit(house.database, house.folder, house.person("custodian"), person)
    with house.database.read() as db:
        assert not team.is_held_by(db, person.keys)

    office.sign_in(office.stranger(), "supervisor")
    with house.database.read() as db:
        assert not team.is_held_by(db, person.keys)
    assert office.sign_in(office.stranger(), "lin").status_code == 303

    with house.database.read() as db:
        assert team.is_held_by(db, person.keys)


def test_a_team_key_that_is_not_in_order_keeps_nobody_from_signing_in(
    office: Office, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    person = newcomer(house)
    admit(house.database, house.folder, house.person("custodian"), person)
    with house.database.write() as db:
        db.execute(update(TeamShare).values(signature=b"not signed by anybody"))

    browser = office.stranger()
    assert office.sign_in(browser, "lin").status_code == 303

    assert "The team's key could not be brought up to date" in caplog.text
    assert browser.get("/staff").status_code == 200
