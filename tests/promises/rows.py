"""Every row of every table, to see what changed."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.promises.stage import DATABASE, Stage

Row = tuple[tuple[str, object], ...]
Rows = dict[str, Counter[Row]]


def rows_of(stage: Stage) -> Rows:
    """What a second connection sees: what was committed."""
    return rows_in(stage.house.folder / DATABASE)


def rows_in(file: Path) -> Rows:
    """Table → its rows, each as pairs of column and value."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: Counter(tuple(zip(row.keys(), row, strict=True)) for row in connection.execute(_all(name)))
            for name in names
        }


def changed_tables(before: Rows, after: Rows) -> set[str]:
    """The tables in which a row came, went or changed."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def changed_columns(before: Rows, after: Rows, table: str) -> set[str]:
    """The columns that differ between the rows that went and those that came, if as many came as went."""
    gone = sorted((before[table] - after[table]).elements(), key=str)
    come = sorted((after[table] - before[table]).elements(), key=str)
    if len(gone) != len(come):
        return {"*"}
    pairs = zip(gone, come, strict=True)
    return {one[0] for was, now in pairs for one, other in zip(was, now, strict=True) if one != other}


def _all(table: str) -> str:
    return f'SELECT * FROM "{table}"'  # noqa: S608 - the names come from the database itself
