"""Whoever steals the disk, its backups and every log has no word that anybody wrote, and no secret."""

import logging
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotline.worker import Worker
from tests import databases
from tests.browser import Site
from tests.canaries import Canaries
from tests.cast import House
from tests.databases import FILE, Kind
from tests.promises.full_run import Run
from tests.promises.rows import rows_in
from tests.test_serving import Server
from tests.web.caller.pages import code_on, fill

OWN_LOGGERS = ("httpx", "httpcore")
"""The visitors' side of the conversation, which happens to run in this process."""

UVICORNS = ("uvicorn", "uvicorn.error", "uvicorn.asgi")
OTHERS = (*UVICORNS, "h11", "asyncio", "starlette", "hotline.web", "sqlalchemy.engine")
DUMP = "rows"
TAKEN = {
    Kind.SQLITE: (FILE, f"{FILE}-wal", f"{FILE}-shm", "backup.db", "vacuumed.db"),
    Kind.POSTGRESQL: (DUMP,),
}
KINDS_OF_FAILURE = {403, 404, 409, 413, 415, 422, 429, 500, 503}


@contextmanager
def everything_logged(file: Path) -> Iterator[None]:
    """Every logger of every library says all it can, with the messages of exceptions."""
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    handler.addFilter(lambda record: record.name.partition(".")[0] not in OWN_LOGGERS)
    libraries = [logging.getLogger(name) for name in ("sqlalchemy", "alembic", "hotline", *UVICORNS)]
    loggers = [logging.getLogger(), *libraries]
    before = [(one, one.level) for one in loggers]
    ends = [one for one in loggers if one.parent is None or not one.propagate]
    for one in loggers:
        one.setLevel(logging.DEBUG)
    for one in ends:
        one.addHandler(handler)
    try:
        yield
    finally:
        for one, level in before:
            one.setLevel(level)
        for one in ends:
            one.removeHandler(handler)
        handler.close()


def copies(folder: Path, into: Path) -> list[Path]:
    """Everything a thief finds in the data directory, and the copies that backups make of the database."""
    into.mkdir(exist_ok=True)
    if databases.chosen() is Kind.POSTGRESQL:
        (into / DUMP).write_bytes(databases.stored(folder))
        return [file for place in (folder, into) for file in sorted(place.rglob("*")) if file.is_file()]
    with closing(sqlite3.connect(folder / FILE)) as source:
        with closing(sqlite3.connect(into / "backup.db")) as target:
            source.backup(target)
        source.execute("VACUUM INTO ?", (str(into / "vacuumed.db"),))
    return [file for place in (folder, into) for file in sorted(place.rglob("*")) if file.is_file()]


