"""Opening and sealing a ticket's texts, and writing into its conversation."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotline import topics
from hotline.audit.actions import Journal, record
from hotline.audit.acts import Act
from hotline.base.db import insert_row
from hotline.base.errors import Conflict, Invalid, NotFound, Problem
from hotline.base.events import ping
from hotline.base.i18n import N_, Language
from hotline.counters.actions import Dimension, count
from hotline.keyring import grants
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment
from hotline.keyring.grants import DataKey
from hotline.keyring.holder import Unlocked
from hotline.permissions import Actor
from hotline.tickets import policy, queries
from hotline.tickets.levels import reply_step
from hotline.tickets.models import Message, Ticket

MESSAGE_LIMIT = 4000
TOO_LONG = N_("A message must be %(limit)s characters or fewer. You have not lost anything.")
CALLER = "caller"
MESSAGE = "message"
ANSWERS = "answers"


class Author(StrEnum):
    """Which side of a conversation wrote a message."""

    CALLER = "caller"
    COUNSELOR = "counselor"


@dataclass(frozen=True)
class Said:
    """One opened message: who, when, in which language, and the words."""

    author: Author
    author_id: UUID | None
    sent_at: datetime
    language: Language
    text: str = field(repr=False)


@dataclass(frozen=True)
class Conversation:
    """An opened conversation: what was said, and the caller's own answers when they first wrote."""

    ticket: Ticket
    said: tuple[Said, ...]
    answers: Mapping[str, object] = field(repr=False)

    @property
    def has_reply(self) -> bool:
        """Whether a counselor has written."""
        return any(one.author is Author.COUNSELOR for one in self.said)

    @property
    def was_opened(self) -> bool:
        """Whether a counselor has taken the ticket since the caller last wrote, whoever has it now."""
        taken = self.ticket.taken_at
        return taken is not None and all(
            one.sent_at <= taken for one in self.said if one.author is Author.CALLER
        )


class ReviewFirst(Invalid):
    """Safety is looked at before the first reply and before closing (screens.md K4)."""

    message = N_("Record the safety review first. What you wrote is kept.")


class WroteAgain(Invalid):
    """The caller wrote while the counselor was answering: what is new is read before anything is sent."""

    message = N_("The caller has written again. Read it before you send. What you wrote is kept.")


class SentSince(Conflict):
    """The counselor sent something else from another page, and has not been told of it on this one."""


def read_as_counselor(
    db: Session,
    deployment: Deployment,
    journal: Journal,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    *,
    now: datetime,
) -> Conversation:
    """The conversation for its counselor; the audit line is committed before anything is opened."""
    if not policy.may_read(actor, ticket):
        raise NotFound
    journal.write(Act.CONVERSATION_READ, actor=actor.id, subject=ticket.id, now=now)
    return _open(db, deployment, keys, ticket)


def read_as_caller(db: Session, deployment: Deployment, caller: Unlocked) -> Conversation:
    """The caller's own conversation. Callers' returns are not audited."""
    ticket = db.get(Ticket, caller.holder.id)
    if ticket is None:
        raise NotFound
    return _open(db, deployment, caller, ticket)


def reply(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    text: str,
    *,
    form: UUID | None = None,
    seen: int | None = None,
    told: int | None = None,
    tz: ZoneInfo,
    now: datetime,
) -> Message:
    """Seal a counselor's reply into the conversation; nothing waits for an answer after it.

    The same `form` with the same text sent again is the same reply. `seen` is how many messages the
    counselor had in front of them; `WroteAgain` when the caller has added to those. `SentSince` when the
    counselor has, elsewhere, and to those that they were `told` of, if they were.
    """
    queries.hold(db, ticket)
    if not policy.may_reply(actor, ticket):
        raise policy.refusal(actor, ticket)
    check_text(text)
    if ticket.reviewed_at is None:
        raise ReviewFirst(text=Problem(ReviewFirst.message))
    key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, keys)
    earlier = db.get(Message, form) if form else None
    if earlier is not None and is_again(key, earlier, actor, ticket, text):
        return earlier
    if seen is not None:
        _check_read(db, actor, ticket, seen, told or 0)
    id_ = None if earlier else form
    message = add_message(
        db, key, ticket, Author.COUNSELOR, text, by=actor.id, language=ticket.speaks, now=now, id_=id_
    )
    _note_reply(db, ticket, tz=tz, now=now)
    ping(db, topics.BOARD, *topics.both_sides(ticket.id, actor.id))
    record(db, Act.REPLIED, actor=actor.id, subject=ticket.id, now=now)
    return message


