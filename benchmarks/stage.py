"""A deployment to measure: founded, staffed, and with tickets written by the real actions.

`grow` copies what is there row by row inside the database, so that a million tickets have the sizes,
the columns and the spread of real ones; copies have their own ids and cannot be opened by anybody.
"""

import os
import random
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from hotline.assignment import actions as assignment
from hotline.base import schema
from hotline.base.config import Settings
from hotline.base.db import Database, open_database
from hotline.base.i18n import Language
from hotline.demo import history
from hotline.demo.people import House, open_house
from hotline.intake import actions as intake
from hotline.intake import receipt
from hotline.intake.privacy import CURRENT
from hotline.intake.screening import AgeBand, Audience, FollowUp, Safety, Topic
from hotline.keyring.receipts import ReceiptKeys, receipt_keys
from hotline.keyring.stretching import stretch_code
from hotline.notes import actions as notes
from hotline.roster import actions as roster
from hotline.tickets import actions as tickets
from hotline.tickets import ending
from hotline.tickets.lifecycle import Outcome
from hotline.tickets.models import Ticket
from hotline.tickets.queries import own_ticket

BASE = 1000
WAITING = 0.06
TAKEN = 0.02
LONG_TALK = 20  # messages on the ticket page that is measured
COUNSELOR = "mumian"
TEXT = "这几天一直睡不着，白天上课也没有精神，不知道该和谁说。" * 6
REVIEW = {"asked": "said-no", "support": "室友"}
NOTE = {"contact": "first", "done": ["listened"], "follow_up": "no", "minutes": "25", "brought": TEXT}


@dataclass
class Stage:
    """The deployment, and what clients need: codes that open something, one ticket with a long talk."""

    house: House
    url: str
    codes: list[str] = field(default_factory=list, repr=False)
    long_talk: str = ""
    references: list[str] = field(default_factory=list)
    """Tickets of the counselor, for notes."""

    @property
    def settings(self) -> dict[str, str]:
        """What a server needs to serve it."""
        return {
            "HOTLINE_DATA_DIR": str(self.house.settings.data_dir),
            "HOTLINE_DATABASE_URL": self.url,
        }

    def form(self) -> list[tuple[str, str]]:
        """A request nobody has sent yet."""
        token = intake.new_form(self.house.deployment).hex()
        return [
            ("token", token),
            ("safety", "safe"),
            ("message", TEXT),
            ("topics", "sleep"),
            ("topics", "study"),
            ("audience", "student"),
            ("age_band", "adult"),
            ("follow_up", "yes"),
        ]


def found(folder: Path, url: str, *, now: datetime, callers: int = 130) -> Stage:
    """A thousand tickets: a few wait, a few are taken, the rest is closed."""
    settings = Settings.model_validate({"data_dir": folder, "database_url": url})
    schema.upgrade(settings.database_url)
    database = open_database(settings.database_url)
    house = open_house(database, settings, begun=now - timedelta(days=100))
    stage = Stage(house, settings.database_url)
    _write_tickets(stage, now=now, callers=callers)
    zone = settings.zone
    opened = now - timedelta(days=100)
    with database.write() as db:
        history.live(db, opened + timedelta(hours=1), now, random.Random(1), zone)
        history.release(db, opened, now=now, tz=zone)
    return stage


def _write_tickets(stage: Stage, *, now: datetime, callers: int) -> None:
    house, database = stage.house, stage.house.database
    with database.write() as db:
        roster.start_duty(db, house.actor(db, COUNSELOR), now=now)
    for number in range(BASE):
        when = now - timedelta(hours=2 + number % 400)
        code, keys = _code(house, real=number < callers)
        with database.write() as db:
            reference = _send(db, house, code, keys, now=when)
        if number < callers:
            stage.codes.append(code)
        if number >= BASE * WAITING:
            _work(stage, reference, number, now=when)
    stage.long_talk = _talk(stage, database, now=now)


def _code(house: House, *, real: bool) -> tuple[str, ReceiptKeys]:
    """A code and its keys; only of real ones the stretching is done, for it takes longest."""
    code, deployment = receipt.draw(), house.deployment
    stretched = os.urandom(32)
    if real:
        stretched = stretch_code(code, deployment.salt, deployment.stretching)
    return code, receipt_keys(deployment.id, stretched)


def _send(db: Session, house: House, code: str, keys: ReceiptKeys, *, now: datetime) -> str:
    form = intake.open_form(house.deployment, intake.new_form(house.deployment))
    assert form is not None
    request = intake.Request(
        safety=Safety.SAFE,
        message=TEXT,
        topics=(Topic.SLEEP, Topic.STUDY),
        audience=Audience.STUDENT,
        age_band=AgeBand.ADULT,
        follow_up=FollowUp.LATER,
        language=Language.CHINESE,
        privacy_version=CURRENT,
    )
    tz = house.settings.zone
    means = (db, house.deployment, form, request, code, keys)
    sent = intake.receive(*means, journey=secrets.token_bytes(32), hours=house.hours, tz=tz, now=now)
    return db.get_one(Ticket, sent.ticket_id).reference


def _work(stage: Stage, reference: str, number: int, *, now: datetime) -> None:
    """The counselor takes it and answers; most are closed at once."""
    house, tz = stage.house, stage.house.settings.zone
    with house.database.write() as db:
        actor, keys = house.actor(db, COUNSELOR), house.keys(COUNSELOR)
        assignment.take(db, house.deployment, actor, keys, reference, now=now)
        ticket = own_ticket(db, actor, reference)
        notes.review_safety(db, house.deployment, actor, keys, ticket, REVIEW, now=now)
        tickets.reply(db, house.deployment, actor, keys, ticket, TEXT, tz=tz, now=now)
        if number < BASE * (WAITING + TAKEN):
            stage.references.append(reference)
        else:
            ending.close(db, actor, ticket, Outcome.LISTENED, tz=tz, now=now)


def _talk(stage: Stage, database: Database, *, now: datetime) -> str:
    """One ticket in which twenty messages have been said."""
    house = stage.house
    reference = stage.references[0]
    with database.write() as db:
        actor, keys = house.actor(db, COUNSELOR), house.keys(COUNSELOR)
        ticket = own_ticket(db, actor, reference)
        for _ in range(LONG_TALK - 2):
            tickets.reply(db, house.deployment, actor, keys, ticket, TEXT, tz=house.settings.zone, now=now)
    return reference
