"""The floor: the same framework doing the least that could be called the same work.

A bare page; a page that reads the same rows of our own tables and shows them; a post that inserts the
same rows in one commit. No language, no key, no rule, no form to bind. Served by the same uvicorn with
the same number of threads.

    python -m benchmarks.floor --port 8001    (HOTLINE_DATABASE_URL says which database)
"""

import argparse
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, select_autoescape
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import Account, SessionRow
from hotline.accounts.queries import by_name
from hotline.audit.models import AuditLine
from hotline.base.db import Database, open_database
from hotline.counters.actions import Dimension, count
from hotline.followups.models import FollowUp
from hotline.intake.models import Receipt, SentForm
from hotline.keyring.models import Admission, CallerKey, DeploymentRow, Grant, StaffKey, TicketKey
from hotline.notes.models import Note
from hotline.roster.models import Duty
from hotline.tickets.models import Draft, LevelProposal, Message, Ticket
from hotline.tickets.queries import CHANGES_SHOWN, LOOKS_SHOWN
from hotline.web.limits import limit_threads

PAGE_BYTES = 10_000
LINES = 50
ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 11, 23, tzinfo=ZONE)

LAYOUT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<nav>{% for word in words %}<a href="/{{ word }}">{{ word }}</a> {% endfor %}</nav><main><h1>{{ title }}</h1>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</main></body></html>"""

environment = Environment(autoescape=select_autoescape(default=True))
template = environment.from_string(LAYOUT)
WORDS = [f"word-{number}" for number in range(20)]
"""So that the bare page has as much to render as its size says."""
FILLER = [(f"line {number}", "words " * 20) for number in range(PAGE_BYTES // 160)]


def _page(title: str, rows: object) -> HTMLResponse:
    return HTMLResponse(template.render(title=title, words=WORDS, rows=rows))


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    limit_threads()
    app.state.database = open_database(os.environ["HOTLINE_DATABASE_URL"])
    yield
    app.state.database.dispose()


app = FastAPI(lifespan=_lifespan, openapi_url=None)


@app.get("/")
def bare() -> HTMLResponse:
    """A page of ten kilobytes."""
    return _page("Bare", FILLER)


@app.get("/queue")
def queue(request: Request) -> HTMLResponse:
    """The rows of a queue page: whoever is signed in, and fifty tickets that wait."""
    database: Database = request.app.state.database
    with database.read() as db:
        _who(db)
        wanted = (
            select(Ticket.reference, Ticket.level, Ticket.waiting_since, Ticket.language, Account.alias)
            .outerjoin(Account, Account.id == Ticket.assignee_id)
            .where(Ticket.state == "waiting")
            .order_by(Ticket.level, Ticket.waiting_since, Ticket.id)
            .limit(LINES + 1)
        )
        rows = db.execute(wanted).all()
    return _page("Queue", rows)


@app.get("/ticket/{reference}")
def ticket(request: Request, reference: str) -> HTMLResponse:
    """The rows of a ticket page: the ticket, its keys and grants, what was said, notes and drafts."""
    database: Database = request.app.state.database
    with database.read() as db:
        _who(db)
        found = db.scalars(select(Ticket).where(Ticket.reference == reference)).one()
        rows: list[tuple[object, ...]] = []
        for table in (TicketKey, Grant, Note, Draft, FollowUp, LevelProposal):
            rows += [
                (type(one).__name__,) for one in db.scalars(select(table).where(table.ticket_id == found.id))
            ]
        done = select(AuditLine.at, AuditLine.act, AuditLine.actor_id, AuditLine.detail)
        trail = done.where(AuditLine.subject_id == found.id).order_by(AuditLine.number.desc())
        rows += [tuple(line) for line in db.execute(trail.limit(CHANGES_SHOWN + LOOKS_SHOWN))]
        said = select(Message).where(Message.ticket_id == found.id).order_by(Message.number)
        rows += [(one.number, one.sent_at, len(one.body)) for one in db.scalars(said)]
    return _page(reference, rows)


@app.post("/insert")
def insert(request: Request) -> HTMLResponse:
    """The rows of a request that arrived, in one commit."""
    database: Database = request.app.state.database
    with database.write() as db:
        id_ = uuid4()
        db.add(_ticket(id_))
        db.flush()
        db.add_all(_belongings(id_))
        for dimension, values in COUNTED.items():
            count(db, dimension, values, now=NOW, tz=ZONE)
    return _page("Kept", FILLER)


COUNTED = {
    Dimension.CONTACTS: ["request"],
    Dimension.TOPIC: ["sleep", "study"],
    Dimension.AUDIENCE: ["student"],
    Dimension.LANGUAGE: ["zh-Hans"],
    Dimension.HOUR: ["1-12"],
}


def _who(db: Session) -> None:
    """The rows that say who asks: session, account, keys, admission, duty, deployment."""
    db.scalars(select(DeploymentRow)).all()
    db.scalars(select(SessionRow).limit(1)).all()
    account = by_name(db, os.environ["FLOOR_COUNSELOR"])
    assert account is not None
    for table in (StaffKey, Admission, Duty):
        db.scalars(select(table).where(table.account_id == account.id)).all()


def _ticket(id_: UUID) -> Ticket:
    return Ticket(
        id=id_,
        reference=f"{id_.int % 10**10:010}",
        state="waiting",
        level="P3",
        language="zh-Hans",
        created_at=NOW,
        waiting_since=NOW,
        reply_due_at=NOW,
        follow_up="yes",
        privacy_version="1",
        answers=os.urandom(560),
    )


def _belongings(id_: UUID) -> list[object]:
    grants: list[object] = [
        Grant(
            ticket_id=id_,
            compartment="conversation",
            epoch=1,
            holder_kind=kind,
            holder_id=uuid4(),
            holder_version=1,
            own=False,
            sealed=os.urandom(1170),
        )
        for kind in ("caller", "team", "escrow")
    ]
    return [
        *grants,
        TicketKey(ticket_id=id_, compartment="conversation", epoch=1, commitment=os.urandom(32)),
        CallerKey(ticket_id=id_, kem_public=os.urandom(1216), mac=os.urandom(32)),
        Message(
            ticket_id=id_,
            number=1,
            author_kind="caller",
            language="zh-Hans",
            sent_at=NOW,
            body=os.urandom(1066),
        ),
        Receipt(lookup=os.urandom(16), ticket_id=id_),
        SentForm(request_id=os.urandom(32), ticket_id=id_, sealed_code=os.urandom(60), expires_at=NOW),
    ]


if __name__ == "__main__":
    reader = argparse.ArgumentParser()
    reader.add_argument("--port", type=int, required=True)
    uvicorn.run(app, port=reader.parse_args().port, log_level="warning", access_log=False)
