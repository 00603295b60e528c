"""One house in full swing, made once, and everybody who may knock at its doors.

Lin and Mei each have a ticket with a conversation, notes and a follow-up. One ticket waits, one is
assigned to Lin and not opened, one of hers is closed, and one its caller has deleted. Every
visitor has a browser that holds whatever cookie they have. `Stage.reset` brings all of it back.
"""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from hotline.accounts import enrolment, late_posts, own, people, sessions, sign_in
from hotline.accounts.models import Account, LatePost
from hotline.accounts.people import NewPerson
from hotline.app import create_app
from hotline.assignment import actions as assignment
from hotline.base.config import Settings
from hotline.base.i18n import Language
from hotline.counters.actions import Dimension
from hotline.followups import feed
from hotline.intake import actions as intake
from hotline.keyring.envelope import Compartment
from hotline.permissions import Permission, Role
from hotline.web.access import Access, declared_access, routes_of
from tests import cast, databases, flows
from tests.browser import Watch
from tests.canaries import Canaries
from tests.cast import NOON, ZONE, Caller, House, Person, copy_house
from tests.followups import plans
from tests.statistics import years
from tests.web.foundation import ORIGIN, browse

EXIT = "https://weather.example.org/"
IN_OCTOBER = datetime(2026, 10, 6, 20, tzinfo=ZONE)
Answer = TypeVar("Answer")

SIGNED_IN = ("lin", "mei", "supervisor", "administrator", "custodian", "puppet")
SIGNED_OUT = ("nobody", "caller", "disabled", "locked", "expired", "enrolling", "renewing")
ROLES = (*SIGNED_IN, *SIGNED_OUT)
"""Whoever may knock. `puppet` is a counselor whom no custodian admitted; `disabled` still has the
cookie of a session; `locked` and `expired` are Lin's browsers; the last two are in their five minutes."""

TICKETS = ("lins", "meis", "waiting", "assigned", "closed", "deleted")


@dataclass
class Stage:
    """The house, the site over it, and what is known of it beyond what its pages tell."""

    house: House
    app: FastAPI = field(repr=False)
    watch: Watch
    saved: Path
    callers: dict[str, Caller] = field(repr=False)
    words: dict[str, str] = field(repr=False)
    """What was written, by a name such as `lins message`: found on a page it tells who read what."""

    cookies: dict[str, dict[str, str]] = field(repr=False)
    code: str = field(repr=False)
    """A one-time code that nobody has begun to use."""

    post: UUID
    """A text of Lin's that came after her session had ended."""

    secret: str = field(repr=False)
    """What stands in the address of Lin's calendar."""

    state: object = None
    known: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def reset(self) -> None:
        """Everything is as it was, the clock too."""
        self.watch.now = NOON + timedelta(seconds=30)
        if self.is_untouched:
            return
        self.house.database.dispose()
        databases.copy(self.saved, self.house.folder)
        self.state = databases.state_of(self.house.folder)

    @property
    def is_untouched(self) -> bool:
        """Nothing was written to the database since it was brought back."""
        return databases.state_of(self.house.folder) == self.state

    def once(self, about: Hashable, ask: Callable[[], Answer]) -> Answer:
        """What is true of the stage as it was set is asked once; after any change it is asked again."""
        if not self.is_untouched:
            return ask()
        if about not in self.known:
            self.known[about] = ask()
        answer: Answer = self.known[about]
        return answer

    @cached_property
    def canaries(self) -> Canaries:
        """The search for everything that was written."""
        return Canaries(self.words)

    @cached_property
    def routes(self) -> dict[str, Access]:
        """Every route of the running site as its method and path, with what it declares."""
        return {
            f"{method} {route.path}": declared_access(route)
            for route in routes_of(self.app)
            for method in sorted(route.methods or ())
        }

    def browser(self, role: str, *, language: str = "en") -> httpx.Client:
        """The browser of one who may knock."""
        client = browse(self.app, language=language)
        client.cookies.set("language", "zh-Hans" if language.startswith("zh") else language)
        for name, value in self.cookies.get(role, {}).items():
            client.cookies.set(name, value)
        return client

    def permissions(self, role: str) -> frozenset[Permission]:
        """What this person may do by the roles that count; nothing for whoever is not signed in."""
        if role not in SIGNED_IN:
            return frozenset()
        with self.house.database.read() as db:
            actor = self.house.actor(db, role)
        return frozenset(one for one in Permission if actor.holds(one))

    def opens(self, role: str, ticket: str, part: Compartment) -> bool:
        """Whether this person's own keys open the compartment, past every rule."""
        keys = self.callers[ticket].keys if role == "caller" else self.house.person(role).keys
        with self.house.database.read() as db:
            return flows.can_open(self.house, db, keys, self.callers[ticket].ticket, part)

    def opens_as_team(self, role: str, ticket: str) -> bool:
        """Whether this person's keys open the team's, and those the conversation."""
        keys = self.house.person(role).keys
        with self.house.database.read() as db:
            return flows.can_open_as_team(self.house, db, keys, self.callers[ticket].ticket)


