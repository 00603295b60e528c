"""No page and no post reads more because others have many tickets, on SQLite that knows no figures of them.

SQLite counts the steps of its own machine, so this is no matter of time. It chooses an index without
figures about the tables, since nobody has it look at them; `make bench` measures both databases.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, event

from benchmarks.growth import grow
from tests import databases
from tests.promises.doors import CALLERS, DOORS, SHIFT, Door, outcome
from tests.promises.stage import ROLES, Stage

pytestmark = pytest.mark.sqlite

MANY = 400
LIKE = ("meis", "closed", "deleted")
"""Mei's, with a planned contact, and two of Lin's that are over; what waits may fill a page of the queue."""

ABOUT_TICKETS = [
    door for door in DOORS if door.path != "/readyz" and (door.method == "GET" or door in (*CALLERS, *SHIFT))
]

AT_ONCE = 10
A_LITTLE = 5
MOST = 1.1

GROWS = {
    "/staff": "the last fifty closed ones are listed, and the open contacts of everybody looked through",
    "/staff/follow-ups": "finds a counselor's among everybody's open contacts",
    "/staff/calendar/{secret}.ics": "finds a counselor's among everybody's open contacts",
    "/staff/board": "counts all that is open",
    "/staff/board/week": "counts all that is open",
}
"""What is open is as much as the line's people can have at work; none of these reads what has ended."""


@dataclass
class Steps:
    """How often SQLite's machine has made so many steps."""

    number: int = 0

    def tick(self) -> int:
        self.number += 1
        return 0


@contextmanager
def counted(engine: Engine) -> Iterator[Steps]:
    """What the database does meanwhile."""
    steps = Steps()

    def watch(connection: sqlite3.Connection, *_told: object) -> None:
        connection.set_progress_handler(steps.tick, AT_ONCE)

    event.listen(engine, "checkout", watch)
    yield steps
    event.remove(engine, "checkout", watch)


@pytest.fixture(scope="session")
def grown(staged: Stage, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """The same stage with many more tickets of others, and of Lin's that are over."""
    staged.reset()
    grow(staged.house.database.engine, MANY, [staged.callers[ticket].ticket for ticket in LIKE])
    staged.house.database.dispose()
    saved = tmp_path_factory.mktemp("grown")
    databases.copy(staged.house.folder, saved)
    staged.reset()
    return replace(staged, saved=saved, state=None, known={})


@pytest.mark.parametrize("door", ABOUT_TICKETS, ids=str)
def test_it_costs_no_more_with_many_tickets(stage: Stage, grown: Stage, door: Door) -> None:
    role = _whoever_gets_in(stage, door)

    few = _steps(stage, door, role)
    many = _steps(grown, door, role)

    if door.method == "GET" and door.path in GROWS:
        assert many > few * MOST + A_LITTLE, "it does not grow any more: take it off the list"
    else:
        assert many <= few * MOST + A_LITTLE


def test_one_that_reads_everybodys_is_noticed(stage: Stage, grown: Stage) -> None:
    def read(set_: Stage) -> int:
        set_.reset()
        return _steps_of(set_, lambda: _all_grants(set_.house.database.engine))

    assert read(grown) > read(stage) * MOST + A_LITTLE


def _whoever_gets_in(stage: Stage, door: Door) -> str:
    door.prepare(stage)
    return next(role for role in ROLES if outcome(stage, door, role)[0])


def _steps(set_: Stage, door: Door, role: str) -> int:
    set_.reset()
    door.prepare(set_)
    return _steps_of(set_, lambda: door.knock(set_, role))


def _steps_of(set_: Stage, act: Callable[[], object]) -> int:
    with counted(set_.house.database.engine) as steps:
        act()
    return steps.number


def _all_grants(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT sealed FROM grants WHERE holder_kind = 'staff'").all()
