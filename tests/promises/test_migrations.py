"""One history of migrations: up from empty is what the models say, down and up again loses nothing."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hotline.base import schema
from hotline.base.db import Table
from tests import flows
from tests.cast import House
from tests.databases import url_of


@pytest.fixture
def url(tmp_path: Path) -> str:
    return url_of(tmp_path)


@pytest.fixture
def full(house: House) -> House:
    """A deployment in which every kind of row hangs on others."""
    caller = house.send("我在等。")
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    flows.reply(house, "lin", caller, "你好。")
    flows.note(house, "lin", caller, "笔记。")
    house.session_of("mei")
    house.database.dispose()
    return house


def counted(url: str) -> dict[str, int]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        counts = {name: sa.select(sa.func.count()).select_from(sa.table(name)) for name in tables}
        numbers = {name: connection.scalar(count) or 0 for name, count in counts.items()}
    engine.dispose()
    return numbers


def test_there_is_one_head_and_one_beginning() -> None:
    scripts = ScriptDirectory.from_config(schema.alembic_config())

    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_up_from_empty_is_what_the_models_say(url: str) -> None:
    schema.upgrade(url)

    with schema.migrating(url) as connection:
        command.check(schema.alembic_config(connection))


def test_the_check_notices_a_column_that_no_migration_makes(url: str) -> None:
    schema.upgrade(url)
    with schema.migrating(url) as connection:
        connection.execute(sa.text("ALTER TABLE duties ADD COLUMN forgotten VARCHAR(64)"))

    with schema.migrating(url) as connection, pytest.raises(Exception, match="forgotten"):
        command.check(schema.alembic_config(connection))


def test_down_leaves_nothing_and_up_again_is_the_same(url: str) -> None:
    schema.upgrade(url)
    with schema.migrating(url) as connection:
        command.downgrade(schema.alembic_config(connection), "base")
    assert set(counted(url)) <= {"alembic_version", "sqlite_sequence"}

    schema.upgrade(url)

    with schema.migrating(url) as connection:
        command.check(schema.alembic_config(connection))


def test_what_must_be_unique_is_found_in_the_order_that_the_models_say(url: str) -> None:
    schema.upgrade(url)

    with schema.migrating(url) as connection:
        found = {
            (table, one["name"]): one["column_names"]
            for table in Table.metadata.tables
            for one in sa.inspect(connection).get_unique_constraints(table)
        }
    assert found == {
        (table.name, one.name): [column.name for column in one.columns]
        for table in Table.metadata.sorted_tables
        for one in table.constraints
        if isinstance(one, sa.UniqueConstraint)
    }


def test_down_to_before_the_newest_and_up_again_keeps_every_grant(full: House) -> None:
    grants = sa.select(Table.metadata.tables["grants"]).order_by("id")
    with schema.migrating(full.url) as connection:
        before = connection.execute(grants).all()
        command.downgrade(schema.alembic_config(connection), "-1")

    schema.upgrade(full.url)

    assert len(before) >= 5
    with schema.migrating(full.url) as connection:
        assert connection.execute(grants).all() == before


def test_every_constraint_has_a_name_so_that_it_can_be_dropped() -> None:
    nameless = [
        (table.name, type(constraint).__name__)
        for table in Table.metadata.sorted_tables
        for constraint in table.constraints
        if not constraint.name
    ]

    assert nameless == []


@pytest.mark.sqlite
@pytest.mark.parametrize("table", ["accounts", "tickets", "teams", "deployment"])
def test_rebuilding_a_table_loses_no_row_that_hangs_on_it(full: House, table: str) -> None:
    url = full.url
    before = counted(url)
    assert before["messages"] == 2
    assert before["grants"] >= 5

    with schema.migrating(url) as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table(table, recreate="always") as rebuilt:
            rebuilt.add_column(sa.Column("added_later", sa.String(20)))

    assert counted(url) == before


@pytest.mark.sqlite
def test_a_batch_migration_that_would_lose_a_parent_is_undone(full: House) -> None:
    url = full.url
    before = counted(url)

    with (
        pytest.raises(schema.SchemaError, match="messages"),
        schema.migrating(url) as connection,
    ):
        connection.execute(sa.text("DELETE FROM tickets"))

    assert counted(url) == before


def test_a_database_with_people_and_tickets_upgrades_to_itself(full: House) -> None:
    url = full.url
    before = counted(url)

    schema.upgrade(url)

    assert counted(url) == before
