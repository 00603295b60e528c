"""What each table is counted from, the lines it has, and the name of its period."""

from datetime import date

from hotline.base.i18n import Language
from hotline.counters.actions import PERIOD_OF, Dimension, period_name
from hotline.followups.lifecycle import Outcome as Reached
from hotline.intake.screening import Audience, Topic
from hotline.statistics.tables import Kind
from hotline.statistics.timeline import PERIODS, Span
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import Outcome

DIMENSION: dict[Kind, Dimension] = {
    Kind.CONTACTS: Dimension.CONTACTS,
    Kind.HOUR: Dimension.HOUR,
    Kind.AUDIENCE: Dimension.AUDIENCE,
    Kind.LANGUAGE: Dimension.LANGUAGE,
    Kind.TOPIC: Dimension.TOPIC,
    Kind.LEVEL: Dimension.FIRST_REPLY,
    Kind.OUTCOME: Dimension.OUTCOME,
    Kind.PLANNED: Dimension.FOLLOW_UPS_PLANNED,
    Kind.COMPLETED: Dimension.FOLLOW_UPS_COMPLETED,
}

WEEKDAYS = range(1, 8)  # ISO 8601: Monday is 1
HOURS = range(24)

LABELS: dict[Kind, tuple[str, ...]] = {
    Kind.CONTACTS: ("request",),
    Kind.HOUR: tuple(f"{weekday}-{hour:02}" for weekday in WEEKDAYS for hour in HOURS),
    Kind.AUDIENCE: tuple(Audience),
    Kind.LANGUAGE: tuple(Language),
    Kind.TOPIC: tuple(Topic),
    Kind.LEVEL: tuple(Level),
    Kind.OUTCOME: tuple(Outcome),
    Kind.PLANNED: ("planned",),
    Kind.COMPLETED: tuple(Reached),
}
"""Every line of a table in its order, counted or not: which lines there are says nothing of any count."""


def name_of(kind: Kind, start: date) -> str:
    """The name of the period that begins on this day, as it is counted: "2026-W48", "2026-11", "2026-Q4"."""
    return period_name(PERIOD_OF[DIMENSION[kind]], start)


def days_of(kind: Kind, period: str) -> Span:
    """The days of a period by its name."""
    year, part = period.split("-")
    if part.startswith("W"):
        first = date.fromisocalendar(int(year), int(part[1:]), 1)
    elif part.startswith("Q"):
        first = date(int(year), 3 * int(part[1:]) - 2, 1)
    else:
        first = date(int(year), int(part), 1)
    return PERIODS[kind](first)
