"""What was counted in the months before the stories: numbers alone, as statistics know nothing else."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from hotline.base.i18n import Language
from hotline.counters.actions import Dimension, count
from hotline.followups.lifecycle import Outcome as Reached
from hotline.intake.screening import Audience, Topic
from hotline.statistics.actions import SETTLED, release_due
from hotline.statistics.timeline import quarter_of
from hotline.tickets.levels import REPLY_TIMES, Level, reply_step
from hotline.tickets.lifecycle import Outcome

A_WEEK = 80
"""Contacts in an ordinary week."""

BESIDE_THE_STORIES = 75
"""The same in the weeks of the stories, which are counted as well."""

AUDIENCES = dict(zip(Audience, (80, 6, 6, 3, 5), strict=True))
LANGUAGES = {Language.CHINESE: 88, Language.ENGLISH: 12}
LEVELS = dict(zip(Level, (5, 15, 50, 30), strict=True))
IN_TIME = dict(zip(Level, (1, 4, 24, 72), strict=True))  # hours
TOPICS = {topic: 1 / place for place, topic in enumerate(Topic, 1)}
OUTCOMES = {outcome: 1 / place for place, outcome in enumerate(Outcome, 1)}
RESULTS = dict(zip(Reached, (40, 30, 8, 15, 7), strict=True))
BY_WEEKDAY = (1.1, 1.1, 1.0, 1.0, 0.9, 0.9, 1.0)


NIGHT = time(1)  # when what is over has settled

Code = TypeVar("Code", bound=str)


def begins(now: datetime, tz: ZoneInfo) -> datetime:
    """The morning on which the demo opened: the first day of the newest quarter that is released."""
    this = quarter_of((now - SETTLED).astimezone(tz).date())
    opened = quarter_of(this.start - timedelta(days=1)).start
    return datetime.combine(opened, time(8), tz)


def live(
    db: Session, start: datetime, end: datetime, luck: random.Random, tz: ZoneInfo, *, a_week: float = A_WEEK
) -> None:
    """Everything that `a_week` contacts a week bring about between two moments has been counted."""
    day, last = start.astimezone(tz).date(), end.astimezone(tz).date()
    while day <= last:
        for moment in _moments(day, luck, tz, a_week=a_week):
            if start <= moment < end:
                _Contact(db, luck, end, tz).happens(moment)
        day += timedelta(days=1)


def release(db: Session, opened: datetime, *, now: datetime, tz: ZoneInfo) -> None:
    """Every period that is over has been decided, on the night after it as the worker would have."""
    day = opened.astimezone(tz).date()
    while (night := datetime.combine(day, NIGHT, tz)) <= now:
        release_due(db, opened=opened.astimezone(tz).date(), now=night, tz=tz)
        day += timedelta(days=1)


def _moments(day: date, luck: random.Random, tz: ZoneInfo, *, a_week: float) -> list[datetime]:
    """When somebody wrote on this day: mostly in the evening, some deep in the night."""
    mean = a_week / 7 * BY_WEEKDAY[day.weekday()]
    number = max(round(luck.gauss(mean, mean**0.5 / 2)), 0)
    hours = sorted(int(luck.triangular(0, 24, 21)) % 24 for _ in range(number))
    return [datetime.combine(day, time(hour, luck.randrange(60)), tz) for hour in hours]


class _Contact:
    """One caller's contact and what became of it before the end."""

    def __init__(self, db: Session, luck: random.Random, end: datetime, tz: ZoneInfo) -> None:
        self._db = db
        self._luck = luck
        self._end = end
        self._tz = tz

    def happens(self, when: datetime) -> None:
        self._count(Dimension.CONTACTS, ["request"], when)
        topics = {self._one_of(TOPICS) for _ in range(self._luck.choice((0, 1, 1, 2, 3)))}
        self._count(Dimension.TOPIC, sorted(topics), when)
        self._count(Dimension.AUDIENCE, [self._one_of(AUDIENCES)], when)
        self._count(Dimension.LANGUAGE, [self._one_of(LANGUAGES)], when)
        self._count(Dimension.HOUR, [f"{when.isoweekday()}-{when.hour:02}"], when)
        took = timedelta(hours=self._luck.lognormvariate(1.5, 1.2))
        self._perhaps(0.95, when + min(took, 2 * REPLY_TIMES[-1]), lambda moment: self._reply(when, moment))
        self._perhaps(
            0.9,
            self._later(when, days=12),
            lambda moment: self._count(Dimension.OUTCOME, [self._one_of(OUTCOMES)], moment),
        )
        self._perhaps(0.5, self._later(when, days=3), self._follow_up)

    def _reply(self, when: datetime, moment: datetime) -> None:
        level, took = self._one_of(LEVELS), moment - when
        self._count(Dimension.FIRST_REPLY, [level], moment, slot=f"{reply_step(took)}")
        if took <= timedelta(hours=IN_TIME[level]):
            self._count(Dimension.FIRST_REPLY_IN_TIME, [level], moment)

    def _follow_up(self, planned: datetime) -> None:
        self._count(Dimension.FOLLOW_UPS_PLANNED, ["planned"], planned)
        result = [self._one_of(RESULTS)]
        self._perhaps(
            0.75,
            self._later(planned, days=7),
            lambda moment: self._count(Dimension.FOLLOW_UPS_COMPLETED, result, moment),
        )

    def _perhaps(self, chance: float, moment: datetime, happens: Callable[[datetime], None]) -> None:
        if self._luck.random() < chance and moment < self._end:
            happens(moment)

    def _later(self, when: datetime, *, days: float) -> datetime:
        return when + timedelta(days=self._luck.expovariate(1 / days))

    def _count(self, what: Dimension, values: Sequence[str], when: datetime, *, slot: str = "") -> None:
        count(self._db, what, values, slot=slot, now=when, tz=self._tz)

    def _one_of(self, weights: Mapping[Code, float]) -> Code:
        return self._luck.choices(list(weights), list(weights.values()))[0]
