"""Coming back with the code, and taking everything away again."""

import pytest
from sqlalchemy import func, select

from hotline.accounts import sessions
from hotline.accounts.models import SessionRow
from hotline.accounts.sessions import Kind
from hotline.base.errors import NotFound, NotSignedIn, Tampered
from hotline.intake import actions as intake
from hotline.intake import receipt
from hotline.intake.models import Receipt, SentForm
from hotline.keyring import stretching
from hotline.keyring.envelope import Compartment
from hotline.keyring.models import CallerKey, Grant
from hotline.keyring.receipts import receipt_keys
from hotline.notes import actions as notes
from hotline.tickets import actions as tickets
from hotline.tickets import ending
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Draft, Message, Ticket
from tests import flows
from tests.cast import NOON, ZONE, Caller, House


def come_back(house: House, code: str, *, stay: bool = False) -> bytes | None:
    deployment = house.deployment
    candidates = [
        receipt_keys(deployment.id, stretching.stretch_code(code, deployment.salt, version))
        for version in stretching.versions_in_use(deployment.stretching)
    ]
    with house.database.write() as db:
        return intake.come_back(db, deployment, candidates, stay=stay, now=NOON)


def resumed(house: House, token: bytes) -> sessions.Resumed:
    with house.database.read() as db:
        return sessions.resume(db, house.deployment, Kind.CALLER, token, now=NOON)


def delete(house: House, caller: Caller) -> None:
    token = come_back(house, caller.code)
    assert token is not None
    session = resumed(house, token)
    with house.database.write() as db:
        intake.delete_conversation(db, house.deployment, session, tz=ZONE, now=NOON)


def test_the_code_opens_the_conversation_in_a_session(house: House) -> None:
    caller = house.send("我回来了。")
    token = come_back(house, caller.code)
    assert token is not None
    session = resumed(house, token)

    with house.database.read() as db:
        keys = sessions.caller_keys(house.deployment, session)
        told = tickets.read_as_caller(db, house.deployment, keys)

    assert session.owner == caller.ticket
    assert [said.text for said in told.said] == ["我回来了。"]


def test_an_unknown_and_a_deleted_code_have_the_same_answer(house: House) -> None:
    caller = house.send()
    delete(house, caller)

    assert come_back(house, caller.code) is None
    assert come_back(house, receipt.draw()) is None


def test_a_code_of_an_older_cost_still_leads_back(house: House) -> None:
    caller = house.send()
    right = receipt_keys(house.deployment.id, stretching.stretch_code(caller.code, house.deployment.salt, 0))
    wrong = receipt_keys(house.deployment.id, bytes(32))
    with house.database.write() as db:
        assert intake.come_back(db, house.deployment, [wrong, right], stay=True, now=NOON)


def test_one_callers_session_reads_no_other_conversation(house: House) -> None:
    one, other = house.send("一"), house.send("二")

    with pytest.raises((NotFound, Tampered)):
        flows.words_of(house, one.keys, other)
    assert flows.words_of(house, one.keys, one) == ["一"]


@pytest.fixture
def deleted(house: House) -> Caller:
    """A caller who was answered and then took everything away."""
    caller = house.send("请都删掉。")
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    flows.reply(house, "lin", caller, "好的。")
    flows.note(house, "lin", caller, "林的笔记。")
    delete(house, caller)
    return caller


def test_after_deleting_nothing_of_the_conversation_is_left(house: House, deleted: Caller) -> None:
    with house.database.read() as db:
        for table in (Message, Draft, Receipt, SessionRow, CallerKey):
            assert db.scalar(select(func.count()).select_from(table)) == 0
        kinds = db.scalars(select(Grant.compartment)).all()
        ticket = db.get_one(Ticket, deleted.ticket)
        assert set(kinds) == {Compartment.NOTES}
        assert (ticket.state, ticket.answers, ticket.reply_due_at) == (State.DELETED, None, None)
        assert db.scalars(select(SentForm.sealed_code)).all() == [None]


def test_after_deleting_nobody_opens_it_not_even_two_custodians(house: House, deleted: Caller) -> None:
    everybody = [person.keys for person in house.cast.values()]
    with house.database.read() as db:
        for keys in (*everybody, deleted.keys, flows.escrow_keys(house)):
            assert not flows.can_open(house, db, keys, deleted.ticket, Compartment.CONVERSATION)
            assert not flows.can_open_as_team(house, db, keys, deleted.ticket)
        with pytest.raises(NotFound):
            tickets.read_as_caller(db, house.deployment, deleted.keys)


def test_the_notes_stay_for_their_counselor(house: House, deleted: Caller) -> None:
    lin = house.person("lin")
    with house.database.read() as db:
        opened = notes.read_notes(
            db,
            house.deployment,
            house.journal,
            house.actor(db, "lin"),
            lin.keys,
            db.get_one(Ticket, deleted.ticket),
            now=NOON,
        )

    assert [note.answers for note in opened] == [{"asked": "said-no"}, {"brought": "林的笔记。"}]


def test_a_deleted_conversation_cannot_be_written_to_finished_or_deleted_again(
    house: House, deleted: Caller
) -> None:
    with pytest.raises(NotFound):
        flows.write_again(house, deleted, "还有一句。")
    with house.database.write() as db:
        with pytest.raises(NotFound):
            ending.finish_as_caller(db, deleted.keys, tz=ZONE, now=NOON)
        with pytest.raises(NotFound):
            ending.delete_as_caller(db, deleted.keys, tz=ZONE, now=NOON)
        with pytest.raises(NotFound):
            ending.remind(db, house.deployment, deleted.keys, now=NOON)


def test_deleting_ends_every_session_of_that_caller_and_no_other(house: House) -> None:
    caller, other = house.send("一"), house.send("二")
    phone = come_back(house, caller.code, stay=True)
    others = come_back(house, other.code)
    assert phone is not None
    assert others is not None

    delete(house, caller)

    with pytest.raises(NotSignedIn):
        resumed(house, phone)
    assert resumed(house, others).owner == other.ticket
    assert flows.words_of(house, other.keys, other) == ["二"]


def test_deleting_what_was_only_assigned_leaves_it_with_nobody(house: House) -> None:
    caller = house.send()
    flows.assign(house, caller, "lin")

    delete(house, caller)

    with house.database.read() as db:
        assert db.get_one(Ticket, caller.ticket).assignee_id is None
