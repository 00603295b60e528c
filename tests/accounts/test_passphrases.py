"""Passphrases: generated for whoever holds keys, chosen under a rule by the others."""

import math
from datetime import timedelta

import pytest

from hotline.accounts import own, passwords, queries, sessions, totp
from hotline.accounts.models import Credential
from hotline.accounts.own import PassphraseChange
from hotline.base.errors import Invalid, NotSignedIn
from hotline.keyring import stretching, vault
from tests.accounts.tries import LATER, attempt
from tests.cast import House

GOOD = "purple walrus mends eleven clocks"
VECTOR_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""RFC 6238's "12345678901234567890" in base32."""


def test_a_generated_passphrase_has_at_least_77_bits() -> None:
    words = passwords._word_list()

    assert len(passwords.generate().split(" ")) == 6
    assert 6 * math.log2(len(words)) >= 77
    assert len(set(words)) == len(words)


def test_no_cruel_word_is_in_a_generated_passphrase() -> None:
    assert not {"suffering", "despair", "hurt"} & set(passwords._word_list())


def test_a_generated_passphrase_is_stretched_as_it_is_shown() -> None:
    for _ in range(50):
        shown = passwords.generate()
        assert passwords.normalize(shown) == shown


@pytest.mark.parametrize(
    ("typed", "stretched"),
    [
        ("one  two\tthree\n", "one two three"),
        (" ｏｎｅ two", "one two"),
        ("Ünder e\u0301", "Ünder é"),
        ("Case Stays", "Case Stays"),
    ],
)
def test_spaces_and_forms_do_not_matter_and_capitals_do(typed: str, stretched: str) -> None:
    assert passwords.normalize(typed) == stretched


@pytest.mark.parametrize("chosen", [GOOD, "清晨的鲸鱼在图书馆里修理十一座钟", "xK9$mQ2!vL7@pR4#"])
def test_a_good_choice_is_accepted(chosen: str) -> None:
    passwords.check_chosen(chosen, "lin", "木棉")


@pytest.mark.parametrize(
    "chosen",
    ["", "a" * 14, "123456789012345", "qwertyuiopasdfgh", "passwordpassword", "linlinlinlinlin", "x" * 201],
)
def test_a_short_an_endless_or_an_easy_choice_is_not(chosen: str) -> None:
    with pytest.raises(Invalid):
        passwords.check_chosen(chosen, "lin", "木棉")


def change(house: House, name: str, new: str, *, old: str | None = None, generated: bool = False) -> None:
    person = house.person(name)
    salt = vault.new_salt()
    with house.database.write() as db:
        wanted = queries.stretching_of(db, house.deployment, name)
        wish = PassphraseChange(
            stretching.stretch_passphrase(old or person.passphrase, wanted.salt, wanted.version),
            new,
            stretching.stretch_passphrase(new, salt, house.deployment.stretching),
            salt,
            generated,
        )
        own.change_passphrase(db, house.deployment, person.keys, wish, now=LATER)


def test_who_holds_keys_changes_to_a_generated_one_alone(house: House) -> None:
    with pytest.raises(Invalid) as told:
        change(house, "lin", GOOD)
    assert set(told.value.problems) == {"passphrase"}

    change(house, "lin", GOOD, generated=True)

    assert attempt(house, "lin") is None
    assert attempt(house, "lin", passphrase=GOOD, now=LATER + timedelta(minutes=1)) is not None


def test_who_holds_none_may_choose_a_good_one(house: House) -> None:
    with pytest.raises(Invalid):
        change(house, "supervisor", "too short")

    change(house, "supervisor", GOOD)

    assert attempt(house, "supervisor", passphrase=GOOD) is not None
    with house.database.read() as db:
        assert not db.get_one(Credential, house.person("supervisor").id).generated


def test_a_change_needs_the_present_passphrase(house: House) -> None:
    with pytest.raises(Invalid) as told:
        change(house, "lin", GOOD, old="wrong", generated=True)

    assert set(told.value.problems) == {"old"}


def test_a_change_keeps_the_keys_and_the_second_factor_and_ends_every_session(
    house: House,
) -> None:
    lin, token = house.person("lin"), house.session_of("lin")
    change(house, "lin", GOOD, generated=True)

    signed_in = attempt(house, "lin", passphrase=GOOD)

    assert signed_in is not None
    assert signed_in.keys.root == lin.keys.root
    with house.database.read() as db, pytest.raises(NotSignedIn):
        sessions.resume(db, house.deployment, sessions.Kind.STAFF, token, now=LATER)


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924")],
)
def test_digits_are_those_of_rfc_6238(seconds: int, digits: str) -> None:
    moment = LATER.fromtimestamp(seconds, LATER.tzinfo)

    assert totp.matching_step(VECTOR_SEED, digits, now=moment) == seconds // 30
    assert totp.matching_step(VECTOR_SEED, "000000", now=moment) is None


@pytest.mark.parametrize("typed", ["287 082", "287-082", "２８７０８２", " 287082 "])
def test_digits_are_read_however_they_are_typed(typed: str) -> None:
    assert totp.matching_step(VECTOR_SEED, typed, now=LATER.fromtimestamp(59, LATER.tzinfo)) == 1


def test_a_seed_is_random_and_its_address_is_for_an_app() -> None:
    one, other = totp.new_seed(), totp.new_seed()

    assert one != other
    assert len(one) == 32
    assert totp.address(one, "lin", "热线").startswith("otpauth://totp/")
