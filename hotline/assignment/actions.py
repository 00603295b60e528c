"""Taking and assigning. A ticket's key moves when its counselor opens it, never before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline import topics
from hotline.accounts.models import Account
from hotline.assignment import policy, queries
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.base.db import rows_changed
from hotline.base.errors import Conflict, HotlineError, NotFound, Refused, TakenBy, Tampered
from hotline.base.events import ping
from hotline.base.i18n import N_
from hotline.keyring import grants, team
from hotline.keyring import queries as keyring
from hotline.keyring.deployment import team_needs_look
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import HolderKind, Unlocked
from hotline.permissions import Actor
from hotline.roster.queries import counselors_on_duty, on_duty_since
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from hotline.tickets.queries import any_ticket, was_given_back

ATTEMPTS = 20


class OffDuty(Refused):
    """Taking needs being on duty."""

    message = N_("Go on duty first: then you can take tickets.")


class NotOnDuty(Conflict):
    """The chosen counselor is not on duty any more."""

    message = N_("This counselor is not on duty any more. Choose another one.")


class WithoutKey(Conflict):
    """The chosen counselor was just admitted: the ticket would wait for a key in their hands alone."""

    message = N_("This counselor does not hold the team's key yet. Choose another one.")


class NoShareYet(Conflict):
    """A newly admitted counselor holds the team's key only after a colleague's next request."""

    message = N_(
        "Your keys are admitted, but you do not hold the team's key yet. You get it as soon as another "
        "counselor signs in, saves or sends something."
    )


class NothingWaits(Conflict):
    """The queue is empty."""

    message = N_("Nothing is waiting.")


class OthersFirst(NothingWaits):
    """Everything that waits was given back by this person, and somebody else is on duty."""

    message = N_(
        "What waits is what you gave back. It is left to the others on duty; you can take it by hand."
    )


def take_next(db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, *, now: datetime) -> Ticket:
    """The counselor has the most urgent oldest ticket; `NothingWaits` when there is none.

    What they gave back themselves is left to others while others are on duty, and can be taken by
    hand; `OthersFirst` when that is all there is.
    """
    _check_may_take(db, actor, otherwise=OffDuty, now=now)
    for _ in range(ATTEMPTS):
        first = _first_for(db, deployment, actor, now=now)
        if _claim(db, first, actor, now=now):
            return _open(db, deployment, actor, keys, first, now=now)
    raise Conflict


def take(
    db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, reference: str, *, now: datetime
) -> Ticket:
    """The counselor has this ticket and its key.

    `TakenBy` says to a counselor on duty who was quicker; anybody else learns nothing: `NotFound`.
    `OffDuty` when the queue or a supervisor shows them the ticket and they are not on duty.
    """
    ticket = any_ticket(db, reference)
    mine = ticket.assignee_id == actor.id
    if mine and ticket.state == State.TAKEN:
        return ticket
    if not ticket.is_open:
        raise NotFound
    is_offered = mine or ticket.state == State.WAITING
    _check_may_take(db, actor, otherwise=OffDuty if is_offered else NotFound, now=now)
    if is_offered and _claim(db, ticket.id, actor, now=now):
        return _open(db, deployment, actor, keys, ticket.id, now=now)
    db.refresh(ticket)
    if ticket.is_taken and ticket.assignee_id == actor.id:
        return ticket  # the same person pressed twice, and the other press was quicker
    taker = db.get(Account, ticket.assignee_id) if ticket.assignee_id else None
    raise TakenBy(alias=taker.alias) if taker else Conflict


def assign(
    db: Session, actor: Actor, deployment: Deployment, reference: str, to: UUID, *, now: datetime
) -> None:
    """A waiting ticket is this on-duty counselor's to open. The supervisor reads nothing.

    `Conflict` when the ticket no longer waits, `NotOnDuty` when the counselor left meanwhile, `WithoutKey`
    when they could not open it.
    """
    if not policy.may_assign(actor):
        raise NotFound
    ticket = any_ticket(db, reference)
    if to not in {account.id for account in counselors_on_duty(db, deployment, now=now)}:
        raise NotOnDuty
    if team_needs_look(db) is not None and to not in team.holders(db):
        raise WithoutKey
    moved = rows_changed(
        db,
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.state.in_((State.WAITING, State.ASSIGNED)))
        .values(state=State.ASSIGNED, assignee_id=to),
    )
    if moved != 1:
        raise Conflict
    ping(db, *topics.LINE)
    record(db, Act.ASSIGNED, actor=actor.id, subject=ticket.id, now=now)


def _check_may_take(db: Session, actor: Actor, *, otherwise: type[HotlineError], now: datetime) -> None:
    if not policy.may_see_queue(actor):
        raise NotFound
    if not policy.may_take(actor, on_duty=on_duty_since(db, actor.id, now=now) is not None):
        raise otherwise


def _first_for(db: Session, deployment: Deployment, actor: Actor, *, now: datetime) -> UUID:
    first = queries.first_in_line(db)
    given_back: list[UUID] = []
    while first is not None and was_given_back(db, first, actor):
        if not given_back and len(counselors_on_duty(db, deployment, now=now)) == 1:
            return first  # there is nobody else
        given_back.append(first)
        first = queries.first_in_line(db, but=given_back)
    if first is None:
        raise OthersFirst if given_back else NothingWaits
    return first


def _claim(db: Session, ticket: UUID, actor: Actor, *, now: datetime) -> bool:
    """Whether this transaction is the one that takes the ticket: the condition is in the UPDATE."""
    free = (Ticket.state == State.WAITING) | (
        (Ticket.state == State.ASSIGNED) & (Ticket.assignee_id == actor.id)
    )
    taken = rows_changed(
        db,
        update(Ticket)
        .where(Ticket.id == ticket, free)
        .values(state=State.TAKEN, assignee_id=actor.id, taken_at=now, waiting_since=None),
    )
    return taken == 1


def _open(
    db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, ticket_id: UUID, *, now: datetime
) -> Ticket:
    """The team's grant becomes the counselor's own."""
    part = Compartment.CONVERSATION
    team.keeps_still(db)
    grant = keyring.find_grant(db, ticket_id, part, deployment.team(0))
    if grant is None:
        raise Tampered
    try:
        as_team = team.unlock(db, deployment, keys, grant.holder_version)
    except NotFound:
        raise NoShareYet from None
    key = grants.open_grant(db, deployment, grant, as_team)
    grants.keep_own(db, key, keys)
    grants.take_back(db, ticket_id, part, kind=HolderKind.TEAM)
    ping(db, *topics.LINE, topics.conversation(ticket_id))
    record(db, Act.TAKEN, actor=actor.id, subject=ticket_id, now=now)
    return db.get_one(Ticket, ticket_id, populate_existing=True)
