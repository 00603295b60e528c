"""Half-written texts of a ticket's page: which draft a field belongs to, and keeping those beside the notes.

The page is one form, so whatever is pressed on it brings everything that is typed there.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from hotline.base.errors import Refused
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.notes import policy
from hotline.notes.templates import FIELDS, Template
from hotline.permissions import Actor
from hotline.tickets import drafts
from hotline.tickets.confidential import notes_key, own_key
from hotline.tickets.drafts import Purpose
from hotline.tickets.models import Ticket

Fields = Mapping[str, str]
"""Field name → what was typed; several answers to one question are a line each."""

REPLY = "text"
SAFETY = "safety_"
NOTE = "note_"
ABOUT = "about"

_WITH_ABOUT = ("when", "day", "at", ABOUT)
_QUESTIONS = {
    prefix + field.name
    for template, fields in FIELDS.items()
    for prefix in (SAFETY if template is Template.SAFETY else NOTE,)
    for field in fields
}


def parts_of(typed: Fields) -> dict[Purpose, Fields]:
    """What stood on the page for each draft. A purpose that the page did not ask for is left out."""
    parts: dict[Purpose, Fields] = {}
    if REPLY in typed:
        parts[Purpose.REPLY] = {REPLY: typed[REPLY]}
    if safety := {name: text for name, text in typed.items() if name.startswith(SAFETY)}:
        parts[Purpose.SAFETY] = safety
    note = {name: text for name, text in typed.items() if name.startswith(NOTE)}
    if note or "template" in typed:
        parts[Purpose.NOTE] = {"template": typed.get("template", ""), **note}
    if ABOUT in typed:
        parts[Purpose.FOLLOW_UP] = {name: typed[name] for name in _WITH_ABOUT if name in typed}
    return parts


def is_begun(part: Fields) -> bool:
    """Whether somebody has answered anything in it: a level or a form that was chosen is no answer."""
    return any(text.strip() for name, text in part.items() if name in {*_QUESTIONS, REPLY, ABOUT})


def keep(
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
    """Keep what was typed so far, nothing of it checked. No answer at all is no draft."""
    if not policy.may_write(actor, ticket):
        raise Refused
    if not is_begun(fields):
        drafts.forget(db, actor.id, ticket.id, purpose)
        return
    typed = {name: text for name, text in fields.items() if text.strip()}
    key = notes_key(db, deployment, keys, ticket)
    drafts.keep(db, actor, ticket, key, purpose, json.dumps(typed, ensure_ascii=False), now=now)


def find(
    db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, ticket: Ticket, purpose: Purpose
) -> Fields:
    """The fields of the draft; empty without one. The page's own line about the read is in the trail."""
    key = own_key(db, deployment, keys, ticket) if policy.may_write(actor, ticket) else None
    text = drafts.find(db, actor, ticket, key, purpose) if key else ""
    fields: dict[str, str] = json.loads(text) if text else {}
    return fields
