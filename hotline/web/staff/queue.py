"""What waits, the most urgent oldest first, and taking the next one."""

from typing import Annotated, Literal

from fastapi import Depends
from starlette.responses import Response

from hotline.assignment.actions import NoShareYet, NothingWaits, OffDuty, OthersFirst, take_next
from hotline.assignment.queries import PAGE, queue
from hotline.permissions import Permission
from hotline.roster.actions import start_duty
from hotline.web.forms import Bound, Form, form_of
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.staff.deps import may
from hotline.web.staff.desk import Desk, DeskDep, address_of
from hotline.web.staff.ticket_words import WORDS

ADDRESS = "/staff/queue"

router = Router(prefix=ADDRESS)


@router.get("", name="queue", dependencies=[may(Permission.QUEUE_SEE)])
def page(desk: DeskDep, after: str = "", said: str = "") -> Response:
    """A page of what waits; `after` is the reference that the page before it ended with.

    `said` tells why a press has led here and nothing was taken.
    """
    with desk.look() as db:
        waiting = queue(db, desk.actor, after=after if after.isdecimal() else None, limit=PAGE + 1)
        waits_for_key = desk.waits_for_key(db)
    return desk.page(
        "staff/queue/page.html",
        waiting=waiting[:PAGE],
        following=waiting[PAGE - 1].reference if len(waiting) > PAGE else None,
        is_first=not after,
        said=OthersFirst.message if said == "others" else None,
        waits_for_key=waits_for_key,
        after=after if after.isdecimal() else None,
        words=WORDS,
    )


class NextForm(Form):
    """`on`: the person goes on duty with the same press."""

    on: Literal["yes"] | None = None


@router.post("/next", name="queue.next", dependencies=[may(Permission.TICKET_TAKE)])
def next_one(desk: DeskDep, form: Annotated[Bound[NextForm], Depends(form_of(NextForm))]) -> Response:
    """Take whatever is first in line, from off duty too; with nothing there, the queue says so."""
    if form.model and form.model.on and desk.signed.on_duty_since is None:
        with desk.change() as db:
            start_duty(db, desk.actor, now=desk.now)
    try:
        with desk.change() as db:
            ticket = take_next(db, desk.deployment, desk.actor, desk.keys, now=desk.now)
    except OthersFirst:
        return go(f"{ADDRESS}?said=others")
    except NothingWaits:
        return go(ADDRESS)
    except OffDuty:
        return off_duty(desk, "queue")
    except NoShareYet:
        return no_key_yet(desk)
    return go(address_of(ticket.reference))


def off_duty(desk: Desk, back: str) -> Response:
    """Taking needs duty: the page offers the switch and then leads back to where it was asked for."""
    return desk.page("staff/queue/off_duty.html", 403, back_to=back, step=ADDRESS)


def no_key_yet(desk: Desk) -> Response:
    """A counselor who was just admitted is told whom they wait for; nothing was taken."""
    return desk.page("staff/queue/no_key.html", 409, step=ADDRESS)
