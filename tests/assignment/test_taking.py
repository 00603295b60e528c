"""The queue: who is next, who gets it, and that no key moves before a ticket is opened."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.accounts.people import NewPerson
from hotline.assignment import actions as assignment
from hotline.assignment import queries as waiting
from hotline.assignment.actions import NoShareYet, NothingWaits, OffDuty
from hotline.audit.acts import Act
from hotline.audit.models import AuditLine
from hotline.base.errors import NotFound, Refused, TakenBy
from hotline.base.i18n import Language
from hotline.intake.screening import Topic
from hotline.keyring.holder import HolderKind
from hotline.permissions import Role
from hotline.roster import actions as roster
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from hotline.tickets.queries import own_ticket
from tests import flows
from tests.assignment.lines import holders, queue, send_mixed, state_of
from tests.cast import NOON, House, admit, invite_and_enrol


def test_the_most_urgent_oldest_is_first(house: House) -> None:
    expected = send_mixed(house)

    assert queue(house) == expected


@pytest.mark.parametrize("size", [1, 3, 10])
def test_pages_follow_each_other_without_gap_or_repeat(house: House, size: int) -> None:
    expected = send_mixed(house)
    seen: list[str] = []
    while page := queue(house, after=seen[-1] if seen else None, limit=size):
        assert len(page) <= size
        seen += page

    assert seen == expected


def test_take_next_hands_out_the_queue_in_order(house: House) -> None:
    expected = send_mixed(house)
    house.go_on_duty("lin", "mei")
    taken = []
    for number in range(10):
        name = ("lin", "mei")[number % 2]
        with house.database.write() as db:
            actor, keys = house.actor(db, name), house.person(name).keys
            ticket = assignment.take_next(db, house.deployment, actor, keys, now=NOON)
            taken.append(ticket.reference)

    assert taken == expected
    assert queue(house) == []
    with house.database.write() as db, pytest.raises(NothingWaits):
        assignment.take_next(db, house.deployment, house.actor(db, "lin"), house.person("lin").keys, now=NOON)


def test_a_line_of_the_queue_tells_nothing_of_what_it_is_about(house: House) -> None:
    house.send("家里出事了。", topics=(Topic.FAMILY,))
    with house.database.read() as db:
        (line,) = waiting.queue(db, house.actor(db, "lin"))

    assert set(vars(line)) == {
        "id",
        "reference",
        "level",
        "waiting_since",
        "reply_due_at",
        "language",
        "state",
        "assignee",
    }


@pytest.mark.parametrize("name", ["supervisor", "administrator", "custodian"])
def test_only_counselors_see_the_queue_or_take_from_it(house: House, name: str) -> None:
    caller = house.send()
    with house.database.write() as db:
        actor, keys = house.actor(db, name), house.person(name).keys
        with pytest.raises(Refused):
            waiting.queue(db, actor)
        with pytest.raises(NotFound):
            assignment.take(db, house.deployment, actor, keys, caller.reference, now=NOON)
        with pytest.raises(NotFound):
            assignment.take_next(db, house.deployment, actor, keys, now=NOON)
    assert state_of(house, caller) == (State.WAITING, None)


def test_off_duty_nobody_takes(house: House) -> None:
    caller = house.send()
    with house.database.write() as db:
        actor, keys = house.actor(db, "lin"), house.person("lin").keys
        with pytest.raises(OffDuty):
            assignment.take_next(db, house.deployment, actor, keys, now=NOON)
        with pytest.raises(OffDuty):
            assignment.take(db, house.deployment, actor, keys, caller.reference, now=NOON)
        roster.start_duty(db, actor, now=NOON)
        with pytest.raises(OffDuty):
            assignment.take_next(db, house.deployment, actor, keys, now=NOON + timedelta(hours=12))
        roster.end_duty(db, actor, now=NOON)
        with pytest.raises(OffDuty):
            assignment.take_next(db, house.deployment, actor, keys, now=NOON)
    assert state_of(house, caller) == (State.WAITING, None)


def test_taking_moves_the_key_from_the_team_to_the_counselor(house: House) -> None:
    caller = house.send()
    assert holders(house, caller) == {HolderKind.CALLER, HolderKind.TEAM, HolderKind.ESCROW}

    flows.take(house, "lin", caller)

    assert holders(house, caller) == {HolderKind.CALLER, HolderKind.STAFF, HolderKind.ESCROW}
    with house.database.read() as db:
        lines = db.scalars(select(AuditLine).where(AuditLine.subject_id == caller.ticket)).all()
        assert [(line.act, line.actor_id) for line in lines] == [(Act.TAKEN, house.person("lin").id)]
        assert own_ticket(db, house.actor(db, "lin"), caller.reference).taken_at == NOON
        with pytest.raises(NotFound):
            own_ticket(db, house.actor(db, "mei"), caller.reference)


def test_taking_ones_own_ticket_again_changes_nothing(house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    flows.take(house, "lin", caller, now=NOON + timedelta(minutes=5))

    with house.database.read() as db:
        assert db.get_one(Ticket, caller.ticket).taken_at == NOON


def test_of_many_who_take_at_the_same_moment_one_wins_and_the_others_hear_who(
    house: House,
) -> None:
    caller = house.send()
    house.go_on_duty("lin", "mei")
    together = threading.Barrier(8)

    def take(number: int) -> str:
        name = ("lin", "mei")[number % 2]
        together.wait()
        try:
            with house.database.write() as db:
                actor, keys = house.actor(db, name), house.person(name).keys
                assignment.take(db, house.deployment, actor, keys, caller.reference, now=NOON)
        except TakenBy as taken:
            return str(taken.values["alias"])
        return f"{name} has it"

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(take, range(8)))

    (_, winner) = state_of(house, caller)
    name = next(person for person in ("lin", "mei") if house.person(person).id == winner)
    assert answers.count(f"{name} has it") == 4  # their own later tries find it already theirs
    assert answers.count(house.person(name).alias) == 4
    assert holders(house, caller) == {HolderKind.CALLER, HolderKind.STAFF, HolderKind.ESCROW}


def test_take_next_at_the_same_moment_gives_everybody_another_one(house: House) -> None:
    for _ in range(6):
        house.send()
    house.go_on_duty("lin", "mei")
    together = threading.Barrier(6)

    def take(number: int) -> str:
        name = ("lin", "mei")[number % 2]
        together.wait()
        with house.database.write() as db:
            actor, keys = house.actor(db, name), house.person(name).keys
            return assignment.take_next(db, house.deployment, actor, keys, now=NOON).reference

    with ThreadPoolExecutor(6) as threads:
        taken = list(threads.map(take, range(6)))

    assert len(set(taken)) == 6


def test_a_closed_ticket_is_not_there_for_a_colleague(house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    flows.close(house, "lin", caller)

    with pytest.raises(NotFound):
        flows.take(house, "mei", caller)


def test_a_reference_that_leads_nowhere_is_not_found(house: House) -> None:
    house.go_on_duty("lin")
    with house.database.write() as db, pytest.raises(NotFound):
        assignment.take(
            db,
            house.deployment,
            house.actor(db, "lin"),
            house.person("lin").keys,
            "0000000000",
            now=NOON,
        )


def test_a_counselor_without_the_teams_key_yet_is_told_and_the_ticket_waits_on(house: House) -> None:
    caller = house.send()
    newcomer = NewPerson("newcomer", "新竹", Language.CHINESE, frozenset({Role.COUNSELOR}))
    person = invite_and_enrol(house.database, house.folder, house.person("administrator"), newcomer)
    admit(house.database, house.folder, house.person("custodian"), person)
    house.cast["newcomer"] = person
    house.go_on_duty("newcomer")

    def take() -> None:
        with house.database.write() as db:
            actor = house.actor(db, "newcomer")
            assignment.take(db, house.deployment, actor, person.keys, caller.reference, now=NOON)

    try:
        with pytest.raises(NoShareYet):
            take()
        flows.keep_team(house, "lin")
        take()
    finally:
        del house.cast["newcomer"]
