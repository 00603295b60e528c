"""Reads of follow-ups. What stands is decided by the ticket at this moment, not by what was planned."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hotline.accounts.models import Account
from hotline.accounts.queries import effective_roles, with_roles
from hotline.base.db import once
from hotline.followups.lifecycle import OPEN, State
from hotline.followups.models import FollowUp
from hotline.keyring.founding import Deployment
from hotline.permissions import Actor, Permission, Role
from hotline.tickets import lifecycle as tickets
from hotline.tickets.lifecycle import Consent
from hotline.tickets.models import Ticket

SHOWN = 200
"""So many of a counselor's follow-ups are listed, the earliest first."""

LONGEST_CLAIM = timedelta(hours=1)
"""A claim that reaches further ahead was made by a clock that was wrong, and does not hold."""


@dataclass(frozen=True)
class Line:
    """A follow-up in a list: nothing of what it is about."""

    id: UUID
    due_at: datetime
    state: State
    attempts: int
    max_attempts: int
    reference: str
    level: str
    ticket_state: str


def of_ticket(db: Session, ticket: UUID) -> list[FollowUp]:
    """Every follow-up of a ticket by its due time, still sealed."""
    wanted = select(FollowUp).where(FollowUp.ticket_id == ticket).order_by(FollowUp.due_at, FollowUp.id)
    return once(db, (FollowUp, ticket), lambda: list(db.scalars(wanted)))


def open_of_ticket(db: Session, ticket: UUID) -> list[FollowUp]:
    """Those that are still to be made, the earliest first."""
    return [one for one in of_ticket(db, ticket) if one.is_open]


def mine(db: Session, actor: Actor) -> list[Line]:
    """What stands on this counselor's tickets, the longest overdue first."""
    if not actor.holds(Permission.FOLLOW_UP_PLAN):
        return []
    columns = (FollowUp.id, FollowUp.due_at, FollowUp.state, FollowUp.attempts, FollowUp.max_attempts)
    wanted = (
        select(*columns, Ticket.reference, Ticket.level, Ticket.state)
        .join(Ticket, Ticket.id == FollowUp.ticket_id)
        .where(FollowUp.state.in_(OPEN), Ticket.assignee_id == actor.id, stands())
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(SHOWN)
    )
    return [
        Line(id_, due, State(state), attempts, most, reference, level, ticket_state)
        for id_, due, state, attempts, most, reference, level, ticket_state in db.execute(wanted)
    ]


@dataclass(frozen=True)
class Standing:
    """How the planned contacts stand, in numbers: nothing of what any ticket is about."""

    due: int
    coming: int
    orphaned: int
    """Due ones whose counselor is disabled or no counselor any more: nobody is reminded of them."""


def standing(db: Session, deployment: Deployment, *, now: datetime) -> Standing:
    """The open follow-ups in numbers. Ended ones are not looked at."""
    is_due = FollowUp.due_at <= now
    rows = db.execute(
        select(Ticket.assignee_id, is_due.label("is_due"), func.count())
        .join(Ticket, Ticket.id == FollowUp.ticket_id)
        .where(FollowUp.state.in_(OPEN), stands())
        .group_by(Ticket.assignee_id, is_due)
    ).all()
    due: Counter[UUID | None] = Counter()
    for assignee, was_due, number in rows:
        if was_due:
            due[assignee] += number
    working = _working(db, deployment, set(due) - {None})
    return Standing(
        due=due.total(),
        coming=sum(number for _, was_due, number in rows if not was_due),
        orphaned=sum(number for who, number in due.items() if who and who not in working),
    )


def _working(db: Session, deployment: Deployment, accounts: Collection[UUID | None]) -> set[UUID]:
    """Those of these people who are counselors now."""
    found = with_roles(db, deployment, select(Account).where(Account.id.in_(accounts)))
    return {account.id for account, roles in found if Role.COUNSELOR in roles}


def due_by_day(db: Session, *, begin: datetime, end: datetime, tz: tzinfo) -> Counter[date]:
    """How many open follow-ups fall on each local day from `begin` until `end`."""
    wanted = (
        select(FollowUp.due_at)
        .join(Ticket, Ticket.id == FollowUp.ticket_id)
        .where(FollowUp.state.in_(OPEN), stands(), FollowUp.due_at >= begin, FollowUp.due_at < end)
    )
    return Counter(due.astimezone(tz).date() for due in db.scalars(wanted))


def works(db: Session, deployment: Deployment, account_id: UUID | None) -> bool:
    """Whether this person is a counselor now: enabled, and admitted as one."""
    account = db.get(Account, account_id) if account_id else None
    return account is not None and Role.COUNSELOR in effective_roles(db, deployment, account)


def to_be_claimed(db: Session, *, now: datetime, at_most: int) -> list[FollowUp]:
    """What the worker has to look at, the longest due first.

    Due ones; those that do not stand any more; and those somebody was reminded of whose ticket has
    another counselor by now.
    """
    is_due = and_(FollowUp.state == State.PLANNED, FollowUp.due_at <= now)
    has_moved = and_(
        FollowUp.state == State.REMINDED,
        Ticket.state == tickets.State.TAKEN,
        Ticket.assignee_id != FollowUp.account_id,
    )
    wanted = (
        select(FollowUp)
        .join(Ticket, Ticket.id == FollowUp.ticket_id)
        .where(FollowUp.state.in_(OPEN), is_free(now), or_(is_due, ~stands(), has_moved))
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(at_most)
    )
    return list(db.scalars(wanted))


def is_free(now: datetime) -> ColumnElement[bool]:
    """Nobody is at it, or whoever was has been away for longer than a claim lasts."""
    return or_(
        FollowUp.claimed_until.is_(None),
        FollowUp.claimed_until <= now,
        FollowUp.claimed_until > now + LONGEST_CLAIM,
    )


def stands() -> ColumnElement[bool]:
    """The ticket's side of a follow-up: the caller was told of it, and has ended nothing.

    The same rule as `lifecycle.situation_of`, for statements; a test holds the two together.
    """
    return and_(
        Ticket.state != tickets.State.DELETED,
        Ticket.follow_up != Consent.NO,
        Ticket.follow_up_at.is_not(None),
        or_(
            Ticket.state != tickets.State.CLOSED,
            Ticket.outcome.is_(None),
            Ticket.outcome != tickets.Outcome.STOPPED_BY_CALLER,
        ),
    )
