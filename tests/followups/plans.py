"""What the tests of follow-ups have people do, and what they look at."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from hotline.accounts import people
from hotline.accounts.models import Account
from hotline.audit.models import AuditLine
from hotline.base.config import Settings
from hotline.counters.models import Counter
from hotline.followups import actions, reminding
from hotline.followups.lifecycle import Outcome
from hotline.followups.models import FollowUp
from hotline.notifications.models import OutgoingMail
from hotline.tickets.models import Ticket
from hotline.worker import Worker
from tests import flows
from tests.cast import NOON, ZONE, Caller, House

IN_3_DAYS = NOON + timedelta(days=3)


def taken(house: House, name: str = "lin") -> Caller:
    """A caller whose ticket this counselor has, reviewed and answered."""
    caller = house.send("我最近睡不着。")
    flows.take(house, name, caller)
    flows.review(house, name, caller)
    flows.reply(house, name, caller, "谢谢你写下来。")
    return caller


def plan(
    house: House,
    name: str,
    caller: Caller,
    due_at: datetime = IN_3_DAYS,
    purpose: str = "",
    *,
    form: UUID | None = None,
    now: datetime = NOON,
) -> UUID:
    """The counselor plans a follow-up."""
    with house.database.write() as db:
        ticket, keys = db.get_one(Ticket, caller.ticket), house.person(name).keys
        own = (db, house.deployment, house.actor(db, name), keys, ticket)
        return actions.plan(*own, due_at, purpose, form=form, tz=ZONE, now=now).id


def make(
    house: House, name: str, caller: Caller, follow_up: UUID, outcome: Outcome, *, now: datetime = IN_3_DAYS
) -> None:
    """The counselor says what came of it."""
    with house.database.write() as db:
        ticket = db.get_one(Ticket, caller.ticket)
        means = (db, house.actor(db, name), ticket, follow_up, outcome)
        tried = db.get_one(FollowUp, follow_up).attempts
        actions.make(*means, tried=tried, hours=house.hours, tz=ZONE, now=now)


def claim(house: House, *, now: datetime = IN_3_DAYS) -> int:
    """What the worker does first in its round."""
    with house.database.write() as db:
        return reminding.claim_due(db, house.deployment, house.hours, now=now)


def row(house: House, follow_up: UUID) -> FollowUp:
    """The follow-up as it is stored."""
    with house.database.read() as db:
        return db.get_one(FollowUp, follow_up)


def ticket_of(house: House, caller: Caller) -> Ticket:
    """The ticket as it is stored."""
    with house.database.read() as db:
        return db.get_one(Ticket, caller.ticket)


def acts(house: House, caller: Caller) -> list[tuple[str, str | None]]:
    """What the trail says of the ticket's follow-ups: (act, detail)."""
    with house.database.read() as db:
        lines = db.scalars(select(AuditLine).where(AuditLine.subject_id == caller.ticket))
        return [(line.act, line.detail) for line in lines if line.act.startswith("follow-up")]


def outbox(house: House) -> list[OutgoingMail]:
    """Everything that was ever put into the outbox, the oldest first."""
    with house.database.read() as db:
        return list(db.scalars(select(OutgoingMail).order_by(OutgoingMail.made_at)))


def counted(house: House, dimension: str) -> dict[tuple[str, str], int]:
    """(period, value) → how often."""
    with house.database.read() as db:
        rows = db.scalars(select(Counter).where(Counter.dimension == dimension))
        return {(counter.period, counter.value): counter.n for counter in rows}


def give_address(house: House, name: str, mail: str | None = "lin@example.org") -> None:
    """The administrator has written down where this person's mails go."""
    with house.database.write() as db:
        db.get_one(Account, house.person(name).id).mail = mail


def disable(house: House, name: str, *, now: datetime = NOON) -> None:
    """The person has left."""
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person(name).id, now=now)


def enable(house: House, name: str, *, now: datetime = NOON) -> None:
    """The person is back."""
    with house.database.write() as db:
        people.enable(db, house.actor(db, "administrator"), house.person(name).id, now=now)


def worker_of(house: House, **settings: str) -> Worker:
    """A worker with these settings; without a mail server mails become files."""
    made = Settings.model_validate(
        {"data_dir": house.folder, "database_url": house.url, "test_stretching": True, **settings}
    )
    return Worker(house.database, made)
