"""Whether more people write than are answered in time, for the first page to say so."""

from datetime import datetime, timedelta
from typing import Final

from fastapi.concurrency import run_in_threadpool
from sqlalchemy.exc import SQLAlchemyError

from hotline.base.db import Database
from hotline.tickets.queries import are_many_late
from hotline.web.limits import Turns

LOOKED_AT_EVERY: Final = timedelta(minutes=1)
TRUE_FOR: Final = timedelta(minutes=15)
"""What was seen longer ago than this says nothing about now."""


class Demand:
    """What the queue looked like last; one per process.

    A page shows what is known and never waits for the database: who comes first after a quiet hour
    sees nothing, and whoever comes after them sees how it stands.
    """

    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        self._is_high = False

    def is_high(self, now: datetime) -> bool:
        """Whether the queue was too long a short while ago."""
        return self._is_high and self._is_younger(TRUE_FOR, now)

    def is_due(self, now: datetime) -> bool:
        """Whether somebody should look again."""
        return not self._is_younger(LOOKED_AT_EVERY, now)

    async def look(self, turns: Turns, database: Database, now: datetime) -> None:
        """Look at the queue; without a database nothing is known."""
        self._looked_at = now  # before anything is waited for, so that one at a time looks

        def see() -> bool:
            with database.read() as db:
                return are_many_late(db, now=now)

        try:
            async with turns.read:
                self._is_high = await run_in_threadpool(see)
        except SQLAlchemyError:
            self._is_high = False

    def _is_younger(self, than: timedelta, now: datetime) -> bool:
        return self._looked_at is not None and abs(now - self._looked_at) < than
