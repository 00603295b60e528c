"""Saved means saved: an answer of success leaves only after the commit."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import anyio
import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from hotline.base.db import Database
from hotline.base.errors import Invalid, Refused
from hotline.web import limits
from hotline.web.access import public
from hotline.web.limits import THREADS
from hotline.web.transaction import Db, after_rollback
from tests.web.foundation import browse, browse_at_once, open_site

router = APIRouter(dependencies=[public])


def keep(db: Session, words: str) -> None:
    db.execute(text("INSERT INTO kept (words) VALUES (:words) ON CONFLICT DO NOTHING"), {"words": words})


@router.post("/keep")
def keep_one(db: Db) -> PlainTextResponse:
    keep(db, "kept")
    return PlainTextResponse("saved")


@router.post("/keep-orphan")
def keep_orphan(db: Db) -> PlainTextResponse:
    """The foreign key is looked at in the commit, so the commit is what fails."""
    db.execute(text("INSERT INTO child (parent) VALUES ('nobody')"))
    return PlainTextResponse("saved")


@router.post("/refuse")
def refuse(request: Request, db: Db) -> PlainTextResponse:
    after_rollback(request, lambda own: keep(own, "somebody was refused"))
    keep(db, "half done")
    raise Refused


@router.get("/refuse")
def refuse_to_show(request: Request, db: Db) -> PlainTextResponse:
    after_rollback(request, lambda own: keep(own, "somebody was refused"))
    db.execute(text("SELECT 1"))
    raise Refused


@router.post("/fail")
def fail(request: Request, db: Db) -> PlainTextResponse:
    after_rollback(request, lambda own: keep(own, "not a refusal"))
    keep(db, "half done")
    raise RuntimeError


@router.post("/correct")
def correct(db: Db) -> PlainTextResponse:
    keep(db, "half done")
    raise Invalid


@router.get("/write-by-get")
def write_by_get(db: Db) -> PlainTextResponse:
    keep(db, "by get")
    return PlainTextResponse("done")


@router.get("/look")
def look(request: Request, db: Db) -> PlainTextResponse:
    """A reader that leaves a line of its own first, in a short transaction, as audits do."""
    db.execute(text("SELECT count(*) FROM kept"))
    with request.app.state.database.write() as own:
        keep(own, "looked")
    return PlainTextResponse("seen")


async def hash_something(request: Request) -> int:
    length: int = await request.app.state.lanes.for_caller(len, "four")
    return length


@router.post("/hash-first")
def hash_first(hashed: Annotated[int, Depends(hash_something)], db: Db) -> PlainTextResponse:
    keep(db, "after the hash")
    return PlainTextResponse(str(hashed))


@router.post("/hash-inside")
def hash_inside(db: Db, hashed: Annotated[int, Depends(hash_something)]) -> PlainTextResponse:
    del db
    return PlainTextResponse(str(hashed))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with open_site(tmp_path, router) as app:
        database: Database = app.state.database
        with database.write() as db:
            db.execute(text("CREATE TABLE kept (words TEXT PRIMARY KEY)"))
            db.execute(text("CREATE TABLE parent (name TEXT PRIMARY KEY)"))
            db.execute(
                text(
                    "CREATE TABLE child (parent TEXT REFERENCES parent (name) DEFERRABLE INITIALLY DEFERRED)"
                )
            )
        yield app


def kept(app: FastAPI) -> list[str]:
    with app.state.database.read() as db:
        return list(db.scalars(text("SELECT words FROM kept ORDER BY words")))


def post(app: FastAPI, path: str) -> httpx.Response:
    return browse(app).post(path, data={"message": "what I wrote"})


def test_success_is_kept(app: FastAPI) -> None:
    assert post(app, "/keep").status_code == 200
    assert kept(app) == ["kept"]


def test_a_commit_that_fails_is_never_a_success_and_the_text_comes_back(app: FastAPI) -> None:
    answer = post(app, "/keep-orphan")

    assert answer.status_code == 500
    assert "saved" not in answer.text
    assert "what I wrote</textarea>" in answer.text
    with app.state.database.read() as db:
        assert db.scalar(text("SELECT count(*) FROM child")) == 0


@pytest.mark.sqlite
def test_a_locked_database_says_when_to_try_again_and_gives_the_text_back(
    app: FastAPI, tmp_path: Path
) -> None:
    @event.listens_for(app.state.database.engine, "connect")
    def be_impatient(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=1")

    app.state.database.dispose()
    other = sqlite3.connect(tmp_path / "hotline.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    answer = post(app, "/keep")

    other.close()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "what I wrote</textarea>" in answer.text
    assert "tel:120" in answer.text
    assert post(app, "/keep").status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/fail", 500), ("/correct", 422)])
def test_raising_rolls_back(app: FastAPI, path: str, status: int) -> None:
    assert post(app, path).status_code == status
    assert kept(app) == []


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_refusal_leaves_its_line_after_the_rollback(app: FastAPI, method: str) -> None:
    assert browse(app).request(method, "/refuse").status_code == 403
    assert kept(app) == ["somebody was refused"]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_a_get_writes_is_not_kept(app: FastAPI, method: str) -> None:
    assert browse(app).request(method, "/write-by-get").status_code == 200
    assert kept(app) == []


def test_nobody_waits_for_a_turn_for_ever(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    app.state.turns = limits.Turns(one_writer=True)

    async def post_meanwhile() -> httpx.Response:
        async with app.state.turns.write, browse_at_once(app) as browser:
            with monkeypatch.context() as impatient:  # only now: taking the turn may itself take a moment
                impatient.setattr(limits, "TURN_SECONDS", 0.01)
                return await browser.post("/keep", data={"text": "what I wrote"})

    answer = anyio.run(post_meanwhile)

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "what I wrote</textarea>" in answer.text
    assert post(app, "/keep").status_code == 200


def test_a_crowd_of_writers_and_readers_never_waits_for_each_other_for_ever(app: FastAPI) -> None:
    """Without turns, threads that wait for the write lock keep its holder from getting one."""
    statuses: list[int] = []

    async def one(browser: httpx.AsyncClient, method: str, path: str) -> None:
        statuses.append((await browser.request(method, path)).status_code)

    async def crowd() -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        async with browse_at_once(app) as browser, anyio.create_task_group() as group:
            for _ in range(40):
                group.start_soon(one, browser, "POST", "/keep-in-two-steps")
                group.start_soon(one, browser, "GET", "/look")

    anyio.run(crowd)

    assert statuses == [200] * 80


def first_statement(db: Db) -> None:
    """Takes the write lock on one thread; the route will need another."""
    keep(db, "first")


@router.post("/keep-in-two-steps", dependencies=[Depends(first_statement)])
def keep_in_two_steps(db: Db) -> PlainTextResponse:
    keep(db, "second")
    return PlainTextResponse("saved")


def test_stretching_comes_before_the_transaction(app: FastAPI) -> None:
    assert post(app, "/hash-first").text == "4"
    assert post(app, "/hash-inside").status_code == 500
