"""Sessions of staff and callers: a cookie of 32 random bytes opens the root kept in the row.

Any process can open a session that comes with its cookie; a stolen database can open none.
"""

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from hotline.accounts.models import Account, Credential, SessionRow
from hotline.base.db import Database, insert_row, rows_changed, rows_of
from hotline.base.errors import NotSignedIn
from hotline.keyring import queries as keyring
from hotline.keyring import vault
from hotline.keyring.deployment import TEAM_IS_BEHIND
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.keyring.receipts import caller_of

TOKEN_BYTES = 32
STAFF_IDLE = timedelta(minutes=20)
STAFF_WHOLE = timedelta(hours=10)
CALLER_IDLE = timedelta(minutes=30)
CALLER_WHOLE = timedelta(days=1)
ENROLMENT_WHOLE = timedelta(minutes=5)
"""The same for setting up a new second factor and for changing a passphrase."""
REMEMBERED = timedelta(days=2)
"""How long an ended staff session is known, so that a late post finds its writer."""

SEEN_EVERY = timedelta(minutes=1)


class Stored(NamedTuple):
    """What is asked of a session's row to resume it."""

    id: UUID
    kind: str
    account_id: UUID | None
    ticket_id: UUID | None
    sealed: bytes | None
    seen_at: datetime
    ends_at: datetime
    idle_seconds: int

    def __repr__(self) -> str:
        """Nothing of what is sealed."""
        return f"Stored({self.id})"


_STORED = [getattr(SessionRow, name) for name in Stored._fields]
_OF_TOKEN = select(*_STORED).where(SessionRow.token_hash == bindparam("token_hash"))


def who_it_is(*beside: ColumnElement[Any]) -> keyring.Question:
    """The question for whoever a cookie belongs to, and what else is wanted of their account beside it.

    It is asked with every request of somebody who is signed in, so it should be put together once.
    """
    return keyring.with_standing(
        select(*_STORED, Account, Credential.key_version, TEAM_IS_BEHIND, *beside)
        .join(Account, Account.id == SessionRow.account_id)
        .join(Credential, Credential.account_id == Account.id)
        .where(SessionRow.token_hash == bindparam("token_hash")),
        Account.id,
    )


WHO_IT_IS = who_it_is()


class Kind(StrEnum):
    """Whose session it is; `LEFT` is nobody's."""

    STAFF = "staff"
    CALLER = "caller"
    ENROLMENT = "enrolment"
    FACTOR = "factor"
    OFFER = "offer"
    LEFT = "left"
    """What takes a staff session's place after sign-out. It opens nothing; a late post finds its writer."""


@dataclass(frozen=True)
class Resumed:
    """A session that a request came with: whose it is, and the secret it holds."""

    id: UUID
    owner: UUID
    secret: bytes = field(repr=False)
    seen_at: datetime
    ends_at: datetime


def start(
    db: Session,
    deployment: Deployment,
    kind: Kind,
    owner: UUID,
    secret: bytes,
    *,
    now: datetime,
    whole: timedelta,
    idle: timedelta,
    token: bytes | None = None,
) -> bytes:
    """Open a session; the returned token goes into the cookie and is kept nowhere else.

    `token` is given only for a session inside another one, whose cookie opens both.
    """
    token, row_id = token or os.urandom(TOKEN_BYTES), uuid4()
    insert_row(
        db,
        SessionRow(
            id=row_id,
            token_hash=vault.token_hash(token),
            kind=kind,
            account_id=None if kind is Kind.CALLER else owner,
            ticket_id=owner if kind is Kind.CALLER else None,
            sealed=vault.seal_session(token, deployment.id, kind, row_id, owner, secret),
            started_at=now,
            seen_at=now,
            ends_at=now + whole,
            idle_seconds=int(idle.total_seconds()),
        ),
    )
    return token


def start_staff(db: Session, deployment: Deployment, keys: Unlocked, *, now: datetime) -> bytes:
    """A signed-in person's session: 20 minutes idle, 10 hours in all."""
    return start(
        db, deployment, Kind.STAFF, keys.holder.id, keys.root, now=now, whole=STAFF_WHOLE, idle=STAFF_IDLE
    )


def start_caller(
    db: Session, deployment: Deployment, caller: Unlocked, *, stay: bool, now: datetime
) -> bytes:
    """A caller's session: 30 minutes without use, or a whole day when they chose to stay signed in."""
    idle = CALLER_WHOLE if stay else CALLER_IDLE
    return start(
        db, deployment, Kind.CALLER, caller.holder.id, caller.root, now=now, whole=CALLER_WHOLE, idle=idle
    )


def resume(db: Session, deployment: Deployment, kind: Kind, token: bytes, *, now: datetime) -> Resumed:
    """The session a cookie belongs to; `NotSignedIn` when there is none, or it ended or idled out."""
    rows = rows_of(db, _OF_TOKEN, {"token_hash": vault.token_hash(token)})
    if not rows:
        raise NotSignedIn
    return _resumed(deployment, Stored(*rows[0]), kind, token, now=now)


