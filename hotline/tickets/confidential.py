"""The counselor's own compartment of a ticket: notes, safety reviews, and why somebody will write again.

It lies below the packages that keep something in it, because they may not know each other.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.keyring import grants
from hotline.keyring import queries as keyring
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment
from hotline.keyring.grants import DataKey
from hotline.keyring.holder import Unlocked
from hotline.keyring.models import TicketKey
from hotline.tickets.models import Ticket


def notes_key(db: Session, deployment: Deployment, keys: Unlocked, ticket: Ticket) -> DataKey:
    """The counselor's key to this ticket's notes, made in their session when it is first needed.

    It is held by the counselor and the escrow. A later counselor starts a new epoch and cannot open
    what was written before.
    """
    own = own_key(db, deployment, keys, ticket)
    if own is not None:
        return own
    epoch = _newest_epoch(db, ticket.id) + 1
    key = grants.make_data_key(db, deployment, ticket.id, Compartment.NOTES, epoch=epoch)
    grants.keep_own(db, key, keys)
    grants.give(db, key, deployment.escrow, deployment.founding.escrow_kem, maker=keys)
    return key


def own_key(db: Session, deployment: Deployment, keys: Unlocked, ticket: Ticket) -> DataKey | None:
    """The key to this ticket's notes that the counselor already holds, if any."""
    grant = keyring.find_grant(db, ticket.id, Compartment.NOTES, keys.holder)
    if grant is None or grant.holder_version != keys.holder.version:
        return None
    return grants.open_grant(db, deployment, grant, keys)


def _newest_epoch(db: Session, ticket: UUID) -> int:
    """The newest epoch of the ticket's notes; 0 before the first one."""
    wanted = select(func.max(TicketKey.epoch)).where(
        TicketKey.ticket_id == ticket, TicketKey.compartment == Compartment.NOTES
    )
    return db.scalar(wanted) or 0
