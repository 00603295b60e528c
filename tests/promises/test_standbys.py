"""Standby servers: a commit that they may not have is none, and one of them alone keeps nothing.

Whoever sent something is told so, and keeps the text.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import httpx
import pytest
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import OperationalError

from hotline.accounts import sessions
from hotline.base.config import Settings
from hotline.base.db import open_database
from hotline.tickets.models import Ticket
from tests import postgres
from tests.apps import app_for
from tests.cast import NOON, House
from tests.standby import PATIENCE, WITH_STANDBYS, house, server, template, wait_for_standby
from tests.web.caller.pages import Fields, code_on, fill
from tests.web.foundation import browse

__all__ = ["house", "server", "template"]

pytestmark = pytest.mark.postgres

TEXT = "我最近睡不着。"

Answer = TypeVar("Answer")


@pytest.fixture
def visitor(house: House) -> httpx.Client:
    settings = Settings(data_dir=house.folder, database_url=house.url, test_stretching=True)
    return browse(app_for(settings, house.database, lambda: NOON))


@pytest.fixture
def form(visitor: httpx.Client) -> Fields:
    return fill(visitor.get("/write"), safety="safe", message=TEXT)


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


def test_a_standby_shows_no_code_again(
    house: House, server: postgres.Server, visitor: httpx.Client, form: Fields
) -> None:
    sent = visitor.post("/write/send", data=form)
    standby = postgres.follow(server, **WITH_STANDBYS)
    there = make_url(house.url).update_query_dict({"host": str(standby.folder)})
    database = open_database(there.render_as_string(hide_password=False))
    settings = Settings(data_dir=house.folder, database_url=house.url, test_stretching=True)
    app_for(settings, database, lambda: NOON)

    again = visitor.post("/write/send", data=form)

    database.dispose()
    standby.stop()
    assert code_on(sent) is not None
    assert (again.status_code, code_on(again)) == (503, None)
    assert f"{TEXT}</textarea>" in again.text


def test_a_standby_is_not_ready_and_gives_the_text_back_until_it_takes_over(
    house: House, server: postgres.Server, visitor: httpx.Client, form: Fields
) -> None:
    standby = postgres.follow(server, **WITH_STANDBYS)
    there = make_url(house.url).update_query_dict({"host": str(standby.folder)})
    database = open_database(there.render_as_string(hide_password=False))
    settings = Settings(data_dir=house.folder, database_url=house.url, test_stretching=True)
    app_for(settings, database, lambda: NOON)

    ready, pages = visitor.get("/readyz"), visitor.get("/write")
    refused = visitor.post("/write/send", data=form)
    standby.connection.execute("SELECT pg_promote()")
    ready_at_last, sent = visitor.get("/readyz"), visitor.post("/write/send", data=form)

    database.dispose()
    standby.stop()
    assert (ready.status_code, ready.text) == (503, "the database takes no changes\n")
    assert pages.status_code == 200
    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert f"{TEXT}</textarea>" in refused.text
    assert (ready_at_last.status_code, sent.status_code) == (200, 200)
    assert code_on(sent) is not None
