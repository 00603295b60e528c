"""Who may write and read notes."""

from hotline.permissions import Actor, Permission
from hotline.tickets.models import Ticket
from hotline.tickets.policy import may_read


def may_write(actor: Actor, ticket: Ticket) -> bool:
    """The ticket's own counselor; after closing too, because notes are often finished then."""
    return actor.holds(Permission.NOTE_WRITE) and may_read(actor, ticket)
