"""A counselor leaves: what they had not opened waits for everybody again, and the board names the rest."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hotline.assignment import leaving
from hotline.assignment import queries as waiting
from hotline.assignment.queries import Carried, Held
from hotline.base.errors import Refused
from hotline.intake.screening import Safety
from hotline.permissions import Role
from hotline.tickets.lifecycle import State
from tests import flows
from tests.assignment.lines import state_of
from tests.cast import NOON, House

LATER = NOON + timedelta(days=2)


def disable(house: House) -> None:
    with house.database.write() as db:
        leaving.disable(db, house.actor(db, "administrator"), house.person("lin").id, now=NOON)


def demote(house: House) -> None:
    with house.database.write() as db:
        actor, lin = house.actor(db, "administrator"), house.person("lin").id
        leaving.change_roles(db, actor, lin, frozenset({Role.SUPERVISOR}), now=NOON)


def held(house: House) -> list[Held]:
    with house.database.read() as db:
        return waiting.held(db, house.actor(db, "supervisor"), now=LATER)


@pytest.mark.parametrize("leave", [disable, demote])
def test_what_was_not_opened_waits_for_everybody_again(house: House, leave: Callable[[House], None]) -> None:
    given, other, opened = house.send(), house.send(), house.send()
    flows.assign(house, given, "lin")
    flows.assign(house, other, "mei")
    flows.take(house, "lin", opened)

    leave(house)

    assert state_of(house, given) == (State.WAITING, None)
    assert state_of(house, other) == (State.ASSIGNED, house.person("mei").id)
    assert state_of(house, opened) == (State.TAKEN, house.person("lin").id)
    with house.database.read() as db:
        assert [line.reference for line in waiting.queue(db, house.actor(db, "mei"))] == [given.reference]
    flows.take(house, "mei", given)


def test_other_roles_beside_counselor_leave_everything_where_it_is(house: House) -> None:
    given = house.send()
    flows.assign(house, given, "lin")
    with house.database.write() as db:
        actor, lin = house.actor(db, "administrator"), house.person("lin").id
        leaving.change_roles(db, actor, lin, frozenset({Role.COUNSELOR, Role.SUPERVISOR}), now=NOON)

    assert state_of(house, given) == (State.ASSIGNED, house.person("lin").id)


def test_what_somebody_carries_is_what_they_have_opened_and_not_ended(house: House) -> None:
    lin = house.person("lin").id
    waits, answered, closed, given = house.send(), house.send(), house.send(), house.send()
    for caller in (waits, answered, closed):
        flows.take(house, "lin", caller)
    for caller in (answered, closed):
        flows.review(house, "lin", caller)
        flows.reply(house, "lin", caller, "谢谢你写下来。")
    flows.close(house, "lin", closed)
    flows.assign(house, given, "lin")

    with house.database.read() as db:
        assert waiting.carried_by(db, lin) == Carried(open=2, waiting=1)
        assert waiting.carried_by(db, house.person("mei").id) == Carried(open=0, waiting=0)


@pytest.mark.parametrize("leave", [disable, demote])
def test_a_supervisor_is_told_of_what_nobody_can_answer(house: House, leave: Callable[[House], None]) -> None:
    waits, answered = house.send(now=LATER), house.send(now=LATER)
    for caller in (waits, answered):
        flows.take(house, "lin", caller)
    flows.review(house, "lin", answered)
    flows.reply(house, "lin", answered, "谢谢你写下来。")
    assert held(house) == []

    leave(house)

    (line,) = held(house)
    assert (line.reference, line.alias, line.is_left_behind) == (waits.reference, "木棉", True)
    assert (line.is_disabled, line.is_counselor) == (leave is disable, leave is disable)


def test_a_supervisor_is_told_of_what_is_urgent_or_late_and_of_nothing_else(house: House) -> None:
    danger, late, later = house.send(safety=Safety.DANGER), house.send(), house.send(now=LATER)
    waiting_yet = house.send(safety=Safety.DANGER)
    for caller in (later, late, danger):
        flows.take(house, "mei", caller)

    assert [line.reference for line in held(house)] == [danger.reference, late.reference]
    assert {line.is_left_behind for line in held(house)} == {False}
    flows.take(house, "lin", waiting_yet)
    flows.review(house, "lin", waiting_yet)
    flows.reply(house, "lin", waiting_yet, "谢谢你写下来。")
    answered = next(line for line in held(house) if line.reference == waiting_yet.reference)
    assert answered.reply_due_at is None


@pytest.mark.parametrize("name", ["lin", "administrator", "custodian"])
def test_only_a_supervisor_is_told(house: House, name: str) -> None:
    with house.database.read() as db, pytest.raises(Refused):
        waiting.held(db, house.actor(db, name), now=NOON)
