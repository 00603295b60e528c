"""Session notes and the safety review, in the forms that helplines keep."""

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from hotline.base.errors import Invalid, Problem
from hotline.base.i18n import N_
from hotline.notes import actions
from hotline.notes.drafts import NOTE, SAFETY
from hotline.notes.templates import Template, check
from hotline.permissions import Permission
from hotline.tickets import levelling
from hotline.tickets.drafts import Purpose
from hotline.tickets.levelling import Reason
from hotline.tickets.levels import Level
from hotline.tickets.models import Ticket
from hotline.tickets.queries import hold_own
from hotline.web.forms import Says
from hotline.web.reading import Typed, read_form
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.staff.deps import may
from hotline.web.staff.desk import Desk, DeskDep, address_of, form_id
from hotline.web.staff.drafts import done_or_kept, end, keep_beside
from hotline.web.staff.note_form import answers_of, came_back, check_form, template_of
from hotline.web.staff.ticket_page import CameBack, show
from hotline.web.transaction import Db

router = Router(prefix="/staff/tickets/{reference}")

Whole = Annotated[Typed, Depends(read_form)]


@router.post("/notes", name="ticket.notes", dependencies=[may(Permission.NOTE_WRITE)])
def write_note(desk: DeskDep, reference: str, typed: Whole) -> Response:
    """Keep the note as a draft, or finish it: then it is never changed again."""
    template = template_of(typed.text("template")) or Template.HELPLINE
    try:
        with done_or_kept(desk, reference, typed), desk.change() as db:
            ticket = hold_own(db, desk.actor, reference)
            keep_beside(db, desk, ticket, typed, Purpose.NOTE)
            check_form(template, NOTE, typed)
            actions.write_note(
                db,
                desk.deployment,
                desk.actor,
                desk.keys,
                ticket,
                template,
                answers_of(template, NOTE, typed),
                is_final=typed.text("step") == "final",
                form=form_id(typed),
                now=desk.now,
            )
            end(db, desk, ticket, Purpose.NOTE, typed)
    except Invalid as wrong:
        return show(desk, reference, CameBack(note=came_back(typed, NOTE, wrong)), status=422)
    return go(address_of(ticket.reference, "#notes"))


@router.post("/safety", name="ticket.safety", dependencies=[may(Permission.NOTE_WRITE)])
def review(desk: DeskDep, reference: str, typed: Whole) -> Response:
    """Keep a safety review, with the level that follows from it."""
    try:
        with done_or_kept(desk, reference, typed), desk.change() as db:
            ticket = hold_own(db, desk.actor, reference)
            keep_beside(db, desk, ticket, typed, Purpose.SAFETY)
            keep_review(db, desk, ticket, typed)
    except Invalid as wrong:
        return show(desk, reference, CameBack(safety=came_back(typed, SAFETY, wrong)), status=422)
    return go(address_of(ticket.reference, "#safety"))


def has_review(ticket: Ticket, typed: Typed) -> bool:
    """Whether the page brought the review that the ticket still needs: begun, not necessarily whole."""
    return ticket.reviewed_at is None and bool(answers_of(Template.SAFETY, SAFETY, typed))


def check_review(ticket: Ticket, typed: Typed) -> None:
    """`Invalid` for all that keeps the safety review on the page from being recorded."""
    check_form(Template.SAFETY, SAFETY, typed, _level_problems(ticket, typed))
    check(Template.SAFETY, answers_of(Template.SAFETY, SAFETY, typed))


def keep_review(db: Db, desk: Desk, ticket: Ticket, typed: Typed) -> None:
    """The safety review as it stands on the page, and its level; `Invalid` for what cannot be taken."""
    check_review(ticket, typed)
    actions.review_safety(
        db,
        desk.deployment,
        desk.actor,
        desk.keys,
        ticket,
        answers_of(Template.SAFETY, SAFETY, typed),
        form=form_id(typed),
        now=desk.now,
    )
    level = typed.text("safety_level")
    if level and level != ticket.level:
        reason = Reason(typed.text("safety_reason"))
        levelling.set_level(db, desk.actor, ticket, Level(level), reason, desk.hours, now=desk.now)
    end(db, desk, ticket, Purpose.SAFETY, typed)


def _level_problems(ticket: Ticket, typed: Typed) -> dict[str, Problem]:
    """A level that changes needs its reason; one that stays needs none."""
    level, reason = typed.text("safety_level"), typed.text("safety_reason")
    if level and level not in set(Level):
        return {"level": Problem(Says().choice)}
    if reason and reason not in set(Reason):
        return {"reason": Problem(Says().choice)}
    if level and level != ticket.level and not reason:
        return {"reason": Problem(N_("Choose why the level changes"))}
    if level and reason and not levelling.fits(ticket, Level(level), Reason(reason)):
        return {"reason": Problem(levelling.UNFIT)}
    return {}
