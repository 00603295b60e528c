"""A transaction begins as its database needs it, or nothing is done in it."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from hotline.accounts.models import Account
from hotline.tickets.models import Ticket
from hotline.tickets.queries import hold, hold_own
from tests.cast import Caller, House
from tests.flows import take

RENAME = text("UPDATE accounts SET alias = 'nobody'")


@pytest.mark.sqlite
def test_where_it_could_not_begin_nothing_is_changed_even_by_who_goes_on(house: House) -> None:
    def go_on(db: Session, other: sqlite3.Connection) -> None:
        with pytest.raises(OperationalError):
            db.execute(RENAME)
        other.execute("ROLLBACK")
        db.execute(RENAME)

    with house.database.write() as db:
        db.connection().exec_driver_sql("PRAGMA busy_timeout=1")
    with closing(sqlite3.connect(house.folder / "hotline.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SQLAlchemyError), house.database.write() as db:
            go_on(db, other)

    with house.database.write() as db:  # it is another's turn to write
        assert db.get_one(Account, house.person("lin").id).alias != "nobody"


def test_nothing_listens_to_what_connections_do(house: House) -> None:
    assert not house.database.engine._has_events


@pytest.mark.postgres
def test_a_counselors_own_ticket_is_held_until_the_end(house: House) -> None:
    caller = house.send()
    take(house, "lin", caller)
    with house.database.write() as db:
        hold(db, hold_own(db, house.actor(db, "lin"), caller.reference))
        with pytest.raises(OperationalError):
            hold_at_once(house, caller)

    hold_at_once(house, caller)


def hold_at_once(house: House, caller: Caller) -> None:
    """Somebody else holds the ticket; OperationalError when it is held already."""
    question = select(Ticket).where(Ticket.id == caller.ticket).with_for_update(nowait=True, key_share=True)
    with house.database.write() as db:
        db.scalars(question).one()
