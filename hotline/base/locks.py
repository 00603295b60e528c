"""What transactions of many processes do one after the other, where no row stands for it.

These are PostgreSQL's advisory locks: held until the transaction ends, given in the order of asking.
With SQLite a write transaction is the only one at its time, so each of them is there already.
"""

import hashlib
from enum import IntEnum

from sqlalchemy import text
from sqlalchemy.orm import Session


class Lock(IntEnum):
    """What is locked; the numbers are PostgreSQL's names for them, and never change."""

    CHAIN = 0x63686169
    REMIND = 0x72656D69
    RELEASE = 0x72656C65
    TEAM = 0x7465616D


def alone(db: Session, lock: int) -> None:
    """No other transaction is here, alone or together, until this one ends."""
    if _is_shared_with_others(db):
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})


def together(db: Session, lock: int) -> None:
    """Others may be here as well, but none alone until this one ends."""
    if _is_shared_with_others(db):
        db.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": lock})


def alone_if_free(db: Session, lock: int) -> bool:
    """The same as `alone` without waiting: False, and nothing held, when somebody is here."""
    if not _is_shared_with_others(db):
        return True
    return bool(db.scalar(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": lock}))


def one_after_the_other(db: Session, *thing: bytes) -> None:
    """Whoever else names the same thing waits until this transaction ends: then they see what it did."""
    digest = hashlib.sha256(b"\0".join(thing)).digest()
    alone(db, int.from_bytes(digest[:8], signed=True))


def _is_shared_with_others(db: Session) -> bool:
    return db.get_bind().dialect.name == "postgresql"
