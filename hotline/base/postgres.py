"""PostgreSQL as the rest of the program needs it: a pool, commits that count, and refusals that pass.

With synchronous standbys PostgreSQL waits in COMMIT until they have it. Somebody may cancel that wait:
then COMMIT succeeds with a warning that it "might not have been replicated", and whoever acknowledges
it promises what the next failover takes away. A language and a server setting decide how the warning
reads, so any warning that a COMMIT answers with counts.
"""

import select
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import IsolationLevel
from psycopg.errors import Diagnostic, IdleInTransactionSessionTimeout, InternalError_, ReadOnlySqlTransaction
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.rows import TupleRow
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError, OperationalError

from hotline.base.listening import ALIVE

if TYPE_CHECKING:
    from hotline.base.db import Begin

PATIENCE = "-c idle_in_transaction_session_timeout=60s"
"""A process that stands still in a transaction does not keep the others waiting for ever."""

PLANNING = "-c plan_cache_mode=force_custom_plan"
"""A plan made for any value takes "waiting" for as common as "closed", and would read all to find five."""

PASSING = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout, InternalError_)
"""The server follows another one now, or ended a transaction that stood still: that passes by itself.

A server that follows says "internal error" to what would only write into its log.
"""


class NotVouchedFor(psycopg.OperationalError):
    """The server has committed and warned: a failover may take it away. Sent again, it is found there."""


UNSAID = (None,) * 5
"""Sizes and the like, which nobody asks for."""


class QuickCursor(psycopg.Cursor[TupleRow]):
    """A cursor that says of its columns what PEP 249 asks for, in a fifth of the driver's own time."""

    @property
    def description(self) -> Any:  # noqa: ANN401 - the driver's own type does more than that
        """A name and a type for each column, None when there are no rows to expect."""
        found = self.pgresult
        if found is None or not (found.nfields or found.status == ExecStatus.TUPLES_OK):
            return None
        encoding, places = self._encoding, range(found.nfields)
        return [((found.fname(at) or b"").decode(encoding), found.ftype(at), *UNSAID) for at in places]


class VouchingConnection(psycopg.Connection[TupleRow]):
    """A connection on which a commit that comes with a warning has failed."""

    def is_there(self) -> bool:
        """Whether nothing says that the server has gone away since it was last asked something.

        A server that goes says so, or its machine does; of a network that goes the kernel learns, by
        ALIVE. Asking costs a round trip, and listening none: only when there is something to hear is
        the server asked.
        """
        said = select.poll()
        try:
            said.register(self.fileno(), select.POLLIN)
            if said.poll(0):
                self.execute("")
                self.rollback()
        except psycopg.Error:
            return False
        return True

    def rollback(self) -> None:
        """Nothing is kept. After mere reading the statements that the server has prepared stay prepared.

        The driver forgets them with every rollback, since one may undo a change of the tables. A column
        whose type is changed while the program runs fails once for each connection.
        """
        is_reading = self.isolation_level is IsolationLevel.REPEATABLE_READ
        if is_reading and self.pgconn.transaction_status == TransactionStatus.INTRANS:
            self.pgconn.exec_(b"ROLLBACK")
        if self.pgconn.transaction_status != TransactionStatus.IDLE:
            super().rollback()

    def commit(self) -> None:
        """Everything is where a commit has to bring it; `NotVouchedFor` when the server does not say so."""
        warnings: list[Diagnostic] = []

        def hear(said: Diagnostic) -> None:
            if said.severity_nonlocalized == "WARNING":
                warnings.append(said)

        self.add_notice_handler(hear)
        try:
            super().commit()
        finally:
            self.remove_notice_handler(hear)
        if warnings:
            raise NotVouchedFor("the server warned when it committed")


def open_engine(address: URL, *, connections: int, lock_wait: int) -> "tuple[Engine, Begin]":
    """A pool that notices a server that went away; it waits so many seconds for a lock or a connection."""
    own = str(address.query.get("options", ""))
    engine = create_engine(
        address,
        hide_parameters=True,
        pool_size=connections // 2,
        max_overflow=connections // 2,
        pool_timeout=lock_wait,
        connect_args={
            **{name: value for name, value in ALIVE.items() if name not in address.query},
            "options": f"-c lock_timeout={lock_wait}s {PATIENCE} {PLANNING} {own}".strip(),
        },
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, words: Any, options: Any) -> VouchingConnection:  # noqa: ANN401 (the driver's own)
        return VouchingConnection.connect(*words, cursor_factory=QuickCursor, **options)

    @event.listens_for(engine, "checkout")
    def look(connection: VouchingConnection, _record: object, _lent: object) -> None:
        if not connection.is_there():
            raise InvalidatePoolError

    @event.listens_for(engine, "handle_error")
    def tell_what_passes(met: ExceptionContext) -> OperationalError | None:
        """As other outages, 503; the next connection may lead to the server that takes changes."""
        if not isinstance(met.original_exception, PASSING):
            return None
        met.is_disconnect = True
        return OperationalError(met.statement, None, met.original_exception)

    return engine, begin


def begin(connection: Connection, *, writes: bool) -> None:
    """Reads see one moment; changes see what others have committed meanwhile.

    The driver begins it with the first statement. Set before each transaction, it is never set back.
    """
    driver: Any = connection.connection.dbapi_connection
    driver.isolation_level = IsolationLevel.READ_COMMITTED if writes else IsolationLevel.REPEATABLE_READ
