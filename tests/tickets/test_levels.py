"""Levels: raising takes one person, lowering P1 takes two; by when an answer is due."""

from datetime import datetime, timedelta

import pytest

from hotline.base.errors import Invalid, NotFound, Refused
from hotline.intake.screening import Safety
from hotline.roster.hours import OpeningHours
from hotline.tickets import levelling
from hotline.tickets.levelling import REASON_WORDS, NothingToDecide, Reason
from hotline.tickets.levels import WORDS, Level, reply_due
from hotline.tickets.models import LevelProposal, Ticket
from hotline.tickets.queries import pending
from tests import flows
from tests.cast import NOON, ZONE, Caller, House

OFFICE = OpeningHours(ZONE, (((8 * 60, 22 * 60),),) * 7)
NEVER = OpeningHours(ZONE, ((),) * 7)
LATE_EVENING = NOON + timedelta(hours=9, minutes=50)  # 21:50 in Shanghai


@pytest.mark.parametrize(
    ("level", "since", "due"),
    [
        (Level.P1, NOON, timedelta(minutes=15)),
        (Level.P1, LATE_EVENING, timedelta(hours=10, minutes=15)),
        (Level.P2, NOON, timedelta(hours=4)),
        (Level.P2, LATE_EVENING, timedelta(hours=14)),
        (Level.P3, NOON, timedelta(hours=24)),
        (Level.P3, LATE_EVENING, timedelta(hours=24)),
        (Level.P4, NOON, timedelta(hours=72)),
    ],
)
def test_urgent_answers_are_counted_in_staffed_time_and_others_by_the_clock(
    level: Level, since: datetime, due: timedelta
) -> None:
    assert reply_due(level, since, OFFICE) == since + due


def test_where_nobody_is_ever_there_the_promise_is_late_and_not_absent() -> None:
    assert reply_due(Level.P1, NOON, NEVER) == NOON + timedelta(minutes=15)
    assert reply_due(Level.P2, NOON, NEVER) == NOON + timedelta(hours=4)


def test_p1_comes_first_and_nothing_before_itself() -> None:
    ordered = list(Level)
    for at, level in enumerate(ordered):
        assert not level.is_more_urgent_than(level)
        for later in ordered[at + 1 :]:
            assert level.is_more_urgent_than(later)
            assert not later.is_more_urgent_than(level)
    assert set(WORDS) == set(Level)
    assert set(REASON_WORDS) == set(Reason)


def taken(house: House, safety: Safety) -> Caller:
    caller = house.send(safety=safety)
    flows.take(house, "lin", caller)
    return caller


def set_level(
    house: House, caller: Caller, level: Level, name: str = "lin", reason: Reason = Reason.OTHER
) -> bool:
    with house.database.write() as db:
        ticket = db.get_one(Ticket, caller.ticket)
        return levelling.set_level(db, house.actor(db, name), ticket, level, reason, house.hours, now=NOON)


def decide(house: House, caller: Caller, name: str = "supervisor", *, agree: bool) -> None:
    with house.database.write() as db:
        ticket = db.get_one(Ticket, caller.ticket)
        levelling.decide(db, house.actor(db, name), ticket, agree=agree, hours=house.hours, now=NOON)


def level_of(house: House, caller: Caller) -> tuple[Level, bool]:
    """The level, and whether somebody's wish to lower it waits."""
    with house.database.read() as db:
        waits = pending(db, caller.ticket) is not None
        return db.get_one(Ticket, caller.ticket).urgency, waits


def test_raising_takes_one_person_and_makes_the_answer_due_sooner(house: House) -> None:
    caller = taken(house, Safety.SAFE)

    assert set_level(house, caller, Level.P1, reason=Reason.MORE_URGENT)

    assert level_of(house, caller) == (Level.P1, False)
    with house.database.read() as db:
        assert db.get_one(Ticket, caller.ticket).reply_due_at == NOON + timedelta(minutes=15)


