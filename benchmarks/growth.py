"""What a page costs when there are a thousand times as many tickets.

The tickets of the stage are copied row by row inside the database, so a million of them have the sizes,
the columns and the spread of real ones. A copy has its own id, reference and lookup; it is as sealed as
the ticket it was copied from and opens for nobody, since what is sealed is bound to its ticket.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    Uuid,
    func,
    insert,
    select,
    text,
)
from sqlalchemy import Table as Rows

from benchmarks import pages
from benchmarks.clients import Ask
from benchmarks.measure import Load, beside
from benchmarks.servers import Server
from benchmarks.stage import Stage
from benchmarks.table import Line
from hotline.base.db import Database, Table
from hotline.tickets.models import Ticket

Serve = Callable[[Stage], AbstractContextManager[Server]]

MOST = 1.3
SOME = 330
FIRST_REFERENCE = 1_000_000_000
"""Ten digits; the stage's own were drawn at random, and some may lie in the million from here."""

AT_ONCE = 20_000
NOT_COPIED = {"sessions", "sent_forms"}
"""What belongs to a moment and not to a ticket."""

COPIES = Rows(
    "growth_copies",
    MetaData(),
    Column("old", Uuid()),
    Column("new", Uuid()),
    Column("reference", String(10)),
    prefixes=["TEMPORARY"],
)


def to(stage: Stage, tickets: int, serve: Serve, floor: Serve) -> Iterator[Line]:
    """Each figure at the stage's own size and then at so many tickets, as a ratio."""
    with floor(stage) as bare:
        before = _costs(stage, serve, bare)
        grow(stage.house.database, tickets)
        after = _costs(stage, serve, bare)
    for name, figure in after.items():
        yield Line(f"{name} at {tickets:,} tickets", figure, before[name], "bare pages", most=MOST)


def _costs(stage: Stage, serve: Serve, bare: Server) -> dict[str, float]:
    """The processor time a request takes of the server and of PostgreSQL's, in that of a bare page.

    Growing takes minutes, and the machine may be another one afterwards: each is measured in turn with
    a page that knows nothing of tickets.
    """
    database = stage.house.database

    def in_bare_pages(load: Load) -> float:
        spent, page = beside(load, _gets(bare, "/", ""))
        return spent / page

    with serve(stage) as alone:
        server = replace(alone, helpers=lambda: _backends(database))
        counselor, supervisor = pages.sign_in(server), pages.sign_in(server, "yinxing")
        returns = [pages.come_back(code) for code in stage.codes]
        sends = [Ask("POST", "/write/send", stage.form()) for _ in stage.codes]
        return {
            "queue page": in_bare_pages(_gets(server, "/staff/queue", counselor)),
            "ticket page": in_bare_pages(_gets(server, f"/staff/tickets/{stage.long_talk}", counselor)),
            "statistics": in_bare_pages(_gets(server, "/staff/statistics", supervisor)),
            "board": in_bare_pages(_gets(server, "/staff/board", supervisor)),
            "intake": in_bare_pages(Load(server, sends)),
            "return": in_bare_pages(Load(server, returns, expect=303)),
        }


def _backends(database: Database) -> list[int]:
    """The processes in which PostgreSQL on this machine answers questions to this database."""
    if database.engine.dialect.name == "sqlite":
        return []
    asked = text(
        "SELECT pid FROM pg_stat_activity "
        "WHERE datname = current_database() AND backend_type = 'client backend'"
    )
    with database.read() as db:
        return list(db.scalars(asked))


def _gets(server: Server, path: str, cookie: str) -> Load:
    return Load(server, [Ask("GET", path)] * SOME, cookie)


def grow(database: Database, tickets: int, like: Collection[UUID] = ()) -> None:
    """The database holds so many tickets: the new ones are copies of these or of all, with what is theirs.

    PostgreSQL looks at its tables by itself after a while, and is told to at once; SQLite never does.
    """
    with database.read() as db:
        originals = list(like) or list(db.scalars(select(Ticket.id)))
        drawn = set(db.scalars(select(Ticket.reference)))
    free = (one for number in count(FIRST_REFERENCE) if (one := f"{number}") not in drawn)
    own = [table for table in Table.metadata.sorted_tables if "ticket_id" in table.c]
    for start in range(len(drawn), tickets, AT_ONCE):
        number = min(AT_ONCE, tickets - start)
        with database.write() as db:
            connection = db.connection()
            _choose(connection, originals, range(start, start + number), free)
            _copy(connection, Table.metadata.tables["tickets"], "id")
            for table in own:
                if table.name not in NOT_COPIED:
                    _copy(connection, table, "ticket_id")
            _copy(connection, Table.metadata.tables["audit_lines"], "subject_id")
            COPIES.drop(connection)
    if database.engine.dialect.name == "postgresql":
        with database.write() as db:
            db.execute(text("ANALYZE"))


def _choose(connection: Connection, originals: list[UUID], places: range, free: Iterator[str]) -> None:
    """What is copied in this turn, and what the copies are called."""
    COPIES.create(connection)
    connection.execute(
        insert(COPIES),
        [
            {
                "old": originals[place % len(originals)],
                "new": uuid4(),
                "reference": next(free),
            }
            for place in places
        ],
    )


def _copy(connection: Connection, table: Rows, belongs: str) -> None:
    """Every row of the table that belongs to a ticket, once more for each of its copies."""
    alone = {column.name for column in table.columns if _is_unique_alone(column)}
    columns: dict[str, ColumnElement[object]] = {}
    for column in table.columns:
        if column.name == belongs:
            columns[column.name] = COPIES.c.new
        elif column.name == "reference":
            columns[column.name] = COPIES.c.reference
        elif column.name in alone and column.autoincrement is not True:
            columns[column.name] = _random(column, connection.dialect.name)
        elif column.name not in alone:
            columns[column.name] = column
    rows = select(*columns.values()).select_from(table).join(COPIES, COPIES.c.old == table.c[belongs])
    connection.execute(insert(table).from_select(list(columns), rows))


def _is_unique_alone(column: Column[object]) -> bool:
    """Whether no two rows have the same value of this one column."""
    keys = [column.table.primary_key, *column.table.constraints]
    return any(
        list(key.columns) == [column]
        for key in keys
        if key is column.table.primary_key or isinstance(key, UniqueConstraint)
    ) or any(index.unique and list(index.columns) == [column] for index in column.table.indexes)


def _random(column: Column[object], dialect: str) -> ColumnElement[object]:
    is_sqlite = dialect == "sqlite"
    if isinstance(column.type, Uuid):
        return func.lower(func.hex(func.randomblob(16))) if is_sqlite else func.gen_random_uuid()
    if isinstance(column.type, LargeBinary):
        return func.randomblob(32) if is_sqlite else func.sha256(func.uuid_send(func.gen_random_uuid()))
    raise TypeError(f"{column} has to be different in each row")
