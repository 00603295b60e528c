"""Time is an argument: only the edges read the clock, and every stored moment is UTC."""

import ast
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from hotline.roster.models import Duty
from tests.cast import NOON, House

ROOT = Path(__file__).resolve().parents[2] / "hotline"
EDGES = {"base/clock.py", "cli.py", "demo.py", "worker.py"}
READS = {"now", "utcnow", "today", "time", "time_ns"}
CONVERTS = {"localtime", "gmtime"}
"""These read the clock only when nothing is given to them."""
SHANGHAI = timezone(timedelta(hours=8))


def reads_the_clock(source: str) -> list[int]:
    """Lines that ask what time it is: `datetime.now(…)`, `date.today()`, `time.time()`."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (node.func.attr in READS or (node.func.attr in CONVERTS and not node.args))
        and ast.unparse(node.func.value).split(".")[-1] in {"datetime", "date", "time"}
    ]


def test_only_the_edges_read_the_clock() -> None:
    offences = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in sorted(ROOT.rglob("*.py"))
        if file.relative_to(ROOT).as_posix() not in EDGES and file.name != "deps.py"
        for line in reads_the_clock(file.read_text(encoding="utf-8"))
    ]

    assert offences == []


@pytest.mark.parametrize(
    "source",
    ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()", "time.gmtime()"],
)
def test_the_rule_bites(source: str) -> None:
    assert reads_the_clock(source)


def test_a_moment_without_a_zone_is_refused(house: House) -> None:
    naive = NOON.replace(tzinfo=None)

    with pytest.raises(StatementError, match="time zone"), house.database.write() as db:
        db.add(Duty(account_id=house.person("lin").id, since=naive))


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(house: House) -> None:
    moment = datetime(2026, 11, 23, 20, 30, 15, 123456, SHANGHAI)
    with house.database.write() as db:
        db.add(Duty(account_id=house.person("lin").id, since=moment))

    with house.database.read() as db:
        (back,) = db.scalars(select(Duty.since))
        stored = db.execute(text("SELECT since FROM duties")).scalar_one()

    assert back == moment
    assert back.tzinfo is UTC
    written = stored if isinstance(stored, str) else str(stored.astimezone(UTC)).removesuffix("+00:00")
    assert written == "2026-11-23 12:30:15.123456"
