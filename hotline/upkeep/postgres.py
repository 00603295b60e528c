"""Copies of a PostgreSQL database by its own tools, pg_dump and pg_restore.

A password goes to them in the environment: arguments can be read by everybody on the machine.
"""

import os
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, make_url, text

from hotline.base.errors import HotlineError
from hotline.base.i18n import N_
from hotline.upkeep.manifest import LEFT_OUT, OWNER_ONLY, StillOpen

SCHEMA = "public"
ASIDE = "before_"
"""How the schemas begin in which a restore has left what it replaced."""


OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usesysid IS NOT NULL AND pid <> pg_backend_pid()
"""
"""Everybody else who is connected; PostgreSQL's own processes work in nobody's name."""


class NoTool(HotlineError):
    """PostgreSQL's client programs are not installed here."""

    message = N_("%(tool)s is missing: install PostgreSQL's client programs (apt install postgresql-client).")


class ToolFailed(HotlineError):
    """The tool said no; its own words stand above, on the terminal."""

    message = N_("%(tool)s has failed; the lines above say why.")


def copy(url: str, snapshot: str, to: Path) -> None:
    """A dump of the moment of this snapshot, without the rows of sessions and form codes."""
    to.touch(mode=OWNER_ONLY)
    without = [f"--exclude-table-data={SCHEMA}.{table}" for table in LEFT_OUT]
    fixed = ["--format=custom", "--no-owner", "--no-privileges", f"--exclude-schema={ASIDE}*"]
    _run("pg_dump", url, [*fixed, *without, f"--snapshot={snapshot}", f"--file={to}"])


def snapshot_of(connection: Connection) -> str:
    """A name for what this transaction sees. It holds while the transaction does."""
    connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    return str(connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())


def is_empty(engine: Engine) -> bool:
    """Whether the database has no table yet."""
    return not inspect(engine).get_table_names(schema=SCHEMA)


def move_aside(engine: Engine, *, now: datetime) -> str:
    """What is in the database lies under another schema, whose name is returned; the usual one is empty.

    `StillOpen` while anybody else is connected to it.
    """
    aside = f"{ASIDE}{now:%Y%m%dt%H%M%Sz}"
    with engine.begin() as connection:
        if connection.scalar(text(OTHERS)):
            raise StillOpen
        connection.execute(text(f"ALTER SCHEMA {SCHEMA} RENAME TO {aside}"))
        connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    return aside


def move_back(engine: Engine, aside: str | None) -> None:
    """What was put into the usual schema is gone; it is what was moved aside, or empty if nothing was."""
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))
        again = f"ALTER SCHEMA {aside} RENAME TO {SCHEMA}" if aside else f"CREATE SCHEMA {SCHEMA}"
        connection.execute(text(again))


def put_back(url: str, dump: Path) -> None:
    """The dump is in the database, all of it or nothing."""
    fixed = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run("pg_restore", url, [*fixed, f"--schema={SCHEMA}", str(dump)])


def _run(tool: str, url: str, words: list[str]) -> None:
    program = shutil.which(tool)
    if program is None:
        raise NoTool(tool=tool)
    address = make_url(url)
    environment = dict(os.environ)
    if address.password:
        environment["PGPASSWORD"] = str(address.password)
    target = address._replace(drivername="postgresql", password=None).render_as_string()
    done = subprocess.run(  # noqa: S603 - the tool's own path and fixed words
        [program, *words, f"--dbname={target}"], env=environment, check=False
    )
    if done.returncode != 0:
        raise ToolFailed(tool=tool)
