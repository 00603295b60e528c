"""How a ticket goes back to the queue, so that somebody else can take it.

Only a session that opens the conversation can seal its key to the team again: the caller's, or that of
the counselor who gives it back.
"""

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline import topics
from hotline.accounts.models import Account
from hotline.accounts.queries import effective_roles
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.base.errors import Conflict, IntakeClosed, NotFound, Tampered
from hotline.base.events import ping
from hotline.base.i18n import N_
from hotline.keyring import grants, team
from hotline.keyring import queries as keyring
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment
from hotline.keyring.grants import DataKey
from hotline.keyring.holder import Holder, HolderKind, Unlocked
from hotline.permissions import Actor, Role
from hotline.roster.queries import on_duty_since
from hotline.tickets import levelling, policy
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from hotline.tickets.queries import callers_ticket, hold, unanswered_since

logger = logging.getLogger(__name__)


class NothingToGive(Conflict):
    """Only a ticket whose caller waits for an answer can be given to somebody else."""

    message = N_("Nothing on this ticket waits for an answer, so it stays with you.")


def give_back(
    db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, ticket: Ticket, *, now: datetime
) -> None:
    """The counselor's ticket waits for everybody again, since its caller does and as urgently as before.

    They can open neither it nor their notes on it until it is theirs again; nobody else ever opens those.
    A safety review is the next counselor's. `NothingToGive` where all is answered: a plan to write again
    would find nobody, and what the caller writes later reaches the counselor.
    """
    hold(db, ticket)
    if not policy.may_give_back(actor, ticket):
        raise policy.refusal(actor, ticket)
    since = unanswered_since(db, ticket)
    if since is None:
        raise NothingToGive
    key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, keys)
    back_to_queue(db, deployment, ticket, key, maker=keys, since=since)
    ping(db, *topics.LINE, *topics.both_sides(ticket.id, actor.id))
    record(db, Act.GIVEN_BACK, actor=actor.id, subject=ticket.id, now=now)


def come_back(db: Session, deployment: Deployment, caller: Unlocked) -> None:
    """A caller who comes back for an answer that nobody gives any more is in the queue again.

    It takes their session: whoever left cannot seal the ticket to the team. Whoever is only off duty keeps
    it: then the caller can remind. Nothing that is wrong here keeps the caller from reading.
    """
    seen = db.get(Ticket, caller.holder.id)
    if seen is None or not _waits_for_nobody(db, deployment, seen):
        return
    try:
        ticket = callers_ticket(db, caller)
    except NotFound:  # deleted at this moment
        return
    if not _waits_for_nobody(db, deployment, ticket):  # somebody has it by now
        return
    ping(db, *topics.LINE, *topics.both_sides(ticket.id, ticket.assignee_id))
    try:
        key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, caller)
        back_to_queue(db, deployment, ticket, key, since=ticket.created_at)
    except (IntakeClosed, Tampered):  # `hotline check` says more; the caller reads on
        logger.exception("A ticket cannot go back to the queue")


def _waits_for_nobody(db: Session, deployment: Deployment, ticket: Ticket) -> bool:
    return ticket.reply_due_at is not None and _is_left_behind(db, deployment, ticket)


def is_without_counselor(db: Session, deployment: Deployment, ticket: Ticket, *, now: datetime) -> bool:
    """Left behind by its counselor, or they are off duty while an answer is overdue."""
    counselor = _counselor_of(ticket)
    overdue = ticket.reply_due_at is not None and now > ticket.reply_due_at
    is_away = counselor is not None and overdue and on_duty_since(db, counselor, now=now) is None
    return is_away or _is_left_behind(db, deployment, ticket)


def _is_left_behind(db: Session, deployment: Deployment, ticket: Ticket) -> bool:
    """Its counselor is disabled, not a counselor any more, or without the key."""
    counselor = _counselor_of(ticket)
    if counselor is None:
        return False
    account = db.get(Account, counselor)
    if account is None or Role.COUNSELOR not in effective_roles(db, deployment, account):
        return True
    return ticket.is_taken and not _holds_key(db, ticket, account.id)


def _counselor_of(ticket: Ticket) -> UUID | None:
    """Whoever has the open ticket, opened or not."""
    return ticket.assignee_id if ticket.state in {State.TAKEN, State.ASSIGNED} else None


def _holds_key(db: Session, ticket: Ticket, account: UUID) -> bool:
    """Whether the counselor's present keys open the conversation: somebody who enrolled anew has others."""
    holder = Holder(HolderKind.STAFF, account, keyring.newest_key_version(db, account))
    grant = keyring.find_grant(db, ticket.id, Compartment.CONVERSATION, holder)
    return grant is not None and grant.holder_version == holder.version


def back_to_queue(
    db: Session,
    deployment: Deployment,
    ticket: Ticket,
    key: DataKey,
    *,
    maker: Unlocked | None = None,
    since: datetime,
) -> None:
    """The key is sealed to the team again and the former counselor's grant goes; it waits since then.

    `maker` is the counselor who gives it back; without one it is the caller, who has nothing to sign with.
    """
    holder, public = team.for_sealing(db, deployment)
    levelling.withdraw(db, ticket)
    for kind in (HolderKind.STAFF, HolderKind.TEAM):
        grants.take_back(db, ticket.id, Compartment.CONVERSATION, kind=kind)
    grants.give(db, key, holder, public, maker=maker)
    ticket.state = State.WAITING
    ticket.assignee_id = None
    ticket.waiting_since = since
    ticket.closed_at = None
    ticket.outcome = None
    ticket.reviewed_at = None
