"""Keeping what is half-written: by the page's script while someone types, or by a button."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from hotline.base.errors import Invalid
from hotline.notes import drafts as note_drafts
from hotline.notes.templates import Template
from hotline.permissions import Permission
from hotline.tickets import drafts
from hotline.tickets.drafts import Purpose
from hotline.tickets.models import Ticket
from hotline.tickets.queries import own_ticket
from hotline.web.reading import Typed, read_form
from hotline.web.render import go
from hotline.web.staff.deps import may
from hotline.web.staff.desk import Desk, DeskDep, address_of
from hotline.web.staff.note_form import NOTE, SAFETY, as_fields, template_of
from hotline.web.transaction import Db

PLACE = {Purpose.REPLY: "#reply", Purpose.NOTE: "#note", Purpose.SAFETY: "#safety"}

router = APIRouter(prefix="/staff/tickets/{reference}/drafts")


@router.post("", name="ticket.drafts", dependencies=[may(Permission.TICKET_WRITE)])
def save(
    request: Request, desk: DeskDep, reference: str, typed: Annotated[Typed, Depends(read_form)]
) -> Response:
    """The draft for the purpose is what was typed. The script gets 204, a button the page again.

    `next` names another form for the note: what both forms ask goes along.
    """
    if typed.text("purpose") not in set(Purpose):
        raise Invalid
    purpose = Purpose(typed.text("purpose"))
    with desk.change() as db:
        ticket = own_ticket(db, desk.actor, reference)
        _keep(db, desk, ticket, purpose, typed)
    if "text/html" not in request.headers.get("accept", ""):
        return Response(status_code=204)
    wanted = template_of(typed.text("next"))
    query = f"?note={wanted}" if wanted and purpose is Purpose.NOTE else ""
    return go(address_of(ticket.reference, query + PLACE[purpose]))


def _keep(db: Db, desk: Desk, ticket: Ticket, purpose: Purpose, typed: Typed) -> None:
    means = (db, desk.deployment, desk.actor, desk.keys, ticket)
    if purpose is Purpose.REPLY:
        drafts.keep_reply(*means, typed.text("text"), now=desk.now)
        return
    if purpose is Purpose.SAFETY:
        fields = as_fields(Template.SAFETY, SAFETY, typed)
        choices = {name: typed.text(name) for name in ("safety_level", "safety_reason")}
    else:
        template = template_of(typed.text("template")) or Template.HELPLINE
        fields = {**note_drafts.find(*means, purpose), **as_fields(template, NOTE, typed)}
        choices = {"template": template.value}
    is_begun = any(text.strip() for text in fields.values())
    note_drafts.keep(*means, purpose, {**fields, **choices} if is_begun else {}, now=desk.now)
