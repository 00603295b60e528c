"""How a ticket ends and comes back: a caller's words always reach somebody who can read them."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from hotline.accounts import people
from hotline.base.errors import Conflict, Invalid, NotFound, Refused
from hotline.roster import actions as roster
from hotline.tickets import drafts, ending
from hotline.tickets import queries as tickets
from hotline.tickets.actions import MESSAGE_LIMIT, ReviewFirst, check_text
from hotline.tickets.drafts import Purpose
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import (
    NEXT,
    OPEN,
    OUTCOME_WORDS,
    SEEN_WORDS,
    STATE_WORDS,
    Outcome,
    Seen,
    State,
    may_become,
    seen_by_caller,
)
from hotline.tickets.models import LevelProposal, Ticket
from tests import flows
from tests.cast import NOON, ZONE, Caller, House

DUE = NOON + timedelta(hours=1)
OVERDUE = NOON + timedelta(days=5)


@pytest.mark.parametrize(
    ("state", "reply_due", "has_reply", "now", "seen"),
    [
        (State.WAITING, DUE, False, NOON, Seen.ARRIVED),
        (State.ASSIGNED, DUE, False, NOON, Seen.ARRIVED),
        (State.TAKEN, DUE, False, NOON, Seen.READ),
        (State.TAKEN, DUE, False, DUE, Seen.READ),
        (State.TAKEN, DUE, False, DUE + timedelta(seconds=1), Seen.LATE),
        (State.WAITING, DUE, False, DUE + timedelta(seconds=1), Seen.LATE),
        (State.TAKEN, None, True, NOON, Seen.REPLY),
        (State.TAKEN, DUE, True, NOON, Seen.ARRIVED),
        (State.WAITING, DUE, True, NOON, Seen.ARRIVED),
        (State.TAKEN, DUE, True, DUE + timedelta(days=1), Seen.LATE),
        (State.CLOSED, None, True, NOON, Seen.FINISHED),
        (State.CLOSED, DUE, False, DUE + timedelta(days=1), Seen.FINISHED),
    ],
)
def test_a_caller_sees_one_of_five_states(
    state: State, reply_due: datetime | None, *, has_reply: bool, now: datetime, seen: Seen
) -> None:
    is_taken = state is State.TAKEN
    look = partial(
        seen_by_caller, state, reply_due=reply_due, has_reply=has_reply, was_opened=is_taken, now=now
    )

    assert look(is_finished=False) is seen
    assert look(is_finished=True) is Seen.FINISHED


@pytest.mark.parametrize(
    ("has_reply", "now", "seen"),
    [
        (False, NOON, Seen.READ),
        (True, NOON, Seen.ARRIVED),
        (False, DUE + timedelta(seconds=1), Seen.LATE),
    ],
)
def test_what_was_opened_once_stays_read_in_the_queue(*, has_reply: bool, now: datetime, seen: Seen) -> None:
    look = partial(seen_by_caller, is_finished=False, reply_due=DUE, has_reply=has_reply, was_opened=True)

    assert look(State.WAITING, now=now) is look(State.ASSIGNED, now=now) is seen


def test_what_came_after_it_was_taken_nobody_is_said_to_have_read() -> None:
    look = partial(seen_by_caller, is_finished=False, reply_due=DUE, has_reply=False, now=NOON)

    assert look(State.TAKEN, was_opened=False) is Seen.ARRIVED


def test_every_state_has_its_words_and_its_followers() -> None:
    assert set(NEXT) == set(STATE_WORDS) == set(State)
    assert set(SEEN_WORDS) == set(Seen)
    assert set(OUTCOME_WORDS) == set(Outcome)


def test_from_deleted_nothing_follows_and_to_deleted_everything_leads() -> None:
    for state in State:
        assert not may_become(State.DELETED, state)
        assert may_become(state, State.DELETED) == (state is not State.DELETED)
    assert OPEN.isdisjoint({State.CLOSED, State.DELETED})


@pytest.mark.parametrize("words", ["", " \n\u3000", "长" * (MESSAGE_LIMIT + 1)])
def test_nothing_or_too_much_is_no_message(words: str) -> None:
    with pytest.raises(Invalid):
        check_text(words)
    check_text("长" * MESSAGE_LIMIT)


def state_of(house: House, caller: Caller) -> Ticket:
    with house.database.read() as db:
        return db.get_one(Ticket, caller.ticket)


def test_safety_is_looked_at_before_the_first_reply_and_before_closing(house: House, lins: Caller) -> None:
    with pytest.raises(ReviewFirst):
        flows.reply(house, "lin", lins, "你好。")
    with pytest.raises(ReviewFirst):
        flows.close(house, "lin", lins)

    flows.review(house, "lin", lins)

    flows.reply(house, "lin", lins, "你好。")
    flows.close(house, "lin", lins)


def test_after_a_reply_nothing_waits_until_the_caller_writes_again(house: House, lins: Caller) -> None:
    flows.review(house, "lin", lins)
    assert state_of(house, lins).reply_due_at is not None

    flows.reply(house, "lin", lins, "你好。", now=DUE)
    assert state_of(house, lins).reply_due_at is None
    assert state_of(house, lins).first_reply_at == DUE

    flows.write_again(house, lins, "谢谢。", now=DUE)
    assert state_of(house, lins).reply_due_at == DUE + timedelta(hours=24)


@pytest.mark.parametrize("name", ["mei", "supervisor", "administrator", "custodian"])
def test_nobody_else_replies_or_closes(house: House, lins: Caller, name: str) -> None:
    flows.review(house, "lin", lins)

    with pytest.raises(Refused):
        flows.reply(house, name, lins, "你好。")
    with pytest.raises(Refused):
        flows.close(house, name, lins)


def test_closing_it_twice_with_the_same_outcome_is_closing_it_once(house: House, lins: Caller) -> None:
    flows.review(house, "lin", lins)
    for moment in (NOON, DUE):
        flows.close(house, "lin", lins, now=moment)

    assert state_of(house, lins).closed_at == NOON


def test_a_closed_ticket_is_readable_and_takes_no_reply(house: House, lins: Caller) -> None:
    flows.review(house, "lin", lins)
    flows.close(house, "lin", lins)

    assert flows.words_of(house, house.person("lin").keys, lins) == ["我最近睡不着。"]
    with pytest.raises(Refused):
        flows.reply(house, "lin", lins, "还有。")
    with house.database.write() as db:
        ticket, actor = db.get_one(Ticket, lins.ticket), house.actor(db, "lin")
        with pytest.raises(Refused):
            ending.close(db, actor, ticket, Outcome.SAFETY_PLAN, tz=ZONE, now=NOON)


def test_finishing_is_the_callers_own_and_doing_it_twice_changes_nothing(house: House, lins: Caller) -> None:
    for moment in (NOON, DUE):
        with house.database.write() as db:
            ending.finish_as_caller(db, lins.keys, tz=ZONE, now=moment)

    ticket = state_of(house, lins)
    assert (ticket.state, ticket.outcome, ticket.closed_at) == (
        State.CLOSED,
        Outcome.STOPPED_BY_CALLER,
        NOON,
    )


def test_what_was_assigned_and_finished_unopened_is_nobodys(house: House) -> None:
    caller = house.send()
    flows.assign(house, caller, "lin")
    with house.database.write() as db:
        ending.finish_as_caller(db, caller.keys, tz=ZONE, now=NOON)

    assert state_of(house, caller).assignee_id is None
    with house.database.read() as db, pytest.raises(NotFound):
        tickets.own_ticket(db, house.actor(db, "lin"), caller.reference)
    flows.write_again(house, caller, "我又来了。")
    flows.take(house, "mei", caller)


def test_a_counselor_who_is_there_keeps_the_ticket_even_when_late(house: House, lins: Caller) -> None:
    house.go_on_duty("lin", now=OVERDUE)

    flows.write_again(house, lins, "你还在吗？", now=OVERDUE)

    assert state_of(house, lins).state == State.TAKEN


def test_a_counselor_away_beyond_the_promise_loses_it_and_before_does_not(house: House, lins: Caller) -> None:
    with house.database.write() as db:
        roster.end_duty(db, house.actor(db, "lin"), now=NOON)
    flows.write_again(house, lins, "还有一句。", now=DUE)
    assert state_of(house, lins).state == State.TAKEN

    flows.write_again(house, lins, "你还在吗？", now=OVERDUE)

    assert state_of(house, lins).state == State.WAITING


def remind(house: House, caller: Caller, now: datetime) -> None:
    with house.database.write() as db:
        ending.remind(db, house.deployment, caller.keys, now=now)


def test_a_reminder_takes_a_late_ticket_to_the_top_and_an_early_one_nowhere(house: House) -> None:
    caller = house.send()
    with pytest.raises(Conflict):
        remind(house, caller, NOON)

    remind(house, caller, OVERDUE)
    assert state_of(house, caller).waiting_since == NOON

    flows.take(house, "lin", caller, now=OVERDUE)
    remind(house, caller, OVERDUE)
    assert state_of(house, caller).state == State.TAKEN

    remind(house, caller, OVERDUE + timedelta(days=1))
    assert state_of(house, caller).state == State.WAITING


def test_coming_back_withdraws_a_wish_to_lower_and_asks_for_a_new_review(house: House, lins: Caller) -> None:
    flows.review(house, "lin", lins)
    with house.database.write() as db:
        db.add(
            LevelProposal(
                ticket_id=lins.ticket,
                level=Level.P3,
                reason="other",
                proposed_by=house.person("lin").id,
                proposed_at=NOON,
            )
        )
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person("lin").id, now=NOON)

    flows.write_again(house, lins, "你还在吗？")

    ticket = state_of(house, lins)
    assert (ticket.reviewed_at, ticket.closed_at, ticket.outcome) == (None, None, None)
    with house.database.read() as db:
        assert db.scalars(select(LevelProposal)).all() == []


def keep(house: House, caller: Caller, text: str) -> None:
    with house.database.write() as db:
        lin, ticket = house.person("lin").keys, db.get_one(Ticket, caller.ticket)
        actor = house.actor(db, "lin")
        drafts.keep_reply(db, house.deployment, actor, lin, ticket, text, now=NOON)


def find(house: House, caller: Caller, name: str = "lin") -> str:
    with house.database.read() as db:
        keys, ticket = house.person(name).keys, db.get_one(Ticket, caller.ticket)
        return drafts.find_reply(db, house.deployment, house.actor(db, name), keys, ticket)


def test_a_half_written_reply_is_kept_replaced_and_forgotten(house: House, lins: Caller) -> None:
    keep(house, lins, "写到一半")
    keep(house, lins, "写到一大半")
    assert find(house, lins) == "写到一大半"

    keep(house, lins, " \n")
    assert find(house, lins) == ""

    keep(house, lins, "又写")
    with house.database.write() as db:
        drafts.forget(db, house.person("mei").id, lins.ticket, Purpose.REPLY)
    assert find(house, lins) == "又写"
    with house.database.write() as db:
        drafts.forget(db, house.person("lin").id, lins.ticket, Purpose.REPLY)
    assert find(house, lins) == ""


def test_a_half_written_reply_is_its_writers_alone(house: House, lins: Caller) -> None:
    keep(house, lins, "写到一半")

    assert find(house, lins, "mei") == ""
