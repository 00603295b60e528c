"""Tables of what was decided to be shown. A row is written once and never changed."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.base.db import Table


class Release(Table):
    """That a table of statistics was decided: everybody may see it from then on, or nobody ever.

    `at_least` and `at_most` are what the absence of a withheld one says of its total: later decisions
    need them, pages do not tell them.
    """

    __tablename__ = "releases"

    kind: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    decided_at: Mapped[datetime]
    is_withheld: Mapped[bool]
    at_least: Mapped[int]
    at_most: Mapped[int | None]


class ReleasedCell(Table):
    """One line of a released table as it is printed: rounded, and 0 for "fewer than five".

    `share`, `median` and `ninetieth` say how soon replies came, where enough of them came.
    """

    __tablename__ = "released_cells"
    __table_args__ = (ForeignKeyConstraint(["kind", "period"], ["releases.kind", "releases.period"]),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(primary_key=True)
    printed: Mapped[int]
    share: Mapped[int | None]
    median: Mapped[int | None]
    ninetieth: Mapped[int | None]
