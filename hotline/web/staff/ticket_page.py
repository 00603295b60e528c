"""Gathering and drawing a ticket's page, also after a form on it has come back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields
from typing import Any
from uuid import UUID, uuid4

from starlette.responses import Response

from hotline.accounts.queries import aliases
from hotline.audit.acts import Act
from hotline.followups.queries import of_ticket
from hotline.notes import drafts as note_drafts
from hotline.notes.actions import Opened, read_notes
from hotline.notes.drafts import NOTE, SAFETY
from hotline.notes.queries import notes_of
from hotline.notes.templates import FIELDS, Template
from hotline.tickets import drafts
from hotline.tickets.actions import MESSAGE_LIMIT, Author, Conversation, read_as_counselor
from hotline.tickets.drafts import REPLY, Purpose
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Draft, LevelProposal, Ticket
from hotline.tickets.queries import Done, done_to, my_most_pressing, own_ticket, pending
from hotline.tickets.side_by_side import OPENED, Fields, shown
from hotline.web.forms import Bound
from hotline.web.reading import Typed
from hotline.web.staff.desk import Desk, address_of
from hotline.web.staff.follow_up_panel import Panel, gather
from hotline.web.staff.note_form import from_answers, from_fields, questions, template_of
from hotline.web.staff.story import Day, days, story
from hotline.web.staff.ticket_words import WORDS
from hotline.web.transaction import Db

AnyForm = Bound[Any]


@dataclass(frozen=True)
class CameBack:
    """The form that cannot be taken as it stands, if any; a page shows it as it was typed."""

    reply: AnyForm | None = None
    safety: AnyForm | None = None
    note: AnyForm | None = None
    level: AnyForm | None = None
    close: AnyForm | None = None
    follow_up: AnyForm | None = None

    @property
    def any(self) -> AnyForm | None:
        """The one whose problems the page is about."""
        return next((form for f in fields(self) if (form := getattr(self, f.name))), None)


NOTHING = CameBack()


@dataclass(frozen=True)
class Held:
    """What was opened for the page."""

    ticket: Ticket
    conversation: Conversation | None = field(repr=False)
    notes: list[Opened] = field(repr=False)
    proposal: LevelProposal | None
    days: list[Day]
    names: dict[UUID, str]
    reply: str = field(repr=False)
    safety: Fields = field(repr=False)
    note: Fields = field(repr=False)
    about: Fields = field(repr=False)
    begun_drafts: dict[str, Draft]
    has_set_aside: bool
    follow_ups: Panel

    @property
    def drafts(self) -> dict[Purpose, Fields]:
        """The words of each draft; nothing for one that is not there."""
        reply = {REPLY: self.reply} if self.reply else {}
        others = {Purpose.NOTE: self.note, Purpose.SAFETY: self.safety, Purpose.FOLLOW_UP: self.about}
        return {Purpose.REPLY: reply, **others}


def show(
    desk: Desk,
    reference: str,
    came_back: CameBack = NOTHING,
    *,
    template: Template | None = None,
    status: int = 200,
) -> Response:
    """The page of the person's own ticket; of one they have not opened yet, the way to open it.

    `NotFound` for every other ticket, and for none.
    """
    with desk.look() as db:
        ticket = own_ticket(db, desk.actor, reference)
        held = None if ticket.state == State.ASSIGNED else _open(db, desk, ticket)
        pressing = _more_pressing(db, desk, ticket)
    address = address_of(ticket.reference)
    if held is None:
        return desk.page("staff/ticket/unopened.html", ticket=ticket, words=WORDS, step=address)
    return desk.page(
        "staff/ticket/page.html",
        status,
        **vars(held),
        **_forms(held, came_back, template),
        form=came_back.any,
        pressing=pressing,
        words=WORDS,
        fields_of=FIELDS.__getitem__,
        limit=MESSAGE_LIMIT,
        address=address,
        step=address,
        is_open=ticket.is_taken,
    )


def _more_pressing(db: Db, desk: Desk, ticket: Ticket) -> Ticket | None:
    """Another ticket of the person's that comes before this one; an answered one comes after every other."""
    other = my_most_pressing(db, desk.actor, now=desk.now)
    if other is None or other.id == ticket.id:
        return None
    comes_first = ticket.reply_due_at is None or other.urgency.is_more_urgent_than(ticket.urgency)
    return other if comes_first else None


