"""Where passphrases and receipt codes are stretched: beside the routes' threads, in two lanes.

A route that waited for a hash on its own thread would hold one of eight; a burst of sign-ins would
then stop the home page. The callers' lane belongs to callers alone and refuses nobody.
"""

import asyncio
import math
import os
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

from hotline.base import memory
from hotline.base.errors import Busy
from hotline.base.meters import NOTHING, Meters
from hotline.web.transaction import inside_transaction

STAFF_WAITING = 8
HASHING_NICENESS = 10
FIRST_GUESS_SECONDS = 0.2
WEIGHT_OF_THE_LAST = 0.2
QUIET_SECONDS = 2.0
"""After so long without a hash the memory that some left behind is given back; the next takes 20 ms more."""

P = ParamSpec("P")
T = TypeVar("T")


class Lanes:
    """The two lanes of one process. Awaited by async dependencies, before a transaction opens."""

    def __init__(
        self, caller_threads: int = 1, meters: Meters = NOTHING, *, quiet: float = QUIET_SECONDS
    ) -> None:
        self._meters = meters
        self._callers = ThreadPoolExecutor(caller_threads, "caller-hash", _after_the_pages)
        self._staff = ThreadPoolExecutor(1, "staff-hash", _after_the_pages)
        self._lock = threading.Lock()
        self._staff_inside = 0  # one at work and those who wait
        self._seconds_each = FIRST_GUESS_SECONDS
        self._quiet = quiet
        self._giving_back: asyncio.TimerHandle | None = None

    async def for_caller(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a caller's hash; always accepted, in the order of arrival."""
        _refuse_inside_transaction()
        work = self._after_waiting("caller", partial(fn, *args, **kwargs))
        return await self._result(self._callers.submit(work))

    async def for_staff(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a sign-in's hash; with eight waiting already, Busy says how long the queue is."""
        _refuse_inside_transaction()
        with self._lock:
            self.refuse_staff_when_full()
            self._staff_inside += 1
        work = self._after_waiting("staff", partial(self._timed, partial(fn, *args, **kwargs)))
        future = self._staff.submit(work)
        future.add_done_callback(self._left)
        return await self._result(future)

    def refuse_staff_when_full(self) -> None:
        """The same Busy, before anything is looked up: in a burst of sign-ins a refusal is to cost little."""
        if self._staff_inside > STAFF_WAITING:
            raise Busy(self._wait_seconds())

    def close(self) -> None:
        """Finish what is at work and end the threads."""
        self._callers.shutdown(cancel_futures=True)
        self._staff.shutdown(cancel_futures=True)

    async def _result(self, future: Future[T]) -> T:
        try:
            return await asyncio.wrap_future(future)
        finally:
            self._give_back_later()

    def _give_back_later(self) -> None:
        if self._giving_back:
            self._giving_back.cancel()
        self._giving_back = asyncio.get_running_loop().call_later(self._quiet, self._give_back)

    def _give_back(self) -> None:
        with suppress(RuntimeError):  # the lanes have ended, or the process is ending
            self._callers.submit(memory.give_back)

    def _after_waiting(self, lane: str, work: Callable[[], T]) -> Callable[[], T]:
        since = time.monotonic()

        def begin() -> T:
            self._meters.hash_waited(lane, time.monotonic() - since)
            return work()

        return begin

    def _timed(self, work: Callable[[], T]) -> T:
        began = time.monotonic()
        result = work()
        last = time.monotonic() - began
        with self._lock:
            self._seconds_each += WEIGHT_OF_THE_LAST * (last - self._seconds_each)
        return result

    def _left(self, _future: Future[T]) -> None:
        with self._lock:
            self._staff_inside -= 1

    def _wait_seconds(self) -> int:
        return max(1, math.ceil(self._staff_inside * self._seconds_each))


def _after_the_pages() -> None:
    """This thread steps back while a page wants the processor. Elsewhere the whole process would."""
    if sys.platform == "linux":
        os.nice(HASHING_NICENESS)


def _refuse_inside_transaction() -> None:
    if inside_transaction():
        raise RuntimeError("stretching must come before the transaction, which others wait for")
