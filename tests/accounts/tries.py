"""A try at signing in, as the form makes it."""

from datetime import datetime, timedelta

from hotline.accounts import queries, sign_in
from hotline.keyring import stretching
from hotline.keyring.founding import Deployment
from tests.cast import NOON, House, digits_of

LATER = NOON + timedelta(minutes=2)
"""At noon the digits were used to enrol."""


def attempt(
    house: House,
    name: str,
    *,
    passphrase: str | None = None,
    digits: str | None = None,
    browser: bytes | None = None,
    now: datetime = LATER,
    deployment: Deployment | None = None,
) -> sign_in.SignedIn | None:
    """A try with what is right, unless something else is given; `Busy` while the name waits."""
    person = house.cast.get(name)
    passphrase = passphrase if passphrase is not None else person.passphrase if person else "x"
    digits = digits if digits is not None else digits_of(person.seed, now) if person else "000000"
    place = deployment or house.deployment
    with house.database.write() as db:
        sign_in.check_pace(db, place, name, browser, now=now)
        wanted = queries.stretching_of(db, place, name)
        stretched = stretching.stretch_passphrase(passphrase, wanted.salt, wanted.version)
        return sign_in.sign_in(db, place, sign_in.Attempt(name, stretched, digits, browser), now=now)
