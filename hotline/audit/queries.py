"""Reads of the trail."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hotline.audit.acts import Act
from hotline.audit.models import AuditLine

PAGE = 50


def lines_before(db: Session, number: int | None, *, limit: int = PAGE) -> list[AuditLine]:
    """The newest lines, or those before a number: a page at a time, never counted."""
    wanted = select(AuditLine).order_by(AuditLine.number.desc()).limit(limit)
    if number is not None:
        wanted = wanted.where(AuditLine.number < number)
    return list(db.scalars(wanted))


def was_done(db: Session, subject: UUID, acts: Collection[Act], *, by: UUID | None = None) -> bool:
    """Whether the trail has one of the acts about the subject: anybody's, or this person's own."""
    lines = (AuditLine.subject_id == subject) & AuditLine.act.in_(acts)
    wanted = lines if by is None else lines & (AuditLine.actor_id == by)
    return bool(db.scalar(select(exists().where(wanted))))


def newest_of(db: Session, subject: UUID, acts: Collection[Act]) -> tuple[Act, UUID | None] | None:
    """The last of these acts about the subject, and whose it was."""
    lines = (AuditLine.subject_id == subject) & AuditLine.act.in_(acts)
    wanted = select(AuditLine.act, AuditLine.actor_id).where(lines).order_by(AuditLine.number.desc())
    found = db.execute(wanted.limit(1)).one_or_none()
    return (Act(found.act), found.actor_id) if found else None


def newest_line_at(db: Session) -> datetime | None:
    """When the newest line was written; None before the first."""
    newest = select(AuditLine.at).order_by(AuditLine.number.desc()).limit(1)
    return db.scalar(newest)
