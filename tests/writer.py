"""What the tests of a database writer share: people's ways of reading, and the swap."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.errors import IntakeClosed, NotFound, NotSignedIn, Tampered
from hotline.notes import actions as notes
from hotline.tickets import actions as tickets
from hotline.tickets.models import Message, Ticket
from tests.cast import NOON, Caller, House

CLOSED_DOORS = (Tampered, NotFound, NotSignedIn, IntakeClosed)


def read_conversation(house: House, name: str, caller: Caller) -> list[str]:
    with house.database.read() as db:
        opened = tickets.read_as_counselor(
            db,
            house.deployment,
            house.journal,
            house.actor(db, name),
            house.person(name).keys,
            db.get_one(Ticket, caller.ticket),
            now=NOON,
        )
        return [said.text for said in opened.said]


def read_notes(house: House, name: str, caller: Caller) -> list[object]:
    with house.database.read() as db:
        opened = notes.read_notes(
            db,
            house.deployment,
            house.journal,
            house.actor(db, name),
            house.person(name).keys,
            db.get_one(Ticket, caller.ticket),
            now=NOON,
        )
        return [note.answers for note in opened]


def messages(db: Session, caller: Caller) -> list[Message]:
    wanted = select(Message).where(Message.ticket_id == caller.ticket).order_by(Message.number)
    return list(db.scalars(wanted))


def swap(one: object, other: object, *names: str) -> None:
    for name in names:
        mine, theirs = getattr(one, name), getattr(other, name)
        setattr(one, name, theirs)
        setattr(other, name, mine)
