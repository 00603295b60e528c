"""The staff's pages over HTTP: the cast at their desks, signed in, with a clock that stands still."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session

from hotline.accounts.sessions import start_caller
from hotline.audit.models import AuditLine
from hotline.base.config import Settings
from hotline.tickets.models import Ticket
from tests.apps import app_for
from tests.cast import NOON, Caller, House
from tests.web.foundation import ORIGIN, browse

TAGS = re.compile(r"<[^>]+>")
DOOR = re.compile(r'class="door" href="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"[^>]*>')


@dataclass
class Desks:
    """The site of one test's house, and who sits in front of it."""

    house: House
    app: FastAPI = field(repr=False)
    now: datetime = NOON

    def at_desk(self, name: str, *, language: str = "en") -> httpx.Client:
        """A member of the cast in front of their browser, signed in."""
        client = browse(self.app, language=language)
        client.cookies.set("session", self.house.session_of(name, now=self.now).hex())
        client.cookies.set("language", "zh-Hans" if language.startswith("zh") else language)
        return client

    def as_caller(self, caller: Caller) -> httpx.Client:
        """The caller in front of their own browser, come back with the code."""
        client = browse(self.app)
        with self.house.database.write() as db:
            token = start_caller(db, self.house.deployment, caller.keys, stay=False, now=self.now)
        client.cookies.set("visit", token.hex())
        return client

    def later(self, **time: int) -> datetime:
        """The clock moves on."""
        self.now += timedelta(**time)
        return self.now

    def ticket(self, caller: Caller) -> Ticket:
        """The ticket's row as it is stored."""
        with self.house.database.read() as db:
            return db.get_one(Ticket, caller.ticket)

    def row(self, db: Session, caller: Caller) -> Ticket:
        """The ticket's row, to be changed."""
        return db.get_one(Ticket, caller.ticket)

    def shown(self, caller: Caller) -> str:
        """The ticket's reference as people read it out."""
        return f"{caller.reference[:5]}-{caller.reference[5:]}"

    def doors(self, page: str) -> list[str]:
        """Where the doors on my shift lead to, each address once."""
        return list(dict.fromkeys(DOOR.findall(page)))

    def acts(self, caller: Caller) -> list[tuple[str, str | None]]:
        """What the trail has about the ticket, in order: the act and its detail."""
        with self.house.database.read() as db:
            lines = db.query(AuditLine).filter(AuditLine.subject_id == caller.ticket)
            return [(line.act, line.detail) for line in lines.order_by(AuditLine.number)]


@pytest.fixture
def desks(house: House) -> Iterator[Desks]:
    """The site around this test's own house."""
    settings = Settings(
        data_dir=house.folder, database_url=house.url, public_url=ORIGIN, test_stretching=True
    )
    made: list[Desks] = []
    app = app_for(settings, house.database, lambda: made[0].now)
    made.append(Desks(house, app))
    yield made[0]
    app.state.lanes.close()


def url(caller: Caller, part: str = "") -> str:
    """The address of a ticket, or a part of it."""
    return f"/staff/tickets/{caller.reference}{part}"


def words(answer: httpx.Response) -> str:
    """What a person reads on a page, without markup, each run of spaces one."""
    body = answer.text.partition("<body")[2] or answer.text
    return " ".join(html.unescape(TAGS.sub(" ", body)).split())


def form_on(answer: httpx.Response, action: str) -> dict[str, str]:
    """The hidden fields of the page's form with this action."""
    start = answer.text.index(f' action="{action}"')
    return {name: html.unescape(v) for name, v in HIDDEN.findall(answer.text[start:].partition("</form>")[0])}
