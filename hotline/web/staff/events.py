"""The stream that tells a signed-in person's open page to look again."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from hotline import topics
from hotline.permissions import Permission
from hotline.tickets.queries import has_more, own_ticket
from hotline.web.deps import DatabaseDep
from hotline.web.live import StreamsDep, Whose
from hotline.web.routing import Router
from hotline.web.staff.deps import Onlooker, onlooker

SHOWN = {topics.QUEUE: Permission.QUEUE_SEE, topics.BOARD: Permission.BOARD_SEE}

router = Router()


@router.get("/staff/events", name="events")
async def listen(
    looking: Annotated[Onlooker, Depends(onlooker)],
    streams: StreamsDep,
    database: DatabaseDep,
    ticket: str = "",
    seen: int = 0,
) -> Response:
    """Pings about the queue and the board, as far as the person may see them.

    With a `ticket` only about that one, which must be their own; `seen` is how many messages the
    page shows.
    """
    actor, whose = looking.actor, Whose(looking.session, looking.actor.id)
    if not ticket:
        return streams.answer(whose, {one: one for one, needed in SHOWN.items() if actor.holds(needed)})

    def find() -> UUID:
        with database.read() as db:
            return own_ticket(db, actor, ticket).id

    own = await run_in_threadpool(find)
    topic = topics.ticket(own, actor.id)
    return streams.answer(whose, {topic: "ticket"}, lambda db: has_more(db, own, seen))
