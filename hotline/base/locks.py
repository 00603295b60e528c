"""What transactions of many processes do one after the other, where no row stands for it.

These are PostgreSQL's advisory locks: held until the transaction ends, given in the order of asking.
With SQLite a write transaction is the only one at its time, so each of them is there already.
"""

import hashlib
import time
from enum import IntEnum

from sqlalchemy import text
from sqlalchemy.orm import Session

OUTLAST_SECONDS = 1.0
LOOK_SECONDS = 0.02


class Lock(IntEnum):
    """What is locked; the numbers are PostgreSQL's names for them, and never change."""

    CHAIN = 0x63686169
    REMIND = 0x72656D69
    RELEASE = 0x72656C65
    TEAM = 0x7465616D


def alone(db: Session, lock: int) -> None:
    """No other transaction is here, alone or together, until this one ends."""
    if is_shared_with_others(db):
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def together(db: Session, lock: int) -> None:
    """Others may be here as well, but none alone until this one ends."""
    if is_shared_with_others(db):
        db.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": lock})


def alone_if_free(db: Session, lock: int) -> bool:
    """The same as `alone` without waiting: False, and nothing held, when somebody is here."""
    if not is_shared_with_others(db):
        return True
    return bool(db.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": lock}))


def one_after_the_other(db: Session, *thing: bytes) -> None:
    """Whoever else names the same thing waits until this transaction ends: then they see what it did."""
    digest = hashlib.sha256(b"\0".join(thing)).digest()
    alone(db, int.from_bytes(digest[:8], signed=True))


def outlast_writers(db: Session, table: str) -> bool:
    """Whoever had written to the table when this was called has committed or given up meanwhile.

    False when somebody takes longer than a second. Nobody is kept from writing: those who begin
    later are not waited for.
    """
    if not is_shared_with_others(db):
        return True
    until = time.monotonic() + OUTLAST_SECONDS
    writing = _writers(db, table)
    while writing and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        writing &= _writers(db, table)
    return not writing


def _writers(db: Session, table: str) -> set[str]:
    """The other transactions that write to the table: they lock it before they draw a number for a row."""
    writers = text("""
        SELECT virtualtransaction FROM pg_locks
        WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND relation = CAST(:table AS regclass) AND pid IS DISTINCT FROM pg_backend_pid()
    """)
    return set(db.scalars(writers, {"table": table}))


def is_shared_with_others(db: Session) -> bool:
    """Whether other transactions change things meanwhile; with SQLite none does."""
    return db.get_bind().dialect.name == "postgresql"
