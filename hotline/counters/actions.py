"""`count()`: the only way a number gets into statistics."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import Insert
from sqlalchemy.orm import Session

from hotline.base.db import upsert
from hotline.counters.models import Counter


class Period(StrEnum):
    """How long a table of statistics looks; each dimension is counted by one period only."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Dimension(StrEnum):
    """What is counted: only what a table of statistics shows.

    Never contacts by the level they arrive with: that level is made of the topics, so the two tables
    would solve each other (`statistics.disclosure`).
    """

    CONTACTS = "contacts"
    TOPIC = "topic"
    AUDIENCE = "audience"
    LANGUAGE = "language"
    HOUR = "hour"
    FIRST_REPLY = "first-reply"
    FIRST_REPLY_IN_TIME = "first-reply-in-time"
    OUTCOME = "outcome"
    FOLLOW_UPS_PLANNED = "follow-ups-planned"
    FOLLOW_UPS_COMPLETED = "follow-ups-completed"


PERIOD_OF: dict[Dimension, Period] = {
    Dimension.CONTACTS: Period.WEEK,
    Dimension.TOPIC: Period.MONTH,
    Dimension.AUDIENCE: Period.MONTH,
    Dimension.LANGUAGE: Period.MONTH,
    Dimension.HOUR: Period.QUARTER,
    Dimension.FIRST_REPLY: Period.MONTH,
    Dimension.FIRST_REPLY_IN_TIME: Period.MONTH,
    Dimension.OUTCOME: Period.MONTH,
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
    count_each(db, {dimension: values}, now=now, tz=tz, slot=slot)


def count_each(
    db: Session,
    counted: Mapping[Dimension, Sequence[str]],
    *,
    now: datetime,
    tz: ZoneInfo,
    slot: str = "",
) -> None:
    """The same of several dimensions, with one statement."""
    local = now.astimezone(tz)
    rows = [
        {
            "period": period_name(PERIOD_OF[dimension], local),
            "dimension": dimension,
            "value": value,
            "slot": slot,
            "n": 1,
        }
        for dimension, values in counted.items()
        for value in values
    ]
    if rows:
        db.connection().execute(_one_more(db.get_bind().dialect.name), rows)


@cache
def _one_more(dialect: str) -> Insert:
    """Adds one whoever else does so at the same moment; made once, because making it takes longest."""
    key = (Counter.period, Counter.dimension, Counter.value, Counter.slot)
    return upsert(dialect, Counter).on_conflict_do_update(index_elements=key, set_={"n": Counter.n + 1})


def period_name(period: Period, local: date) -> str:
    """The name of the period a local day is in: "2026-W48" (ISO 8601 week), "2026-11" or "2026-Q4"."""
    if period is Period.WEEK:
        year, week, _ = local.isocalendar()
        return f"{year}-W{week:02}"
    if period is Period.MONTH:
        return f"{local.year}-{local.month:02}"
    return f"{local.year}-Q{(local.month + 2) // 3}"
