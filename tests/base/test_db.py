"""Looking for one row by its key: the same row as ever, found by a statement made once."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from hotline.accounts.models import Account
from hotline.keyring.models import StaffKey
from tests.cast import House


@pytest.fixture
def db(house: House) -> Iterator[Session]:
    with house.database.write() as session:
        yield session


def test_a_row_is_found_by_its_key_and_is_the_one_that_is_known_already(house: House, db: Session) -> None:
    lin = db.get(Account, house.person("lin").id)

    assert lin is not None
    assert lin.name == "lin"
    assert db.get(Account, lin.id) is lin
    assert db.get(Account, house.deployment.id) is None


def test_a_key_of_two_columns_is_given_in_their_order(house: House, db: Session) -> None:
    lin = house.person("lin").id

    found = db.get(StaffKey, (lin, 1))

    assert found is not None
    assert (found.account_id, found.version) == (lin, 1)
    assert db.get(StaffKey, (lin, 2)) is None
    assert db.get(StaffKey, {"account_id": lin, "version": 1}) is found


def test_what_was_changed_or_added_or_deleted_here_is_as_it_is_here(house: House, db: Session) -> None:
    lin = db.get_one(Account, house.person("lin").id)
    lin.alias = "变"
    key = db.get_one(StaffKey, (lin.id, 1))
    again = StaffKey(account_id=lin.id, version=2, kem_public=b"", signing_public=b"", made_at=key.made_at)
    db.add(again)
    gone = db.get_one(StaffKey, (house.person("mei").id, 1))
    db.delete(gone)
    db.flush()

    seen = db.get(Account, lin.id)
    assert seen is lin
    assert seen.alias == "变"
    assert db.get(StaffKey, (lin.id, 2)) is again
    assert db.get(StaffKey, (house.person("mei").id, 1)) is None
    db.rollback()
