"""SQLite's write-ahead log: moving what was committed into the database file."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

CHECKPOINT_WAIT_SECONDS = 0.5


def sqlite_file(url: str) -> Path:
    """The file of a SQLite address."""
    return Path(make_url(url).database or "")


def empty_log(url: str) -> None:
    """What was committed is in the database file, so that deleted text is in neither.

    It waits only briefly for others: who finds them busy leaves it to the next one.
    """
    file = sqlite_file(url)
    log = Path(f"{file}-wal")
    if not log.exists() or log.stat().st_size == 0:
        return
    with closing(sqlite3.connect(file, timeout=CHECKPOINT_WAIT_SECONDS)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
