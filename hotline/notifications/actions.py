"""Putting mails into the outbox, and what becomes of each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline.accounts.models import Account
from hotline.base.db import rows_changed
from hotline.base.i18n import Language
from hotline.notifications import queries
from hotline.notifications.models import OutgoingMail
from hotline.notifications.retries import CLAIM, KEPT, LONGEST_PAUSE, State, Trouble, pause_after


def notify(db: Session, account_id: UUID, *, now: datetime) -> None:
    """The person will get a mail that something is due, if they have an address.

    One that nobody has begun to send says it already: a morning with five follow-ups is one mail.
    """
    account = db.get_one(Account, account_id)
    if not account.mail or queries.untried(db, account_id) is not None:
        return
    db.add(
        OutgoingMail(
            id=uuid4(), account_id=account_id, made_at=now, state=State.WAITING, attempts=0, next_try_at=now
        )
    )
    db.flush()


@dataclass(frozen=True)
class Claimed:
    """A mail that this process may try to send now: what it takes to write it."""

    id: UUID
    to: str
    language: Language
    made_at: datetime


def claim_next(db: Session, *, now: datetime) -> Claimed | None:
    """The next mail is this process's for the length of a claim; None when none is due.

    The condition is in the UPDATE: of several workers one changes the row. The try is counted here,
    so that one that ends in a crash is counted too. A mail to somebody who is disabled, or has no
    address just now, waits for a month, and is void then.
    """
    while (id_ := queries.next_to_send(db, now=now)) is not None:
        mine = update(OutgoingMail).where(OutgoingMail.id == id_, queries.is_due(now))
        tried = {"claimed_until": now + CLAIM, "attempts": OutgoingMail.attempts + 1}
        if rows_changed(db, mine.values(tried)) != 1:
            continue
        mail = db.get_one(OutgoingMail, id_, populate_existing=True)
        account = db.get_one(Account, mail.account_id)
        if account.mail and account.disabled_at is None:
            return Claimed(mail.id, account.mail, account.speaks, mail.made_at)
        _put_off(db, mail, now=now)
    return None


def _put_off(db: Session, mail: OutgoingMail, *, now: datetime) -> None:
    if now - mail.made_at > KEPT:
        finish(db, mail.id, State.VOID, now=now)
        return
    mail.attempts -= 1  # nothing was tried
    mail.next_try_at = now + LONGEST_PAUSE
    mail.claimed_until = None
    db.flush()


def finish(db: Session, id_: UUID, state: State, *, now: datetime) -> None:
    """The mail server has it, or it lies in the folder, or there is nobody to send it to."""
    ended = {"state": state, "ended_at": now, "claimed_until": None, "problem": None}
    db.execute(update(OutgoingMail).where(OutgoingMail.id == id_).values(ended))


def fail(db: Session, id_: UUID, trouble: Trouble, *, now: datetime) -> None:
    """The try failed: there will be another one, however often it takes."""
    mail = db.get_one(OutgoingMail, id_, populate_existing=True)
    if mail.state == State.WAITING:  # else another worker's copy went out meanwhile
        mail.problem = trouble
        mail.next_try_at = now + pause_after(mail.attempts)
        mail.claimed_until = None
