"""What a route on tickets works with, and the order in which it may change and look.

A text is opened only after a line of the trail was committed in a transaction of its own. SQLite
has one writer, so a request that still held a write transaction then would wait for itself. A desk
therefore never holds one for a whole request: `change()` has ended before `look()` opens a text and
before a page is drawn, also when the change was refused and the page gives back what was typed.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from markupsafe import Markup
from starlette.responses import Response

from hotline.audit.actions import Journal
from hotline.audit.acts import Act
from hotline.base.db import Database
from hotline.base.digits import grouped
from hotline.base.errors import Refused
from hotline.keyring import team
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.permissions import Actor, Role
from hotline.roster.hours import OpeningHours
from hotline.web.reading import Typed, read_form
from hotline.web.render import Pages
from hotline.web.staff.deps import Signed, SignedIn
from hotline.web.staff.ticket_words import LANGUAGES
from hotline.web.transaction import Db


@dataclass(frozen=True)
class Desk:
    """One request of a signed-in person."""

    request: Request = field(repr=False)
    pages: Pages = field(repr=False)
    database: Database = field(repr=False)
    journal: Journal = field(repr=False)
    signed: SignedIn
    moment: str
    """The hub's, from before anything was read: by it an open list knows whether it has missed something."""

    @property
    def actor(self) -> Actor:
        """The person, as policies see them."""
        return self.signed.actor

    @property
    def now(self) -> datetime:
        """The moment of the request."""
        return self.signed.now

    @property
    def deployment(self) -> Deployment:
        """The deployment, as it was founded."""
        return self.signed.deployment

    @property
    def hours(self) -> OpeningHours:
        """When the line is open."""
        return self.pages.hours

    @property
    def keys(self) -> Unlocked:
        """The person's keys."""
        return self.signed.keys

    @contextmanager
    def change(self) -> Iterator[Db]:
        """A transaction that is committed when the block ends, or rolled back when it raises.

        That somebody was refused is in the trail, by what they asked for.
        """
        try:
            with self.database.write() as db:
                yield db
        except Refused:
            asked = self.request.url.path.rpartition("/")[2]
            about = {"actor": self.actor.id, "subject": self.actor.id}
            self.journal.write(Act.REFUSED, **about, now=self.now, detail=asked)
            raise

    def waits_for_key(self, db: Db) -> bool:
        """Whether this counselor was just admitted and no colleague has shared the team's key yet."""
        is_counselors = Role.COUNSELOR in self.actor.roles
        return is_counselors and self.signed.team_is_behind and not team.is_held_by(db, self.keys)

    def without_key(self, db: Db, people: Iterable[UUID]) -> set[UUID]:
        """Which of these counselors were just admitted and cannot open anything yet."""
        return set(people) - set(team.holders(db)) if self.signed.team_is_behind else set()

    def look(self) -> AbstractContextManager[Db]:
        """A session that only reads. Never inside `change()`."""
        return self.database.read()

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page that knows the moment it is drawn at, and how references are shown."""
        known = {
            "now": self.now,
            "moment": self.moment,
            "shown": shown_reference,
            "unbroken": unbroken_reference,
            "language_name": LANGUAGES.__getitem__,
        }
        return self.pages.page(self.request, template, status, None, **known, **values)


async def _desk(request: Request, signed: Signed) -> AsyncIterator[Desk]:
    # The form has arrived before the turn is taken. Without turns, routes that wait for the writer
    # inside their thread could be all the threads there are (hotline/web/limits.py).
    if request.method == "POST":
        await read_form(request)
    pages: Pages = request.app.state.pages
    database: Database = request.app.state.database
    async with request.app.state.turns.read:
        yield Desk(request, pages, database, Journal(database), signed, database.events.moment)


DeskDep = Annotated[Desk, Depends(_desk, scope="function")]


def shown_reference(reference: str) -> str:
    """A ticket's reference as people read it out: 12345-67890."""
    return "-".join(grouped(reference, 5))


def unbroken_reference(reference: str) -> Markup:
    """The same within a sentence: no line ends inside it, and whoever copies it gets plain characters."""
    return Markup('<span class="num">{}</span>').format(shown_reference(reference))


def address_of(reference: str, part: str = "") -> str:
    """The page of a ticket, or a part of it."""
    return f"/staff/tickets/{reference}{part}"


def form_id(typed: Typed) -> UUID | None:
    """What a page gave its form so that it counts once however often it is sent."""
    try:
        return UUID(typed.text("form_id"))
    except ValueError:
        return None
