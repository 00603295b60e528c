"""The database's shape: bring it to the newest migration, or tell whether it is there.

One history serves SQLite and PostgreSQL. Everything one upgrade does happens in one transaction. Alembic
is imported by the commands that change the shape: a server only compares two identifiers, and would
carry ten megabytes of it for that.
"""

import functools
import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import (
    Connection,
    Engine,
    MetaData,
    NullPool,
    column,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.pool import ConnectionPoolEntry

import hotline
from hotline.base.db import Table
from hotline.base.paths import migrations_dir

if TYPE_CHECKING:
    import sqlite3

    from alembic.config import Config

VERSIONS = "alembic_version"
LINK = re.compile(r'^(revision|down_revision) = "(\w+)"', re.MULTILINE)
TURN = 0x486F746C696E65  # PostgreSQL's advisory lock number: one upgrade at a time


class SchemaError(Exception):
    """The database cannot be brought to the newest migration; it is as it was before."""


def upgrade(url: str) -> None:
    """Bring the database to the newest migration; made with its folder when it does not exist."""
    from alembic import command  # noqa: PLC0415 - only who migrates needs it

    _make_room(url)
    with migrating(url) as connection:
        command.upgrade(alembic_config(connection), "head")


def is_current(engine: Engine) -> bool:
    """Whether the database stands exactly at the newest migration of this program."""
    return _stands_at(engine) == [head()]


def stands_at(engine: Engine) -> str:
    """The migration that the database stands at; SchemaError where none was ever run."""
    found = _stands_at(engine)
    if not found:
        raise SchemaError("the database was never prepared: run `python -m hotline migrate`")
    return found[0]


def _stands_at(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSIONS):
            return []
        return list(connection.scalars(select(column("version_num")).select_from(table(VERSIONS))))


def every_table() -> MetaData:
    """The metadata once all `models.py` are loaded: a new package cannot be forgotten."""
    for models in sorted(Path(hotline.__file__).parent.glob("*/models.py")):
        importlib.import_module(f"hotline.{models.parent.name}.models")
    return Table.metadata


@functools.cache
def head() -> str:
    """The newest migration's identifier."""
    newest = set(_links()) - set(_links().values())
    if len(newest) != 1:
        raise SchemaError(f"the migrations in {migrations_dir()} have no single newest one")
    return newest.pop()


def has_migration(identifier: str) -> bool:
    """Whether this program brings a database to this migration on the way to its newest one."""
    return identifier in _links()


@functools.cache
def _links() -> dict[str, str | None]:
    """Each migration's identifier, with that of the one before it."""
    files = (migrations_dir() / "versions").glob("*.py")
    found = [dict(LINK.findall(file.read_text("utf-8"))) for file in sorted(files)]
    return {link["revision"]: link.get("down_revision") for link in found}


def alembic_config(connection: Connection | None = None) -> "Config":
    """Alembic's settings; its commands work on `connection` and leave the commit to its owner."""
    from alembic.config import Config  # noqa: PLC0415 - only who migrates needs it

    config = Config()
    config.set_main_option("script_location", str(migrations_dir()).replace("%", "%%"))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    config.set_main_option("timezone", "UTC")
    config.attributes["connection"] = connection
    return config


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """A connection in a transaction in which tables may be rebuilt; committed at the end."""
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        with engine.begin() as connection:
            if not sqlite:
                _wait_for_turn(connection)
            yield connection
            if sqlite:
                _refuse_orphans(connection)
    finally:
        engine.dispose()


def _prepare_sqlite(driver: "sqlite3.Connection", _record: ConnectionPoolEntry) -> None:
    """Rebuilding a table drops the old one: foreign keys, if on, would delete its children."""
    driver.isolation_level = None
    for pragma in ("foreign_keys=OFF", "secure_delete=ON", "busy_timeout=10000"):
        driver.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _refuse_orphans(connection: Connection) -> None:
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        tables = ", ".join(sorted({row[0] for row in orphans}))
        raise SchemaError(f"a migration would leave rows without their parent in: {tables}")


def _wait_for_turn(connection: Connection) -> None:
    """Processes that start together upgrade one after the other; a table in use fails soon."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))


def _make_room(url: str) -> None:
    """A SQLite file and its folder exist, readable by their owner only when they are new."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return
    file = Path(address.database)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file.touch(mode=0o600)
