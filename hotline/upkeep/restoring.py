"""Bringing a backup back: everything is looked at before anything is touched, and nothing is overwritten."""

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hotline.base import schema
from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.base.errors import HotlineError
from hotline.base.i18n import N_
from hotline.base.wal import sqlite_file
from hotline.upkeep import manifest as backups
from hotline.upkeep import postgres, sqlite
from hotline.upkeep.manifest import DATABASE, OWN_FILES, Manifest
from hotline.upkeep.rows import rows_in_file, rows_of


class NotEmpty(HotlineError):
    """There is something where the backup should go, and nobody said that it may be moved."""

    message = N_(
        "There is a deployment here already. Restore into an empty folder and database, or move what is "
        "here aside with --replace."
    )


class TooNew(HotlineError):
    """The backup stands at a migration that this program does not have."""

    message = N_("The backup was made by a newer version (%(version)s): install that version first.")


class OtherKind(HotlineError):
    """A SQLite file cannot be put into PostgreSQL as it is, nor the other way round."""

    message = N_("The backup is of a %(kind)s database, and HOTLINE_DATABASE_URL names another kind.")


class Incomplete(HotlineError):
    """The database in the backup has other rows than the backup says."""

    message = N_(
        "The database in the backup does not have the rows that the backup names (%(part)s). "
        "Nothing was restored."
    )


@dataclass(frozen=True)
class Restored:
    """What is there again, and where what was there before went."""

    manifest: Manifest
    moved: tuple[str, ...]
    is_current: bool


def restore(
    settings: Settings, database: Database, file: Path, *, may_replace: bool, now: datetime
) -> Restored:
    """The deployment of the backup is in place. On any refusal nothing has changed."""
    with backups.opened(file) as (manifest, tar):
        _check_fits(manifest, settings)
        if not may_replace and not _is_free(settings, database):
            raise NotEmpty
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=_beside(settings)) as work:
            folder = Path(work)
            backups.unpack(manifest, tar, folder)
            moved = _put_back(settings, database, manifest, folder, now=now)
    return Restored(manifest, moved, manifest.migration == schema.head())


def _beside(settings: Settings) -> Path:
    """A folder on the disk where the database goes, so that renaming is enough to put it there."""
    is_file = settings.is_sqlite
    folder = sqlite_file(settings.database_url).parent if is_file else settings.data_dir
    for needed in (settings.data_dir, folder):
        needed.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _check_fits(manifest: Manifest, settings: Settings) -> None:
    if manifest.kind != ("sqlite" if settings.is_sqlite else "postgresql"):
        raise OtherKind(kind=manifest.kind)
    if not schema.has_migration(manifest.migration):
        raise TooNew(version=manifest.version)


def _is_free(settings: Settings, database: Database) -> bool:
    """No database with tables and no file of a deployment: an unused folder, or a freshly made one."""
    if any((settings.data_dir / name).exists() for name in OWN_FILES):
        return False
    if settings.is_sqlite:
        return sqlite.is_empty(settings.database_url)
    return postgres.is_empty(database.engine)


def _put_back(
    settings: Settings, database: Database, manifest: Manifest, folder: Path, *, now: datetime
) -> tuple[str, ...]:
    """The database first: if that fails, the files that belong to the old one are still there."""
    moved: list[str] = []
    if settings.is_sqlite:
        new = folder / DATABASE
        sqlite.check_file(new)
        _compare(manifest, rows_in_file(new))
        aside = sqlite.put_back(settings.database_url, new, now=now)
        moved += [str(aside)] if aside else []
    else:
        moved += _into_postgres(settings, database, manifest, folder / DATABASE, now=now)
    for name in OWN_FILES:
        moved += _place(settings.data_dir, folder / name, now=now)
    backups.sync_folder(settings.data_dir)
    return tuple(moved)


def _into_postgres(
    settings: Settings, database: Database, manifest: Manifest, dump: Path, *, now: datetime
) -> list[str]:
    """What was there comes back when the dump cannot take its place, or is not what the backup names."""
    aside = None if postgres.is_empty(database.engine) else postgres.move_aside(database.engine, now=now)
    database.dispose()
    try:
        postgres.put_back(settings.database_url, dump)
        with database.engine.connect() as connection:
            _compare(manifest, rows_of(connection))
    except HotlineError:
        postgres.move_back(database.engine, aside)
        raise
    return [aside] if aside is not None else []


def _compare(manifest: Manifest, rows: dict[str, int]) -> None:
    different = sorted(name for name, _ in set(manifest.rows.items()) ^ set(rows.items()))
    if different:
        raise Incomplete(part=different[0])


def _place(data_dir: Path, new: Path, *, now: datetime) -> list[str]:
    """The file of the backup lies in the data folder; one that was there lies beside it."""
    old, moved = data_dir / new.name, []
    if old.exists():
        aside = old.with_name(f"{old.name}.{now:before-%Y%m%dT%H%M%SZ}")
        old.rename(aside)
        moved.append(str(aside))
    if new.exists():
        with new.open("rb") as content:
            backups.write_anew(old, content)
    return moved
