"""An answer that sounds like success leaves only after the commit; a commit that fails loses no word."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from starlette.types import Message, Receive, Scope, Send

from hotline.base.db import open_database
from tests.promises import forms
from tests.promises.doors import DOORS, Door
from tests.promises.rows import Rows, changed_tables, rows_of
from tests.promises.stage import Stage
from tests.web.foundation import browse

CHANGES = tuple(door for door in DOORS if door.changes)
BEHIND_THE_ANSWER = "/conversation/leave"
"""Leaving waits for nothing: the cookies go with the answer, the session's row right after it."""

KEEPS = tuple(door for door in CHANGES if door.path != BEHIND_THE_ANSWER)
FAULTS = {
    "the disk fails": OperationalError("COMMIT", None, sqlite3.OperationalError("disk I/O error")),
    "something unheard of happens": RuntimeError("in the commit"),
}


@contextmanager
def commits_fail(stage: Stage, fault: Exception) -> Iterator[None]:
    """Every transaction goes well until its very end."""

    def fail(_connection: object) -> None:
        raise fault

    event.listen(stage.house.database.engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(stage.house.database.engine, "commit", fail)


@pytest.mark.parametrize("door", KEEPS, ids=str)
def test_a_commit_that_fails_is_no_success_and_no_word_is_lost(stage: Stage, door: Door) -> None:
    door.prepare(stage)
    before = rows_of(stage)

    for name, fault in FAULTS.items():
        with commits_fail(stage, fault):
            answer = door.knock(stage, door.changes)

        assert answer.status_code in {500, 503}, name
        assert changed_tables(before, rows_of(stage)) == set(), name
        assert not answer.headers.get_list("set-cookie"), name
        for field in door.keeps:
            assert f"{door.form(stage, door.changes)[field]}</textarea>" in answer.text, name

    assert door.knock(stage, door.changes).status_code == door.done, "nothing is left that is in the way"


def test_leaving_takes_the_cookies_even_when_the_row_cannot_go(stage: Stage) -> None:
    with commits_fail(stage, FAULTS["the disk fails"]):
        answer = stage.browser("caller").post(BEHIND_THE_ANSWER)

    assert answer.status_code == 200
    assert any(
        one.startswith("visit=") and "Max-Age=0" in one for one in answer.headers.get_list("set-cookie")
    )


def test_no_text_is_opened_when_the_line_about_it_cannot_be_kept(stage: Stage) -> None:
    reference = stage.callers["lins"].reference

    with commits_fail(stage, FAULTS["the disk fails"]):
        answer = stage.browser("lin").get(f"/staff/tickets/{reference}")

    assert answer.status_code == 503
    assert stage.canaries.in_text(answer.text) == []


class AtTheFirstByte:
    """The site, with a second connection that looks at what is committed when an answer begins."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.state = stage, stage.app.state
        self.seen: Rows = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.seen = rows_of(self.stage)
            await send(message)

        await self.stage.app(scope, receive, sending)


@pytest.mark.parametrize("door", KEEPS, ids=str)
def test_everything_is_committed_when_the_answer_begins(stage: Stage, door: Door) -> None:
    door.prepare(stage)
    site: Any = AtTheFirstByte(stage)
    client = browse(site)
    client.cookies.update(stage.cookies.get(door.changes, {}))
    before = rows_of(stage)

    answer = client.post(door.address(stage), data=dict(door.form(stage, door.changes)))

    assert answer.status_code == door.done
    assert changed_tables(before, site.seen)
    assert changed_tables(site.seen, rows_of(stage)) == set()


def test_the_page_with_the_code_comes_after_the_ticket_is_on_the_disk(stage: Stage) -> None:
    site: Any = AtTheFirstByte(stage)
    before = rows_of(stage)

    answer: httpx.Response = browse(site).post("/write/send", data=dict(forms.request(stage, "nobody")))

    assert answer.status_code == 200
    for table in ("tickets", "messages", "receipts"):
        assert sum((site.seen[table] - before[table]).values()) == 1, table
    assert sum((site.seen["grants"] - before["grants"]).values()) == 3  # the caller, the team, the escrow


@pytest.mark.sqlite
def test_a_full_disk_is_told_and_the_message_comes_back(stage: Stage) -> None:
    """No event and no wrapper here: the database itself refuses to grow."""
    full = "PRAGMA max_page_count = 1"  # at once: it may not grow beyond what it is

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(full)

    sent = {**forms.request(stage, "nobody"), "message": forms.TYPED + "。" * 3900}
    event.listen(stage.house.database.engine, "connect", limit)
    stage.house.database.dispose()
    try:
        with stage.house.database.write() as db:
            db.execute(text("DELETE FROM audit_lines"))  # does the fault work, and only where it should
        answer = stage.browser("nobody").post("/write/send", data=sent)
    finally:
        event.remove(stage.house.database.engine, "connect", limit)
        stage.house.database.dispose()

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert f"{sent['message']}</textarea>" in answer.text
    assert 'href="tel:12356"' in answer.text
    assert stage.browser("nobody").post("/write/send", data=sent).status_code == 200


@pytest.mark.sqlite
def test_what_is_committed_survives_a_power_cut(stage: Stage) -> None:
    """The real set-up, which tests of the cast make quicker: each commit waits for the disk."""
    database = open_database(stage.house.url)
    with database.read() as db:
        assert db.scalar(text("PRAGMA synchronous")) == 2
        assert db.scalar(text("PRAGMA journal_mode")) == "wal"
    database.dispose()
