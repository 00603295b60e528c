"""Somebody who can write to the database, and has no key, reads nothing and moves no text.

What such a writer can do, honestly: delete anything, deny the service, roll rows back to an earlier
state (also an admission, and so a role, that was taken away), reorder notes, change readable columns (state,
level, times, who a waiting ticket is assigned to, who is an administrator), forge new requests, and
forge a late post or a draft-less session that opens nothing. The founding file is not theirs.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.errors import Tampered
from hotline.notes.models import Note
from hotline.tickets import actions as tickets
from hotline.tickets.models import Message, Ticket
from tests.cast import Caller, House
from tests.writer import CLOSED_DOORS, messages, read_conversation, read_notes, swap

NOISE = b"\x01\x01\xff"


def _bodies_of_two_tickets(one: list[Message], other: list[Message]) -> None:
    swap(one[0], other[0], "body")


def _bodies_within_a_ticket(one: list[Message], other: list[Message]) -> None:
    del other
    swap(one[0], one[1], "body")


def _sides(one: list[Message], other: list[Message]) -> None:
    del other
    swap(one[0], one[1], "author_kind")


def _sides_and_authors(one: list[Message], other: list[Message]) -> None:
    del other
    swap(one[0], one[1], "author_kind", "author_id")


def _author_to_a_colleague(one: list[Message], other: list[Message]) -> None:
    one[1].author_id = other[1].author_id


def _author_to_nobody(one: list[Message], other: list[Message]) -> None:
    del other
    one[1].author_id = None


def _whole_message_to_another_ticket(one: list[Message], other: list[Message]) -> None:
    other[0].number = 3
    other[0].ticket_id = one[0].ticket_id


def _another_place(one: list[Message], other: list[Message]) -> None:
    del other
    one[0].number = 7


@pytest.mark.parametrize(
    "change",
    [
        _bodies_of_two_tickets,
        _bodies_within_a_ticket,
        _sides,
        _sides_and_authors,
        _author_to_a_colleague,
        _author_to_nobody,
        _whole_message_to_another_ticket,
        _another_place,
    ],
)
def test_a_message_that_was_moved_or_given_to_somebody_else_is_not_shown(
    house: House,
    lins: Caller,
    meis: Caller,
    change: Callable[[list[Message], list[Message]], None],
) -> None:
    with house.database.write() as db:
        change(messages(db, lins), messages(db, meis))

    with pytest.raises(Tampered):
        read_conversation(house, "lin", lins)
    with house.database.read() as db, pytest.raises(Tampered):
        tickets.read_as_caller(db, house.deployment, lins.keys)


def test_a_caller_s_answers_stay_with_their_ticket(house: House, lins: Caller, meis: Caller) -> None:
    with house.database.write() as db:
        swap(db.get_one(Ticket, lins.ticket), db.get_one(Ticket, meis.ticket), "answers")

    with pytest.raises(Tampered):
        read_conversation(house, "lin", lins)


def _note_of_another_ticket(db: Session, one: Note, other: Note) -> None:
    del db
    swap(one, other, "body")


def _note_made_a_draft(db: Session, one: Note, other: Note) -> None:
    del db, other
    one.is_final = False


def _note_made_a_review(db: Session, one: Note, other: Note) -> None:
    del db, other
    one.kind = "safety"


def _note_given_to_a_colleague(db: Session, one: Note, other: Note) -> None:
    del db
    one.author_id = other.author_id


def _message_made_a_note(db: Session, one: Note, other: Note) -> None:
    del other
    one.body = db.scalars(select(Message).where(Message.ticket_id == one.ticket_id)).all()[0].body


@pytest.mark.parametrize(
    "change",
    [
        _note_of_another_ticket,
        _note_made_a_draft,
        _note_made_a_review,
        _note_given_to_a_colleague,
        _message_made_a_note,
    ],
)
def test_a_note_that_was_changed_or_moved_is_not_shown(
    house: House, lins: Caller, meis: Caller, change: Callable[[Session, Note, Note], None]
) -> None:
    with house.database.write() as db:
        mine, theirs = (
            db.scalars(select(Note).where(Note.ticket_id == who.ticket, Note.kind == "note")).one()
            for who in (lins, meis)
        )
        change(db, mine, theirs)

    with pytest.raises(Tampered):
        read_notes(house, "lin", lins)


def test_a_note_never_becomes_a_message_to_the_caller(house: House, lins: Caller) -> None:
    with house.database.write() as db:
        note = db.scalars(select(Note).where(Note.kind == "note")).one()
        messages(db, lins)[1].body = note.body

    with house.database.read() as db, pytest.raises(Tampered):
        tickets.read_as_caller(db, house.deployment, lins.keys)


def test_every_blob_replaced_by_noise_gives_no_text_and_no_surprise(house: House, lins: Caller) -> None:
    blobs = [
        (table, column)
        for table in Ticket.metadata.sorted_tables
        for column in table.columns
        if column.type.python_type is bytes and not column.primary_key and not column.unique
    ]
    assert len(blobs) > 15
    for table, column in blobs:
        with house.database.write() as db:
            saved = db.execute(select(column, *table.primary_key)).all()
            db.execute(table.update().where(column.is_not(None)).values({column: NOISE}))
        for look in (read_conversation, read_notes):
            with suppress(*CLOSED_DOORS):
                look(house, "lin", lins)
        with house.database.write() as db:
            for value, *key in saved:
                this = [part == own for part, own in zip(table.primary_key, key, strict=True)]
                db.execute(table.update().where(*this).values({column: value}))

    assert read_conversation(house, "lin", lins) == ["林的来访者。", "给林的来访者。"]
