"""When a follow-up is due: after a period that helplines use, or on a day that was chosen.

In the morning by the local clock unless a time is given, and never while nobody is there: a moment
outside the opening hours moves on to the next opening.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from hotline.base.errors import Invalid, Problem
from hotline.base.i18n import N_
from hotline.roster.hours import OpeningHours

MORNING = time(9)
FURTHEST = timedelta(days=366)
SHORTLY = timedelta(hours=1)
PASSED = N_("This moment has passed. Choose a later one.")


class Interval(StrEnum):
    """How far ahead (screens.md K7)."""

    NEXT_DAY = "next-day"
    THREE_DAYS = "3-days"
    WEEK = "1-week"
    MONTH = "1-month"
    THREE_MONTHS = "3-months"


INTERVAL_WORDS: dict[Interval, str] = {
    Interval.NEXT_DAY: N_("Tomorrow"),
    Interval.THREE_DAYS: N_("In 3 days"),
    Interval.WEEK: N_("In a week"),
    Interval.MONTH: N_("In a month"),
    Interval.THREE_MONTHS: N_("In 3 months"),
}

_DAYS = {Interval.NEXT_DAY: 1, Interval.THREE_DAYS: 3, Interval.WEEK: 7}
_MONTHS = {Interval.MONTH: 1, Interval.THREE_MONTHS: 3}

NEXT_TRY = Interval.THREE_DAYS
"""After a contact that nobody answered."""


def due_in(interval: Interval, now: datetime, hours: OpeningHours, at: time | None = None) -> datetime:
    """The morning of the day that lies so far ahead, in UTC; a month's end stays a month's end."""
    today = now.astimezone(hours.zone).date()
    if interval in _DAYS:
        day = today + timedelta(days=_DAYS[interval])
    else:
        day = _months_on(today, _MONTHS[interval])
    return _when_somebody_is_there(_moment(day, at or MORNING, hours), hours)


def due_on(day: date, at: time | None, now: datetime, hours: OpeningHours) -> datetime:
    """The chosen day's morning or time, in UTC. Today without a time means within the next hours.

    `Invalid` says so when the moment has passed or lies more than a year ahead.
    """
    today = now.astimezone(hours.zone).date()
    if day < today:
        raise Invalid(day=Problem(PASSED))
    if day > today + FURTHEST:
        raise Invalid(day=Problem(N_("Choose a day within a year.")))
    moment = _moment(day, at or MORNING, hours)
    if at is None and day == today:
        moment = max(moment, _full_hour(now + SHORTLY))
    if moment <= now:
        raise Invalid(**{"at" if at else "day": Problem(PASSED)})
    return _when_somebody_is_there(moment, hours)


def today(now: datetime, hours: OpeningHours) -> tuple[datetime, datetime]:
    """When the local day began, and when it ends."""
    day = now.astimezone(hours.zone).date()
    return _moment(day, time(), hours), _moment(day + timedelta(days=1), time(), hours)


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _moment(day: date, at: time, hours: OpeningHours) -> datetime:
    return datetime.combine(day, at, hours.zone).astimezone(UTC)


def _full_hour(moment: datetime) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(hours=1)


def _when_somebody_is_there(moment: datetime, hours: OpeningHours) -> datetime:
    """The moment, else the next opening; where no day has hours, the moment as it is."""
    return hours.opens_at(moment) or moment
