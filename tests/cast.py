"""The cast: a founded deployment and the people in it, made once and copied for every test."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pyotp
from sqlalchemy.orm import Session

from hotline.accounts import enrolment, founders, people, queries, sessions
from hotline.accounts.models import Account, Credential
from hotline.accounts.people import NewPerson
from hotline.audit.actions import Journal
from hotline.base import schema
from hotline.base.db import Database, open_database
from hotline.base.i18n import Language
from hotline.intake import actions as intake
from hotline.intake import receipt
from hotline.intake.privacy import CURRENT
from hotline.intake.screening import AgeBand, Audience, FollowUp, Safety, Topic
from hotline.keyring import queries as keyring
from hotline.keyring import stretching, vault
from hotline.keyring.founding import FILE_NAME, Deployment
from hotline.keyring.holder import Unlocked
from hotline.keyring.receipts import receipt_keys
from hotline.permissions import Actor, Role
from hotline.roster import actions as roster
from hotline.roster.hours import OpeningHours, load_hours
from hotline.tickets.models import Ticket
from tests import databases

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Noon in Shanghai on a Monday: within the bundled opening hours."""

ZONE = ZoneInfo("Asia/Shanghai")

HOURS = load_hours(ZONE)


@dataclass(frozen=True)
class Person:
    """A member of the cast: how they sign in, and their keys for tests that call actions."""

    id: UUID
    name: str
    alias: str
    passphrase: str = field(repr=False)
    seed: str = field(repr=False)
    keys: Unlocked = field(repr=False)


PEOPLE: dict[str, tuple[str, frozenset[Role]]] = {
    "lin": ("木棉", frozenset({Role.COUNSELOR})),
    "mei": ("山茶", frozenset({Role.COUNSELOR})),
    "supervisor": ("银杏", frozenset({Role.SUPERVISOR})),
}
"""Who is invited and admitted after the founding. Lin and Mei, her colleague, are counselors."""

FOUNDERS: dict[str, tuple[str, frozenset[Role]]] = {
    "administrator": ("榕树", frozenset({Role.ADMINISTRATOR})),
    "custodian": ("松", frozenset({Role.CUSTODIAN})),
    "second_custodian": ("竹", frozenset({Role.CUSTODIAN})),
    "third_custodian": ("梅", frozenset({Role.CUSTODIAN})),
}


def found_house(folder: Path) -> dict[str, Person]:
    """A database in the folder with the whole cast in it, Lin and Mei admitted by a custodian."""
    url = databases.url_of(folder)
    schema.upgrade(url)
    database = open_database(url)
    cast: dict[str, Person] = {}
    with database.write() as db:
        row = founders.begin(db, stretching_version=stretching.TEST_VERSION, is_demo=False, now=NOON)
        all_founders = []
        for name, (alias, roles) in FOUNDERS.items():
            founder = founders.enrol(db, row, NewPerson(name, alias, Language.CHINESE, roles), now=NOON)
            all_founders.append(founder)
            cast[name] = Person(
                founder.account.id, name, alias, founder.passphrase, founder.seed, founder.keys
            )
        founders.finish(db, row, founders.public_keys_of(all_founders), folder)
    for name, (alias, roles) in PEOPLE.items():
        cast[name] = invite_and_enrol(
            database, folder, cast["administrator"], NewPerson(name, alias, Language.CHINESE, roles)
        )
    for name in ("lin", "mei"):
        admit(database, folder, cast["custodian"], cast[name])
    with database.write() as db:
        deployment = deployment_of(db, folder)
        people.keep_team(db, deployment, cast["lin"].keys, now=NOON)
    database.dispose()
    return cast


def deployment_of(db: Session, folder: Path) -> Deployment:
    """The founded deployment."""
    deployment = keyring.find_deployment(db, folder)
    assert deployment is not None
    return deployment


def invite_and_enrol(database: Database, folder: Path, by: Person, person: NewPerson) -> Person:
    """Somebody who was invited and has enrolled, and whose keys nobody has admitted yet."""
    with database.write() as db:
        deployment = deployment_of(db, folder)
        actor = actor_of(db, deployment, by)
        _, code = people.invite(db, actor, person, now=NOON)
        return enrol(db, deployment, code)


def enrol(db: Session, deployment: Deployment, code: str) -> Person:
    """Whoever holds the one-time code enrols as the person it was made for."""
    token = enrolment.begin(db, deployment, code, now=NOON)
    enrolling = enrolment.resume(db, deployment, token, code, now=NOON)
    account = enrolling.account
    stretched = stretching.stretch_passphrase(enrolling.passphrase, enrolling.salt, deployment.stretching)
    enrolment.confirm(
        db,
        deployment,
        enrolling,
        typed=enrolling.passphrase,
        stretched=stretched,
        digits=digits_of(enrolling.seed, NOON),
        now=NOON,
    )
    keys = unlock(db, deployment, account, stretched)
    return Person(account.id, account.name, account.alias, enrolling.passphrase, enrolling.seed, keys)


