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


_LAST_NUMBER = select(func.max(Note.number)).where(Note.ticket_id == bindparam("of_ticket")).scalar_subquery()
NEXT_NUMBER = func.coalesce(_LAST_NUMBER, 0) + 1
"""The place of the next note on the ticket `of_ticket`: moments can be equal."""
