"""How a ticket ends and comes back: closed by its counselor, finished, reopened or deleted by its caller.

Every end of an open ticket is counted with its outcome in the month of that end. One that comes back
and ends again counts again: it was worked on again. Deleting an open one counts as stopped by the caller.
"""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hotline import topics
from hotline.accounts import sessions
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.base.errors import Conflict, Problem, Refused
from hotline.base.events import ping
from hotline.base.i18n import Language
from hotline.counters.actions import Dimension, count
from hotline.keyring import grants, team
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.permissions import Actor
from hotline.roster.hours import OpeningHours
from hotline.tickets import levelling, policy
from hotline.tickets.actions import Author, ReviewFirst, add_message, check_text
from hotline.tickets.levels import Level, reply_due
from hotline.tickets.lifecycle import Outcome, State, may_become, waits_for_a_look
from hotline.tickets.models import Draft, Message, Ticket
from hotline.tickets.queries import callers_ticket, hold
from hotline.tickets.returning import back_to_queue, is_without_counselor


def close(
    db: Session, actor: Actor, ticket: Ticket, outcome: Outcome, *, tz: ZoneInfo, now: datetime
) -> None:
    """The counselor ends the conversation with an outcome; the caller can still read and write.

    Closing it again with the same outcome changes nothing.
    """
    hold(db, ticket)
    if policy.is_mine(actor, ticket) and (ticket.state, ticket.outcome) == (State.CLOSED, outcome):
        return
    if not policy.may_close(actor, ticket):
        raise policy.refusal(actor, ticket)
    if ticket.reviewed_at is None:
        raise ReviewFirst(outcome=Problem(ReviewFirst.message))
    _end(db, ticket, outcome, tz=tz, now=now)
    ping(db, topics.BOARD, *topics.both_sides(ticket.id, actor.id))
    record(db, Act.CLOSED, actor=actor.id, subject=ticket.id, now=now, detail=outcome)


def reopen(db: Session, actor: Actor, ticket: Ticket, *, now: datetime) -> None:
    """The counselor's own closed ticket is theirs to answer again: they promised to write later."""
    hold(db, ticket)
    if not policy.may_reopen(actor, ticket):
        raise Refused
    ticket.state = State.TAKEN
    ticket.closed_at = None
    ticket.outcome = None
    ping(db, topics.BOARD, *topics.both_sides(ticket.id, actor.id))
    record(db, Act.REOPENED, actor=actor.id, subject=ticket.id, now=now)


def finish_as_caller(db: Session, caller: Unlocked, *, tz: ZoneInfo, now: datetime) -> None:
    """The caller needs nothing more for now, and nobody writes again. Finishing twice changes nothing.

    An unanswered message of P1 or P2 is still read: its ticket stays where it is, in the
    queue or with its counselor, who then closes it.
    """
    ticket = callers_ticket(db, caller)
    tell(db, ticket)
    ticket.follow_up_at = None
    if not ticket.is_open or ticket.finished_at is not None:
        return
    ticket.finished_at = now
    if not waits_for_a_look(ticket.urgency, ticket.reply_due_at):
        _end(db, ticket, Outcome.STOPPED_BY_CALLER, tz=tz, now=now)


def write_as_caller(
    db: Session,
    deployment: Deployment,
    caller: Unlocked,
    text: str,
    *,
    level: Level | None,
    language: Language,
    hours: OpeningHours,
    now: datetime,
) -> Message:
    """Append the caller's message, and make sure that it reaches somebody.

    A closed ticket, or one whose counselor is disabled or away beyond the promised time, goes back
    to the queue.

    `level` is what the caller's present safety answer asks for; it can only make things more urgent.
    """
    check_text(text)
    ticket = callers_ticket(db, caller)
    tell(db, ticket)
    key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, caller)
    if ticket.state == State.CLOSED or is_without_counselor(db, deployment, ticket, now=now):
        back_to_queue(db, deployment, ticket, key, since=now)
    ticket.finished_at = None
    message = add_message(db, key, ticket, Author.CALLER, text, by=None, language=language, now=now)
    if level is not None and level.is_more_urgent_than(ticket.urgency):
        ticket.level = level
    if level is Level.P1:
        levelling.withdraw(db, ticket)
    due = reply_due(ticket.urgency, now, hours)
    ticket.reply_due_at = min(ticket.reply_due_at or due, due)
    return message


def remind(db: Session, deployment: Deployment, caller: Unlocked, *, now: datetime) -> None:
    """A caller whose answer is late puts the message back on top; `Conflict` while it is not."""
    ticket = callers_ticket(db, caller)
    is_expected = ticket.is_open and ticket.finished_at is None
    if not is_expected or ticket.reply_due_at is None or now <= ticket.reply_due_at:
        raise Conflict
    tell(db, ticket)
    if ticket.state == State.WAITING:
        ticket.waiting_since = ticket.created_at
    elif is_without_counselor(db, deployment, ticket, now=now):
        key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, caller)
        back_to_queue(db, deployment, ticket, key, since=ticket.created_at)


def tell(db: Session, ticket: Ticket) -> None:
    """What the caller changes can be seen in the line, and by the counselor who has the ticket until now."""
    ping(db, *topics.LINE, *topics.both_sides(ticket.id, ticket.assignee_id))


def delete_as_caller(db: Session, caller: Unlocked, *, tz: ZoneInfo, now: datetime) -> UUID:
    """The messages, their keys and the caller's sessions are gone; notes and the coded record stay.

    Returns the ticket's id, so that intake can forget the receipt code.
    """
    ticket = callers_ticket(db, caller)
    tell(db, ticket)
    if ticket.is_open:
        count(db, Dimension.OUTCOME, [Outcome.STOPPED_BY_CALLER], now=now, tz=tz)
    db.execute(delete(Message).where(Message.ticket_id == ticket.id))
    conversation_drafts = (Draft.ticket_id == ticket.id) & (Draft.compartment == Compartment.CONVERSATION)
    db.execute(delete(Draft).where(conversation_drafts))
    levelling.withdraw(db, ticket)
    _unassign_unopened(ticket)
    team.keeps_still(db)
    grants.destroy(db, ticket.id, Compartment.CONVERSATION)
    sessions.end_all_of_ticket(db, ticket.id)
    ticket.answers = None
    ticket.follow_up_at = None
    ticket.state = State.DELETED
    ticket.waiting_since = None
    ticket.reply_due_at = None
    ticket.closed_at = ticket.closed_at or now
    return ticket.id


def _end(db: Session, ticket: Ticket, outcome: Outcome, *, tz: ZoneInfo, now: datetime) -> None:
    if not may_become(State(ticket.state), State.CLOSED):
        raise Conflict
    levelling.withdraw(db, ticket)
    _unassign_unopened(ticket)
    ticket.state = State.CLOSED
    ticket.outcome = outcome
    ticket.closed_at = now
    ticket.waiting_since = None
    ticket.reply_due_at = None
    count(db, Dimension.OUTCOME, [outcome], now=now, tz=tz)


def _unassign_unopened(ticket: Ticket) -> None:
    """Whoever never opened a ticket holds no key to it: once it ends it is not theirs."""
    if ticket.state == State.ASSIGNED:
        ticket.assignee_id = None
