"""A PostgreSQL server of the test's own that can have standby servers, with the cast's house on it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases, postgres
from tests.cast import House, Person, copy_house, found_house
from tests.databases import Kind

PATIENCE = 20.0
WITH_STANDBYS = {"wal_level": "replica", "max_wal_senders": "4"}


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """A server that can have standby servers."""
    own = postgres.start(**WITH_STANDBYS)
    yield own
    own.stop()


@pytest.fixture(scope="module")
def template(
    server: postgres.Server, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Person]]:
    """A founded deployment on that server, of which every test gets a copy."""
    folder = tmp_path_factory.mktemp("founded")
    with databases.instead(Kind.POSTGRESQL), postgres.instead(server):
        return folder, found_house(folder)


@pytest.fixture
def house(
    server: postgres.Server, template: tuple[Path, dict[str, Person]], tmp_path: Path
) -> Iterator[House]:
    """The cast's house on that server."""
    founded, cast = template
    folder = tmp_path / "house"
    folder.mkdir()
    with postgres.instead(server):
        yield from copy_house(founded, cast, folder)


def wait_for_standby(server: postgres.Server, name: str) -> None:
    """From now on a commit waits until the standby of this name has it; without a name for none."""
    set_everywhere(server, "synchronous_standby_names", name)


def set_everywhere(server: postgres.Server, name: str, value: str) -> None:
    """The server has read this setting, and holds to it."""
    server.connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    server.connection.execute("SELECT pg_reload_conf()")
    shown = f"SELECT current_setting('{name}')"
    until = time.monotonic() + PATIENCE
    while server.connection.execute(shown).fetchone() != (value,):
        assert time.monotonic() < until
        time.sleep(0.02)
