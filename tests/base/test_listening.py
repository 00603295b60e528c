"""With PostgreSQL every process hears what any of them commits, and comes back when it was cut off."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from hotline.base.db import Database, open_database
from hotline.base.events import Ear, ping
from hotline.base.listening import CHANNEL, listening
from tests import databases

PATIENCE = 20.0

pytestmark = pytest.mark.postgres


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[tuple[Database, Database]]:
    """The same database as two processes have opened it; the first one listens."""
    here, there = (open_database(databases.url_of(tmp_path)) for _ in range(2))
    with listening(here.engine, here.events):
        yield here, there
    here.dispose()
    there.dispose()
    databases.drop(tmp_path)


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), PATIENCE))


async def heard(ear: Ear) -> list[str]:
    """What is told next; a doubt is passed over."""
    while not (told := await ear.hear()):
        pass
    return told


def tell(database: Database, *topics: str) -> None:
    with database.write() as db:
        ping(db, *topics)


def test_what_another_process_commits_is_heard(processes: tuple[Database, Database]) -> None:
    here, there = processes

    async def story() -> None:
        ear = here.events.listen(["queue", "board"])
        await asyncio.to_thread(tell, there, "queue")
        assert await heard(ear) == ["queue"]

        await asyncio.to_thread(tell, here, "board")
        assert await heard(ear) == ["board"]

    run(story)


def test_what_another_process_rolls_back_is_not(processes: tuple[Database, Database]) -> None:
    here, there = processes

    def fail() -> None:
        with there.write() as db:
            ping(db, "queue")
            raise LookupError

    async def story() -> None:
        ear = here.events.listen(["queue", "board"])
        with pytest.raises(LookupError):
            await asyncio.to_thread(fail)
        await asyncio.to_thread(tell, there, "board")

        assert await heard(ear) == ["board"]

    run(story)


def test_a_process_that_was_cut_off_comes_back_and_is_in_doubt(
    processes: tuple[Database, Database], caplog: pytest.LogCaptureFixture
) -> None:
    here, there = processes

    async def story() -> None:
        ear = here.events.listen(["queue"])
        await asyncio.to_thread(cut_off, there)
        while not ear.is_in_doubt:
            await ear.hear()
        await asyncio.to_thread(tell, there, "queue")

        assert await heard(ear) == ["queue"]

    with caplog.at_level(logging.WARNING):
        run(story)
    assert "was lost; it comes back" in caplog.text


def cut_off(database: Database) -> None:
    """The server ends the connection that listens, as a restart does."""
    ends = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND query = :said"
    )
    with database.read() as db:
        assert db.execute(ends, {"said": f"LISTEN {CHANNEL}"}).all() == [(True,)]


def test_a_database_that_is_away_does_not_hold_the_process_back(caplog: pytest.LogCaptureFixture) -> None:
    away = open_database("postgresql://nobody@127.0.0.1:1/nothing")
    with listening(away.engine, away.events):
        assert "was lost" in caplog.text
    away.dispose()

    assert "listening" not in {thread.name for thread in threading.enumerate()}
