"""Who may do what to a ticket. A permission is necessary, never sufficient; so is a policy: keys decide."""

from hotline.base.errors import Refused
from hotline.permissions import Actor, Permission
from hotline.tickets.lifecycle import ClosedMeanwhile, DeletedMeanwhile, Outcome, State
from hotline.tickets.models import Ticket


def is_mine(actor: Actor, ticket: Ticket) -> bool:
    """The ticket is this counselor's own."""
    return actor.holds(Permission.TICKET_READ) and ticket.assignee_id == actor.id


def may_read(actor: Actor, ticket: Ticket) -> bool:
    """Only the ticket's own counselor, once they have opened it; a closed one stays readable to them."""
    return is_mine(actor, ticket) and ticket.state in {State.TAKEN, State.CLOSED, State.DELETED}


def may_reply(actor: Actor, ticket: Ticket) -> bool:
    """Only the ticket's own counselor, and only while it is taken."""
    return actor.holds(Permission.TICKET_WRITE) and is_mine(actor, ticket) and ticket.is_taken


def may_set_level(actor: Actor, ticket: Ticket) -> bool:
    """The ticket's own counselor; lowering P1 takes a second person besides."""
    return may_reply(actor, ticket)


def may_confirm_level(actor: Actor, ticket: Ticket, proposed_by: object) -> bool:
    """A supervisor who is not the one who asked."""
    return actor.holds(Permission.LEVEL_CONFIRM) and ticket.is_open and proposed_by != actor.id


def may_close(actor: Actor, ticket: Ticket) -> bool:
    """The ticket's own counselor, while it is taken."""
    return may_reply(actor, ticket)


def may_give_back(actor: Actor, ticket: Ticket) -> bool:
    """The ticket's own counselor, while it is taken."""
    return may_reply(actor, ticket)


def may_reopen(actor: Actor, ticket: Ticket) -> bool:
    """The counselor who closed it, while it is closed and not by the caller's wish."""
    is_mine_to_write = actor.holds(Permission.TICKET_WRITE) and is_mine(actor, ticket)
    is_callers_wish = ticket.finished_at is not None or ticket.outcome == Outcome.STOPPED_BY_CALLER
    return is_mine_to_write and ticket.state == State.CLOSED and not is_callers_wish


def refusal(actor: Actor, ticket: Ticket) -> Refused:
    """Why something cannot be done, as far as the ticket's own counselor may know; nothing for others."""
    if is_mine(actor, ticket) and ticket.state == State.CLOSED:
        return ClosedMeanwhile(ticket.reference)
    if is_mine(actor, ticket) and ticket.state == State.DELETED:
        return DeletedMeanwhile(ticket.reference)
    return Refused()
