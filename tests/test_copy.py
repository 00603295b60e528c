"""`hotline copy`: a deployment moves from SQLite to PostgreSQL and back, whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import func, select

from hotline.audit.models import AuditLine
from hotline.base import moving, schema
from hotline.base.db import Database, open_database
from hotline.intake.queries import ticket_of_lookup
from hotline.keyring import stretching
from hotline.keyring.receipts import receipt_keys
from hotline.tickets import actions as tickets
from hotline.tickets.models import Ticket
from hotline.worker import Worker
from tests import databases, flows
from tests.cast import NOON, Caller, House, deployment_of
from tests.followups import plans
from tests.promises.rows import rows_in
from tests.terminal import hotline, in_house, the_line

pytestmark = pytest.mark.thorough

LATER = NOON.replace(year=2027)


@pytest.fixture
def lived_in(house: House) -> Caller:
    """Somebody's conversation with everything that hangs on it, and sessions, drafts and a trail."""
    caller = plans.taken(house)
    flows.note(house, "lin", caller, "笔记。")
    plans.plan(house, "lin", caller, purpose="再问一次。")
    house.session_of("mei")
    house.send("还有人在等。")
    Worker(house.database, plans.worker_of(house)._settings).run_once(LATER)
    return caller


@pytest.fixture
def target(house: House, tmp_path: Path) -> Iterator[str]:
    """A prepared and empty database of the other kind than the house's."""
    other = {
        databases.Kind.SQLITE: databases.Kind.POSTGRESQL,
        databases.Kind.POSTGRESQL: databases.Kind.SQLITE,
    }
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    with databases.instead(other[databases.chosen()]):
        url = databases.url_of(folder)
    schema.upgrade(url)
    yield url
    house.database.dispose()
    databases.drop(folder)


@pytest.fixture
def there(target: str) -> Iterator[Database]:
    """The same database, to look into."""
    database = open_database(target)
    yield database
    database.dispose()


def copy(house: House, target: str) -> Result:
    return hotline(house.folder, "copy", "--from", house.url, "--to", target)


@pytest.mark.usefixtures("lived_in")
def test_every_row_is_there_and_says_the_same(house: House, target: str, there: Database) -> None:
    before = rows_in(house.database)

    result = copy(house, target)

    assert result.exit_code == 0, result.output
    with house.database.read() as here, there.read() as other:
        tables = schema.every_table().sorted_tables
        sums = {table.name: moving.sum_of(here.connection(), table) for table in tables}
        assert {table.name: moving.sum_of(other.connection(), table) for table in tables} == sums
    number = sum(one.rows for one in sums.values())
    assert f"{number} rows in {len(tables)} tables" in result.output
    assert {name: rows.total() for name, rows in rows_in(there).items()} == {
        name: rows.total() for name, rows in before.items()
    }
    assert rows_in(house.database) == before


def test_the_copy_is_read_with_the_code_and_worked_with(
    house: House, lived_in: Caller, target: str, there: Database
) -> None:
    assert copy(house, target).exit_code == 0

    with there.read() as db:
        deployment = deployment_of(db, house.folder)
        stretched = stretching.stretch_code(lived_in.code, deployment.salt, deployment.stretching)
        keys = receipt_keys(deployment.id, stretched)
        ticket = ticket_of_lookup(db, keys.lookup)
        assert ticket == lived_in.ticket
        heard = tickets.read_as_caller(db, deployment, keys.unlock(deployment.id, ticket))
        last = db.scalar(select(func.max(AuditLine.number)))
    assert [said.text for said in heard.said] == ["我最近睡不着。", "谢谢你写下来。"]
    moved = House(house.folder, there, deployment, house.cast, house.hours)
    flows.reply(moved, "lin", lived_in, "搬家以后也能回。")
    moved.send("搬家以后也能写。")
    with there.read() as db:
        assert db.scalar(select(func.max(AuditLine.number))) == (last or 0) + 1
        assert db.scalar(select(func.count()).select_from(Ticket)) == 3


@pytest.mark.usefixtures("lived_in")
def test_the_copy_serves_and_is_in_order(house: House, target: str) -> None:
    assert copy(house, target).exit_code == 0

    checked = hotline(house.folder, "check", HOTLINE_DATABASE_URL=target, HOTLINE_TEST_STRETCHING="true")

    assert checked.exit_code == 0, checked.output


@pytest.mark.usefixtures("lived_in")
def test_a_value_that_arrives_differently_undoes_everything(
    house: House, target: str, there: Database
) -> None:
    """The new database turns a level into another as it is kept."""
    with there.write() as db:
        db.connection().exec_driver_sql(TURNS_LEVELS[there.engine.dialect.name])

    line = the_line(copy(house, target))

    assert "tickets" in line
    with there.read() as db:
        assert moving.filled_tables(db.connection(), schema.every_table()) == []


TURNS_LEVELS = {
    "postgresql": (
        "CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.level = 'P4'; RETURN NEW; "
        "END $$; CREATE TRIGGER turn BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION turn()"
    ),
    "sqlite": "CREATE TRIGGER turn AFTER INSERT ON tickets BEGIN UPDATE tickets SET level = 'P4'; END",
}


@pytest.mark.usefixtures("lived_in")
def test_a_second_copy_is_refused_and_changes_nothing(house: House, target: str, there: Database) -> None:
    assert copy(house, target).exit_code == 0
    before = rows_in(there)

    line = the_line(copy(house, target))

    assert "not empty" in line
    assert "accounts" in line
    assert rows_in(there) == before


def test_the_same_database_is_no_target(house: House) -> None:
    assert "the same database" in the_line(copy(house, house.url))


@pytest.mark.parametrize("ends", ["from", "to"])
def test_a_database_without_the_newest_migration_is_refused(
    house: House, target: str, there: Database, ends: str
) -> None:
    behind = there if ends == "to" else house.database
    with behind.write() as db:
        db.connection().exec_driver_sql("UPDATE alembic_version SET version_num = 'earlier'")

    assert "newest migration" in the_line(copy(house, target))


def test_a_file_that_is_not_there_is_refused_and_not_made(house: House, tmp_path: Path) -> None:
    file = tmp_path / "nowhere" / "none.db"

    assert "newest migration" in the_line(copy(house, f"sqlite:///{file}"))
    assert not file.exists()


def test_a_database_in_which_nothing_was_founded_is_nothing_to_copy(
    house: House, target: str, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    empty = databases.url_of(tmp_path / "empty")
    schema.upgrade(empty)

    line = the_line(hotline(house.folder, "copy", "--from", empty, "--to", target))

    assert "nothing was founded" in line


def test_the_founding_record_must_belong_to_it(house: House, target: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()

    line = the_line(hotline(other, "copy", "--from", house.url, "--to", target))

    assert "founding.json" in line


def test_an_address_that_is_none_is_told_without_its_password(house: House) -> None:
    result = in_house(house, "copy", "--from", house.url, "--to", "mysql://root:hidden@host/x")

    assert result.exit_code == 2
    assert "postgresql://" in result.output
    assert "hidden" not in result.output
