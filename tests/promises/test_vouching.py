"""A commit of which a standby server may know nothing is none: who sent it is told, and keeps the text."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from hotline.accounts import sessions
from hotline.base.config import Settings
from hotline.tickets.models import Ticket
from tests import postgres
from tests.apps import app_for
from tests.cast import NOON, House, copy_house, found_house
from tests.web.caller.pages import Fields, code_on, fill
from tests.web.foundation import browse

pytestmark = pytest.mark.postgres

PATIENCE = 20.0
WITH_STANDBYS = {"wal_level": "replica", "max_wal_senders": "4", "synchronous_commit": "on"}
TEXT = "我最近睡不着。"

Answer = TypeVar("Answer")


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """A server that can have standby servers, and waits for them."""
    own = postgres.start(**WITH_STANDBYS)
    yield own
    own.stop()


@pytest.fixture
def house(server: postgres.Server, tmp_path: Path) -> Iterator[House]:
    """The cast's house on that server."""
    template, folder = tmp_path / "template", tmp_path / "house"
    template.mkdir()
    folder.mkdir()
    with postgres.instead(server):
        yield from copy_house(template, found_house(template), folder)


@pytest.fixture
def visitor(house: House) -> httpx.Client:
    settings = Settings(data_dir=house.folder, database_url=house.url, test_stretching=True)
    return browse(app_for(settings, house.database, lambda: NOON))


@pytest.fixture
def form(visitor: httpx.Client) -> Fields:
    return fill(visitor.get("/write"), safety="safe", message=TEXT)


def wait_for_standby(server: postgres.Server, name: str) -> None:
    """From now on a commit waits until the standby of this name has it; without a name for none."""
    server.connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
    server.connection.execute("SELECT pg_reload_conf()")
    shown = "SELECT current_setting('synchronous_standby_names')"
    until = time.monotonic() + PATIENCE
    while server.connection.execute(shown).fetchone() != (name,):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def _no_standby_there(server: postgres.Server, form: Fields) -> Iterator[None]:
    assert form
    wait_for_standby(server, "nobody")
    yield
    wait_for_standby(server, "")


def no_longer_waiting(server: postgres.Server, asked: Future[Answer]) -> Answer:
    """Somebody cancels the commit that waits for a standby; what the person is answered then."""
    waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    until = time.monotonic() + PATIENCE
    while not server.connection.execute(waiting).fetchall():
        assert not asked.done()
        assert time.monotonic() < until
        time.sleep(0.02)
    return asked.result(PATIENCE)


def send(visitor: httpx.Client, form: Fields, server: postgres.Server) -> httpx.Response:
    with ThreadPoolExecutor(1) as browser:
        return no_longer_waiting(server, browser.submit(visitor.post, "/write/send", data=form))


@pytest.mark.usefixtures("_no_standby_there")
def test_a_commit_that_a_standby_may_not_have_acknowledges_nothing(
    visitor: httpx.Client, form: Fields, server: postgres.Server
) -> None:
    answer = send(visitor, form, server)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert f"{TEXT}</textarea>" in answer.text
    assert 'href="tel:12356"' in answer.text
    assert code_on(answer) is None


@pytest.mark.usefixtures("_no_standby_there")
def test_the_same_form_is_acknowledged_once_a_standby_has_it_and_not_before(
    visitor: httpx.Client, form: Fields, server: postgres.Server, house: House
) -> None:
    send(visitor, form, server)
    again = send(visitor, form, server)
    wait_for_standby(server, "")
    at_last = visitor.post("/write/send", data=form)

    assert (again.status_code, code_on(again)) == (503, None)
    assert at_last.status_code == 200
    assert code_on(at_last) is not None
    with house.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Ticket)) == 1


@pytest.mark.usefixtures("_no_standby_there")
def test_commands_and_the_worker_hear_of_it_too(house: House, server: postgres.Server) -> None:
    def write() -> None:
        with house.database.write() as db:
            sessions.start_staff(db, house.deployment, house.person("lin").keys, now=NOON)

    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(write)
        with pytest.raises(OperationalError, match="NotVouchedFor"):
            no_longer_waiting(server, working)


def test_reading_waits_for_no_standby(house: House, server: postgres.Server) -> None:
    wait_for_standby(server, "nobody")
    with house.database.read() as db:
        found = db.scalar(select(func.count()).select_from(Ticket))
    wait_for_standby(server, "")

    assert found == 0
