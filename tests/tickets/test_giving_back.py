"""A counselor gives a ticket back: it waits as it did, for everybody else, and they read it no more."""

from datetime import timedelta

import pytest

from hotline.assignment import actions as assignment
from hotline.assignment.actions import ATTEMPTS, OthersFirst
from hotline.base.errors import NotFound, Refused
from hotline.intake.screening import Safety
from hotline.keyring.envelope import Compartment
from hotline.tickets import levelling
from hotline.tickets import queries as tickets
from hotline.tickets.levelling import Reason
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from hotline.tickets.returning import NothingToGive
from tests import flows
from tests.assignment.lines import queue, state_of
from tests.cast import HOURS, NOON, Caller, House

LATER = NOON + timedelta(hours=2)


def ticket_of(house: House, caller: Caller) -> Ticket:
    with house.database.read() as db:
        return db.get_one(Ticket, caller.ticket)


def take_next(house: House, name: str) -> str:
    with house.database.write() as db:
        actor, keys = house.actor(db, name), house.person(name).keys
        return assignment.take_next(db, house.deployment, actor, keys, now=NOON).reference


def test_it_waits_again_in_its_place_and_with_its_time(house: House) -> None:
    first, second = house.send(now=NOON - timedelta(hours=1)), house.send()
    due = ticket_of(house, first).reply_due_at
    flows.take(house, "lin", first)
    flows.review(house, "lin", first)

    flows.give_back(house, "lin", first, now=LATER)

    assert queue(house) == [first.reference, second.reference]
    given = ticket_of(house, first)
    assert (given.state, given.assignee_id, given.reply_due_at) == (State.WAITING, None, due)
    assert given.reviewed_at is None


def test_what_waits_is_the_callers_first_word_after_the_last_reply(house: House, lins: Caller) -> None:
    flows.review(house, "lin", lins)
    flows.reply(house, "lin", lins, "谢谢你写下来。", now=NOON + timedelta(minutes=5))
    for minutes in (10, 20):
        flows.write_again(house, lins, f"还有{minutes}", now=NOON + timedelta(minutes=minutes))

    flows.give_back(house, "lin", lins, now=LATER)

    assert ticket_of(house, lins).waiting_since == NOON + timedelta(minutes=10)


def test_an_answered_one_stays_where_it_is(house: House, lins: Caller) -> None:
    flows.review(house, "lin", lins)
    flows.reply(house, "lin", lins, "谢谢你写下来。")

    with pytest.raises(NothingToGive):
        flows.give_back(house, "lin", lins, now=LATER)

    assert state_of(house, lins) == (State.TAKEN, house.person("lin").id)


def test_whoever_takes_it_reads_all_of_it_and_whoever_gave_it_nothing(house: House, lins: Caller) -> None:
    flows.note(house, "lin", lins, "笔记")
    flows.give_back(house, "lin", lins)

    flows.take(house, "mei", lins)

    assert flows.words_of(house, house.person("mei").keys, lins) == ["我最近睡不着。"]
    lin, mei = house.person("lin").keys, house.person("mei").keys
    with house.database.read() as db:
        assert not flows.can_open(house, db, lins.keys, lins.ticket, Compartment.NOTES)
        assert not flows.can_open(house, db, lin, lins.ticket, Compartment.CONVERSATION)
        assert not flows.can_open(house, db, mei, lins.ticket, Compartment.NOTES)
        with pytest.raises(NotFound):
            tickets.own_ticket(db, house.actor(db, "lin"), lins.reference)


def test_while_others_are_on_duty_what_a_counselor_gave_back_is_left_to_them(house: House) -> None:
    first = NOON - timedelta(hours=1)
    given = [
        house.send(safety=Safety.DANGER, now=first + timedelta(minutes=number))
        for number in range(ATTEMPTS + 1)
    ]
    other = house.send()
    for caller in given:
        flows.take(house, "lin", caller)
        flows.give_back(house, "lin", caller)
    house.go_on_duty("mei")

    assert take_next(house, "lin") == other.reference
    with pytest.raises(OthersFirst):
        take_next(house, "lin")
    assert sorted(queue(house)) == sorted(caller.reference for caller in given)
    flows.take(house, "lin", given[0])
    flows.give_back(house, "lin", given[0])
    assert take_next(house, "mei") == given[0].reference


def test_to_the_only_one_on_duty_it_is_offered_again(house: House) -> None:
    urgent, _other = house.send(safety=Safety.DANGER), house.send()
    flows.take(house, "lin", urgent)
    flows.give_back(house, "lin", urgent)

    assert take_next(house, "lin") == urgent.reference


def test_once_somebody_has_answered_it_is_a_ticket_like_any_other(house: House, lins: Caller) -> None:
    flows.give_back(house, "lin", lins)
    flows.take(house, "mei", lins)
    flows.review(house, "mei", lins)
    flows.reply(house, "mei", lins, "谢谢你写下来。")
    flows.close(house, "mei", lins)
    flows.write_again(house, lins, "我又来了。")

    assert take_next(house, "lin") == lins.reference


def test_a_wish_to_lower_its_level_goes_with_the_counselor(house: House) -> None:
    caller = house.send(safety=Safety.DANGER)
    flows.take(house, "lin", caller)
    with house.database.write() as db:
        ticket = db.get_one(Ticket, caller.ticket)
        levelling.set_level(db, house.actor(db, "lin"), ticket, Level.P3, Reason.SAFE_NOW, HOURS, now=NOON)
    flows.give_back(house, "lin", caller)

    with house.database.read() as db:
        assert tickets.proposals(db) == []


def test_nobody_gives_back_what_is_not_theirs_or_has_ended(house: House, lins: Caller) -> None:
    with pytest.raises(Refused):
        flows.give_back(house, "mei", lins)
    flows.review(house, "lin", lins)
    flows.close(house, "lin", lins)
    with pytest.raises(Refused):
        flows.give_back(house, "lin", lins)

    assert state_of(house, lins) == (State.CLOSED, house.person("lin").id)
