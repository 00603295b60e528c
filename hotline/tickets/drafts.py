"""Half-written texts: sealed records of kind "draft" in the compartment they will end up in."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from hotline.accounts import late_posts
from hotline.base.db import delete_rows, insert_row, knows, rows_of
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
from hotline.tickets.side_by_side import Begun, Fields, Merged, Page, is_done, merged

DRAFT = "draft"
REPLY = "text"
"""The field in which a reply is written."""


class Purpose(StrEnum):
    """What a draft will become."""

    REPLY = "reply"
    NOTE = "note"
    SAFETY = "safety"
    FOLLOW_UP = "follow-up"


def keep(
    db: Session,
    actor: Actor,
    ticket: Ticket,
    key: DataKey,
    purpose: Purpose,
    text: str,
    *,
    id_: UUID | None = None,
    now: datetime,
) -> None:
    """Replace this person's draft for the purpose. An empty one is no draft."""
    one_after_the_other(db, ticket.id.bytes, actor.id.bytes)
    forget(db, actor.id, ticket.id, purpose)
    if not text.strip():
        return
    draft = Draft(
        id=id_ or uuid4(),
        ticket_id=ticket.id,
        account_id=actor.id,
        purpose=purpose,
        compartment=key.compartment,
        epoch=key.epoch,
        saved_at=now,
    )
    draft.body = key.seal(text, record=draft.id, kind=_kind(purpose), author=str(actor.id))
    insert_row(db, draft)


@dataclass(frozen=True)
class Writing:
    """How the words of a draft are written down, and in which fields somebody would miss them."""

    prose: Collection[str]
    write: Callable[[Fields], str]
    read: Callable[[str], Fields]


def keep_words(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    key: DataKey,
    purpose: Purpose,
    here: Fields,
    how: Writing,
    *,
    page: Page | None,
    now: datetime,
) -> bool:
    """What stands `here` is the draft, with what another page of the ticket has saved.

    Whether any of that had to be set aside: it waits for its writer under their account.
    """
    own = page.gives(ticket.id, actor.id, purpose) if page else uuid4()
    there = _begun(db, actor, ticket, key, purpose, how) if page else None
    both = merged(page, own, there, here, how.prose) if page else Merged(own, here)
    text = how.write(both.words) if both.words else ""
    keep(db, actor, ticket, key, purpose, text, id_=both.id, now=now)
    aside = (keys, page_address(ticket), both.gone)
    return bool(both.gone) and late_posts.set_aside(db, deployment, *aside, now=now)


def end_words(
    db: Session,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    open_key: Callable[[], DataKey | None],
    purpose: Purpose,
    done: Fields,
    how: Writing,
    *,
    page: Page | None,
) -> None:
    """This was sent or finished, and waits nowhere. What another page has saved, and says more, stays."""
    there_are, has_set_aside = waiting(db, actor, ticket)
    if has_set_aside:
        late_posts.forget_within(db, keys, page_address(ticket), done)
    if purpose not in there_are:
        return
    key = open_key() if page else None
    there = _begun(db, actor, ticket, key, purpose, how) if key else None
    if not (page and there) or is_done(
        page, page.gives(ticket.id, actor.id, purpose), there, done, how.prose
    ):
        forget(db, actor.id, ticket.id, purpose)


def _begun(
    db: Session, actor: Actor, ticket: Ticket, key: DataKey, purpose: Purpose, how: Writing
) -> Begun | None:
    """The draft as it is now; nobody changes it until this transaction ends."""
    one_after_the_other(db, ticket.id.bytes, actor.id.bytes)
    values = {"account": actor.id, "ticket": ticket.id, "purpose": purpose}
    draft = next(iter(rows_of(db, _BEGUN, values)), None)
    if draft is None or draft.compartment != key.compartment or draft.epoch != key.epoch:
        return None
    text = key.open(draft.body, record=draft.id, kind=_kind(purpose), author=str(actor.id))
    return Begun(draft.id, how.read(text))


def find(db: Session, actor: Actor, ticket: Ticket, key: DataKey, purpose: Purpose) -> str:
    """The draft's text, or nothing."""
    begun = queries.drafts_of(db, ticket.id, actor.id)
    draft = next((one for one in begun if one.purpose == purpose), None)
    if draft is None or draft.compartment != key.compartment or draft.epoch != key.epoch:
        return ""
    return key.open(draft.body, record=draft.id, kind=_kind(purpose), author=str(actor.id))


