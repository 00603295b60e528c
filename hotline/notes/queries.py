"""Reads of notes, still sealed."""

from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from hotline.base.db import once
from hotline.notes.models import Note


def notes_of(db: Session, ticket: UUID) -> list[Note]:
    """A ticket's notes, oldest first."""
    wanted = select(Note).where(Note.ticket_id == ticket).order_by(Note.number, Note.id)
    return once(db, (Note, ticket), lambda: list(db.scalars(wanted)))


_LAST_NUMBER = select(func.max(Note.number)).where(Note.ticket_id == bindparam("ticket"))


def next_number(db: Session, ticket: UUID) -> int:
    """The place of the next note on the ticket: moments can be equal."""
    return (db.scalar(_LAST_NUMBER, {"ticket": ticket}) or 0) + 1
