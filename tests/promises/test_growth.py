"""No page and no post reads more because there are many tickets, on SQLite without figures of its tables.

SQLite counts the steps of its own machine, so this is no matter of time; to count all rows of a table is
one step of it. It chooses its indexes blindly, since nobody has it look at the tables; `make bench`
measures both databases.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, event

from benchmarks.growth import grow
from tests import databases
from tests.promises.doors import CALLERS, DOORS, SHIFT, Door, outcome
from tests.promises.stage import ROLES, Stage

pytestmark = pytest.mark.sqlite

FULL = 55
"""So many of each kind fill a page of the queue and the list of closed tickets."""

MANY = 165
OPEN = ("meis", "waiting", "assigned")
"""Taken by Mei, with a planned contact; waiting for anybody; and Lin's, who has not opened it yet."""

OVER = ("closed", "deleted")
"""Two of Lin's that have ended."""

NOT_OPENED = "/staff/queue/next"
"""Takes a copy, which opens for nobody; the queue's page asks for the same."""

ABOUT_TICKETS = [
    door
    for door in DOORS
    if door.path.startswith(("/staff", "/conversation", "/write/send", "/read"))
    and door.path not in {"/readyz", NOT_OPENED}
    and (door.method == "GET" or door in (*CALLERS, *SHIFT))
]

AT_ONCE = 10
A_LITTLE = 5
MOST = 1.1

GROWS_WITH_WHAT_IS_OPEN = {
    "/staff": "lists Lin's, and finds her planned contacts among everybody's",
    "/staff/follow-ups": "finds a counselor's among everybody's planned contacts",
    "/staff/calendar/{secret}.ics": "finds a counselor's among everybody's planned contacts",
    "/staff/board": "counts all that is open",
    "/staff/board/week": "counts all that is open",
    "/staff/tickets/{reference}/assign": "counts what those on duty have open",
    "/staff/tickets/{reference}": "looks among the counselor's own for one that is late",
    "/staff/people/{person_id}": "counts what the person has open",
}
"""What is open is as much as the line's people can have at work. Nothing grows with what has ended."""


def _counts_open(door: Door) -> bool:
    return door.method == "GET" and door.path in GROWS_WITH_WHAT_IS_OPEN


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
    try:
        yield steps
    finally:
        event.remove(engine, "checkout", watch)
        engine.dispose()


Grown = Callable[[Sequence[str], int], Stage]


@pytest.fixture(scope="session")
def grown(staged: Stage, tmp_path_factory: pytest.TempPathFactory) -> Grown:
    """The same stage with so many tickets more of each of these kinds; every one is made once."""
    made: dict[tuple[Sequence[str], int], Stage] = {}

    def of(kinds: Sequence[str], each: int) -> Stage:
        if (kinds, each) not in made:
            made[kinds, each] = _copied(staged, kinds, each, tmp_path_factory)
        return made[kinds, each]

    return of


def _copied(
    staged: Stage, kinds: Sequence[str], each: int, tmp_path_factory: pytest.TempPathFactory
) -> Stage:
    staged.reset()
    there = len(staged.callers)
    grow(
        staged.house.database,
        there + each * len(kinds),
        [staged.callers[kind].ticket for kind in kinds],
    )
    staged.house.database.dispose()
    saved = tmp_path_factory.mktemp("grown")
    databases.copy(staged.house.folder, saved)
    staged.reset()
    return replace(staged, saved=saved, state=None, known={})


@pytest.mark.parametrize("door", [door for door in ABOUT_TICKETS if not _counts_open(door)], ids=str)
def test_it_costs_no_more_with_many_tickets(stage: Stage, grown: Grown, door: Door) -> None:
    role = _whoever_gets_in(stage, door)

    assert _is_as_quick(grown, OPEN + OVER, door, role)


@pytest.mark.parametrize("door", [door for door in ABOUT_TICKETS if _counts_open(door)], ids=str)
def test_it_costs_more_with_what_is_open_and_no_more_with_what_has_ended(
    stage: Stage, grown: Grown, door: Door
) -> None:
    role = _whoever_gets_in(stage, door)

    assert _is_as_quick(grown, OVER, door, role)
    assert not _is_as_quick(grown, OPEN, door, role), "it does not grow any more: take it off the list"


def test_one_that_reads_everybodys_is_noticed(grown: Grown) -> None:
    def read(set_: Stage) -> int:
        set_.reset()
        return _steps_of(set_, lambda: _all_grants(set_.house.database.engine))

    assert read(grown(OVER, MANY)) > read(grown(OVER, FULL)) * MOST + A_LITTLE


def _is_as_quick(grown: Grown, kinds: Sequence[str], door: Door, role: str) -> bool:
    few = _steps(grown(kinds, FULL), door, role)
    return _steps(grown(kinds, MANY), door, role) <= few * MOST + A_LITTLE


def _whoever_gets_in(stage: Stage, door: Door) -> str:
    door.prepare(stage)
    return next(role for role in ROLES if outcome(stage, door, role)[0])


def _steps(set_: Stage, door: Door, role: str) -> int:
    set_.reset()
    door.prepare(set_)

    def knock() -> None:
        assert door.knock(set_, role).status_code == door.done

    return _steps_of(set_, knock)


def _steps_of(set_: Stage, act: Callable[[], object]) -> int:
    with counted(set_.house.database.engine) as steps:
        act()
    return steps.number


def _all_grants(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT sealed FROM grants WHERE holder_kind = 'staff'").all()
