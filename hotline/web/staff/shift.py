"""My shift: on and off duty, and everything that waits for this person. Home, for whoever has none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import Depends
from starlette.responses import Response

from hotline.accounts import late_posts
from hotline.assignment.queries import waiting_by_level
from hotline.base.i18n import N_
from hotline.permissions import Actor, Permission
from hotline.roster import actions
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from hotline.tickets.queries import my_closed_tickets, my_drafts, my_open_tickets
from hotline.web.forms import Bound, Form, form_of
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.staff.deps import may
from hotline.web.staff.desk import DeskDep, address_of
from hotline.web.staff.follow_up_panel import due_today, mails_as_told
from hotline.web.staff.ticket_words import WORDS

ADDRESS = "/staff"
CLOSED_SHOWN = 10

DOORS: tuple[tuple[Permission, str, str, str], ...] = (
    (
        Permission.BOARD_SEE,
        "/staff/board",
        N_("Board"),
        N_("See what is waiting, for how long, and who is on duty. Assign tickets to counselors."),
    ),
    (
        Permission.STATISTICS_SEE,
        "/staff/statistics",
        N_("Statistics"),
        N_("See numbers from weeks, months and quarters that are over."),
    ),
    (
        Permission.ADMISSION_GIVE,
        "/staff/people",
        N_("Admissions"),
        N_("Compare fingerprints and admit people's keys."),
    ),
    (
        Permission.PEOPLE_MANAGE,
        "/staff/people",
        N_("People"),
        N_("Invite people, give roles, disable accounts."),
    ),
    (Permission.AUDIT_SEE, "/staff/audit", N_("Audit trail"), N_("Who did what, and when.")),
)
"""What people without tickets come for: permission, address, name, what is there."""

DONE: Mapping[str, str] = {"given-back": N_("The ticket is back in the queue.")}
"""What a change that leads here says afterwards, by the word in the address."""

router = Router(prefix=ADDRESS)


class DutyForm(Form):
    """The switch. `back` is where to go on to: the queue, or a ticket's reference."""

    on: Literal["yes", "no"]
    back: str = ""


@dataclass
class Mine:
    """A counselor's own tickets by what they wait for."""

    to_answer: list[Ticket] = field(default_factory=list)
    unopened: list[Ticket] = field(default_factory=list)
    with_caller: list[Ticket] = field(default_factory=list)


@router.get("", name="shift", dependencies=[may(Permission.SHIFT_SEE)])
def page(desk: DeskDep, done: str = "") -> Response:
    """The person's own day; whoever has no tickets sees the doors to what is theirs. `done`: see `DONE`."""
    with desk.look() as db:
        mine = sort_out(my_open_tickets(db, desk.actor))
        closed = my_closed_tickets(db, desk.actor)[:CLOSED_SHOWN]
        drafts = {ticket.reference: ticket for _, ticket in my_drafts(db, desk.actor)}
        waiting = waiting_by_level(db)
        follow_ups = due_today(db, desk)
        mail_state = mails_as_told(db, desk)
        waits_for_key = desk.waits_for_key(db)
        has_late_posts = bool(late_posts.waiting_for(db, desk.actor.id))
    return desk.page(
        "staff/shift/page.html",
        mine=mine,
        closed=closed,
        drafts=list(drafts),
        waiting=sorted(waiting.items()),
        waits_for_key=waits_for_key,
        has_late_posts=has_late_posts,
        follow_ups=follow_ups,
        mail_state=mail_state,
        is_counselor=desk.actor.holds(Permission.QUEUE_SEE),
        duty_since=desk.signed.on_duty_since,
        doors=doors_of(desk.actor),
        done=DONE.get(done),
        words=WORDS,
    )


@router.post("/duty", name="shift.duty", dependencies=[may(Permission.DUTY_SWITCH)])
def switch_duty(desk: DeskDep, form: Annotated[Bound[DutyForm], Depends(form_of(DutyForm))]) -> Response:
    """On or off duty from now on. Saying it twice changes nothing."""
    if form.model is None:
        return go(ADDRESS)
    wants_on = form.model.on == "yes"
    if wants_on != (desk.signed.on_duty_since is not None):
        with desk.change() as db:
            switch = actions.start_duty if wants_on else actions.end_duty
            switch(db, desk.actor, now=desk.now)
    return go(_back(form.model.back))


def sort_out(tickets: list[Ticket]) -> Mine:
    """The tickets by what they wait for, each list in the order given."""
    mine = Mine()
    for ticket in tickets:
        if ticket.state == State.ASSIGNED:
            mine.unopened.append(ticket)
        elif ticket.reply_due_at is None:
            mine.with_caller.append(ticket)
        else:
            mine.to_answer.append(ticket)
    return mine


def doors_of(actor: Actor) -> list[tuple[str, str, str]]:
    """Address, name and description of what this person can go to besides tickets."""
    return [(address, name, about) for needed, address, name, about in DOORS if actor.holds(needed)]


def _back(to: str) -> str:
    if to == "queue":
        return "/staff/queue"
    return address_of(to) if to.isascii() and to.isdecimal() else ADDRESS
