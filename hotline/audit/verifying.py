"""Reading the whole trail again: does every line follow from the one before it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.audit.actions import NOTHING_BEFORE, link
from hotline.audit.models import AuditLine

BATCH = 1000
"""Lines in memory at once."""

OVERDUE = timedelta(minutes=10)
"""The worker chains every half minute; a line that waits for so long has none."""


@dataclass(frozen=True)
class Trail:
    """What reading the trail has found. `broken_at` is the first line that does not follow."""

    lines: int
    broken_at: int | None


def verify(db: Session) -> Trail:
    """Compare every chained line with its hash. Those at the end that are not chained yet are left out."""
    previous, read, number = NOTHING_BEFORE, 0, 0
    last = db.scalar(select(func.max(AuditLine.number)).where(AuditLine.chained.is_not(None))) or 0
    wanted = select(AuditLine).where(AuditLine.number <= last).order_by(AuditLine.number).limit(BATCH)
    while lines := db.scalars(wanted.where(AuditLine.number > number)).all():
        for line in lines:
            if line.chained != link(line, previous):
                return Trail(read, line.number)
            previous = line.chained
            read += 1
        number = lines[-1].number
        db.expunge_all()
    return Trail(read, None)


def unchained_since(db: Session, *, now: datetime) -> datetime | None:
    """When the oldest line was written that should have been chained by now; None if there is none."""
    oldest = db.scalar(select(func.min(AuditLine.at)).where(AuditLine.chained.is_(None)))
    return oldest if oldest is not None and oldest < now - OVERDUE else None
