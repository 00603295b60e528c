"""The outbox."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table, UuidPk


class OutgoingMail(Table):
    """A mail to a staff member, written in the transaction of what it is about.

    The row has no text and no address: the words say nothing but that something is due, and the
    address is looked up when the mail goes. Its id is the mail's Message-ID, so that a second copy
    after a crash can be told. `problem` is a code for why the last try failed.
    """

    __tablename__ = "outgoing_mails"
    __table_args__ = (Index("ix_outgoing_mails_waiting", "state", "next_try_at"),)

    id: Mapped[UuidPk]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    made_at: Mapped[datetime]
    state: Mapped[str]
    attempts: Mapped[int]
    next_try_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    problem: Mapped[str | None]
