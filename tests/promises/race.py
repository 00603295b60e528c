"""Two processes on one PostgreSQL: the first stands still before its commit while the second begins."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import event

from hotline.base.db import open_database
from tests.cast import House

A_WHILE = 0.3
PATIENCE = 20.0

Work = Callable[[House], object]


@dataclass(frozen=True)
class Race:
    """The same house in two processes: each has connections of its own."""

    first: House
    second: House
    threads: ThreadPoolExecutor = field(repr=False)

    def run(self, first: Work, second: Work) -> tuple[Future[object], Future[object], bool]:
        """What came of both, and whether the second had to wait until the first had committed."""
        stands, may_go = threading.Event(), threading.Event()

        def stand_still(_connection: object) -> None:
            stands.set()
            assert may_go.wait(PATIENCE)

        engine = self.first.database.engine
        event.listen(engine, "commit", stand_still)
        try:
            one = self.threads.submit(first, self.first)
            assert stands.wait(PATIENCE)
            other = self.threads.submit(second, self.second)
            had_to_wait = not wait([other], A_WHILE).done
            may_go.set()
            wait([one, other], PATIENCE)
        finally:
            may_go.set()
            event.remove(engine, "commit", stand_still)
        return one, other, had_to_wait

    def at_once(self, work: Work, times: int) -> list[Future[object]]:
        """The same done so many times at one moment, half of them in each process."""
        together = threading.Barrier(times)

        def begin(number: int) -> object:
            together.wait(PATIENCE)
            return work((self.first, self.second)[number % 2])

        begun = [self.threads.submit(begin, number) for number in range(times)]
        wait(begun, PATIENCE)
        return begun


@pytest.fixture
def race(house: House) -> Iterator[Race]:
    """The house and the same house from another process."""
    other = replace(house, database=open_database(house.url))
    with ThreadPoolExecutor(16) as threads:
        yield Race(house, other, threads)
    other.database.dispose()