def test_lowering_what_is_not_p1_takes_one_person_and_breaks_no_promise(house: House) -> None:
    caller = taken(house, Safety.THOUGHTS)

    assert set_level(house, caller, Level.P4)

    assert level_of(house, caller) == (Level.P4, False)
    with house.database.read() as db:
        assert db.get_one(Ticket, caller.ticket).reply_due_at == NOON + timedelta(hours=4)


def test_lowering_p1_waits_for_a_second_person(house: House) -> None:
    caller = taken(house, Safety.DANGER)

    assert not set_level(house, caller, Level.P3, reason=Reason.SAFE_NOW)
    assert level_of(house, caller) == (Level.P1, True)

    decide(house, caller, agree=True)
    assert level_of(house, caller) == (Level.P3, False)


def test_the_second_person_can_keep_it(house: House) -> None:
    caller = taken(house, Safety.DANGER)
    set_level(house, caller, Level.P3)

    decide(house, caller, agree=False)

    assert level_of(house, caller) == (Level.P1, False)
    with pytest.raises(NothingToDecide):
        decide(house, caller, agree=True)


def test_where_nobody_asked_there_is_nothing_to_find(house: House) -> None:
    caller = taken(house, Safety.DANGER)

    with pytest.raises(NotFound):
        decide(house, caller, agree=True)


@pytest.mark.parametrize("name", ["lin", "mei", "administrator", "custodian"])
def test_only_a_supervisor_is_a_second_person(house: House, name: str) -> None:
    caller = taken(house, Safety.DANGER)
    set_level(house, caller, Level.P3)

    with pytest.raises(Refused):
        decide(house, caller, name, agree=True)
    assert level_of(house, caller) == (Level.P1, True)


def test_nobody_agrees_with_themselves(house: House) -> None:
    caller = taken(house, Safety.DANGER)
    set_level(house, caller, Level.P3)
    with house.database.write() as db:
        db.get_one(LevelProposal, caller.ticket).proposed_by = house.person("supervisor").id

    with pytest.raises(Refused):
        decide(house, caller, agree=True)


@pytest.mark.parametrize("name", ["mei", "supervisor", "administrator"])
def test_nobody_elses_ticket_changes_its_level(house: House, name: str) -> None:
    caller = taken(house, Safety.SAFE)

    with pytest.raises(Refused):
        set_level(house, caller, Level.P1, name)


def test_more_urgent_is_no_reason_to_lower(house: House) -> None:
    caller = taken(house, Safety.DANGER)

    with pytest.raises(Invalid) as told:
        set_level(house, caller, Level.P2, reason=Reason.MORE_URGENT)

    assert set(told.value.problems) == {"reason"}
    assert level_of(house, caller) == (Level.P1, False)


def test_a_wish_to_lower_does_not_outlive_new_danger(house: House) -> None:
    caller = taken(house, Safety.DANGER)
    set_level(house, caller, Level.P3)

    flows.write_again(house, caller, "又不好了。", level=Level.P1)

    assert level_of(house, caller) == (Level.P1, False)


@pytest.mark.parametrize("level", [None, Level.P2, Level.P4])
def test_a_caller_never_makes_their_own_ticket_less_urgent(house: House, level: Level | None) -> None:
    caller = taken(house, Safety.DANGER)

    flows.write_again(house, caller, "还有一句。", level=level)

    assert level_of(house, caller)[0] is Level.P1


def test_a_caller_in_danger_makes_it_more_urgent(house: House) -> None:
    caller = taken(house, Safety.SAFE)
    flows.review(house, "lin", caller)
    flows.reply(house, "lin", caller, "你好。")

    flows.write_again(house, caller, "现在不好了。", level=Level.P1)

    assert level_of(house, caller)[0] is Level.P1
    with house.database.read() as db:
        assert db.get_one(Ticket, caller.ticket).reply_due_at == NOON + timedelta(minutes=15)
