"""What machines ask: does the process live, and can it do its work."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.base.db import Database
from hotline.base.schema import SchemaError, is_current
from hotline.web.access import machine

Readiness = Callable[[Session], list[str]]
"""Why the service cannot do its work yet, in English, a reason a line; empty when it can."""

router = APIRouter(dependencies=[machine])


@router.get("/healthz", name="healthz")
def healthz() -> PlainTextResponse:
    """The process lives and a thread was free to say so."""
    return PlainTextResponse("ok\n")


@router.get("/readyz", name="readyz")
def readyz(request: Request) -> PlainTextResponse:
    """Ready, or 503 with the reasons."""
    reasons = _reasons(request.app.state.database, request.app.state.readiness)
    if reasons:
        return PlainTextResponse("\n".join(reasons) + "\n", 503, {"Retry-After": "10"})
    return PlainTextResponse("ready\n")


def _reasons(database: Database, readiness: Readiness) -> list[str]:
    try:
        if not is_current(database.engine):
            return ["the database is not at the newest migration: run `hotline migrate`"]
        with database.read() as session:
            return readiness(session)
    except SchemaError:
        return ["this installation has no migrations"]
    except SQLAlchemyError:
        return ["the database cannot be reached"]
