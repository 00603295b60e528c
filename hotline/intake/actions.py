"""Receiving a request and giving its receipt code; coming back with the code."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hotline.accounts import sessions
from hotline.base.db import insert_row, rows_changed, vouch
from hotline.base.digits import random_with_check
from hotline.base.errors import Conflict, Invalid, Problem, Tampered
from hotline.base.i18n import N_, Language
from hotline.counters.actions import Dimension, count_each
from hotline.intake import queries, receipt
from hotline.intake.models import Receipt, SentForm
from hotline.intake.screening import AgeBand, Audience, FollowUp, Safety, Topic, first_level
from hotline.intake.sent import SentMeanwhile, remember
from hotline.keyring import grants, team, vault
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment
from hotline.keyring.grants import DataKey
from hotline.keyring.holder import Unlocked
from hotline.keyring.receipts import ReceiptKeys, caller_of
from hotline.roster.hours import OpeningHours
from hotline.tickets import ending, returning
from hotline.tickets.actions import MESSAGE_LIMIT, TOO_LONG, Author, add_message, seal_answers
from hotline.tickets.levels import reply_due
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from hotline.tickets.queries import reference_is_taken

REFERENCE_DIGITS = 10
CODE_IN_TEXT = N_(
    "Your text has 24 digits in it that look like a receipt code. Take them out: whoever has the code "
    "can read the conversation. The rest of your text is still here."
)


class AlreadyKept(Conflict):
    """This form arrived, and its code was already kept: it is not shown again."""

    message = N_("Your message has already arrived. Enter your receipt code to read the reply.")


@dataclass(frozen=True)
class Request:
    """What a caller sends: one answered question plus a sentence or a topic is enough."""

    safety: Safety
    message: str = field(repr=False)
    topics: tuple[Topic, ...]
    audience: Audience
    age_band: AgeBand
    follow_up: FollowUp
    language: Language
    privacy_version: str

    def canonical(self) -> bytes:
        """What makes two sendings of a form the same request; the page's language does not matter."""
        topics = sorted(set(self.topics))
        parts = (self.safety, self.message, topics, self.audience, self.age_band, self.follow_up)
        return json.dumps(parts, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Sent:
    """A request that arrived: its ticket, and the code while it may still be shown."""

    ticket_id: UUID
    request_id: bytes
    code: str = field(repr=False)
    ticket: Ticket = field(repr=False, compare=False)


def new_form(deployment: Deployment) -> bytes:
    """The random bytes and their MAC that a request form carries."""
    return vault.new_form(deployment.id, deployment.form_key)


def open_form(deployment: Deployment, token: bytes) -> bytes | None:
    """The random bytes of a form given out here; None for any other, which gets a new form instead."""
    try:
        return vault.check_form(deployment.id, deployment.form_key, token)
    except Tampered:
        return None


def check(request: Request) -> None:
    """`Invalid` when there is neither a sentence nor a topic, too much, or a receipt code in the text."""
    if not request.message.strip() and not request.topics:
        raise Invalid(message=Problem(N_("Write a sentence or choose a topic")))
    if len(request.message) > MESSAGE_LIMIT:
        raise Invalid(message=Problem(TOO_LONG, {"limit": MESSAGE_LIMIT}))
    if receipt.stands_in(request.message):
        raise Invalid(message=Problem(CODE_IN_TEXT))


_SENT = select(SentForm.ticket_id, SentForm.kept_at, SentForm.sealed_code, SentForm.expires_at).where(
    SentForm.request_id == bindparam("request")
)
"""Asked twice for every request, so it is put together once."""


def find_sent(db: Session, form: bytes, request: Request, *, now: datetime) -> Sent | None:
    """What an earlier sending of the same form made; None when it must be received (again).

    `AlreadyKept` once the person has the code. A code that was never kept in time cannot be shown
    again, so that form may become a new ticket.
    """
    return find_shown(db, form, vault.form_id(form, request.canonical()), now=now)


def find_shown(db: Session, form: bytes, request_id: bytes, *, now: datetime) -> Sent | None:
    """The same by the id of the request, for showing the code again without its text."""
    earlier = db.execute(_SENT, {"request": request_id}).one_or_none()
    if earlier is None:
        return None
    if earlier.kept_at is not None:
        raise AlreadyKept
    if earlier.sealed_code is None or earlier.expires_at <= now:
        return None
    code = vault.open_code(form, request_id, earlier.sealed_code)
    return Sent(earlier.ticket_id, request_id, code, db.get_one(Ticket, earlier.ticket_id))


def receive(
    db: Session,
    deployment: Deployment,
    form: bytes,
    request: Request,
    code: str,
    keys: ReceiptKeys,
    *,
    journey: bytes | None,
    hours: OpeningHours,
    tz: ZoneInfo,
    now: datetime,
) -> Sent:
    """Keep the request: ticket, keys, grants, message and counts in this one transaction.

    Of the same form sent at the same moment, the second waits and gets what the first one made.
    """
    check(request)
    request_id = vault.form_id(form, request.canonical())
    is_again = False
    while (earlier := find_sent(db, form, request, now=now)) is None:
        try:
            with db.begin_nested():
                ticket = _open_ticket(db, deployment, request, keys, hours=hours, now=now)
                sealed_code = vault.seal_code(form, request_id, code)
                remember(db, request_id, ticket.id, sealed_code, journey, now=now)
        except (IntegrityError, SentMeanwhile):
            if is_again:
                raise
            is_again = True  # another one has sent it, or has drawn the same reference
        else:
            _count(db, request, now=now, tz=tz)
            return Sent(ticket.id, request_id, code, ticket)
    vouch(db)
    return earlier


def keep_code(db: Session, request_id: bytes, *, now: datetime) -> None:
    """The person has the code: it is not shown again. Doing it twice, or for no form, changes nothing."""
    _forget_codes(db, SentForm.request_id == request_id, now=now)


def leave(db: Session, journey: bytes, *, now: datetime) -> None:
    """The person left: no code of this journey is shown again."""
    _forget_codes(db, SentForm.journey == vault.token_hash(journey), now=now)


def forget_expired_codes(db: Session, *, now: datetime) -> int:
    """Sealed codes older than 15 minutes are gone; returns how many."""
    expired = (SentForm.expires_at <= now) & SentForm.sealed_code.is_not(None)
    return rows_changed(db, update(SentForm).where(expired).values(sealed_code=None, journey=None))


def come_back(
    db: Session, deployment: Deployment, candidates: Sequence[ReceiptKeys], *, stay: bool, now: datetime
) -> bytes | None:
    """A caller's session for the code; None for a code that leads nowhere, whatever the reason.

    What waits for a counselor who is gone waits for everybody again.
    """
    for keys in candidates:
        ticket = queries.ticket_of_lookup(db, keys.lookup)
        if ticket is not None:
            caller = caller_of(deployment.id, ticket, keys.root)
            returning.come_back(db, deployment, caller)  # the ticket is held before its code is forgotten
            _forget_codes(db, SentForm.ticket_id == ticket, now=now)
            return sessions.start_caller(db, deployment, caller, stay=stay, now=now)
    return None


def delete_conversation(
    db: Session, deployment: Deployment, session: sessions.Resumed, *, tz: ZoneInfo, now: datetime
) -> None:
    """The conversation is gone for everybody and the code is dead."""
    ticket = ending.delete_as_caller(db, sessions.caller_keys(deployment, session), tz=tz, now=now)
    db.execute(delete(Receipt).where(Receipt.ticket_id == ticket))
    forgotten = update(SentForm).where(SentForm.ticket_id == ticket)
    db.execute(forgotten.values(sealed_code=None, journey=None, kept_at=now))


def _open_ticket(
    db: Session,
    deployment: Deployment,
    request: Request,
    keys: ReceiptKeys,
    *,
    hours: OpeningHours,
    now: datetime,
) -> Ticket:
    ticket = _new_ticket(db, request, hours=hours, now=now)
    key = grants.draw_data_key(deployment, ticket.id, Compartment.CONVERSATION)
    answers = {"safety": request.safety, "topics": list(request.topics)}
    seal_answers(key, ticket, answers | {"audience": request.audience, "age_band": request.age_band})
    insert_row(db, ticket)
    insert_row(db, Receipt(lookup=keys.lookup, ticket_id=ticket.id))
    _give_key(db, deployment, key, keys.unlock(deployment.id, ticket.id))
    if (text := request.message).strip():
        add_message(db, key, ticket, Author.CALLER, text, by=None, language=request.language, now=now)
    ending.tell(db, ticket)
    return ticket


def _new_ticket(db: Session, request: Request, *, hours: OpeningHours, now: datetime) -> Ticket:
    level = first_level(request.safety, request.topics)
    return Ticket(
        id=uuid4(),
        reference=_free_reference(db),
        state=State.WAITING,
        level=level,
        language=request.language,
        created_at=now,
        waiting_since=now,
        reply_due_at=reply_due(level, now, hours),
        follow_up=request.follow_up,
        privacy_version=request.privacy_version,
    )


def _give_key(db: Session, deployment: Deployment, key: DataKey, caller: Unlocked) -> None:
    """The conversation's key is held by the caller, the team and the escrow."""
    team_holder, team_kem = team.for_sealing(db, deployment)
    grants.commit_to(db, key)
    grants.keep_own(db, key, caller)
    grants.give(db, key, team_holder, team_kem)
    grants.give(db, key, deployment.escrow, deployment.founding.escrow_kem)
    grants.publish_caller(db, key, caller)


def _free_reference(db: Session) -> str:
    """A reference that no ticket has: with many tickets a random one may be taken."""
    reference = random_with_check(REFERENCE_DIGITS)
    while reference_is_taken(db, reference):
        reference = random_with_check(REFERENCE_DIGITS)
    return reference


def _count(db: Session, request: Request, *, now: datetime, tz: ZoneInfo) -> None:
    local = now.astimezone(tz)
    counted: dict[Dimension, list[str]] = {
        Dimension.CONTACTS: ["request"],
        Dimension.TOPIC: [*sorted(set(request.topics))],
        Dimension.AUDIENCE: [request.audience],
        Dimension.LANGUAGE: [request.language],
        Dimension.HOUR: [f"{local.isoweekday()}-{local.hour:02}"],
    }
    count_each(db, counted, now=now, tz=tz)


def _forget_codes(db: Session, which: object, *, now: datetime) -> None:
    waiting = update(SentForm).where(which, SentForm.kept_at.is_(None))  # type: ignore[arg-type]  # a column expression
    db.execute(waiting.values(sealed_code=None, journey=None, kept_at=now))
