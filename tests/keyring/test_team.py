"""The team's key follows who belongs to the team, and what waits follows the key."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from hotline.accounts import enrolment, people, queries, sessions
from hotline.accounts.people import NewPerson
from hotline.assignment import actions as assignment
from hotline.base.errors import IntakeClosed, NotFound, NotSignedIn, Refused, Tampered
from hotline.base.i18n import Language
from hotline.keyring import queries as keyring
from hotline.keyring import team, vault
from hotline.keyring.deployment import team_needs_look
from hotline.keyring.envelope import Compartment
from hotline.keyring.holder import HolderKind, Unlocked
from hotline.keyring.models import Admission, Grant, Team, TeamShare
from hotline.permissions import Role
from hotline.tickets.models import Ticket
from tests import cast, flows
from tests.cast import NOON, Caller, House, Person


@pytest.fixture
def zhou(house: House) -> Iterator[Person]:
    """A third counselor, enrolled and admitted, with whom nobody has shared the team's key yet."""
    wanted = NewPerson("zhou", "石榴", Language.CHINESE, frozenset({Role.COUNSELOR}))
    person = cast.invite_and_enrol(house.database, house.folder, house.person("administrator"), wanted)
    cast.admit(house.database, house.folder, house.person("custodian"), person)
    house.cast["zhou"] = person
    yield person
    del house.cast["zhou"]


def disable(house: House, name: str) -> None:
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person(name).id, now=NOON)


def version_of(house: House) -> int:
    with house.database.read() as db:
        newest = keyring.newest_team(db)
        assert newest is not None
        return newest.version


def opens_waiting(house: House, name: str, caller: Caller) -> bool:
    with house.database.read() as db:
        return flows.can_open_as_team(house, db, house.person(name).keys, caller.ticket)


def test_the_first_admission_makes_the_team(house: House) -> None:
    with house.database.read() as db:
        made = db.get_one(Team, 1)
        members = keyring.team_shares(db, 1)

    assert made.maker_id == house.person("custodian").id
    assert set(members) == {house.person("lin").id, house.person("mei").id}
    assert version_of(house) == 1


def test_a_custodian_who_made_the_team_holds_no_share(house: House) -> None:
    caller = house.send()

    assert opens_waiting(house, "lin", caller)
    for name in ("custodian", "second_custodian", "supervisor", "administrator"):
        assert not opens_waiting(house, name, caller)


def test_a_newly_admitted_counselor_has_the_key_after_the_next_members_request(
    house: House, zhou: Person
) -> None:
    caller = house.send()
    assert not opens_waiting(house, "zhou", caller)

    flows.keep_team(house, "mei")

    assert opens_waiting(house, "zhou", caller)
    assert version_of(house) == 1
    flows.take(house, "zhou", caller)
    assert flows.words_of(house, zhou.keys, caller) == ["我最近睡不着。"]


def test_the_newcomer_cannot_bring_themselves_in(house: House, zhou: Person) -> None:
    caller = house.send()

    flows.keep_team(house, "zhou")

    assert not opens_waiting(house, "zhou", caller)
    with house.database.read() as db:
        assert team_needs_look(db) is not None
        with pytest.raises(NotFound):
            team.unlock(db, house.deployment, zhou.keys)


def test_when_a_member_leaves_everything_that_waits_moves_to_a_new_key(house: House) -> None:
    callers = [house.send(f"第{n}个人。") for n in range(3)]
    disable(house, "mei")
    assert all(opens_waiting(house, "mei", caller) for caller in callers)

    flows.keep_team(house, "lin")

    assert version_of(house) == 2
    assert not any(opens_waiting(house, "mei", caller) for caller in callers)
    assert all(opens_waiting(house, "lin", caller) for caller in callers)
    for caller in callers:
        flows.take(house, "lin", caller)
        assert flows.words_of(house, house.person("lin").keys, caller)


def test_after_the_new_key_requests_are_sealed_to_it_alone(house: House) -> None:
    disable(house, "mei")
    flows.keep_team(house, "lin")

    caller = house.send()

    with house.database.read() as db:
        versions = db.scalars(
            select(Grant.holder_version).where(
                Grant.ticket_id == caller.ticket, Grant.holder_kind == HolderKind.TEAM
            )
        ).all()
    assert versions == [2]
    assert not opens_waiting(house, "mei", caller)


def test_a_disabled_person_is_signed_out_and_cannot_come_back(house: House) -> None:
    token = house.session_of("mei")

    disable(house, "mei")

    with house.database.read() as db, pytest.raises(NotSignedIn):
        sessions.resume(db, house.deployment, sessions.Kind.STAFF, token, now=NOON)


