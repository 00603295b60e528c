"""The worker's part: whoever has a due follow-up is reminded, in one transaction with the mail to send."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline import topics
from hotline.base.db import rows_changed
from hotline.base.events import ping
from hotline.followups import actions, queries
from hotline.followups.cadence import Interval, due_in
from hotline.followups.lifecycle import DECISIONS, OPEN, Decision, Found, State, situation_of, why_over
from hotline.followups.models import FollowUp
from hotline.keyring.founding import Deployment
from hotline.notifications.actions import notify
from hotline.roster.hours import OpeningHours
from hotline.tickets import lifecycle as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.queries import hold

BATCH = 50
LOOK_AGAIN = timedelta(minutes=30)
"""How long a claim holds; a follow-up whose counselor is gone is looked at again after it."""


def claim_due(
    db: Session, deployment: Deployment, hours: OpeningHours, *, now: datetime, at_most: int = BATCH
) -> int:
    """Decide about the follow-ups that are due, by the state of their tickets now; returns how many.

    The claim is a conditional UPDATE: of several workers one changes the row, and the others pass on.
    """
    done = 0
    for follow_up in queries.to_be_claimed(db, now=now, at_most=at_most):
        ticket = db.get_one(Ticket, follow_up.ticket_id)
        hold(db, ticket)
        if _claim(db, follow_up, now=now):
            _decide(db, deployment, follow_up, ticket, hours, now=now)
            done += 1
    return done


def _claim(db: Session, follow_up: FollowUp, *, now: datetime) -> bool:
    """Whether this transaction is the one that looks at it: the condition is in the UPDATE."""
    as_seen = (
        FollowUp.id == follow_up.id,
        FollowUp.state == follow_up.state,
        FollowUp.state.in_(OPEN),
        FollowUp.due_at == follow_up.due_at,
        queries.is_free(now),
    )
    claimed = rows_changed(db, update(FollowUp).where(*as_seen).values(claimed_until=now + LOOK_AGAIN))
    db.refresh(follow_up)
    return claimed == 1


def _decide(
    db: Session,
    deployment: Deployment,
    follow_up: FollowUp,
    ticket: Ticket,
    hours: OpeningHours,
    *,
    now: datetime,
) -> None:
    situation = situation_of(_found(db, deployment, follow_up, ticket))
    decision = DECISIONS[situation]
    ping(db, topics.BOARD)
    if decision is Decision.CANCEL:
        actions.end(follow_up, why_over(situation), now=now)
        ping(db, topics.conversation(ticket.id))
        ticket.follow_up_at = None  # the others on this ticket are over for the same reason
    elif decision is Decision.POSTPONE:
        follow_up.due_at = due_in(Interval.NEXT_DAY, now, hours)
        follow_up.state = State.PLANNED
        follow_up.claimed_until = None
        actions.tell_caller(db, ticket)
    elif decision is Decision.REMIND:
        follow_up.account_id = ticket.assignee_id or follow_up.account_id
        follow_up.state = State.REMINDED
        follow_up.reminded_at = now
        follow_up.claimed_until = None
        notify(db, follow_up.account_id, now=now)


def _found(db: Session, deployment: Deployment, follow_up: FollowUp, ticket: Ticket) -> Found:
    return Found(
        state=tickets.State(ticket.state),
        outcome=ticket.outcome,
        consent=ticket.follow_up,
        has_word=ticket.follow_up_at is not None,
        is_same_counselor=ticket.assignee_id == follow_up.account_id,
        counselor_works=queries.works(db, deployment, ticket.assignee_id),
    )
