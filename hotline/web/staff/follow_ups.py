"""Follow-ups: planning one on a ticket, saying what came of it, and one's own list."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends
from pydantic import BeforeValidator, Field
from starlette.responses import Response

from hotline.base.errors import Invalid, NotFound, Problem
from hotline.base.i18n import N_
from hotline.followups import actions, queries
from hotline.followups.cadence import Interval, due_in, due_on, today
from hotline.followups.lifecycle import Outcome
from hotline.permissions import Permission
from hotline.roster.hours import OpeningHours
from hotline.tickets.drafts import Purpose
from hotline.tickets.models import Ticket
from hotline.tickets.queries import hold_own
from hotline.web.forms import Bound, Form, Says, Text, bind
from hotline.web.reading import Typed, read_form
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.staff.deps import may
from hotline.web.staff.desk import Desk, DeskDep, address_of, form_id
from hotline.web.staff.drafts import end, keep_typed
from hotline.web.staff.follow_up_panel import WORDS
from hotline.web.staff.ticket_page import CameBack, show
from hotline.web.staff.ticket_words import WORDS as TICKET_WORDS
from hotline.web.transaction import Db

ADDRESS = "/staff/follow-ups"
A_DAY = "day"
OF_A_PLAN = frozenset({"when", "day", "at", "about"})

router = Router()


def _written_as(pattern: str) -> Callable[[object], object]:
    """Only as browsers write it: numbers would be taken for seconds, and an offset would be lost."""

    def check(typed: object) -> object:
        if isinstance(typed, str):
            datetime.strptime(typed, pattern)  # noqa: DTZ007 - only its form is looked at
        return typed

    return check


Day = Annotated[
    date | None, BeforeValidator(_written_as("%Y-%m-%d")), Says(wrong=N_("Write the day as 2026-11-30"))
]
TimeOfDay = Annotated[
    time | None, BeforeValidator(_written_as("%H:%M")), Says(wrong=N_("Write the time as 09:00"))
]


class FollowUpForm(Form):
    """Planning a follow-up, saying what came of one, cancelling it, or opening a closed ticket for it."""

    step: Literal["plan", "made", "cancel", "reopen"] = "plan"
    follow_up: UUID | None = None
    tried: Annotated[int, Field(ge=0)] = 0
    when: Annotated[Interval | Literal["day"] | None, Says(wrong=Says().choice)] = None
    day: Day = None
    at: TimeOfDay = None
    about: Annotated[str, Text(actions.PURPOSE_LIMIT)] = ""
    result: Outcome | None = None


async def _posted(typed: Annotated[Typed, Depends(read_form)]) -> Bound[FollowUpForm]:
    """The form. A ticket's page is one form with many follow-ups: the button names the one it is about.

    What stands in the fields of a new plan is looked at only when one is planned.
    """
    about: dict[str, tuple[str, ...]] = {}
    for step in ("made", "cancel"):
        if one := typed.text(step):
            asked = {name: typed.all(f"{name}-{one}") for name in ("result", "tried")}
            about = {"step": (step,), "follow_up": (one,), **asked}
    whole = replace(typed, fields={**typed.fields, **about})
    if whole.text("step") in {"", "plan"}:
        return bind(FollowUpForm, whole)
    rest = {name: given for name, given in whole.fields.items() if name not in OF_A_PLAN}
    return replace(bind(FollowUpForm, replace(whole, fields=rest)), raw=whole)


Posted = Annotated[Bound[FollowUpForm], Depends(_posted)]


@router.get(ADDRESS, name="follow_ups", dependencies=[may(Permission.FOLLOW_UP_PLAN)])
def page(desk: DeskDep) -> Response:
    """The person's own follow-ups: overdue, today's, and those that come. Nothing of what they are about."""
    with desk.look() as db:
        mine = queries.mine(db, desk.actor)
    begins, ends = today(desk.now, desk.hours)
    return desk.page(
        "staff/follow_ups/page.html",
        overdue=[one for one in mine if one.due_at < begins],
        due=[one for one in mine if begins <= one.due_at < ends],
        coming=[one for one in mine if one.due_at >= ends],
        began=begins,
        is_cut=len(mine) == queries.SHOWN,
        follow_up_words=WORDS,
        words=TICKET_WORDS,
    )


@router.post(
    "/staff/tickets/{reference}/follow-ups",
    name="ticket.follow_ups",
    dependencies=[may(Permission.FOLLOW_UP_PLAN)],
)
def change(desk: DeskDep, reference: str, form: Posted) -> Response:
    """Plan, finish or cancel a follow-up of the person's own ticket; what cannot be taken comes back."""
    keep_typed(desk, reference, form.raw)
    try:
        with desk.change() as db:
            ticket = hold_own(db, desk.actor, reference)
            _do(db, desk, ticket, form)
    except Invalid as wrong:
        came_back = CameBack(follow_up=form.with_problems(wrong.problems))
        return show(desk, reference, came_back, status=422)
    return go(address_of(ticket.reference, "#follow-ups"))


def _do(db: Db, desk: Desk, ticket: Ticket, form: Bound[FollowUpForm]) -> None:
    asked, same = form.model, form_id(form.raw)
    if asked is None:
        raise Invalid(**form.problems)
    if asked.step == "plan":
        due_at = _due_at(asked, desk.now, desk.hours)
        own = (db, desk.deployment, desk.actor, desk.keys, ticket)
        actions.plan(*own, due_at, asked.about, form=same, tz=desk.pages.settings.zone, now=desk.now)
        end(db, desk, ticket, Purpose.FOLLOW_UP, form.raw)
    elif asked.step == "reopen":
        actions.reopen(db, desk.actor, ticket, now=desk.now)
    elif asked.follow_up is None:
        raise NotFound
    elif asked.step == "cancel":
        actions.cancel(db, desk.actor, ticket, asked.follow_up, now=desk.now)
    elif asked.result is None:
        raise Invalid(**{f"result-{asked.follow_up}": Problem(N_("Choose how it went"))})
    else:
        means = (db, desk.actor, ticket, asked.follow_up, asked.result)
        actions.make(*means, tried=asked.tried, hours=desk.hours, tz=desk.pages.settings.zone, now=desk.now)


def _due_at(asked: FollowUpForm, now: datetime, hours: OpeningHours) -> datetime:
    """The moment that was chosen; `Invalid` when it is none, or two."""
    if isinstance(asked.when, Interval) and asked.day:
        raise Invalid(day=Problem(N_("You chose a period and a day. Keep one of them.")))
    if isinstance(asked.when, Interval):
        return due_in(asked.when, now, hours, asked.at)
    if asked.day:
        return due_on(asked.day, asked.at, now, hours)
    if asked.when == A_DAY:
        raise Invalid(day=Problem(N_("Choose a day")))
    raise Invalid(when=Problem(N_("Choose when to write again")))
