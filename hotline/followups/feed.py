"""A counselor's calendar address: made, renewed, ended, and who it belongs to."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hotline.accounts.models import Account
from hotline.accounts.queries import actor_of
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.base.db import rows_changed
from hotline.base.errors import NotFound, Refused
from hotline.base.locks import one_after_the_other
from hotline.followups import ics, queries
from hotline.followups.models import CalendarFeed
from hotline.keyring import vault
from hotline.keyring.founding import Deployment
from hotline.permissions import Actor, Permission

SECRET_BYTES = 32


def draw() -> str:
    """A secret that nobody has yet."""
    return secrets.token_hex(SECRET_BYTES)


def make(db: Session, actor: Actor, secret: str, *, now: datetime) -> None:
    """This drawn secret is the person's address; an earlier one ends. The same again changes nothing."""
    if not actor.holds(Permission.FOLLOW_UP_PLAN):
        raise Refused
    if len(secret) != 2 * SECRET_BYTES:
        raise ValueError("an address needs a secret that was drawn")
    one_after_the_other(db, actor.id.bytes)
    earlier = db.get(CalendarFeed, actor.id)
    if earlier and earlier.secret_hash == vault.token_hash(secret.encode()):
        return
    db.merge(CalendarFeed(account_id=actor.id, secret_hash=vault.token_hash(secret.encode()), made_at=now))
    record(db, Act.CALENDAR_MADE, actor=actor.id, subject=actor.id, now=now)


def revoke(db: Session, actor: Actor, *, now: datetime) -> None:
    """The address leads nowhere any more."""
    if rows_changed(db, delete(CalendarFeed).where(CalendarFeed.account_id == actor.id)):
        record(db, Act.CALENDAR_REVOKED, actor=actor.id, subject=actor.id, now=now)


def made_at(db: Session, account: UUID) -> datetime | None:
    """Since when the person has a calendar address; None without one."""
    feed = db.get(CalendarFeed, account)
    return feed.made_at if feed else None


def calendar(db: Session, deployment: Deployment, secret: str) -> bytes:
    """The calendar at this address: moments and nothing else.

    `NotFound` for an unknown secret, and for the one of somebody who is no counselor any more: both
    look the same.
    """
    wanted = select(CalendarFeed).where(CalendarFeed.secret_hash == vault.token_hash(secret.encode()))
    feed = db.scalar(wanted)
    account = db.get(Account, feed.account_id) if feed else None
    if account is None:
        raise NotFound
    actor = actor_of(db, deployment, account)
    if not actor.holds(Permission.FOLLOW_UP_PLAN):
        raise NotFound
    return ics.write([(line.id, line.due_at) for line in queries.mine(db, actor)], account.speaks)
