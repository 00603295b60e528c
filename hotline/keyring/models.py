"""Tables of keys: public halves, sealed secrets, signatures. Nothing here opens without a holder."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table, UuidPk


class DeploymentRow(Table):
    """The one row that says which deployment this database is, with its public randomness."""

    __tablename__ = "deployment"

    id: Mapped[UuidPk]
    created_at: Mapped[datetime]
    salt: Mapped[bytes]
    form_key: Mapped[bytes]
    stretching: Mapped[int]
    team_version: Mapped[int] = mapped_column(default=0)
    members_stamp: Mapped[int]
    team_stamp: Mapped[int]
    is_demo: Mapped[bool]


class StaffKey(Table):
    """One version of a staff member's keys."""

    __tablename__ = "staff_keys"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    kem_public: Mapped[bytes]
    signing_public: Mapped[bytes]
    made_at: Mapped[datetime]


class Admission(Table):
    """A custodian's signature without which an account's keys count for nothing."""

    __tablename__ = "admissions"

    id: Mapped[UuidPk]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    key_version: Mapped[int]
    roles: Mapped[str]
    custodian_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    custodian_version: Mapped[int]
    signature: Mapped[bytes]
    admitted_at: Mapped[datetime]


class Team(Table):
    """One version of the team's key pair, signed by the admitted person who made it."""

    __tablename__ = "teams"

    version: Mapped[int] = mapped_column(primary_key=True)
    kem_public: Mapped[bytes]
    maker_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    maker_version: Mapped[int]
    signature: Mapped[bytes]
    made_at: Mapped[datetime]


class TeamShare(Table):
    """The team's root sealed to one member or to the escrow, signed by who sealed it."""

    __tablename__ = "team_shares"
    __table_args__ = (UniqueConstraint("team_version", "holder_kind", "holder_id"),)

    id: Mapped[UuidPk]
    team_version: Mapped[int] = mapped_column(ForeignKey("teams.version"))
    holder_kind: Mapped[str]
    holder_id: Mapped[UUID]
    holder_version: Mapped[int]
    sealed: Mapped[bytes]
    maker_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    maker_version: Mapped[int]
    signature: Mapped[bytes]


class EscrowShare(Table):
    """For one pair of custodians: a mask sealed to the first, the masked escrow root to the second."""

    __tablename__ = "escrow_shares"

    first_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    second_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    mask: Mapped[bytes]
    masked_root: Mapped[bytes]


class TicketKey(Table):
    """That a ticket's compartment has a data key, and the commitment that tells it from any other."""

    __tablename__ = "ticket_keys"

    ticket_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("tickets.id"), primary_key=True)
    compartment: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True)
    commitment: Mapped[bytes]


class CallerKey(Table):
    """A caller's public key with a MAC under the conversation's data key."""

    __tablename__ = "caller_keys"

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    kem_public: Mapped[bytes]
    mac: Mapped[bytes]


class Grant(Table):
    """A ticket's data key sealed to one holder: the whole of read access."""

    __tablename__ = "grants"
    __table_args__ = (
        # In this order because nearly every page asks what one holder has of one ticket. Where the index
        # fits only half, SQLite takes the next one instead and reads the grants of everybody.
        UniqueConstraint("ticket_id", "holder_kind", "holder_id", "compartment", "epoch"),
        Index("ix_grants_holder", "holder_kind", "holder_version"),
    )

    id: Mapped[UuidPk]
    ticket_id: Mapped[UUID] = mapped_column(Uuid(), ForeignKey("tickets.id"))
    compartment: Mapped[str]
    epoch: Mapped[int]
    holder_kind: Mapped[str]
    holder_id: Mapped[UUID]
    holder_version: Mapped[int]
    own: Mapped[bool]
    sealed: Mapped[bytes]
    maker_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    maker_version: Mapped[int | None]
    signature: Mapped[bytes | None]
