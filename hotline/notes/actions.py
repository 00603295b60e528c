"""Writing and reading notes and safety reviews, in a compartment of their own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from hotline.audit.actions import Journal, record
from hotline.audit.acts import Act
from hotline.base.errors import NotFound, Refused
from hotline.keyring import grants
from hotline.keyring import queries as keyring
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment
from hotline.keyring.grants import DataKey
from hotline.keyring.holder import Unlocked
from hotline.notes import policy, queries
from hotline.notes.models import Note
from hotline.notes.templates import Answers, Template, check
from hotline.permissions import Actor
from hotline.tickets.models import Ticket


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
    own = _own_key(db, deployment, keys, ticket)
    return [_opened(own, note) for note in notes]


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
    now: datetime,
) -> Note:
    """Keep the note, replacing this person's earlier draft. A final note is never changed again."""
    if not policy.may_write(actor, ticket):
        raise Refused
    kept = check(template, answers)
    key = notes_key(db, deployment, keys, ticket)
    for earlier in queries.notes_of(db, ticket.id):
        if earlier.author_id == actor.id and not earlier.is_final:
            db.delete(earlier)
    note = _add(db, key, actor, ticket, template, kept, is_final=is_final, now=now)
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
    now: datetime,
) -> Note:
    """Keep a safety review: final at once. From now on the counselor can reply and close.

    A caller's "no" is kept as "said no", never as the absence of danger (practice.md §6).
    """
    if not policy.may_write(actor, ticket) or not ticket.is_taken:
        raise Refused
    kept = check(Template.SAFETY, answers)
    key = notes_key(db, deployment, keys, ticket)
    note = _add(db, key, actor, ticket, Template.SAFETY, kept, is_final=True, now=now)
    ticket.reviewed_at = now
    record(db, Act.SAFETY_REVIEWED, actor=actor.id, subject=ticket.id, now=now)
    return note


def notes_key(db: Session, deployment: Deployment, keys: Unlocked, ticket: Ticket) -> DataKey:
    """The counselor's key to this ticket's notes, made in their session at the first note.

    It is held by the counselor and the escrow. A later counselor starts a new epoch and cannot open
    what was written before.
    """
    own = _own_key(db, deployment, keys, ticket)
    if own is not None:
        return own
    epoch = queries.newest_epoch(db, ticket.id) + 1
    key = grants.make_data_key(db, deployment, ticket.id, Compartment.NOTES, epoch=epoch)
    grants.keep_own(db, key, keys)
    grants.give(db, key, deployment.escrow, deployment.founding.escrow_kem, maker=keys)
    return key


def _own_key(db: Session, deployment: Deployment, keys: Unlocked, ticket: Ticket) -> DataKey | None:
    grant = keyring.find_grant(db, ticket.id, Compartment.NOTES, keys.holder)
    return grants.open_grant(db, deployment, grant, keys) if grant else None


def _add(
    db: Session,
    key: DataKey,
    actor: Actor,
    ticket: Ticket,
    template: Template,
    answers: Answers,
    *,
    is_final: bool,
    now: datetime,
) -> Note:
    note = Note(
        id=uuid4(),
        ticket_id=ticket.id,
        author_id=actor.id,
        kind="safety" if template is Template.SAFETY else "note",
        is_final=is_final,
        written_at=now,
        epoch=key.epoch,
    )
    text = json.dumps({"template": template, "answers": dict(answers)}, ensure_ascii=False)
    note.body = key.seal(text, record=note.id, kind=_record_kind(note), author=str(actor.id))
    db.add(note)
    db.flush()
    return note


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