@pytest.fixture(scope="session")
def staged(
    founded: tuple[Path, dict[str, Person]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """The stage of this process; use `stage`, which is brought back before each test."""
    template, people_ = founded
    folder = tmp_path_factory.mktemp("stage")
    copies = copy_house(template, people_, folder)
    for house in copies:
        house.database.events.close()  # a stream ends as soon as it has begun: nobody waits for pings here
        watch = Watch()
        settings = Settings(
            data_dir=folder, database_url=house.url, public_url=ORIGIN, exit_url=EXIT, test_stretching=True
        )
        app = create_app(settings, house.database, clock=watch)
        stage = _set(house, app, watch, tmp_path_factory.mktemp("saved"))
        yield stage
        app.state.lanes.close()


@pytest.fixture
def stage(staged: Stage) -> Stage:
    """The stage as it was set, whatever the test before did to it."""
    staged.reset()
    return staged


def _set(house: House, app: FastAPI, watch: Watch, saved: Path) -> Stage:
    words: dict[str, str] = {}
    _more_people(house)
    callers = {ticket: _written(house, ticket, words) for ticket in TICKETS}
    house.go_on_duty("lin", "mei")
    for ticket in TICKETS:
        _played(house, ticket, callers[ticket], words)
    code, enrolling = _invited(house)
    holders = {name: name for name in (*SIGNED_IN, "disabled")} | {"locked": "lin"}
    cookies = {
        **{name: {"session": house.session_of(person).hex()} for name, person in holders.items()},
        "expired": {"session": house.session_of("lin", now=NOON - timedelta(minutes=25)).hex()},
        "caller": {"visit": _visit(house, callers["lins"]).hex()},
        "enrolling": {"session": enrolling.hex()},
        "renewing": {"session": _renewing(house).hex()},
    }
    _lock(house, bytes.fromhex(cookies["locked"]["session"]))
    for name in SIGNED_IN:
        _offer_passphrase(house, name, bytes.fromhex(cookies[name]["session"]))
    post = _late_post(house, bytes.fromhex(cookies["lin"]["session"]), words)
    with house.database.write() as db:
        secret = feed.draw()
        feed.make(db, house.actor(db, "lin"), secret, now=NOON)
    _a_month_of_statistics(house)
    house.database.dispose()
    databases.copy(house.folder, saved)
    return Stage(house, app, watch, saved, callers, words, cookies, code, post, secret)


def _more_people(house: House) -> None:
    """The puppet, one who was disabled, one who must set up a new second factor."""
    administrator = house.person("administrator")
    for name, alias, role in (
        ("puppet", "木偶", Role.COUNSELOR),
        ("disabled", "枫", Role.COUNSELOR),
        ("renewing", "桂", Role.SUPERVISOR),
    ):
        person = NewPerson(name, alias, Language.CHINESE, frozenset({role}))
        house.cast[name] = cast.invite_and_enrol(house.database, house.folder, administrator, person)
    cast.admit(house.database, house.folder, house.person("custodian"), house.person("disabled"))
    flows.keep_team(house, "lin")
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person("disabled").id, now=NOON)
        for by in ("administrator", "custodian"):
            people.order_factor(db, house.actor(db, by), house.person("renewing").id, now=NOON)
    flows.keep_team(house, "lin")


def _written(house: House, ticket: str, words: dict[str, str]) -> Caller:
    words[f"{ticket} message"] = f"来访者在{ticket}里写的话"
    return house.send(words[f"{ticket} message"])


def _played(house: House, ticket: str, caller: Caller, words: dict[str, str]) -> None:
    """What happened to each ticket."""
    if ticket == "assigned":
        with house.database.write() as db:
            supervisor, to = house.actor(db, "supervisor"), house.person("lin").id
            assignment.assign(db, supervisor, house.deployment, caller.reference, to, now=NOON)
    if ticket in {"waiting", "assigned"}:
        return
    name = "mei" if ticket == "meis" else "lin"
    flows.take(house, name, caller)
    flows.review(house, name, caller)
    words[f"{ticket} reply"] = f"咨询老师在{ticket}里的回信"
    words[f"{ticket} note"] = f"关于{ticket}的工作笔记"
    flows.reply(house, name, caller, words[f"{ticket} reply"])
    flows.note(house, name, caller, words[f"{ticket} note"])
    if ticket in {"lins", "meis"}:
        words[f"{ticket} purpose"] = f"为什么再联系{ticket}"
        plans.plan(house, name, caller, purpose=words[f"{ticket} purpose"])
    if ticket == "closed":
        flows.close(house, name, caller)
    if ticket == "deleted":
        with house.database.write() as db:
            token = sessions.start_caller(db, house.deployment, caller.keys, stay=False, now=NOON)
            session = sessions.resume(db, house.deployment, sessions.Kind.CALLER, token, now=NOON)
            intake.delete_conversation(db, house.deployment, session, tz=ZONE, now=NOON)


def _invited(house: House) -> tuple[str, bytes]:
    """A one-time code, and the cookie of a browser that has begun to enrol with it."""
    person = NewPerson("newcomer", "柳", Language.ENGLISH, frozenset({Role.SUPERVISOR}))
    with house.database.write() as db:
        _, code = people.invite(db, house.actor(db, "administrator"), person, now=NOON)
        return code, enrolment.begin(db, house.deployment, code, now=NOON)


def _visit(house: House, caller: Caller) -> bytes:
    with house.database.write() as db:
        return sessions.start_caller(db, house.deployment, caller.keys, stay=False, now=NOON)


def _renewing(house: House) -> bytes:
    """As signing in begins it for somebody whose second factor was ordered anew."""
    person = house.person("renewing")
    with house.database.write() as db:
        account = db.get_one(Account, person.id)
        return sign_in._begin_renewal(db, house.deployment, account, person.keys, now=NOON)


def _lock(house: House, token: bytes) -> None:
    with house.database.write() as db:
        session = sessions.resume(db, house.deployment, sessions.Kind.STAFF, token, now=NOON)
        sessions.lock(db, session.id)


def _offer_passphrase(house: House, name: str, token: bytes) -> None:
    with house.database.write() as db:
        own.offer_passphrase(db, house.deployment, house.person(name).id, token, now=NOON)


def _late_post(house: House, token: bytes, words: dict[str, str]) -> UUID:
    words["late post"] = "林老师来不及发出的话"
    fields = {"text": words["late post"]}
    with house.database.write() as db:
        late_posts.keep(db, house.deployment, token, "/staff/lock", fields, now=NOON)
        db.flush()
        return db.query(LatePost).one().id


def _a_month_of_statistics(house: House) -> None:
    """October, in which the house was open already, is over and decided."""
    years.add(house, Dimension.CONTACTS, {"request": 33}, IN_OCTOBER)
    years.add(house, Dimension.AUDIENCE, {"student": 33}, IN_OCTOBER)
    years.add(house, Dimension.LANGUAGE, {"zh-Hans": 33}, IN_OCTOBER)
    years.add(house, Dimension.TOPIC, {"sleep": 21, "mood": 12}, IN_OCTOBER)
    years.release_all(house, opened=IN_OCTOBER.date(), now=NOON)
