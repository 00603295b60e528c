"""What tests of commands share: running one, and reading what it says when it cannot work."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from hotline.base.db import Database, open_database
from hotline.cli import main
from tests.cast import House
from tests.databases import Kind, chosen, url_of

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS, STOP_SECONDS = 60.0, 30.0
SEATS = ("--administrator", "chen=榕树", "--custodian", "song", "--custodian", "zhu", "--paper", "mei")


def hotline(folder: Path, *words: str, **environ: str) -> Result:
    given: dict[str, str | None] = {
        "HOTLINE_DATA_DIR": str(folder),
        "LC_ALL": "C",
        "HOTLINE_PUBLIC_URL": None,
    }
    given |= named_database(folder) | environ
    return CliRunner().invoke(main, words, env=given)


def in_house(house: House, *words: str) -> Result:
    return hotline(house.folder, *words, HOTLINE_TEST_STRETCHING="true")


def the_line(result: Result) -> str:
    """What a command that could not work says: one line, no traceback, status 1."""
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1
    return result.output


def environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    return kept | {"HOTLINE_DATA_DIR": str(folder), "LC_ALL": "C.UTF-8"} | named_database(folder)


def named_database(folder: Path) -> dict[str, str]:
    """What names the folder's database; one with SQLite needs no name."""
    return {"HOTLINE_DATABASE_URL": url_of(folder)} if chosen() is Kind.POSTGRESQL else {}


@contextmanager
def database_of(folder: Path) -> Iterator[Database]:
    database = open_database(url_of(folder))
    yield database
    database.dispose()
