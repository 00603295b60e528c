"""Tables of tickets. What people wrote is ciphertext; what orders the work is readable."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table, UuidPk
from hotline.base.i18n import Language
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import OPEN, State


class Ticket(Table):
    """The unit of work: state, level, assignee, times. Its text is in messages, sealed.

    `waiting_since` orders the queue and is set only while the ticket is in it; `reply_due_at` is
    set while something the caller wrote has no answer. `follow_up_at` is when the caller was told that
    somebody writes again: a plan stands only while it is set, and the caller's stop clears it.
    `finished_at` is when the caller said that they need nothing more, until somebody writes again.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        # The queue's order; with the last two, all that the board counts stands in the index itself.
        Index("ix_tickets_queue", "state", "level", "waiting_since", "id", "assignee_id", "reply_due_at"),
        Index("ix_tickets_assignee", "assignee_id", "closed_at"),
    )

    id: Mapped[UuidPk]
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    level: Mapped[str]
    language: Mapped[str]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    reply_due_at: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    follow_up: Mapped[str]
    follow_up_at: Mapped[datetime | None]
    privacy_version: Mapped[str]
    answers: Mapped[bytes | None]

    @property
    def is_open(self) -> bool:
        """Neither closed nor deleted."""
        return State(self.state) in OPEN

    @property
    def is_taken(self) -> bool:
        """A counselor has opened it and holds its key."""
        return self.state == State.TAKEN

    @property
    def urgency(self) -> Level:
        """Its place in the queue's order."""
        return Level(self.level)

    @property
    def speaks(self) -> Language:
        """The language the caller wrote in, as the pages were shown."""
        return Language(self.language)


class Message(Table):
    """One message of a conversation. The database sees only the ciphertext."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("ticket_id", "number"),)

    id: Mapped[UuidPk]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"))
    number: Mapped[int]
    author_kind: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    language: Mapped[str]
    sent_at: Mapped[datetime]
    body: Mapped[bytes]


class Draft(Table):
    """Something half-written, sealed in the compartment it will end up in."""

    __tablename__ = "drafts"
    __table_args__ = (
        UniqueConstraint("ticket_id", "account_id", "purpose"),
        Index("ix_drafts_account", "account_id", "saved_at"),
    )

    id: Mapped[UuidPk]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[str]
    compartment: Mapped[str]
    epoch: Mapped[int]
    saved_at: Mapped[datetime]
    body: Mapped[bytes]


class LevelProposal(Table):
    """A wish to lower a ticket from P1, which takes a second person; the reason is a choice, not text."""

    __tablename__ = "level_proposals"

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    level: Mapped[str]
    reason: Mapped[str]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime]
