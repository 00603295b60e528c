"""A caller finishes: what they wrote in danger is still read by somebody, and only a person ends it."""

from datetime import datetime, timedelta

import pytest

from hotline.base.errors import Conflict
from hotline.intake.screening import Safety
from hotline.tickets import ending
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import Outcome, State, waits_for_a_look
from hotline.tickets.models import Ticket
from tests import flows
from tests.cast import NOON, ZONE, Caller, House

DUE = NOON + timedelta(hours=1)
OVERDUE = NOON + timedelta(days=5)


def state_of(house: House, caller: Caller) -> Ticket:
    with house.database.read() as db:
        return db.get_one(Ticket, caller.ticket)


def finish(house: House, caller: Caller, *, now: datetime = NOON) -> None:
    with house.database.write() as db:
        ending.finish_as_caller(db, caller.keys, tz=ZONE, now=now)


@pytest.mark.parametrize(
    ("level", "reply_due", "waits"),
    [
        (Level.P1, DUE, True),
        (Level.P1, None, False),
        (Level.P2, DUE, True),
        (Level.P3, DUE, False),
        (Level.P4, None, False),
    ],
)
def test_only_what_is_urgent_and_unanswered_waits_for_a_look(
    level: Level, reply_due: datetime | None, *, waits: bool
) -> None:
    assert waits_for_a_look(level, reply_due) is waits


def test_danger_stays_in_the_queue_when_its_caller_finishes_until_somebody_has_looked(house: House) -> None:
    caller = house.send("我撑不住了。", safety=Safety.DANGER)
    finish(house, caller)
    finish(house, caller, now=DUE)

    ticket = state_of(house, caller)
    assert (ticket.state, ticket.finished_at, ticket.closed_at) == (State.WAITING, NOON, None)
    assert ticket.reply_due_at is not None
    with pytest.raises(Conflict), house.database.write() as db:
        ending.remind(db, house.deployment, caller.keys, now=OVERDUE)

    flows.take(house, "lin", caller)
    assert flows.words_of(house, house.person("lin").keys, caller) == ["我撑不住了。"]
    flows.review(house, "lin", caller)
    flows.close(house, "lin", caller)
    ticket = state_of(house, caller)
    assert (ticket.state, ticket.outcome, ticket.finished_at) == (State.CLOSED, Outcome.LISTENED, NOON)


@pytest.mark.parametrize("hand", ["assign", "take"])
def test_danger_stays_with_whoever_has_the_ticket_and_has_not_answered(house: House, hand: str) -> None:
    caller = house.send(safety=Safety.DANGER)
    if hand == "assign":
        flows.assign(house, caller, "lin")
    else:
        flows.take(house, "lin", caller)

    finish(house, caller)

    ticket = state_of(house, caller)
    assert ticket.is_open
    assert ticket.assignee_id == house.person("lin").id


def test_answered_danger_ends_when_its_caller_finishes(house: House) -> None:
    caller = house.send(safety=Safety.DANGER)
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    flows.reply(house, "lin", caller, "谢谢你告诉我们。")

    finish(house, caller)

    assert state_of(house, caller).outcome == Outcome.STOPPED_BY_CALLER


def test_after_finishing_a_word_from_either_side_opens_the_conversation_again(house: House) -> None:
    caller = house.send(safety=Safety.DANGER)
    finish(house, caller)
    flows.write_again(house, caller, "我又来了。")
    assert state_of(house, caller).finished_at is None

    finish(house, caller)
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    flows.reply(house, "lin", caller, "我们读到了。")
    assert state_of(house, caller).finished_at is None
