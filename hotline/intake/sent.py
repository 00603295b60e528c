"""Which ticket a form led to: of the same form sent twice at one moment, one makes it."""

from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import Insert, bindparam
from sqlalchemy.orm import Session

from hotline.base.db import upsert
from hotline.intake.models import SentForm
from hotline.keyring import vault

CODE_SHOWN = timedelta(minutes=15)


class SentMeanwhile(Exception):
    """Another transaction has made or renewed this form's row."""


def remember(
    db: Session, request_id: bytes, ticket: UUID, sealed_code: bytes, journey: bytes | None, *, now: datetime
) -> None:
    """The form leads to this ticket. Whoever sends it at the same moment waits here; then `SentMeanwhile`.

    A form whose code ran out has a row: of two who send it again one changes the row.
    """
    made = {
        "request_id": request_id,
        "ticket_id": ticket,
        "journey": vault.token_hash(journey) if journey else None,
        "sealed_code": sealed_code,
        "expires_at": now + CODE_SHOWN,
    }
    if db.connection().execute(_leads(db.get_bind().dialect.name), {**made, "moment": now}).rowcount != 1:
        raise SentMeanwhile


@cache
def _leads(dialect: str) -> Insert:
    """A form's row, new or in place of one whose code ran out."""
    insert = upsert(dialect, SentForm)
    is_over = SentForm.sealed_code.is_(None) | (SentForm.expires_at <= bindparam("moment"))
    changed = {name: insert.excluded[name] for name in ("ticket_id", "journey", "sealed_code", "expires_at")}
    taken_up = insert.on_conflict_do_update(
        index_elements=[SentForm.request_id], set_=changed, where=SentForm.kept_at.is_(None) & is_over
    )
    return taken_up.execution_options(preserve_rowcount=True)
