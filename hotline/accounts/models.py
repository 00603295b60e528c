"""Tables of people who sign in, and of sessions (a caller's too: a session is a session)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, true
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table, UuidPk
from hotline.base.i18n import Language
from hotline.permissions import Role


class Account(Table):
    """A staff member as the deployment knows them. `roles` are what was written here, not what counts.

    `shortcuts`: whether single keys do something on this person's pages.
    """

    __tablename__ = "accounts"

    id: Mapped[UuidPk]
    name: Mapped[str] = mapped_column(unique=True)
    alias: Mapped[str]
    language: Mapped[str]
    mail: Mapped[str | None] = mapped_column(String(254))
    roles: Mapped[str]
    invited_by: Mapped[UUID | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    shortcuts: Mapped[bool] = mapped_column(default=True, server_default=true())

    @property
    def named_roles(self) -> frozenset[Role]:
        """The roles an administrator gave; key roles count only once admitted."""
        return frozenset(Role(role) for role in self.roles.split(",") if role)

    @property
    def speaks(self) -> Language:
        """The language this person reads."""
        return Language(self.language)


class Credential(Table):
    """What a person signs in with: a verifier, their root under the passphrase, the sealed second factor."""

    __tablename__ = "credentials"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    key_version: Mapped[int]
    salt: Mapped[bytes]
    stretching: Mapped[int]
    verifier: Mapped[bytes]
    sealed_root: Mapped[bytes]
    generated: Mapped[bool]
    sealed_factor: Mapped[bytes | None]
    factor_step: Mapped[int]


class Invitation(Table):
    """A one-time code with which a person enrols; only its hash is kept."""

    __tablename__ = "invitations"

    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    expires_at: Mapped[datetime]


class SessionRow(Table):
    """A session. `sealed` opens only with the cookie; it is gone once the session has ended."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_account_id", "account_id"),
        Index("ix_sessions_ticket_id", "ticket_id"),
        Index("ix_sessions_ends_at", "ends_at"),
    )

    id: Mapped[UuidPk]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    kind: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    ticket_id: Mapped[UUID | None] = mapped_column(ForeignKey("tickets.id"))
    sealed: Mapped[bytes | None]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    idle_seconds: Mapped[int]


class KnownBrowser(Table):
    """A browser that once signed in to an account: strangers' wrong tries do not slow it."""

    __tablename__ = "known_browsers"

    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    seen_at: Mapped[datetime]


class SlowDown(Table):
    """Wrong tries at one name from one lane; the key does not tell which name."""

    __tablename__ = "slow_downs"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    until: Mapped[datetime] = mapped_column(index=True)


class LatePost(Table):
    """A form that came after its session had ended, or words that made room: sealed to their writer."""

    __tablename__ = "late_posts"

    id: Mapped[UuidPk]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    address: Mapped[str]
    arrived_at: Mapped[datetime]
    sealed: Mapped[bytes]


class FactorOrder(Table):
    """Orders for a new second factor: one by an administrator and one by a custodian make it possible."""

    __tablename__ = "factor_orders"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    as_role: Mapped[str] = mapped_column(primary_key=True)
    ordered_by: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    ordered_at: Mapped[datetime]
