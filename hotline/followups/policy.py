"""Who may plan and end follow-ups."""

from hotline.followups.lifecycle import is_finished_by_caller
from hotline.permissions import Actor, Permission
from hotline.tickets.lifecycle import Consent, State
from hotline.tickets.models import Ticket
from hotline.tickets.policy import may_read


def may_see(actor: Actor, ticket: Ticket) -> bool:
    """The ticket's own counselor, who has opened it."""
    return actor.holds(Permission.FOLLOW_UP_PLAN) and may_read(actor, ticket)


def may_plan(actor: Actor, ticket: Ticket) -> bool:
    """The same, while somebody can still be written to: closing does not end it, the caller does."""
    return may_see(actor, ticket) and is_possible(ticket)


def is_possible(ticket: Ticket) -> bool:
    """Whether the conversation is there and was not finished by the caller."""
    is_finished = ticket.finished_at is not None or is_finished_by_caller(ticket.state, ticket.outcome)
    return ticket.state != State.DELETED and not is_finished


def is_wanted(ticket: Ticket) -> bool:
    """Whether the caller has not said that nobody shall write again."""
    return ticket.follow_up != Consent.NO
