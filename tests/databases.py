"""The database under a test: a file in the test's folder, or one on a PostgreSQL server of the tests' own.

Which of them is `--database`'s to say. A test marked `postgres` has PostgreSQL whatever it says; one
marked `sqlite` is about the embedded database itself and is left out with `--database postgresql`.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import event, make_url

from hotline.base.db import Database, open_database
from tests import postgres

FILE = "hotline.db"


class Kind(StrEnum):
    """What a test's data are kept in."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class _Choice:
    kind = Kind.SQLITE


class _LeadsTo:
    file = ""


_made: set[str] = set()
_vacant: list[tuple[Database, _LeadsTo]] = []
"""Engines of this process that nobody uses now."""


def choose(kind: Kind) -> None:
    """From now on every folder has its database there."""
    _Choice.kind = kind


def chosen() -> Kind:
    """Where a folder has its database now."""
    return _Choice.kind


@contextmanager
def instead(kind: Kind) -> Iterator[None]:
    """Until the end every folder has its database there."""
    usual = chosen()
    choose(kind)
    try:
        yield
    finally:
        choose(usual)


def url_of(folder: Path) -> str:
    """The address of the folder's own database; on PostgreSQL it is made when it is first asked for."""
    if _Choice.kind is Kind.SQLITE:
        return f"sqlite:///{folder / FILE}"
    name = _name_of(folder)
    if name not in _made:
        _make(name)
    return _url(name)


def copy(template: Path, folder: Path) -> None:
    """The folder has a database like that of another, to which nobody is connected."""
    if _Choice.kind is Kind.SQLITE:
        shutil.copy(template / FILE, folder / FILE)
        for leftover in ("-wal", "-shm"):
            (folder / f"{FILE}{leftover}").unlink(missing_ok=True)
        return
    drop(folder)
    _make(_name_of(folder), _name_of(template))


def drop(folder: Path) -> None:
    """The folder's database is gone from the server, whoever is still connected; a file stays."""
    name = _name_of(folder)
    if name in _made:
        _on_server(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        _made.discard(name)


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    """The folder's database, its connections closed at the end; a file by an engine that led to others.

    An engine remembers what it has compiled, and compiling takes longer than asking so small a database.
    """
    if _Choice.kind is Kind.POSTGRESQL:
        database = open_database(url_of(folder))
        yield database
        database.dispose()
        return
    opened, leads_to = _vacant.pop() if _vacant else _movable()
    leads_to.file = str(folder / FILE)
    yield Database(opened.engine, opened.begin)
    opened.dispose()
    _vacant.append((opened, leads_to))


def take_away(folder: Path) -> None:
    """The folder's database is not where it was."""
    if _Choice.kind is Kind.SQLITE:
        (folder / FILE).rename(folder / "away.db")
    else:
        drop(folder)


def state_of(folder: Path) -> object:
    """Something that is another when the folder's database may have been written to since."""
    if _Choice.kind is Kind.SQLITE:
        log = folder / f"{FILE}-wal"
        return (folder / FILE).stat().st_mtime_ns, log.stat().st_size if log.exists() else 0
    return postgres.server().position()


def stored(folder: Path) -> bytes:
    """Every byte that is kept in the folder's database: its files, or every row of every table."""
    if _Choice.kind is Kind.SQLITE:
        return b"".join(file.read_bytes() for file in sorted(folder.glob(f"{FILE}*")))
    with psycopg.connect(url_of(folder)) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return b"".join(_rows(connection, name) for (name,) in names)


def clear_away() -> None:
    """Nothing of this process is left on a given server, and a server of its own has stopped."""
    if postgres.is_running():
        for name in sorted(_made) if postgres.server().process is None else ():
            _on_server(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        postgres.stop()


def _movable() -> tuple[Database, _LeadsTo]:
    database, leads_to = open_database("sqlite:///nowhere.db"), _LeadsTo()
    engine = database.engine

    @event.listens_for(engine, "do_connect")
    def lead(_dialect: object, _record: object, arguments: list[str], _options: object) -> None:
        arguments[0] = leads_to.file

    @event.listens_for(engine, "connect")
    def do_not_wait_for_the_disk(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # no test of a house cuts the power

    return database, leads_to


def _rows(connection: psycopg.Connection, table: str) -> bytes:
    copied = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
    with connection.cursor().copy(copied) as rows:
        return b"".join(bytes(part) for part in rows)


def _name_of(folder: Path) -> str:
    return f"hotline_{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:20]}"


def _url(name: str) -> str:
    return make_url(postgres.server().url).set(database=name).render_as_string(hide_password=False)


def _make(name: str, template: str = "template1") -> None:
    made = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _on_server(made.format(sql.Identifier(name), sql.Identifier(template)))
    _made.add(name)


def _on_server(statement: sql.Composed) -> None:
    postgres.server().connection.execute(statement)
