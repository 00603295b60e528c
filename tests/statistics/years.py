"""A made-up year, counted into a house by the program's own `count(now=…)`, and released."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from hotline.counters.actions import Dimension, count
from hotline.intake.screening import Topic
from hotline.keyring.models import DeploymentRow
from hotline.statistics.actions import release_due
from hotline.tickets.levels import REPLY_TIMES, reply_step
from hotline.tickets.lifecycle import Outcome
from tests.cast import ZONE, House

AUDIENCES = {"student": 80, "staff": 6, "family": 6, "public": 3, "unsaid": 5}
LANGUAGES = {"zh-Hans": 93, "en": 7}
LEVELS = {"P1": 5, "P2": 15, "P3": 50, "P4": 30}
TOPICS = {topic.value: 1 / place for place, topic in enumerate(Topic, 1)}
OUTCOMES = {outcome.value: 1 / place for place, outcome in enumerate(Outcome, 1)}
RESULTS = {"better": 40, "same": 30, "worse": 8, "no-answer": 15, "declined": 7}
TARGETS = {"P1": 1, "P2": 4, "P3": 24, "P4": 72}  # hours


def open_on(house: House, day: date) -> None:
    """The house was founded on this day."""
    with house.database.write() as db:
        moment = datetime.combine(day, time(8), ZONE)
        db.execute(update(DeploymentRow).values(created_at=moment))


def add(house: House, what: Dimension, numbers: Mapping[str, int], when: datetime, *, slot: str = "") -> None:
    """So many of each value were counted at this moment."""
    values = [value for value, n in numbers.items() for _ in range(n)]
    with house.database.write() as db:
        count(db, what, values, slot=slot, now=when, tz=ZONE)


def live(house: House, start: date, end: date, *, rate: float, seed: int = 1) -> None:
    """Contacts from one day to before another, `rate` in an ordinary week."""
    dice = random.Random(seed)  # noqa: S311 - a simulation, no secret
    moments: list[datetime] = []
    day = start
    while day < end:
        n = int(dice.gauss(rate / 7, (rate / 7) ** 0.5) + 0.5)
        hours = (int(dice.triangular(0, 24, 21)) % 24 for _ in range(max(n, 0)))
        moments += [datetime.combine(day, time(hour, dice.randrange(60)), ZONE) for hour in sorted(hours)]
        day += timedelta(days=1)
    with house.database.write() as db:
        for moment in moments:
            _Contact(db, dice).happens(moment, end)


def release_all(house: House, *, opened: date, now: datetime) -> int:
    """Everything that is due has been decided, a transaction at a time as the worker does it."""
    total = 0
    while True:
        with house.database.write() as db:
            done = release_due(db, opened=opened, now=now, tz=ZONE)
        total += done
        if not done:
            return total


class _Contact:
    """One caller's contact and what became of it."""

    def __init__(self, db: Session, dice: random.Random) -> None:
        self._db = db
        self._dice = dice

    def happens(self, when: datetime, end: date) -> None:
        self._count(Dimension.CONTACTS, ["request"], when)
        topics = {self._one_of(TOPICS) for _ in range(self._dice.choice((0, 1, 1, 2, 3)))}
        self._count(Dimension.TOPIC, sorted(topics), when)
        self._count(Dimension.AUDIENCE, [self._one_of(AUDIENCES)], when)
        self._count(Dimension.LANGUAGE, [self._one_of(LANGUAGES)], when)
        self._count(Dimension.HOUR, [f"{when.isoweekday()}-{when.hour:02}"], when)
        self._before(end, when, 0.95, lambda: self._reply(when))
        closed = when + timedelta(days=self._dice.expovariate(1 / 12))
        self._before(
            end, closed, 0.9, lambda: self._count(Dimension.OUTCOME, [self._one_of(OUTCOMES)], closed)
        )
        planned = when + timedelta(days=self._dice.expovariate(1 / 3))
        self._before(end, planned, 0.5, lambda: self._follow_up(planned, end))

    def _reply(self, when: datetime) -> None:
        level, hours = self._one_of(LEVELS), self._dice.lognormvariate(1.5, 1.2)
        took = timedelta(hours=min(hours, 2 * REPLY_TIMES[-1].total_seconds() / 3600))
        self._count(Dimension.FIRST_REPLY, [level], when + took, slot=f"{reply_step(took)}")
        if took <= timedelta(hours=TARGETS[level]):
            self._count(Dimension.FIRST_REPLY_IN_TIME, [level], when + took)

    def _follow_up(self, planned: datetime, end: date) -> None:
        self._count(Dimension.FOLLOW_UPS_PLANNED, ["planned"], planned)
        done = planned + timedelta(days=self._dice.expovariate(1 / 7))
        result = [self._one_of(RESULTS)]
        self._before(end, done, 0.75, lambda: self._count(Dimension.FOLLOW_UPS_COMPLETED, result, done))

    def _before(self, end: date, when: datetime, chance: float, happens: Callable[[], None]) -> None:
        if self._dice.random() < chance and when.date() < end:
            happens()

    def _count(self, what: Dimension, values: Sequence[str], when: datetime, *, slot: str = "") -> None:
        count(self._db, what, values, slot=slot, now=when, tz=ZONE)

    def _one_of(self, weights: Mapping[str, float]) -> str:
        return self._dice.choices(list(weights), list(weights.values()))[0]
