"""What a live page can be told to look at again. A topic names a page's subject, never a person or a word.

The queue and the board are everybody's who may see them. A ticket's topic names its counselor as well:
whoever does not have the ticket any more hears nothing more of it.
"""

from uuid import UUID

QUEUE = "queue"
BOARD = "board"
LINE = (QUEUE, BOARD)
"""What waits, as counselors and as supervisors see it."""


def ticket(ticket_id: UUID, counselor_id: UUID | None) -> str:
    """A ticket's page in the eyes of its counselor."""
    return f"ticket/{ticket_id}/{counselor_id}"


def both_sides(ticket_id: UUID, counselor_id: UUID | None) -> tuple[str, str]:
    """What counselor and caller both see of a ticket."""
    return ticket(ticket_id, counselor_id), conversation(ticket_id)


def conversation(ticket_id: UUID) -> str:
    """The same conversation in the eyes of its caller."""
    return f"conversation/{ticket_id}"
