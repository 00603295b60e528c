"""The application as a whole: its start, its stop, what routes are handed."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import anyio
import pytest
from fastapi import APIRouter, FastAPI
from fastapi.responses import PlainTextResponse

from hotline.web.access import public
from hotline.web.deps import DatabaseDep, LanesDep, Now, PagesDep, SettingsDep
from hotline.web.limits import READS, THREADS, WRITES
from tests.web.foundation import browse, open_site

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
router = APIRouter(dependencies=[public])


@router.get("/handed")
def handed(
    now: Now,
    settings: SettingsDep,
    pages: PagesDep,
    lanes: LanesDep,
    database: DatabaseDep,
) -> PlainTextResponse:
    things = (settings, pages, lanes, database)
    return PlainTextResponse(" ".join([now.isoformat(), *(type(one).__name__ for one in things)]))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with open_site(tmp_path, router) as app:
        yield app


def test_routes_are_handed_the_clock_and_what_the_process_has(app: FastAPI) -> None:
    app.state.clock = lambda: NOW

    answer = browse(app).get("/handed")

    assert answer.text == "2026-11-23T04:00:00+00:00 Settings Pages Lanes Database"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/handed/"])
def test_nothing_is_served_that_was_not_written(app: FastAPI, path: str) -> None:
    assert browse(app).get(path).status_code == 404


def test_waiting_transactions_never_take_every_thread() -> None:
    assert READS + WRITES < THREADS


def test_the_pool_gets_its_size_and_the_lanes_end_with_the_process(app: FastAPI) -> None:
    async def life() -> float:
        async with app.router.lifespan_context(app):
            await app.state.lanes.for_caller(len, "x")
            return anyio.to_thread.current_default_thread_limiter().total_tokens

    assert anyio.run(life) == THREADS
    with pytest.raises(RuntimeError, match="shutdown"):
        anyio.run(app.state.lanes.for_caller, len, "x")


def test_streams_learn_of_the_stop_and_the_server_still_gets_its_signal(app: FastAPI) -> None:
    received: list[int] = []

    def servers_own(number: int, _frame: FrameType | None) -> None:
        received.append(number)

    async def life() -> None:
        async with app.router.lifespan_context(app):
            ear = app.state.database.events.listen([])
            os.kill(os.getpid(), signal.SIGTERM)
            with anyio.fail_after(5):
                await ear.hear()
            assert ear.is_over

    before = signal.signal(signal.SIGTERM, servers_own)
    try:
        anyio.run(life)
        assert received == [signal.SIGTERM]
        assert signal.getsignal(signal.SIGTERM) is servers_own
    finally:
        signal.signal(signal.SIGTERM, before)
