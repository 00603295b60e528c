"""What was posted after a session had ended becomes a draft where it belongs, at the next sign-in.

It lives beside the notes because a late note takes the notes' key, and nothing below knows notes.
What cannot become a draft any more stays as it is, for the person to copy from their account page.
"""

import re
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts import own
from hotline.accounts import queries as accounts
from hotline.accounts.models import LatePost
from hotline.base.errors import NotFound, Refused, Tampered
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.notes import drafts as notes
from hotline.notes.drafts import Fields
from hotline.permissions import Actor
from hotline.tickets import drafts as replies
from hotline.tickets import queries as tickets
from hotline.tickets.drafts import Purpose
from hotline.tickets.models import Ticket

ADDRESS = re.compile(r"/staff/tickets/([^/]+)/(messages|notes|safety|drafts)")
PURPOSES = {"messages": Purpose.REPLY, "notes": Purpose.NOTE, "safety": Purpose.SAFETY}
REPLY = "text"

Place = tuple[UUID, Purpose]


def make_drafts(db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, *, now: datetime) -> int:
    """Late posts to the person's own tickets become their drafts, the newest first; returns how many.

    A draft that was saved after the post came is left alone, and so is an older post than the one
    that became the draft: nothing typed is thrown away.
    """
    done: dict[Place, Fields] = {}
    for post in reversed(accounts.late_posts_of(db, actor.id)):
        try:
            _, fields = own.open_late_post(db, keys, post.id)
            ticket, purpose = _belongs_to(db, actor, post, fields)
            place = (ticket.id, purpose)
            if place not in done and _is_newest(db, actor, post, place):
                _keep(db, deployment, actor, keys, ticket, purpose, fields, now=now)
                done[place] = fields
        except (NotFound, Refused, Tampered):
            continue
        if done.get(place) == fields:
            own.forget_late_post(db, actor.id, post.id)
    return len(done)


def _belongs_to(db: Session, actor: Actor, post: LatePost, fields: Fields) -> tuple[Ticket, Purpose]:
    """The person's own ticket and what the text was for; else `NotFound`."""
    found = ADDRESS.fullmatch(post.address)
    if found is None:
        raise NotFound
    reference, kind = found.groups()
    purpose = PURPOSES.get(kind) or _purpose_in(fields)
    return tickets.own_ticket(db, actor, reference), purpose


def _purpose_in(fields: Fields) -> Purpose:
    """What a draft that was saved too late was for."""
    if fields.get("purpose") not in set(Purpose):
        raise NotFound
    return Purpose(fields["purpose"])


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
    now: datetime,
) -> None:
    means = (db, deployment, actor, keys, ticket)
    if purpose is Purpose.REPLY:
        replies.keep_reply(*means, fields.get(REPLY, ""), now=now)
    else:
        notes.keep(*means, purpose, {**notes.find(*means, purpose), **fields}, now=now)
