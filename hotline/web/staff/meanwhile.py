"""What became of a ticket while its counselor's page was open: said in words, with what was typed."""

from fastapi import Request
from starlette.responses import Response

from hotline.notes.drafts import NOTE
from hotline.tickets.lifecycle import AlreadyBack, Meanwhile
from hotline.web.csrf import READING
from hotline.web.errors import failure_of
from hotline.web.forms import texts_to_give_back
from hotline.web.reading import typed_so_far
from hotline.web.render import Pages
from hotline.web.staff.desk import address_of


async def tell(request: Request, error: Exception) -> Response:
    """Why nothing was done, what was typed, and the ways on. The note is not given back: it is a draft."""
    assert isinstance(error, Meanwhile)
    pages: Pages = request.app.state.pages
    typed = await typed_so_far(request)
    was_sent = request.method not in READING
    texts = [(name, text) for name, text in texts_to_give_back(typed) if was_sent]
    address = address_of(error.reference) if error.reference else ""
    kept = [text for name, text in texts if not (address and name.startswith(NOTE))]
    return pages.page(
        request,
        "staff/ticket/meanwhile.html",
        failure_of(error).status,
        what=error.message,
        is_undone=was_sent and not isinstance(error, AlreadyBack),
        kept=kept,
        has_note=len(kept) < len(texts),
        address=address,
        step=address or "/staff",
    )
