"""Reads of the outbox."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hotline.notifications.models import OutgoingMail
from hotline.notifications.retries import CLAIM, CLOCKS_DIFFER, LONGEST_PAUSE, State, Trouble


@dataclass(frozen=True)
class Stuck:
    """Mails that were tried and did not go out: how many, since when, and what was wrong last."""

    number: int
    since: datetime
    trouble: Trouble


def waiting(db: Session) -> int:
    """How many mails are still to go out."""
    wanted = select(func.count()).select_from(OutgoingMail).where(OutgoingMail.state == State.WAITING)
    return db.scalar(wanted) or 0


def stuck(db: Session) -> Stuck | None:
    """What could not be sent so far; None when every try has worked."""
    failing = and_(OutgoingMail.state == State.WAITING, OutgoingMail.problem.is_not(None))
    number, since = db.execute(select(func.count(), func.min(OutgoingMail.made_at)).where(failing)).one()
    if not number:
        return None
    last = select(OutgoingMail.problem).where(failing).order_by(OutgoingMail.next_try_at.desc()).limit(1)
    return Stuck(number, since, Trouble(db.scalars(last).one() or Trouble.REFUSED))


def next_to_send(db: Session, *, now: datetime) -> UUID | None:
    """The mail that has waited longest for its turn, and that nobody is claiming at this moment."""
    wanted = select(OutgoingMail.id).where(is_due(now))
    first = wanted.order_by(OutgoingMail.next_try_at, OutgoingMail.id).limit(1)
    return db.scalar(first.with_for_update(skip_locked=True))


def is_due(now: datetime) -> ColumnElement[bool]:
    """It is time to try, and nobody is at it.

    A time further ahead than a pause or a claim can reach was written by a clock that was wrong: it
    keeps no mail back. One that another worker wrote whose round began a moment later is not wrong.
    """
    latest = now + CLOCKS_DIFFER
    return and_(
        OutgoingMail.state == State.WAITING,
        or_(OutgoingMail.next_try_at <= now, OutgoingMail.next_try_at > latest + LONGEST_PAUSE),
        or_(
            OutgoingMail.claimed_until.is_(None),
            OutgoingMail.claimed_until <= now,
            OutgoingMail.claimed_until > latest + CLAIM,
        ),
    )


def untried(db: Session, account: UUID) -> UUID | None:
    """A mail to this person that nobody has begun to send."""
    return db.scalar(
        select(OutgoingMail.id)
        .where(
            OutgoingMail.account_id == account,
            OutgoingMail.state == State.WAITING,
            OutgoingMail.attempts == 0,
        )
        .limit(1)
    )
