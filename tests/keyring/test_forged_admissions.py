"""Admissions that nobody with the right to it has signed."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from hotline.keyring import admissions, vault
from hotline.keyring.models import Admission, StaffKey
from hotline.permissions import Role
from tests.cast import NOON, House, Person
from tests.keyring.people import COUNSELOR, CUSTODIAN, admit, counting, enrolled, sign


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
