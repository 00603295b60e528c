"""Planning, making and cancelling follow-ups. The caller is told by the ticket's `follow_up_at`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotline import topics
from hotline.audit.actions import Journal, record
from hotline.audit.acts import Act
from hotline.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from hotline.base.events import ping
from hotline.base.i18n import N_
from hotline.counters.actions import Dimension, count
from hotline.followups import policy, queries
from hotline.followups.cadence import NEXT_TRY, due_in
from hotline.followups.lifecycle import MAX_ATTEMPTS, Outcome, State, Why, after
from hotline.followups.models import FollowUp
from hotline.keyring.founding import Deployment
from hotline.keyring.grants import DataKey
from hotline.keyring.holder import Unlocked
from hotline.permissions import Actor
from hotline.roster.hours import OpeningHours
from hotline.tickets import ending
from hotline.tickets.confidential import notes_key, own_key
from hotline.tickets.lifecycle import Consent
from hotline.tickets.models import Ticket
from hotline.tickets.policy import refusal
from hotline.tickets.queries import hold

PURPOSE_LIMIT = 300
PURPOSE = "follow-up"
MOST_OPEN = 6


class NotWanted(Invalid):
    """The caller wants no follow-ups: nothing can be planned until they allow it again."""

    message = N_("The caller does not want to be written to again. They can still write, and you answer.")


@dataclass(frozen=True)
class Opened:
    """A follow-up with why it was planned; `text` is None when these keys cannot open it."""

    row: FollowUp
    text: str | None = field(repr=False)


def plan(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    due_at: datetime,
    purpose: str,
    *,
    form: UUID | None = None,
    tz: ZoneInfo,
    now: datetime,
) -> FollowUp:
    """The counselor will be reminded, and the caller is told when somebody writes again.

    The same `form` sent again is the same follow-up. `NotWanted` when the caller has said no.
    """
    hold(db, ticket)
    if not policy.may_plan(actor, ticket):
        raise refusal(actor, ticket)
    earlier = db.get(FollowUp, form) if form else None
    if earlier is not None and (earlier.ticket_id, earlier.planned_by) == (ticket.id, actor.id):
        return earlier
    _check(db, ticket, purpose)
    follow_up = _new(ticket, actor, due_at, id_=None if earlier else form, now=now)
    if purpose.strip():
        _seal(follow_up, notes_key(db, deployment, keys, ticket), purpose)
    _cancel_stopped(db, ticket, now=now)
    db.add(follow_up)
    tell_caller(db, ticket)
    count(db, Dimension.FOLLOW_UPS_PLANNED, ["planned"], now=now, tz=tz)
    record(db, Act.FOLLOW_UP_PLANNED, actor=actor.id, subject=ticket.id, now=now)
    return follow_up


def make(
    db: Session,
    actor: Actor,
    ticket: Ticket,
    follow_up_id: UUID,
    outcome: Outcome,
    *,
    tried: int,
    hours: OpeningHours,
    tz: ZoneInfo,
    now: datetime,
) -> FollowUp:
    """The contact was made, or nobody answered: then it is planned once more, until it lapses.

    `tried` is how often the page said that it had been tried: the same "no answer" sent again counts
    once, and what is said of an earlier try than the last is a `Conflict`. A caller who declines is
    not written to again, and their other follow-ups are cancelled.
    """
    follow_up = _open_one(db, actor, ticket, follow_up_id)
    if outcome is Outcome.NO_ANSWER and follow_up.attempts == tried + 1:
        return follow_up
    if follow_up.attempts != tried:
        raise Conflict
    follow_up.attempts += 1
    following = after(outcome, follow_up.attempts, follow_up.max_attempts)
    if following is State.PLANNED:
        follow_up.due_at = due_in(NEXT_TRY, now, hours)
        follow_up.claimed_until = None
    else:
        follow_up.outcome = outcome
        follow_up.ended_at = now
        count(db, Dimension.FOLLOW_UPS_COMPLETED, [outcome], now=now, tz=tz)
    follow_up.state = following
    if outcome is Outcome.DECLINED:
        ticket.follow_up = Consent.NO
        for other in queries.open_of_ticket(db, ticket.id):
            end(other, Why.STOPPED, now=now)
    tell_caller(db, ticket)
    record(db, Act.FOLLOW_UP_MADE, actor=actor.id, subject=ticket.id, now=now, detail=outcome)
    return follow_up


def cancel(db: Session, actor: Actor, ticket: Ticket, follow_up_id: UUID, *, now: datetime) -> None:
    """It will not be made after all, and the caller is not told of it any more."""
    follow_up = _open_one(db, actor, ticket, follow_up_id)
    end(follow_up, Why.COUNSELOR, now=now)
    tell_caller(db, ticket)
    record(db, Act.FOLLOW_UP_CANCELLED, actor=actor.id, subject=ticket.id, now=now)


def reopen(db: Session, actor: Actor, ticket: Ticket, *, now: datetime) -> None:
    """A closed ticket is open again for its counselor, who has promised to write: nothing else reopens it."""
    if not policy.may_plan(actor, ticket) or not policy.is_wanted(ticket):
        raise refusal(actor, ticket)
    if not queries.open_of_ticket(db, ticket.id):
        raise Conflict
    ending.reopen(db, actor, ticket, now=now)


def read(
    db: Session,
    deployment: Deployment,
    journal: Journal,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    *,
    now: datetime,
) -> list[Opened]:
    """The ticket's follow-ups for its counselor; a line in the trail first, if there is anything to open."""
    if not policy.may_see(actor, ticket):
        raise NotFound
    rows = queries.of_ticket(db, ticket.id)
    if not any(row.purpose for row in rows):
        return [Opened(row, "") for row in rows]
    journal.write(Act.FOLLOW_UPS_READ, actor=actor.id, subject=ticket.id, now=now)
    key = own_key(db, deployment, keys, ticket)
    return [Opened(row, _opened(key, row)) for row in rows]


