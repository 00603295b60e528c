"""The stream that tells a caller's open conversation to look again; of no other is anything told."""

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from hotline import topics
from hotline.tickets.queries import has_more
from hotline.web.caller.deps import Onlooker, onlooker
from hotline.web.live import StreamsDep, Whose
from hotline.web.routing import Router

router = Router()


@router.get("/conversation/events", name="conversation.events")
async def listen(
    looking: Annotated[Onlooker, Depends(onlooker)],
    streams: StreamsDep,
    seen: int = 0,
) -> Response:
    """Pings about the caller's own conversation; `seen` is how many messages the page shows."""
    whose, topic = Whose(looking.session, looking.ticket), topics.conversation(looking.ticket)
    return streams.answer(whose, {topic: "conversation"}, lambda db: has_more(db, whose.owner, seen))
