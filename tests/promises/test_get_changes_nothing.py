"""Looking changes nothing. What may differ afterwards stands here by its name."""

from pathlib import Path

import pytest

from tests.databases import FILE
from tests.promises import forms
from tests.promises.doors import DOORS, Door
from tests.promises.rows import Rows, changed_columns, changed_tables, rows_of, saved_rows
from tests.promises.stage import ROLES, Stage

LOOKS = tuple(door for door in DOORS if door.method == "GET" and door.path != "/exit")

SEEN = ("sessions", "seen_at")
"""A page notes that the session it was asked with is in use."""

READ = ("audit_lines", "+")
"""A line in the trail says that somebody opened a ticket."""


@pytest.mark.parametrize("door", LOOKS, ids=str)
def test_looking_changes_nothing(stage: Stage, door: Door) -> None:
    files = other_files(stage)
    for role, method in (*((role, "GET") for role in ROLES), ("lin", "HEAD"), ("caller", "HEAD")):
        stage.reset()
        stage.watch.forward(minutes=2)  # long enough for a session to be noted as in use

        door.knock(stage, role, method=method)

        may_differ = {SEEN, READ} if door.is_on_a_ticket and role == "lin" else {SEEN}
        assert differences(stage) <= may_differ, role
    assert other_files(stage) == files


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "PATCH", "DELETE"])
def test_other_methods_change_nothing_either(stage: Stage, method: str) -> None:
    for door in DOORS:
        role = "caller" if door.path.startswith("/conversation") else "lin"
        stage.browser(role).request(method, door.address(stage))

    assert differences(stage) == set()


@pytest.mark.parametrize("role", ROLES)
def test_exit_ends_the_callers_visit_and_nothing_else(stage: Stage, role: str) -> None:
    stage.browser(role).get("/exit")

    assert differences(stage) == ({("sessions", "-")} if role == "caller" else set())
    assert stage.browser(role).get("/conversation").headers["location"] == "/read"


def test_exit_puts_the_code_of_its_own_journey_out_of_sight(stage: Stage) -> None:
    visitor = stage.browser("nobody")
    journey = "ab" * 32
    visitor.cookies.set("journey", journey)
    visitor.post("/write/send", data={**forms.request(stage, "nobody"), "journey": journey})
    before = rows_of(stage)

    visitor.get("/exit")

    after = rows_of(stage)
    assert changed_tables(before, after) == {"sent_forms"}
    assert changed_columns(before, after, "sent_forms") == {"sealed_code", "journey", "kept_at"}


def test_the_comparison_sees_a_change(stage: Stage) -> None:
    stage.browser("lin").post("/staff/duty", data={"on": "no"})

    assert differences(stage) == {("duties", "-"), READ}


def differences(stage: Stage) -> set[tuple[str, str]]:
    """Table and column of what differs from the stage as it was set; "+" rows came, "-" rows went."""
    if stage.is_untouched:
        return set()
    before, after = saved_rows(stage), rows_of(stage)
    return {(table, what) for table in changed_tables(before, after) for what in _what(before, after, table)}


def _what(before: Rows, after: Rows, table: str) -> set[str]:
    gone, come = before[table] - after[table], after[table] - before[table]
    if not gone:
        return {"+"}
    return changed_columns(before, after, table) if come else {"-"}


def other_files(stage: Stage) -> dict[Path, bytes]:
    """Every file of the data directory but the database's."""
    return {
        file: file.read_bytes()
        for file in stage.house.folder.rglob("*")
        if file.is_file() and not file.name.startswith(FILE)
    }
