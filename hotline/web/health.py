"""What machines ask: does the process live, and can it do its work."""

import hmac
from collections.abc import Callable
from functools import partial

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.base.db import Database
from hotline.base.errors import NotFound, Unavailable
from hotline.base.schema import SchemaError, is_current
from hotline.notifications.queries import stuck, waiting
from hotline.web.access import machine
from hotline.web.routing import Router

Readiness = Callable[[Session], list[str]]
"""Why the service cannot do its work yet, in English, a reason a line; empty when it can."""

NOT_KEPT = "the database takes no changes"

router = Router(dependencies=[machine])


@router.get("/healthz", name="healthz")
def healthz() -> PlainTextResponse:
    """The process lives and a thread was free to say so."""
    return PlainTextResponse("ok\n")


@router.get("/metrics", name="metrics")
def metrics(request: Request) -> PlainTextResponse:
    """Figures for whoever has the token; without one in the settings there is no such page."""
    state = request.app.state
    if not state.settings.metrics_token:
        raise NotFound
    expected = f"Bearer {state.settings.metrics_token}".encode()
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, expected):
        return PlainTextResponse("a token is needed\n", 401, {"WWW-Authenticate": "Bearer"})
    return PlainTextResponse(
        state.meters.text(partial(_outbox, state.database)), media_type="text/plain; version=0.0.4"
    )


def _outbox(database: Database) -> dict[str, float]:
    """Reminders that wait, and those of them that were tried in vain; nothing while the database is away."""
    try:
        with database.read() as session:
            held = stuck(session)
            return {
                "hotline_mails_waiting": waiting(session),
                "hotline_mails_failing": held.number if held else 0,
            }
    except SQLAlchemyError:
        return {}


@router.get("/readyz", name="readyz")
async def readyz(request: Request) -> PlainTextResponse:
    """Ready, or 503 with the reasons. Ready means that something could be kept at this moment."""
    state = request.app.state
    try:
        async with state.turns.write:
            reasons = await run_in_threadpool(_reasons, state.database, state.readiness)
    except Unavailable:
        reasons = [NOT_KEPT]
    if reasons:
        return PlainTextResponse("\n".join(reasons) + "\n", 503, {"Retry-After": "10"})
    return PlainTextResponse("ready\n")


def _reasons(database: Database, readiness: Readiness) -> list[str]:
    try:
        if not is_current(database.engine):
            return ["the database is not at the newest migration: run `hotline migrate`"]
        with database.write() as session:  # SQLite's writer is taken, so a lock held elsewhere is seen
            return [NOT_KEPT] if _only_reads(session) else readiness(session)
    except SchemaError:
        return ["this installation has no migrations"]
    except SQLAlchemyError:
        return ["the database cannot be reached"]


def _only_reads(session: Session) -> bool:
    """A PostgreSQL that follows another one answers questions and keeps nothing."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    return bool(session.scalar(text("SHOW transaction_read_only")) == "on")
