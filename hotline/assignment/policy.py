"""Who may take and who may assign."""

from hotline.permissions import Actor, Permission


def may_see_queue(actor: Actor) -> bool:
    """A counselor."""
    return actor.holds(Permission.QUEUE_SEE)


def may_take(actor: Actor, *, on_duty: bool) -> bool:
    """A counselor who is on duty."""
    return actor.holds(Permission.TICKET_TAKE) and on_duty


def may_assign(actor: Actor) -> bool:
    """A supervisor. They give the work to somebody and read nothing of it."""
    return actor.holds(Permission.TICKET_ASSIGN)
