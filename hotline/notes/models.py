"""The table of notes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table, UuidPk


class Note(Table):
    """A confidential note or safety review. The database sees only the ciphertext.

    A final one is never changed: what comes later is another note.
    """

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_ticket", "ticket_id", "is_final", "number"),)

    id: Mapped[UuidPk]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    number: Mapped[int]
    kind: Mapped[str]
    is_final: Mapped[bool]
    written_at: Mapped[datetime]
    epoch: Mapped[int]
    body: Mapped[bytes]
