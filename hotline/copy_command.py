"""`hotline copy`: a deployment moves to another database, whole and proved, or not at all.

The data folder stays where it is: founding.json belongs to the deployment, not to its database.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import click
from sqlalchemy import Connection, MetaData, make_url
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from hotline.base.config import Settings
from hotline.base.db import Database, open_database
from hotline.base.i18n import N_
from hotline.base.moving import NotTheSame, filled_tables, move
from hotline.base.schema import every_table, is_current
from hotline.keyring.queries import find_deployment
from hotline.terminal import Terminal


def copy_deployment(source_url: str, target_url: str, settings: Settings, terminal: Terminal) -> None:
    """Everything is in the target as it is in the source, to which nobody writes meanwhile."""
    if _place_of(source_url) == _place_of(target_url):
        raise terminal.stop(N_("Both addresses are the same database."))
    with ExitStack() as stack:
        source = stack.enter_context(_opened(source_url, terminal))
        target = stack.enter_context(_opened(target_url, terminal))
        moved = _moved(source, target, every_table(), settings, terminal)
    for table, rows in moved.items():
        click.echo(f"  {table:<20}{rows:>12}")
    terminal.say(
        N_("Copied, and compared value by value: %(rows)s rows in %(tables)s tables."),
        rows=sum(moved.values()),
        tables=len(moved),
    )
    terminal.say(
        N_("Now set HOTLINE_DATABASE_URL to the new database. The data folder with founding.json stays.")
    )


def _moved(
    source: Database, target: Database, metadata: MetaData, settings: Settings, terminal: Terminal
) -> dict[str, int]:
    """The target has all of it or nothing. It counts once the founding record is valid there as well."""
    try:
        with _standing_still(source) as reading, target.write() as writing:
            if find_deployment(reading, settings.data_dir) is None:
                raise terminal.stop(N_("There is nothing to copy: nothing was founded in that database."))
            _check_empty(writing.connection(), metadata, terminal)
            moved = move(reading.connection(), writing.connection(), metadata)
            find_deployment(writing, settings.data_dir)  # Tampered unless founding.json belongs to it
            return moved
    except NotTheSame as error:
        said = N_("The table %(table)s reads differently in the new database: nothing was copied.")
        raise terminal.stop(said, table=str(error)) from None
    except DataError:
        said = N_("The new database cannot keep a value that the old one holds: nothing was copied.")
        raise terminal.stop(said) from None


def _standing_still(source: Database) -> AbstractContextManager[Session]:
    """One moment of the source: nobody writes to SQLite meanwhile, PostgreSQL keeps one by itself."""
    return source.write() if source.engine.dialect.name == "sqlite" else source.read()


def _check_empty(target: Connection, metadata: MetaData, terminal: Terminal) -> None:
    filled = filled_tables(target, metadata)
    if filled:
        said = N_("The new database is not empty: nothing was copied. There are rows in: %(tables)s")
        raise terminal.stop(said, tables=", ".join(filled))


@contextmanager
def _opened(url: str, terminal: Terminal) -> Iterator[Database]:
    """A database that is there and at the newest migration."""
    database = open_database(url)
    try:
        if not _is_there(url) or not is_current(database.engine):
            said = N_("%(database)s is not at the newest migration: run `python -m hotline migrate` with it.")
            raise terminal.stop(said, database=make_url(url).render_as_string())
        yield database
    finally:
        database.dispose()


def _is_there(url: str) -> bool:
    """Looking at a file of SQLite that is not there would make it."""
    file = _place_of(url)
    return not isinstance(file, Path) or file.exists()


def _place_of(url: str) -> object:
    """What tells two databases apart as far as their addresses do; otherwise the second is not empty."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        return Path(address.database).resolve()
    return address.host, address.port, address.database, address.query.get("host")
