"""A database writer borrows nobody's sign-in, session, draft, late post or code."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from hotline.accounts import late_posts, queries, sessions, sign_in
from hotline.accounts.models import Credential, FactorOrder, LatePost, SessionRow
from hotline.base.errors import NotSignedIn, Tampered
from hotline.intake import actions as intake
from hotline.intake.models import Receipt, SentForm
from hotline.keyring import grants, stretching, vault
from hotline.keyring.envelope import Compartment, new_secret
from hotline.keyring.holder import Unlocked
from hotline.keyring.receipts import receipt_keys
from hotline.tickets import actions as tickets
from hotline.tickets import drafts
from hotline.tickets.drafts import Purpose
from hotline.tickets.models import Draft, Ticket
from tests import cast, flows
from tests.cast import NOON, Caller, House
from tests.writer import CLOSED_DOORS, swap

LATER = NOON + timedelta(minutes=1)
"""The digits of the enrolment were used at noon."""


def attempt(house: House, name: str, passphrase: str, digits: str) -> sign_in.SignedIn | None:
    with house.database.write() as db:
        wanted = queries.stretching_of(db, house.deployment, name)
        stretched = stretching.stretch_passphrase(passphrase, wanted.salt, wanted.version)
        return sign_in.sign_in(
            db, house.deployment, sign_in.Attempt(name, stretched, digits, None), now=LATER
        )


def test_a_verifier_of_the_writers_own_opens_no_root(house: House) -> None:
    lin = house.person("lin")
    with house.database.write() as db:
        credential = db.get_one(Credential, lin.id)
        stretched = stretching.stretch_passphrase("mine", credential.salt, 0)
        mine = vault.passphrase_keys(house.deployment.id, lin.id, stretched)
        credential.verifier = mine.verifier
        for role, by in (("administrator", "administrator"), ("custodian", "custodian")):
            db.add(
                FactorOrder(account_id=lin.id, as_role=role, ordered_by=house.person(by).id, ordered_at=NOON)
            )

    with pytest.raises(Tampered):
        attempt(house, "lin", "mine", "")


def test_a_whole_credential_of_the_writers_own_signs_in_without_any_key(house: House) -> None:
    lin = house.person("lin")
    forged = Unlocked(lin.keys.holder, house.deployment.id, new_secret())
    caller = house.send()
    flows.take(house, "lin", caller)
    with house.database.write() as db:
        credential = db.get_one(Credential, lin.id)
        stretched = stretching.stretch_passphrase("mine", credential.salt, 0)
        mine = vault.passphrase_keys(house.deployment.id, lin.id, stretched)
        seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        credential.verifier = mine.verifier
        credential.sealed_root = vault.seal_root(mine.unlock, forged)
        credential.sealed_factor = vault.seal_second_factor(forged, seed)

    signed_in = attempt(house, "lin", "mine", cast.digits_of(seed, LATER))

    assert signed_in is not None
    with house.database.read() as db, pytest.raises(NotSignedIn):
        sessions.resume_staff(db, house.deployment, signed_in.token, now=LATER)
    with pytest.raises(CLOSED_DOORS):
        flows.words_of(house, signed_in.keys, caller)


def test_a_credential_of_somebody_else_signs_nobody_in(house: House) -> None:
    lin, mei = house.person("lin"), house.person("mei")
    with house.database.write() as db:
        one, other = db.get_one(Credential, lin.id), db.get_one(Credential, mei.id)
        swap(one, other, "salt", "verifier", "sealed_root", "sealed_factor")

    assert attempt(house, "lin", mei.passphrase, cast.digits_of(mei.seed, LATER)) is None


def test_a_second_factor_moved_from_another_account_is_not_accepted(house: House) -> None:
    lin, mei = house.person("lin"), house.person("mei")
    with house.database.write() as db:
        swap(db.get_one(Credential, lin.id), db.get_one(Credential, mei.id), "sealed_factor")

    with pytest.raises(Tampered):
        attempt(house, "lin", lin.passphrase, cast.digits_of(mei.seed, LATER))


@pytest.mark.parametrize("column", ["account_id", "kind", "id"])
def test_a_session_row_moved_to_another_account_kind_or_row_opens_nothing(house: House, column: str) -> None:
    token = house.session_of("lin")
    moved = {
        "account_id": house.person("mei").id,
        "kind": sessions.Kind.ENROLMENT,
        "id": house.person("mei").id,
    }
    with house.database.write() as db:
        db.execute(update(SessionRow).values(**{column: moved[column]}))
    kind = moved["kind"] if column == "kind" else sessions.Kind.STAFF
    assert isinstance(kind, sessions.Kind)

    with house.database.read() as db, pytest.raises(CLOSED_DOORS):
        sessions.resume(db, house.deployment, kind, token, now=NOON)


def test_a_session_of_the_writers_own_carries_no_key(house: House, lins: Caller) -> None:
    lin, token = house.person("lin"), None
    forged = Unlocked(lin.keys.holder, house.deployment.id, new_secret())
    with house.database.write() as db:
        token = sessions.start_staff(db, house.deployment, forged, now=NOON)
        caller = Unlocked(lins.keys.holder, house.deployment.id, new_secret())
        callers = sessions.start_caller(db, house.deployment, caller, stay=True, now=NOON)

    with house.database.read() as db:
        with pytest.raises(NotSignedIn):
            sessions.resume_staff(db, house.deployment, token, now=NOON)
        session = sessions.resume(db, house.deployment, sessions.Kind.CALLER, callers, now=NOON)
        keys = sessions.caller_keys(house.deployment, session)
        with pytest.raises(Tampered):
            tickets.read_as_caller(db, house.deployment, keys)


def keep_draft(house: House, caller: Caller, purpose: Purpose, words: str) -> None:
    lin = house.person("lin")
    part = Compartment.CONVERSATION if purpose is Purpose.REPLY else Compartment.NOTES
    with house.database.write() as db:
        ticket = db.get_one(Ticket, caller.ticket)
        key = grants.open_key(db, house.deployment, caller.ticket, part, lin.keys)
        drafts.keep(db, house.actor(db, "lin"), ticket, key, purpose, words, now=NOON)


def find_draft(house: House, caller: Caller, purpose: Purpose, part: Compartment) -> str:
    lin = house.person("lin")
    with house.database.read() as db:
        key = grants.open_key(db, house.deployment, caller.ticket, part, lin.keys)
        ticket = db.get_one(Ticket, caller.ticket)
        return drafts.find(db, house.actor(db, "lin"), ticket, key, purpose)


def test_a_half_written_note_never_turns_up_as_a_reply(house: House, lins: Caller) -> None:
    keep_draft(house, lins, Purpose.NOTE, "机密。")
    with house.database.write() as db:
        db.execute(update(Draft).values(purpose=Purpose.REPLY))

    found = find_draft(house, lins, Purpose.REPLY, Compartment.CONVERSATION)
    assert found == ""
    with house.database.write() as db:
        db.execute(update(Draft).values(compartment=Compartment.CONVERSATION))
    with pytest.raises(Tampered):
        find_draft(house, lins, Purpose.REPLY, Compartment.CONVERSATION)


def test_a_draft_stays_with_its_purpose_ticket_and_person(house: House, lins: Caller) -> None:
    another = house.send("另一个人。")
    flows.take(house, "lin", another)
    flows.note(house, "lin", another, "另一个。")
    keep_draft(house, lins, Purpose.NOTE, "机密。")
    with house.database.write() as db:
        db.execute(update(Draft).values(purpose=Purpose.SAFETY))
    with pytest.raises(Tampered):
        find_draft(house, lins, Purpose.SAFETY, Compartment.NOTES)

    with house.database.write() as db:
        db.execute(update(Draft).values(purpose=Purpose.NOTE, ticket_id=another.ticket))
    with pytest.raises(Tampered):
        find_draft(house, another, Purpose.NOTE, Compartment.NOTES)


@pytest.mark.parametrize("column", ["address", "account_id", "id"])
def test_a_late_post_is_offered_to_its_writer_at_its_address_alone(house: House, column: str) -> None:
    token = house.session_of("lin")
    with house.database.write() as db:
        late_posts.keep(db, house.deployment, token, "/staff/tickets/1/notes", {"brought": "机密"}, now=NOON)
    mei = house.person("mei")
    moved = {"address": "/staff/tickets/2/messages", "account_id": mei.id, "id": mei.id}
    with house.database.write() as db:
        db.execute(update(LatePost).values(**{column: moved[column]}))

    reader = mei if column == "account_id" else house.person("lin")
    with house.database.read() as db:
        post = db.scalars(select(LatePost)).one()
        with pytest.raises(Tampered):
            late_posts.open_one(db, reader.keys, post.id)


def test_a_code_kept_for_one_form_opens_for_no_other(house: House) -> None:
    requests = [house.send("一"), house.send("二")]
    assert len({caller.code for caller in requests}) == 2
    with house.database.write() as db:
        one, other = db.scalars(select(SentForm)).all()
        swap(one, other, "sealed_code")
        form = new_secret()
        for row in (one, other):
            assert row.sealed_code is not None
            with pytest.raises(Tampered):
                vault.open_code(form, row.request_id, row.sealed_code)


def test_a_receipt_pointed_at_another_ticket_opens_nothing_there(
    house: House, lins: Caller, meis: Caller
) -> None:
    with house.database.write() as db:
        mine = db.scalars(select(Receipt).where(Receipt.ticket_id == lins.ticket)).one()
        db.execute(delete(Receipt).where(Receipt.ticket_id == meis.ticket))
        mine.ticket_id = meis.ticket
    stretched = stretching.stretch_code(lins.code, house.deployment.salt, 0)
    with house.database.write() as db:
        token = intake.come_back(
            db, house.deployment, [receipt_keys(house.deployment.id, stretched)], stay=False, now=NOON
        )
    assert token is not None

    with house.database.read() as db:
        session = sessions.resume(db, house.deployment, sessions.Kind.CALLER, token, now=NOON)
        keys = sessions.caller_keys(house.deployment, session)
        with pytest.raises(Tampered):
            tickets.read_as_caller(db, house.deployment, keys)
