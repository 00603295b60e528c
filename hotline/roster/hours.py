"""Opening hours: when somebody reads messages. Every promise of a time is counted with them."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path

BUNDLED = Path(__file__).with_name("hours.toml")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60  # minutes
RANGE = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
LOOK_AHEAD = 9  # days: a week, and the two days a range past midnight can touch


class BadHours(ValueError):
    """The file of opening hours cannot be used as it stands; the message says where and why."""


Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class OpeningHours:
    """A week of ranges in minutes of the local day, Monday first; an end after 1440 is past midnight."""

    zone: tzinfo
    week: tuple[tuple[tuple[int, int], ...], ...]

    def is_open(self, now: datetime) -> bool:
        """Somebody reads at this moment. A range holds its start and not its end."""
        return any(start <= now < end for start, end in self._spans(now, days=1))

    def closes_at(self, now: datetime) -> datetime | None:
        """When reading stops, in UTC; None while closed, and None when it goes on for more than a week."""
        if not self.is_open(now):
            return None
        open_until = now
        for start, end in self._spans(now, days=LOOK_AHEAD):
            if start > open_until:
                break
            open_until = max(open_until, end)
        return None if open_until - now >= timedelta(days=7) else open_until

    def opens_at(self, now: datetime) -> datetime | None:
        """From when somebody reads, in UTC: `now` itself while open, None when no day has hours."""
        for start, end in self._spans(now, days=LOOK_AHEAD):
            if end > now:
                return max(start, now)
        return None

    def add_staffed(self, start: datetime, minutes: int) -> datetime | None:
        """The moment after which this many minutes have been staffed, in UTC; None when none ever are."""
        left = timedelta(minutes=minutes)
        reached = start.astimezone(UTC)
        if left <= timedelta(0):
            return reached
        while any(self.week):
            a_week_on = reached + timedelta(days=7)
            for opens, closes in self._spans(reached, days=7):
                reached = max(opens, reached)
                if closes <= reached:
                    continue
                if reached + left <= closes:
                    return reached + left
                left -= closes - reached
                reached = closes
            reached = max(reached, a_week_on)
        return None

    def of_day(self, weekday: int) -> tuple[str, ...]:
        """The ranges of a weekday, Monday 0, as people write them: 08:00–22:00, past midnight 22:00–02:00."""
        return tuple(f"{_clock(start)}–{_clock(end)}" for start, end in self.week[weekday])

    def _spans(self, now: datetime, *, days: int) -> Iterator[Span]:
        """What is open from the day before `now` on, by start; a span may overlap the one before it."""
        today = now.astimezone(self.zone).date()
        for ahead in range(-1, days + 1):
            day = today + timedelta(days=ahead)
            for start, end in self.week[day.weekday()]:
                opens, closes = self._moment(day, start), self._moment(day, end)
                if opens < closes:  # not so for a range inside the hour that summer time skips
                    yield opens, closes

    def _moment(self, day: date, minute: int) -> datetime:
        """A local time of day in UTC; where the clocks change, what the wall clock says counts."""
        days, minute = divmod(minute, DAY)
        wall = datetime.combine(day + timedelta(days=days), time(*divmod(minute, 60)), self.zone)
        return wall.astimezone(UTC)


def load_hours(zone: tzinfo, override: Path | None = None) -> OpeningHours:
    """The hours of the deployment's own file where there is one, else the bundled ones."""
    path = override if override is not None and override.exists() else BUNDLED
    try:
        days = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadHours(f"{path}: cannot be read: {error}") from error
    for name in sorted(days.keys() - set(WEEKDAYS)):
        raise BadHours(f"{path}: {name} is not a weekday")
    for name in WEEKDAYS:
        if name not in days:
            raise BadHours(f"{path}: {name} is missing; closed all day is written {name} = []")
    return OpeningHours(zone, tuple(_ranges(path, name, days[name]) for name in WEEKDAYS))


def _clock(minute: int) -> str:
    hours, minutes = divmod(minute if minute <= DAY else minute - DAY, 60)
    return f"{hours:02}:{minutes:02}"


def _ranges(path: Path, name: str, texts: object) -> tuple[tuple[int, int], ...]:
    if not isinstance(texts, list):
        raise BadHours(f'{path}: {name} must be a list such as ["08:00-22:00"]')
    ranges = sorted(_range(path, name, text) for text in texts)
    for (_, end), (start, _) in pairwise(ranges):
        if start < end:
            raise BadHours(f"{path}: {name} has ranges that overlap")
    return tuple(ranges)


def _range(path: Path, name: str, text: object) -> tuple[int, int]:
    found = RANGE.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise BadHours(f"{path}: {name} has {text!r}, not a range such as 08:00-22:00")
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if start >= DAY or end > DAY:
        raise BadHours(f"{path}: {name} has {text!r}, which leaves the day")
    return start, end if end > start else end + DAY
