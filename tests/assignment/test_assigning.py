"""A supervisor gives work to somebody on duty and reads nothing of it."""

from datetime import timedelta

import pytest

from hotline.assignment import actions as assignment
from hotline.assignment import queries as waiting
from hotline.assignment.actions import NotOnDuty
from hotline.base.errors import Conflict, NotFound, Refused, TakenBy
from hotline.keyring.holder import HolderKind
from hotline.roster import actions as roster
from hotline.roster.queries import counselors_on_duty
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import State
from tests import flows
from tests.assignment.lines import holders, queue, send_mixed, state_of
from tests.cast import NOON, House


def test_a_supervisor_assigns_and_no_key_moves(house: House) -> None:
    caller = house.send()

    flows.assign(house, caller, "lin")

    assert state_of(house, caller) == (State.ASSIGNED, house.person("lin").id)
    assert holders(house, caller) == {HolderKind.CALLER, HolderKind.TEAM, HolderKind.ESCROW}
    assert queue(house) == []
    with house.database.read() as db:
        (line,) = waiting.unopened(db, house.actor(db, "supervisor"))
    assert (line.reference, line.assignee) == (caller.reference, "木棉")


def test_a_supervisor_reads_all_that_is_unopened_by_urgency_page_by_page(house: House) -> None:
    in_order = send_mixed(house)
    house.go_on_duty("lin")
    for reference in in_order[1::3]:
        with house.database.write() as db:
            supervisor, lin = house.actor(db, "supervisor"), house.person("lin").id
            assignment.assign(db, supervisor, house.deployment, reference, lin, now=NOON)

    with house.database.read() as db:
        supervisor = house.actor(db, "supervisor")
        first = waiting.unopened(db, supervisor, limit=4)
        rest = waiting.unopened(db, supervisor, after=first[-1].reference, limit=20)

    assert [line.reference for line in [*first, *rest]] == in_order


def test_what_was_assigned_is_opened_by_its_counselor_alone(house: House) -> None:
    caller = house.send()
    flows.assign(house, caller, "lin")
    with pytest.raises(TakenBy) as told:
        flows.take(house, "mei", caller)
    assert told.value.values == {"alias": "木棉"}

    flows.take(house, "lin", caller)

    assert state_of(house, caller) == (State.TAKEN, house.person("lin").id)
    assert HolderKind.TEAM not in holders(house, caller)


def test_an_unopened_ticket_can_be_given_to_somebody_else(house: House) -> None:
    caller = house.send()
    flows.assign(house, caller, "lin")
    flows.assign(house, caller, "mei")

    assert state_of(house, caller) == (State.ASSIGNED, house.person("mei").id)
    flows.take(house, "mei", caller)
    with pytest.raises(Conflict):
        flows.assign(house, caller, "lin")


def test_a_counselor_off_duty_is_not_given_anything(house: House) -> None:
    caller = house.send()
    with house.database.write() as db:
        supervisor, lin = house.actor(db, "supervisor"), house.person("lin").id
        with pytest.raises(NotOnDuty):
            assignment.assign(db, supervisor, house.deployment, caller.reference, lin, now=NOON)
        with pytest.raises(NotOnDuty):
            assignment.assign(db, supervisor, house.deployment, caller.reference, supervisor.id, now=NOON)


@pytest.mark.parametrize("name", ["lin", "administrator", "custodian"])
def test_only_a_supervisor_assigns(house: House, name: str) -> None:
    caller = house.send()
    house.go_on_duty("mei")
    with house.database.write() as db, pytest.raises(NotFound):
        assignment.assign(
            db,
            house.actor(db, name),
            house.deployment,
            caller.reference,
            house.person("mei").id,
            now=NOON,
        )
    with house.database.read() as db, pytest.raises(Refused):
        waiting.unopened(db, house.actor(db, name))


def test_the_board_counts_by_level_and_knows_the_oldest(house: House) -> None:
    send_mixed(house)
    with house.database.read() as db:
        board = waiting.waiting_by_level(db)

    assert board == {
        Level.P1: (4, NOON + timedelta(minutes=1)),
        Level.P2: (2, NOON + timedelta(minutes=2)),
        Level.P3: (2, NOON),
        Level.P4: (2, NOON + timedelta(minutes=3)),
    }


def test_on_duty_are_admitted_counselors_for_twelve_hours(house: House) -> None:
    house.go_on_duty("lin", "mei")
    with house.database.write() as db:
        for name in ("supervisor", "administrator", "custodian"):
            with pytest.raises(Refused):
                roster.start_duty(db, house.actor(db, name), now=NOON)
        on = counselors_on_duty(db, house.deployment, now=NOON + timedelta(hours=11))
        off = counselors_on_duty(db, house.deployment, now=NOON + timedelta(hours=12))

    assert {account.name for account in on} == {"lin", "mei"}
    assert off == []
