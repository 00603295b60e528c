"""Reads of the queue, by index and keyset: they cost the same however many tickets were closed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import case, func, select, tuple_
from sqlalchemy.orm import Session

from hotline.accounts.models import Account
from hotline.assignment import policy
from hotline.base.errors import Refused
from hotline.permissions import Actor, Role
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import OPEN, State
from hotline.tickets.models import Ticket

PAGE, TO_ASSIGN, HELD = 20, 15, 10
"""So many lines are on the queue and in the board's two lists: under 50 KB each (test_page_weights.py)."""


@dataclass(frozen=True)
class Waiting:
    """A line of the queue: nothing of what the ticket is about."""

    id: UUID
    reference: str
    level: Level
    waiting_since: datetime
    reply_due_at: datetime | None
    language: str
    state: State
    assignee: str | None


_COLUMNS = (
    Ticket.id,
    Ticket.reference,
    Ticket.level,
    Ticket.waiting_since,
    Ticket.reply_due_at,
    Ticket.language,
    Ticket.state,
    Account.alias,
)


def queue(db: Session, actor: Actor, *, after: str | None = None, limit: int = PAGE) -> list[Waiting]:
    """The waiting tickets, most urgent oldest first; `after` is the reference the last page ended with."""
    if not policy.may_see_queue(actor):
        raise Refused
    return _waiting(db, (State.WAITING,), after=after, limit=limit)


def unopened(db: Session, actor: Actor, *, after: str | None = None, limit: int = TO_ASSIGN) -> list[Waiting]:
    """For a supervisor: what waits, and what was assigned and not opened yet, most urgent oldest first."""
    if not policy.may_assign(actor):
        raise Refused
    each = [_waiting(db, (state,), after=after, limit=limit) for state in (State.WAITING, State.ASSIGNED)]
    lines = sorted(chain(*each), key=lambda line: (line.level, line.waiting_since, line.id))
    return lines[:limit]


def waiting_by_level(db: Session) -> dict[Level, tuple[int, datetime]]:
    """How many wait on each level, and since when the oldest does; levels without any are left out."""
    rows = db.execute(
        select(Ticket.level, func.count(), func.min(Ticket.waiting_since))
        .where(Ticket.state == State.WAITING)
        .group_by(Ticket.level)
    )
    return {Level(level): (number, oldest) for level, number, oldest in rows if oldest is not None}


@dataclass(frozen=True)
class Standing:
    """How the open work stands, in numbers: nothing of what any ticket is about."""

    overdue: int
    unopened: int
    urgent: int
    carried: dict[UUID, int]
    """Open tickets of each counselor who has any."""


def standing(db: Session, *, now: datetime) -> Standing:
    """The open work in numbers. Closed tickets are not looked at."""
    late = func.sum(case((Ticket.reply_due_at < now, 1), else_=0))
    rows = db.execute(
        select(Ticket.assignee_id, Ticket.state, Ticket.level, func.count(), late)
        .where(Ticket.state.in_(OPEN))
        .group_by(Ticket.assignee_id, Ticket.state, Ticket.level)
    ).all()
    carried: dict[UUID, int] = {}
    for assignee, _, _, number, _ in rows:
        if assignee is not None:
            carried[assignee] = carried.get(assignee, 0) + number
    return Standing(
        overdue=sum(overdue for *_, overdue in rows),
        unopened=sum(number for _, state, _, number, _ in rows if state == State.ASSIGNED),
        urgent=sum(number for _, _, level, number, _ in rows if level == Level.P1),
        carried=carried,
    )


@dataclass(frozen=True)
class Held:
    """An open ticket in a counselor's hands that somebody has to look after; nothing of what it is about."""

    reference: str
    level: Level
    language: str
    reply_due_at: datetime | None
    holder: UUID
    alias: str
    is_disabled: bool
    is_counselor: bool
    """Whether the holder's account still names the role."""

    @property
    def is_left_behind(self) -> bool:
        """Whoever holds it will not answer it any more."""
        return self.is_disabled or not self.is_counselor


def held(db: Session, actor: Actor, *, now: datetime, limit: int = PAGE) -> list[Held]:
    """For a supervisor: taken tickets that are P1, overdue, or wait for somebody who is gone.

    The most urgent and longest overdue come first.
    """
    if not policy.may_assign(actor):
        raise Refused
    names_role = Account.roles.contains(Role.COUNSELOR)
    gone = select(Account.id).where(Account.disabled_at.is_not(None) | ~names_role)
    left_behind = Ticket.reply_due_at.is_not(None) & Ticket.assignee_id.in_(gone)
    rows = db.execute(
        select(
            *(Ticket.reference, Ticket.level, Ticket.language, Ticket.reply_due_at),
            *(Account.id, Account.alias, Account.disabled_at.is_not(None), names_role),
        )
        .join(Account, Account.id == Ticket.assignee_id)
        .where(
            Ticket.state == State.TAKEN,
            (Ticket.level == Level.P1) | (Ticket.reply_due_at < now) | left_behind,
        )
        .order_by(Ticket.level, Ticket.reply_due_at.is_(None), Ticket.reply_due_at, Ticket.id)
        .limit(limit)
    )
    return [
        Held(reference, Level(level), language, due, holder, alias, bool(is_disabled), bool(is_counselor))
        for reference, level, language, due, holder, alias, is_disabled, is_counselor in rows
    ]


@dataclass(frozen=True)
class Carried:
    """How many open tickets one counselor has opened, and how many of those wait for an answer."""

    open: int
    waiting: int


def carried_by(db: Session, account: UUID) -> Carried:
    """What nobody else could open if this person left now."""
    wait = func.sum(case((Ticket.reply_due_at.is_not(None), 1), else_=0))
    mine = (Ticket.assignee_id == account, Ticket.closed_at.is_(None), Ticket.state == State.TAKEN)
    opened, waiting = db.execute(select(func.count(), wait).where(*mine)).one()
    return Carried(opened, waiting or 0)


def carried_by_each(db: Session, accounts: Collection[UUID]) -> dict[UUID, int]:
    """How many open tickets each of these counselors has; whoever has none is left out."""
    theirs = (Ticket.assignee_id.in_(accounts), Ticket.closed_at.is_(None))
    rows = db.execute(select(Ticket.assignee_id, func.count()).where(*theirs).group_by(Ticket.assignee_id))
    return {account: number for account, number in rows if account is not None}


def first_in_line(db: Session, *, but: Collection[UUID] = ()) -> UUID | None:
    """The ticket whose turn it is, but for these."""
    return db.scalar(
        select(Ticket.id)
        .where(Ticket.state == State.WAITING, Ticket.id.not_in(but))
        .order_by(Ticket.level, Ticket.waiting_since, Ticket.id)
        .limit(1)
    )


def _waiting(db: Session, states: tuple[State, ...], *, after: str | None, limit: int) -> list[Waiting]:
    order = (Ticket.level, Ticket.waiting_since, Ticket.id)
    wanted = (
        select(*_COLUMNS)
        .outerjoin(Account, Account.id == Ticket.assignee_id)
        .where(Ticket.state.in_(states))
        .order_by(*order)
        .limit(limit)
    )
    last = db.scalar(select(Ticket).where(Ticket.reference == after)) if after else None
    if last is not None:
        reached = (last.level, last.waiting_since or last.created_at, last.id)
        wanted = wanted.where(tuple_(*order) > reached)
    return [
        Waiting(id_, reference, Level(level), since, due, language, State(state), alias)
        for id_, reference, level, since, due, language, state, alias in db.execute(wanted)
        if since is not None
    ]
