"""Keys count only after a custodian's signature that leads back to the founding."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.accounts import enrolment, people, queries
from hotline.accounts.models import Account
from hotline.accounts.people import NewPerson
from hotline.base.errors import Conflict, Invalid, NotFound, Refused
from hotline.base.i18n import Language
from hotline.keyring import admissions, vault
from hotline.keyring import queries as keyring
from hotline.keyring.holder import Unlocked
from hotline.keyring.models import Admission, StaffKey
from hotline.permissions import Role
from tests import cast
from tests.cast import NOON, House, Person

COUNSELOR, CUSTODIAN = Role.COUNSELOR, Role.CUSTODIAN


def enrolled(house: House, name: str, *roles: Role) -> Person:
    """Somebody whose keys nobody has admitted."""
    wanted = NewPerson(name, name, Language.ENGLISH, frozenset(roles))
    return cast.invite_and_enrol(house.database, house.folder, house.person("administrator"), wanted)


def admit(house: House, custodian: Person, person: Person) -> None:
    """An hour after the founding, so that it is newer than the cast's own admissions."""
    with house.database.write() as db:
        shown = queries.fingerprint_of(db, house.deployment, person.id)
        assert shown is not None
        actor = cast.actor_of(db, house.deployment, custodian)
        later = NOON + timedelta(hours=1)
        people.admit(db, house.deployment, actor, custodian.keys, person.id, shown, now=later)


def counting(house: House, person: Person) -> frozenset[Role]:
    """The roles that count."""
    with house.database.read() as db:
        return queries.effective_roles(db, house.deployment, db.get_one(Account, person.id))


def sign(db: Session, house: House, signer: Unlocked, account: UUID, roles: str) -> Admission:
    """An admission with a true signature of whoever it is, past every rule."""
    version = keyring.newest_key_version(db, account)
    keys = keyring.staff_keys(db, account, version)
    assert keys is not None
    admission = Admission(
        account_id=account,
        key_version=version,
        roles=roles,
        custodian_id=signer.holder.id,
        custodian_version=signer.holder.version,
        signature=signer.sign(admissions._message(house.deployment, account, version, keys, roles)),
        admitted_at=NOON + timedelta(days=1),
    )
    db.add(admission)
    db.flush()
    return admission


def new_keys(house: House, person: Person) -> Unlocked:
    """The person enrolled again."""
    with house.database.write() as db:
        keys = enrolment.make_keys(db, house.deployment.id, person.id, now=NOON)
        enrolment.keep_credential(db, house.deployment, keys, vault.new_salt(), bytes(32), generated=True)
        return keys


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


def test_two_who_sign_for_each_other_count_for_nothing(house: House) -> None:
    one, other = enrolled(house, "one", CUSTODIAN), enrolled(house, "other", CUSTODIAN)
    with house.database.write() as db:
        sign(db, house, one.keys, other.id, "custodian")
        sign(db, house, other.keys, one.id, "custodian")
        sign(db, house, one.keys, one.id, "custodian")

    assert counting(house, one) == counting(house, other) == frozenset()


def _moved(admission: Admission, person: Person) -> None:
    admission.account_id = person.id


def _more_roles(admission: Admission, person: Person) -> None:
    del person
    admission.roles = "counselor,custodian"


def _other_version(admission: Admission, person: Person) -> None:
    del person
    admission.key_version += 1


def _other_signer(admission: Admission, person: Person) -> None:
    admission.custodian_id = person.id


@pytest.mark.parametrize("change", [_moved, _more_roles, _other_version, _other_signer])
def test_an_admission_changed_in_any_part_does_not_hold(
    house: House, change: Callable[[Admission, Person], None]
) -> None:
    lin, stranger = house.person("lin"), enrolled(house, "stranger", COUNSELOR, CUSTODIAN)
    with house.database.write() as db:
        admission = db.scalars(select(Admission).where(Admission.account_id == lin.id)).one()
        change(admission, stranger)

    assert counting(house, stranger) == frozenset()
    assert counting(house, lin) == frozenset()


def test_public_keys_swapped_under_an_admission_do_not_count(house: House) -> None:
    lin = house.person("lin")
    attacker = vault.new_staff_member(house.deployment.id, lin.id, 1)
    with house.database.write() as db:
        row = db.get_one(StaffKey, (lin.id, 1))
        row.kem_public = attacker.public.kem

    assert counting(house, lin) == frozenset()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(signature=st.binary(max_size=80), roles=st.text("custodianelr,", max_size=20))
def test_no_made_up_signature_admits(house: House, signature: bytes, roles: str) -> None:
    lin = house.person("lin")
    with house.database.write() as db:
        db.execute(delete(Admission).where(Admission.account_id == lin.id))
        db.add(
            Admission(
                account_id=lin.id,
                key_version=1,
                roles=roles,
                custodian_id=house.person("custodian").id,
                custodian_version=1,
                signature=signature,
                admitted_at=NOON,
            )
        )
        db.flush()
        assert not admissions.admitted_roles(db, house.deployment, lin.id, 1)


def test_only_key_roles_are_signed(house: House) -> None:
    person = enrolled(house, "zhou", COUNSELOR, Role.SUPERVISOR)
    admit(house, house.person("custodian"), person)

    with house.database.read() as db:
        signed = admissions.admitted_roles(db, house.deployment, person.id, 1)

    assert signed == {COUNSELOR.value}
