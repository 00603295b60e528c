"""Tables, types and transactions. One transaction per request, committed at the edge.

How a transaction begins depends on the database, and on whether it will write: a session says so itself.
An event of SQLAlchemy's engine would cost as much again with every statement as the statement does.

SQLite has one writer, whose turn a transaction takes when it begins (hotline/base/sqlite.py).

PostgreSQL has many, in many processes. Reads see one moment there too (REPEATABLE READ); writes see
what others have committed (READ COMMITTED), so a claim is a conditional UPDATE or a locked row.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol, TypeVar, cast
from uuid import UUID, uuid4

from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    Insert,
    LargeBinary,
    MetaData,
    Row,
    Select,
    String,
    TypeDecorator,
    UpdateBase,
    Uuid,
    bindparam,
    event,
    insert,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction, mapped_column

from hotline.base.events import Hub, take_pinged
from hotline.base.listening import notify

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

Answer = TypeVar("Answer")
Rows = Sequence[Row[*tuple[Any, ...]]]
ANSWERS = "answers"
BEGINS = "how a transaction begins"

LOCK_WAIT_SECONDS = 5
"""For another process that writes; a person who waits longer is told, with their text on the page."""

CONNECTIONS = 16
"""The most that one process holds: eight threads, each of which may note a read while it reads."""

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Naive values are refused, so no local time slips in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a moment needs its time zone"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


UuidPk = Annotated[UUID, mapped_column(primary_key=True, default=uuid4)]


class Table(DeclarativeBase):
    """The base of every table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UTCDateTime(),
        UUID: Uuid(),
        bytes: LargeBinary(),
        str: String(64),
    }


class Begin(Protocol):
    """How a database begins a transaction."""

    def __call__(self, connection: Connection, *, writes: bool) -> None:
        """The transaction has begun on this connection, or it raises as a statement would."""


class _Session(Session):
    """A session whose `get` looks for a row by its key with a statement made once.

    Making one takes four times as long as asking so small a question, and pages ask several. `get_one` and
    whoever asks for more than the row go SQLAlchemy's own way.
    """

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:  # noqa: ANN401 - whoever asks sees Session's own types
        """As ever: also the row that the session knows already, with what was changed in it."""
        key = inspect(entity).primary_key
        values = ident if isinstance(ident, tuple) else (ident,)
        is_plain = len(values) == len(key) and not any(isinstance(v, dict | list | None) for v in values)
        if options or not is_plain:
            return super().get(entity, ident, **options)
        if inspect(entity).identity_key_from_primary_key(values) in self.identity_map:
            return super().get(entity, ident)
        named = {column.name: value for column, value in zip(key, values, strict=True)}
        return self.scalars(_by_key(entity), named).one_or_none()


@event.listens_for(_Session, "after_begin")
def _begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if transaction.nested:
        return
    try:
        session.info[BEGINS](connection)
    except BaseException:
        connection.invalidate()  # or the session would go on with it, outside any transaction
        raise


@cache
def _by_key(table: type[Table]) -> Select[Any]:
    return select(table).where(*(column == bindparam(column.name) for column in inspect(table).primary_key))


class Database:
    """A database and its two ways in: `read()` sees, `write()` changes and commits.

    `events` is told what a committed transaction pinged, with PostgreSQL by way of the database.
    """

    def __init__(self, engine: Engine, begin: Begin) -> None:
        self.engine = engine
        """For what needs no session: SQLite begins no transaction then, and PostgreSQL one of any kind."""

        self.begin = begin
        self.events = Hub()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment and keeps nothing."""
        known = {ANSWERS: {}, BEGINS: partial(self.begin, writes=False)}
        with _Session(self.engine, expire_on_commit=False, info=known) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are all kept when the block ends, or none when it raises."""
        is_shared = self.engine.dialect.name == "postgresql"
        known = {BEGINS: partial(self.begin, writes=True)}
        with _Session(self.engine, expire_on_commit=False, info=known) as session:
            with session.begin():
                yield session
                topics = take_pinged(session)
                if topics and is_shared:
                    notify(session, topics)
            if topics and not is_shared:
                self.events.publish(topics)

    def vouch(self) -> None:
        """What could be read until now is as safe as what is committed now, on standby servers too."""
        if self.engine.dialect.name == "postgresql":
            with self.write() as db:
                vouch(db)

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Connect lazily to SQLite or PostgreSQL; nothing is created here but SQLite's folder."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        from hotline.base.sqlite import open_engine  # noqa: PLC0415 - only one of the two is needed
    else:
        from hotline.base.postgres import open_engine  # noqa: PLC0415 - its driver is there with PostgreSQL only
    return Database(*open_engine(address, connections=CONNECTIONS, lock_wait=LOCK_WAIT_SECONDS))


def once(db: Session, question: Hashable, ask: Callable[[], Answer]) -> Answer:
    """What `ask` finds. A session that only sees one moment asks the same question once.

    One that changes things asks again each time, for the answer may be another by now.
    """
    answers = db.info.get(ANSWERS)
    if answers is None:
        return ask()
    if question not in answers:
        answers[question] = ask()
    return cast("Answer", answers[question])


@contextmanager
def asking_once(db: Session) -> Iterator[None]:
    """In this block nothing is changed: a session that changes things asks a question once here, too."""
    if ANSWERS in db.info:
        yield
        return
    db.info[ANSWERS] = {}
    try:
        yield
    finally:
        del db.info[ANSWERS]


def knows(db: Session, question: Hashable, answer: object) -> None:
    """Found beside something else: a session that sees one moment need not ask this any more."""
    if ANSWERS in db.info:
        db.info[ANSWERS].setdefault(question, answer)


def vouch(db: Session) -> None:
    """Committing this transaction vouches for what it has read as well.

    A commit without a change does not wait for PostgreSQL's standby servers. What it saw may be there
    by a commit that somebody kept from waiting.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("SELECT pg_logical_emit_message(true, 'hotline', '')"))


def insert_row(db: Session, row: Table, statement: Insert | None = None, **given: object) -> None:
    """The row is in the database when this returns, after what the session was given before.

    It costs a third of adding it to the session, which does not know the object: what is changed in it
    later is not kept. A `statement` of its own lets the database work out some values from what is `given`.
    """
    db.flush()
    values = {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}
    db.connection().execute(_insert_into(type(row)) if statement is None else statement, given | values)


def rows_of(db: Session, question: Select[*tuple[Any, ...]], values: Mapping[str, object]) -> Rows:
    """The answer to a question that asks for columns, in half the time it takes through the session."""
    db.flush()
    return db.connection().execute(question, values).all()


def delete_rows(db: Session, statement: Delete, values: Mapping[str, object]) -> None:
    """The rows are gone. It costs half of asking the session, which may not hold an object of one."""
    db.flush()
    db.connection().execute(statement, values)


@cache
def _insert_into(table: type[Table]) -> Insert:
    """Made once, because making it takes longest. Nobody asks what number the database gave the row."""
    return insert(table).inline()


def upsert(dialect: str, table: type[Table]) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that can say what becomes of a row that is there already; both databases say it alike."""
    if dialect == "sqlite":
        from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - a megabyte, and only one of the two is needed

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - all its drivers come along: a tenth of a second

    return postgresql.insert(table)


def rows_changed(db: Session, statement: UpdateBase) -> int:
    """Run an UPDATE or DELETE and say how many rows it changed: how claims are decided."""
    return cast("CursorResult[Any]", db.execute(statement)).rowcount
