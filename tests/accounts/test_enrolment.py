"""Enrolment: a one-time code, five minutes, a passphrase and a second factor; then keys exist."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from hotline.accounts import enrolment, late_posts, people, queries, sessions
from hotline.accounts.enrolment import Enrolling
from hotline.accounts.models import Credential, Invitation, LatePost
from hotline.accounts.people import NewPerson
from hotline.base.errors import Invalid, NotFound, NotSignedIn, Refused
from hotline.base.i18n import Language
from hotline.keyring import stretching
from hotline.keyring.models import StaffKey
from hotline.permissions import Role
from tests.cast import NOON, House, digits_of

COUNSELOR = frozenset({Role.COUNSELOR})
GOOD = "purple walrus mends eleven clocks"


def invite(house: House, name: str = "zhou", roles: frozenset[Role] = COUNSELOR) -> str:
    with house.database.write() as db:
        person = NewPerson(name, name, Language.ENGLISH, roles)
        return people.invite(db, house.actor(db, "administrator"), person, now=NOON)[1]


def begin(house: House, code: str, now: datetime = NOON) -> tuple[bytes, Enrolling]:
    with house.database.write() as db:
        token = enrolment.begin(db, house.deployment, code, now=now)
        return token, enrolment.resume(db, house.deployment, token, code, now=now)


def confirm(
    house: House,
    enrolling: Enrolling,
    typed: str | None = None,
    digits: str | None = None,
    now: datetime = NOON,
) -> tuple[str, ...]:
    typed = enrolling.passphrase if typed is None else typed
    digits = digits_of(enrolling.seed, now) if digits is None else digits
    stretched = stretching.stretch_passphrase(typed, enrolling.salt, house.deployment.stretching)
    with house.database.write() as db:
        return enrolment.confirm(
            db,
            house.deployment,
            enrolling,
            typed=typed,
            stretched=stretched,
            digits=digits,
            now=now,
        )


def test_a_code_becomes_keys_and_is_used_up(house: House) -> None:
    code = invite(house)
    token, enrolling = begin(house, code)

    fingerprint = confirm(house, enrolling)

    with house.database.read() as db:
        assert fingerprint == queries.fingerprint_of(db, house.deployment, enrolling.account.id)
        assert queries.find_invitation(db, code, now=NOON) is None
        with pytest.raises(NotSignedIn):
            enrolment.resume(db, house.deployment, token, code, now=NOON)


def test_a_reload_shows_the_same_passphrase_and_seed(house: House) -> None:
    code = invite(house)
    token, first = begin(house, code)

    with house.database.read() as db:
        again = enrolment.resume(db, house.deployment, token, code, now=NOON)

    assert (again.passphrase, again.seed, again.salt) == (first.passphrase, first.seed, first.salt)


def test_after_five_minutes_it_starts_again(house: House) -> None:
    code = invite(house)
    token, _ = begin(house, code)

    with house.database.read() as db:
        enrolment.resume(db, house.deployment, token, code, now=NOON + timedelta(seconds=299))
        with pytest.raises(NotSignedIn):
            enrolment.resume(db, house.deployment, token, code, now=NOON + timedelta(minutes=5))
    assert begin(house, code, NOON + timedelta(minutes=6))


@pytest.mark.parametrize("code", ["", "0" * 32, "x"])
def test_an_unknown_code_begins_nothing(house: House, code: str) -> None:
    with pytest.raises(NotFound):
        begin(house, code)


def test_a_code_lasts_seven_days(house: House) -> None:
    code = invite(house)

    begin(house, code, NOON + timedelta(days=7) - timedelta(seconds=1))
    with pytest.raises(NotFound):
        begin(house, code, NOON + timedelta(days=7))


def test_a_new_code_replaces_the_old_one(house: House) -> None:
    old = invite(house)
    with house.database.write() as db:
        account = queries.by_name(db, "zhou")
        assert account is not None
        people.renew_code(db, house.actor(db, "administrator"), account.id, now=NOON)

    with pytest.raises(NotFound):
        begin(house, old)


def test_the_cookie_of_one_code_does_not_serve_another(house: House) -> None:
    one, other = invite(house, "one"), invite(house, "other")
    token, _ = begin(house, one)

    with house.database.read() as db, pytest.raises(NotFound):
        enrolment.resume(db, house.deployment, token, other, now=NOON)


def test_the_enrolments_session_opens_nothing_else(house: House) -> None:
    token, _ = begin(house, invite(house))

    with house.database.read() as db:
        for kind in (sessions.Kind.STAFF, sessions.Kind.CALLER):
            with pytest.raises(NotSignedIn):
                sessions.resume(db, house.deployment, kind, token, now=NOON)


def test_wrong_digits_or_another_passphrase_make_no_keys(house: House) -> None:
    _, enrolling = begin(house, invite(house))

    with pytest.raises(Invalid) as told:
        confirm(house, enrolling, digits="000000")
    assert set(told.value.problems) == {"digits"}
    with pytest.raises(Invalid) as told:
        confirm(house, enrolling, typed=GOOD)
    assert set(told.value.problems) == {"passphrase"}

    with house.database.read() as db:
        assert db.get(Credential, enrolling.account.id) is None
        assert db.get(StaffKey, (enrolling.account.id, 1)) is None


def test_who_holds_no_keys_may_choose(house: House) -> None:
    _, enrolling = begin(house, invite(house, roles=frozenset({Role.SUPERVISOR})))

    confirm(house, enrolling, typed=GOOD)

    with house.database.read() as db:
        assert not db.get_one(Credential, enrolling.account.id).generated


@pytest.mark.parametrize("typed", ["short", "aaaaaaaaaaaaaaaaaaaa", "passwordpassword"])
def test_but_not_something_short_or_easy(house: House, typed: str) -> None:
    _, enrolling = begin(house, invite(house, roles=frozenset({Role.SUPERVISOR})))

    with pytest.raises(Invalid):
        confirm(house, enrolling, typed=typed)


def test_enrolling_again_makes_other_keys_and_drops_what_was_sealed_to_the_old(
    house: House,
) -> None:
    lin = house.person("lin")
    token = house.session_of("lin")
    with house.database.write() as db:
        late_posts.keep(db, house.deployment, token, "/staff", {"text": "x"}, now=NOON)
        _, code = people.renew_code(db, house.actor(db, "administrator"), lin.id, now=NOON)
    _, enrolling = begin(house, code)

    confirm(house, enrolling)

    with house.database.read() as db:
        credential = db.get_one(Credential, lin.id)
        assert credential.key_version == 2
        assert db.scalar(select(func.count()).select_from(LatePost)) == 0
        assert db.get_one(StaffKey, (lin.id, 2)).kem_public != lin.keys.public.kem
        with pytest.raises(NotSignedIn):
            sessions.resume(db, house.deployment, sessions.Kind.STAFF, token, now=NOON)


def test_disabling_takes_the_code_away(house: House) -> None:
    code = invite(house)
    with house.database.write() as db:
        account = queries.by_name(db, "zhou")
        assert account is not None
        people.disable(db, house.actor(db, "administrator"), account.id, now=NOON)
        assert db.scalar(select(func.count()).select_from(Invitation)) == 0

    with pytest.raises(NotFound):
        begin(house, code)


@pytest.mark.parametrize("by", ["lin", "supervisor", "custodian"])
def test_only_an_administrator_invites_changes_and_disables(house: House, by: str) -> None:
    mei = house.person("mei").id
    with house.database.write() as db:
        actor = house.actor(db, by)
        person = NewPerson("new", "new", Language.ENGLISH, COUNSELOR)
        with pytest.raises(Refused):
            people.invite(db, actor, person, now=NOON)
        with pytest.raises(Refused):
            people.renew_code(db, actor, mei, now=NOON)
        with pytest.raises(Refused):
            people.change_roles(db, actor, mei, COUNSELOR, now=NOON)
        with pytest.raises(Refused):
            people.disable(db, actor, mei, now=NOON)
        with pytest.raises(Refused):
            people.enable(db, actor, mei, now=NOON)


def test_an_administrator_does_nothing_to_himself(house: House) -> None:
    with house.database.write() as db:
        actor = house.actor(db, "administrator")
        for act in (people.renew_code, people.disable, people.enable):
            with pytest.raises(Refused):
                act(db, actor, actor.id, now=NOON)


@pytest.mark.parametrize(
    ("person", "wrong"),
    [
        (NewPerson("", "a", Language.ENGLISH, COUNSELOR), {"name"}),
        (NewPerson("x" * 41, "a", Language.ENGLISH, COUNSELOR), {"name"}),
        (NewPerson(" LIN ", "a", Language.ENGLISH, COUNSELOR), {"name"}),
        (NewPerson("zhou", " ", Language.ENGLISH, COUNSELOR), {"alias"}),
        (NewPerson("zhou", "x" * 41, Language.ENGLISH, COUNSELOR), {"alias"}),
        (NewPerson("zhou", "a", Language.ENGLISH, frozenset()), {"roles"}),
        (NewPerson("", "", Language.ENGLISH, frozenset()), {"name", "alias", "roles"}),
    ],
)
def test_an_invitation_says_what_is_wrong_with_it(house: House, person: NewPerson, wrong: set[str]) -> None:
    with house.database.write() as db:
        actor = house.actor(db, "administrator")
        with pytest.raises(Invalid) as told:
            people.invite(db, actor, person, now=NOON)

    assert set(told.value.problems) == wrong
