"""A lost second factor: an administrator and another person, a custodian, order a new one."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from hotline.accounts import people, sessions, sign_in
from hotline.accounts.models import Account
from hotline.base.errors import NotSignedIn, Refused
from tests.accounts.tries import LATER, attempt
from tests.cast import NOON, House, digits_of


def order(house: House, by: str, name: str = "lin") -> None:
    with house.database.write() as db:
        people.order_factor(db, house.actor(db, by), house.person(name).id, now=NOON)


@pytest.mark.parametrize("alone", ["administrator", "custodian"])
def test_one_order_alone_changes_nothing(house: House, alone: str) -> None:
    order(house, alone)

    assert attempt(house, "lin", digits="") is None


def test_two_people_order_a_new_second_factor_and_until_it_is_there_nothing_opens(
    house: House,
) -> None:
    order(house, "administrator")
    order(house, "custodian")

    signed_in = attempt(house, "lin", digits="")

    assert signed_in is not None
    assert signed_in.needs_factor
    with house.database.read() as db, pytest.raises(NotSignedIn):
        sessions.resume(db, house.deployment, sessions.Kind.STAFF, signed_in.token, now=LATER)


def test_the_new_second_factor_replaces_the_old_one(house: House) -> None:
    order(house, "administrator")
    order(house, "custodian")
    signed_in = attempt(house, "lin", digits="")
    assert signed_in is not None
    with house.database.write() as db:
        renewal = sign_in.resume_renewal(db, house.deployment, signed_in.token, now=LATER)
        assert sign_in.renew_factor(db, house.deployment, renewal, "000000", now=LATER) is None
        digits = digits_of(renewal.seed, LATER)
        token = sign_in.renew_factor(db, house.deployment, renewal, digits, now=LATER)
    assert token is not None

    soon = LATER + timedelta(minutes=3)
    assert attempt(house, "lin", now=soon) is None
    assert attempt(house, "lin", digits=digits_of(renewal.seed, soon), now=soon) is not None


def test_one_person_with_both_roles_orders_nothing_alone(house: House) -> None:
    with house.database.write() as db:
        db.execute(update(Account).where(Account.name == "custodian").values(roles="administrator,custodian"))
    order(house, "custodian")
    assert attempt(house, "lin", digits="") is None

    order(house, "second_custodian")

    assert attempt(house, "lin", digits="") is not None


@pytest.mark.parametrize("first", ["administrator", "custodian"])
def test_a_second_order_by_somebody_with_both_roles_completes_the_first(house: House, first: str) -> None:
    with house.database.write() as db:
        db.execute(
            update(Account).where(Account.name == "third_custodian").values(roles="administrator,custodian")
        )
    order(house, first)
    order(house, "third_custodian")

    signed_in = attempt(house, "lin", digits="")

    assert signed_in is not None
    assert signed_in.needs_factor


@pytest.mark.parametrize("by", ["lin", "mei", "supervisor"])
def test_nobody_else_orders_and_nobody_for_themselves(house: House, by: str) -> None:
    with pytest.raises(Refused):
        order(house, by, "mei")
    with pytest.raises(Refused):
        order(house, "custodian", "custodian")
