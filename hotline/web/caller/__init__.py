"""The anonymous person's pages: writing, coming back with the code, leaving."""

from fastapi import FastAPI, Request, Response

from hotline.base.errors import IntakeClosed, Unavailable
from hotline.base.i18n import N_
from hotline.intake.actions import AlreadyKept
from hotline.web import errors
from hotline.web.caller import (
    conversation,
    events,
    follow_ups,
    home,
    leaving,
    returning,
    sending,
    steps,
    texts,
    writing,
)
from hotline.web.caller.deps import Instead, Left, VisitEnded
from hotline.web.reading import typed_so_far

SCREENS = (home, texts, writing, sending, returning, conversation, events, follow_ups, leaving)
ROUTERS = [screen.router for screen in SCREENS]

CONVERSATION = "/conversation"
NOT_KEPT = N_(
    "Your message could not be kept just now, so it has not been sent. Everything you wrote is still here. "
    "Try again in a few minutes, or use the numbers on this page."
)
NOT_SHOWN = N_(
    "The fault is on our side. Nothing is deleted by it, and your code stays the same. "
    "Try again in a few minutes."
)
NOT_DONE = N_(
    "The fault is on our side. Nothing was sent or changed just now, and your code stays the same. "
    "If you wrote something, it goes back to the conversation with you: send it there in a few minutes."
)
"""Said of what was posted to the conversation, which commits before it answers."""


def handle_errors(app: FastAPI) -> None:
    """What a caller's page shows in place of the page that was asked for."""
    app.add_exception_handler(Instead, _instead)
    app.add_exception_handler(Left, _left)
    app.add_exception_handler(VisitEnded, _visit_ended)
    app.add_exception_handler(AlreadyKept, _already_kept)
    for kind in (IntakeClosed, Unavailable, *errors.DATABASE_AWAY):
        app.add_exception_handler(kind, _away)


def _instead(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Instead):
        raise error
    return error.answer


def _left(request: Request, _error: Exception) -> Response:
    return home.empty_home(request)


async def _visit_ended(request: Request, _error: Exception) -> Response:
    return returning.visit_ended(request, await typed_so_far(request))


def _already_kept(request: Request, _error: Exception) -> Response:
    return sending.arrived_page(request)


async def _away(request: Request, error: Exception) -> Response:
    """While nothing can be kept or opened, nothing typed is lost and the numbers are in sight."""
    is_outage = not isinstance(error, IntakeClosed)
    match request.method, request.url.path:
        case "GET", "/write":
            errors.log_place(error)
            return steps.closed_page(request)
        case "POST", "/write/send":
            errors.log_place(error)
            form = steps.taken_up(request, await typed_so_far(request))
            return steps.outage_page(request, form, NOT_KEPT if is_outage else IntakeClosed.message)
        case "POST", "/read" if is_outage:
            errors.log_place(error)
            return returning.outage_page(request, await typed_so_far(request))
        case _, path if is_outage and path.startswith(CONVERSATION):
            is_shown = path == CONVERSATION
            return await errors.answer(request, error, explanation=NOT_SHOWN if is_shown else NOT_DONE)
        case _:
            return await errors.answer(request, error)
