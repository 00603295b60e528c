"""Keys count only after a custodian's signature that leads back to the founding."""

from uuid import uuid4

import pytest
from sqlalchemy import delete

from hotline.accounts import enrolment, people, queries
from hotline.accounts.models import Account
from hotline.base.errors import Conflict, Invalid, NotFound, Refused
from hotline.keyring import admissions, vault
from hotline.keyring.models import Admission
from hotline.permissions import Role
from tests.cast import NOON, House
from tests.keyring.people import COUNSELOR, CUSTODIAN, admit, counting, enrolled, new_keys, sign


def test_founding_custodians_count_from_the_start_and_nobody_else(house: House) -> None:
    assert counting(house, house.person("custodian")) == {CUSTODIAN}
    assert counting(house, enrolled(house, "zhou", COUNSELOR, CUSTODIAN)) == frozenset()


def test_a_later_custodian_admits_as_a_founding_one_does(house: House) -> None:
    later = enrolled(house, "later", CUSTODIAN)
    admit(house, house.person("custodian"), later)
    counselor = enrolled(house, "zhou", COUNSELOR)

    admit(house, later, counselor)

    assert counting(house, counselor) == {COUNSELOR}


def test_a_custodian_whose_admission_is_gone_takes_along_whom_they_admitted(house: House) -> None:
    later = enrolled(house, "later", CUSTODIAN)
    admit(house, house.person("custodian"), later)
    counselor = enrolled(house, "zhou", COUNSELOR)
    admit(house, later, counselor)

    with house.database.write() as db:
        db.execute(delete(Admission).where(Admission.account_id == later.id))

    assert counting(house, later) == frozenset()
    assert counting(house, counselor) == frozenset()


def test_without_its_admission_a_key_counts_for_nothing(house: House) -> None:
    lin = house.person("lin")
    with house.database.write() as db:
        db.execute(delete(Admission).where(Admission.account_id == lin.id))

    assert counting(house, lin) == frozenset()
    with house.database.read() as db:
        assert lin.id not in queries.admitted_counselors(db, house.deployment)
        with pytest.raises(Refused):
            admissions.admitted_keys(db, house.deployment, lin.id, 1)


def test_nobody_admits_themselves(house: House) -> None:
    custodian = house.person("custodian")
    with house.database.write() as db:
        shown = queries.fingerprint_of(db, house.deployment, custodian.id)
        assert shown is not None
        db.get_one(Account, custodian.id).roles = "counselor,custodian"
        actor = house.actor(db, "custodian")
        with pytest.raises(Refused):
            people.admit(db, house.deployment, actor, custodian.keys, custodian.id, shown, now=NOON)
        sign(db, house, custodian.keys, custodian.id, "counselor,custodian")

    assert counting(house, custodian) == {CUSTODIAN}


def test_the_inviter_cannot_be_the_one_who_admits(house: House) -> None:
    person = enrolled(house, "zhou", COUNSELOR)
    custodian = house.person("custodian")
    with house.database.write() as db:
        db.get_one(Account, person.id).invited_by = custodian.id

    with pytest.raises(Refused):
        admit(house, custodian, person)
    admit(house, house.person("second_custodian"), person)


def test_whoever_renews_the_code_is_the_inviter_from_then_on(house: House) -> None:
    person = enrolled(house, "zhou", COUNSELOR)
    custodian = house.person("custodian")
    with house.database.write() as db:
        db.get_one(Account, custodian.id).roles = "administrator,custodian"
        people.renew_code(db, house.actor(db, "custodian"), person.id, now=NOON)

    with pytest.raises(Refused):
        admit(house, custodian, person)


def test_only_a_custodian_admits(house: House) -> None:
    person = enrolled(house, "zhou", COUNSELOR)
    for name in ("lin", "supervisor", "administrator"):
        with pytest.raises(Refused):
            admit(house, house.person(name), person)


