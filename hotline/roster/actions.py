"""Going on and off duty."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hotline import topics
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.base.db import rows_changed
from hotline.base.errors import Refused
from hotline.base.events import ping
from hotline.base.locks import one_after_the_other
from hotline.permissions import Actor, Permission
from hotline.roster.models import Duty


def start_duty(db: Session, actor: Actor, *, now: datetime) -> None:
    """The counselor is on duty from now on, until they switch it off or 12 hours pass."""
    if not actor.holds(Permission.DUTY_SWITCH):
        raise Refused
    one_after_the_other(db, actor.id.bytes)
    db.merge(Duty(account_id=actor.id, since=now))
    ping(db, topics.BOARD)
    record(db, Act.DUTY_STARTED, actor=actor.id, subject=actor.id, now=now)


def end_duty(db: Session, actor: Actor, *, now: datetime) -> None:
    """The counselor is off duty."""
    ended = rows_changed(db, delete(Duty).where(Duty.account_id == actor.id))
    if ended:
        ping(db, topics.BOARD)
        record(db, Act.DUTY_ENDED, actor=actor.id, subject=actor.id, now=now)
