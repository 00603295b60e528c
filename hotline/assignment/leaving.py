"""When a counselor leaves: what they had not opened waits for everybody again.

What they had opened only they and its caller can open. Such a ticket goes back to the queue when its
caller comes back (`tickets/returning.py`); until then the board names it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline import topics
from hotline.accounts import people
from hotline.base.db import rows_changed
from hotline.base.events import ping
from hotline.permissions import Actor, Role
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket


def disable(db: Session, actor: Actor, account: UUID, *, now: datetime) -> None:
    """The person cannot sign in any more, and nothing waits to be opened by them."""
    _give_back(db, account)
    people.disable(db, actor, account, now=now)


def change_roles(db: Session, actor: Actor, account: UUID, roles: frozenset[Role], *, now: datetime) -> None:
    """The person has these roles; nothing waits to be opened by somebody who is no counselor any more."""
    if Role.COUNSELOR not in roles:
        _give_back(db, account)
    people.change_roles(db, actor, account, roles, now=now)


def _give_back(db: Session, account: UUID) -> None:
    """The team still holds the keys of what was assigned and not opened.

    It comes first, because tickets are held before what concerns the team, by whoever needs both.
    """
    unopened = (Ticket.state == State.ASSIGNED) & (Ticket.assignee_id == account)
    if rows_changed(db, update(Ticket).where(unopened).values(state=State.WAITING, assignee_id=None)):
        ping(db, *topics.LINE)
