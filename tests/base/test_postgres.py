"""A connection to PostgreSQL keeps what makes it quick, and is left when the server is gone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from hotline.base.db import Database, open_database
from tests import databases

PREPARED_AFTER = 6  # times a statement was asked

pytestmark = pytest.mark.postgres


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(databases.url_of(tmp_path))
    yield opened
    opened.dispose()
    databases.drop(tmp_path)


def ask(db: Session) -> int:
    number: int = db.execute(text("SELECT 1 + :one"), {"one": 1}).scalar_one()
    return number


def prepared(db: Session) -> int:
    asked = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT 1 +%'")
    number: int = db.execute(asked).scalar_one()
    return number


def test_what_the_server_has_prepared_outlasts_reading(store: Database) -> None:
    for _ in range(PREPARED_AFTER):
        with store.read() as db:
            ask(db)

    with store.read() as db:
        assert prepared(db) == 1


def test_what_is_prepared_is_planned_for_the_values_it_is_asked_with(store: Database) -> None:
    with store.write() as db:
        db.execute(text("CREATE TABLE slips (state text, number int)"))
        db.execute(text("INSERT INTO slips SELECT 'closed', n FROM generate_series(1, 20000) AS n"))
        db.execute(text("INSERT INTO slips VALUES ('waiting', 1)"))
        db.execute(text("CREATE INDEX slips_state ON slips (state)"))
    with store.write() as db:
        db.execute(text("ANALYZE slips"))
        db.execute(text("PREPARE few (text) AS SELECT number FROM slips WHERE state = $1 LIMIT 5"))
        for _ in range(PREPARED_AFTER):
            db.execute(text("EXECUTE few ('waiting')"))
        plan = " ".join(db.scalars(text("EXPLAIN EXECUTE few ('waiting')")))

    assert "slips_state" in plan


def test_what_a_read_writes_is_undone(store: Database) -> None:
    with store.read() as db:
        db.execute(text("CREATE TABLE remembered (number int)"))
    with store.read() as db:
        assert db.execute(text("SELECT to_regclass('remembered')")).scalar_one() is None


def test_a_read_sees_one_moment_and_a_change_what_others_have_committed(store: Database) -> None:
    level = text("SHOW transaction_isolation")
    for _ in range(2):
        with store.read() as db:
            assert db.execute(level).scalar_one() == "repeatable read"
        with store.write() as db:
            assert db.execute(level).scalar_one() == "read committed"


def test_a_connection_that_the_server_has_ended_is_left_unseen(store: Database) -> None:
    with store.read() as db:
        ask(db)
    with store.write() as db, store.read() as other:
        there = other.execute(text("SELECT pg_backend_pid()")).scalar_one()
        here = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    assert there != here
    end = text(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid != pg_backend_pid()"
    )
    with store.write() as db:
        db.execute(end)

    with store.write() as db, store.read() as other:
        assert ask(db) == ask(other) == 2


def test_the_columns_of_an_answer_have_names_and_types(store: Database) -> None:
    with store.read() as db:
        rows = db.execute(text("SELECT 1 AS one, 'two' AS zwei, NULL AS 三"))
        assert list(rows.keys()) == ["one", "zwei", "三"]
        assert rows.all() == [(1, "two", None)]
        assert db.execute(text("SELECT")).all() == [()]
