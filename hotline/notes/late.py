"""What was posted after a session had ended becomes a draft where it belongs, at the next sign-in.

It lives beside the notes because a late note takes the notes' key, and nothing below knows notes.
What cannot become a draft any more stays as it is, for the person to copy from their account page.
"""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts import late_posts
from hotline.accounts.models import LatePost
from hotline.base.errors import NotFound, Refused, Tampered
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.notes import drafts as notes
from hotline.notes.drafts import is_begun, parts_of
from hotline.permissions import Actor
from hotline.tickets import drafts as replies
from hotline.tickets import queries as tickets
from hotline.tickets.drafts import REPLY, Purpose
from hotline.tickets.models import Ticket
from hotline.tickets.side_by_side import Fields, Page, page_of

ADDRESS = re.compile(r"/staff/tickets/([^/]+)/.+")

Place = tuple[UUID, Purpose]


def keep(
    db: Session, deployment: Deployment, token: bytes, address: str, fields: Fields, *, now: datetime
) -> bool:
    """As `late_posts.keep`, but never a form on a ticket that is another person's than the cookie's.

    Where several people use a browser, the page of one may still be open while another has signed in.
    """
    found, writer = ADDRESS.fullmatch(address), late_posts.writer_of(db, token, now=now)
    assignee = tickets.assignee_of(db, found[1]) if found else None
    if assignee is not None and assignee != writer:
        return False
    return late_posts.keep(db, deployment, token, address, fields, now=now)


def make_drafts(db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, *, now: datetime) -> int:
    """Late posts to the person's own tickets become their drafts, the newest first; returns how many.

    A draft that was saved after the post came is left alone, and so is an older post than the one
    that became the draft: nothing typed is thrown away. An older draft from another page is set aside.
    """
    done: dict[Place, Fields] = {}
    for post in reversed(late_posts.waiting_for(db, actor.id)):
        try:
            _, fields = late_posts.open_one(db, keys, post.id)
            ticket = _ticket_of(db, actor, post)
            begun = {(ticket.id, one): part for one, part in parts_of(fields).items() if is_begun(part)}
            for place, part in begun.items():
                if place not in done and _is_newest(db, actor, post, place):
                    page = page_of(fields, place[1])
                    _keep(db, deployment, actor, keys, ticket, place[1], part, page=page, now=now)
                    done[place] = part
        except (NotFound, Refused, Tampered):
            continue
        if begun and all(done.get(place) == part for place, part in begun.items()):
            late_posts.forget(db, actor.id, post.id)
    return len(done)


def _ticket_of(db: Session, actor: Actor, post: LatePost) -> Ticket:
    """The person's own ticket that the post went to; else `NotFound`."""
    found = ADDRESS.fullmatch(post.address)
    if found is None:
        raise NotFound
    return tickets.own_ticket(db, actor, found[1])


def _is_newest(db: Session, actor: Actor, post: LatePost, place: Place) -> bool:
    ticket, purpose = place
    saved = tickets.drafts_of(db, ticket, actor.id)
    return all(draft.saved_at < post.arrived_at for draft in saved if draft.purpose == purpose)


def _keep(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    purpose: Purpose,
    fields: Fields,
    *,
    page: Page | None,
    now: datetime,
) -> None:
    means = (db, deployment, actor, keys, ticket)
    if purpose is Purpose.REPLY:
        replies.keep_reply(*means, fields[REPLY], page=page, now=now)
    else:
        notes.keep(*means, purpose, {**notes.find(*means, purpose), **fields}, page=page, now=now)
