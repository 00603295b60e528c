"""Keeping what is half-written: with whatever is pressed on a ticket's page, and while someone types.

The page is one form. What stands in it is kept before anything else is done, so that no button
drops what was typed beside it, with a script or without.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from hotline.base.digits import plain
from hotline.base.errors import HotlineError, Invalid
from hotline.base.i18n import Language
from hotline.notes import drafts as notes
from hotline.notes.drafts import NOTE, SAFETY, is_begun, parts_of
from hotline.notes.templates import Template
from hotline.permissions import Permission
from hotline.tickets import drafts as replies
from hotline.tickets.drafts import REPLY, Purpose
from hotline.tickets.models import Ticket
from hotline.tickets.policy import refusal
from hotline.tickets.queries import own_ticket
from hotline.tickets.side_by_side import FORM, OPENED, Fields, Page, page_of
from hotline.web.headers import set_cookie
from hotline.web.reading import Typed, read_form
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.staff.deps import may
from hotline.web.staff.desk import Desk, DeskDep, address_of, form_id
from hotline.web.staff.note_form import as_fields, template_of
from hotline.web.transaction import Db

PLACE = {purpose: f"#{purpose}" for purpose in (Purpose.REPLY, Purpose.NOTE, Purpose.SAFETY)}
NEXT_TICKET = "/staff/queue/next"

SET_ASIDE = "hotline-set-aside"
"""The header that tells the script of another page's words, which had to make room."""

router = Router(prefix="/staff/tickets/{reference}/drafts")


@router.post("", name="ticket.drafts", dependencies=[may(Permission.TICKET_WRITE)])
def save(
    request: Request, desk: DeskDep, reference: str, typed: Annotated[Typed, Depends(read_form)]
) -> Response:
    """Everything that stands on the page is kept. The script gets 204, a button the page again.

    `next` names another form for the note: what both forms ask goes along. `language` is the switch
    in the header, whose address says what form for the note was asked for; `then` is the way to the
    next ticket, or to another one by its reference.
    """
    if not parts_of(_flat(typed)):
        raise Invalid
    kept = keep_all(desk, reference, typed)
    if "text/html" not in request.headers.get("accept", ""):
        return Response(status_code=204, headers={SET_ASIDE: "yes"} if kept.has_set_aside else None)
    if typed.has("then", "next"):
        return RedirectResponse(NEXT_TICKET, 307)
    if (other := plain(typed.text("then"))).isascii() and other.isdecimal():
        return go(address_of(other))
    asked = request.query_params.get("note", "") if typed.asks_language else ""
    wanted = template_of(typed.text("next") or asked)
    place = PLACE.get(Purpose(purpose), "") if (purpose := typed.text("purpose")) in set(Purpose) else ""
    answer = go(
        address_of(kept.ticket.reference, f"?note={wanted}{PLACE[Purpose.NOTE]}" if wanted else place)
    )
    if typed.text("language") in set(Language):
        set_cookie(answer, desk.pages.settings, "language", typed.text("language"))
    return answer


@dataclass(frozen=True)
class Kept:
    """What became of the texts on a page.

    `was_sent`: its reply is in the conversation, and no draft. `has_set_aside`: another page's words had
    to make room.
    """

    ticket: Ticket
    was_sent: bool
    has_set_aside: bool


def keep_typed(desk: Desk, reference: str, typed: Typed) -> Ticket:
    """The drafts of the person's own ticket are what stands on its page now."""
    return keep_all(desk, reference, typed).ticket


def keep_all(desk: Desk, reference: str, typed: Typed) -> Kept:
    """The same, and what became of it.

    A reply to a ticket that is not taken any more is refused; everything beside it is a draft all the same.
    """
    with desk.change() as db:
        ticket = own_ticket(db, desk.actor, reference)
        own = (db, desk.deployment, desk.actor, desk.keys, ticket)
        was_sent = replies.was_sent(*own, typed.text(REPLY), form=form_id(typed))
        is_too_late = not (ticket.is_taken or was_sent) and is_begun({REPLY: typed.text(REPLY)})
        done = [Purpose.REPLY] if is_too_late or was_sent else []
        has_set_aside = keep_beside(db, desk, ticket, typed, *done)
    if is_too_late:
        with desk.change():  # the drafts are committed, and the refusal is in the trail
            raise refusal(desk.actor, ticket)
    return Kept(ticket, was_sent, has_set_aside)


def keep_beside(db: Db, desk: Desk, ticket: Ticket, typed: Typed, *done: Purpose) -> bool:
    """What stands on the page beside what is being `done` is a draft. Whether other words were set aside."""
    parts = parts_of(_flat(typed)).items()
    set_aside = [_keep(db, desk, ticket, one, part, typed) for one, part in parts if one not in done]
    return any(set_aside)


def end(db: Db, desk: Desk, ticket: Ticket, purpose: Purpose, typed: Typed) -> None:
    """What stood on the page was sent or finished, and is no draft any more."""
    page = _page(typed, purpose)
    means = (db, desk.deployment, desk.actor, desk.keys, ticket)
    if purpose is Purpose.REPLY:
        replies.end_reply(*means, typed.text(REPLY), page=page)
    else:
        notes.end(*means, purpose, _flat(typed), page=page)


@contextmanager
def done_or_kept(desk: Desk, reference: str, typed: Typed) -> Iterator[None]:
    """All that stands on the page is a draft, if what it asks for is not done."""
    try:
        yield
    except HotlineError:
        keep_typed(desk, reference, typed)
        raise


def _keep(db: Db, desk: Desk, ticket: Ticket, purpose: Purpose, part: Fields, typed: Typed) -> bool:
    means = (db, desk.deployment, desk.actor, desk.keys, ticket)
    page = _page(typed, purpose)
    if purpose is Purpose.REPLY:
        is_due = is_begun(part) or ticket.is_taken
        return is_due and replies.keep_reply(*means, part[REPLY], page=page, now=desk.now)
    if purpose is Purpose.SAFETY:
        part = {**part, **as_fields(Template.SAFETY, SAFETY, typed)}
    if purpose is Purpose.NOTE:
        template = template_of(typed.text("template")) or Template.HELPLINE
        part = {**notes.find(*means, purpose), **as_fields(template, NOTE, typed), "template": template.value}
    return notes.keep(*means, purpose, part, page=page, now=desk.now)


def _page(typed: Typed, purpose: Purpose) -> Page | None:
    return page_of({name: typed.text(name) for name in (FORM, OPENED + purpose)}, purpose)


def _flat(typed: Typed) -> Fields:
    """Every field as a draft keeps it: several answers to one question are a line each."""
    return {name: "\n".join(values) for name, values in typed.fields.items()}