_MINE = (Draft.ticket_id == Ticket.id) & (Draft.account_id == bindparam("account"))
_THIS = Ticket.id == bindparam("ticket")
# From the ticket's row, so that there is an answer without a draft as well.
_ON_PAGE = select(Draft, late_posts.IS_SET_ASIDE).select_from(Ticket).outerjoin(Draft, _MINE).where(_THIS)
_WAITING = (
    select(Draft.purpose, late_posts.IS_SET_ASIDE.label("aside"))
    .select_from(Ticket)
    .outerjoin(Draft, _MINE)
    .where(_THIS)
)


def on_page(db: Session, actor: Actor, ticket: Ticket) -> tuple[dict[str, Draft], bool]:
    """The drafts that the ticket's page shows, sealed, and whether any words were set aside there."""
    rows = db.execute(_ON_PAGE, _on(ticket, actor))
    found: list[tuple[Draft | None, bool]] = [(row[0], row[1]) for row in rows]
    begun = [draft for draft, _ in found if draft is not None]
    knows(db, (Draft, ticket.id, actor.id), begun)
    return {draft.purpose: draft for draft in begun}, any(is_aside for _, is_aside in found)


def waiting(db: Session, actor: Actor, ticket: Ticket) -> tuple[set[str], bool]:
    """For what this person has drafts on the ticket, and whether any words were set aside there."""
    rows = rows_of(db, _WAITING, _on(ticket, actor))
    return {row.purpose for row in rows if row.purpose}, any(row.aside for row in rows)


def _on(ticket: Ticket, actor: Actor) -> dict[str, object]:
    return {"ticket": ticket.id, "account": actor.id, "page": page_address(ticket)}


def keep_reply(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    text: str,
    *,
    page: Page | None = None,
    now: datetime,
) -> bool:
    """Keep a half-written reply for the ticket's own counselor; not one that was sent from here or elsewhere.

    Whether another page's words had to be set aside for it.
    """
    if not policy.may_reply(actor, ticket):
        raise Refused
    if page and was_sent(db, deployment, actor, keys, ticket, text, form=page.form):
        return False
    key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, keys)
    here = {REPLY: text} if text.strip() else {}
    if page and page.is_untouched(here) and _is_latest(db, key, actor, ticket, text):
        return False
    means = (db, deployment, actor, keys, ticket, key)
    return keep_words(*means, Purpose.REPLY, here, _AS_IT_IS, page=page, now=now)


def end_reply(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    text: str,
    *,
    page: Page | None,
) -> None:
    """The text was sent, and waits nowhere. What another page has saved, and says something else, stays."""

    def open_key() -> DataKey:
        return grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, keys)

    end_words(db, actor, keys, ticket, open_key, Purpose.REPLY, {REPLY: text}, _AS_IT_IS, page=page)


def page_address(ticket: Ticket) -> str:
    """Where what was set aside says that it comes from."""
    return f"/staff/tickets/{ticket.reference}"


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


def _is_latest(db: Session, key: DataKey, actor: Actor, ticket: Ticket, text: str) -> bool:
    """Whether these are the words that this person has sent last, by whichever page."""
    message = queries.latest_of(db, ticket.id, actor.id)
    return message is not None and is_again(key, message, actor, ticket, text)


def find_reply(db: Session, deployment: Deployment, actor: Actor, keys: Unlocked, ticket: Ticket) -> str:
    """The half-written reply to this ticket, or nothing. The conversation's read is in the trail."""
    if not policy.may_reply(actor, ticket):
        return ""
    key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, keys)
    return find(db, actor, ticket, key, Purpose.REPLY)


_AS_IT_IS = Writing({REPLY}, write=lambda words: words[REPLY], read=lambda text: {REPLY: text})
_BEGUN = select(Draft.id, Draft.compartment, Draft.epoch, Draft.body).where(
    Draft.account_id == bindparam("account"),
    Draft.ticket_id == bindparam("ticket"),
    Draft.purpose == bindparam("purpose"),
)
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
