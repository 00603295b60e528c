"""Leaving, quickly or calmly. Neither waits for the database, and nothing typed can be seen afterwards."""

from datetime import datetime
from typing import Literal

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask

from hotline.accounts import sessions
from hotline.base.db import Database
from hotline.intake import actions as intake
from hotline.web.access import public
from hotline.web.caller.deps import Step, end_journey, journey_bytes, visit_token
from hotline.web.caller.unsent import ask_first, is_unsent
from hotline.web.deps import Now, SettingsDep
from hotline.web.headers import clear_cookie, read_cookie
from hotline.web.limits import Turns
from hotline.web.render import Pages
from hotline.web.routing import Router

router = Router(dependencies=[public])


@router.get("/exit", name="exit")
def leave_quickly(request: Request, settings: SettingsDep, now: Now) -> Response:
    """The everyday page at once, with a database or without; the session ends behind the answer."""
    answer = RedirectResponse(settings.exit_url, 303, background=_forgetting(request, now))
    end_journey(answer, settings)
    clear_cookie(answer, settings, "language")
    return answer


@router.post("/conversation/leave", name="conversation.leave")
def leave(request: Request, typed: Step, now: Now) -> Response:
    """The session is over, whether or not there was one; a text that is not sent is asked about first."""
    if is_unsent(typed):
        return ask_first(request, typed, "leave")
    answer = finished(request)
    answer.background = _forgetting(request, now)
    return answer


def finished(request: Request, after: Literal["leaving", "sending", "deleting"] = "leaving") -> Response:
    """The last page: the window can be closed, and going back shows nothing that was typed."""
    pages: Pages = request.app.state.pages
    answer = pages.page(request, "caller/finished/page.html", after=after, step="/")
    end_journey(answer, pages.settings)
    return answer


def _forgetting(request: Request, now: datetime) -> BackgroundTask:
    state = request.app.state
    token = visit_token(request, state.settings)
    journey = journey_bytes(read_cookie(request, state.settings, "journey") or "")
    return BackgroundTask(_forget, state.turns, state.database, token, journey, now)


async def _forget(
    turns: Turns, database: Database, token: bytes, journey: bytes | None, now: datetime
) -> None:
    """The session's row is gone and no code of the journey is shown again."""
    if not token and journey is None:
        return

    def forget() -> None:
        with database.write() as db:
            sessions.end_by_token(db, token)
            if journey is not None:
                intake.leave(db, journey, now=now)

    async with turns.write:
        await run_in_threadpool(forget)
