"""Who may see statistics."""

from hotline.permissions import Actor, Permission


def may_see(actor: Actor) -> bool:
    """Whoever has the permission: the tables themselves hold nothing about anybody."""
    return actor.holds(Permission.STATISTICS_SEE)
