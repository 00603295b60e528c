"""PostgreSQL as the rest of the program needs it: a pool, commits that count, and refusals that pass.

With synchronous standbys PostgreSQL waits in COMMIT until they have it. Somebody may cancel that wait:
then COMMIT succeeds with a warning that it "might not have been replicated", and whoever acknowledges
it promises what the next failover takes away. A language and a server setting decide how the warning
reads, so any warning that a COMMIT answers with counts.
"""

from typing import Any

import psycopg
from psycopg.errors import Diagnostic, IdleInTransactionSessionTimeout, InternalError_, ReadOnlySqlTransaction
from psycopg.rows import TupleRow
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError

CONNECT_SECONDS = 5
PATIENCE = "-c idle_in_transaction_session_timeout=60s"
"""A process that stands still in a transaction does not keep the others waiting for ever."""

PASSING = (ReadOnlySqlTransaction, IdleInTransactionSessionTimeout, InternalError_)
"""The server follows another one now, or ended a transaction that stood still: that passes by itself.

A server that follows says "internal error" to what would only write into its log.
"""


class NotVouchedFor(psycopg.OperationalError):
    """The server has committed and warned: a failover may take it away. Sent again, it is found there."""


class VouchingConnection(psycopg.Connection[TupleRow]):
    """A connection on which a commit that comes with a warning has failed."""

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


def open_engine(address: URL, *, connections: int, lock_wait: int) -> Engine:
    """A pool that notices a server that went away; it waits so many seconds for a lock or a connection."""
    own = str(address.query.get("options", ""))
    engine = create_engine(
        address,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=connections // 2,
        max_overflow=connections // 2,
        pool_timeout=lock_wait,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c lock_timeout={lock_wait}s {PATIENCE} {own}".strip(),
        },
    )

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: object, _record: object, words: Any, options: Any) -> VouchingConnection:  # noqa: ANN401 (the driver's own)
        return VouchingConnection.connect(*words, **options)

    @event.listens_for(engine, "handle_error")
    def tell_what_passes(met: ExceptionContext) -> OperationalError | None:
        """As other outages, 503; the next connection may lead to the server that takes changes."""
        if not isinstance(met.original_exception, PASSING):
            return None
        met.is_disconnect = True
        return OperationalError(met.statement, None, met.original_exception)

    return engine
