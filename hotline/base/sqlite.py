"""SQLite as the rest of the program needs it: durable, quick, and one writer at a time.

It has one writer: write transactions take turns on a process-wide lock instead of sleeping in SQLite's
busy handler, and begin with BEGIN IMMEDIATE so that a read never has to upgrade.
"""

import sqlite3
import threading
from collections.abc import MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

if TYPE_CHECKING:
    from hotline.base.db import Begin

BEGIN_WRITING = "BEGIN IMMEDIATE"
HOLDS_WRITER = "holds_writer"


def open_engine(address: URL, *, connections: int, lock_wait: int) -> "tuple[Engine, Begin]":
    """A pool for a file whose folder is made where there is none; it waits so many seconds for the writer."""
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(
        address, hide_parameters=True, connect_args={"timeout": lock_wait}, pool_size=connections
    )
    _prepare(engine, lock_wait)
    return engine, _take_turns(engine, lock_wait)


def _prepare(engine: Engine, lock_wait: int) -> None:
    """Durable and quick: WAL with FULL, foreign keys, deleted text overwritten."""

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "temp_store=MEMORY",
            f"busy_timeout={lock_wait * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")


def _take_turns(engine: Engine, lock_wait: int) -> "Begin":
    writer = threading.Lock()

    def give_back(held: MutableMapping[Any, Any]) -> None:
        if held.pop(HOLDS_WRITER, False):
            writer.release()

    @event.listens_for(engine, "checkin")
    def end(_connection: object, record: ConnectionPoolEntry) -> None:
        give_back(record.info)

    def begin(connection: Connection, *, writes: bool) -> None:
        if writes:
            if not writer.acquire(timeout=lock_wait):
                raise OperationalError(BEGIN_WRITING, None, TimeoutError("database is locked"))
            connection.info[HOLDS_WRITER] = True
        statement = BEGIN_WRITING if writes else "BEGIN"
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.execute(statement)
        except sqlite3.Error as wrong:
            give_back(connection.info)
            raise DBAPIError.instance(statement, None, wrong, sqlite3.Error) from wrong

    return begin
