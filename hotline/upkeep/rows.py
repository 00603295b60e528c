"""How many rows there are: what a backup says it holds, and what a restored database must have."""

from pathlib import Path

from sqlalchemy import Connection, NullPool, create_engine, func, inspect, select, table

from hotline.upkeep.manifest import LEFT_OUT

NOT_COUNTED = frozenset({*LEFT_OUT, "alembic_version"})


def rows_of(connection: Connection) -> dict[str, int]:
    """How many rows each table has; those that no backup holds are not counted."""
    names = sorted(set(inspect(connection).get_table_names()) - NOT_COUNTED)
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def rows_in_file(file: Path) -> dict[str, int]:
    """The same for a SQLite file that nobody else uses."""
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            return rows_of(connection)
    finally:
        engine.dispose()
