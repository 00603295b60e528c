"""Reads of tickets. Every read starts from what this person may know of."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, false, func, select, union_all
from sqlalchemy.orm import Session

from hotline.accounts.models import Account
from hotline.audit.acts import READS, Act
from hotline.audit.models import AuditLine
from hotline.audit.queries import newest_of, was_done
from hotline.base.db import knows, once
from hotline.base.digits import plain
from hotline.base.errors import NotFound
from hotline.base.locks import is_shared_with_others
from hotline.keyring.holder import Unlocked
from hotline.permissions import Actor, Permission
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import BackInQueue, State
from hotline.tickets.models import Draft, LevelProposal, Message, Ticket

CLOSED_SHOWN = 50
CHANGES_SHOWN = 200
LOOKS_SHOWN = 50

MANY = 5
"""So many unread requests past their time are more than a busy hour: callers are told of the wait."""


def visible_to(actor: Actor) -> Select[Ticket]:
    """The tickets whose page this person can open: a counselor's own, and nobody else's."""
    tickets = select(Ticket)
    if not actor.holds(Permission.TICKET_READ):
        return tickets.where(false())
    return tickets.where(Ticket.assignee_id == actor.id)


_MINE = (Ticket.assignee_id == bindparam("actor"), Ticket.reference == bindparam("reference"))
_OWN = (
    select(Ticket, LevelProposal).outerjoin(LevelProposal, LevelProposal.ticket_id == Ticket.id).where(*_MINE)
)
_OWN_HELD = (
    select(Ticket).where(*_MINE).with_for_update(key_share=True).execution_options(populate_existing=True)
)
"""Both are asked with nearly every request of a counselor, so they are put together once."""

HELD = "tickets that are held"


def own_ticket(db: Session, actor: Actor, reference: str) -> Ticket:
    """The person's own ticket; `NotFound` for any other, and for none: both look the same.

    `BackInQueue` for one that was their own.
    """
    found = db.execute(_OWN, _mine(actor, reference)).one_or_none()
    if found is None:
        raise _missing(db, actor, reference)
    ticket: Ticket = found[0]
    knows(db, (LevelProposal, ticket.id), found[1])
    return ticket


def hold_own(db: Session, actor: Actor, reference: str) -> Ticket:
    """The same as it is now, and nobody else changes it until this transaction ends.

    Never inside a savepoint: rolled back, it would let the ticket go without a word.
    """
    ticket = db.scalars(_OWN_HELD, _mine(actor, reference)).one_or_none()
    if ticket is None:
        raise _missing(db, actor, reference)
    db.info.setdefault(HELD, set()).add(ticket.id)
    return ticket


def _mine(actor: Actor, reference: str) -> dict[str, object]:
    if not actor.holds(Permission.TICKET_READ):
        raise NotFound
    return {"actor": actor.id, "reference": _digits(reference)}


def _missing(db: Session, actor: Actor, reference: str) -> NotFound:
    """Whoever once took the ticket knows of it, and may know that it has gone on."""
    ticket = db.scalar(_OF_REFERENCE, {"reference": _digits(reference)})
    was_theirs = ticket is not None and was_done(db, ticket, {Act.TAKEN}, by=actor.id)
    return BackInQueue() if was_theirs else NotFound()


def assignee_of(db: Session, reference: str) -> UUID | None:
    """Whose ticket this is; None where it is nobody's or there is none."""
    digits = plain(reference)
    return db.scalar(select(Ticket.assignee_id).where(Ticket.reference == digits))


def was_given_back(db: Session, ticket: UUID, actor: Actor) -> bool:
    """Whether this person gave the ticket back and nobody has answered it or closed it since."""
    since = {Act.GIVEN_BACK, Act.REPLIED, Act.CLOSED}
    return newest_of(db, ticket, since) == (Act.GIVEN_BACK, actor.id)


def pending(db: Session, ticket: UUID) -> LevelProposal | None:
    """The wish to lower this ticket's level that nobody has decided yet."""
    return once(db, (LevelProposal, ticket), lambda: db.get(LevelProposal, ticket))


def any_ticket(db: Session, reference: str) -> Ticket:
    """A ticket whoever it belongs to, for actions that check the person themselves; else `NotFound`."""
    ticket = db.scalar(select(Ticket).where(Ticket.reference == _digits(reference)))
    if ticket is None:
        raise NotFound
    return ticket


