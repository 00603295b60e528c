"""Half-written texts: sealed records of kind "draft" in the compartment they will end up in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from hotline.base.db import delete_rows, insert_row
from hotline.base.errors import Refused
from hotline.base.locks import one_after_the_other
from hotline.keyring import grants
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment
from hotline.keyring.grants import DataKey
from hotline.keyring.holder import Unlocked
from hotline.permissions import Actor
from hotline.tickets import policy, queries
from hotline.tickets.actions import is_again
from hotline.tickets.models import Draft, Message, Ticket

DRAFT = "draft"


class Purpose(StrEnum):
    """What a draft will become."""

    REPLY = "reply"
    NOTE = "note"
    SAFETY = "safety"
    FOLLOW_UP = "follow-up"


def keep(
    db: Session, actor: Actor, ticket: Ticket, key: DataKey, purpose: Purpose, text: str, *, now: datetime
) -> None:
    """Replace this person's draft for the purpose. An empty one is no draft."""
    one_after_the_other(db, ticket.id.bytes, actor.id.bytes)
    forget(db, actor.id, ticket.id, purpose)
    if not text.strip():
        return
    draft = Draft(
        id=uuid4(),
        ticket_id=ticket.id,
        account_id=actor.id,
        purpose=purpose,
        compartment=key.compartment,
        epoch=key.epoch,
        saved_at=now,
    )
    draft.body = key.seal(text, record=draft.id, kind=_kind(purpose), author=str(actor.id))
    insert_row(db, draft)


def find(db: Session, actor: Actor, ticket: Ticket, key: DataKey, purpose: Purpose) -> str:
    """The draft's text, or nothing."""
    begun = queries.drafts_of(db, ticket.id, actor.id)
    draft = next((one for one in begun if one.purpose == purpose), None)
    if draft is None or draft.compartment != key.compartment or draft.epoch != key.epoch:
        return ""
    return key.open(draft.body, record=draft.id, kind=_kind(purpose), author=str(actor.id))


def keep_reply(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    text: str,
    *,
    form: UUID | None = None,
    now: datetime,
) -> None:
    """Keep a half-written reply for the ticket's own counselor; not one that its `form` has sent."""
    if not policy.may_reply(actor, ticket):
        raise Refused
    if was_sent(db, deployment, actor, keys, ticket, text, form=form):
        return
    key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, keys)
    keep(db, actor, ticket, key, Purpose.REPLY, text, now=now)


def was_sent(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    text: str,
    *,
    form: UUID | None,
) -> bool:
    """Whether this person has sent these words by this form: Back and a reload bring it once more."""
    message = db.get(Message, form) if form and policy.may_read(actor, ticket) else None
    if message is None or message.ticket_id != ticket.id or message.author_id != actor.id:
        return False
    key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, keys)
    return is_again(key, message, actor, ticket, text)


def find_reply(db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, ticket: Ticket) -> str:
    """The half-written reply to this ticket, or nothing. The conversation's read is in the trail."""
    if not policy.may_reply(actor, ticket):
        return ""
    key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, keys)
    return find(db, actor, ticket, key, Purpose.REPLY)


_FORGET = delete(Draft).where(
    Draft.account_id == bindparam("account"),
    Draft.ticket_id == bindparam("ticket"),
    Draft.purpose == bindparam("purpose"),
)


def forget(db: Session, account: UUID, ticket: UUID, purpose: Purpose) -> None:
    """The text was sent, finished or thrown away."""
    delete_rows(db, _FORGET, {"account": account, "ticket": ticket, "purpose": purpose})


def _kind(purpose: Purpose) -> str:
    return f"{DRAFT}-{purpose}"
