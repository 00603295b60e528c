"""Sessions: a cookie opens the row, the row alone opens nothing, and every end is an end."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.accounts import late_posts, own, sessions
from hotline.accounts.models import SessionRow
from hotline.accounts.sessions import Kind
from hotline.base.errors import NotSignedIn
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


def test_what_is_left_of_a_session_is_of_no_kind_and_is_forgotten_after_an_hour(
    house: House,
) -> None:
    token = house.session_of("lin")
    with house.database.write() as db:
        left = late_posts.end_remembering(db, token, now=NOON + timedelta(minutes=5))

    assert left is not None
    for cookie in (token, left):
        assert [kind for kind in Kind if alive(house, cookie, NOON, kind)] == []
        with house.database.read() as db:
            assert sessions.owner_of(db, cookie, now=NOON) is None
            with pytest.raises(NotSignedIn):
                sessions.resume_staff(db, house.deployment, cookie, now=NOON)
    assert sealed(house) == [None]
    with house.database.write() as db:
        over = NOON + timedelta(hours=1, minutes=5)
        sessions.sweep(db, now=over - timedelta(seconds=1))
        assert db.scalars(select(SessionRow.token_hash)).all() == [vault.token_hash(left)]
        assert late_posts.writer_of(db, left, now=over - timedelta(seconds=1)) == house.person("lin").id
        assert late_posts.writer_of(db, left, now=over) is None
        sessions.sweep(db, now=over)
        assert db.scalars(select(SessionRow)).all() == []


def test_nothing_is_left_of_a_cookie_of_no_staff_session(house: House) -> None:
    token = callers(house, house.send(), stay=False)

    with house.database.write() as db:
        assert late_posts.end_remembering(db, token, now=NOON) is None
        assert late_posts.end_remembering(db, bytes(32), now=NOON) is None


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
