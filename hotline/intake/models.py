"""Tables of intake: how a code finds its ticket, and which forms were sent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table


class Receipt(Table):
    """Where a stretched receipt code leads. The code itself is nowhere."""

    __tablename__ = "receipts"

    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), unique=True)


class SentForm(Table):
    """A form that was sent. Its code opens with the form alone, for 15 minutes, until it is kept.

    `journey` is a hash of the browser's journey cookie, so that leaving forgets the code as well; it
    goes with the code, so that no two tickets can be told to be one browser's.
    """

    __tablename__ = "sent_forms"

    request_id: Mapped[bytes] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), index=True)
    journey: Mapped[bytes | None] = mapped_column(index=True)
    sealed_code: Mapped[bytes | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    kept_at: Mapped[datetime | None]
