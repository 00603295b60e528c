"""A counselor's ticket: opening it, answering, setting its level, closing it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import Depends
from pydantic import Field
from starlette.responses import Response

from hotline.assignment.actions import NoShareYet, OffDuty, take
from hotline.base.errors import Invalid, Problem, TakenBy
from hotline.base.i18n import N_
from hotline.notes.drafts import SAFETY
from hotline.permissions import Permission
from hotline.tickets import actions, ending, levelling, returning
from hotline.tickets.actions import MESSAGE_LIMIT, TOO_LONG, Said, SentSince
from hotline.tickets.drafts import Purpose
from hotline.tickets.levelling import Reason
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import AlreadyBack, BackInQueue, Outcome
from hotline.tickets.models import Ticket
from hotline.tickets.queries import has_sent_since, hold_own, own_ticket
from hotline.web.forms import Bound, Form, Says, Text, form_of
from hotline.web.reading import Typed, read_form
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.staff.board import decide
from hotline.web.staff.deps import may
from hotline.web.staff.desk import Desk, DeskDep, address_of, form_id
from hotline.web.staff.drafts import done_or_kept, end, keep_all, keep_beside, keep_typed
from hotline.web.staff.note_form import came_back, template_of
from hotline.web.staff.notes import check_review, has_review, keep_review
from hotline.web.staff.queue import no_key_yet, off_duty
from hotline.web.staff.ticket_page import CameBack, show
from hotline.web.transaction import Db

SEEN_MOST = 1_000_000
"""More messages than any conversation has; what says more was not written by our page."""

Seen = Annotated[int, Field(ge=0, le=SEEN_MOST)]

router = Router(prefix="/staff/tickets/{reference}")


class ReplyForm(Form):
    """What is written to the caller. `seen` is how many messages were on the page.

    `told` is how many there were when a preview last said what had been sent from elsewhere.
    """

    text: Annotated[str, Text(MESSAGE_LIMIT), Says(missing=N_("Write something first"), too_long=TOO_LONG)]
    step: Literal["preview", "send"] = "preview"
    seen: Seen | None = None
    told: Seen | None = None


class LevelForm(Form):
    """A counselor's choice of a level, or a supervisor's decision about lowering one."""

    decision: Literal["agree", "keep"] | None = None
    level: Level | None = None
    reason: Reason | None = None


class CloseForm(Form):
    """How the conversation ended."""

    outcome: Annotated[Outcome, Says(missing=N_("Choose how it ended"))]


Reply = Annotated[Bound[ReplyForm], Depends(form_of(ReplyForm))]
Levelled = Annotated[Bound[LevelForm], Depends(form_of(LevelForm))]
Closing = Annotated[Bound[CloseForm], Depends(form_of(CloseForm))]


@router.get("", name="ticket", dependencies=[may(Permission.TICKET_READ)])
def page(desk: DeskDep, reference: str, note: str = "") -> Response:
    """The person's own ticket. `note` names the form that a new note has."""
    return show(desk, reference, template=template_of(note))


@router.post("/take", name="ticket.take", dependencies=[may(Permission.TICKET_TAKE)])
def open_ticket(desk: DeskDep, reference: str) -> Response:
    """Take a waiting ticket, or open one that was assigned: the key moves now."""
    try:
        with desk.change() as db:
            ticket = take(db, desk.deployment, desk.actor, desk.keys, reference, now=desk.now)
    except TakenBy as other:
        return desk.page("staff/queue/taken.html", 409, other=other.values, step="/staff/queue")
    except OffDuty:
        return off_duty(desk, reference)
    except NoShareYet:
        return no_key_yet(desk)
    return go(address_of(ticket.reference))


@router.post("/messages", name="ticket.reply", dependencies=[may(Permission.TICKET_WRITE)])
def reply(desk: DeskDep, reference: str, form: Reply) -> Response:
    """Show what the caller will see, or send it. What was typed is a draft until it is sent, and never after.

    A safety review that was filled in beside the first reply is recorded with it.
    """
    if form.model is None or form.model.step == "preview":
        kept = keep_all(desk, reference, form.raw)
        latest = address_of(kept.ticket.reference, "#latest")
        return (
            go(latest) if kept.was_sent else _preview(desk, kept.ticket, form, set_aside=kept.has_set_aside)
        )
    try:
        with done_or_kept(desk, reference, form.raw), desk.change() as db:
            ticket = hold_own(db, desk.actor, reference)
            keep_beside(db, desk, ticket, form.raw, Purpose.REPLY)
            _review_first(db, desk, ticket, form.raw)
            actions.reply(
                db,
                desk.deployment,
                desk.actor,
                desk.keys,
                ticket,
                form.model.text,
                form=form_id(form.raw),
                seen=form.model.seen,
                told=form.model.told,
                tz=desk.pages.settings.zone,
                now=desk.now,
            )
            end(db, desk, ticket, Purpose.REPLY, form.raw)
    except SentSince:
        return _told_first(desk, reference, form)
    except ReviewProblem as wrong:
        return show(desk, reference, CameBack(safety=came_back(form.raw, SAFETY, wrong)), status=422)
    except Invalid as wrong:
        return show(desk, reference, CameBack(reply=form.with_problems(wrong.problems)), status=422)
    return go(address_of(ticket.reference, "#latest"))


