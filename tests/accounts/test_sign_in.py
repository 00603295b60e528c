"""Signing in: one answer for anything wrong, and wrong tries that slow down."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from hotline.accounts import people, queries, sessions, sign_in
from hotline.accounts.models import Credential, KnownBrowser, SessionRow, SlowDown
from hotline.base.errors import Busy
from hotline.keyring import stretching
from hotline.keyring.founding import Deployment
from tests.accounts.tries import LATER, attempt
from tests.cast import NOON, House, digits_of


def wait_after(house: House, wrong: int, *, browser: bytes | None = None) -> int:
    """The wait in seconds after this many wrong tries, 0 for none."""
    now = LATER
    for _ in range(wrong):
        assert attempt(house, "lin", passphrase="wrong", browser=browser, now=now) is None
        now += timedelta(seconds=31)
    now -= timedelta(seconds=31)
    try:
        with house.database.read() as db:
            sign_in.check_pace(db, house.deployment, "lin", browser, now=now)
    except Busy as busy:
        return busy.seconds
    return 0


def test_the_right_three_things_open_a_session_with_the_persons_keys(house: House) -> None:
    signed_in = attempt(house, "lin")

    assert signed_in is not None
    assert not signed_in.needs_factor
    with house.database.read() as db:
        found = sessions.resume_staff(db, house.deployment, signed_in.token, now=LATER)
    assert found.session.owner == found.account.id == house.person("lin").id
    assert found.keys.root == house.person("lin").keys.root


@pytest.mark.parametrize("name", ["LIN", " lin ", "ｌｉｎ"])
def test_a_name_is_the_same_however_it_is_typed(house: House, name: str) -> None:
    lin = house.person("lin")

    assert attempt(house, name, passphrase=lin.passphrase, digits=digits_of(lin.seed, LATER))


@pytest.mark.parametrize(
    ("name", "passphrase", "digits"),
    [
        ("lin", "wrong", None),
        ("lin", None, "000000"),
        ("lin", None, ""),
        ("lin", "", ""),
        ("nobody", "wrong", "000000"),
        ("", "", ""),
    ],
)
def test_anything_wrong_has_the_same_answer(
    house: House, name: str, passphrase: str | None, digits: str | None
) -> None:
    assert attempt(house, name, passphrase=passphrase, digits=digits) is None


def test_a_disabled_person_has_that_answer_too(house: House) -> None:
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person("lin").id, now=NOON)

    assert attempt(house, "lin") is None


def test_an_unknown_name_costs_the_same_and_its_salt_never_changes(house: House) -> None:
    with house.database.read() as db:
        known = queries.stretching_of(db, house.deployment, "lin")
        nobody = queries.stretching_of(db, house.deployment, "nobody")
        again = queries.stretching_of(db, house.deployment, " NOBODY ")
        another = queries.stretching_of(db, house.deployment, "somebody")

    assert nobody == again
    assert nobody.version == known.version
    assert len(nobody.salt) == len(known.salt)
    assert len({nobody.salt, another.salt, known.salt}) == 3


def test_digits_are_used_once(house: House) -> None:
    digits = digits_of(house.person("lin").seed, LATER)

    assert attempt(house, "lin", digits=digits) is not None
    assert attempt(house, "lin", digits=digits) is None


def test_older_digits_do_not_work_after_newer_ones(house: House) -> None:
    seed = house.person("lin").seed
    before = digits_of(seed, LATER - timedelta(seconds=30))

    assert attempt(house, "lin", digits=digits_of(seed, LATER)) is not None
    assert attempt(house, "lin", digits=before) is None


def test_the_step_is_stored_by_a_condition_so_that_two_at_once_get_one_session(
    house: House,
) -> None:
    lin = house.person("lin")
    digits = digits_of(lin.seed, LATER)
    with house.database.write() as db:
        wanted = queries.stretching_of(db, house.deployment, "lin")
        stretched = stretching.stretch_passphrase(lin.passphrase, wanted.salt, wanted.version)
        credential = db.get_one(Credential, lin.id)  # what the slower one has read already
        stale = credential.factor_step
        db.execute(
            update(Credential)
            .where(Credential.account_id == lin.id)
            .values(factor_step=int(LATER.timestamp()) // 30)
            .execution_options(synchronize_session=False)
        )
        assert credential.factor_step == stale

        slower = sign_in.Attempt("lin", stretched, digits, None)
        assert sign_in.sign_in(db, house.deployment, slower, now=LATER) is None


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_phones_clock_may_be_one_step_off(house: House, seconds: int) -> None:
    shown = digits_of(house.person("lin").seed, LATER + timedelta(seconds=seconds))

    assert attempt(house, "lin", digits=f"{shown[:3]} {shown[3:]}") is not None


@pytest.mark.parametrize("seconds", [-61, 61])
def test_two_steps_off_is_too_far(house: House, seconds: int) -> None:
    shown = digits_of(house.person("lin").seed, LATER + timedelta(seconds=seconds))

    assert attempt(house, "lin", digits=shown) is None


def test_in_a_demo_the_digits_may_be_left_out_but_wrong_ones_are_wrong(house: House) -> None:
    deployment = house.deployment
    demo = Deployment(
        deployment.id,
        deployment.salt,
        deployment.form_key,
        deployment.stretching,
        is_demo=True,
        founding=deployment.founding,
    )

    assert attempt(house, "lin", digits=" ", deployment=demo) is not None
    assert attempt(house, "lin", digits="000000", deployment=demo) is None
    assert attempt(house, "lin", passphrase="wrong", digits="", deployment=demo) is None


@pytest.mark.parametrize(
    ("wrong", "seconds"), [(1, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 30), (12, 30)]
)
def test_three_tries_are_free_then_each_doubles_the_wait_up_to_30_seconds(
    house: House, wrong: int, seconds: int
) -> None:
    assert wait_after(house, wrong) == seconds


def test_a_name_that_does_not_exist_slows_down_as_one_that_does(house: House) -> None:
    for _ in range(3):
        assert attempt(house, "nobody") is None

    with pytest.raises(Busy):
        attempt(house, "nobody")


def test_while_a_name_waits_the_right_passphrase_waits_too(house: House) -> None:
    for _ in range(3):
        attempt(house, "lin", passphrase="wrong")

    with pytest.raises(Busy):
        attempt(house, "lin")
    assert attempt(house, "lin", now=LATER + timedelta(seconds=2)) is not None


def test_a_browser_that_signed_in_before_is_not_slowed_by_strangers(house: House) -> None:
    first = attempt(house, "lin")
    assert first is not None
    for _ in range(3):
        attempt(house, "lin", passphrase="wrong")

    again = attempt(house, "lin", browser=first.browser, now=LATER + timedelta(minutes=1))

    assert again is not None
    assert again.browser == first.browser


def test_a_known_browser_has_a_count_of_its_own(house: House) -> None:
    first = attempt(house, "lin")
    assert first is not None

    assert wait_after(house, 5, browser=first.browser) == 4
    with house.database.read() as db:
        sign_in.check_pace(db, house.deployment, "lin", None, now=LATER)
        sign_in.check_pace(db, house.deployment, "mei", first.browser, now=LATER)


def test_a_made_up_browser_is_a_stranger(house: House) -> None:
    for _ in range(3):
        attempt(house, "lin", passphrase="wrong")

    with pytest.raises(Busy):
        attempt(house, "lin", browser=bytes(32))


def test_signing_in_ends_the_count(house: House) -> None:
    for _ in range(2):
        attempt(house, "lin", passphrase="wrong")
    assert attempt(house, "lin") is not None

    assert wait_after(house, 2) == 0


def test_wrong_tries_are_forgotten_an_hour_after_their_wait(house: House) -> None:
    wait_after(house, 4)

    with house.database.write() as db:
        sign_in.forget_wrong_tries(db, now=LATER + timedelta(hours=2))
        assert db.scalar(select(func.count()).select_from(SlowDown)) == 0


def test_a_wrong_try_leaves_no_session_and_no_known_browser(house: House) -> None:
    attempt(house, "lin", passphrase="wrong")

    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(SessionRow)) == 0
        assert db.scalar(select(func.count()).select_from(KnownBrowser)) == 0
