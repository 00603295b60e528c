"""Half-written notes and safety reviews: every field as it was typed, sealed beside the notes."""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from hotline.base.errors import Refused
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.notes import policy
from hotline.permissions import Actor
from hotline.tickets import drafts
from hotline.tickets.confidential import notes_key, own_key
from hotline.tickets.drafts import Purpose
from hotline.tickets.models import Ticket

Fields = Mapping[str, str]
"""Field name → what was typed; several answers to one question are a line each."""


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
    typed = {name: text for name, text in fields.items() if text.strip()}
    text = json.dumps(typed, ensure_ascii=False) if typed else ""
    key = notes_key(db, deployment, keys, ticket)
    drafts.keep(db, actor, ticket, key, purpose, text, now=now)


def find(
    db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, ticket: Ticket, purpose: Purpose
) -> Fields:
    """The fields of the draft; empty without one. The page's own line about the read is in the trail."""
    key = own_key(db, deployment, keys, ticket) if policy.may_write(actor, ticket) else None
    text = drafts.find(db, actor, ticket, key, purpose) if key else ""
    fields: dict[str, str] = json.loads(text) if text else {}
    return fields
