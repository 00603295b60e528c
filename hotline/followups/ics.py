"""A calendar without content: that something is due, and when. Whoever sees it learns nothing else."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from icalendar import Event

from hotline.base.i18n import N_, Language, translate

PRODUCT = "-//reminders//EN"
LASTS = timedelta(minutes=15)
ASK_AGAIN = "PT1H"

Due = tuple[UUID, datetime]


def write(due: Iterable[Due], language: Language) -> bytes:
    """The calendar (RFC 5545) of these moments, in UTC. A thing that moves stays the same event."""
    from icalendar import Calendar  # noqa: PLC0415 - four megabytes that few servers ever need

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-published-ttl", ASK_AGAIN)
    for id_, moment in due:
        calendar.add_component(_event(id_, moment, language))
    written: bytes = calendar.to_ical()
    return written


def _event(id_: UUID, moment: datetime, language: Language) -> "Event":
    from icalendar import Event  # noqa: PLC0415 - as above

    event = Event()
    event.add("uid", hashlib.sha256(b"calendar" + id_.bytes).hexdigest()[:32])
    event.add("dtstamp", moment)  # when it was written would tell when somebody planned
    event.add("dtstart", moment)
    event.add("dtend", moment + LASTS)
    event.add("summary", translate(language, N_("Reminder")))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event
