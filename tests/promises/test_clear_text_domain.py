"""After everything the domain can do, no word and no secret is in a stored file in clear."""

import base64
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.accounts import enrolment, late_posts, people, queries, sessions, sign_in
from hotline.accounts.people import NewPerson
from hotline.base.i18n import Language
from hotline.intake import actions as intake
from hotline.intake import receipt
from hotline.intake.privacy import CURRENT
from hotline.intake.screening import AgeBand, Audience, FollowUp, Safety, Topic
from hotline.keyring import grants, stretching
from hotline.keyring.envelope import Compartment
from hotline.keyring.receipts import receipt_keys
from hotline.notes import actions as notes
from hotline.permissions import Role
from hotline.tickets import drafts
from hotline.tickets.drafts import Purpose
from hotline.tickets.models import Ticket
from tests import cast, databases, flows
from tests.canaries import Canaries, digits_dresses, dresses
from tests.cast import NOON, ZONE, Caller, House

WORDS = {
    "message": "金丝雀在第一封信里唱歌",
    "later message": "a canary in the second letter",
    "reply": "金丝雀在回信里唱歌",
    "review": "canary of the safety review",
    "note": "金丝雀在笔记里唱歌",
    "draft note": "canary of the draft note",
    "reply draft": "金丝雀在草稿里唱歌",
    "late post": "canary that came too late",
}
REQUEST = intake.Request(
    Safety.THOUGHTS,
    WORDS["message"],
    (Topic.HEALTHEVENT, Topic.VIOLENCE),
    Audience.FAMILY,
    AgeBand.UNDER14,
    FollowUp.YES,
    Language.CHINESE,
    CURRENT,
)
LATER = NOON + timedelta(minutes=5)

Secrets = dict[str, str | bytes]


def send(house: House, secrets: Secrets) -> Caller:
    """A request with every answer given; the form stays open so that its code is still stored."""
    deployment, journey = house.deployment, bytes(range(32))
    token = intake.new_form(deployment)
    form = intake.open_form(deployment, token)
    assert form is not None
    code = receipt.draw()
    stretched = stretching.stretch_code(code, deployment.salt, deployment.stretching)
    keys = receipt_keys(deployment.id, stretched)
    with house.database.write() as db:
        sent = intake.receive(
            db,
            deployment,
            form,
            REQUEST,
            code,
            keys,
            journey=journey,
            hours=house.hours,
            tz=ZONE,
            now=NOON,
        )
        reference = db.get_one(Ticket, sent.ticket_id).reference
        callers = sessions.start_caller(
            db, deployment, keys.unlock(deployment.id, sent.ticket_id), stay=True, now=NOON
        )
    for number, dress in enumerate(digits_dresses(code)):
        secrets[f"receipt code {number}"] = dress
    secrets |= {"form token": form, "form MAC": token, "journey": journey}
    secrets |= {"stretched code": stretched, "caller's root": keys.root, "caller's cookie": callers}
    return Caller(code, sent.ticket_id, reference, keys.unlock(deployment.id, sent.ticket_id))


def talk(house: House, caller: Caller) -> None:
    """Everything a counselor and a caller write."""
    flows.take(house, "lin", caller)
    lin = house.person("lin")
    with house.database.write() as db:
        ticket, actor = db.get_one(Ticket, caller.ticket), house.actor(db, "lin")
        answers = {"asked": "said-yes", "plan": WORDS["review"]}
        notes.review_safety(db, house.deployment, actor, lin.keys, ticket, answers, now=NOON)
    flows.reply(house, "lin", caller, WORDS["reply"])
    flows.note(house, "lin", caller, WORDS["note"])
    flows.note(house, "lin", caller, WORDS["draft note"], is_final=False)
    with house.database.write() as db:
        ticket, actor = db.get_one(Ticket, caller.ticket), house.actor(db, "lin")
        key = grants.open_key(db, house.deployment, ticket.id, Compartment.CONVERSATION, lin.keys)
        drafts.keep(db, actor, ticket, key, Purpose.REPLY, WORDS["reply draft"], now=NOON)
    flows.write_again(house, caller, WORDS["later message"])
    flows.words_of(house, caller.keys, caller)


def sign_in_and_be_late(house: House, secrets: Secrets) -> None:
    """A sign-in, a form that came too late, a session that still holds its root."""
    lin = house.person("lin")
    with house.database.write() as db:
        wanted = queries.stretching_of(db, house.deployment, "lin")
        stretched = stretching.stretch_passphrase(lin.passphrase, wanted.salt, wanted.version)
        attempt = sign_in.Attempt("lin", stretched, cast.digits_of(lin.seed, LATER), None)
        signed_in = sign_in.sign_in(db, house.deployment, attempt, now=LATER)
        assert signed_in is not None
        fields = {"text": WORDS["late post"]}
        late_posts.keep(db, house.deployment, signed_in.token, "/staff/tickets/1/messages", fields, now=LATER)
    secrets |= {
        "passphrase": lin.passphrase,
        "stretched passphrase": stretched,
        "second factor": lin.seed,
        "second factor's bytes": base64.b32decode(lin.seed),
        "cookie": signed_in.token,
        "browser's cookie": signed_in.browser,
    }


def enrol_halfway(house: House, secrets: Secrets) -> None:
    """An invitation that waits, and an enrolment in its five minutes."""
    with house.database.write() as db:
        administrator = house.actor(db, "administrator")
        codes = {}
        for name in ("waiting", "halfway"):
            person = NewPerson(name, name, Language.ENGLISH, frozenset({Role.COUNSELOR}))
            _, codes[name] = people.invite(db, administrator, person, now=NOON)
            secrets[f"invitation of {name}"] = codes[name]
        code = codes["halfway"]
        token = enrolment.begin(db, house.deployment, code, now=NOON)
        enrolling = enrolment.resume(db, house.deployment, token, code, now=NOON)
        secrets |= {
            "enrolment's cookie": token,
            "new passphrase": enrolling.passphrase,
            "new second factor": enrolling.seed,
        }


