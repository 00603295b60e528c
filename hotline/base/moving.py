"""Moving every row to another database, and the proof that it arrived.

Both databases have the same tables, the other one empty. What was read and what was kept are compared
row by row, by a checksum of every value that does not depend on the order of the rows.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, MetaData, Row, Table, func, select, text

ROWS_AT_ONCE = 1000


class NotTheSame(Exception):
    """What was kept is not what was read: the table's name."""


@dataclass(frozen=True)
class Sum:
    """How many rows a table has, and a checksum of all of them."""

    rows: int = 0
    checksum: int = 0

    def plus(self, row: Row[tuple[object, ...]]) -> "Sum":
        """The same with one more row."""
        digest = hashlib.sha256(json.dumps([_written(value) for value in row]).encode()).digest()
        return Sum(self.rows + 1, (self.checksum + int.from_bytes(digest)) % 2**256)


def filled_tables(connection: Connection, metadata: MetaData) -> list[str]:
    """The tables in which there is something."""
    tables = metadata.sorted_tables
    return [table.name for table in tables if connection.execute(select(table).limit(1)).first()]


def move(source: Connection, target: Connection, metadata: MetaData) -> dict[str, int]:
    """Every row of the source is in the target's transaction; how many there are in each table.

    Parents come before what hangs on them, and numbers that the database gives go on after the last.
    `NotTheSame` when a table reads differently there.
    """
    moved: dict[str, int] = {}
    for table in metadata.sorted_tables:
        read = Sum()
        for rows in _batches(source, table):
            target.execute(table.insert(), [dict(row._mapping) for row in rows])  # noqa: SLF001 (SQLAlchemy's public name)
            for row in rows:
                read = read.plus(row)
        if sum_of(target, table) != read:
            raise NotTheSame(table.name)
        _go_on_counting(target, table)
        moved[table.name] = read.rows
    return moved


def sum_of(connection: Connection, table: Table) -> Sum:
    """What a table holds."""
    found = Sum()
    for rows in _batches(connection, table):
        for row in rows:
            found = found.plus(row)
    return found


def _batches(connection: Connection, table: Table) -> Iterator[list[Row[tuple[object, ...]]]]:
    """All rows, a bounded number in memory."""
    everything = select(table).execution_options(yield_per=ROWS_AT_ONCE)
    for rows in connection.execute(everything).partitions():
        yield list(rows)


def _go_on_counting(target: Connection, table: Table) -> None:
    """PostgreSQL counts in a sequence of its own, which knows nothing of the rows that were brought."""
    column: Column[int] | None = table.autoincrement_column
    if target.dialect.name != "postgresql" or column is None:
        return
    last = target.scalar(select(func.max(column)))
    if last is not None:
        counter = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")
        target.execute(counter, {"table": table.name, "column": column.name, "last": last})


def _written(value: object) -> str | int | bool | None:
    """A value in the one way in which both databases give it back."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int | str) or value is None else str(value)