def _check_read(db: Session, actor: Actor, ticket: Ticket, seen: int, told: int) -> None:
    """Nothing was said that the counselor has not read, the caller's words before their own."""
    if queries.last_of_caller(db, ticket.id) > seen:
        raise WroteAgain(text=Problem(WroteAgain.message))
    if queries.has_sent_since(db, ticket.id, actor.id, max(seen, told)):
        raise SentSince


def _note_reply(db: Session, ticket: Ticket, *, tz: ZoneInfo, now: datetime) -> None:
    """Nothing waits for an answer; the first one is counted by its level and by how long it took.

    A caller who had finished has something to read again.
    """
    ticket.finished_at = None
    if ticket.first_reply_at is None:
        ticket.first_reply_at = now
        step = f"{reply_step(now - ticket.created_at)}"
        count(db, Dimension.FIRST_REPLY, [ticket.level], slot=step, now=now, tz=tz)
        if ticket.reply_due_at is not None and now <= ticket.reply_due_at:
            count(db, Dimension.FIRST_REPLY_IN_TIME, [ticket.level], now=now, tz=tz)
    ticket.reply_due_at = None


def add_message(
    db: Session,
    key: DataKey,
    ticket: Ticket,
    author: Author,
    text: str,
    *,
    by: UUID | None,
    language: Language,
    now: datetime,
    id_: UUID | None = None,
) -> Message:
    """Append a sealed message. Who may is the caller's question."""
    message = Message(
        id=id_ or uuid4(),
        ticket_id=ticket.id,
        number=queries.next_number(db, ticket.id),
        author_kind=author,
        author_id=by,
        language=language,
        sent_at=now,
    )
    message.body = key.seal(text, record=message.id, kind=_kind(message), author=str(by or CALLER))
    insert_row(db, message)
    return message


def seal_answers(key: DataKey, ticket: Ticket, answers: Mapping[str, object]) -> None:
    """Keep what the caller answered beside the message, in the conversation's compartment."""
    text = json.dumps(dict(answers), ensure_ascii=False)
    ticket.answers = key.seal(text, record=ticket.id, kind=ANSWERS, author=CALLER)


def check_text(text: str) -> None:
    """`Invalid` when there is nothing to send or too much; characters are code points."""
    if not text.strip():
        raise Invalid(text=Problem(N_("Write something first")))
    if len(text) > MESSAGE_LIMIT:
        raise Invalid(text=Problem(TOO_LONG, {"limit": MESSAGE_LIMIT}))


def is_again(key: DataKey, earlier: Message, actor: Actor, ticket: Ticket, text: str) -> bool:
    """Whether the message is this person's own on this ticket and says the same."""
    is_own = earlier.ticket_id == ticket.id and earlier.author_id == actor.id
    return is_own and _said(key, earlier).text == text


def _open(db: Session, deployment: Deployment, keys: Unlocked, ticket: Ticket) -> Conversation:
    key = grants.open_key(db, deployment, ticket.id, Compartment.CONVERSATION, keys)
    said = tuple(_said(key, message) for message in queries.messages_of(db, ticket.id))
    answers: dict[str, object] = {}
    if ticket.answers is not None:
        answers = json.loads(key.open(ticket.answers, record=ticket.id, kind=ANSWERS, author=CALLER))
    return Conversation(ticket, said, answers)


def _kind(message: Message) -> str:
    """Which side wrote it and its place are sealed in: nobody can turn a conversation round."""
    return f"{MESSAGE}-{message.author_kind}-{message.number}"


def _said(key: DataKey, message: Message) -> Said:
    author = str(message.author_id or CALLER)
    text = key.open(message.body, record=message.id, kind=_kind(message), author=author)
    return Said(
        Author(message.author_kind), message.author_id, message.sent_at, Language(message.language), text
    )
