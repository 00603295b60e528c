"""`check`: silent about a house in order, a line and status 1 for each thing that is not."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from hotline.audit.models import AuditLine
from hotline.base.clock import system_clock
from hotline.base.config import Settings
from hotline.keyring.envelope import Compartment
from hotline.keyring.holder import HolderKind
from hotline.keyring.models import Admission, EscrowShare, Grant, StaffKey, TeamShare
from hotline.tickets import ending
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Message, Ticket
from hotline.upkeep import checks
from hotline.worker import Worker
from tests import flows
from tests.cast import NOON, ZONE, House
from tests.followups.plans import disable
from tests.terminal import in_house

LATER = NOON + timedelta(days=1)


class Usage(NamedTuple):
    """What the system says about a disk."""

    total: int
    used: int
    free: int


def look(house: House, *, now: datetime = NOON) -> list[str]:
    """The sentences of everything that is found, their values left open."""
    settings = Settings(
        data_dir=house.folder,
        database_url=house.url,
        test_stretching=True,
        smtp_url="smtp://127.0.0.1",
        mail_from="a@b.org",
    )
    with house.database.read() as db:
        found = list(checks.look_everywhere(db, settings, house.deployment, now=now))
    return [f"{one.weight.name}: {one.message % one.values}" for one in found]


@pytest.fixture(scope="module")
def lived_in(shared_house: House) -> House:
    """A house with a ticket in every state, and a trail that the worker has chained."""
    _live_in(shared_house)
    shared_house.database.dispose()
    return shared_house


@pytest.fixture
def busy(house: House, lived_in: House) -> House:
    """This test's own copy of it."""
    house.folder.chmod(0o700)
    house.become(lived_in)
    return house


def _live_in(house: House) -> None:
    _waiting, assigned, taken, closed, deleted = (house.send() for _ in range(5))
    for caller in (taken, closed, deleted):
        flows.take(house, "lin", caller)
        flows.review(house, "lin", caller)
        flows.reply(house, "lin", caller, "谢谢你写下来。")
    flows.note(house, "lin", taken, "一条记录")
    flows.close(house, "lin", closed)
    flows.assign(house, assigned, "lin")
    with house.database.write() as db:
        ending.delete_as_caller(db, deleted.keys, tz=ZONE, now=NOON)
    Worker(house.database, Settings(data_dir=house.folder, database_url=house.url)).run_once(LATER)
    with house.database.read() as db:
        assert set(db.scalars(select(Ticket.state))) == set(State)


def test_a_house_in_order_has_nothing_to_say(busy: House) -> None:
    assert look(busy) == []


def test_somebody_who_left_and_a_renewed_team_are_in_order(busy: House) -> None:
    disable(busy, "mei")
    flows.keep_team(busy, "lin")

    assert look(busy) == []


def _act(db: Session) -> None:
    db.execute(update(AuditLine).where(AuditLine.number == 3).values(detail="P4"))


def _line(db: Session) -> None:
    db.execute(delete(AuditLine).where(AuditLine.number == 3))


def _unchained(db: Session) -> None:
    db.execute(update(AuditLine).where(AuditLine.number == 3).values(chained=None))


