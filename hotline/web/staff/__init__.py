"""Every signed-in page, and the way in."""

from fastapi import FastAPI

from hotline.tickets.lifecycle import Meanwhile
from hotline.web.staff import (
    account,
    audit,
    board,
    calendar,
    drafts,
    enrol,
    events,
    follow_ups,
    meanwhile,
    notes,
    people,
    queue,
    second_factor,
    shift,
    sign_in,
    statistics,
    tickets,
    week,
)
from hotline.web.staff.deps import SessionEnded

PAGES = (
    sign_in,
    second_factor,
    enrol,
    shift,
    queue,
    tickets,
    notes,
    drafts,
    follow_ups,
    calendar,
    board,
    week,
    events,
    statistics,
    people,
    audit,
    account,
)

ROUTERS = [page.router for page in PAGES]


def handle_errors(app: FastAPI) -> None:
    """What only staff pages meet: an ended session, a sign-in that has to wait, a ticket that has gone on."""
    app.add_exception_handler(SessionEnded, sign_in.to_sign_in)
    app.add_exception_handler(sign_in.SignInBusy, sign_in.wait)
    app.add_exception_handler(Meanwhile, meanwhile.tell)
