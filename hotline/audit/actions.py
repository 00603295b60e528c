"""Writing the trail. A change's line is in its transaction; a read's is committed before the read."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from hotline.audit.acts import Act
from hotline.audit.models import AuditLine
from hotline.base.db import Database, insert_row
from hotline.base.locks import outlast_writers

CHAIN_BATCH = 500
NOTHING_BEFORE = bytes(32)


def record(
    db: Session,
    act: Act,
    *,
    actor: UUID | None,
    subject: UUID | None,
    now: datetime,
    detail: str | None = None,
) -> None:
    """Add a line to the transaction at hand. `detail` is a code such as P1, never a person's words."""
    insert_row(db, AuditLine(at=now, act=act, actor_id=actor, subject_id=subject, detail=detail))


class Journal:
    """Lines that stand on their own: about reads, before anything is opened, and about refusals."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(
        self, act: Act, *, actor: UUID, subject: UUID, now: datetime, detail: str | None = None
    ) -> None:
        """The line is committed when this returns; if it cannot be, nothing may be read."""
        with self._database.write() as db:
            record(db, act, actor=actor, subject=subject, now=now, detail=detail)

    def ahead(self, acts: Collection[Act], *, actor: UUID, subject: UUID, now: datetime) -> "Journal":
        """The lines of several reads that follow are committed at once, as a commit is what takes time.

        The reads are given the journal that this returns, for which those lines have been written.
        """
        if acts:
            with self._database.write() as db:
                line = {"at": now, "actor_id": actor, "subject_id": subject}
                db.execute(insert(AuditLine), [{**line, "act": act} for act in acts])
        return Ahead(self._database, acts, actor, subject)


class Ahead(Journal):
    """A journal that has some lines already, each for one read; any other it writes as usual."""

    def __init__(self, database: Database, acts: Collection[Act], actor: UUID, subject: UUID) -> None:
        super().__init__(database)
        self._written = {(act, actor, subject) for act in acts}

    def write(
        self, act: Act, *, actor: UUID, subject: UUID, now: datetime, detail: str | None = None
    ) -> None:
        """The line is committed when this returns."""
        if (act, actor, subject) in self._written and detail is None:
            self._written.remove((act, actor, subject))
        else:
            super().write(act, actor=actor, subject=subject, now=now, detail=detail)


def chain_lines(db: Session, *, at_most: int = CHAIN_BATCH) -> int:
    """Chain the oldest settled lines in order; returns how many. One worker at a time calls it.

    PostgreSQL draws a line's number before it is committed, so a line may come after one with a higher
    number. No line comes any more up to the newest once everybody who was writing then has ended. While
    somebody does not end nothing is chained, however old the lines are.
    """
    newest = db.scalar(select(func.max(AuditLine.number))) or 0
    if not outlast_writers(db, AuditLine.__tablename__):
        return 0
    last = db.scalar(
        select(AuditLine).where(AuditLine.chained.is_not(None)).order_by(AuditLine.number.desc()).limit(1)
    )
    previous = last.chained if last and last.chained else NOTHING_BEFORE
    lines = db.scalars(
        select(AuditLine)
        .where(AuditLine.number > (last.number if last else 0), AuditLine.number <= newest)
        .order_by(AuditLine.number)
        .limit(at_most)
    ).all()
    for line in lines:
        previous = line.chained = link(line, previous)
    return len(lines)


def link(line: AuditLine, previous: bytes) -> bytes:
    """The hash this line must carry after the one before it."""
    fields = (line.number, line.at.isoformat(), line.act, line.actor_id, line.subject_id, line.detail)
    return hashlib.sha256(previous + json.dumps(fields, default=str).encode()).digest()
