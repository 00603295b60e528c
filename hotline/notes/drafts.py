"""Half-written texts of a ticket's page: which draft a field belongs to, and keeping those beside the notes.

The page is one form, so whatever is pressed on it brings everything that is typed there.
"""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from hotline.base.errors import Refused
from hotline.keyring.founding import Deployment
from hotline.keyring.grants import DataKey
from hotline.keyring.holder import Unlocked
from hotline.notes import actions, policy
from hotline.notes.templates import FIELDS, Template
from hotline.permissions import Actor
from hotline.tickets import drafts, queries
from hotline.tickets.confidential import notes_key, own_key
from hotline.tickets.drafts import REPLY, Purpose, Writing
from hotline.tickets.models import Ticket
from hotline.tickets.side_by_side import Fields, Page

SAFETY = "safety_"
NOTE = "note_"
ABOUT = "about"

_PREFIX = {Purpose.SAFETY: SAFETY, Purpose.NOTE: NOTE}
_WITH_ABOUT = ("when", "day", "at", ABOUT)
_ASKED = {
    (SAFETY if template is Template.SAFETY else NOTE) + field.name: field
    for template, fields in FIELDS.items()
    for field in fields
}
_QUESTIONS = set(_ASKED)
_PROSE = {ABOUT, *(name for name, field in _ASKED.items() if not field.options and not field.most)}


_AS_ANSWERS = Writing(_PROSE, write=lambda words: json.dumps(words, ensure_ascii=False), read=json.loads)


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
    page: Page | None = None,
    now: datetime,
) -> bool:
    """Keep what was typed so far, nothing of it checked. No answer at all is no draft, nor what is finished.

    Whether another page's words had to be set aside for it.
    """
    if not policy.may_write(actor, ticket):
        raise Refused
    here = {name: text for name, text in fields.items() if text.strip()} if is_begun(fields) else {}
    if not here and all(draft.purpose != purpose for draft in queries.drafts_of(db, ticket.id, actor.id)):
        return False
    key = notes_key(db, deployment, keys, ticket)
    if page and page.is_untouched(here) and _is_finished(db, key, actor, ticket, purpose, here):
        return False
    means = (db, deployment, actor, keys, ticket, key)
    return drafts.keep_words(*means, purpose, here, _AS_ANSWERS, page=page, now=now)


def _is_finished(
    db: Session, key: DataKey, actor: Actor, ticket: Ticket, purpose: Purpose, here: Fields
) -> bool:
    """Whether another page has made these words the note that this person finished last."""
    prefix = _PREFIX.get(purpose)
    if prefix is None:
        return False
    said = actions.finished_last(db, key, actor, ticket, purpose)
    finished = {
        prefix + name: "\n".join([one] if isinstance(one, str) else one) for name, one in said.items()
    }
    return finished == {name: text for name, text in here.items() if name in _QUESTIONS}


def end(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    purpose: Purpose,
    done: Fields,
    *,
    page: Page | None,
) -> None:
    """This was done, and waits nowhere. What another page has saved, and says more, stays a draft."""

    def open_key() -> DataKey | None:
        return own_key(db, deployment, keys, ticket)

    drafts.end_words(db, actor, keys, ticket, open_key, purpose, done, _AS_ANSWERS, page=page)


def find(
    db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, ticket: Ticket, purpose: Purpose
) -> Fields:
    """The fields of the draft; empty without one. The page's own line about the read is in the trail."""
    key = own_key(db, deployment, keys, ticket) if policy.may_write(actor, ticket) else None
    text = drafts.find(db, actor, ticket, key, purpose) if key else ""
    fields: dict[str, str] = json.loads(text) if text else {}
    return fields
