"""Whether everything that was acknowledged is stored: once, complete, and readable with its code."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chaos.load import Acknowledged, Tally
from chaos.report import Report
from chaos.site import store_of
from hotline.base.db import Database
from hotline.counters.models import Counter as Counted
from hotline.intake.models import Receipt
from hotline.intake.queries import ticket_of_lookup
from hotline.keyring.founding import Deployment
from hotline.keyring.receipts import receipt_keys
from hotline.keyring.stretching import stretch_code
from hotline.tickets.actions import read_as_caller
from hotline.tickets.models import Message, Ticket
from hotline.tickets.soundness import find_unsound


@dataclass
class Proof:
    """What was found; `faults` is empty when everything holds."""

    acknowledged: int = 0
    stored: int = 0
    faults: list[str] = field(default_factory=list)


def settle(report: Report, folder: Path, tally: Tally) -> Proof:
    """What was acknowledged is stored, each message once, and every other answer kept the text."""
    with store_of(folder) as (database, deployment):
        proof = prove(database, deployment, tally.acknowledged)
    report.note("messages begun", tally.begun)
    report.note("acknowledged", proof.acknowledged)
    report.note("stored", proof.stored)
    report.note("statuses", tally.statuses)
    report.expect(not tally.broken, f"answers that keep nothing: {tally.broken[:3]}")
    report.expect(not proof.faults, f"{proof.faults[:5]}")
    report.expect(proof.acknowledged == proof.stored == tally.begun, "each exactly once")
    return proof


def prove(database: Database, deployment: Deployment, acknowledged: Iterable[Acknowledged]) -> Proof:
    """Open every acknowledged message with nothing but its code, and look at the store as a whole."""
    proof = Proof()
    tickets: Counter[UUID] = Counter()
    for one in acknowledged:
        proof.acknowledged += 1
        with database.read() as db:
            found = _open(db, deployment, one)
        if isinstance(found, str):
            proof.faults.append(found)
        else:
            tickets[found] += 1
    proof.faults += [f"{number} codes lead to one ticket" for number in tickets.values() if number > 1]
    with database.read() as db:
        proof.stored = _count(db, Ticket)
        proof.faults += _as_a_whole(db, proof.stored)
    return proof


def _open(db: Session, deployment: Deployment, one: Acknowledged) -> UUID | str:
    """The ticket; or in words what is wrong with it."""
    keys = receipt_keys(deployment.id, stretch_code(one.code, deployment.salt, deployment.stretching))
    ticket = ticket_of_lookup(db, keys.lookup)
    if ticket is None:
        return "an acknowledged code leads nowhere"
    said = read_as_caller(db, deployment, keys.unlock(deployment.id, ticket)).said
    texts = [message.text for message in said]
    return ticket if texts == [one.text] else f"{len(texts)} messages, or another text, under one code"


def _as_a_whole(db: Session, stored: int) -> list[str]:
    """Every stored ticket is whole, acknowledged or not: nothing is there by half."""
    faults = []
    messages, receipts = _count(db, Message), _count(db, Receipt)
    if not stored == messages == receipts:
        faults.append(f"{stored} tickets, {messages} messages, {receipts} codes")
    unsound = find_unsound(db)
    if unsound.impossible or unsound.unreadable:
        faults.append(f"unsound: {unsound}")
    requests = (Counted.dimension == "contacts", Counted.value == "request")
    counted = db.scalar(select(func.sum(Counted.n)).where(*requests)) or 0
    if counted != stored:
        faults.append(f"{counted} counted, {stored} stored")
    return faults


def _count(db: Session, table: type[Ticket | Message | Receipt]) -> int:
    return db.scalar(select(func.count()).select_from(table)) or 0
