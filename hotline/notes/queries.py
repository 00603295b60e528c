"""Reads of notes, still sealed."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.notes.models import Note


def notes_of(db: Session, ticket: UUID) -> list[Note]:
    """A ticket's notes, oldest first."""
    return list(db.scalars(select(Note).where(Note.ticket_id == ticket).order_by(Note.number, Note.id)))


def next_number(db: Session, ticket: UUID) -> int:
    """The place of the next note on the ticket: moments can be equal."""
    return (db.scalar(select(func.max(Note.number)).where(Note.ticket_id == ticket)) or 0) + 1
