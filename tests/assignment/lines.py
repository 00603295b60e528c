"""The queue as counselors see it."""

from datetime import timedelta

from hotline.assignment import queries as waiting
from hotline.intake.screening import Safety, Topic
from hotline.keyring import queries as keyring
from hotline.keyring.envelope import Compartment
from hotline.tickets.levels import Level
from hotline.tickets.models import Ticket
from tests.cast import NOON, Caller, House


def queue(house: House, *, after: str | None = None, limit: int = 50) -> list[str]:
    with house.database.read() as db:
        found = waiting.queue(db, house.actor(db, "lin"), after=after, limit=limit)
        return [line.reference for line in found]


def send_mixed(house: House) -> list[str]:
    """Ten requests of every level; returns their references in the order they should be taken."""
    safeties = [Safety.SAFE, Safety.DANGER, Safety.THOUGHTS, Safety.SKIP, Safety.HARMED]
    sent: list[tuple[str, int, str]] = []
    for number in range(10):
        safety = safeties[number % 5]
        topics = (Topic.INFO,) if number % 5 == 3 else ()
        caller = house.send(safety=safety, topics=topics, now=NOON + timedelta(minutes=number))
        with house.database.read() as db:
            level = db.get_one(Ticket, caller.ticket).level
        sent.append((level, number, caller.reference))
    assert {level for level, _, _ in sent} == set(Level)
    return [reference for _, _, reference in sorted(sent)]


def state_of(house: House, caller: Caller) -> tuple[str, object]:
    with house.database.read() as db:
        ticket = db.get_one(Ticket, caller.ticket)
        return ticket.state, ticket.assignee_id


def holders(house: House, caller: Caller) -> set[str]:
    with house.database.read() as db:
        found = keyring.holder_kinds(db, caller.ticket, Compartment.CONVERSATION)
        return {kind for kind, _ in found}
