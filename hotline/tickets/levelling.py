"""Changing a ticket's level. Raising takes one person; lowering P1 takes two."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hotline import topics
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.audit.queries import was_done
from hotline.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from hotline.base.events import ping
from hotline.base.i18n import N_
from hotline.permissions import Actor
from hotline.roster.hours import OpeningHours
from hotline.tickets import policy
from hotline.tickets.levels import Level, reply_due
from hotline.tickets.models import LevelProposal, Ticket
from hotline.tickets.queries import hold


class Reason(StrEnum):
    """Why a level changes: a choice that a person without the key can weigh. The words are in the review."""

    SAFE_NOW = "safe-now"
    HELP_THERE = "help-there"
    MISUNDERSTOOD = "misunderstood"
    MORE_URGENT = "more-urgent"
    PRACTICAL = "practical"
    OTHER = "other"


REASON_WORDS: dict[Reason, str] = {
    Reason.SAFE_NOW: N_("The caller says they are safe now"),
    Reason.HELP_THERE: N_("Help is with the caller"),
    Reason.MISUNDERSTOOD: N_("The first answer meant something else"),
    Reason.MORE_URGENT: N_("More urgent than it looked"),
    Reason.PRACTICAL: N_("A question or practical help"),
    Reason.OTHER: N_("Another reason, in the review"),
}


UNFIT = N_("This reason does not fit a less urgent level.")


class NothingToDecide(Conflict):
    """Somebody was quicker to decide, or the wish to lower the level does not stand any more."""

    message = N_("This request was decided or withdrawn in the meantime. Nothing was changed now.")


def fits(ticket: Ticket, level: Level, reason: Reason) -> bool:
    """Whether the reason can be one for the level: nothing is lowered from P1 for being more urgent."""
    is_lowered = ticket.urgency is Level.P1 and level is not Level.P1
    return not (is_lowered and reason is Reason.MORE_URGENT)


def set_level(
    db: Session,
    actor: Actor,
    ticket: Ticket,
    level: Level,
    reason: Reason,
    hours: OpeningHours,
    *,
    now: datetime,
) -> bool:
    """True when the level is set; False when lowering P1 now waits for a second person."""
    hold(db, ticket)
    if not policy.may_set_level(actor, ticket):
        raise policy.refusal(actor, ticket)
    if ticket.urgency is Level.P1 and level is not Level.P1:
        _propose(db, actor, ticket, level, reason, now=now)
        return False
    _withdraw(db, ticket.id)
    _change(ticket, level, hours)
    ping(db, topics.BOARD, topics.ticket(ticket.id, actor.id))
    record(db, Act.LEVEL_SET, actor=actor.id, subject=ticket.id, now=now, detail=f"{level} {reason}")
    return True


def decide(
    db: Session, actor: Actor, ticket: Ticket, *, agree: bool, hours: OpeningHours, now: datetime
) -> None:
    """The second person agrees to lower the level, or keeps it.

    `NothingToDecide` when that was asked for once and is not any more, `NotFound` when it never was.
    """
    hold(db, ticket)
    proposal = db.get(LevelProposal, ticket.id)
    if proposal is None:
        raise NothingToDecide if was_done(db, ticket.id, {Act.LEVEL_PROPOSED}) else NotFound
    if not policy.may_confirm_level(actor, ticket, proposal.proposed_by):
        raise Refused
    if agree:
        _change(ticket, Level(proposal.level), hours)
    ping(db, *topics.LINE, topics.ticket(ticket.id, ticket.assignee_id))
    act = Act.LEVEL_CONFIRMED if agree else Act.LEVEL_DECLINED
    record(db, act, actor=actor.id, subject=ticket.id, now=now, detail=proposal.level)
    db.delete(proposal)


def _propose(
    db: Session, actor: Actor, ticket: Ticket, level: Level, reason: Reason, *, now: datetime
) -> None:
    if not fits(ticket, level, reason):
        raise Invalid(reason=Problem(UNFIT))
    asked = db.get(LevelProposal, ticket.id)
    if asked and (asked.level, asked.reason, asked.proposed_by) == (level, reason, actor.id):
        return
    db.merge(
        LevelProposal(ticket_id=ticket.id, level=level, reason=reason, proposed_by=actor.id, proposed_at=now)
    )
    ping(db, topics.BOARD)
    record(db, Act.LEVEL_PROPOSED, actor=actor.id, subject=ticket.id, now=now, detail=f"{level} {reason}")


def _withdraw(db: Session, ticket: UUID) -> None:
    proposal = db.get(LevelProposal, ticket)
    if proposal is not None:
        db.delete(proposal)


def _change(ticket: Ticket, level: Level, hours: OpeningHours) -> None:
    """A more urgent level makes the answer due sooner; a less urgent one breaks no promise."""
    if level.is_more_urgent_than(ticket.urgency) and ticket.reply_due_at is not None:
        since = ticket.waiting_since or ticket.created_at
        ticket.reply_due_at = min(ticket.reply_due_at, reply_due(level, since, hours))
    ticket.level = level


def withdraw(db: Session, ticket: Ticket) -> None:
    """What somebody proposed about an earlier moment does not outlive it."""
    db.execute(delete(LevelProposal).where(LevelProposal.ticket_id == ticket.id))