def _open(db: Db, desk: Desk, ticket: Ticket) -> Held:
    """Each read's line is in the trail before the text it is about is opened."""
    journal = desk.journal.ahead(
        _to_be_read(db, ticket), actor=desk.actor.id, subject=ticket.id, now=desk.now
    )
    means = (db, desk.deployment, journal, desk.actor, desk.keys, ticket)
    own = (db, desk.deployment, desk.actor, desk.keys, ticket)
    begun, has_set_aside = drafts.on_page(db, desk.actor, ticket)
    is_deleted = ticket.state == State.DELETED
    conversation = None if is_deleted else read_as_counselor(*means, now=desk.now)
    notes = read_notes(*means, now=desk.now)
    said = conversation.said if conversation else ()
    done = done_to(db, ticket.id)
    names = _names(db, done, {*(one.author_id for one in said), *(note.author_id for note in notes)})
    written = [one.sent_at for one in said if one.author is Author.CALLER]
    return Held(
        ticket=ticket,
        conversation=conversation,
        notes=notes,
        proposal=pending(db, ticket.id),
        days=days(story(ticket, done, written), now=desk.now, tz=desk.pages.settings.zone),
        names=names,
        reply=drafts.find_reply(*own),
        safety=note_drafts.find(*own, Purpose.SAFETY),
        note=note_drafts.find(*own, Purpose.NOTE),
        about=note_drafts.find(*own, Purpose.FOLLOW_UP),
        follow_ups=gather(db, desk, journal, ticket),
        begun_drafts=begun,
        has_set_aside=has_set_aside,
    )


def _to_be_read(db: Db, ticket: Ticket) -> list[Act]:
    """What is there to be opened for the page."""
    has_plans = any(one.purpose for one in of_ticket(db, ticket.id))
    there = {
        Act.CONVERSATION_READ: ticket.state != State.DELETED,
        Act.NOTES_READ: bool(notes_of(db, ticket.id)),
        Act.FOLLOW_UPS_READ: has_plans,
    }
    return [act for act, is_there in there.items() if is_there]


def _names(db: Db, done: Sequence[Done], authors: Collection[UUID | None]) -> dict[UUID, str]:
    """The aliases of everybody on the page, most of whom have come with what they did."""
    known = {one.actor_id: one.alias for one in done if one.actor_id}
    missing = {author for author in authors if author and author not in known}
    return known | (aliases(db, missing) if missing else {})


def _begun(fields: Fields) -> AnyForm | None:
    """A form as its draft has it; None without one."""
    return Bound(Typed({name: (text,) for name, text in fields.items()})) if fields else None


def _opened(held: Held, came_back: CameBack) -> dict[str, str]:
    """The hidden fields in which the page says which drafts it shows; not one that it has in other words."""
    forms = {
        Purpose.REPLY: came_back.reply,
        Purpose.NOTE: came_back.note,
        Purpose.SAFETY: came_back.safety,
        Purpose.FOLLOW_UP: came_back.follow_up,
    }
    return {
        OPENED + purpose: shown(held.begun_drafts[purpose].id, words)
        for purpose, words in held.drafts.items()
        if words and _has_all(forms[purpose], words)
    }


def _has_all(form: AnyForm | None, words: Fields) -> bool:
    """Whether the form, if one came back, has these words where it has such fields."""
    return form is None or all("\n".join(form.all(n)) == w for n, w in words.items() if form.raw.has(n))


def _forms(held: Held, came_back: CameBack, asked: Template | None) -> dict[str, object]:
    """Each form as it came back, else as its draft has it, else empty."""
    begun = next((note for note in held.notes if not note.is_final and note.answers is not None), None)
    kept = held.note or (from_answers(NOTE, begun.answers) if begun and begun.answers else {})
    named = came_back.note.text("template") if came_back.note else kept.get("template", "")
    template = asked or template_of(named) or (begun and begun.template) or Template.HELPLINE
    level = str(held.ticket.level)
    review = {
        "safety_level": (level,),
        **from_fields(Template.SAFETY, SAFETY, held.safety),
        **{name: (held.safety[name],) for name in ("safety_level", "safety_reason") if held.safety.get(name)},
    }
    return {
        "form_id": uuid4().hex,
        "opened": _opened(held, came_back),
        "saved": dict.fromkeys(Purpose) | {name: draft.saved_at for name, draft in held.begun_drafts.items()},
        "seen": len(held.conversation.said) if held.conversation else 0,
        "reply_form": came_back.reply or Bound(Typed({"text": (held.reply,)})),
        "safety_form": came_back.safety or Bound(Typed(review)),
        "note_form": came_back.note or Bound(Typed(from_fields(template, NOTE, kept))),
        "level_form": came_back.level or Bound(Typed({"level": (level,)})),
        "close_form": came_back.close,
        "follow_up_form": came_back.follow_up or _begun(held.about),
        "chosen": template,
        "is_asked": asked is not None,
        "begun": begun,
        "came_back": came_back,
        "note_questions": questions(template, NOTE),
        "safety_questions": questions(Template.SAFETY, SAFETY),
    }