def all_roots(house: House, secrets: Secrets) -> None:
    """Every key that is in anybody's hands."""
    for name, person in house.cast.items():
        secrets[f"root of {name}"] = person.keys.root
        secrets[f"own-grant key of {name}"] = person.keys.own_grant_key
        secrets[f"passphrase of {name}"] = person.passphrase
        secrets[f"seed of {name}"] = person.seed
    secrets["escrow's root"] = flows.escrow_keys(house).root


def stored_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file())


@pytest.fixture
def secrets(house: House) -> Secrets:
    """Everything was done once; what must be found nowhere."""
    known: Secrets = dict(WORDS)
    caller = send(house, known)
    talk(house, caller)
    sign_in_and_be_late(house, known)
    enrol_halfway(house, known)
    all_roots(house, known)
    with house.database.read() as db:
        key = grants.open_key(db, house.deployment, caller.ticket, Compartment.CONVERSATION, caller.keys)
        known["data key"] = key.secret
    return known


def test_no_secret_is_in_any_stored_file(house: House, secrets: Mapping[str, str | bytes]) -> None:
    stored = databases.stored(house.folder)

    assert "榕树".encode() in stored, "an alias is not sealed"
    assert Canaries(secrets).in_bytes(stored) == []
    assert Canaries(secrets).in_files(stored_files(house.folder)) == {}


@pytest.mark.sqlite
def test_nor_after_everything_moved_into_the_database_file(
    house: House, secrets: Mapping[str, str | bytes]
) -> None:
    checkpoint(house)

    assert Canaries(secrets).in_files(stored_files(house.folder)) == {}


def test_what_a_caller_answered_is_not_readable_on_the_ticket(
    house: House, secrets: Mapping[str, str | bytes]
) -> None:
    assert secrets
    words = {word: word for word in (Topic.HEALTHEVENT.value, AgeBand.UNDER14.value)}
    with house.database.write() as db:
        db.connection().exec_driver_sql("DELETE FROM counters")
    house.database.dispose()  # with SQLite what was deleted leaves the log with its last reader

    assert Canaries(words).in_bytes(databases.stored(house.folder)) == []


@pytest.mark.parametrize(
    "stored",
    [
        "金丝雀".encode(),
        "金丝雀".encode("utf-16-le"),
        "金丝雀".encode("utf-16-be"),
        "金丝雀".encode("gb18030"),
        base64.b64encode("金丝雀".encode()),
        base64.b64encode("x金丝雀y".encode()),
        base64.urlsafe_b64encode("xy金丝雀z".encode("gb18030")),
        "金丝雀".encode().hex().encode(),
        "金丝雀".encode("utf-16-le").hex().upper().encode(),
        b'{"text": "\\u91d1\\u4e1d\\u96c0"}',
        b"text=%E9%87%91%E4%B8%9D%E9%9B%80",
        "金丝雀".encode()[::-1],
    ],
)
def test_the_search_finds_a_canary_in_every_dress(stored: bytes) -> None:
    assert Canaries({"bird": "金丝雀"}).in_bytes(b"before" + stored + b"after") == ["bird"]


@pytest.mark.parametrize("secret", ["金丝雀", "鸟", "canary in a long sentence 金丝雀"])
def test_the_search_finds_a_canary_at_both_ends_and_alone(secret: str) -> None:
    for plain in dresses(secret):
        for stored in (plain, plain + b"after", b"before" + plain):
            assert Canaries({"bird": secret, "other": bytes(range(64))}).in_bytes(stored) == ["bird"]


def test_the_search_finds_raw_bytes_and_leaves_other_texts_alone(tmp_path: Path) -> None:
    secret = bytes(range(200, 232))
    (tmp_path / "log").write_text(f"key={secret.hex()}", encoding="ascii")
    (tmp_path / "clean").write_text("nothing here", encoding="ascii")

    assert Canaries({"key": secret}).in_files(tmp_path.iterdir()) == {"log": ["key"]}


def test_the_search_would_notice_a_note_that_was_stored_in_clear(house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    with house.database.write() as db:
        db.get_one(Ticket, caller.ticket).outcome = WORDS["note"]

    assert Canaries(WORDS).in_bytes(databases.stored(house.folder)) == ["note"]


@pytest.mark.sqlite
def test_a_deleted_conversation_leaves_no_grant_on_the_disk(house: House) -> None:
    caller = house.send()
    with house.database.read() as db:
        found = db.connection().exec_driver_sql("SELECT sealed FROM grants WHERE holder_kind = 'caller'")
        sealed = bytes(found.scalar_one())
    checkpoint(house)
    assert sealed in (house.folder / "hotline.db").read_bytes()
    with house.database.write() as db:
        token = sessions.start_caller(db, house.deployment, caller.keys, stay=True, now=NOON)
        session = sessions.resume(db, house.deployment, sessions.Kind.CALLER, token, now=NOON)
        intake.delete_conversation(db, house.deployment, session, tz=ZONE, now=NOON)

    checkpoint(house)

    for file in stored_files(house.folder):
        assert sealed not in file.read_bytes()


def checkpoint(house: House) -> None:
    """What was committed moves into the database file, as the worker does it."""
    house.database.dispose()
    with closing(sqlite3.connect(house.folder / "hotline.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
