"""A burst of sign-ins never delays a caller, nor a page."""

import math
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest
from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from hotline.base.errors import Busy
from hotline.web.access import public
from hotline.web.lanes import HASHING_NICENESS, STAFF_WAITING, Lanes
from hotline.web.limits import THREADS
from tests.web.foundation import browse_at_once, open_site

router = APIRouter(dependencies=[public])


@router.get("/")
def home() -> PlainTextResponse:
    return PlainTextResponse("home")


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    lanes = Lanes(caller_threads=1)
    yield lanes
    lanes.close()


class Burst:
    """Sign-ins whose hashes last until they are let go."""

    def __init__(self, lanes: Lanes) -> None:
        self.lanes = lanes
        self.gate = threading.Event()
        self.done = 0
        self.waits: list[int] = []

    async def sign_in(self) -> None:
        try:
            await self.lanes.for_staff(self.gate.wait)
        except Busy as busy:
            self.waits.append(busy.seconds)
        else:
            self.done += 1


def test_a_caller_is_served_while_every_sign_in_waits(tmp_path: Path, lanes: Lanes) -> None:
    async def look_in(burst: Burst, browser: httpx.AsyncClient) -> None:
        try:
            with anyio.fail_after(10):  # only so that a fault ends the test
                assert await lanes.for_caller(math.factorial, 5) == 120
                assert (await browser.get("/")).text == "home"
            assert burst.done == 0
        finally:
            burst.gate.set()

    async def story() -> None:
        burst = Burst(lanes)
        with open_site(tmp_path, router) as app:
            async with browse_at_once(app) as browser, anyio.create_task_group() as group:
                for _ in range(1 + STAFF_WAITING + THREADS):
                    group.start_soon(burst.sign_in)
                await anyio.wait_all_tasks_blocked()
                await look_in(burst, browser)

        assert burst.done == 1 + STAFF_WAITING
        assert len(burst.waits) == THREADS

    anyio.run(story)


def test_the_ninth_who_would_wait_is_told_how_long(lanes: Lanes) -> None:
    async def story() -> None:
        burst = Burst(lanes)
        lanes._seconds_each = 2.0
        async with anyio.create_task_group() as group:
            for _ in range(1 + STAFF_WAITING):
                group.start_soon(burst.sign_in)
            await anyio.wait_all_tasks_blocked()

            with pytest.raises(Busy) as busy:
                await lanes.for_staff(len, "x")
            burst.gate.set()

        assert busy.value.seconds == 2 * (1 + STAFF_WAITING)
        assert await lanes.for_staff(len, "four") == 4

    anyio.run(story)


def test_the_estimate_follows_what_a_hash_really_takes(lanes: Lanes) -> None:
    async def story() -> None:
        lanes._seconds_each = 100.0
        for _ in range(50):
            await lanes.for_staff(len, "x")

    anyio.run(story)

    assert lanes._seconds_each < 1


def test_callers_are_never_refused(lanes: Lanes) -> None:
    async def story() -> list[int]:
        gate = threading.Event()
        order: list[int] = []

        async def call(number: int) -> None:
            await lanes.for_caller(gate.wait)
            order.append(number)

        async with anyio.create_task_group() as group:
            for number in range(100):
                group.start_soon(call, number)
            await anyio.wait_all_tasks_blocked()
            gate.set()
        return order

    assert sorted(anyio.run(story)) == list(range(100))


def test_one_who_left_gives_the_place_back(lanes: Lanes) -> None:
    async def story() -> None:
        burst = Burst(lanes)
        async with anyio.create_task_group() as group:
            for _ in range(1 + STAFF_WAITING):
                group.start_soon(burst.sign_in)
            await anyio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()
        burst.gate.set()

        assert await lanes.for_staff(len, "four") == 4

    anyio.run(story)


def test_a_failing_hash_fails_only_its_own_request(lanes: Lanes) -> None:
    async def story() -> None:
        for _ in range(2 + STAFF_WAITING):
            with pytest.raises(ZeroDivisionError):
                await lanes.for_staff(divmod, 1, 0)
        with pytest.raises(ZeroDivisionError):
            await lanes.for_caller(divmod, 1, 0)

    anyio.run(story)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere niceness belongs to the whole process")
def test_hashing_steps_back_while_a_page_wants_the_processor(lanes: Lanes) -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    pages = niceness()

    assert anyio.run(lanes.for_staff, niceness) == pages + HASHING_NICENESS
    assert anyio.run(lanes.for_caller, niceness) == pages + HASHING_NICENESS
    assert niceness() == pages
