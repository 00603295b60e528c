"""Many processes on one PostgreSQL, while a counselor leaves: nobody is turned away and no ticket is lost."""

from datetime import timedelta

import pytest

from hotline.accounts import sessions
from hotline.assignment import leaving
from hotline.intake import actions as intake
from hotline.keyring import stretching
from hotline.keyring.receipts import receipt_keys
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from tests import flows
from tests.assignment.lines import state_of
from tests.cast import NOON, ZONE, Caller, House
from tests.promises.race import Race, race

__all__ = ["race"]

pytestmark = pytest.mark.postgres

LATER = NOON + timedelta(hours=1)


def disable(house: House) -> None:
    with house.database.write() as db:
        leaving.disable(db, house.actor(db, "administrator"), house.person("lin").id, now=NOON)


def left_behind(house: House) -> Caller:
    caller = house.send()
    flows.take(house, "lin", caller)
    disable(house)
    return caller


def sign_in(house: House, caller: Caller) -> bytes | None:
    stretched = stretching.stretch_code(caller.code, house.deployment.salt, house.deployment.stretching)
    keys = receipt_keys(house.deployment.id, stretched)
    with house.database.write() as db:
        return intake.come_back(db, house.deployment, [keys], stay=False, now=LATER)


def delete(house: House, caller: Caller) -> None:
    with house.database.write() as db:
        token = sessions.start_caller(db, house.deployment, caller.keys, stay=False, now=NOON)
        session = sessions.resume(db, house.deployment, sessions.Kind.CALLER, token, now=NOON)
        intake.delete_conversation(db, house.deployment, session, tz=ZONE, now=NOON)


def test_a_caller_who_comes_back_moves_nothing_that_was_moved_meanwhile(race: Race) -> None:
    caller = left_behind(race.first)

    one, other, had_to_wait = race.run(
        lambda here: flows.write_again(here, caller, "还在吗？", now=LATER),
        lambda there: sign_in(there, caller),
    )

    assert had_to_wait
    assert (one.exception(), other.exception()) == (None, None)
    with race.first.database.read() as db:
        assert db.get_one(Ticket, caller.ticket).waiting_since == LATER


@pytest.mark.parametrize("is_first", [True, False])
def test_coming_back_and_deleting_at_one_moment_fails_for_neither(race: Race, *, is_first: bool) -> None:
    caller = left_behind(race.first)
    both = (lambda here: delete(here, caller), lambda there: sign_in(there, caller))

    one, other, _ = race.run(*(both if is_first else both[::-1]))

    assert (one.exception(), other.exception()) == (None, None)
    assert state_of(race.first, caller)[0] == State.DELETED


@pytest.mark.parametrize("is_first", [True, False])
def test_a_caller_who_writes_while_their_counselor_is_disabled_reaches_the_others(
    race: Race, *, is_first: bool
) -> None:
    caller = race.first.send()
    flows.assign(race.first, caller, "lin")
    both = (disable, lambda there: flows.write_again(there, caller, "还在吗？", now=LATER))

    one, other, had_to_wait = race.run(*(both if is_first else both[::-1]))

    assert had_to_wait
    assert (one.exception(), other.exception()) == (None, None)
    assert state_of(race.first, caller) == (State.WAITING, None)
    flows.take(race.first, "mei", caller, now=LATER)


def test_a_ticket_that_is_given_back_twice_at_once_waits_once(race: Race) -> None:
    caller = race.first.send()
    flows.take(race.first, "lin", caller)

    one, other, had_to_wait = race.run(
        lambda here: flows.give_back(here, "lin", caller), lambda there: flows.give_back(there, "lin", caller)
    )

    assert had_to_wait
    assert (one.exception() is None, other.exception() is None) == (True, False)
    assert state_of(race.first, caller) == (State.WAITING, None)
    flows.take(race.first, "mei", caller)
