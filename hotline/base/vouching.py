"""A commit that counts only when the server vouches for it, on its standby servers too.

With synchronous standbys PostgreSQL waits in COMMIT until they have it. Somebody may cancel that wait:
then COMMIT succeeds with a warning that it "might not have been replicated", and whoever acknowledges
it promises what the next failover takes away. A language and a server setting decide how the warning
reads, so any warning that a COMMIT answers with counts.
"""

import psycopg
from psycopg.errors import Diagnostic
from psycopg.rows import TupleRow


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
