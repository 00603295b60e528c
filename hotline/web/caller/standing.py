"""What may be promised at this moment: who is there, until when, and by when somebody answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.roster.hours import OpeningHours
from hotline.tickets.levels import Level, reply_due

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """The hours as pages tell them. `closes` is None when reading never stops.

    `opens` is set while nobody reads, and None then means that no day has hours. `is_soon` tells
    whether the time of day alone says when that is.
    """

    is_open: bool
    closes: datetime | None
    opens: datetime | None
    is_soon: bool
    urgent: timedelta | None
    ordinary: timedelta
    practical: timedelta


def standing(hours: OpeningHours, now: datetime) -> Standing:
    """How things stand at this moment.

    `urgent` is how long the first look at somebody in danger may take, None unless it comes before
    reading stops; `ordinary` and `practical` are how long first replies take.
    """
    is_open = hours.is_open(now)
    closes = hours.closes_at(now)
    opens = None if is_open else hours.opens_at(now)
    moment = closes if is_open else opens
    first_look = reply_due(Level.P1, now, hours)
    in_time = is_open and (closes is None or first_look <= closes)
    return Standing(
        is_open=is_open,
        closes=closes,
        opens=opens,
        is_soon=moment is not None and moment - now < A_DAY,
        urgent=first_look - now if in_time else None,
        ordinary=reply_due(Level.P3, now, hours) - now,
        practical=reply_due(Level.P4, now, hours) - now,
    )