def _resumed(deployment: Deployment, row: Stored, kind: Kind, token: bytes, *, now: datetime) -> Resumed:
    if row.kind != kind or row.sealed is None:
        raise NotSignedIn
    if now >= row.ends_at or now >= row.seen_at + timedelta(seconds=row.idle_seconds):
        raise NotSignedIn
    owner = row.ticket_id if kind is Kind.CALLER else row.account_id
    if owner is None:
        raise NotSignedIn
    secret = vault.open_session(token, deployment.id, kind, row.id, owner, row.sealed)
    return Resumed(row.id, owner, secret, row.seen_at, row.ends_at)


@dataclass(frozen=True)
class Present:
    """Somebody of the staff whose session goes on, with what is known of them beside it."""

    session: Resumed
    account: Account
    keys: Unlocked = field(repr=False)
    team_is_behind: bool
    """Whether somebody joined or left the team since its key was last looked at."""

    beside: tuple[Any, ...] = ()
    """What else the question asked for."""


def resume_staff(
    db: Session,
    deployment: Deployment,
    token: bytes,
    *,
    question: keyring.Question = WHO_IT_IS,
    now: datetime,
) -> Present:
    """The session of a cookie, whose it is, and their keys, found by one question made by `who_it_is`.

    `NotSignedIn` as for `resume`, for a disabled account, and when the keys were replaced since.
    """
    found = keyring.ask_with_standing(db, question, {"token_hash": vault.token_hash(token)})
    if not found:
        raise NotSignedIn
    stored, known = found[0][: len(_STORED)], found[0][len(_STORED) : -keyring.STANDING]
    account, key_version, is_behind, *beside = known
    session = _resumed(deployment, Stored(*stored), Kind.STAFF, token, now=now)
    if account.disabled_at is not None:
        raise NotSignedIn
    holder = vault.staff_holder(account.id, key_version)
    keys = Unlocked(holder, deployment.id, session.secret)
    if keyring.staff_keys(db, holder.id, holder.version) != keys.public:
        raise NotSignedIn
    return Present(session, account, keys, bool(is_behind), tuple(beside))


def caller_keys(deployment: Deployment, session: Resumed) -> Unlocked:
    """The keys of the caller a session belongs to."""
    return caller_of(deployment.id, session.owner, session.secret)


def touch(database: Database, session: Resumed, *, now: datetime) -> None:
    """Note that the session is in use, at most once a minute, in a transaction of its own."""
    if now - session.seen_at >= SEEN_EVERY:
        with database.write() as db:
            db.execute(update(SessionRow).where(SessionRow.id == session.id).values(seen_at=now))


def alive(db: Session, sessions: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Which of these sessions could still be resumed. Asking does not keep them alive."""
    columns = (SessionRow.id, SessionRow.seen_at, SessionRow.idle_seconds)
    wanted = (SessionRow.id.in_(sessions), SessionRow.sealed.is_not(None), SessionRow.ends_at > now)
    rows = db.execute(select(*columns).where(*wanted))
    return {id_ for id_, seen_at, idle in rows if now < seen_at + timedelta(seconds=idle)}


def end(db: Session, session: UUID) -> None:
    """The session is gone, and with it the root it held."""
    db.execute(delete(SessionRow).where(SessionRow.id == session))


def owner_of(db: Session, token: bytes, *, now: datetime) -> Account | None:
    """Whose staff session this cookie is, even a locked or idle one, until its ten hours are over.

    After sign-out it is nobody's.
    """
    row = db.scalar(select(SessionRow).where(SessionRow.token_hash == vault.token_hash(token)))
    if row is None or row.kind != Kind.STAFF or row.account_id is None or now >= row.ends_at:
        return None
    return db.get(Account, row.account_id)


def end_by_token(db: Session, token: bytes) -> None:
    """End whatever session this cookie belongs to, if any."""
    db.execute(delete(SessionRow).where(SessionRow.token_hash == vault.token_hash(token)))


def lock(db: Session, session: UUID) -> None:
    """The session holds no root any more, but a late post still finds its writer."""
    db.execute(update(SessionRow).where(SessionRow.id == session).values(sealed=None))


def end_all(db: Session, account: UUID) -> None:
    """Every session of this account is gone, and whatever was left of those that were signed out."""
    db.execute(delete(SessionRow).where(SessionRow.account_id == account))


def end_all_of_ticket(db: Session, ticket: UUID) -> None:
    """Every caller's session on this ticket is gone."""
    db.execute(delete(SessionRow).where(SessionRow.ticket_id == ticket))


def sweep(db: Session, *, now: datetime) -> int:
    """Take the roots out of ended sessions and forget old ones; returns how many rows changed."""
    idled_out = (
        (SessionRow.idle_seconds == idle.total_seconds()) & (SessionRow.seen_at <= now - idle)
        for idle in (STAFF_IDLE, CALLER_IDLE)
    )
    emptied = rows_changed(
        db,
        update(SessionRow)
        .where(SessionRow.sealed.is_not(None), or_(SessionRow.ends_at <= now, *idled_out))
        .values(sealed=None),
    )
    is_left = (SessionRow.kind == Kind.LEFT) & (SessionRow.ends_at <= now)
    old = or_(SessionRow.ends_at <= now - REMEMBERED, is_left)
    forgotten = rows_changed(db, delete(SessionRow).where(old))
    return emptied + forgotten
