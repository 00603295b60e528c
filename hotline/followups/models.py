"""Tables of planned contacts and of calendar addresses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table, UuidPk
from hotline.followups.lifecycle import OPEN, State


class FollowUp(Table):
    """A planned contact: when it is due, and whom to remind. Why it was planned is ciphertext.

    `account_id` is who is or was reminded; whose the follow-up is, the ticket says. `claimed_until`
    keeps others from looking at a due one for a while. `why` is a code, set on a cancelled one.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_due", "state", "due_at"),)

    id: Mapped[UuidPk]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    planned_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    planned_at: Mapped[datetime]
    due_at: Mapped[datetime]
    epoch: Mapped[int]
    purpose: Mapped[bytes | None]
    attempts: Mapped[int]
    max_attempts: Mapped[int]
    state: Mapped[str]
    claimed_until: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    why: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        """Neither done nor lapsed nor cancelled."""
        return State(self.state) in OPEN


class CalendarFeed(Table):
    """The secret address at which a counselor's calendar program asks; only its hash is kept."""

    __tablename__ = "calendar_feeds"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
