"""The supervisor's board: numbers, who is on duty, giving work away. No topic and no text."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from starlette.responses import Response

from hotline.assignment.actions import assign
from hotline.assignment.queries import (
    HELD,
    TO_ASSIGN,
    carried_by_each,
    held,
    standing,
    unopened,
    waiting_by_level,
)
from hotline.base.errors import Conflict, HotlineError, NotFound
from hotline.base.i18n import N_
from hotline.followups import queries as followups
from hotline.permissions import Permission
from hotline.roster.queries import counselors_on_duty
from hotline.tickets import levelling
from hotline.tickets.lifecycle import State
from hotline.tickets.queries import any_ticket, proposals
from hotline.web.forms import Bound, Form, Says, form_of
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.staff.deps import may
from hotline.web.staff.desk import Desk, DeskDep
from hotline.web.staff.ticket_words import WORDS
from hotline.web.transaction import Db

ADDRESS = "/staff/board"
ASSIGN = "/staff/tickets/{reference}/assign"

CHOICES = 15
"""With more counselors on duty a line leads to a page of its own, in place of naming all of them itself."""

DONE: Mapping[str, str] = {
    "assigned": N_("The ticket is assigned."),
    "lowered": N_("The level is lowered."),
    "kept": N_("The level stays P1."),
}
"""What a change says afterwards, by the word in the address."""

router = Router()


class Chosen(Form):
    """Whose the ticket shall be."""

    counselor: Annotated[UUID, Says(missing=N_("Choose a counselor"), wrong=N_("Choose a counselor"))]


@router.get(ADDRESS, name="board", dependencies=[may(Permission.BOARD_SEE)])
def page(desk: DeskDep, after: str = "", done: str = "") -> Response:
    """How the work stands. `after`: the reference that the page before it ended with; `done`: see `DONE`."""
    return show(desk, after=after, done=DONE.get(done))


@router.get(ASSIGN, name="ticket.choose", dependencies=[may(Permission.TICKET_ASSIGN)])
def choose(desk: DeskDep, reference: str) -> Response:
    """To whom a ticket that nobody has opened may be given; the board says so when somebody has."""
    return show_choice(desk, reference)


@router.post(ASSIGN, name="ticket.assign", dependencies=[may(Permission.TICKET_ASSIGN)])
def give(desk: DeskDep, reference: str, form: Annotated[Bound[Chosen], Depends(form_of(Chosen))]) -> Response:
    """A waiting ticket is this counselor's to open; the board says so when that is not possible now.

    Where nobody was chosen, the ticket's own page asks for somebody.
    """
    if form.model is None:
        return show_choice(desk, reference, form=form, status=422)
    try:
        with desk.change() as db:
            assign(db, desk.actor, desk.deployment, reference, form.model.counselor, now=desk.now)
    except Conflict as changed:
        return show(desk, said=changed, status=409)
    return go(f"{ADDRESS}?done=assigned")


def decide(desk: Desk, reference: str, *, agree: bool) -> Response:
    """The second person's word on lowering a level; the board says so when nothing is asked any more.

    For anybody else there is nothing here.
    """
    if not desk.actor.holds(Permission.LEVEL_CONFIRM):
        raise NotFound
    try:
        with desk.change() as db:
            ticket = any_ticket(db, reference)
            levelling.decide(db, desk.actor, ticket, agree=agree, hours=desk.hours, now=desk.now)
    except levelling.NothingToDecide as quicker:
        return show(desk, said=quicker, status=409)
    return go(f"{ADDRESS}?done={'lowered' if agree else 'kept'}")


def show_choice(
    desk: Desk, reference: str, *, form: Bound[Chosen] | None = None, status: int = 200
) -> Response:
    """The page of one ticket's assignment, those who carry the least first."""
    with desk.look() as db:
        ticket = any_ticket(db, reference)
        counselors = counselors_on_duty(db, desk.deployment, now=desk.now)
        carried = carried_by_each(db, [one.id for one in counselors])
        without_key = desk.without_key(db, (one.id for one in counselors))
    if ticket.state not in {State.WAITING, State.ASSIGNED}:
        return show(desk, said=Conflict(), status=409)
    able = [one for one in counselors if one.id not in without_key]
    return desk.page(
        "staff/board/assign.html",
        status,
        ticket=ticket,
        counselors=sorted(able, key=lambda one: carried.get(one.id, 0)),
        without_key=[one for one in counselors if one.id in without_key],
        carried=carried,
        form=form,
        words=WORDS,
        step=ASSIGN.format(reference=ticket.reference),
    )


def show(
    desk: Desk,
    *,
    after: str = "",
    said: HotlineError | None = None,
    done: str | None = None,
    status: int = 200,
) -> Response:
    """The board; `said` is why something is not possible."""
    last = after if after.isdecimal() else None
    with desk.look() as db:
        listed = unopened(db, desk.actor, after=last, limit=TO_ASSIGN + 1)
        values = _standing(db, desk)
    return desk.page(
        ADDRESS.removeprefix("/") + "/page.html",
        status,
        **values,
        listed=listed[:TO_ASSIGN],
        after=last,
        following=listed[TO_ASSIGN - 1].reference if len(listed) > TO_ASSIGN else None,
        me=desk.actor.id,
        said=said,
        done=done,
        words=WORDS,
        step=ADDRESS,
    )


def _standing(db: Db, desk: Desk) -> dict[str, object]:
    """How the work stands, whichever part of the queue is listed."""
    counselors = counselors_on_duty(db, desk.deployment, now=desk.now)
    in_hands = held(db, desk.actor, now=desk.now, limit=HELD + 1)
    return {
        "proposals": proposals(db),
        "waiting": sorted(waiting_by_level(db).items()),
        "standing": standing(db, now=desk.now),
        "held": in_hands[:HELD],
        "more_held": len(in_hands) > HELD,
        "counselors": counselors,
        "are_many": len(counselors) > CHOICES,
        "on_duty_ids": {one.id for one in counselors},
        "without_key": desk.without_key(db, (one.id for one in counselors)),
        "follow_ups": followups.standing(db, desk.deployment, now=desk.now),
    }
