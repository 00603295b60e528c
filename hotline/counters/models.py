"""The table of counts."""

from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table


class Counter(Table):
    """How often a value of a dimension occurred in a period, with no link to any ticket.

    `slot` tells apart what belongs to one value (how long a first reply took); "" if nothing.
    """

    __tablename__ = "counters"

    period: Mapped[str] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int]