def end(follow_up: FollowUp, why: Why, *, now: datetime) -> None:
    """The follow-up is cancelled."""
    follow_up.state = State.CANCELLED
    follow_up.why = why
    follow_up.ended_at = now
    follow_up.claimed_until = None


def tell_caller(db: Session, ticket: Ticket) -> None:
    """The caller's page says when the next contact is due; nothing when none is."""
    db.flush()
    planned: Sequence[FollowUp] = queries.open_of_ticket(db, ticket.id) if policy.is_wanted(ticket) else ()
    ticket.follow_up_at = min((one.due_at for one in planned), default=None)
    db.flush()
    ping(db, topics.BOARD, topics.conversation(ticket.id))


def _new(ticket: Ticket, actor: Actor, due_at: datetime, *, id_: UUID | None, now: datetime) -> FollowUp:
    return FollowUp(
        id=id_ or uuid4(),
        ticket_id=ticket.id,
        account_id=actor.id,
        planned_by=actor.id,
        planned_at=now,
        due_at=due_at,
        epoch=0,
        attempts=0,
        max_attempts=MAX_ATTEMPTS,
        state=State.PLANNED,
    )


def _check(db: Session, ticket: Ticket, purpose: str) -> None:
    if not policy.is_wanted(ticket):
        raise NotWanted(when=Problem(NotWanted.message))
    if len(purpose) > PURPOSE_LIMIT:
        said = N_("This must be %(limit)s characters or fewer. You have not lost anything.")
        raise Invalid(about=Problem(said, {"limit": PURPOSE_LIMIT}))
    if ticket.follow_up_at and len(queries.open_of_ticket(db, ticket.id)) >= MOST_OPEN:
        said = N_("There are %(most)s follow-ups on this ticket already. Make or cancel one first.")
        raise Invalid(when=Problem(said, {"most": MOST_OPEN}))


def _cancel_stopped(db: Session, ticket: Ticket, *, now: datetime) -> None:
    """What the caller once stopped does not come back with a new plan."""
    if ticket.follow_up_at is None:
        for stopped in queries.open_of_ticket(db, ticket.id):
            end(stopped, Why.STOPPED, now=now)


def _open_one(db: Session, actor: Actor, ticket: Ticket, follow_up_id: UUID) -> FollowUp:
    """A follow-up of this ticket that is still to be made; `Conflict` when it or the caller has ended it."""
    hold(db, ticket)
    if not policy.may_see(actor, ticket):
        raise Refused
    follow_up = db.get(FollowUp, follow_up_id, populate_existing=True)
    if follow_up is None or follow_up.ticket_id != ticket.id:
        raise NotFound
    stands = ticket.follow_up_at is not None and policy.is_wanted(ticket) and policy.is_possible(ticket)
    if not follow_up.is_open or not stands:
        raise Conflict
    return follow_up


def _seal(follow_up: FollowUp, key: DataKey, purpose: str) -> None:
    follow_up.epoch = key.epoch
    author = str(follow_up.planned_by)
    follow_up.purpose = key.seal(purpose, record=follow_up.id, kind=PURPOSE, author=author)


def _opened(key: DataKey | None, row: FollowUp) -> str | None:
    if row.purpose is None:
        return ""
    if key is None or key.epoch != row.epoch:
        return None
    return key.open(row.purpose, record=row.id, kind=PURPOSE, author=str(row.planned_by))
