"""A form that came after its writer's session had ended waits for that person, and for nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.accounts import late_posts, people, sessions
from hotline.accounts.models import LatePost
from hotline.base.errors import NotFound, Tampered
from hotline.keyring import vault
from tests.accounts.test_sessions import callers
from tests.cast import NOON, House

LATE = NOON + timedelta(hours=1)
FIELDS = {"text": "写到一半的话。", "seen": "3"}


def come_late(house: House, token: bytes) -> bool:
    with house.database.write() as db:
        return late_posts.keep(db, house.deployment, token, "/staff/tickets/1/messages", FIELDS, now=LATE)


def test_a_form_that_came_too_late_is_offered_after_the_next_sign_in(house: House) -> None:
    assert come_late(house, house.session_of("lin"))

    with house.database.read() as db:
        (post,) = late_posts.waiting_for(db, house.person("lin").id)
        opened, fields = late_posts.open_one(db, house.person("lin").keys, post.id)
    assert fields == FIELDS
    assert opened.address == "/staff/tickets/1/messages"


def test_a_late_form_is_its_writers_alone(house: House) -> None:
    come_late(house, house.session_of("lin"))

    with house.database.read() as db:
        post = db.scalars(select(LatePost)).one()
        for name in ("mei", "supervisor", "custodian"):
            with pytest.raises(NotFound):
                late_posts.open_one(db, house.person(name).keys, post.id)
            with pytest.raises(Tampered):
                vault.open_late_post(house.person(name).keys, post.id, post.address, post.sealed)
        assert late_posts.waiting_for(db, house.person("mei").id) == []


def test_a_late_form_of_an_ended_or_locked_session_still_finds_its_writer(house: House) -> None:
    token = house.session_of("lin")
    with house.database.write() as db:
        sessions.sweep(db, now=LATE)

    assert come_late(house, token)


@pytest.mark.parametrize("name", ["supervisor", "administrator"])
def test_nothing_is_kept_for_people_without_admitted_keys(house: House, name: str) -> None:
    assert not come_late(house, house.session_of(name))


def test_nothing_is_kept_for_nobody_for_a_caller_or_for_the_disabled(house: House) -> None:
    token = house.session_of("lin")
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person("lin").id, now=NOON)

    assert not come_late(house, token)
    assert not come_late(house, bytes(32))
    assert not come_late(house, callers(house, house.send(), stay=True))
    with house.database.read() as db:
        assert db.scalars(select(LatePost)).all() == []


def test_a_fetched_late_form_is_forgotten_and_an_old_one_too(house: House) -> None:
    come_late(house, house.session_of("lin"))
    come_late(house, house.session_of("lin"))
    lin, mei = house.person("lin").id, house.person("mei").id
    with house.database.write() as db:
        first, _ = late_posts.waiting_for(db, lin)
        late_posts.forget(db, mei, first.id)
        assert len(late_posts.waiting_for(db, lin)) == 2
        late_posts.forget(db, lin, first.id)
        assert len(late_posts.waiting_for(db, lin)) == 1

        assert late_posts.forget_old(db, now=LATE + timedelta(days=30)) == 1
