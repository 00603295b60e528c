"""Who is on duty."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table


class Duty(Table):
    """A counselor who has switched duty on and not yet off."""

    __tablename__ = "duties"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    since: Mapped[datetime]