def test_nothing_is_found_in_the_store_its_copies_and_the_loudest_logs(site: Site, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with everything_logged(log), closing(Run(site.base_url, site.house, site.clock)) as run:
        run.play()
        for _ in range(6):
            site.clock.forward(days=7)
            Worker(site.house.database, site.app.state.settings).run_once(site.clock())
        run.take_statistics_home()

    assert len(list((site.house.folder / "mail").glob("*.eml"))) == 1
    assert {name for name in run.taken_home if name.endswith(".csv")}
    assert Canaries(run.secrets).in_bytes(b"\0".join(run.taken_home.values())) == []
    files = [*copies(site.house.folder, tmp_path / "copies"), log]
    assert {file.name for file in files} >= {"founding.json", *TAKEN[databases.chosen()]}
    assert {status for _, status in run.answers} >= KINDS_OF_FAILURE
    logged = log.read_text(encoding="utf-8")
    for said in ("INSERT INTO messages", "IntegrityError", "OperationalError"):
        assert said in logged, said
    assert Canaries(run.secrets).in_files(files) == {}

    if databases.chosen() is Kind.SQLITE:
        Worker(site.house.database, site.app.state.settings).run_once(site.clock())

        assert (site.house.folder / f"{FILE}-wal").stat().st_size == 0
        assert Canaries(run.secrets).in_files([site.house.folder / FILE]) == {}


@pytest.mark.thorough
def test_nothing_is_found_in_what_the_served_program_says_and_leaves_when_killed(
    house: House, tmp_path: Path
) -> None:
    """`hotline serve` as it really runs. Killed in the middle of its work, it keeps what it acknowledged."""
    server = Server(house.folder)
    run = Run(server.url, house, lambda: datetime.now(UTC))  # noqa: TID251 - a real clock serves
    try:
        browser = run.play().browser()
        form = fill(browser.get("/write"), safety="safe", message=run.word("the last one"))
        assert code_on(browser.post("/write/send", data=form)) is not None
        server.process.send_signal(signal.SIGKILL)
    finally:
        run.close()
        server.process.kill()
        said = server.process.communicate()[0]

    (tmp_path / "said").write_text(said, encoding="utf-8")
    assert "IntegrityError" in said
    assert "OperationalError" in said
    assert "server" not in run.headers
    files = [*copies(house.folder, tmp_path / "copies"), tmp_path / "said"]
    assert Canaries(run.secrets).in_files(files) == {}
    assert rows_in(house.database)["tickets"].total() == 3


@pytest.mark.sqlite
def test_a_deleted_conversation_is_on_no_disk_once_the_worker_was_there(site: Site, tmp_path: Path) -> None:
    with closing(Run(site.base_url, site.house, site.clock)) as run:
        caller = run.browser()
        form = fill(caller.get("/write"), safety="safe", message=run.word("to be deleted"))
        code = code_on(caller.post("/write/send", data=form))
        at_first = sealed_in(site.house.folder)
        caller.post("/read", data={"code": code, "stay": "tomorrow"})
        caller.post("/conversation/messages", data={"message": run.word("this too"), "seen": "1"})
        sealed = sealed_in(site.house.folder)
        Worker(site.house.database, site.app.state.settings).run_once(site.clock())
        assert found_in(site.house.folder, sealed) == sealed
        assert caller.post("/conversation/delete").status_code == 200

    Worker(site.house.database, site.app.state.settings).run_once(site.clock())

    copies(site.house.folder, tmp_path / "copies")
    for place in (site.house.folder, tmp_path / "copies"):
        assert found_in(place, sealed | at_first) == set()


def sealed_in(folder: Path) -> set[bytes]:
    """The ciphertext of every message, the caller's answers, and every grant of the conversation."""
    wanted = (
        "SELECT body FROM messages UNION SELECT sealed FROM grants UNION SELECT answers FROM tickets "
        "UNION SELECT sealed FROM sessions UNION SELECT lookup FROM receipts "
        "UNION SELECT sealed_code FROM sent_forms"
    )
    with closing(sqlite3.connect(folder / FILE)) as connection:
        return {bytes(row[0]) for row in connection.execute(wanted) if row[0] is not None}


def found_in(folder: Path, sealed: set[bytes]) -> set[bytes]:
    """Which of these bytes are in any file of the folder."""
    stored = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    return {one for one in sealed if one in stored}


def test_the_search_would_find_what_a_log_let_slip(tmp_path: Path) -> None:
    with everything_logged(tmp_path / "log"):
        logging.getLogger("sqlalchemy.engine").debug("parameters: %r", ("canary in a slip 金丝雀",))

    assert Canaries({"slip": "canary in a slip 金丝雀"}).in_files([tmp_path / "log"]) == {"log": ["slip"]}


def test_our_own_requests_are_left_out_of_the_logs_and_nothing_else_is(tmp_path: Path) -> None:
    with everything_logged(tmp_path / "log"):
        for name in (*OWN_LOGGERS, *OTHERS):
            logging.getLogger(name).warning("said by %s.", name)

    logged = (tmp_path / "log").read_text(encoding="utf-8")
    assert {name for name in (*OWN_LOGGERS, *OTHERS) if f"said by {name}." in logged} == set(OTHERS)
