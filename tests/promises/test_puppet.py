"""An administrator who makes a puppet, or gives himself roles, reads nothing (security.md §1.6)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.accounts import people, queries
from hotline.accounts.models import Account
from hotline.accounts.people import NewPerson
from hotline.assignment import actions as assignment
from hotline.assignment import queries as waiting
from hotline.base.errors import NotFound, Refused
from hotline.base.i18n import Language
from hotline.keyring import admissions, team
from hotline.keyring import queries as keyring
from hotline.keyring.envelope import Compartment
from hotline.keyring.holder import HolderKind, Unlocked
from hotline.keyring.models import Admission, Grant, TeamShare
from hotline.permissions import Actor, Permission, Role
from hotline.roster.models import Duty
from hotline.tickets import queries as tickets
from tests import cast, flows
from tests.cast import NOON, Caller, House, Person

PUPPET = NewPerson("puppet", "木偶", Language.CHINESE, frozenset({Role.COUNSELOR}))
EVERYTHING = "administrator,counselor,custodian,supervisor"


@pytest.fixture
def puppet(house: House) -> Iterator[Person]:
    """Invited by the administrator and enrolled by him too."""
    person = cast.invite_and_enrol(house.database, house.folder, house.person("administrator"), PUPPET)
    house.cast["puppet"] = person
    yield person
    del house.cast["puppet"]


def reads_nothing(house: House, name: str, *callers: Caller) -> None:
    """No queue, no ticket, no share, no grant, whatever this person tries."""
    person = house.person(name)
    for member in ("lin", "mei"):
        flows.keep_team(house, member)
    with house.database.write() as db:
        db.merge(Duty(account_id=person.id, since=NOON))
    with house.database.write() as db:
        actor = house.actor(db, name)
        with pytest.raises(Refused):
            waiting.queue(db, actor)
        with pytest.raises(NotFound):
            assignment.take_next(db, house.deployment, actor, person.keys, now=NOON)
        for caller in callers:
            refused_at(db, house, actor, person.keys, caller)
        held = select(Grant).where(Grant.holder_kind == HolderKind.STAFF, Grant.holder_id == person.id)
        shares = select(TeamShare).where(TeamShare.holder_id == person.id)
        assert db.scalars(held).all() == []
        assert db.scalars(shares).all() == []


def refused_at(db: Session, house: House, actor: Actor, keys: Unlocked, caller: Caller) -> None:
    with pytest.raises(NotFound):
        assignment.take(db, house.deployment, actor, keys, caller.reference, now=NOON)
    with pytest.raises(NotFound):
        tickets.own_ticket(db, actor, caller.reference)
    with pytest.raises(NotFound):
        team.unlock(db, house.deployment, keys)
    for part in Compartment:
        assert not flows.can_open(house, db, keys, caller.ticket, part)
    assert not flows.can_open_as_team(house, db, keys, caller.ticket)


@pytest.fixture
def waits(house: House) -> Caller:
    return house.send("我在等。")


@pytest.fixture
def taken(house: House) -> Caller:
    caller = house.send("我在和林说话。")
    flows.take(house, "lin", caller)
    flows.note(house, "lin", caller, "林的笔记。")
    return caller


@pytest.mark.usefixtures("puppet")
def test_a_puppet_counselor_reads_nothing(house: House, waits: Caller, taken: Caller) -> None:
    reads_nothing(house, "puppet", waits, taken)


@pytest.mark.usefixtures("puppet")
def test_nor_does_one_whose_roles_are_written_into_the_rows(
    house: House, waits: Caller, taken: Caller
) -> None:
    with house.database.write() as db:
        db.execute(update(Account).where(Account.name == "puppet").values(roles=EVERYTHING))

    with house.database.read() as db:
        actor = house.actor(db, "puppet")
    assert actor.roles == {Role.SUPERVISOR, Role.ADMINISTRATOR}
    assert not actor.holds(Permission.ADMISSION_GIVE)
    reads_nothing(house, "puppet", waits, taken)


def test_an_administrator_cannot_change_his_own_roles(house: House) -> None:
    with house.database.write() as db:
        actor = house.actor(db, "administrator")
        with pytest.raises(Refused):
            people.change_roles(db, actor, actor.id, frozenset(Role), now=NOON)


def test_roles_written_into_his_own_row_give_him_no_key(house: House, waits: Caller, taken: Caller) -> None:
    with house.database.write() as db:
        db.execute(update(Account).where(Account.name == "administrator").values(roles=EVERYTHING))

    reads_nothing(house, "administrator", waits, taken)


def test_he_cannot_admit_his_puppet(house: House, puppet: Person, waits: Caller) -> None:
    administrator = house.person("administrator")
    with house.database.write() as db:
        db.execute(update(Account).where(Account.name == "administrator").values(roles=EVERYTHING))
        shown = queries.fingerprint_of(db, house.deployment, puppet.id)
        assert shown is not None
        actor = house.actor(db, "administrator")
        with pytest.raises(Refused):
            people.admit(db, house.deployment, actor, administrator.keys, puppet.id, shown, now=NOON)
        with pytest.raises(Refused):
            admissions.admit(db, house.deployment, administrator.keys, puppet.id, ["counselor"], now=NOON)

    reads_nothing(house, "puppet", waits)


@pytest.mark.parametrize("signer", ["administrator", "puppet", "supervisor"])
def test_an_admission_he_makes_himself_counts_for_nothing(
    house: House, puppet: Person, waits: Caller, signer: str
) -> None:
    keys = house.person(signer).keys
    roles = "counselor,custodian"
    with house.database.write() as db:
        public = keyring.staff_keys(db, puppet.id, 1)
        assert public is not None
        message = admissions._message(house.deployment, puppet.id, 1, public, roles)
        for named_signer in (house.person(signer), house.person("custodian")):
            db.add(
                Admission(
                    account_id=puppet.id,
                    key_version=1,
                    roles=roles,
                    custodian_id=named_signer.id,
                    custodian_version=1,
                    signature=keys.sign(message),
                    admitted_at=NOON + timedelta(days=1),
                )
            )

    reads_nothing(house, "puppet", waits)


def test_a_copy_of_lins_admission_counts_for_nothing(house: House, puppet: Person, waits: Caller) -> None:
    with house.database.write() as db:
        wanted = select(Admission).where(Admission.account_id == house.person("lin").id)
        lins = db.scalars(wanted).one()
        db.add(
            Admission(
                account_id=puppet.id,
                key_version=lins.key_version,
                roles=lins.roles,
                custodian_id=lins.custodian_id,
                custodian_version=lins.custodian_version,
                signature=lins.signature,
                admitted_at=NOON + timedelta(days=1),
            )
        )

    reads_nothing(house, "puppet", waits)


def test_lins_share_renamed_to_the_puppet_opens_nothing(house: House, puppet: Person, waits: Caller) -> None:
    with house.database.write() as db:
        share = keyring.team_shares(db, 1)[house.person("lin").id]
        share.holder_id = puppet.id

    with house.database.read() as db:
        assert not flows.can_open_as_team(house, db, puppet.keys, waits.ticket)


def test_a_person_he_re_enrols_himself_is_not_that_person(house: House, waits: Caller, taken: Caller) -> None:
    lin = house.person("lin")
    with house.database.write() as db:
        _, code = people.renew_code(db, house.actor(db, "administrator"), lin.id, now=NOON)
        false_lin = cast.enrol(db, house.deployment, code)
    flows.keep_team(house, "mei")

    with house.database.write() as db:
        actor = cast.actor_of(db, house.deployment, false_lin)
        assert actor.roles == frozenset()
        refused_at(db, house, actor, false_lin.keys, waits)
        for part in Compartment:
            assert not flows.can_open(house, db, false_lin.keys, taken.ticket, part)
