"""Copies of a SQLite database, made while it is in use, and put back while it is not."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from hotline.base.errors import HotlineError
from hotline.base.i18n import N_
from hotline.base.wal import empty_log, sqlite_file
from hotline.upkeep.manifest import LEFT_OUT, OWNER_ONLY, StillOpen, sync_folder

BESIDE = ("-wal", "-shm")
WAIT_SECONDS = 10


class Unsound(HotlineError):
    """SQLite itself finds the file broken."""

    message = N_("The database file is damaged: %(found)s. Nothing was changed.")


def copy(url: str, to: Path) -> None:
    """A copy of one moment, without sessions and form codes, in one file without a log beside it.

    SQLite's own backup: one read transaction, which keeps no writer waiting. Rewriting the copy
    drops the pages in which what was deleted from it would otherwise still lie.
    """
    empty_log(url)
    to.touch(mode=OWNER_ONLY)
    with closing(_open(sqlite_file(url))) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
    with closing(sqlite3.connect(to, isolation_level=None)) as target:
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("PRAGMA secure_delete=ON")
        target.execute("PRAGMA temp_store=MEMORY")
        for table in LEFT_OUT:
            target.execute(f"DELETE FROM {table}")  # noqa: S608 - two fixed names
        target.execute("VACUUM")
    check_file(to)


def check_file(file: Path) -> None:
    """SQLite reads every page of it and finds no fault; `Unsound` otherwise."""
    with closing(_open(file)) as connection:
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(1)")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.DatabaseError as error:
            raise Unsound(found=error.sqlite_errorname) from None
    if found != ["ok"]:
        raise Unsound(found=found[0])
    if orphans is not None:
        raise Unsound(found=f"foreign key of {orphans[0]}")


def is_empty(url: str) -> bool:
    """Whether there is no database, or one without a table."""
    file = sqlite_file(url)
    if not file.exists() or file.stat().st_size == 0:
        return True
    with closing(_open(file)) as connection:
        return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def put_back(url: str, new: Path, *, now: datetime) -> Path | None:
    """The new file is the database; returns where the old one was moved to, None where there was none.

    `StillOpen` while anything has the old one open.
    """
    file = sqlite_file(url)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = None
    if file.exists():
        _close_for_good(file)
        if not is_empty(url):
            aside = file.with_name(f"{file.name}.{now:before-%Y%m%dT%H%M%SZ}")
            file.rename(aside)
    for ending in BESIDE:
        Path(f"{file}{ending}").unlink(missing_ok=True)
    new.replace(file)
    sync_folder(file.parent)
    return aside


def _close_for_good(file: Path) -> None:
    """The write-ahead log is in the file and gone, which SQLite does only when nobody else has it open."""
    with closing(_open(file)) as connection:
        connection.execute("PRAGMA busy_timeout = 500")
        try:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        except sqlite3.OperationalError:
            raise StillOpen from None
    if mode != "delete":
        raise StillOpen


def _open(file: Path) -> sqlite3.Connection:
    """An existing file, never a new one."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=WAIT_SECONDS)
