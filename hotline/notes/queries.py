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


def latest_of(db: Session, ticket: UUID, author: UUID, kind: str) -> Note | None:
    """This person's last finished note of the kind on the ticket."""
    theirs = select(Note).where(Note.ticket_id == ticket, Note.author_id == author)
    finished = theirs.where(Note.kind == kind, Note.is_final)
    return db.scalars(finished.order_by(Note.number.desc(), Note.id).limit(1)).first()


_LAST_NUMBER = select(func.max(Note.number)).where(Note.ticket_id == bindparam("of_ticket")).scalar_subquery()
NEXT_NUMBER = func.coalesce(_LAST_NUMBER, 0) + 1
"""The place of the next note on the ticket `of_ticket`: moments can be equal."""
