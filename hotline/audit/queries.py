"""Reads of the trail."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.audit.models import AuditLine

PAGE = 50


def lines_before(db: Session, number: int | None, *, limit: int = PAGE) -> list[AuditLine]:
    """The newest lines, or those before a number: a page at a time, never counted."""
    wanted = select(AuditLine).order_by(AuditLine.number.desc()).limit(limit)
    if number is not None:
        wanted = wanted.where(AuditLine.number < number)
    return list(db.scalars(wanted))


def newest_line_at(db: Session) -> datetime | None:
    """When the newest line was written; None before the first."""
    newest = select(AuditLine.at).order_by(AuditLine.number.desc()).limit(1)
    return db.scalar(newest)
