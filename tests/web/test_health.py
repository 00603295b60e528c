"""Probes: alive, and ready or why not."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import event

from hotline.base import schema
from hotline.base.db import open_database
from tests.web.foundation import browse, open_site


def be_impatient(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout=1")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with open_site(tmp_path) as app:
        yield app


def test_a_process_lives_without_a_database(app: FastAPI, tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    app.state.database = open_database(f"sqlite:///{tmp_path}/folder.db")

    assert browse(app).get("/healthz").text == "ok\n"
    assert browse(app).get("/readyz").text == "the database cannot be reached\n"


def test_an_empty_database_is_not_ready(app: FastAPI) -> None:
    answer = browse(app).get("/readyz")

    assert answer.status_code == 503
    assert "hotline migrate" in answer.text


def test_a_migrated_database_is_ready_unless_something_else_is_missing(app: FastAPI) -> None:
    schema.upgrade(app.state.settings.database_url)
    not_founded = browse(app).get("/readyz")
    app.state.readiness = lambda _session: []
    ready = browse(app).get("/readyz")
    app.state.readiness = lambda _session: ["two custodians are missing", "a counselor is missing"]
    not_ready = browse(app).get("/readyz")

    assert not_founded.status_code == 503
    assert "has not been founded" in not_founded.text
    assert (ready.status_code, ready.text) == (200, "ready\n")
    assert not_ready.status_code == 503
    assert not_ready.text == "two custodians are missing\na counselor is missing\n"


@pytest.mark.sqlite
def test_a_database_that_somebody_else_has_locked_is_not_ready(app: FastAPI, tmp_path: Path) -> None:
    schema.upgrade(app.state.settings.database_url)
    app.state.readiness = lambda _session: []
    event.listen(app.state.database.engine, "connect", be_impatient)
    with closing(sqlite3.connect(tmp_path / "hotline.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        locked = browse(app).get("/readyz")

    assert locked.status_code == 503
    assert browse(app).get("/readyz").status_code == 200


def test_metrics_are_off(app: FastAPI) -> None:
    assert browse(app).get("/metrics").status_code == 404
