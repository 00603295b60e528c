"""Every row of every table, to see what changed."""

from collections import Counter

from hotline.base.db import Database, Table, open_database
from tests.databases import url_of
from tests.promises.stage import Stage

Row = tuple[tuple[str, object], ...]
Rows = dict[str, Counter[Row]]


def rows_of(stage: Stage) -> Rows:
    """What a second connection sees: what was committed."""
    return rows_in(stage.house.database)


def saved_rows(stage: Stage) -> Rows:
    """Every row of the stage as it was set."""
    saved = open_database(url_of(stage.saved))
    try:
        return rows_in(saved)
    finally:
        saved.dispose()


def rows_in(database: Database) -> Rows:
    """Table → its rows as stored, each as pairs of column and value."""
    with database.read() as db:
        connection = db.connection()
        return {
            name: Counter(
                tuple(zip(row._fields, row, strict=True)) for row in connection.exec_driver_sql(_all(name))
            )
            for name in Table.metadata.tables
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
