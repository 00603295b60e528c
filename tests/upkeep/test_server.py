"""`check` on PostgreSQL: whether the server keeps what callers are told is kept."""

import pytest
from sqlalchemy import text

from hotline.base.db import open_database
from hotline.upkeep import server as looking
from hotline.upkeep.server import look_at_server
from tests import postgres
from tests.cast import House
from tests.standby import house, server, set_everywhere, template, wait_for_standby
from tests.terminal import in_house

__all__ = ["house", "server", "template"]

pytestmark = pytest.mark.postgres


def found(house: House) -> list[str]:
    """The sentences about the server, as a new connection finds it."""
    database = open_database(house.url)
    with database.read() as db:
        said = [f"{one.weight.name}: {one.message % one.values}" for one in look_at_server(db)]
    database.dispose()
    return said


def set_for(house: House, name: str, value: str) -> None:
    """A setting of this database, as whoever looks after the server would set it."""
    with house.database.write() as db:
        of_this_one = db.scalar(text("SELECT format('ALTER DATABASE %I SET ', current_database())"))
        db.execute(text(f"{of_this_one} {name} = {value}"))


def test_nothing_is_said_of_a_server_in_order(house: House) -> None:
    assert found(house) == []


def test_a_server_that_answers_before_it_keeps_is_a_fault(house: House) -> None:
    set_for(house, "synchronous_commit", "off")
    house.database.dispose()

    (said,) = found(house)
    done = in_house(house, "check")

    assert said.startswith("FAULT: synchronous_commit is off")
    assert done.exit_code == 1
    assert "Fault: synchronous_commit is off" in done.output


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_a_power_cut_can_destroy_is_a_fault(
    house: House, server: postgres.Server, setting: str
) -> None:
    set_everywhere(server, setting, "off")
    (said,) = found(house)
    set_everywhere(server, setting, "on")

    assert said.startswith("FAULT: fsync or full_page_writes is off")


def test_commits_that_wait_for_no_standby_are_told_where_there_are_some(
    house: House, server: postgres.Server
) -> None:
    set_for(house, "synchronous_commit", "local")
    without = found(house)
    wait_for_standby(server, "beijing")
    (said,) = found(house)
    wait_for_standby(server, "")

    assert without == []
    assert said.startswith("WARNING: synchronous_commit is local")
    assert "(beijing)" in said


def test_commits_that_wait_for_standbys_are_in_order(house: House, server: postgres.Server) -> None:
    wait_for_standby(server, "beijing")
    said = found(house)
    wait_for_standby(server, "")

    assert said == []


def test_a_database_that_takes_no_changes_is_a_fault(house: House) -> None:
    set_for(house, "default_transaction_read_only", "on")

    (said,) = found(house)

    assert said.startswith("FAULT: The database takes no changes")


def test_an_old_server_is_a_fault(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "OLDEST", 99)

    (said,) = found(house)

    assert said.startswith("FAULT: PostgreSQL 1")
    assert said.endswith("is too old: 99 or newer is needed.")