@pytest.mark.parametrize(("change", "number"), [(_act, 3), (_line, 4), (_unchained, 3)])
def test_a_changed_trail_is_a_fault_at_its_first_wrong_line(
    busy: House, change: Callable[[Session], None], number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.audit.verifying.BATCH", 2)
    with busy.database.write() as db:
        change(db)

    (said, *_) = look(busy)
    assert said.startswith("FAULT")
    assert f"line {number} does not follow" in said


def _state(db: Session) -> None:
    db.execute(update(Ticket).where(Ticket.state == State.TAKEN).values(assignee_id=None))


def _nonsense(db: Session) -> None:
    db.execute(update(Ticket).where(Ticket.state == State.WAITING).values(state="asleep"))


@pytest.mark.parametrize("change", [_state, _nonsense])
def test_a_ticket_in_a_state_that_cannot_be_is_a_fault(
    busy: House, change: Callable[[Session], None]
) -> None:
    with busy.database.write() as db:
        change(db)

    assert "FAULT: Tickets in a state that cannot be: 1." in look(busy)


@pytest.mark.parametrize("kind", list(HolderKind))
def test_an_open_ticket_without_a_grant_that_must_be_there_is_a_fault(busy: House, kind: HolderKind) -> None:
    gone = {HolderKind.CALLER: 3, HolderKind.ESCROW: 3, HolderKind.TEAM: 2, HolderKind.STAFF: 1}
    conversation = Grant.compartment == Compartment.CONVERSATION
    with busy.database.write() as db:
        db.execute(delete(Grant).where(Grant.holder_kind == kind, conversation))

    said = f"FAULT: Open tickets whose key is missing for somebody who must hold it: {gone[kind]}."
    assert look(busy) == [said]


def test_something_left_of_a_deleted_conversation_is_a_fault(busy: House) -> None:
    with busy.database.write() as db:
        gone = db.scalars(select(Ticket.id).where(Ticket.state == State.DELETED)).one()
        some = db.scalars(select(Message).limit(1)).one()
        some.ticket_id, some.number = gone, 1

    assert "FAULT: Deleted conversations of which something is still stored: 1." in look(busy)


def _admission(db: Session) -> None:
    db.execute(update(Admission).values(roles="administrator,counselor,custodian"))


def _pair(db: Session) -> None:
    db.execute(delete(EscrowShare).where(EscrowShare.mask == db.scalar(select(EscrowShare.mask).limit(1))))


def _share(db: Session) -> None:
    db.execute(delete(TeamShare).where(TeamShare.holder_kind == HolderKind.ESCROW))


def _founder(db: Session) -> None:
    own = db.scalars(select(StaffKey.signing_public).limit(1)).one()
    db.execute(update(StaffKey).values(signing_public=own))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_admission, "FAULT: An admission of 木棉 does not count"),
        (_pair, "FAULT: Pairs of custodians who cannot open the escrow together: 1."),
        (_share, "FAULT: Shares of the team's key that are missing or not signed: 1."),
        (_founder, "who founded the deployment, are not those in founding.json."),
    ],
)
def test_swapped_and_missing_keys_are_faults(
    busy: House, change: Callable[[Session], None], said: str
) -> None:
    with busy.database.write() as db:
        change(db)

    assert any(said in one for one in look(busy))


def test_a_worker_that_does_not_run_is_a_warning(busy: House) -> None:
    busy.go_on_duty("mei")

    (said,) = look(busy, now=LATER)

    assert said.startswith("WARNING: The audit trail is not chained since")


def test_a_help_number_past_its_review_date_is_a_warning(busy: House) -> None:
    said = look(busy, now=NOON + timedelta(days=3650))

    assert any("was to be checked again by" in one and "12356" in one for one in said)
    assert all(one.startswith("WARNING") for one in said)


@pytest.mark.parametrize(("free", "weight"), [(99, "FAULT"), (900, "WARNING"), (5000, None)])
def test_a_disk_that_fills_is_told_before_it_is_full(
    busy: House, monkeypatch: pytest.MonkeyPatch, free: int, weight: str | None
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(0, 0, free * 1024 * 1024))

    expected = [f"{weight}: Space left on the disk of {busy.folder}: {free} MiB."] if weight else []
    assert look(busy) == expected


def test_a_folder_that_others_can_read_is_a_warning(busy: House) -> None:
    busy.folder.chmod(0o755)

    assert [one.partition(":")[0] for one in look(busy)] == ["WARNING"]


def test_the_command_tells_faults_first_and_ends_with_status_one(busy: House) -> None:
    with busy.database.write() as db:
        _state(db)
    busy.database.dispose()

    done = in_house(busy, "check")

    assert done.exit_code == 1
    assert done.output.startswith("Fault: Tickets in a state that cannot be: 1.")
    assert done.output.endswith("Error: Not everything is in order.\n")


def test_the_command_works_at_this_moment_and_changes_nothing(busy: House) -> None:
    counted = text("SELECT count(*), max(number) FROM audit_lines")
    with busy.database.read() as db:
        before = db.execute(counted).one()

    done = in_house(busy, "check")

    assert done.exit_code == 0, done.output
    assert done.output.endswith("Everything is in order: callers can write.\n")
    with busy.database.read() as db:
        assert db.execute(counted).one() == before
    assert system_clock() > NOON
