"""Forms that came after their writer's session had ended: sealed to that person, offered after they sign in.

They are sealed to the public key alone, since nothing that opens anything is at hand then. So are words
that had to make room for what the same person wrote in another window.
"""

import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, exists, select
from sqlalchemy.orm import Session

from hotline.accounts.models import Account, Credential, LatePost, SessionRow
from hotline.accounts.sessions import TOKEN_BYTES, Kind
from hotline.base.db import insert_row, rows_changed
from hotline.base.errors import NotFound, Tampered
from hotline.keyring import admissions, vault
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked

KEPT = timedelta(days=30)
REMEMBERED_AFTER_SIGN_OUT = timedelta(hours=1)
"""Pages that are still open then post by themselves within seconds, and by hand soon or never."""

WRITERS = {Kind.STAFF, Kind.LEFT}
"""The kinds of a row that tell who wrote what comes with its cookie."""


def keep(
    db: Session,
    deployment: Deployment,
    token: bytes,
    address: str,
    fields: Mapping[str, str],
    *,
    now: datetime,
) -> bool:
    """Seal a form that came too late to the person whose session it was; False if nobody is known.

    Signing out does not make a writer unknown: their pages may still be open in the same browser.
    """
    writer = writer_of(db, token, now=now)
    return writer is not None and _keep_for(db, deployment, writer, address, fields, now=now)


def set_aside(
    db: Session,
    deployment: Deployment,
    keys: Unlocked,
    page: str,
    fields: Mapping[str, str],
    *,
    now: datetime,
) -> bool:
    """Words that had to make room for others on this page wait for their writer as a late post does.

    What was set aside there before, and these words begin with, is not kept twice. The address of a page
    is no form's: what came too late goes into drafts at a sign-in, and this never does.
    """
    forget_within(db, keys, page, fields)
    return _keep_for(db, deployment, keys.holder.id, page, fields, now=now)


def forget_within(db: Session, keys: Unlocked, page: str, fields: Mapping[str, str]) -> None:
    """What was set aside on this page, and these words begin with, is somewhere else now."""
    for earlier in waiting_for(db, keys.holder.id):
        if earlier.address == page and _is_within(keys, earlier, fields):
            forget(db, keys.holder.id, earlier.id)


IS_SET_ASIDE = exists().where(
    LatePost.account_id == bindparam("account"), LatePost.address == bindparam("page")
)
"""For another question: whether words that had to make room on this page wait for this person."""


def _is_within(keys: Unlocked, earlier: LatePost, fields: Mapping[str, str]) -> bool:
    try:
        words = vault.open_late_post(keys, earlier.id, earlier.address, earlier.sealed)
    except Tampered:
        return False
    return all(fields.get(name, "").startswith(text) for name, text in words.items())


def _keep_for(
    db: Session,
    deployment: Deployment,
    writer: UUID,
    address: str,
    fields: Mapping[str, str],
    *,
    now: datetime,
) -> bool:
    account, credential = db.get(Account, writer), db.get(Credential, writer)
    if account is None or credential is None or account.disabled_at is not None:
        return False
    version = credential.key_version
    if not admissions.admitted_roles(db, deployment, account.id, version):
        return False
    public = admissions.admitted_keys(db, deployment, account.id, version)
    post = LatePost(id=uuid4(), account_id=account.id, address=address, arrived_at=now)
    post.sealed = vault.seal_late_post(public.kem, deployment.id, account.id, post.id, address, fields)
    db.add(post)
    return True


def writer_of(db: Session, token: bytes, *, now: datetime) -> UUID | None:
    """Whose pages a cookie belongs to: of a staff session, ended or not, and for an hour after sign-out."""
    row = db.scalar(select(SessionRow).where(SessionRow.token_hash == vault.token_hash(token)))
    if row is None or row.kind not in WRITERS:
        return None
    return None if row.kind == Kind.LEFT and now >= row.ends_at else row.account_id


def end_remembering(db: Session, token: bytes, *, now: datetime) -> bytes | None:
    """Any session of this cookie is gone with its root. By the token returned a late post finds its writer.

    It opens nothing, is nobody's session and is known for an hour at most; signing out with it changes it
    again. None for a cookie that was of no staff session.
    """
    of_token = SessionRow.token_hash == vault.token_hash(token)
    columns = (SessionRow.kind, SessionRow.account_id, SessionRow.started_at, SessionRow.ends_at)
    ended = db.execute(select(*columns).where(of_token)).one_or_none()
    was_there = rows_changed(db, delete(SessionRow).where(of_token)) == 1  # another process may be ending it
    if ended is None or not was_there or ended.kind not in WRITERS:
        return None
    left = os.urandom(TOKEN_BYTES)
    row = SessionRow(
        id=uuid4(),
        token_hash=vault.token_hash(left),
        kind=Kind.LEFT,
        account_id=ended.account_id,
        ticket_id=None,
        sealed=None,
        started_at=ended.started_at,
        seen_at=now,
        ends_at=min(ended.ends_at, now + REMEMBERED_AFTER_SIGN_OUT),
        idle_seconds=0,
    )
    insert_row(db, row)
    return left


def waiting_for(db: Session, account: UUID) -> list[LatePost]:
    """What this person posted too late and has not fetched, oldest first, sealed."""
    wanted = select(LatePost).where(LatePost.account_id == account)
    return list(db.scalars(wanted.order_by(LatePost.arrived_at)))


def open_one(db: Session, keys: Unlocked, post_id: UUID) -> tuple[LatePost, dict[str, str]]:
    """A form of this person's that came after their session had ended; `NotFound` for anyone else's."""
    post = db.get(LatePost, post_id)
    if post is None or post.account_id != keys.holder.id:
        raise NotFound
    return post, vault.open_late_post(keys, post.id, post.address, post.sealed)


def forget(db: Session, account: UUID, post_id: UUID) -> None:
    """The person has what they wrote, or does not want it."""
    db.execute(delete(LatePost).where(LatePost.id == post_id, LatePost.account_id == account))


def forget_old(db: Session, *, now: datetime) -> int:
    """What nobody fetched within 30 days is gone; returns how many there were."""
    return rows_changed(db, delete(LatePost).where(LatePost.arrived_at <= now - KEPT))
