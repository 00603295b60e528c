"""The calendar address: making and ending it on one's account, and the calendar that it gives.

Calendar programs cannot sign in. Whoever has the address gets moments and no content; only its hash
is stored, and it stands in no log.
"""

from typing import Annotated, Literal

from fastapi import Depends, Request
from pydantic import Field
from starlette.responses import Response

from hotline.followups import feed
from hotline.permissions import Permission
from hotline.web.access import secret_address
from hotline.web.deps import Founded, Now, PagesDep
from hotline.web.forms import Bound, Form, form_of
from hotline.web.render import go
from hotline.web.routing import Router
from hotline.web.staff.deps import Signed, may
from hotline.web.transaction import Db

ADDRESS = "/staff/account/calendar"

router = Router()


class CalendarForm(Form):
    """A new address, or none."""

    step: Literal["make", "end"]
    fresh: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = ""


@router.post(ADDRESS, name="staff.account.calendar", dependencies=[may(Permission.FOLLOW_UP_PLAN)])
def change(
    request: Request,
    signed: Signed,
    form: Annotated[Bound[CalendarForm], Depends(form_of(CalendarForm))],
    pages: PagesDep,
    now: Now,
    db: Db,
) -> Response:
    """Show a new address once, or end the present one; a reload shows the same address."""
    asked = form.model
    if asked is not None and asked.step == "end":
        feed.revoke(db, signed.actor, now=now)
        return go("/staff/account?done=calendar")
    if asked is None or not asked.fresh:
        return go("/staff/account#calendar")
    feed.make(db, signed.actor, asked.fresh, now=now)
    return pages.page(
        request,
        "staff/account/calendar.html",
        address=f"{pages.settings.public_url}/staff/calendar/{asked.fresh}.ics",
        step="/staff/account",
    )


@router.get(ADDRESS, name="staff.account.calendar.back", dependencies=[may(Permission.FOLLOW_UP_PLAN)])
def back() -> Response:
    """The address was shown once: whoever comes back finds their account."""
    return go("/staff/account#calendar")


@router.get("/staff/calendar/{secret}.ics", name="staff.calendar", dependencies=[secret_address])
def calendar(secret: str, deployment: Founded, db: Db) -> Response:
    """When something is due, for a calendar program; there is nothing here without a known secret."""
    return Response(feed.calendar(db, deployment, secret), media_type="text/calendar; charset=utf-8")
