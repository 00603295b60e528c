"""Sessions: a cookie opens the row, the row alone opens nothing, and every end is an end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.accounts import late_posts, own, people, sessions
from hotline.accounts.models import LatePost, SessionRow
from hotline.accounts.sessions import Kind
from hotline.base.errors import NotFound, NotSignedIn, Tampered
from hotline.keyring import vault
from tests.cast import NOON, Caller, House


def alive(house: House, token: bytes, now: datetime, kind: Kind = Kind.STAFF) -> bool:
    """Whether the cookie still opens its session."""
    try:
        with house.database.read() as db:
            sessions.resume(db, house.deployment, kind, token, now=now)
    except NotSignedIn:
        return False
    return True


def callers(house: House, caller: Caller, *, stay: bool) -> bytes:
    with house.database.write() as db:
        return sessions.start_caller(db, house.deployment, caller.keys, stay=stay, now=NOON)


def use(house: House, token: bytes, now: datetime) -> None:
    with house.database.read() as db:
        session = sessions.resume(db, house.deployment, Kind.STAFF, token, now=now)
    sessions.touch(house.database, session, now=now)


def sealed(house: House) -> list[bytes | None]:
    with house.database.read() as db:
        return list(db.scalars(select(SessionRow.sealed)))


@pytest.mark.parametrize(("minutes", "open_"), [(0, True), (19, True), (20, False), (60, False)])
def test_a_staff_session_idles_out_after_20_minutes(house: House, *, minutes: int, open_: bool) -> None:
    assert alive(house, house.session_of("lin"), NOON + timedelta(minutes=minutes)) is open_


def test_a_staff_session_in_use_ends_after_ten_hours_all_the_same(house: House) -> None:
    token, now = house.session_of("lin"), NOON
    for _ in range(39):
        now += timedelta(minutes=15)
        use(house, token, now)

    assert alive(house, token, NOON + timedelta(hours=9, minutes=59))
    assert not alive(house, token, NOON + timedelta(hours=10))


@pytest.mark.parametrize(
    ("stay", "minutes", "open_"),
    [
        (False, 29, True),
        (False, 30, False),
        (True, 30, True),
        (True, 24 * 60 - 1, True),
        (True, 24 * 60, False),
    ],
)
def test_a_caller_chooses_half_an_hour_or_a_day(
    house: House, *, stay: bool, minutes: int, open_: bool
) -> None:
    token = callers(house, house.send(), stay=stay)

    assert alive(house, token, NOON + timedelta(minutes=minutes), Kind.CALLER) is open_


def test_being_used_is_noted_at_most_once_a_minute(house: House) -> None:
    token = house.session_of("lin")
    use(house, token, NOON + timedelta(seconds=59))
    with house.database.read() as db:
        assert db.scalars(select(SessionRow.seen_at)).one() == NOON

    use(house, token, NOON + timedelta(seconds=61))

    with house.database.read() as db:
        assert db.scalars(select(SessionRow.seen_at)).one() == NOON + timedelta(seconds=61)


@pytest.mark.parametrize("token", [b"", bytes(32), b"\xff" * 32])
def test_a_made_up_cookie_opens_nothing(house: House, token: bytes) -> None:
    house.session_of("lin")

    for kind in Kind:
        assert not alive(house, token, NOON, kind)


def test_a_session_is_of_one_kind(house: House) -> None:
    token = house.session_of("lin")

    assert [kind for kind in Kind if alive(house, token, NOON, kind)] == [Kind.STAFF]


def test_the_row_holds_neither_the_cookie_nor_the_root(house: House) -> None:
    token = house.session_of("lin")
    (blob,) = sealed(house)

    assert blob is not None
    assert house.person("lin").keys.root not in blob
    with house.database.read() as db:
        row = db.scalars(select(SessionRow)).one()
    assert row.token_hash == vault.token_hash(token)
    assert token not in row.token_hash + blob


def test_a_locked_session_holds_no_root(house: House) -> None:
    token = house.session_of("lin")
    with house.database.write() as db:
        session = sessions.resume(db, house.deployment, Kind.STAFF, token, now=NOON)
        sessions.lock(db, session.id)

    assert not alive(house, token, NOON)
    assert sealed(house) == [None]


def test_signing_out_ends_this_session_and_everywhere_ends_all(house: House) -> None:
    one, other, third = (house.session_of("lin") for _ in range(3))
    colleague = house.session_of("mei")
    with house.database.write() as db:
        sessions.end_by_token(db, one)
    assert [alive(house, token, NOON) for token in (one, other, third)] == [False, True, True]

    with house.database.write() as db:
        own.sign_out_everywhere(db, house.person("lin").id, now=NOON)

    assert not alive(house, other, NOON)
    assert not alive(house, third, NOON)
    assert alive(house, colleague, NOON)


def test_the_sweep_takes_the_roots_out_of_what_has_ended(house: House) -> None:
    caller = house.send()
    house.session_of("lin")
    callers(house, caller, stay=False)
    day = callers(house, caller, stay=True)

    with house.database.write() as db:
        assert sessions.sweep(db, now=NOON + timedelta(minutes=10)) == 0
        assert sessions.sweep(db, now=NOON + timedelta(minutes=21)) == 1
        assert sessions.sweep(db, now=NOON + timedelta(minutes=31)) == 1
    assert sum(blob is not None for blob in sealed(house)) == 1
    assert alive(house, day, NOON + timedelta(minutes=31), Kind.CALLER)

    with house.database.write() as db:
        sessions.sweep(db, now=NOON + timedelta(hours=24))
    assert set(sealed(house)) == {None}


def test_the_sweep_leaves_a_session_in_use_alone(house: House) -> None:
    token = house.session_of("lin")
    use(house, token, NOON + timedelta(minutes=15))

    with house.database.write() as db:
        sessions.sweep(db, now=NOON + timedelta(minutes=30))

    assert alive(house, token, NOON + timedelta(minutes=30))


def test_ended_sessions_are_forgotten_after_two_days(house: House) -> None:
    house.session_of("lin")

    with house.database.write() as db:
        sessions.sweep(db, now=NOON + timedelta(days=2, hours=9))
        assert len(db.scalars(select(SessionRow)).all()) == 1
        sessions.sweep(db, now=NOON + timedelta(days=2, hours=10))
        assert db.scalars(select(SessionRow)).all() == []


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
