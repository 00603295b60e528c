"""The raw counts. Only `statistics.actions` may ask for them; nothing raw leaves that module."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.counters.actions import Dimension
from hotline.counters.models import Counter


def counted(db: Session, dimension: Dimension, period: str) -> dict[tuple[str, str], int]:
    """How often each value occurred in the period, by value and slot; those that never did are not there."""
    rows = select(Counter).where(Counter.dimension == dimension, Counter.period == period)
    return {(row.value, row.slot): row.n for row in db.scalars(rows)}
