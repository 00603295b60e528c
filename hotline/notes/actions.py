"""Writing and reading notes and safety reviews, in a compartment of their own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, insert
from sqlalchemy.orm import Session

from hotline.audit.actions import Journal, record
from hotline.audit.acts import Act
from hotline.base.db import delete_rows, insert_row
from hotline.base.errors import NotFound, Refused
from hotline.keyring.founding import Deployment
from hotline.keyring.grants import DataKey
from hotline.keyring.holder import Unlocked
from hotline.notes import policy, queries
from hotline.notes.models import Note
from hotline.notes.templates import Answers, Template, check
from hotline.permissions import Actor
from hotline.tickets.confidential import notes_key, own_key
from hotline.tickets.models import Ticket
from hotline.tickets.policy import refusal
from hotline.tickets.queries import hold


@dataclass(frozen=True)
class Opened:
    """A note that was opened; `answers` is None for one written by a counselor before this one."""

    id: UUID
    author_id: UUID
    template: Template | None
    is_final: bool
    written_at: datetime
    answers: Mapping[str, str | list[str]] | None = field(repr=False)


def read_notes(
    db: Session,
    deployment: Deployment,
    journal: Journal,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    *,
    now: datetime,
) -> list[Opened]:
    """The ticket's notes for its counselor; a line in the trail first, if there is anything to open."""
    if not policy.may_write(actor, ticket):
        raise NotFound
    notes = queries.notes_of(db, ticket.id)
    if not notes:
        return []
    journal.write(Act.NOTES_READ, actor=actor.id, subject=ticket.id, now=now)
    own = own_key(db, deployment, keys, ticket)
    return [_opened(own, note) for note in notes]


def finished_last(
    db: Session, key: DataKey, actor: Actor, ticket: Ticket, kind: str
) -> Mapping[str, str | list[str]]:
    """What this person's last finished note of the kind says; nothing without one."""
    note = queries.latest_of(db, ticket.id, actor.id, kind)
    return (note and _opened(key, note).answers) or {}


_FORGET_DRAFTED = delete(Note).where(
    Note.ticket_id == bindparam("ticket"), Note.author_id == bindparam("author"), Note.is_final.is_(False)
)


def write_note(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    template: Template,
    answers: Answers,
    *,
    is_final: bool,
    form: UUID | None = None,
    now: datetime,
) -> Note:
    """Keep the note, replacing this person's earlier draft. A final note is never changed again.

    The same `form` with the same answers sent again is the same final note.
    """
    hold(db, ticket)
    if not policy.may_write(actor, ticket):
        raise Refused
    kept = check(template, answers, is_final=is_final)
    key = notes_key(db, deployment, keys, ticket)
    finished = db.get(Note, form) if form and is_final else None
    if finished is not None and _is_again(key, finished, ticket, template, kept):
        return finished
    delete_rows(db, _FORGET_DRAFTED, {"ticket": ticket.id, "author": actor.id})
    id_ = form if is_final and finished is None else None
    note = _add(db, key, actor, ticket, template, kept, is_final=is_final, id_=id_, now=now)
    act = Act.NOTE_WRITTEN if is_final else Act.NOTE_DRAFTED
    record(db, act, actor=actor.id, subject=ticket.id, now=now)
    return note


def review_safety(
    db: Session,
    deployment: Deployment,
    actor: Actor,
    keys: Unlocked,
    ticket: Ticket,
    answers: Answers,
    *,
    form: UUID | None = None,
    now: datetime,
) -> Note:
    """Keep a safety review: final at once. From now on the counselor can reply and close.

    A caller's "no" is kept as "said no", never as the absence of danger (practice.md §6). The same
    `form` with the same answers sent again is the same review.
    """
    hold(db, ticket)
    if not policy.may_write(actor, ticket) or not ticket.is_taken:
        raise refusal(actor, ticket)
    kept = check(Template.SAFETY, answers)
    key = notes_key(db, deployment, keys, ticket)
    earlier = db.get(Note, form) if form else None
    if earlier is not None and _is_again(key, earlier, ticket, Template.SAFETY, kept):
        return earlier
    id_ = None if earlier else form
    note = _add(db, key, actor, ticket, Template.SAFETY, kept, is_final=True, id_=id_, now=now)
    ticket.reviewed_at = now
    record(db, Act.SAFETY_REVIEWED, actor=actor.id, subject=ticket.id, now=now)
    return note


_NUMBERED = insert(Note).values(number=queries.NEXT_NUMBER)


def _add(
    db: Session,
    key: DataKey,
    actor: Actor,
    ticket: Ticket,
    template: Template,
    answers: Answers,
    *,
    is_final: bool,
    id_: UUID | None,
    now: datetime,
) -> Note:
    note = Note(
        id=id_ or uuid4(),
        ticket_id=ticket.id,
        author_id=actor.id,
        kind="safety" if template is Template.SAFETY else "note",
        is_final=is_final,
        written_at=now,
        epoch=key.epoch,
    )
    text = json.dumps({"template": template, "answers": dict(answers)}, ensure_ascii=False)
    note.body = key.seal(text, record=note.id, kind=_record_kind(note), author=str(actor.id))
    insert_row(db, note, _NUMBERED, of_ticket=ticket.id)
    return note


def _is_again(key: DataKey, earlier: Note, ticket: Ticket, template: Template, answers: Answers) -> bool:
    """Whether this counselor's earlier note on the ticket says exactly this."""
    if earlier.ticket_id != ticket.id:
        return False
    opened = _opened(key, earlier)
    return opened.template is template and opened.answers == dict(answers)


def _opened(key: DataKey | None, note: Note) -> Opened:
    if key is None or key.epoch != note.epoch:
        return Opened(note.id, note.author_id, None, note.is_final, note.written_at, None)
    text = key.open(note.body, record=note.id, kind=_record_kind(note), author=str(note.author_id))
    held = json.loads(text)
    return Opened(
        note.id, note.author_id, Template(held["template"]), note.is_final, note.written_at, held["answers"]
    )


def _record_kind(note: Note) -> str:
    return f"{note.kind}-{'final' if note.is_final else 'draft'}"
