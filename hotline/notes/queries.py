"""Reads of notes, still sealed."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.base.db import once
from hotline.notes.models import Note


def notes_of(db: Session, ticket: UUID) -> list[Note]:
    """A ticket's notes, oldest first."""
    wanted = select(Note).where(Note.ticket_id == ticket).order_by(Note.number, Note.id)
    return once(db, (Note, ticket), lambda: list(db.scalars(wanted)))


def drafted_by(db: Session, ticket: UUID, author: UUID) -> list[Note]:
    """The notes on a ticket that this person has not finished."""
    theirs = (Note.ticket_id == ticket, Note.author_id == author, Note.is_final.is_(False))
    return list(db.scalars(select(Note).where(*theirs)))


def next_number(db: Session, ticket: UUID) -> int:
    """The place of the next note on the ticket: moments can be equal."""
    return (db.scalar(select(func.max(Note.number)).where(Note.ticket_id == ticket)) or 0) + 1
