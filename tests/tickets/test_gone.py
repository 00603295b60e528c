"""A counselor is gone for good: whatever waits for them reaches somebody else through its caller."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from hotline.accounts import enrolment, people
from hotline.keyring import vault
from hotline.keyring.envelope import Compartment
from hotline.keyring.models import Team
from hotline.permissions import Role
from hotline.roster import actions as roster
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from tests import flows
from tests.assignment.lines import state_of
from tests.cast import NOON, Caller, House


def disable(house: House, name: str) -> None:
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person(name).id, now=NOON)


def demote(house: House, name: str) -> None:
    with house.database.write() as db:
        actor, roles = house.actor(db, "administrator"), frozenset({Role.SUPERVISOR})
        people.change_roles(db, actor, house.person(name).id, roles, now=NOON)


def enrol_again(house: House, name: str) -> None:
    with house.database.write() as db:
        account = house.person(name).id
        keys = enrolment.make_keys(db, house.deployment.id, account, now=NOON)
        enrolment.keep_credential(db, house.deployment, keys, vault.new_salt(), bytes(32), generated=True)


@pytest.mark.parametrize("leave", [disable, demote, enrol_again])
def test_coming_back_for_an_answer_nobody_can_give_any_more_puts_the_ticket_in_the_queue(
    house: House, lins: Caller, leave: Callable[[House, str], None]
) -> None:
    leave(house, "lin")

    flows.come_back(house, lins)

    assert state_of(house, lins) == (State.WAITING, None)
    flows.take(house, "mei", lins)
    assert flows.words_of(house, house.person("mei").keys, lins) == ["我最近睡不着。"]


def go_home(house: House, caller: Caller) -> None:
    with house.database.write() as db:
        roster.end_duty(db, house.actor(db, "lin"), now=NOON)
        db.get_one(Ticket, caller.ticket).reply_due_at = NOON - timedelta(days=1)


def answer_and_leave(house: House, caller: Caller) -> None:
    flows.review(house, "lin", caller)
    flows.reply(house, "lin", caller, "谢谢你写下来。")
    disable(house, "lin")


@pytest.mark.parametrize("happens", [go_home, answer_and_leave])
def test_coming_back_leaves_a_ticket_that_is_answered_or_whose_counselor_is_only_away(
    house: House, lins: Caller, happens: Callable[[House, Caller], None]
) -> None:
    happens(house, lins)

    flows.come_back(house, lins)

    assert state_of(house, lins) == (State.TAKEN, house.person("lin").id)


@pytest.mark.parametrize("leave", [disable, demote, enrol_again])
def test_a_message_to_a_counselor_who_cannot_read_it_any_more_reaches_the_team(
    house: House, lins: Caller, leave: Callable[[House, str], None]
) -> None:
    leave(house, "lin")

    flows.write_again(house, lins, "你还在吗？")

    assert state_of(house, lins) == (State.WAITING, None)
    flows.take(house, "mei", lins)
    words = flows.words_of(house, house.person("mei").keys, lins)
    assert words == ["我最近睡不着。", "你还在吗？"]
    with house.database.read() as db:
        lin = house.person("lin").keys
        assert not flows.can_open(house, db, lin, lins.ticket, Compartment.CONVERSATION)


def test_whatever_is_wrong_with_the_teams_key_a_caller_comes_back_and_reads(
    house: House, lins: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    disable(house, "lin")
    with house.database.write() as db:
        db.execute(update(Team).values(signature=b"not signed by anybody"))

    flows.come_back(house, lins)

    assert state_of(house, lins) == (State.TAKEN, house.person("lin").id)
    assert flows.words_of(house, lins.keys, lins) == ["我最近睡不着。"]
    assert "A ticket cannot go back to the queue" in caplog.text
