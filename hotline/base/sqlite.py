"""SQLite as the rest of the program needs it: durable, quick, and one writer at a time.

It has one writer: write transactions take turns on a process-wide lock instead of sleeping in SQLite's
busy handler, and begin with BEGIN IMMEDIATE so that a read never has to upgrade. A transaction says that
it will write by the execution option `hotline_write`.
"""

import sqlite3
import threading
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry


def open_engine(address: URL, *, connections: int, lock_wait: int) -> Engine:
    """A pool for a file whose folder is made where there is none; it waits so many seconds for the writer."""
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(
        address, hide_parameters=True, connect_args={"timeout": lock_wait}, pool_size=connections
    )
    _prepare(engine, lock_wait)
    _take_turns(engine, lock_wait)
    return engine


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


def _take_turns(engine: Engine, lock_wait: int) -> None:
    writer = threading.Lock()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("hotline_write"):
            connection.exec_driver_sql("BEGIN")
            return
        if not writer.acquire(timeout=lock_wait):
            raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("database is locked"))
        connection.info["holds_writer"] = True
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def give_back(_connection: object, record: ConnectionPoolEntry) -> None:
        if record.info.pop("holds_writer", False):
            writer.release()
