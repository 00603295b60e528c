"""A database writer makes and moves no grant (what a writer can do: `test_database_writer`)."""

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hotline.assignment import actions as assignment
from hotline.base.errors import NotFound, Tampered
from hotline.keyring import grants
from hotline.keyring.envelope import Compartment, commitment, new_secret
from hotline.keyring.holder import Holder, HolderKind, Unlocked
from hotline.keyring.models import (
    CallerKey,
    Grant,
    TicketKey,
)
from hotline.notes.models import Note
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Message, Ticket
from tests import flows
from tests.cast import NOON, Caller, House
from tests.writer import CLOSED_DOORS, read_conversation, swap


def grant_of(db: Session, caller: Caller, kind: HolderKind, part: Compartment) -> Grant:
    return db.scalars(
        select(Grant).where(
            Grant.ticket_id == caller.ticket, Grant.holder_kind == kind, Grant.compartment == part
        )
    ).one()


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ((HolderKind.STAFF, Compartment.CONVERSATION), (HolderKind.STAFF, Compartment.NOTES)),
        ((HolderKind.STAFF, Compartment.CONVERSATION), (HolderKind.CALLER, Compartment.CONVERSATION)),
        ((HolderKind.STAFF, Compartment.CONVERSATION), (HolderKind.ESCROW, Compartment.CONVERSATION)),
    ],
)
def test_a_grant_s_bytes_open_for_no_other_holder_and_no_other_compartment(
    house: House,
    lins: Caller,
    mine: tuple[HolderKind, Compartment],
    theirs: tuple[HolderKind, Compartment],
) -> None:
    with house.database.write() as db:
        one, other = grant_of(db, lins, *mine), grant_of(db, lins, *theirs)
        swap(one, other, "sealed", "own", "maker_id", "maker_version", "signature")

    with pytest.raises(Tampered):
        read_conversation(house, "lin", lins)


def test_a_grant_s_bytes_open_no_other_ticket(house: House, lins: Caller) -> None:
    another = house.send("另一个人。")
    flows.take(house, "lin", another)
    with house.database.write() as db:
        one, other = (
            grant_of(db, who, HolderKind.STAFF, Compartment.CONVERSATION) for who in (lins, another)
        )
        swap(one, other, "sealed")

    for caller in (lins, another):
        with pytest.raises(Tampered):
            read_conversation(house, "lin", caller)


def test_a_grant_renamed_to_a_colleague_opens_nothing_for_her(house: House, lins: Caller) -> None:
    mei = house.person("mei")
    with house.database.write() as db:
        grant_of(db, lins, HolderKind.STAFF, Compartment.CONVERSATION).holder_id = mei.id
        db.get_one(Ticket, lins.ticket).assignee_id = mei.id

    with pytest.raises(CLOSED_DOORS):
        read_conversation(house, "mei", lins)


def test_an_assignee_written_into_the_row_reads_nothing(house: House, lins: Caller) -> None:
    with house.database.write() as db:
        db.get_one(Ticket, lins.ticket).assignee_id = house.person("mei").id

    with pytest.raises(NotFound):
        read_conversation(house, "mei", lins)


def test_a_taken_ticket_written_back_into_the_queue_opens_for_nobody(house: House, lins: Caller) -> None:
    house.go_on_duty("mei")
    with house.database.write() as db:
        ticket = db.get_one(Ticket, lins.ticket)
        ticket.state, ticket.assignee_id, ticket.waiting_since = State.WAITING, None, NOON

    with house.database.write() as db, pytest.raises(Tampered):
        assignment.take(
            db,
            house.deployment,
            house.actor(db, "mei"),
            house.person("mei").keys,
            lins.reference,
            now=NOON,
        )


def plant(
    house: House,
    db: Session,
    caller: Caller,
    part: Compartment,
    holder: Holder,
    kem: bytes,
    *,
    epoch: int,
) -> bytes:
    """The writer's own data key, sealed to somebody, with a commitment that fits."""
    secret = new_secret()
    key = grants.DataKey(house.deployment.id, caller.ticket, part, epoch, secret)
    db.merge(
        TicketKey(
            ticket_id=caller.ticket,
            compartment=part,
            epoch=epoch,
            commitment=commitment(secret, house.deployment.id, caller.ticket, part, epoch),
        )
    )
    db.execute(
        delete(Grant).where(
            Grant.ticket_id == caller.ticket,
            Grant.compartment == part,
            Grant.epoch == epoch,
            Grant.holder_id == holder.id,
        )
    )
    grants.give(db, key, holder, kem)
    return secret


def test_a_counselor_never_writes_notes_under_a_key_the_writer_planted(house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    lin = house.person("lin")
    with house.database.write() as db:
        plant(
            house,
            db,
            caller,
            Compartment.NOTES,
            lin.keys.holder,
            lin.keys.public.kem,
            epoch=1,
        )

    with pytest.raises(Tampered):
        flows.note(house, "lin", caller, "机密。")
    with house.database.read() as db:
        assert db.scalars(select(Note)).all() == []


def test_a_counselor_never_replies_under_a_key_the_writer_planted(house: House, lins: Caller) -> None:
    lin = house.person("lin")
    with house.database.write() as db:
        db.execute(delete(Message))
        plant(
            house,
            db,
            lins,
            Compartment.CONVERSATION,
            lin.keys.holder,
            lin.keys.public.kem,
            epoch=2,
        )

    with pytest.raises(Tampered):
        flows.reply(house, "lin", lins, "机密。")


def test_a_caller_never_writes_under_a_key_the_writer_planted(house: House, lins: Caller) -> None:
    with house.database.write() as db:
        db.execute(delete(Message))
        public = db.get_one(CallerKey, lins.ticket).kem_public
        plant(house, db, lins, Compartment.CONVERSATION, lins.keys.holder, public, epoch=2)

    with pytest.raises(Tampered):
        flows.write_again(house, lins, "只给辅导员看。")


def test_a_grant_signed_by_nobody_admitted_does_not_count(house: House, lins: Caller) -> None:
    lin, stranger = house.person("lin"), house.person("supervisor")
    with house.database.write() as db:
        secret = new_secret()
        key = grants.DataKey(house.deployment.id, lins.ticket, Compartment.CONVERSATION, 2, secret)
        db.add(
            TicketKey(
                ticket_id=lins.ticket,
                compartment=Compartment.CONVERSATION,
                epoch=2,
                commitment=commitment(secret, house.deployment.id, lins.ticket, Compartment.CONVERSATION, 2),
            )
        )
        grants.give(db, key, lin.keys.holder, lin.keys.public.kem, maker=stranger.keys)

    with pytest.raises(Tampered):
        read_conversation(house, "lin", lins)


def test_another_commitment_closes_the_ticket(house: House, lins: Caller) -> None:
    with house.database.write() as db:
        db.execute(update(TicketKey).where(TicketKey.ticket_id == lins.ticket).values(commitment=bytes(32)))

    with pytest.raises(Tampered):
        read_conversation(house, "lin", lins)


def test_the_callers_public_key_cannot_be_replaced(house: House, lins: Caller) -> None:
    attacker = Unlocked(lins.keys.holder, house.deployment.id, new_secret())
    with house.database.write() as db:
        db.get_one(CallerKey, lins.ticket).kem_public = attacker.public.kem

    with house.database.read() as db:
        key = grants.open_key(db, house.deployment, lins.ticket, Compartment.CONVERSATION, lins.keys)
        with pytest.raises(Tampered):
            grants.caller_public(db, key)