def test_a_custodian_who_is_not_admitted_admits_nobody(house: House) -> None:
    false_custodian = enrolled(house, "zhao", CUSTODIAN)
    person = enrolled(house, "zhou", COUNSELOR)
    with house.database.write() as db:
        with pytest.raises(Refused):
            admissions.admit(db, house.deployment, false_custodian.keys, person.id, [COUNSELOR], now=NOON)
        sign(db, house, false_custodian.keys, person.id, "counselor")

    assert counting(house, person) == frozenset()


def test_roles_an_administrator_adds_do_not_count_before_another_admission(house: House) -> None:
    lin = house.person("lin")
    with house.database.write() as db:
        roles = frozenset({COUNSELOR, CUSTODIAN, Role.SUPERVISOR})
        people.change_roles(db, house.actor(db, "administrator"), lin.id, roles, now=NOON)

    assert counting(house, lin) == {COUNSELOR, Role.SUPERVISOR}

    admit(house, house.person("second_custodian"), lin)

    assert counting(house, lin) == {COUNSELOR, CUSTODIAN, Role.SUPERVISOR}


def test_a_role_an_administrator_takes_away_does_not_count_at_once(house: House) -> None:
    with house.database.write() as db:
        actor = house.actor(db, "administrator")
        people.change_roles(db, actor, house.person("lin").id, frozenset({Role.SUPERVISOR}), now=NOON)

    assert counting(house, house.person("lin")) == {Role.SUPERVISOR}


def test_nobody_is_left_without_any_role(house: House) -> None:
    with house.database.write() as db, pytest.raises(Invalid):
        people.change_roles(
            db, house.actor(db, "administrator"), house.person("lin").id, frozenset(), now=NOON
        )


def test_the_newest_admission_speaks_so_a_role_can_be_taken_away(house: House) -> None:
    later = enrolled(house, "later", COUNSELOR, CUSTODIAN)
    admit(house, house.person("custodian"), later)
    with house.database.write() as db:
        sign(db, house, house.person("second_custodian").keys, later.id, "counselor")

    assert counting(house, later) == {COUNSELOR}


def test_keys_that_were_made_anew_need_an_admission_of_their_own(house: House) -> None:
    lin = house.person("lin")

    new_keys(house, lin)

    assert counting(house, lin) == frozenset()
    admit(house, house.person("third_custodian"), lin)
    assert counting(house, lin) == {COUNSELOR}


def test_a_founder_with_new_keys_is_no_founder(house: House) -> None:
    custodian = house.person("custodian")

    new_keys(house, custodian)

    assert counting(house, custodian) == frozenset()


def test_a_chosen_passphrase_is_not_admitted(house: House) -> None:
    person = enrolled(house, "zhou", COUNSELOR)
    with house.database.write() as db:
        enrolment.keep_credential(
            db, house.deployment, person.keys, vault.new_salt(), bytes(32), generated=False
        )

    with pytest.raises(people.NeedsNewKeys):
        admit(house, house.person("custodian"), person)


@pytest.mark.parametrize("roles", [frozenset({COUNSELOR}), frozenset({COUNSELOR, CUSTODIAN})])
def test_keys_or_roles_that_changed_since_the_page_was_shown_are_not_admitted(
    house: House, roles: frozenset[Role]
) -> None:
    person = enrolled(house, "zhou", COUNSELOR)
    custodian = house.person("custodian")
    with house.database.write() as db:
        shown = queries.fingerprint_of(db, house.deployment, person.id)
        assert shown is not None
        changed = frozenset({CUSTODIAN}) if roles == {COUNSELOR} else frozenset({COUNSELOR})
        people.change_roles(db, house.actor(db, "administrator"), person.id, changed, now=NOON)
        actor = house.actor(db, "custodian")
        with pytest.raises(Conflict):
            people.admit(db, house.deployment, actor, custodian.keys, person.id, shown, roles=roles, now=NOON)
        with pytest.raises(Conflict):
            people.admit(db, house.deployment, actor, custodian.keys, person.id, ("1",) * 6, now=NOON)
        with pytest.raises(NotFound):
            people.admit(db, house.deployment, actor, custodian.keys, uuid4(), shown, now=NOON)
