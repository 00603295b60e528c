"""Whether the stored tickets can be what they say they are: for `hotline check`.

Only states that the program never writes are counted, so each one found is a fault.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from hotline.keyring.envelope import Compartment
from hotline.keyring.holder import HolderKind
from hotline.keyring.models import Grant, TicketKey
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import OPEN, State
from hotline.tickets.models import Message, Ticket


@dataclass(frozen=True)
class Unsound:
    """How many tickets are in a state that cannot be, in each of three ways."""

    impossible: int
    unreadable: int
    """Open ones whose key nobody holds who should."""

    kept: int
    """Ones that their caller has deleted, of which something is still there."""


def find_unsound(db: Session) -> Unsound:
    """Count them. It reads every ticket once."""
    return Unsound(_count(db, _is_impossible()), _count(db, _is_unreadable()), _count(db, _is_kept()))


def _count(db: Session, which: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(Ticket).where(which)) or 0


def _is_impossible() -> ColumnElement[bool]:
    nobody, waits_not = Ticket.assignee_id.is_(None), Ticket.waiting_since.is_(None)
    has_ended = Ticket.closed_at.is_not(None)
    return or_(
        Ticket.state.not_in(list(State)),
        Ticket.level.not_in(list(Level)),
        and_(Ticket.state == State.WAITING, or_(~nobody, waits_not, has_ended)),
        and_(Ticket.state == State.ASSIGNED, or_(nobody, waits_not, has_ended)),
        and_(Ticket.state == State.TAKEN, or_(nobody, ~waits_not, has_ended, Ticket.taken_at.is_(None))),
        and_(Ticket.state == State.CLOSED, or_(~waits_not, ~has_ended, Ticket.outcome.is_(None))),
        and_(Ticket.state == State.DELETED, or_(~waits_not, ~has_ended)),
    )


def _is_unreadable() -> ColumnElement[bool]:
    """The caller, the escrow, and the team or the counselor: each must hold the conversation's key."""
    by_team = and_(Ticket.state.in_((State.WAITING, State.ASSIGNED)), ~_holds(HolderKind.TEAM))
    is_counselors = Grant.holder_id == Ticket.assignee_id
    by_counselor = and_(Ticket.state == State.TAKEN, ~_holds(HolderKind.STAFF, is_counselors))
    conversation = TicketKey.compartment == Compartment.CONVERSATION
    no_key = ~exists().where(TicketKey.ticket_id == Ticket.id, conversation)
    missing = or_(~_holds(HolderKind.CALLER), ~_holds(HolderKind.ESCROW), by_team, by_counselor, no_key)
    return and_(Ticket.state.in_(OPEN), missing)


def _holds(kind: HolderKind, *also: ColumnElement[bool]) -> ColumnElement[bool]:
    conversation = (Grant.ticket_id == Ticket.id, Grant.compartment == Compartment.CONVERSATION)
    return exists().where(*conversation, Grant.holder_kind == kind, *also)


def _is_kept() -> ColumnElement[bool]:
    message = exists().where(Message.ticket_id == Ticket.id)
    key = exists().where(Grant.ticket_id == Ticket.id, Grant.compartment == Compartment.CONVERSATION)
    return and_(Ticket.state == State.DELETED, or_(message, key, Ticket.answers.is_not(None)))