@router.post("/level", name="ticket.level", dependencies=[may(Permission.LEVEL_CHANGE)])
def set_level(desk: DeskDep, reference: str, form: Levelled) -> Response:
    """A counselor sets the level of their ticket; a supervisor decides about lowering one."""
    if form.model and form.model.decision:
        return decide(desk, reference, agree=form.model.decision == "agree")
    keep_typed(desk, reference, form.raw)
    try:
        level, reason = _chosen(form)
        with desk.change() as db:
            ticket = hold_own(db, desk.actor, reference)
            levelling.set_level(db, desk.actor, ticket, level, reason, desk.hours, now=desk.now)
    except Invalid as wrong:
        return show(desk, reference, CameBack(level=form.with_problems(wrong.problems)), status=422)
    return go(address_of(ticket.reference, "#level-panel"))


@router.post("/close", name="ticket.close", dependencies=[may(Permission.TICKET_WRITE)])
def close(desk: DeskDep, reference: str, form: Closing) -> Response:
    """End the conversation with an outcome; the caller can still read, and write again.

    A safety review that the ticket still needs and that was filled in beside it is recorded with it.
    """
    keep_typed(desk, reference, form.raw)
    if form.model is None:
        return show(desk, reference, CameBack(close=form), status=422)
    try:
        with desk.change() as db:
            ticket = hold_own(db, desk.actor, reference)
            _review_first(db, desk, ticket, form.raw)
            tz = desk.pages.settings.zone
            ending.close(db, desk.actor, ticket, form.model.outcome, tz=tz, now=desk.now)
    except ReviewProblem as wrong:
        came = CameBack(safety=came_back(form.raw, SAFETY, wrong), close=form)
        return show(desk, reference, came, status=422)
    except Invalid as wrong:
        return show(desk, reference, CameBack(close=form.with_problems(wrong.problems)), status=422)
    return go(address_of(ticket.reference))


@router.post("/hand-over", name="ticket.hand_over", dependencies=[may(Permission.TICKET_WRITE)])
def give_back(desk: DeskDep, reference: str, typed: Annotated[Typed, Depends(read_form)]) -> Response:
    """The ticket waits in the queue again. What was half-written on it stays a draft of this person."""
    try:
        keep_typed(desk, reference, typed)
        with desk.change() as db:
            ticket = hold_own(db, desk.actor, reference)
            returning.give_back(db, desk.deployment, desk.actor, desk.keys, ticket, now=desk.now)
    except BackInQueue:
        raise AlreadyBack from None
    return go("/staff?done=given-back")


def _chosen(form: Bound[LevelForm]) -> tuple[Level, Reason]:
    if form.model is None:
        raise Invalid(**form.problems)
    if form.model.level is None:
        raise Invalid(level=Problem(N_("Choose a level")))
    if form.model.reason is None:
        raise Invalid(reason=Problem(N_("Choose why the level changes")))
    return form.model.level, form.model.reason


class ReviewProblem(Invalid):
    """The safety review beside what was asked for cannot be taken as it stands."""


def _review_first(db: Db, desk: Desk, ticket: Ticket, typed: Typed) -> None:
    """The review that the ticket still needs is recorded, if the page brought one."""
    if has_review(ticket, typed):
        try:
            keep_review(db, desk, ticket, typed)
        except Invalid as wrong:
            raise ReviewProblem(**wrong.problems) from None


@dataclass(frozen=True)
class Sent:
    """What the counselor has sent from elsewhere, and how many messages there were by then."""

    said: Sequence[Said] = field(default=(), repr=False)
    told: int | None = None


def _sent_since(desk: Desk, ticket: Ticket, seen: int | None) -> Sent:
    """What the counselor has sent from another page since this one was opened, with a line in the trail."""
    if seen is None:
        return Sent()
    with desk.look() as db:
        if not has_sent_since(db, ticket.id, desk.actor.id, seen):
            return Sent()
        means = (db, desk.deployment, desk.journal, desk.actor, desk.keys, ticket)
        said = actions.read_as_counselor(*means, now=desk.now).said
    return Sent([one for one in said[seen:] if one.author_id == desk.actor.id], told=len(said))


def _told_first(desk: Desk, reference: str, form: Bound[ReplyForm]) -> Response:
    """The preview again, with what was sent since: whoever still wants to send this presses once more."""
    with desk.look() as db:
        ticket = own_ticket(db, desk.actor, reference)
    return _preview(desk, ticket, form, status=409)


def _preview(
    desk: Desk, ticket: Ticket, form: Bound[ReplyForm], *, set_aside: bool = False, status: int = 200
) -> Response:
    if form.model is None:
        return show(desk, ticket.reference, CameBack(reply=form), status=422)
    brings_review = has_review(ticket, form.raw)
    try:
        if brings_review:
            check_review(ticket, form.raw)
    except Invalid as wrong:
        came = CameBack(safety=came_back(form.raw, SAFETY, wrong))
        return show(desk, ticket.reference, came, status=422)
    sent = _sent_since(desk, ticket, form.model.seen)
    return desk.page(
        "staff/ticket/preview.html",
        status,
        ticket=ticket,
        reply=form,
        as_caller=desk.pages.fragment(
            ticket.speaks,
            "caller/conversation/_reply.html",
            alias=desk.signed.account.alias,
            at=desk.now,
            text=form.model.text,
            lang=ticket.language,
        ),
        review=[name for name in form.raw.fields if name.startswith(SAFETY)],
        brings_review=brings_review,
        sent=sent.said,
        told=sent.told,
        has_set_aside=set_aside,
        address=address_of(ticket.reference),
        step=address_of(ticket.reference),
    )
