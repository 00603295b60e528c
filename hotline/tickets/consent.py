"""The caller's word on being written to again. It counts at once, whatever was planned."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline.keyring.holder import Unlocked
from hotline.tickets.ending import tell
from hotline.tickets.lifecycle import Consent
from hotline.tickets.models import Ticket
from hotline.tickets.queries import callers_ticket


def stop_follow_ups(db: Session, caller: Unlocked) -> None:
    """Nobody writes again on their own account; every plan is void from now on.

    Both columns in one statement: a plan that is made at the same moment does not outlive the stop.
    """
    ticket = callers_ticket(db, caller)
    tell(db, ticket)
    stopped = update(Ticket).where(Ticket.id == ticket.id)
    db.execute(stopped.values(follow_up=Consent.NO, follow_up_at=None))


def allow_follow_ups(db: Session, caller: Unlocked) -> None:
    """Somebody may write again. What was stopped before stays stopped: it takes a new plan."""
    ticket = callers_ticket(db, caller)
    ticket.follow_up = Consent.YES
    tell(db, ticket)
