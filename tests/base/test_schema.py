"""Migrations: one transaction, no child row lost, nothing left behind by a failure."""

import sqlite3
import stat
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from hotline.base import schema


@pytest.fixture
def family(tmp_path: Path) -> Path:
    """A database in which a child row hangs on its parent by ON DELETE CASCADE."""
    file = tmp_path / "family.db"
    with sqlite3.connect(file) as database:
        database.executescript(
            """
            CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT);
            CREATE TABLE child (
                id INTEGER PRIMARY KEY,
                parent_id INTEGER NOT NULL REFERENCES parent (id) ON DELETE CASCADE
            );
            INSERT INTO parent VALUES (1, 'Lin');
            INSERT INTO child VALUES (1, 1);
            """
        )
    database.close()
    return file


def rows(file: Path, table: str) -> int:
    database = sqlite3.connect(file)
    (count,) = database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 (the test's own table names)
    database.close()
    return int(count)


def test_rebuilding_a_table_keeps_the_rows_that_hang_on_it(family: Path) -> None:
    with schema.migrating(f"sqlite:///{family}") as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("parent", recreate="always") as parent:
            parent.add_column(sa.Column("alias", sa.String(20)))

    assert (rows(family, "parent"), rows(family, "child")) == (1, 1)


def test_a_migration_that_leaves_orphans_is_refused_and_undone(family: Path) -> None:
    with (
        pytest.raises(schema.SchemaError, match="without their parent in: child"),
        schema.migrating(f"sqlite:///{family}") as connection,
    ):
        connection.execute(sa.text("DELETE FROM parent"))

    assert rows(family, "parent") == 1


def test_a_migration_that_fails_leaves_no_table_behind(family: Path) -> None:
    def half_a_migration() -> None:
        with schema.migrating(f"sqlite:///{family}") as connection:
            connection.execute(sa.text("CREATE TABLE half_way (id INTEGER)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_a_migration()

    with pytest.raises(sqlite3.OperationalError, match="half_way"):
        rows(family, "half_way")


def test_an_upgraded_database_is_current_and_an_empty_one_is_not(tmp_path: Path) -> None:
    empty = sa.create_engine(f"sqlite:///{tmp_path}/empty.db")
    url = f"sqlite:///{tmp_path}/data/hotline.db"

    schema.upgrade(url)
    schema.upgrade(url)

    upgraded = sa.create_engine(url)
    assert schema.is_current(upgraded)
    assert not schema.is_current(empty)
    upgraded.dispose()
    empty.dispose()


def test_a_new_database_and_its_folder_are_their_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "data" / "hotline.db"

    schema.upgrade(f"sqlite:///{file}")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
