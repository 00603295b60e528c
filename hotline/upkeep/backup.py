"""Making a backup: one file with everything needed to go on elsewhere, and without anybody's session."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotline import VERSION
from hotline.base import schema
from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.base.errors import HotlineError
from hotline.base.i18n import N_
from hotline.keyring.founding import FILE_NAME as FOUNDING
from hotline.upkeep import postgres, sqlite
from hotline.upkeep.manifest import DATABASE, FORMAT, OWN_FILES, Manifest, pack, sha256_of
from hotline.upkeep.rows import rows_in_file, rows_of

FOLDER = "backups"
"""Where backups go when nobody says where, in the data folder."""


class NothingToKeep(HotlineError):
    """There is no founded deployment here."""

    message = N_("Nothing has been founded here yet: there is nothing to keep.")


class AlreadyThere(HotlineError):
    """A backup never replaces a file."""

    message = N_("%(file)s is there already: a backup replaces nothing.")


@dataclass(frozen=True)
class Made:
    """A backup that lies complete on the disk."""

    file: Path
    manifest: Manifest


def back_up(settings: Settings, database: Database, to: Path | None, *, now: datetime) -> Made:
    """A backup of this moment, made while everything goes on. `to` is a new file or a folder."""
    if not (settings.data_dir / FOUNDING).exists():
        raise NothingToKeep
    file = _name(to or settings.data_dir / FOLDER, now, is_own=to is None)
    if file.exists():
        raise AlreadyThere(file=file)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
        parts = {name: Path(folder) / name for name in OWN_FILES if (settings.data_dir / name).exists()}
        for name, part in parts.items():
            shutil.copyfile(settings.data_dir / name, part)
        parts[DATABASE] = Path(folder) / DATABASE
        rows = _copy(settings, database, parts[DATABASE])
        manifest = Manifest(
            format=FORMAT,
            made_at=now,
            version=VERSION,
            migration=schema.stands_at(database.engine),
            kind="sqlite" if settings.is_sqlite else "postgresql",
            rows=rows,
            sha256={name: sha256_of(part) for name, part in parts.items()},
        )
        pack(file, manifest, parts)
    return Made(file, manifest)


def _copy(settings: Settings, database: Database, to: Path) -> dict[str, int]:
    """The copy lies at `to`; returns the rows of exactly what is in it."""
    if settings.is_sqlite:
        sqlite.copy(settings.database_url, to)
        return rows_in_file(to)
    with database.engine.connect() as connection:
        snapshot = postgres.snapshot_of(connection)
        rows = rows_of(connection)
        postgres.copy(settings.database_url, snapshot, to)
    return rows


def _name(to: Path, now: datetime, *, is_own: bool) -> Path:
    """The file to write. Our own folder is made; any other must be there."""
    if is_own:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
    return to / f"hotline-{now:%Y%m%dT%H%M%SZ}.tar" if to.is_dir() else to
