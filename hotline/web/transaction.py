"""One transaction per request: open while the route works, committed before the answer leaves."""

from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool, run_in_threadpool
from sqlalchemy.orm import Session

from hotline.base.db import Database
from hotline.base.errors import HotlineError
from hotline.web.limits import Turns
from hotline.web.reading import read_form

Act = Callable[[Session], object]

_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)


async def open_transaction(request: Request) -> AsyncIterator[Session]:
    """A session that reads on GET and writes on everything else.

    Returning commits, before the answer is sent; raising rolls back. It must come last among the
    things a route asks for when others are slow: the whole form has arrived before the turn is
    taken, and stretching inside is an error.
    """
    database: Database = request.app.state.database
    turns: Turns = request.app.state.turns
    is_reading = request.method in {"GET", "HEAD"}
    if not is_reading:
        await read_form(request)
    async with turns.read if is_reading else turns.write:
        _inside.set(True)
        try:
            opened = database.read() if is_reading else database.write()
            async with contextmanager_in_threadpool(opened) as session:
                yield session
        except HotlineError:
            await run_in_threadpool(_after_rollback, request, database)
            raise
        finally:
            _inside.set(False)


Db = Annotated[Session, Depends(open_transaction, scope="function")]


def after_rollback(request: Request, act: Act) -> None:
    """Do this in a transaction of its own if the domain says no: the audit line of a refusal."""
    if not hasattr(request.state, "after_rollback"):
        request.state.after_rollback = []
    request.state.after_rollback.append(act)


def inside_transaction() -> bool:
    """Whether this request holds a transaction at the moment."""
    return _inside.get()


def _after_rollback(request: Request, database: Database) -> None:
    acts: list[Act] = getattr(request.state, "after_rollback", [])
    if not acts:
        return
    with database.write() as session:
        for act in acts:
            act(session)
