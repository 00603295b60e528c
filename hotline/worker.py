"""What happens by the clock: sessions end, follow-ups remind, statistics are released, the trail is chained.

Each task is a transaction of its own; one that fails is logged and tried again in the next round,
and the others go on.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from hotline.accounts import late_posts, sessions, sign_in
from hotline.audit.actions import CHAIN_BATCH, chain_lines
from hotline.audit.queries import newest_line_at
from hotline.base.clock import Clock, Steadiness, system_clock
from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.base.locks import Lock, alone_if_free
from hotline.base.meters import NOTHING, Meters
from hotline.base.wal import empty_log
from hotline.followups import reminding
from hotline.followups.reminding import BATCH
from hotline.intake.actions import forget_expired_codes
from hotline.keyring.queries import find_deployment, founded_at
from hotline.notifications.postman import Postman
from hotline.roster.hours import load_hours
from hotline.statistics.actions import release_due
from hotline.statistics.releases import newest_decision_at

EVERY_SECONDS = 30
"""Deleted text leaves SQLite's write-ahead log within a minute, so a round comes twice in it."""

logger = logging.getLogger(__name__)

Task = Callable[[Session, datetime], int | None]
"""One thing that is due, in its own transaction; how many rows it changed, if it counts them."""


class Worker:
    """Does what is due. `serve` runs one inside with SQLite; PostgreSQL has `hotline worker`."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Clock = system_clock,
        ticks: Callable[[], float] = time.monotonic,
        meters: Meters = NOTHING,
    ) -> None:
        self._meters = meters
        self._failures = 0
        self._stop = threading.Event()
        self._database = database
        self._settings = settings
        self._clock = clock
        self._steadiness = Steadiness(ticks)
        self._hours = load_hours(settings.zone, settings.data_dir / "hours.toml")
        self._postman = Postman(database, settings)

    def run_forever(self, stop: threading.Event) -> None:
        """A round every half minute until `stop` is set; then what is being done is finished, and no more."""
        self._stop = stop
        while not stop.is_set():
            self.run_once(self._clock())
            stop.wait(EVERY_SECONDS)

    def run_once(self, now: datetime) -> None:
        """One round. Nothing it meets is raised; what failed stands in the log."""
        self._failures = 0
        for task in TASKS:
            self._guarded(partial(self._in_transaction, task, now))
        self._guarded(partial(self._in_batches, self._remind, BATCH, now))
        self._guarded(partial(self._in_transaction, self._release, now))
        self._guarded(partial(self._in_transaction, self._forget_late_posts, now))
        self._guarded(partial(self._in_batches, _chain, CHAIN_BATCH, now))
        if self._settings.is_sqlite:
            self._guarded(partial(empty_log, self._settings.database_url))
        self._guarded(partial(self._postman.send_due, now))  # last: a slow mail server delays nothing else
        self._meters.round(now.timestamp(), self._failures)

    def _in_transaction(self, task: Task, now: datetime) -> int:
        with self._database.write() as db:
            return task(db, now) or 0

    def _release(self, db: Session, now: datetime) -> int:
        """Statistics of periods that are over. Before the founding nothing was counted."""
        founded, zone = founded_at(db), self._settings.zone
        if founded is None or not self._believes(db, founded, now) or not alone_if_free(db, Lock.RELEASE):
            return 0
        return release_due(db, opened=founded.astimezone(zone).date(), now=now, tz=zone)

    def _forget_late_posts(self, db: Session, now: datetime) -> int:
        """Texts that nobody fetched in time. Before the founding there are none."""
        founded = founded_at(db)
        if founded is None or not self._believes(db, founded, now):
            return 0
        return late_posts.forget_old(db, now=now)

    def _believes(self, db: Session, founded: datetime, now: datetime) -> bool:
        """A clock that has just been set far ahead decides nothing for ever, and throws no text away.

        Reminders go on: one that comes early does less harm than one that does not come. A session or
        a receipt code that ends early is entered again.
        """
        newest = max(founded, newest_line_at(db) or founded, newest_decision_at(db) or founded)
        return self._steadiness.holds(now, newest)

    def _in_batches(self, task: Task, full: int, now: datetime) -> None:
        """A transaction for each batch until one is not full, so that nobody waits long for the writer.

        However much there is, a stop waits for one batch.
        """
        while self._in_transaction(task, now) == full and not self._stop.is_set():
            pass

    def _remind(self, db: Session, now: datetime) -> int:
        """Whoever has a follow-up due gets a mail in the outbox, in this transaction.

        One worker at a time, so that somebody with several follow-ups is told of all of them at once.
        """
        if not alone_if_free(db, Lock.REMIND):
            return 0
        deployment = find_deployment(db, self._settings.data_dir)
        return reminding.claim_due(db, deployment, self._hours, now=now) if deployment else 0

    def _guarded(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:  # whatever it was, the next task must run
            self._failures += 1
            logger.exception("a task failed and will be tried again")


def _end_sessions(db: Session, now: datetime) -> int:
    return sessions.sweep(db, now=now)


def _forget_codes(db: Session, now: datetime) -> int:
    return forget_expired_codes(db, now=now)


def _forget_wrong_tries(db: Session, now: datetime) -> None:
    sign_in.forget_wrong_tries(db, now=now)


def _chain(db: Session, _now: datetime) -> int:
    """A batch of settled audit lines is chained, unless another worker is at it this moment."""
    return chain_lines(db) if alone_if_free(db, Lock.CHAIN) else 0


TASKS: tuple[Task, ...] = (_end_sessions, _forget_codes, _forget_wrong_tries)
