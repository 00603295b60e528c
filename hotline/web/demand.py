"""Whether many write and are not answered in time, or nothing can be kept, for the first page to say so."""

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
        self._is_away = False

    def is_high(self, now: datetime) -> bool:
        """Whether the queue was too long a short while ago."""
        return self._is_high and self._is_younger(TRUE_FOR, now)

    def is_away(self, now: datetime) -> bool:
        """Whether the database did not answer a short while ago, so that no message could be kept."""
        return self._is_away and self._is_younger(TRUE_FOR, now)

    def is_due(self, now: datetime) -> bool:
        """Whether somebody should look again."""
        return not self._is_younger(LOOKED_AT_EVERY, now)

    async def look(self, turns: Turns, database: Database, now: datetime) -> None:
        """Look at the queue; without a database only that is known."""
        self._looked_at = now  # before anything is waited for, so that one at a time looks

        def see() -> bool:
            with database.read() as db:
                return are_many_late(db, now=now)

        try:
            async with turns.read:
                self._is_high = await run_in_threadpool(see)
            self._is_away = False
        except SQLAlchemyError:
            self._is_high, self._is_away = False, True

    def _is_younger(self, than: timedelta, now: datetime) -> bool:
        return self._looked_at is not None and abs(now - self._looked_at) < than