_HELD = (
    select(Ticket)
    .where(Ticket.id == bindparam("ticket"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""Nobody else changes the row; what refers to it, such as a grant in a renewal, may still be added.

What this transaction has changed is sent before it asks, so it is not forgotten.
"""


def callers_ticket(db: Session, caller: Unlocked) -> Ticket:
    """The caller's own ticket, held to be changed; `NotFound` once they have deleted it."""
    ticket = db.scalars(_HELD, {"ticket": caller.holder.id}).one_or_none()
    if ticket is None or ticket.state == State.DELETED:
        raise NotFound
    return ticket


def hold(db: Session, ticket: Ticket) -> None:
    """The ticket as it is now, and nobody else changes it until this transaction ends."""
    if is_shared_with_others(db) and ticket.id not in db.info.get(HELD, ()):
        held = db.scalars(_HELD, {"ticket": ticket.id}).one()
        assert held is ticket, "the ticket is another session's"


_OF_REFERENCE = select(Ticket.id).where(Ticket.reference == bindparam("reference"))
_LAST_NUMBER = select(func.max(Message.number)).where(Message.ticket_id == bindparam("ticket"))


def reference_is_taken(db: Session, reference: str) -> bool:
    """Whether some ticket has this reference."""
    return db.scalar(_OF_REFERENCE, {"reference": reference}) is not None


def references_of(db: Session, tickets: set[UUID]) -> dict[UUID, str]:
    """The references of these tickets: staff may name a ticket that they cannot open."""
    rows = db.execute(select(Ticket.id, Ticket.reference).where(Ticket.id.in_(tickets)))
    return {row.id: row.reference for row in rows}


def my_open_tickets(db: Session, actor: Actor) -> list[Ticket]:
    """The person's open tickets: what waits for an answer first, by level, the longest overdue on top."""
    is_open = (Ticket.closed_at.is_(None), Ticket.state.in_((State.ASSIGNED, State.TAKEN)))
    mine = visible_to(actor).where(*is_open)
    order = (Ticket.reply_due_at.is_(None), Ticket.level, Ticket.reply_due_at, Ticket.id)
    return list(db.scalars(mine.order_by(*order)))


def my_most_pressing(db: Session, actor: Actor, *, now: datetime) -> Ticket | None:
    """The person's own ticket that cannot wait: a P1 that has no answer, or one past its time.

    Of several the most urgent, and of those the longest overdue.
    """
    cannot_wait = (Ticket.level == Level.P1) | (Ticket.reply_due_at < now)
    order = (Ticket.level, Ticket.reply_due_at, Ticket.id)
    mine = visible_to(actor).where(Ticket.closed_at.is_(None), Ticket.reply_due_at.is_not(None), cannot_wait)
    return db.scalar(mine.order_by(*order).limit(1))


def my_closed_tickets(db: Session, actor: Actor) -> list[Ticket]:
    """The person's closed and deleted tickets, the last closed first; a bounded number."""
    mine = visible_to(actor).where(Ticket.closed_at.is_not(None))
    return list(db.scalars(mine.order_by(Ticket.closed_at.desc()).limit(CLOSED_SHOWN)))


def messages_of(db: Session, ticket: UUID) -> list[Message]:
    """The conversation's messages, oldest first, still sealed."""
    wanted = select(Message).where(Message.ticket_id == ticket)
    return list(db.scalars(wanted.order_by(Message.number)))


def latest_of(db: Session, ticket: UUID, account: UUID) -> Message | None:
    """What this person has added last, still sealed."""
    theirs = select(Message).where(Message.ticket_id == ticket, Message.author_id == account)
    return db.scalars(theirs.order_by(Message.number.desc()).limit(1)).first()


def next_number(db: Session, ticket: UUID) -> int:
    """The place of the next message in the conversation."""
    return (db.scalar(_LAST_NUMBER, {"ticket": ticket}) or 0) + 1


def has_more(db: Session, ticket: UUID, seen: int) -> bool:
    """Whether the conversation holds more messages than somebody has seen."""
    return next_number(db, ticket) > seen + 1


def last_of_caller(db: Session, ticket: UUID) -> int:
    """The number of the caller's last message; 0 when they have written none."""
    by_caller = (Message.ticket_id == ticket) & Message.author_id.is_(None)
    return db.scalar(select(func.max(Message.number)).where(by_caller)) or 0


def has_sent_since(db: Session, ticket: UUID, account: UUID, seen: int) -> bool:
    """Whether this person has added to the messages that they had in front of them."""
    theirs = (Message.ticket_id == ticket) & (Message.author_id == account) & (Message.number > seen)
    return bool(db.scalar(select(exists().where(theirs))))


def unanswered_since(db: Session, ticket: Ticket) -> datetime | None:
    """When the caller wrote what has no answer yet; None when nothing of theirs waits for one."""
    if ticket.reply_due_at is None:
        return None
    replied = select(func.max(Message.number)).where(
        Message.ticket_id == ticket.id, Message.author_id.is_not(None)
    )
    later = Message.number > func.coalesce(replied.scalar_subquery(), 0)
    since = db.scalar(select(func.min(Message.sent_at)).where(Message.ticket_id == ticket.id, later))
    return since or ticket.created_at


class Done(NamedTuple):
    """A line of the trail about a ticket, with the alias of whoever it was."""

    at: datetime
    act: str
    actor_id: UUID | None = None
    detail: str | None = None
    alias: str = ""


def done_to(db: Session, ticket: UUID) -> list[Done]:
    """What was done to a ticket, oldest first: the last changes, and the last times it was looked at.

    Each has its own bound, so that looking again and again never hides who took the ticket.
    """
    about = select(AuditLine.number).where(AuditLine.subject_id == ticket)
    newest = about.order_by(AuditLine.number.desc())
    changes = newest.where(AuditLine.act.not_in(READS)).limit(CHANGES_SHOWN).subquery()
    looks = newest.where(AuditLine.act.in_(READS)).limit(LOOKS_SHOWN).subquery()
    wanted = (
        select(AuditLine.at, AuditLine.act, AuditLine.actor_id, AuditLine.detail, Account.alias)
        .outerjoin(Account, Account.id == AuditLine.actor_id)
        .where(AuditLine.number.in_(union_all(select(changes), select(looks))))
        .order_by(AuditLine.number)
    )
    return [Done(at, act, who, detail, alias or "") for at, act, who, detail, alias in db.execute(wanted)]


def my_drafts(db: Session, actor: Actor) -> list[tuple[Draft, Ticket]]:
    """What this person has half-written on tickets that are still theirs, the newest first, sealed."""
    mine = visible_to(actor).with_only_columns(Draft, Ticket).join(Draft, Draft.ticket_id == Ticket.id)
    wanted = mine.where(Draft.account_id == actor.id).order_by(Draft.saved_at.desc()).limit(CLOSED_SHOWN)
    return [(draft, ticket) for draft, ticket in db.execute(wanted)]


def drafts_of(db: Session, ticket: UUID, account: UUID) -> list[Draft]:
    """What this person has half-written on this ticket, still sealed."""
    wanted = select(Draft).where(Draft.ticket_id == ticket, Draft.account_id == account)
    return once(db, (Draft, ticket, account), lambda: list(db.scalars(wanted)))


def proposals(db: Session) -> list[tuple[LevelProposal, Ticket, str]]:
    """The wishes to lower a level that wait for a second person, and whose they are, oldest first."""
    wanted = (
        select(LevelProposal, Ticket, Account.alias)
        .join(Ticket, Ticket.id == LevelProposal.ticket_id)
        .join(Account, Account.id == LevelProposal.proposed_by)
        .order_by(LevelProposal.proposed_at)
    )
    return [(proposal, ticket, alias) for proposal, ticket, alias in db.execute(wanted)]


def are_many_late(db: Session, *, now: datetime) -> bool:
    """Whether many requests that nobody has taken are past the time their callers were promised.

    Looks at no more of them than it takes to know.
    """
    late = select(Ticket.id).where(Ticket.state == State.WAITING, Ticket.reply_due_at < now).limit(MANY)
    return len(db.scalars(late).all()) == MANY


def _digits(reference: str) -> str:
    """A reference as it is stored; `NotFound` for what can be none."""
    digits = plain(reference)
    if not (digits.isascii() and digits.isdigit()):
        raise NotFound
    return digits