def unlock(db: Session, deployment: Deployment, account: Account, stretched: bytes) -> Unlocked:
    """A person's keys as signing in opens them."""
    credential = db.get_one(Credential, account.id)
    opened = vault.passphrase_keys(deployment.id, account.id, stretched)
    holder = vault.staff_holder(account.id, credential.key_version)
    return vault.open_root(opened.unlock, deployment.id, holder, credential.sealed_root)


def digits_of(seed: str, now: datetime) -> str:
    """What the authenticator app shows."""
    return pyotp.TOTP(seed).at(now)


def admit(database: Database, folder: Path, custodian: Person, person: Person) -> None:
    """A custodian compared the fingerprint and admits the person."""
    with database.write() as db:
        deployment = deployment_of(db, folder)
        shown = queries.fingerprint_of(db, deployment, person.id)
        assert shown is not None
        actor = actor_of(db, deployment, custodian)
        people.admit(db, deployment, actor, custodian.keys, person.id, shown, now=NOON)


def actor_of(db: Session, deployment: Deployment, person: Person) -> Actor:
    """The person as policies see them now."""
    return queries.actor_of(db, deployment, db.get_one(Account, person.id))


@dataclass(frozen=True)
class House:
    """One test's own copy of the deployment, with the cast and what they commonly do."""

    folder: Path
    database: Database
    deployment: Deployment
    cast: dict[str, Person] = field(repr=False)
    hours: OpeningHours

    def person(self, name: str) -> Person:
        """A member of the cast by name."""
        return self.cast[name]

    def actor(self, db: Session, name: str) -> Actor:
        """A member of the cast as policies see them now."""
        return actor_of(db, self.deployment, self.cast[name])

    @property
    def url(self) -> str:
        """The address of its database."""
        return databases.url_of(self.folder)

    @property
    def journal(self) -> Journal:
        """The trail's lines about reads."""
        return Journal(self.database)

    def send(
        self,
        message: str = "我最近睡不着。",
        *,
        safety: Safety = Safety.SAFE,
        topics: tuple[Topic, ...] = (),
        language: Language = Language.CHINESE,
        now: datetime = NOON,
    ) -> "Caller":
        """A caller who has written and has a receipt code."""
        request = intake.Request(
            safety, message, topics, Audience.UNSAID, AgeBand.UNSAID, FollowUp.LATER, language, CURRENT
        )
        code = receipt.draw()
        stretched = stretching.stretch_code(code, self.deployment.salt, self.deployment.stretching)
        keys = receipt_keys(self.deployment.id, stretched)
        form = intake.open_form(self.deployment, intake.new_form(self.deployment))
        assert form is not None
        with self.database.write() as db:
            sent = intake.receive(
                db,
                self.deployment,
                form,
                request,
                code,
                keys,
                journey=None,
                hours=self.hours,
                tz=ZONE,
                now=now,
            )
            reference = db.get_one(Ticket, sent.ticket_id).reference
        caller = keys.unlock(self.deployment.id, sent.ticket_id)
        return Caller(sent.code, sent.ticket_id, reference, caller)

    def go_on_duty(self, *names: str, now: datetime = NOON) -> None:
        """These counselors are on duty."""
        with self.database.write() as db:
            for name in names:
                roster.start_duty(db, self.actor(db, name), now=now)

    def become(self, other: "House") -> None:
        """All that was done in the other, to which nobody is connected, was done in this one."""
        self.database.dispose()
        databases.copy(other.folder, self.folder)

    def session_of(self, name: str, *, now: datetime = NOON) -> bytes:
        """The cookie's bytes of a signed-in member of the cast."""
        with self.database.write() as db:
            return sessions.start_staff(db, self.deployment, self.cast[name].keys, now=now)


@dataclass(frozen=True)
class Caller:
    """Somebody who wrote: the receipt code, the ticket, and the keys the code opens."""

    code: str
    ticket: UUID
    reference: str
    keys: Unlocked = field(repr=False)


def copy_house(template: Path, cast: dict[str, Person], folder: Path) -> Iterator[House]:
    """A fresh copy of the founded deployment, whose cast may grow; its connections are closed afterwards."""
    shutil.copy(template / FILE_NAME, folder / FILE_NAME)
    databases.copy(template, folder)
    with databases.opened(folder) as database:
        with database.read() as db:
            deployment = deployment_of(db, folder)
        yield House(folder, database, deployment, dict(cast), HOURS)
    databases.drop(folder)


def another_counselor(house: House, name: str) -> str:
    """Admitted, and one of the cast from now on."""
    person = NewPerson(name, name.title(), Language.CHINESE, frozenset({Role.COUNSELOR}))
    by, custodian = house.person("administrator"), house.person("custodian")
    house.cast[name] = invite_and_enrol(house.database, house.folder, by, person)
    admit(house.database, house.folder, custodian, house.cast[name])
    return name
