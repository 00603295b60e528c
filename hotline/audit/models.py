"""The audit trail's table."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table


class AuditLine(Table):
    """One act. `chained` is the hash over this line and all before it, filled by the worker."""

    __tablename__ = "audit_lines"
    __table_args__ = (Index("ix_audit_lines_subject_id_number", "subject_id", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    act: Mapped[str]
    actor_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    detail: Mapped[str | None]
    chained: Mapped[bytes | None]
