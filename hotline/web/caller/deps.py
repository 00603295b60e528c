"""Who is here without a name: the journey of a browser through the forms, and a caller's session.

A journey is a random cookie that every form echoes. `/exit` writes ENDED over it, so a step of a
journey that was left shows the empty home page, whatever Back or reload sends (security.md §7).
"""

import os
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, NoReturn
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.concurrency import run_in_threadpool

from hotline.accounts import sessions
from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.base.errors import NotSignedIn
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.web.access import CALLER_SESSION, declares
from hotline.web.deps import DatabaseDep, Founded, Now, SettingsDep, note_use
from hotline.web.headers import JOURNEY_ENDED, clear_cookie, read_cookie, set_cookie
from hotline.web.reading import Typed, read_form
from hotline.web.render import go

JOURNEY = re.compile(r"[0-9a-f]{64}")
JOURNEY_BYTES = 32


class Instead(Exception):
    """Raised by a dependency: this is the answer, and the route behind it is not reached."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


class Left(Exception):
    """A step of a journey that has ended: nothing of what it carries may be seen or done."""


class VisitEnded(NotSignedIn):
    """A post came after the caller's session was over; what it carries is kept on the page."""


@dataclass(frozen=True)
class Onlooker:
    """A caller whose page wants to be told of changes: their session and their ticket, no key."""

    session: UUID
    ticket: UUID


@dataclass(frozen=True)
class Visit:
    """A caller who came back with the code: their session and the keys it holds."""

    session: sessions.Resumed = field(repr=False)
    caller: Unlocked = field(repr=False)


async def step(request: Request, settings: SettingsDep) -> Typed:
    """What a step's form sent. `Left` when its journey was ended in this browser."""
    typed = await read_form(request)
    if was_left(request, settings, typed):
        raise Left
    return typed


Step = Annotated[Typed, Depends(step)]


@declares(CALLER_SESSION)
async def current_visit(
    request: Request, settings: SettingsDep, database: DatabaseDep, deployment: Founded, now: Now
) -> Visit:
    """The caller's visit. Whoever has none goes to where the code is entered, and takes a text along."""
    if request.method == "POST":
        await step(request, settings)
    token = visit_token(request, settings)
    try:
        session = await run_in_threadpool(_resume, database, deployment, token, now=now)
    except NotSignedIn:
        _no_visit(request)
    await note_use(request, database, session, now=now)
    return Visit(session, sessions.caller_keys(deployment, session))


CurrentVisit = Annotated[Visit, Depends(current_visit)]


@declares(CALLER_SESSION)
async def onlooker(
    request: Request, settings: SettingsDep, database: DatabaseDep, deployment: Founded, now: Now
) -> Onlooker:
    """The caller whose page stays open; looking on does not lengthen the visit. Else `NotSignedIn`."""
    token = visit_token(request, settings)
    session = await run_in_threadpool(_resume, database, deployment, token, now=now)
    return Onlooker(session.id, session.owner)


def was_left(request: Request, settings: Settings, typed: Typed) -> bool:
    """Whether the form belongs to another journey than the browser's present one.

    A browser without cookies has no journey to compare with, and may go on.
    """
    present, carried = read_cookie(request, settings, "journey"), typed.text("journey")
    return bool(present) and (present == JOURNEY_ENDED or (bool(carried) and carried != present))


def journey_of(request: Request, settings: Settings, typed: Typed | None = None) -> str:
    """The journey that the page's form will carry: the browser's, else the form's, else a new one."""
    known = (read_cookie(request, settings, "journey") or "", typed.text("journey") if typed else "")
    found = next((one for one in known if JOURNEY.fullmatch(one)), None)
    return found or os.urandom(JOURNEY_BYTES).hex()


def begin_journey(answer: Response, settings: Settings, journey: str) -> None:
    """The browser is on this journey until it is closed or the person leaves."""
    set_cookie(answer, settings, "journey", journey)


def end_journey(answer: Response, settings: Settings) -> None:
    """The browser forgets the visit, and every form of the journey is void in it."""
    set_cookie(answer, settings, "journey", JOURNEY_ENDED)
    clear_cookie(answer, settings, "visit")


def journey_bytes(journey: str) -> bytes | None:
    """The journey as intake keeps a hash of it; None for anything that is no journey of ours."""
    return bytes.fromhex(journey) if JOURNEY.fullmatch(journey) else None


def visit_token(request: Request, settings: Settings) -> bytes:
    """The visit cookie's bytes; empty when there is none or it is not one of ours."""
    try:
        return bytes.fromhex(read_cookie(request, settings, "visit") or "")
    except ValueError:
        return b""


def _resume(database: Database, deployment: Deployment, token: bytes, *, now: datetime) -> sessions.Resumed:
    with database.read() as db:
        return sessions.resume(db, deployment, sessions.Kind.CALLER, token, now=now)


def _no_visit(request: Request) -> NoReturn:
    if request.method == "POST":
        raise VisitEnded
    raise Instead(go("/read"))
