"""No page asks the database more than ten questions, whoever looks and however much there is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.promises.doors import DOORS, Door, outcome
from tests.promises.stage import ROLES, Stage

MOST = 10
PAGES = [door for door in DOORS if door.method == "GET" and door.path != "/readyz"]
MARKS = ("BEGIN", "SAVEPOINT", "RELEASE")


@contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    """The statements that were run meanwhile; what only begins or ends something is none."""
    statements: list[str] = []

    def note(*told: object) -> None:
        statement = str(told[2])
        if not statement.startswith(MARKS):
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("door", PAGES, ids=str)
def test_a_page_asks_at_most_ten_questions(stage: Stage, door: Door) -> None:
    door.prepare(stage)
    for role in ROLES:
        gets_through, _ = outcome(stage, door, role)
        if not gets_through:
            continue
        with asked(stage.house.database.engine) as statements:
            door.knock(stage, role)

        assert len(statements) <= MOST, (role, "\n\n".join(statements))
