"""The order of the queue, and by when somebody answers (practice.md §3: defaults, not predictions)."""

from datetime import datetime, timedelta
from enum import StrEnum

from hotline.base.i18n import N_
from hotline.roster.hours import OpeningHours


class Level(StrEnum):
    """How soon a person looks. A level orders the queue and says nothing about anybody's risk."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    def is_more_urgent_than(self, other: "Level") -> bool:
        """Whether this level comes before the other one in the queue."""
        return self.value < other.value


WORDS: dict[Level, str] = {
    Level.P1: N_("At once"),
    Level.P2: N_("Today"),
    Level.P3: N_("Soon"),
    Level.P4: N_("Ordinary"),
}

_STAFFED_MINUTES = {Level.P1: 15, Level.P2: 4 * 60}
_CLOCK_HOURS = {Level.P3: 24, Level.P4: 72}


REPLY_TIMES = tuple(timedelta(hours=hours) for hours in (0.25, 1, 4, 12, 24, 48, 72))
"""Where the steps end in which times of first replies are counted; the last step has no end."""


def reply_step(took: timedelta) -> int:
    """The place of the first step that a time of this length fits into."""
    return sum(took > end for end in REPLY_TIMES)


def reply_due(level: Level, since: datetime, hours: OpeningHours) -> datetime:
    """By when a message that came at `since` should be answered.

    P1 15 minutes and P2 4 hours of staffed time, P3 24 and P4 72 hours by the clock. Where nobody
    ever staffs the line, P1 and P2 count by the clock too: the promise is then late, not absent.
    """
    if level in _CLOCK_HOURS:
        return since + timedelta(hours=_CLOCK_HOURS[level])
    minutes = _STAFFED_MINUTES[level]
    return hours.add_staffed(since, minutes) or since + timedelta(minutes=minutes)