def test_somebody_who_enrolled_again_loses_the_key_until_admitted(house: House) -> None:
    caller = house.send()
    mei = house.person("mei")
    with house.database.write() as db:
        fresh = enrolment.make_keys(db, house.deployment.id, mei.id, now=NOON)
        enrolment.keep_credential(db, house.deployment, fresh, vault.new_salt(), bytes(32), generated=True)
        people.change_roles(
            db,
            house.actor(db, "administrator"),
            mei.id,
            frozenset({Role.COUNSELOR, Role.SUPERVISOR}),
            now=NOON,
        )

    flows.keep_team(house, "lin")

    assert version_of(house) == 2
    assert not opens_waiting(house, "mei", caller)
    with house.database.read() as db:
        assert not flows.can_open_as_team(house, db, fresh, caller.ticket)

    cast.admit(house.database, house.folder, house.person("second_custodian"), mei)
    flows.keep_team(house, "lin")

    with house.database.read() as db:
        assert flows.can_open_as_team(house, db, fresh, caller.ticket)


def test_two_members_at_once_make_one_new_version(house: House, zhou: Person) -> None:
    flows.keep_team(house, "lin")
    disable(house, "mei")
    lin = house.person("lin").keys
    with house.database.write() as db:
        members = queries.admitted_counselors(db, house.deployment)
        stale = keyring.newest_team(db)
        assert stale is not None

        for keys in (lin, zhou.keys):
            team._replace(db, house.deployment, keys, stale.version, members, now=NOON)

    with house.database.read() as db:
        assert db.scalars(select(Team.version).order_by(Team.version)).all() == [1, 2]


def test_nothing_happens_when_nothing_changed(house: House) -> None:
    with house.database.read() as db:
        assert team_needs_look(db) is None
        before = db.scalar(select(func.count()).select_from(TeamShare))

    flows.keep_team(house, "lin")
    flows.keep_team(house, "mei")

    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(TeamShare)) == before
    assert version_of(house) == 1


def test_one_ticket_that_was_tampered_with_does_not_keep_the_others_from_the_new_key(
    house: House,
) -> None:
    spoiled, sound = house.send("一"), house.send("二")
    with house.database.write() as db:
        grant = keyring.find_grant(db, spoiled.ticket, Compartment.CONVERSATION, house.deployment.team(0))
        assert grant is not None
        changed = grant.sealed[:-1] + bytes([grant.sealed[-1] ^ 1])
        db.execute(update(Grant).where(Grant.id == grant.id).values(sealed=changed))
    disable(house, "mei")

    flows.keep_team(house, "lin")

    assert version_of(house) == 2
    assert opens_waiting(house, "lin", sound)
    house.go_on_duty("lin")
    with house.database.write() as db, pytest.raises((Tampered, NotFound)):
        assignment.take(
            db,
            house.deployment,
            house.actor(db, "lin"),
            house.person("lin").keys,
            spoiled.reference,
            now=NOON,
        )


def test_a_member_without_admission_gets_no_share_even_if_listed(house: House) -> None:
    mei = house.person("mei")
    with house.database.write() as db:
        db.execute(delete(Admission).where(Admission.account_id == mei.id))
        with pytest.raises(Refused):
            team._replace(
                db,
                house.deployment,
                house.person("lin").keys,
                1,
                {house.person("lin").id: 1, mei.id: 1},
                now=NOON,
            )
        db.rollback()


def test_a_team_key_made_by_nobody_admitted_closes_intake(house: House) -> None:
    forged = Unlocked(house.deployment.team(2), house.deployment.id, bytes(32))
    stranger = vault.new_staff_member(house.deployment.id, house.person("supervisor").id, 1)
    with house.database.write() as db:
        row = Team(
            version=2,
            kem_public=forged.public.kem,
            maker_id=house.person("supervisor").id,
            maker_version=1,
            signature=b"",
            made_at=NOON,
        )
        row.signature = stranger.sign(team._message(house.deployment, row))
        db.add(row)

    with pytest.raises(Tampered):
        house.send("给假的团队")
    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Ticket)) == 0


def test_before_there_is_a_team_intake_is_closed(house: House) -> None:
    with house.database.write() as db:
        db.execute(delete(TeamShare))
        db.execute(delete(Team))

    with pytest.raises(IntakeClosed):
        house.send(now=NOON + timedelta(minutes=1))
