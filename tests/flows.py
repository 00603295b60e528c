"""What the cast does at work, one verb each, and what keys open past every policy."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts import people
from hotline.assignment import actions as assignment
from hotline.base.errors import NotFound, Tampered
from hotline.base.i18n import Language
from hotline.keyring import escrow, grants, team
from hotline.keyring import queries as keyring
from hotline.keyring.envelope import Compartment
from hotline.keyring.holder import Unlocked
from hotline.keyring.models import Team
from hotline.notes import actions as notes
from hotline.notes.templates import Template
from hotline.tickets import actions as tickets
from hotline.tickets import ending, returning
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import Outcome
from hotline.tickets.models import Ticket
from tests.cast import NOON, ZONE, Caller, House


def take(house: House, name: str, caller: Caller, *, now: datetime = NOON) -> None:
    """The counselor goes on duty and takes the caller's ticket."""
    house.go_on_duty(name, now=now)
    with house.database.write() as db:
        actor, keys = house.actor(db, name), house.person(name).keys
        assignment.take(db, house.deployment, actor, keys, caller.reference, now=now)


def review(house: House, name: str, caller: Caller, *, now: datetime = NOON) -> None:
    """The counselor records a safety review."""
    with house.database.write() as db:
        ticket, keys = db.get_one(Ticket, caller.ticket), house.person(name).keys
        answers = {"asked": "said-no"}
        notes.review_safety(db, house.deployment, house.actor(db, name), keys, ticket, answers, now=now)


def reply(house: House, name: str, caller: Caller, text: str, *, now: datetime = NOON) -> None:
    """The counselor replies."""
    with house.database.write() as db:
        ticket, keys = db.get_one(Ticket, caller.ticket), house.person(name).keys
        tickets.reply(db, house.deployment, house.actor(db, name), keys, ticket, text, tz=ZONE, now=now)


def note(
    house: House,
    name: str,
    caller: Caller,
    text: str,
    *,
    is_final: bool = True,
    now: datetime = NOON,
) -> None:
    """The counselor writes a note."""
    with house.database.write() as db:
        notes.write_note(
            db,
            house.deployment,
            house.actor(db, name),
            house.person(name).keys,
            db.get_one(Ticket, caller.ticket),
            Template.HELPLINE,
            {"brought": text},
            is_final=is_final,
            now=now,
        )


def close(house: House, name: str, caller: Caller, *, now: datetime = NOON) -> None:
    """The counselor ends the conversation."""
    with house.database.write() as db:
        ticket = db.get_one(Ticket, caller.ticket)
        ending.close(db, house.actor(db, name), ticket, Outcome.LISTENED, tz=ZONE, now=now)


def give_back(house: House, name: str, caller: Caller, *, now: datetime = NOON) -> None:
    """The counselor gives the ticket back to the queue."""
    with house.database.write() as db:
        ticket, keys = db.get_one(Ticket, caller.ticket), house.person(name).keys
        returning.give_back(db, house.deployment, house.actor(db, name), keys, ticket, now=now)


def come_back(house: House, caller: Caller) -> None:
    """The caller comes back with the code."""
    with house.database.write() as db:
        returning.come_back(db, house.deployment, caller.keys)


def write_again(
    house: House, caller: Caller, text: str, *, level: Level | None = None, now: datetime = NOON
) -> None:
    """The caller adds a message."""
    with house.database.write() as db:
        ending.write_as_caller(
            db,
            house.deployment,
            caller.keys,
            text,
            level=level,
            language=Language.CHINESE,
            hours=house.hours,
            now=now,
        )


def keep_team(house: House, name: str, *, now: datetime = NOON) -> None:
    """What a member's next change does for the team."""
    with house.database.write() as db:
        people.keep_team(db, house.deployment, house.person(name).keys, now=now)


def escrow_keys(house: House) -> Unlocked:
    """The escrow in the hands of two custodians."""
    one, other = house.person("custodian").keys, house.person("third_custodian").keys
    with house.database.read() as db:
        return escrow.join(db, house.deployment, one, other)


def can_open(house: House, db: Session, keys: Unlocked, ticket: UUID, part: Compartment) -> bool:
    """Whether these keys alone, without any rule, open the compartment."""
    try:
        grants.open_key(db, house.deployment, ticket, part, keys)
    except (NotFound, Tampered):
        return False
    return True


def can_open_as_team(house: House, db: Session, keys: Unlocked, ticket: UUID) -> bool:
    """Whether these keys open the conversation through any version of the team's key."""
    grant = keyring.find_grant(db, ticket, Compartment.CONVERSATION, house.deployment.team(0))
    versions = [row.version for row in db.query(Team)] if grant else []
    return any(_opens(house, db, keys, version, ticket) for version in versions)


def _opens(house: House, db: Session, keys: Unlocked, version: int, ticket: UUID) -> bool:
    try:
        as_team = team.unlock(db, house.deployment, keys, version)
    except (NotFound, Tampered):
        return False
    return can_open(house, db, as_team, ticket, Compartment.CONVERSATION)


def words_of(house: House, keys: Unlocked, caller: Caller) -> list[str]:
    """The conversation's texts as these keys open them, past every policy."""
    with house.database.read() as db:
        opened = tickets._open(db, house.deployment, keys, db.get_one(Ticket, caller.ticket))
        return [said.text for said in opened.said]


def assign(house: House, caller: Caller, to: str, *, now: datetime = NOON) -> None:
    """The supervisor gives the ticket to a counselor, who goes on duty for it."""
    house.go_on_duty(to, now=now)
    with house.database.write() as db:
        actor, chosen = house.actor(db, "supervisor"), house.person(to).id
        assignment.assign(db, actor, house.deployment, caller.reference, chosen, now=now)
