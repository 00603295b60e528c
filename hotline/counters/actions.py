"""`count()`: the only way a number gets into statistics."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hotline.counters.models import Counter


class Period(StrEnum):
    """How long a table of statistics looks; each dimension is counted by one period only."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Dimension(StrEnum):
    """What is counted."""

    CONTACTS = "contacts"
    TOPIC = "topic"
    AUDIENCE = "audience"
    AGE_BAND = "age-band"
    LANGUAGE = "language"
    LEVEL = "level"
    HOUR = "hour"
    FOLLOW_UPS_PLANNED = "follow-ups-planned"
    FOLLOW_UPS_COMPLETED = "follow-ups-completed"


PERIOD_OF: dict[Dimension, Period] = {
    Dimension.CONTACTS: Period.WEEK,
    Dimension.TOPIC: Period.MONTH,
    Dimension.AUDIENCE: Period.MONTH,
    Dimension.AGE_BAND: Period.MONTH,
    Dimension.LANGUAGE: Period.MONTH,
    Dimension.LEVEL: Period.MONTH,
    Dimension.HOUR: Period.QUARTER,
    Dimension.FOLLOW_UPS_PLANNED: Period.MONTH,
    Dimension.FOLLOW_UPS_COMPLETED: Period.MONTH,
}


def count(
    db: Session,
    dimension: Dimension,
    values: Sequence[str],
    *,
    now: datetime,
    tz: ZoneInfo,
    slot: str = "",
) -> None:
    """One more of each value in the period that `now` falls into, by the deployment's clock."""
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    period = period_name(PERIOD_OF[dimension], now.astimezone(tz))
    for value in values:
        row = insert(Counter).values(period=period, dimension=dimension, value=value, slot=slot, n=1)
        key = (Counter.period, Counter.dimension, Counter.value, Counter.slot)
        db.execute(row.on_conflict_do_update(index_elements=key, set_={"n": Counter.n + 1}))


def period_name(period: Period, local: datetime) -> str:
    """The period's name: "2026-W48" (ISO 8601 week), "2026-11" or "2026-Q4"."""
    if period is Period.WEEK:
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02}"
    if period is Period.MONTH:
        return f"{local.year}-{local.month:02}"
    return f"{local.year}-Q{(local.month + 2) // 3}"
