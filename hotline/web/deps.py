"""What routes of both audiences ask for by type: the moment, the deployment, the hours, the pages."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool

from hotline.accounts import sessions
from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.base.errors import IntakeClosed
from hotline.keyring.founding import Deployment
from hotline.keyring.queries import find_deployment
from hotline.roster.hours import OpeningHours
from hotline.web.lanes import Lanes
from hotline.web.render import Pages

MOMENT = "hotline.moment"


def moment_of(request: Request) -> datetime:
    """The moment of a request: whoever asks, and however often, is told the same."""
    known: datetime = request.scope.get(MOMENT) or request.scope.setdefault(MOMENT, request.app.state.clock())
    return known


async def _now(request: Request) -> datetime:
    return moment_of(request)


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


async def _lanes(request: Request) -> Lanes:
    lanes: Lanes = request.app.state.lanes
    return lanes


async def _hours(request: Request) -> OpeningHours:
    hours: OpeningHours = request.app.state.pages.hours
    return hours


def deployment_of(app: FastAPI) -> Deployment | None:
    """The deployment, None before it was founded; read once, because it never changes."""
    state = app.state
    if state.deployment is None:
        with state.database.read() as db:
            state.deployment = find_deployment(db, state.settings.data_dir)
    found: Deployment | None = state.deployment
    return found


def find_founded(request: Request) -> Deployment | None:
    """The same for a request."""
    return deployment_of(request.app)


async def founded(request: Request) -> Deployment:
    """The deployment; `IntakeClosed` before `hotline init`."""
    known: Deployment | None = request.app.state.deployment
    deployment = known or await run_in_threadpool(find_founded, request)
    if deployment is None:
        raise IntakeClosed
    return deployment


async def note_use(request: Request, database: Database, session: sessions.Resumed, *, now: datetime) -> None:
    """That the session is in use is noted, at most once a minute; the writing takes its turn first.

    Threads that wait for the writer could otherwise be all there are (hotline/web/limits.py).
    """
    if now - session.seen_at >= sessions.SEEN_EVERY:
        async with request.app.state.turns.write:
            await run_in_threadpool(sessions.touch, database, session, now=now)


Now = Annotated[datetime, Depends(_now)]
SettingsDep = Annotated[Settings, Depends(_settings)]
DatabaseDep = Annotated[Database, Depends(_database)]
PagesDep = Annotated[Pages, Depends(_pages)]
LanesDep = Annotated[Lanes, Depends(_lanes)]
HoursDep = Annotated[OpeningHours, Depends(_hours)]
Founded = Annotated[Deployment, Depends(founded)]
"""The deployment; a request that needs it before `hotline init` is told that intake is closed."""
